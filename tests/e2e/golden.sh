#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Golden reports: fixtures/CLAIM/ has `recipe` (tests/tool/recipe.py), `args` (dialect and
# options; optional) and what comes out: `text`, `json`, `status`. `golden.sh --regen` writes these anew.
# shellcheck disable=SC2154,SC2034 # rc is shared with lib.sh
. "${0%/*}/lib.sh"

regen=
[ "${1:-}" != --regen ] || regen=1
for dir in "$TOP"/fixtures/*/; do
	[ -f "$dir/recipe" ] || continue
	claim=${dir%/}
	claim=${claim##*/}
	dialect=docker24 args=
	[ ! -f "$dir/args" ] || read -r dialect args <"$dir/args"
	rm -rf "$T/w"
	mkdir "$T/w"
	mkimage -s "$T/secrets" "$dialect" "$dir/recipe" "$T/w/image.tar" || {
		not_ok "$claim: no image"
		continue
	}
	cd "$T/w" || exit 1
	# shellcheck disable=SC2086
	"$TARSIER" $args -f text -o json=json image.tar >text 2>err </dev/null
	echo $? >status
	cd "$TOP" || exit 1
	# The version and the digest of the rules change with every rule.
	sed -i 's/"version": "[^"]*"/"version": "VERSION"/; s/"rulesDigest": "[^"]*"/"rulesDigest": "sha256:0"/' "$T/w/json"
	check "$claim: shows no secret" report leaks "$T/secrets" "$T/w/json" "$T/w/text" "$T/w/err"
	if [ -n "$regen" ]; then
		cp "$T/w/json" "$T/w/text" "$T/w/status" "$dir"
		continue
	fi
	for f in status text json; do check "$claim: $f" diff -u "$dir/$f" "$T/w/$f"; done
done
finish
