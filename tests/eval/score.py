# SPDX-License-Identifier: Apache-2.0
"""Compares reports with what is true: recall of planted secrets, false alarms, findings in ordinary software.

    score.py [--require PERCENT] planted REPORT TRUTH     one planted image; lists what is wrong; status 1 below the goal
    score.py all DIR                                      DIR/planted-*.{json,truth}, DIR/clean-*.json: DIR/report.json, DIR/report.md

Goals: hiding places 95 %, all planted secrets 90 %, negatives 3 %, and in the images of ordinary software
no finding of a secret at high or above and at most 5 at medium, besides those in known-hits.txt.
"""
import collections
import fnmatch
import glob
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
LOUD = {"medium": 1, "high": 2, "critical": 3}
GOALS = {"hiding place": 95, "all": 90, "negative": 3, "clean high": 0, "clean medium": 5}


def load(path):
    with open(path, encoding="utf-8") as f:
        return json.load(f)


def findings(report):
    for im in report["images"]:
        yield from (f for f in im["findings"] if f["rule"].startswith("secret/") and f["severity"] in LOUD)
    for a in report["archives"]:
        yield from (f for f in a["findings"] if f["rule"].startswith("secret/") and f["severity"] in LOUD)


def placed(entry, f):
    """Is the finding where the secret is?"""
    at, where = f["location"], entry.get("where", "file")
    if where == "history":
        return at["kind"] == "history"
    if where == "file or header" and at["kind"] == "layer":
        return at["layer"] == entry["layer"]
    if where == "any layer":
        return at["kind"] == "layer"
    if where not in ("file", "file or header"):
        return at["kind"] == "config" and (at["pointer"] or "").startswith(where)
    if at["path"] != entry["path"] or (entry["layer"] is not None and at["layer"] != entry["layer"]):
        return False
    if entry["state"] is not None and f["state"] != entry["state"]:
        return False
    return bool(at["via"]) or not entry.get("via")


def compare(report, truth):
    """Counts by category, and what is wrong."""
    counts, wrong = collections.defaultdict(lambda: [0, 0]), []
    by_path = collections.defaultdict(list)
    for f in findings(report):
        at = f["location"]
        by_path[at["path"] if at["kind"] == "file" else None].append(f)
    for e in truth:
        hits = [f for p in {e["path"], None if e.get("where", "file") != "file" else e["path"]} for f in by_path[p] if placed(e, f)]
        c = counts[e["category"]]
        c[0] += bool(hits)
        c[1] += 1
        if bool(hits) != e["secret"]:
            near = by_path.get(e["path"], []) if e["path"] else []
            wrong.append(("missed" if e["secret"] else "false alarm", e, [f["rule"] for f in (hits or near)]))
    return counts, wrong


def tell(kind, e, rules):
    more = " ".join(str(e[k]) for k in ("concept", "value") if k in e)
    return "%s: %s: %s %s %s %s" % (kind, e["category"], e["name"], more, e["path"] or e.get("where"), " ".join(sorted(set(rules))))


def percent(c):
    return 100.0 * c[0] / c[1] if c[1] else 100.0


def total(counts):
    good = [counts[c] for c in counts if c != "negative"]
    return [sum(c[0] for c in good), sum(c[1] for c in good)]


def cmd_planted(args):
    need = float(args.pop(0)[10:]) if args and args[0].startswith("--require=") else 0
    counts, wrong = compare(load(args[0]), load(args[1]))
    for c in sorted(counts):
        print("%-14s %d of %d (%.1f %%)" % (c, *counts[c], percent(counts[c])))
    for w in wrong:
        print(tell(*w))
    return 1 if percent(total(counts)) < need or (counts["negative"][1] and percent(counts["negative"]) > GOALS["negative"]) else 0


def known_hits():
    with open(os.path.join(HERE, "known-hits.txt"), encoding="utf-8") as f:
        return [line.split()[:2] for line in f if line.strip() and not line.startswith("#")]


def clean(path, known):
    name = os.path.basename(path)[6:-5]
    out = {"image": name, "high": 0, "medium": 0, "known": 0, "findings": []}
    for f in findings(load(path)):
        row = {"severity": f["severity"], "rule": f["rule"], "path": f["location"]["path"], "via": [v["kind"] for v in f["location"]["via"]],
               "line": f["location"]["line"], "redacted": f["evidence"]["redacted"]}
        if any(fnmatch.fnmatch(row["rule"], r) and fnmatch.fnmatch(row["path"], p) for r, p in known):
            out["known"] += 1
            continue
        out["high" if LOUD[f["severity"]] > 1 else "medium"] += 1
        out["findings"].append(row)
    return out


def cmd_all(args):
    where, counts, wrong, bad = args[0], collections.defaultdict(lambda: [0, 0]), [], []
    kinds = collections.defaultdict(lambda: [0, 0])
    for path in sorted(glob.glob(where + "/planted-*.truth")):
        report, truth = load(path[:-6] + ".json"), load(path)
        got, more = compare(report, truth)
        for c in got:
            counts[c] = [a + b for a, b in zip(counts[c], got[c])]
        missed = {id(w[1]) for w in more}
        for e in truth:
            k = kinds[e["category"], e["name"]]
            k[0] += (id(e) not in missed) == e["secret"]
            k[1] += 1
        wrong += more
    images = [clean(p, known_hits()) for p in sorted(glob.glob(where + "/clean-*.json"))]
    counts["all"] = total(counts)
    for c, least in (("hiding place", GOALS["hiding place"]), ("all", GOALS["all"])):
        if percent(counts[c]) < least:
            bad.append("%s: %.1f %% found, %d wanted" % (c, percent(counts[c]), least))
    if percent(counts["negative"]) > GOALS["negative"] and counts["negative"][1]:
        bad.append("negatives: %.1f %% reported, %d allowed" % (percent(counts["negative"]), GOALS["negative"]))
    for im in images:
        if im["high"] > GOALS["clean high"] or im["medium"] > GOALS["clean medium"]:
            bad.append("%s: %d at high or above, %d at medium" % (im["image"], im["high"], im["medium"]))
    recall = {c: {"found": counts[c][0], "of": counts[c][1], "percent": round(percent(counts[c]), 1)} for c in sorted(counts)}
    with open(where + "/report.json", "w", encoding="utf-8") as f:
        json.dump({"planted": recall, "clean": images, "below": bad,
                   "wrong": [{"what": k, **e, "rules": sorted(set(r))} for k, e, r in wrong]}, f, indent=1)
    lines = ["# Recall and precision", "", "| planted | found | of | % |", "| --- | --- | --- | --- |"]
    lines += ["| %s | %d | %d | %.1f |" % (c, *counts[c], percent(counts[c])) for c in sorted(counts)]
    lines += ["", "(`negative` looks like a secret and is none: lower is better.)", "", "| ordinary software | high | medium | known |", "| --- | --- | --- | --- |"]
    lines += ["| %s | %d | %d | %d |" % (im["image"], im["high"], im["medium"], im["known"]) for im in images]
    summary = lines[2:]
    lines += ["", "## Below the goals", ""] + (["* " + b for b in bad] or ["nothing"])
    lines += ["", "## Kinds with misses", "", "| kind | right | of |", "| --- | --- | --- |"]
    lines += ["| %s: %s | %d | %d |" % (*k, *kinds[k]) for k in sorted(kinds) if kinds[k][0] < kinds[k][1]]
    lines += ["", "## All that is wrong", ""] + ["* " + tell(*w) for w in wrong]
    lines += ["* %s: %s %s %s line %s %s" % (im["image"], r["severity"], r["rule"], r["path"], r["line"], r["redacted"]) for im in images for r in im["findings"]]
    with open(where + "/report.md", "w", encoding="utf-8") as f:
        f.write("\n".join(lines) + "\n")
    print("\n".join(summary))
    print("\n".join(["", "below the goals:"] + bad if bad else ["", "all goals are met"]))
    print("more is in report.md")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit({"planted": cmd_planted, "all": cmd_all}[[a for a in sys.argv[1:] if not a.startswith("--")][0]](
        [a for a in sys.argv[1:] if a.startswith("--")] + [a for a in sys.argv[1:] if not a.startswith("--")][1:]))
