#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every file of the catalogue is valid by the published schema, and what tarsier refuses for its keys the schema refuses too.
# Rules about content have counter-examples.
cd "$(dirname "$0")/../.." || exit 1
if ! python3 -c 'import jsonschema, yaml; jsonschema.Draft202012Validator' 2>/dev/null; then
	echo 'skip rules-schema: needs Python with jsonschema 4 and PyYAML'
	exit 0
fi
# shellcheck disable=SC2046 # names without blanks
exec python3 - rules/schema/rule.schema.json $(printf '%s\n' rules/*/*.yaml | grep -v '^rules/profiles/') <<'PY'
import copy, json, sys
import jsonschema, yaml

schema = json.load(open(sys.argv[1]))
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
failed = False

def report(ok, name, why=""):
    global failed
    failed |= not ok
    print("ok" if ok else "not ok", "rules-schema", name, why)

for path in sys.argv[2:]:
    errors = sorted(validator.iter_errors(yaml.safe_load(open(path))), key=lambda e: list(e.absolute_path))
    rules = yaml.safe_load(open(path))
    # Rules of other kinds have images instead: rule-fixtures.sh.
    lack = [r["id"] for r in (rules if isinstance(rules, list) else [rules])
            if r.get("kind") == "content" and not r.get("counter-examples")]
    report(not errors and not lack, path, "; ".join(f"{list(e.absolute_path)}: {e.message[:120]}" for e in errors[:3]) +
           ("no counter-examples: " + ", ".join(lack) if lack else ""))

head = {"id": "a/b", "title": "t", "severity": "high", "description": "d", "remediation": "r"}
rules = {
    "content": {"kind": "content", "literals": ["abc", {"text": "abc", "nocase": True}], "pattern": "abc", "examples": ["abc"],
                "near": {"pattern": "x", "within": 3}, "scope": {"text": True, "paths": ["*"], "config": True}, "min-entropy": 3.5},
    "path": {"kind": "path", "globs": ["*"], "types": ["file"], "empty-is-info": True, "known": ["a"],
             "mode": {"all": "4000", "any": "111", "none": "02"}, "uid": 0, "gid": 1, "min-size": 1, "live": True,
             "nested": False, "once-per": "layer", "unless-secret": True, "confidence": "possible"},
    "package": {"kind": "package", "ecosystem": "python", "names": ["a-b", "c-*"]},
    "structured": {"kind": "structured", "globs": ["*"], "parser": "p"},
    "builtin": {"kind": "builtin"},
}
for kind, keys in rules.items():
    rule = {**head, **keys}
    report(validator.is_valid(rule) and validator.is_valid([rule, rule]), f"accepts a {kind} rule")
    bad = [{**rule, "colour": "red"}, {**rule, "severity": "worst"}, {**rule, "id": "A/b"}, {**rule, "title": ""},
           {**rule, "kind": "magic"}, {**rule, "tags": "CWE-1"}]
    bad += [{k: v for k, v in rule.items() if k != name} for name in
            {"content": ["literals", "pattern", "examples"], "path": ["globs"], "package": ["names", "ecosystem"],
             "structured": ["parser", "globs"], "builtin": []}[kind] + list(head) + ["kind"]]
    if kind == "path":
        for key, value in [("mode", {}), ("mode", {"all": 4000}), ("mode", {"all": "8"}), ("once-per", "image"), ("uid", -1),
                           ("live", "yes"), ("confidence", "sure")]:
            bad.append({**rule, key: value})
    if kind != "content":
        bad.append({**rule, "pattern": "x"})
    else:
        for key, value in [("literals", ["ab"]), ("literals", [{"text": "abc", "case": 1}]), ("near", {"pattern": "x"}),
                           ("scope", {}), ("left", "edge"), ("encode", ["base32"]), ("before", 16385),
                           ("min-entropy", 9), ("specificity", 101)]:
            bad.append({**rule, key: value})
    wrong = [b for b in bad if validator.is_valid(b) or validator.is_valid([copy.copy(b)])]
    report(not wrong, f"refuses broken {kind} rules", str(wrong[:1]) if wrong else "")
sys.exit(failed)
PY
