#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# diff: what became of an image, and whether it got worse.
# shellcheck disable=SC2154,SC2034 # rc is shared with lib.sh
. "${0%/*}/lib.sh"

compare() {
	"$TARSIER" diff --no-progress -v "$@" >"$T/text" 2>"$T/err" </dev/null
	"$TARSIER" diff --no-progress -f json "$@" >"$T/json" 2>"$T/err" </dev/null
	rc=$?
}
valid() { check "$1" report valid "$TOP/rules/schema/diff.schema.json" "$T/json"; }

cat >"$T/old" <<'END'
name app:1
user 1001
env A=1
env GONE=x
env SECRET_KEY={password:1}
label version=1
layer FROM base
file etc/os-release x
file var/lib/dpkg/status Package: curl\nStatus: install ok installed\nVersion: 1\n\nPackage: gone\nStatus: install ok installed\nVersion: 1\n\n
layer RUN install
file usr/lib/x 1
layer COPY src /app
file app/main.py one
file app/old.py one
file app/id {github:1}
layer RUN old
file app/made 1
END
cat >"$T/new" <<'END'
name app:2
user 1002
env A=1
env SECRET_KEY={password:2}
env NEW=y
label version=2
layer FROM base
file etc/os-release x
file var/lib/dpkg/status Package: curl\nStatus: install ok installed\nVersion: 2\n\nPackage: come\nStatus: install ok installed\nVersion: 1\n\n
layer RUN install
file usr/lib/x 1
layer COPY src /app
file app/main.py three
file app/new.py two
file app/key {github:2}
layer RUN new
file app/made 2
layer RUN more
mode 4755 app/more 1
END
for v in old new; do mkimage -s "$T/secrets" docker24 "$T/$v" "$T/$v.tar"; done

compare "$T/old.tar" "$T/new.tar"
status 'a finding of the threshold came in' 1
valid 'the document is as the schema says'
check 'no secret is shown' report leaks "$T/secrets" "$T/json" "$T/text" "$T/err"
holds 'layers: reused, other content, other instruction, added' '[l["change"] for l in i["layers"]] == ["content", "reused", "content", "instruction", "added"]'
holds 'the first that differs' 'i["firstChange"] == 0'
holds 'why: the entries that differ' '[(e["path"], e["old"] is None, e["new"] is None) for e in i["layers"][2]["entries"]] == [("/app/id", False, True), ("/app/key", True, False), ("/app/main.py", False, False), ("/app/new.py", True, False), ("/app/old.py", False, True)]'
holds 'packages' '[(p["name"], p["old"], p["new"]) for p in i["packages"]] == [("come", None, "1"), ("curl", "1", "2"), ("gone", "1", None)]'
holds 'files' 'i["fileSummary"]["added"] == 3 and i["fileSummary"]["removed"] == 2'
holds 'files of the same size that hold something else' '[f["path"] for f in i["files"] if f["contentChanged"] and f["old"]["size"] == f["new"]["size"]] == ["/app/made", "/var/lib/dpkg/status"]'
holds 'files that hold the same are not listed' 'i["fileSummary"]["changed"] == 3 and not [f for f in i["files"] if f["path"] == "/usr/lib/x"]'
holds 'findings' '"secret/github-token" in [f["rule"] for f in i["findings"]["introduced"]] and "secret/github-token" in [f["rule"] for f in i["findings"]["fixed"]]'
holds 'the user' '{"field": "user", "name": None, "change": "changed", "old": "1001", "new": "1002"} in i["config"]'
holds 'a variable whose value is another' '[(c["name"], c["change"], c["old"], c["new"]) for c in i["config"] if c["field"] == "env"] == [("GONE", "removed", "", None), ("NEW", "added", None, ""), ("SECRET_KEY", "changed", "", "")]'
check 'the text says which instruction it was' grep -q 'it was: RUN old' "$T/text"
check 'the text says that a file of the same size is another' grep -q '~ /app/made (1 byte, other content)' "$T/text"
check 'and what is compared' grep -q 'by type, content, mode, owner and link' "$T/text"
check 'the text says what changed in a layer' grep -q '~ /app/main.py (3 bytes -> 5 bytes)' "$T/text"

compare "$T/old.tar" "$T/old.tar"
status 'nothing changed' 0
valid 'nothing changed: valid'
holds 'nothing changed: all layers are reused, findings are not new' 'i["firstChange"] is None and not i["files"] and not i["config"] and i["findings"]["unchanged"] > 0 and not i["findings"]["introduced"]'
# Another time is no other file.
cat >"$T/touch.py" <<'END'
import hashlib, io, json, sys, tarfile
def later(data):
    out = io.BytesIO()
    with tarfile.open(fileobj=io.BytesIO(data)) as t, tarfile.open(fileobj=out, mode="w") as o:
        for m in t:
            m.mtime += 100
            o.addfile(m, t.extractfile(m) if m.isreg() else None)
    return out.getvalue()
src, dst = sys.argv[1:3]
with tarfile.open(src) as t:
    bodies = {m.name: t.extractfile(m).read() for m in t if m.isreg()}
manifest = json.loads(bodies["manifest.json"])[0]
config = json.loads(bodies[manifest["Config"]])
layers = [later(bodies[l]) for l in manifest["Layers"]]
config["rootfs"]["diff_ids"] = ["sha256:" + hashlib.sha256(l).hexdigest() for l in layers]
text = json.dumps(config).encode()
name = hashlib.sha256(text).hexdigest() + ".json"
manifest.update(Config=name, Layers=["%d/layer.tar" % i for i in range(len(layers))])
with tarfile.open(dst, "w") as o:
    for n, b in [(name, text), ("manifest.json", json.dumps([manifest]).encode())] + list(zip(manifest["Layers"], layers)):
        m = tarfile.TarInfo(n)
        m.size = len(b)
        o.addfile(m, io.BytesIO(b))
END
"$PYTHON" "$T/touch.py" "$T/old.tar" "$T/later.tar"
compare "$T/old.tar" "$T/later.tar"
status 'only times differ: nothing is new' 0
holds 'only times differ: all layers are rebuilt, no entry or file differs' '{l["change"] for l in i["layers"]} == {"content"} and not any(l["entries"] for l in i["layers"]) and not i["files"]'
check 'and the text says so' grep -q 'rebuilt: same files, other times or extended attributes' "$T/text"
compare --fail-on none "$T/old.tar" "$T/new.tar"
status '--fail-on none' 0

# Only what came in counts.
mkimage docker24 - "$T/fixed.tar" <<'END'
name app:3
user 1001
layer FROM base
file etc/os-release x
END
compare "$T/old.tar" "$T/fixed.tar"
status 'fixed findings fail nothing' 0
holds 'removed layers' '[l["change"] for l in i["layers"]].count("removed") == 3'

# A finding that was hidden and is not any more is graver than before.
for v in 'whiteout app/test' 'file app/other 1'; do
	mkimage docker24 - "$T/v.tar" <<END
name app:1
user 1001
layer one
file usr/lib/python3/dist-packages/pytest-7.dist-info/METADATA Name: pytest\nVersion: 7\n
layer two
$(echo "$v" | sed 's|app/test|usr/lib/python3/dist-packages/pytest-7.dist-info|')
END
	mv "$T/v.tar" "$T/$(echo "$v" | cut -d' ' -f1).tar"
done
compare "$T/whiteout.tar" "$T/file.tar"
status 'a finding that became graver is introduced' 1
compare "$T/file.tar" "$T/whiteout.tar"
status 'one that became less grave is not' 0

# Several platforms: each with its own.
for v in 1 2; do
	mkimage oci - "$T/multi$v.tar" <<END
name app:1
platform linux/amd64
user 1001
layer a
file a $v
image
name app:1
platform linux/arm64
user 1001
layer b
file b 1
END
done
compare "$T/multi1.tar" "$T/multi2.tar"
holds 'images are paired by platform' '[(p["old"]["platform"], p["new"]["platform"], p["firstChange"]) for p in d["images"]] == [("linux/amd64", "linux/amd64", 0), ("linux/arm64", "linux/arm64", None)]'
compare --platform linux/arm64 "$T/multi1.tar" "$T/multi2.tar"
holds '--platform narrows' 'len(d["images"]) == 1'
compare "$T/multi1.tar" "$T/old.tar"
holds 'images without a counterpart' 'len(d["images"]) == 2 and d["images"][1]["new"] is None'
valid 'images without a counterpart: valid'

compare "$T/none.tar" "$T/new.tar"
status 'an old image that is not there' 3
holds 'its verdict' 'd["verdict"] == "incomplete"'
valid 'one that is not there: valid'
compare "$T/old.tar"
status 'one image is too few' 2
compare - -
status 'standard input twice' 2

# --- the policy ------------------------------------------------------------------
mkimage docker24 - "$T/one.tar" <<'END'
name app:1
user 1001
layer base
file base/.env A=1
END
mkimage docker24 - "$T/two.tar" <<'END'
name app:2
user 1001
layer base
file base/.env A=1
layer more
file app/.env B=1
END
introduced='[f["location"]["path"] for f in i["findings"]["introduced"]]'
compare "$T/one.tar" "$T/two.tar"
status 'a finding that nothing suppresses' 1
holds 'is introduced' "$introduced == [\"/app/.env\"] and i[\"findings\"][\"suppressed\"] == 0"
printf -- '- {path: app/.env, reason: r}\n' >"$T/ignores"
compare --ignorefile "$T/ignores" "$T/one.tar" "$T/two.tar"
status 'one that is ignored is not' 0
holds 'but counted' "$introduced == [] and i[\"findings\"][\"suppressed\"] == 1 and i[\"findings\"][\"fixed\"] == []"
check 'in the text too' grep -q ' unchanged, 1 suppressed$' "$T/text"
valid 'with suppressed findings: valid'
compare --ignorefile "$T/ignores" "$T/two.tar" "$T/one.tar"
holds 'and fixed it is not either' 'i["findings"]["fixed"] == [] and i["findings"]["suppressed"] == 1'
printf -- '- {image: "app:1", reason: r}\n' >"$T/ignores"
compare --ignorefile "$T/ignores" "$T/one.tar" "$T/two.tar"
holds 'what was suppressed and counts now is introduced' "set($introduced) >= {\"/base/.env\", \"/app/.env\"}"
"$TARSIER" --no-progress -f json "$T/two.tar" >"$T/known.json" 2>/dev/null
compare --baseline "$T/known.json" "$T/one.tar" "$T/two.tar"
status 'what the baseline knows is not introduced' 0
compare --base "$T/one.tar" --profile strict "$T/one.tar" "$T/two.tar"
status 'what is above the base is' 1
printf 'inherited: ignore\nbase: %s\n' "$T/two.tar" >"$T/p.yaml"
compare --config "$T/p.yaml" "$T/one.tar" "$T/two.tar"
status 'nor is what the base has' 0
finish
