#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Archives that other tools wrote, in the directory CORPUS: each is read or refused
# as it should be, the same from a file and from a pipe. They are no part of the repository.
# shellcheck disable=SC2154,SC2034 # rc is shared with lib.sh
. "${0%/*}/lib.sh"

if [ -z "${CORPUS:-}" ] || [ ! -d "${CORPUS:-}" ]; then
	skip 'CORPUS names no directory of archives'
	exit 0
fi

# expected FILE: statuses that are right, and what has to hold of the report.
expected() {
	want='0 1' holds='all(i["complete"] for i in r["images"]) and len(r["images"]) >= 1 and not r["errors"]'
	case $1 in
	null_manifest.tar)
		want=3 holds='r["errors"] and not r["images"]'
		;;
	docker-tar-gz-layer.tar.xz)
		want='1 4'
		holds='any(f["rule"] == "layer/diff-id-mismatch" for f, _ in findings(r)) and any(l["status"] == "damaged" for i in r["images"] for l in i["layers"])'
		;;
	docker-two-images.tar.xz)
		holds="$holds and len(r['images']) == 2"
		;;
	no_manifest.tar)
		holds="$holds and r['archives'][0]['format'] == 'docker-archive-v1'"
		;;
	overwritten_file.tar | whiteout_image.tar | whiteout_dir.tar)
		holds="$holds and len(r['images'][0]['layers']) >= 2"
		;;
	esac
}

mkdir "$T/r"
n=0
for f in $(find "$CORPUS" -type f \( -name '*.tar' -o -name '*.tar.*' \) | LC_ALL=C sort); do
	name=${f##*/}
	expected "$name"
	audit "$f"
	n=$((n + 1))
	case " $want " in
	*" $rc "*) ok "$name: status $rc" ;;
	*)
		not_ok "$name: status $rc, not one of: $want"
		sed 's/^/    /' "$T/err" | head -n 3
		;;
	esac
	check "$name: as it should be" report is "$T/json" "$holds"
	cp "$T/json" "$T/r/$name"
	was=$rc
	cat "$f" | "$TARSIER" --no-progress -f json - >"$T/piped" 2>"$T/err"
	check "$name: the same status from a pipe" test $? = "$was"
	# An error's text begins with the name of the source.
	for r in "$T/json" "$T/piped"; do
		sed "s|\"source\": \".*\"|\"source\": \"-\"|; s|$f|-|g; s|standard input|-|g" "$r" >"$r.same"
	done
	check "$name: the same report from a pipe" cmp "$T/json.same" "$T/piped.same"
done
[ $n -gt 0 ] || not_ok "no archive in CORPUS"
check 'all reports are valid' report valid "$TOP/rules/schema/report.schema.json" "$T"/r/*
finish
