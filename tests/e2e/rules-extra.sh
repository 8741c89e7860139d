#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The rules that are not compiled in hold their examples, and can be given.
# shellcheck disable=SC2154 # rc is shared with lib.sh
. "${0%/*}/lib.sh"

check 'their examples hold' "$TARSIER" rules check "$TOP/rules-extra"
cat >"$T/recipe" <<'END'
name app:1
user 1001
layer one
file a/b text
END
mkimage docker24 "$T/recipe" "$T/image.tar"
audit --rules "$TOP/rules-extra" "$T/image.tar"
status 'they can be given with --rules' 0
"$TARSIER" rules list -q >"$T/without"
"$TARSIER" --rules "$TOP/rules-extra" rules list -q >"$T/with"
check 'they add to the catalogue' test "$(wc -l <"$T/with")" -gt "$(wc -l <"$T/without")"
finish
