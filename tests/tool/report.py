# SPDX-License-Identifier: Apache-2.0
"""What the tests ask of JSON reports.

    report.py same BASE FILE...      the same findings of images, whatever the dialect; "ok NAME" per file
    report.py files BASE FILE...     the same, of files only (archives without history or digests)
    report.py valid SCHEMA FILE...   the schema holds
    report.py expect FILE [not] [rule=R] [path=P] [state=S] [hidden=N] [severity=S] [kind=K] [layer=N]
              [confidence=C] [pointer=P] [line=N] [by=TEXT] [image=NAME] [n=COUNT] [via=KIND[:NAME]+…] [msg=TEXT]
                                     some finding (or exactly COUNT) is like that; values may have *
    report.py is FILE EXPRESSION     a Python expression over `r`, the report, is true
    report.py list FILE              findings, a line each
    report.py leaks SECRETS FILE...  none of the secrets is in the files
"""
import glob
import json
import os
import re
import sys


def load(path):
    with open(path, encoding="utf-8") as f:
        return json.load(f)


def findings(r):
    for a in r["archives"]:
        for f in a["findings"]:
            yield f, None
    for im in r["images"]:
        for f in im["findings"]:
            yield f, im


def essence(r, files_only):
    """Findings of images, without what a dialect may change: source, digests of blobs, diff IDs it lacks."""
    out = []
    for im in r["images"]:
        for f in im["findings"]:
            where = dict(f["location"])
            if files_only and where["kind"] != "file":
                continue
            where.pop("diffId")
            keep = {k: f[k] for k in f if k != "location"}
            if files_only:
                where.pop("createdBy")
            out.append(json.dumps([im["platform"] if not files_only else "", keep, where], sort_keys=True))
    return sorted(out)


def cmd_same(args, files_only=False):
    base = essence(load(args[0]), files_only)
    if not base:
        print(f"not ok {args[0]}: the report to compare with has no findings")
        return 1
    bad = 0
    for path in args[1:]:
        name = os.path.basename(path).removesuffix(".json").replace(",", ", ")
        try:
            got = essence(load(path), files_only)
        except (ValueError, OSError) as e:
            got, why = None, f"no report ({e.__class__.__name__})"
        if got == base:
            print(f"ok {name}")
            continue
        bad = 1
        if got is not None:
            why = f"{len(base)} findings, here {len(got)}"
            for line in [x for x in base if x not in got][:2]:
                why += "\n    lacks " + brief(line)
            for line in [x for x in got if x not in base][:2]:
                why += "\n    has   " + brief(line)
        print(f"not ok {name}: {why}")
    return bad


def brief(line):
    _, f, where = json.loads(line)
    return " ".join(str(x) for x in (f["rule"], f["severity"], where["kind"], where["path"], "layer", where["layer"],
                                     f["state"], where["pointer"], where["offset"], where["line"], f["occurrences"]))


def rewrite(node, change):
    if isinstance(node, dict):
        return {k: change(v) if k == "$ref" else rewrite(v, change) for k, v in node.items() if k != "$id"}
    return [rewrite(v, change) for v in node] if isinstance(node, list) else node


def bundled(schema, directory):
    """The schemas beside it are put into it, so that references to their ids need no resolver (old ones cannot join URNs)."""
    schema = rewrite(schema, lambda ref: ref)
    for name in sorted(glob.glob(os.path.join(directory, "*.schema.json"))):
        other, key = load(name), os.path.basename(name).split(".")[0]
        urn = other.get("$id", "") + "#"
        if not urn.startswith("urn:") or urn not in json.dumps(schema):
            continue
        schema = rewrite(schema, lambda ref, u=urn, k=key: ref.replace(u, f"#/$defs/{k}"))
        schema.setdefault("$defs", {})[key] = rewrite(other, lambda ref, k=key: ref.replace("#/", f"#/$defs/{k}/"))
    return schema


def cmd_valid(args):
    import jsonschema
    schema = load(args[0])
    cls = getattr(jsonschema, "Draft202012Validator", None)
    if cls is None:
        print("this jsonschema knows no draft 2020-12")
        return 77
    cls.check_schema(schema)
    schema = bundled(schema, os.path.dirname(args[0]))
    bad = 0
    for path in args[1:]:
        for e in list(cls(schema).iter_errors(load(path)))[:3]:
            print(f"{os.path.basename(path)}: {'/'.join(map(str, e.absolute_path))}: {e.message[:200]}")
            bad = 1
    return bad


def like(pattern, value):
    value = "" if value is None else str(value)
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), value, re.DOTALL) is not None


def cmd_expect(args):
    r, want, negate = load(args[0]), {}, False
    for a in args[1:]:
        if a == "not":
            negate = True
        else:
            key, _, want[key] = a.partition("=")
    count, image = want.pop("n", None), want.pop("image", None)
    hits = 0
    for f, im in findings(r):
        at = f["location"]
        have = {"rule": f["rule"], "path": at["path"], "state": f["state"], "hidden": f["hiddenIn"],
                "severity": f["severity"], "kind": at["kind"], "layer": at["layer"], "confidence": f["confidence"],
                "pointer": at["pointer"], "line": at["line"], "offset": at["offset"],
                "by": at["createdBy"], "occurrences": f["occurrences"], "via": "+".join(v["kind"] + (":" + v["path"] if "path" in v else "") for v in at["via"]) or None, "msg": f["message"]}
        if image is not None and (im is None or image not in im["names"]):
            continue
        hits += all(like(v, have[k]) for k, v in want.items())
    good = hits == int(count) if count is not None else bool(hits) != negate
    if not good:
        print(f"{hits} findings are like that; the report has:")
        cmd_list(args[:1])
    return 0 if good else 1


def cmd_list(args):
    for f, im in findings(load(args[0])):
        at = f["location"]
        print(f["rule"], f["severity"], at["kind"], at["path"], "layer", at["layer"], f["state"], f["hiddenIn"], at["pointer"],
              "line", at["line"], "via", [v["kind"] + ":" + v.get("path", "") for v in at["via"]], f["message"][:80])
    for e in load(args[0])["errors"]:
        print("error:", e["source"], e["message"])


def cmd_is(args):
    r = load(args[0])
    if eval(args[1], {"r": r, "findings": findings}):  # pylint: disable=eval-used
        return 0
    print("does not hold:", args[1])
    cmd_list(args[:1])
    return 1


def secrets(path):
    with open(path, encoding="utf-8") as f:
        return [line.rstrip("\n").split(" ", 2) for line in f]


def forms(kind, value):
    """All that must not be seen: the secret; of a key, its longest pieces."""
    if kind.startswith("pem"):
        return [w for w in value.replace("\\n", " ").split(" ") if len(w) >= 24]
    return [value, value[-12:]]


def cmd_leaks(args):
    bad, known = 0, secrets(args[0])
    for path in args[1:]:
        with open(path, "rb") as f:
            data = f.read()
        for kind, number, value in known:
            for form in forms(kind, value):
                if form.encode() in data or form.encode("utf-16-le") in data:
                    # Where, not what.
                    print(f"{os.path.basename(path)} shows secret {kind} {number}")
                    bad = 1
    return bad


COMMANDS = {k[4:]: v for k, v in globals().items() if k.startswith("cmd_")}


def main():
    args = sys.argv[1:]
    if args[0] == "files":
        return cmd_same(args[1:], True)
    return COMMANDS[args[0]](args[1:]) or 0


if __name__ == "__main__":
    sys.exit(main())
