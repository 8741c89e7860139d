# SPDX-License-Identifier: Apache-2.0
"""Each rule has an image that shows it and one that only seems to: fixtures/rules/AREA/NAME/ has

    fires       recipe (tests/tool/recipe.py) of an image with a finding of the rule
    silent      recipe of its near misses: what a simpler check would take for it. It tells what they are in
                comments, and is audited completely, with no finding of the rule of any severity
    config      tarsier.yaml for both; ignores: .tarsierignore for both; fires.ignores, silent.ignores: for one
    base        recipe of a base image for both

The finding has the severity of the catalogue; where that of hidden files is another, a second one has that.

    rule_fixtures.py PROGRAM FIXTURES WORK [RULE...]

prints "ok CLAIM" and "not ok CLAIM" for every rule of `PROGRAM rules list` but those of kind content, which have
generated examples and counter-examples instead. Images and reports are left in WORK. All images of one configuration are audited in
one run, but those with ignores.
"""
import json
import os
import subprocess
import sys

import mkimage
import recipe


def failed(claim, *why):
    print(f"not ok {claim}")
    for line in why:
        print(f"    {line}")


class Case:
    """One image of one rule."""

    def __init__(self, rule, which, where, work):
        self.rule, self.which, self.recipe = rule, which, os.path.join(where, which)
        self.tar = os.path.join(work, f"{rule['id'].replace('/', '.')}.{which}.tar")
        self.policy = self.file(where, "config"), self.file(where, which + ".ignores") or self.file(where, "ignores"), None
        if self.file(where, "base"):
            self.policy = self.policy[:2] + (os.path.join(work, f"{rule['id'].replace('/', '.')}.base.tar"),)
            self.write(os.path.join(where, "base"), self.policy[2])
        self.secrets = []
        self.name = f"{rule['id']} {which}"

    @staticmethod
    def file(where, name):
        path = os.path.join(where, name)
        return path if os.path.exists(path) else None

    @staticmethod
    def write(path, tar):
        with open(path, encoding="utf-8") as f:
            text = f.read()
        if path.endswith("silent") and not text.startswith("# "):
            raise SystemExit("does not begin with a comment that tells its near misses")
        made = recipe.read(text.splitlines())
        mkimage.write(made, tar)
        return [value.encode() for _, _, value in made.used]

    def make(self):
        self.secrets = self.write(self.recipe, self.tar)

    def judge(self, parts, errors):
        """What is wrong with the report of this image: lines."""
        found = [f for p in parts for f in p["findings"] if f["rule"] == self.rule["id"]]
        seen = [f"{f['severity']} {f['location']['path']} {f['state'] or ''}: {f['message']}" for f in found]
        if self.which == "fires":
            wrong = [] if any(f["severity"] == self.rule["severity"] and f["state"] in (None, "live") for f in found) else [
                f"no finding of severity {self.rule['severity']}"] + seen
            hidden = self.rule["severityWhenHidden"]
            if hidden != self.rule["severity"] and not any(
                    f["severity"] == hidden and f["state"] in ("deleted", "overwritten") for f in found):
                wrong += [f"no finding of severity {hidden} in a file that a later layer hides"] + seen
            return wrong
        images = [p for p in parts if "layers" in p]
        if not images or not all(p["complete"] for p in images) or errors:
            seen += ["it is not audited completely"] + [str(e) for e in errors]
        return seen


def audit(program, work, number, policy, cases):
    """One run; the parts of its report (archives and images) by source, and the errors."""
    command = [program, "--no-progress", "-f", "json", "--fail-on", "none", "--config", policy[0] or "none",
               "--ignorefile", policy[1] or "none", "--base", policy[2] or "none"] + [c.tar for c in cases]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if done.returncode not in (0, 4):
        failed(f"audit of {cases[0].name} and others: status {done.returncode}", *done.stderr.decode().splitlines()[:5])
        return
    with open(os.path.join(work, f"{number}.json"), "wb") as f:
        f.write(done.stdout)
    if any(s in done.stdout + done.stderr for c in cases for s in c.secrets):
        failed(f"audit of {cases[0].name} and others: a secret of a recipe is in what it says")
    report = json.loads(done.stdout)
    for c in cases:
        parts = [p for p in report["archives"] + report["images"] if p["source"] == c.tar]
        wrong = c.judge(parts, [e for e in report["errors"] if e["source"] == c.tar])
        if wrong:
            failed(c.name, *wrong, f"to see it: tests/tool/mkimage.py recipe fixtures/rules/{c.rule['id']}/{c.which} x.tar")
        else:
            print(f"ok {c.name}")


def main():
    program, fixtures, work = sys.argv[1:4]
    listed = subprocess.run([program, "rules", "list", "-f", "json"], capture_output=True, check=True)
    rules = {r["id"]: r for r in json.loads(listed.stdout)["rules"] if r["kind"] != "content"}
    for area in sorted(os.listdir(fixtures)):
        for name in sorted(os.listdir(os.path.join(fixtures, area))):
            if f"{area}/{name}" not in rules:
                failed(f"{area}/{name}", f"fixtures/rules/{area}/{name} belongs to no rule")
    groups = {}
    for rule in rules.values():
        for which in ("fires", "silent"):
            case = Case(rule, which, os.path.join(fixtures, rule["id"]), work)
            if sys.argv[4:] and rule["id"] not in sys.argv[4:]:
                continue
            if not os.path.exists(case.recipe):
                failed(case.name, f"fixtures/rules/{rule['id']}/{which} is not there: a recipe (tests/tool/recipe.py) of an image "
                       + ("with a finding of the rule" if which == "fires" else "of near misses"))
                continue
            try:
                case.make()
            except (SystemExit, Exception) as e:  # whatever is wrong with a recipe, the others are audited
                failed(case.name, f"its recipe: {e!r}")
                continue
            # Whether an ignore is needed is asked of a run as a whole.
            groups.setdefault((case.policy, case.name if case.policy[1] else None), []).append(case)
    for number, ((policy, _), cases) in enumerate(groups.items()):
        audit(program, work, number, policy, cases)


if __name__ == "__main__":
    main()
