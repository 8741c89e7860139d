#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reports of other formats against what their readers want, by code that is not tarsier's.

    formats.py sarif FILE [SCHEMA]   what GitHub requires beyond the schema; and the schema
    formats.py junit FILE            counts that are right
    formats.py gitlab FILE           the constraints of GitLab's schemas

Ends with status 1 and says what is wrong.
"""
import json
import re
import sys
import urllib.parse
import xml.etree.ElementTree as ET

wrong = []


def want(ok, what):
    if not ok:
        wrong.append(what)


def text(value, most=None):
    return isinstance(value, str) and value != "" and (most is None or len(value.encode()) <= most)


def sarif(path, schema=None):
    with open(path, encoding="utf-8") as f:
        doc = json.load(f)
    if schema:
        import jsonschema
        with open(schema, encoding="utf-8") as f:
            validator = jsonschema.Draft4Validator(json.load(f))
        for e in list(validator.iter_errors(doc))[:5]:
            want(False, f"{'/'.join(map(str, e.absolute_path))}: {e.message[:200]}")
    want(doc["version"] == "2.1.0" and doc["$schema"], "version and schema")
    want(len(doc["runs"]) == 1, "one run")
    for run in doc["runs"]:
        rules = run["tool"]["driver"]["rules"]
        want(len(rules) == len({r["id"] for r in rules}), "each rule once")
        for r in rules:
            want(text(r["id"], 255) and text(r["name"], 255), f"{r['id']}: id and name")
            want(text(r["shortDescription"]["text"], 1024), f"{r['id']}: short description")
            want(text(r["fullDescription"]["text"], 1024), f"{r['id']}: full description")
            want(text(r["help"]["text"]), f"{r['id']}: help")
            want("security" in r["properties"]["tags"] and len(r["properties"]["tags"]) <= 20, f"{r['id']}: tags")
            score = r["properties"].get("security-severity", "0.1")
            want(isinstance(score, str) and 0 < float(score) <= 10, f"{r['id']}: security-severity {score}")
        want(len(run["results"]) <= 25000, "at most 25000 results")
        hashes = set()
        for r in run["results"]:
            what = r["message"]["text"]
            want(text(what), "a message")
            want(rules[r["ruleIndex"]]["id"] == r["ruleId"], f"{what}: rule")
            place = r["locations"][0]["physicalLocation"]
            uri = place["artifactLocation"]["uri"]
            parts = urllib.parse.urlsplit(uri)
            want(not parts.scheme and not parts.netloc and parts.path and not uri.startswith("/"), f"{uri}: relative")
            want(re.fullmatch(r"[!-~]+", uri) and not re.search(r'["<>\\^`{|}]', uri), f"{uri}: characters")
            want(not re.search(r"%(?![0-9A-F]{2})", uri), f"{uri}: encoding")
            want(not parts.fragment and "#" not in uri, f"{uri}: an artifact, no part of one")
            want(not {"..", ".", ""} & set(parts.path.split("/")), f"{uri}: normal")
            want(all(place["region"][k] >= 1 for k in ("startLine", "startColumn", "endLine", "endColumn")), f"{uri}: region")
            key = (uri, r["ruleId"], r["partialFingerprints"]["primaryLocationLineHash"])
            # Images of one name may have the same finding, which is then one for GitHub too.
            want(key not in hashes or len(run["properties"]["images"]) > 1, f"{key}: twice")
            hashes.add(key)
            want(isinstance(r["suppressions"], list), f"{uri}: suppressions")
        want(text(run["automationDetails"]["id"]) and run["automationDetails"]["id"].endswith("/"), "category")
        call, = run["invocations"]
        errors = [n for n in call["toolExecutionNotifications"] if n["level"] == "error"]
        want(call["executionSuccessful"] or errors, "a failed execution says why")


def junit(path):
    root = ET.parse(path).getroot()
    want(root.tag == "testsuites", "testsuites")
    for i, suite in enumerate(root):
        name = suite.get("name")
        cases = suite.findall("testcase")
        want(suite.get("id") == str(i), f"{name}: id")
        want(int(suite.get("tests")) == len(cases) > 0, f"{name}: tests")
        for tag, attribute in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
            n = sum(c.find(tag) is not None for c in cases)
            want(int(suite.get(attribute)) == n, f"{name}: {attribute}")
        want(all(text(c.get("classname")) and text(c.get("name")) for c in cases), f"{name}: names")


def gitlab(path):
    with open(path, encoding="utf-8") as f:
        doc = json.load(f)
    want(re.fullmatch(r"15\.\d+\.\d+", doc["version"]), "version")
    scan = doc["scan"]
    want(scan["type"] in ("container_scanning", "secret_detection"), "type")
    want(scan["status"] in ("success", "failure"), "status")
    for k in ("start_time", "end_time"):
        want(re.fullmatch(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}", scan[k]), k)
    for k in ("analyzer", "scanner"):
        tool = scan[k]
        want(all(text(tool[x]) for x in ("id", "name", "version")) and text(tool["vendor"]["name"]), k)
    for m in scan["messages"]:
        want(m["level"] in ("info", "warn", "fatal") and text(m["value"]), "messages")
    want(scan["status"] == "success" or any(m["level"] == "fatal" for m in scan["messages"]), "a failure says why")
    want(isinstance(doc["remediations"], list), "remediations")
    ids = [v["id"] for v in doc["vulnerabilities"]]
    want(len(ids) == len(set(ids)), "ids are unique")
    for v in doc["vulnerabilities"]:
        name = v["name"]
        want(text(name) and len(name) <= 255, f"{name}: name")
        want(text(v["description"], 1048576) and len(v.get("solution", "")) <= 7000, f"{name}: texts")
        want(v["severity"] in ("Info", "Unknown", "Low", "Medium", "High", "Critical"), f"{name}: severity")
        want(v["identifiers"] and all(text(i[k]) for i in v["identifiers"] for k in ("type", "name", "value")), f"{name}: identifiers")
        urls = [i["url"] for i in v["identifiers"] if "url" in i] + [i["url"] for i in v["links"]]
        want(all(re.match(r"https?://", u) for u in urls), f"{name}: urls")
        want("raw_source_code_extract" not in v, f"{name}: source")
        where = v["location"]
        secret = v["identifiers"][0]["value"].startswith("secret/")
        want(secret == (scan["type"] == "secret_detection"), f"{name}: in the wrong report")
        if secret:
            want(text(where["file"]) and text(where["commit"]["sha"]), f"{name}: location")
            want(where.get("start_line", 1) >= 1, f"{name}: line")
        else:
            want(text(where["dependency"]["package"]["name"]) and text(where["dependency"]["version"]), f"{name}: dependency")
            want(text(where["operating_system"]), f"{name}: system")
            want(re.fullmatch(r"[^:]+(:\d+[^:]*)?:[^:]+(:[^:]+)?", where["image"]), f"{name}: {where['image']}")
        want(all(d["type"] == "text" and text(d["name"]) and text(d["value"]) for d in v["details"].values()), f"{name}: details")


if __name__ == "__main__":
    {"sarif": sarif, "junit": junit, "gitlab": gitlab}[sys.argv[1]](*sys.argv[2:])
    for line in wrong[:20]:
        print(line)
    sys.exit(bool(wrong))
