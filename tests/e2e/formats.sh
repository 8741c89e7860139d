#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Reports for other programs are what these want: SARIF and JUnit by the official
# schemas, where $SCHEMAS has them, and GitLab's by its constraints. Several are
# written in one run, all of them or with status 5.
# shellcheck disable=SC2154,SC2034 # rc is shared with lib.sh
. "${0%/*}/lib.sh"

: "${SCHEMAS:=$(dirname "$TOP")/shared/schemas}"
SARIF=$SCHEMAS/sarif-2.1.0.schema.json
XSD=$SCHEMAS/JUnit.xsd
formats() { "$PYTHON" "$TOP/tests/tool/formats.py" "$@"; }
all() { echo "-o $1.json -o $1.sarif -o $1.xml -o gitlab-container-scanning=$1.gcs -o gitlab-secret-detection=$1.gsd -o $1.txt"; }

cat >"$T/recipe" <<'END'
name app:1
name registry.example.org:5000/team/app:2
user root
env T={github:1}
layer COPY "<a>" & 'b' ]]> {x} [l](http://example.org/) \x01
file a/.env A={github:2}
file a%20b?#[]\xff\x01 {npm:1}
file \xc3\xa4/]]><!--&amp; {github:3}
base64 b xx{github:4}
file app/../odd {github:5}
file not\xef\xbf\xbf\xef\xbf\xbe\xed\xa0\x80\xc0\x80/in\xe2\x80\xae\xe2\x80\xa8xml {github:6}
file d..//.\xf0\x9f\x98\x80::error/[x](http://e)|`y` {github:7}
dir w
layer two
whiteout a
END
for d in docker24 oci containerd v1 attested with-artifact docker-dir; do mkimage $d "$T/recipe" "$T/$d.tar"; done
mkimage docker24 - "$T/clean.tar" <<'END'
name app:1
user 1
layer one
file a 1
END
mkimage docker24 - "$T/nothing.tar" <<'END'
user 1
END
head -c 8000 "$T/docker24.tar" >"$T/cut.tar"
{
	printf 'name a:1\nuser 1\nlayer x\n'
	i=0
	while [ $i -lt 400 ]; do
		printf 'file d/%d A={github:%d}\n' $i $i
		i=$((i + 1))
	done
} >"$T/many-recipe"
mkimage docker24 "$T/many-recipe" "$T/many.tar"

mkdir "$T/r"
for i in docker24 oci containerd v1 attested with-artifact docker-dir clean nothing cut many none; do
	# shellcheck disable=SC2046
	"$TARSIER" -q --no-progress $(all "$T/r/$i") "$T/$i.tar" >"$T/out" 2>"$T/err"
	echo $? >"$T/r/$i.rc"
done
# shellcheck disable=SC2046
"$TARSIER" -q --no-progress --fail-on none $(all "$T/r/together") "$T"/*.tar >"$T/out" 2>"$T/err"
check 'what the images are worth does not depend on outputs' test "$(cat "$T/r/docker24.rc" "$T/r/clean.rc" "$T/r/none.rc" | tr '\n' ' ')" = '1 0 3 '

if [ -r "$SARIF" ]; then schema=$SARIF; else schema=; fi
[ -n "$schema" ] || skip "SARIF by its schema: $SARIF is not here"
if ! [ -r "$XSD" ]; then
	skip "JUnit by its schema: $XSD is not here"
elif ! command -v xmllint >/dev/null; then
	skip 'JUnit by its schema: xmllint is not here'
	XSD=/nonexistent
fi
for f in "$T"/r/*.sarif; do
	# shellcheck disable=SC2086
	check "valid: ${f##*/}" formats sarif "$f" $schema
done
for f in "$T"/r/*.xml; do
	check "valid: ${f##*/}" formats junit "$f"
	[ ! -r "$XSD" ] || check "valid by its schema: ${f##*/}" xmllint --noout --schema "$XSD" "$f"
done
for f in "$T"/r/*.gcs "$T"/r/*.gsd; do check "valid: ${f##*/}" formats gitlab "$f"; done

# They tell of the same findings.
cat >"$T/same.py" <<'END'
import json, sys, xml.etree.ElementTree as ET
base = sys.argv[1]
def load(e):
    with open(base + e) as f: return json.load(f)
doc, run = load(".json"), load(".sarif")["runs"][0]
found = [f for o in doc["images"] + doc["archives"] for f in o["findings"]]
prints = sorted(f["fingerprint"] for f in found)
assert prints == sorted(r["partialFingerprints"]["tarsier/v1"] for r in run["results"]), "sarif"
ranks = ["critical", "high", "medium", "low", "info"]
order = [ranks.index(r["properties"]["severity"]) for r in run["results"]]
assert order == sorted(order), "severest first"
assert prints == sorted(v["details"]["fingerprint"]["value"] for e in (".gcs", ".gsd") for v in load(e)["vulnerabilities"]), "gitlab"
suites = ET.parse(base + ".xml").getroot()
fails = [c for c in suites.iter("testcase") if c.find("failure") is not None]
assert len(fails) == sum(f["severity"] in ranks[:2] for f in found), "junit"
assert run["invocations"][0]["executionSuccessful"] == (not doc["errors"]), "complete"
assert (load(".gcs")["scan"]["status"] == "success") == (not doc["errors"]), "gitlab complete"
assert bool(suites.findall(".//error")) == bool(doc["errors"]), "junit complete"
END
for i in docker24 oci attested clean nothing cut many none; do
	check "all formats tell the same: $i" "$PYTHON" "$T/same.py" "$T/r/$i"
done
check 'with --fail-on none nothing is a failure' sh -c "! grep -q '<failure' '$T/r/together.xml'"

# What policy suppresses is no failure anywhere, and each format says so in its way.
cat >"$T/ignores" <<'END'
- rule: secret/*
  reason: a test's & "samples" <all>
END
# shellcheck disable=SC2046
"$TARSIER" -q --ignorefile "$T/ignores" $(all "$T/ignored") "$T/many.tar" >"$T/out" 2>"$T/err"
rc=$?
status 'suppressed findings do not fail' 0
check 'SARIF: all are suppressed, with the reason' "$PYTHON" -c "
import json
run = json.load(open('$T/ignored.sarif'))['runs'][0]
secrets = [r for r in run['results'] if r['ruleId'].startswith('secret/')]
assert len(secrets) == 400
for r in secrets:
    s, = r['suppressions']
    assert s['kind'] == 'external' and 'a test\'s & \"samples\" <all>' in s['justification'], s"
check 'JUnit: all are skipped' test "$(grep -c '<skipped message="ignore: a test.s &amp; &quot;samples&quot; &lt;all&gt;"' "$T/ignored.xml")" -eq 400
check 'GitLab: all are counted' grep -q '"400 findings are suppressed by policy and left out"' "$T/ignored.gsd"
check 'GitLab: none is there' sh -c "! grep -q '\"secret_detection\",' '$T/ignored.gsd' || ! grep -q tarsier_rule '$T/ignored.gsd'"
for f in "$T/ignored.sarif:sarif" "$T/ignored.xml:junit" "$T/ignored.gsd:gitlab"; do
	check "valid: ${f##*/}" formats "${f#*:}" "${f%:*}"
done

# With a baseline every result says whether it was there.
printf 'name a:1\nuser 1\nlayer x\nfile d/0 A={github:0}\n' >"$T/before-recipe"
mkimage docker24 "$T/before-recipe" "$T/before.image"
"$TARSIER" -q -f json "$T/before.image" >"$T/before" 2>/dev/null
"$TARSIER" -q --ignorefile "$T/ignores" --baseline "$T/before" -o "$T/known.sarif" "$T/many.tar" >/dev/null 2>&1
# shellcheck disable=SC2086
check 'valid: with a baseline' formats sarif "$T/known.sarif" $schema
check 'SARIF: what is new and what is not, ignored or not' "$PYTHON" -c "
import json
a, b = ({r['partialFingerprints']['tarsier/v1']: r.get('baselineState') for r in json.load(open(f))['runs'][0]['results']}
        for f in ('$T/known.sarif', '$T/ignored.sarif'))
old = {f['fingerprint'] for i in json.load(open('$T/before'))['images'] for f in i['findings']}
assert len(old) > 1 and all((a[p] == 'unchanged') == (p in old) and a[p] in ('unchanged', 'new') for p in a), a
assert set(b.values()) == {None}"

# The same bytes, with whatever threads; the time is the caller's.
mkdir "$T/again"
# shellcheck disable=SC2046
"$TARSIER" -q -j 3 $(all "$T/again/docker24") "$T/docker24.tar" >"$T/out" 2>&1
for e in json sarif xml gcs gsd txt; do
	check "the same bytes: $e" cmp "$T/r/docker24.$e" "$T/again/docker24.$e"
done
SOURCE_DATE_EPOCH=1700000000 "$TARSIER" -q -f junit "$T/clean.tar" >"$T/dated"
check 'SOURCE_DATE_EPOCH is the time' grep -q 'timestamp="2023-11-14T22:13:20"' "$T/dated"
SOURCE_DATE_EPOCH=soon "$TARSIER" -q -f junit "$T/clean.tar" >"$T/undated"
check 'what is no time is none' cmp -s "$T/undated" "$T/r/clean.xml"

# Complete or not at all.
mkdir "$T/o"
echo old >"$T/o/a.sarif"
(
	ulimit -f 1
	trap '' XFSZ
	exec "$PROGRAM" -q -o "$T/o/a.sarif" -o "$T/o/b.xml" "$T/docker24.tar"
) >/dev/null 2>"$T/err"
rc=$?
status 'a disk that is full: 5' 5
check 'what was there is as it was' grep -qx old "$T/o/a.sarif"
check 'and nothing else is left' test "$(ls -A "$T/o")" = a.sarif
ln -s a.sarif "$T/o/link"
"$TARSIER" -q -o "sarif=$T/o/link" "$T/docker24.tar" >/dev/null 2>&1
check 'links are followed' sh -c "test -L '$T/o/link' && grep -q '\"2.1.0\"' '$T/o/a.sarif'"
mkfifo "$T/o/pipe"
cat "$T/o/pipe" >"$T/o/read" &
"$TARSIER" -q -o "sarif=$T/o/pipe" "$T/docker24.tar" >/dev/null 2>&1
wait $!
check 'a pipe is written to' cmp "$T/o/read" "$T/r/docker24.sarif"
check 'and stays one' test -p "$T/o/pipe"
# Standard output by its name is standard output, whatever it is.
echo first >"$T/o/all"
"$TARSIER" -q -o sarif=/dev/stdout -o json=/dev/fd/3 "$T/docker24.tar" >>"$T/o/all" 2>/dev/null 3>"$T/o/three"
{
	echo first
	cat "$T/r/docker24.sarif"
	"$TARSIER" -q "$T/docker24.tar"
} >"$T/o/wanted" 2>/dev/null
check 'standard output that is a file is gone on with' cmp "$T/o/all" "$T/o/wanted"
check 'any descriptor is' cmp "$T/o/three" "$T/r/docker24.json"
"$TARSIER" -q -o "sarif=$T/o/all" "$T/docker24.tar" >>"$T/o/all" 2>"$T/err"
rc=$?
status 'an output that standard output goes to: usage' 2
"$TARSIER" -q -o json=/dev/fd/4 "$T/docker24.tar" >/dev/null 2>"$T/err" 4<"$T/o/all"
rc=$?
status 'a descriptor that takes nothing: 5' 5
"$TARSIER" -q -o "$T/o/x.sarif" -o "json=$T/o/none/y" "$T/docker24.tar" >/dev/null 2>&1
rc=$?
status 'a report that cannot be written is said before work starts' 5
finish
