#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# "CHECKS OF OTHER TOOLS" of tarsier-rules(5) names rules that there are and that have the check's name as a tag; and
# each such tag of the catalogue has its line there.
# shellcheck disable=SC2154 # T is of lib.sh
. "${0%/*}/lib.sh"

"$PYTHON" - "$TARSIER" "$TOP/man/tarsier-rules.5" >"$T/verdicts" <<'PY'
import json, re, subprocess, sys

program, manual = sys.argv[1:]
names = re.compile(r"(?:CIS-DI-|DKL-[DL]I-|DS-)\d{4}|CIS-4\.\d+|DL\d{4}|SC\d{4}")
rules = json.loads(subprocess.run([program, "rules", "list", "-f", "json"], capture_output=True, check=True).stdout)["rules"]
tags = {r["id"]: {t for t in r["tags"] if names.fullmatch(t)} for r in rules}
section = open(manual, encoding="utf-8").read().split(".Sh CHECKS OF OTHER TOOLS")[1].split(".Sh ")[0]
said, ids = {}, []
for line in section.split(".El")[:-1]:
    for row in line.splitlines():
        if row.startswith(".It Li "):
            ids = row[7:].split(" , ")
        elif row.startswith(".Li ") and "/" in row and "..." not in row:
            for i in ids:
                said.setdefault(i, set()).add(row[4:].rstrip(" ,"))
for check, named in sorted(said.items()):
    wrong = [r for r in sorted(named) if check not in tags.get(r, ())]
    print(("not ok" if wrong else "ok"), check, "is a tag of", *(wrong or sorted(named)))
lost = sorted({t for r in tags for t in tags[r]} - set(said))
print("not ok no line for" if lost else "ok every tag has a line", *lost)
PY
verdicts "$T/verdicts"
finish
