#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Reports of every kind are valid by the published schema, for another validator
# than one of ours; and the schema is strict enough to notice what is not.
# shellcheck disable=SC2154,SC2034 # rc is shared with lib.sh
. "${0%/*}/lib.sh"

"$PYTHON" -c 'import jsonschema; jsonschema.Draft202012Validator' 2>/dev/null || {
	skip 'python3-jsonschema with draft 2020-12 is not here'
	exit 0
}
cat >"$T/recipe" <<'END'
name app:1
user root
layer one
file a/.env {github:1}
base64 b xx{github:2}
file c\xff {npm:1}
layer two
whiteout a
END
mkdir "$T/r"
for d in docker24 oci containerd v1 attested with-artifact docker-dir; do
	mkimage $d "$T/recipe" "$T/$d.tar"
	audit "$T/$d.tar"
	cp "$T/json" "$T/r/$d"
done
mkimage docker24 - "$T/clean.tar" <<'END'
user 1
layer one
file a 1
END
audit "$T/clean.tar"
cp "$T/json" "$T/r/clean"
mkimage docker24 - "$T/nothing.tar" <<'END'
user 1
END
audit "$T/nothing.tar"
cp "$T/json" "$T/r/no-layers"
audit "$T/none.tar"
cp "$T/json" "$T/r/error"
head -c 8000 "$T/docker24.tar" >"$T/cut.tar"
audit "$T/cut.tar"
cp "$T/json" "$T/r/cut"
audit "$T"/*.tar
cp "$T/json" "$T/r/many"
for f in "$T"/r/*; do
	check "valid: ${f##*/}" report valid "$TOP/rules/schema/report.schema.json" "$f"
done
for edit in 's/"verdict": "fail"/"verdict": "perhaps"/' 's/"severity": "high"/"severity": "bad"/' 's/"occurrences": 1/"occurrences": 0/' \
	's/"complete": true/"complete": null/' 's/"schemaVersion": 1/"schemaVersion": 2/' 's/"rule":/"rules":/'; do
	sed "$edit" "$T/r/docker24" >"$T/wrong"
	if cmp -s "$T/wrong" "$T/r/docker24"; then
		not_ok "the report has nothing for $edit"
	else
		check "invalid: $edit" sh -c "! '$PYTHON' '$TOP/tests/tool/report.py' valid '$TOP/rules/schema/report.schema.json' '$T/wrong'"
	fi
done
check 'the report ends with a line end and is indented' sh -c "tail -c 1 '$T/r/docker24' | od -c | grep -q '\\\\n' && grep -q '^  \"images\"' '$T/r/docker24'"
text "$T/clean.tar"
check 'a clean image is one line' test "$(wc -l <"$T/text")" -eq 1
finish
