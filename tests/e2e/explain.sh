#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# explain, and rules as JSON.
# shellcheck disable=SC2154,SC2034 # rc is shared with lib.sh
. "${0%/*}/lib.sh"

# run ARGUMENT...: JSON in $T/json, status in $rc.
run() {
	"$TARSIER" "$@" -f json >"$T/json" 2>"$T/err" </dev/null
	rc=$?
}
valid() { check "$1 is as the schema says" report valid "$TOP/rules/schema/rules.schema.json" "$T/json"; }

run rules list
status 'rules list' 0
valid 'rules list'
holds 'all rules, by id' 'len(d["rules"]) > 500 and [r["id"] for r in d["rules"]] == sorted(r["id"] for r in d["rules"]) and "description" not in d["rules"][0]'
run rules show secret/github-token package/python-dev file/dotenv
status 'rules show' 0
valid 'rules show'
holds 'completely' '"ghp_" in d["rules"][0]["literals"] and d["rules"][0]["check"] == "crc32-base62" and d["rules"][1]["names"] and d["rules"][2]["paths"]'
run rules show no/such-rule
status 'a rule that is not there' 2
cat >"$T/good.yaml" <<'END'
- id: my/token
  title: My token
  severity: high
  kind: content
  literals: [mytok_]
  pattern: '(?<secret>mytok_[0-9a-z]{20})'
  left: token
  right: token
  hashable: true
  public-prefix: 6
  description: A token of mine.
  remediation: Revoke it.
  references: ['https://example.com/']
  examples: ['{"mytok_"}{lowernum:20}']
  counter-examples: ['mytok_short']
END
run rules check "$T/good.yaml"
status 'rules check' 0
valid 'rules check'
holds 'nothing failed' 'd["rules"] == 1 and d["failures"] == []'
sed "s/'mytok_short'/'{\"mytok_\"}{lowernum:20}'/" "$T/good.yaml" >"$T/bad.yaml"
run rules check "$T/bad.yaml"
status 'a rule whose examples fail' 2
valid 'failed rules'
holds 'what failed' 'len(d["failures"]) >= 1'

run explain layer/wasted-bytes
status 'explain a rule' 0
valid 'explain a rule'
holds 'the rule, no findings' 'd["rule"]["id"] == "layer/wasted-bytes" and d["findings"] == []'
mkimage -s "$T/secrets" docker24 - "$T/image.tar" <<'END'
user 1
layer one
file a/.env KEY={github:1}
layer two
file b\x1b {npm:1}
END
audit "$T/image.tar"
cp "$T/json" "$T/report"
print=$("$PYTHON" -c 'import json, sys
print([f["fingerprint"] for f in json.load(open(sys.argv[1]))["images"][0]["findings"] if f["rule"] == "secret/npm-token"][0])' "$T/json")
run explain "$print" "$T/report"
status 'explain a finding' 0
valid 'explain a finding'
holds 'the finding with its rule' 'd["rule"]["id"] == d["findings"][0]["rule"] == "secret/npm-token"'
run explain "$(echo "$print" | cut -c1-8)" "$T/report"
holds 'by its first digits' 'len(d["findings"]) == 1'
run explain file/dotenv "$T/report"
holds 'findings of a rule' '[f["location"]["path"] for f in d["findings"]] == ["/a/.env"]'
"$TARSIER" explain "$print" "$T/report" >"$T/text" 2>"$T/err"
check 'for people' grep -q '^evidence ' "$T/text"
check 'no secret and no control character is shown' sh -c "! grep -q '$(printf '\033')' '$T/text'"
check 'no secret' report leaks "$T/secrets" "$T/text" "$T/json"
mkimage docker24 - "$T/nested.tar" <<'END'
name app:1
name app:2
user 1
layer one
nest zip:conf/a.yml app/x.jar k: {github:1}
END
"$TARSIER" -f json "$T/nested.tar" >"$T/nested" 2>/dev/null
"$TARSIER" explain secret/github-token "$T/nested" >"$T/text" 2>"$T/err"
check 'the image is named' grep -q '^image  *app:1, app:2 (linux/amd64)$' "$T/text"
check 'the way into the file is told' grep -q '^inside  *zip conf/a.yml$' "$T/text"
# A report of somebody else's.
sed 's/"message": "[^"]*"/"message": "\\u001b[31mred"/' "$T/report" >"$T/evil"
"$TARSIER" explain "$print" "$T/evil" >"$T/text" 2>"$T/err"
check 'a report cannot steer the terminal' sh -c "grep -q 'x1b.*red' '$T/text' && ! grep -q '$(printf '\033')' '$T/text'"
run explain ffffffffffffffff "$T/json"
status 'a finding that is not there' 2
run explain "$print"
status 'a fingerprint without a report' 2
run explain "$print" "$T/none.json"
status 'a report that is not there' 2
printf '{"images": [{"findings": [1, {"fingerprint": 2}, null]}], "archives": 3}' >"$T/odd"
run explain "$print" "$T/odd"
status 'a report of another form' 2
check 'it is said' grep -q 'no JSON report of tarsier' "$T/err"
printf '{' >"$T/broken"
run explain "$print" "$T/broken"
status 'a report that is no JSON' 2
run explain
status 'nothing to explain' 2
finish
