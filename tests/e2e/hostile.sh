#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Archives made to be misread, or to cost more than they are worth: what docker would
# load is what is audited, nothing that was not looked at passes, and file and pipe
# agree about all of them.
# shellcheck disable=SC2154 # rc is shared with lib.sh
. "${0%/*}/lib.sh"

cat >"$T/clean" <<'EOF'
name app:1
user 1001
layer one
file a/b text
EOF
cat >"$T/evil" <<'EOF'
name app:1
user root
layer two
file a/.env KEY={github:1}
EOF
for d in docker24 v1 oci; do
	mkimage $d "$T/clean" "$T/clean-$d.tar"
	mkimage -s "$T/secrets" $d "$T/evil" "$T/evil-$d.tar"
done

# make NAME CODE: CODE fills `out`, a list of [name, bytes, type, target], from clean and evil, two such lists.
cat >"$T/make.py" <<'EOF'
import hashlib, io, json, sys, tarfile
def read(path):
    with tarfile.open(path) as t:
        return [[m.name, t.extractfile(m).read() if m.isreg() else b"", m.type, m.linkname] for m in t]
def load(dialect):
    return read(f"{sys.argv[1]}/clean-{dialect}.tar"), read(f"{sys.argv[1]}/evil-{dialect}.tar")
def body(members, end):
    return next(m[1] for m in members if m[0].endswith(end))
def without(members, *names):
    return [m for m in members if m[0] not in names]
def file(name, data):
    return [name, data, tarfile.REGTYPE, ""]
def sha(data):
    return hashlib.sha256(data).hexdigest()
def layer(entries):
    o = io.BytesIO()
    with tarfile.open(fileobj=o, mode="w") as t:
        for name, data in entries:
            i = tarfile.TarInfo(name)
            i.size = len(data)
            t.addfile(i, io.BytesIO(data))
    return o.getvalue()
exec(sys.argv[3])
with tarfile.open(sys.argv[2], "w") as o:
    for name, data, kind, target in out:
        i = tarfile.TarInfo(name)
        i.size, i.type, i.linkname = len(data), kind, target
        o.addfile(i, io.BytesIO(data) if i.isreg() else None)
EOF
# hostile NAME CODE [option...]: audits what CODE makes of the two.
hostile() {
	"$PYTHON" "$T/make.py" "$T" "$T/$1.tar" "$2" || not_ok "$1: is made"
	hostile_name=$1
	shift 2
	both "$hostile_name" "$@"
}
# both NAME [option...]: audits NAME.tar from a file and from a pipe, which must agree.
both() {
	both_name=$1
	shift
	"$TARSIER" --no-progress -f json "$@" - <"$T/$both_name.tar" >"$T/pipe.json" 2>"$T/pipe.err"
	both_rc=$?
	audit "$@" "$T/$both_name.tar"
	sed "s#$T/$both_name.tar#-#" "$T/json" >"$T/file.json"
	check "$both_name: file and pipe agree" cmp "$T/file.json" "$T/pipe.json"
	check "$both_name: with one status" test $both_rc = $rc
}

# Members below a link, and links to what is replaced later.
hostile below-a-link 'clean, evil = load("docker24")
out = clean + without(evil, "manifest.json") + [["d", b"", tarfile.SYMTYPE, "."], file("d/manifest.json", body(evil, "manifest.json"))]'
finds 'a manifest written through a link is the manifest' rule=config/user-root
finds 'a manifest written through a link is a copy' rule=archive/duplicate-member severity=high
hostile hard-link 'clean, evil = load("docker24")
out = without(clean, "manifest.json") + without(evil, "manifest.json") + [file("m", body(evil, "manifest.json")), ["manifest.json", b"", tarfile.LNKTYPE, "m"], file("m", body(clean, "manifest.json"))]'
finds 'a hard link to a name with two bodies' rule=archive/duplicate-member severity=high

# What is beside an index is loaded by docker, which does not read the index.
hostile v1-beside-index 'clean, evil = load("oci")[0], load("v1")[1]
out = clean + evil'
finds 'legacy folders beside an index are an image' rule=config/user-root
check 'legacy folders beside an index: both are audited' report is "$T/json" 'len(r["images"]) == 2'

# JSON that begins late, or stands where its bytes are not seen.
hostile blanks 'clean, evil = load("docker24")
out = without(evil, "manifest.json") + [file("manifest.json", b" " * 300000 + body(evil, "manifest.json"))]'
finds 'a manifest behind blanks is read' rule=config/user-root
check 'a manifest behind blanks: complete' report is "$T/json" 'r["images"][0]["complete"]'
hostile inline 'import base64
clean, evil = load("oci")
index = json.loads(body(clean, "index.json"))
d = index["manifests"][0]
name = "blobs/sha256/" + d["digest"][7:]
d["data"] = base64.b64encode(body(clean, name)).decode()
out = without(clean, "index.json", name) + [file("index.json", json.dumps(index).encode())]' --fail-on none
status 'a manifest that stands in its descriptor only is not passed' 4

hostile polyglot 'out = [file("c", b"{}"), file("manifest.json", tarfile.TarInfo("[{\"Config\": \"c\"}]").tobuf())]'
status 'a manifest that is a tar header too is no reason to say that this is no image' 4

# Few bytes, much to tell.
hostile multiplied 'l = layer([("d%d/.env" % i, b"A=1") for i in range(500)])
configs = [json.dumps({"os": "linux", "architecture": "amd64", "created": str(n), "config": {"User": "1"}, "rootfs": {"type": "layers", "diff_ids": ["sha256:" + sha(l)]}}).encode() for n in range(20)]
out = [file("l", l)] + [file(sha(c) + ".json", c) for c in configs] + [file("manifest.json", json.dumps([{"Config": sha(c) + ".json", "Layers": ["l"]} for c in configs]).encode())]' --max-findings 1000 --fail-on none
status 'findings beyond the limit: not passed' 4
check 'findings beyond the limit are left out, and counted' report is "$T/json" \
	'sum(f["rule"] == "file/dotenv" for f, _ in findings(r)) == 1000 and "500 more than" in str(r["errors"])'
hostile many-members 'clean, evil = load("docker24")
out = clean + [file("f%d" % i, b"%d" % i) for i in range(20000)]' --fail-on none
status 'many members: done' 0

# A config and a few files that ask more questions than they are worth. odd NAME CODE [option...]: of tests/tool/oddimage.py.
odd() {
	"$PYTHON" "$TOP/tests/tool/oddimage.py" "$T/$1.tar" "$2" || not_ok "$1: is made"
	odd_name=$1
	shift 2
	both "$odd_name" --fail-on none "$@"
}
odd variables 'config["Env"] = ["V%d_PASSWORD=sesame-%d" % (n, n) for n in range(30)]' --max-findings 20
status 'findings of checks beyond the limit: not passed' 4
check 'findings of checks beyond the limit are counted' report is "$T/json" '"more than --max-findings" in str(r["errors"])'
odd interpreters 'd = ["/d%d" % n for n in range(64)]
files = [("usr/bin/env", b"x", 0o755)] + [(p[1:] + "/s%d" % n, b"#!/usr/bin/env s%d" % (n + 1), 0o755) for p in d for n in range(4)]
config = {"Env": ["PATH=" + ":".join(d)], "Cmd": ["s0"]}'
status 'interpreters in every part of PATH: not passed' 4
odd links 'step = "./" * 2000
files = [("l%d" % n, b"", 0o777, step + "l%d" % (n + 1)) for n in range(38)] + [("l38/x", b"x"), ("a/node_modules", b"", 0o777, "../" + step + "l0")]
files.append(("a/package-lock.json", json.dumps({"packages": {"node_modules/p%d" % n: {"dev": True} for n in range(45000)}}).encode()))'
status 'a long way through links, for many names: not passed' 4
odd peers 'p = {"peerDependencies": {"p%d" % n: "1" for n in range(90000)}, "peerDependenciesMeta": {"q%d" % n: {} for n in range(55000)}}
files = [("a/node_modules/b/package.json", json.dumps(p).encode())]'
status 'a package that needs more than is kept: not passed' 4
cat >"$T/assert.yaml" <<'END'
assertions:
- {name: a, file: '/h/*', matches: a}
END
odd assertions 'files = [("a", b"a"), ("b-1.dist-info/RECORD", b"".join(b"f%d,sha256=" % n + b"A" * 43 + b",0\n" for n in range(300000)))]
files += [("h/%d" % n, b"", 0o777, "../a") for n in range(30000)]
hard = [("h/h%d" % n, "a") for n in range(30000)]' --config "$T/assert.yaml"
check 'files that were not compared, among many records: a hundred are told' report is "$T/json" \
	'sum(f["rule"] == "policy/assertion" for f, _ in findings(r)) == 100'
odd editable 'files = [("a/site-packages/__editable__.p%d-1.pth" % n, b"x") for n in range(1001)]'
status 'more links to source than are compared: not passed' 4
odd rows 'files = [("a/node_modules/p%d/package.json" % n, b"x") for n in range(3000)]'
status 'many broken files: done' 0
check 'many broken files: a thousand rows, the rest is counted' report is "$T/json" \
	'(lambda d: len(d) == 1001 and "2000 more files" in d[-1]["what"])(r["images"][0]["coverage"]["derived"])'
odd commands 'history = [{"created_by": "RUN " + "x;" * 20000 + "curl a | sh", "empty_layer": True}]'
status 'more commands than are looked at: not passed' 4
odd shell 'config["Shell"] = ["s" * 100] * 60000
history = [{"created_by": "RUN x", "empty_layer": True}] * 2000'
status 'a shell that is longer than is read: not passed' 4
odd words 'config["Entrypoint"] = ["gunicorn"] * 250000 + ["--config=x"]'
status 'many words to start: done' 0

# What breaks off is told without the name of the source.
gzip -c "$T/clean-docker24.tar" | head -c 300 >"$T/cut.tar"
audit "$T/cut.tar"
check 'a cut stream: reason without the name' report is "$T/json" 'r["errors"] and not any("cut.tar" in e["message"] for e in r["errors"])'
rc2=$rc
audit - <"$T/cut.tar"
check 'a cut stream: the same from a pipe' test "$rc" = "$rc2"

# What a compressed stream holds besides its data: names and comments of gzip, skippable frames of zstd.
token=$("$PYTHON" "$TOP/tests/tool/tokens.py" github 3)
printf 'github 3 %s\n' "$token" >>"$T/secrets"
export token
hostile gzip-header 'import gzip, os
clean, evil = load("docker24")
z = bytearray(gzip.compress(body(clean, "layer.tar"), mtime=0))
z[3] |= 16
z[10:10] = b"token=" + os.environ["token"].encode() + bytes(1)
out = [[n, bytes(z) if n.endswith("layer.tar") else d, k, t] for n, d, k, t in clean]'
finds 'a secret in a comment of gzip' rule=secret/github-token
status 'a secret in a comment of gzip fails the audit' 1
hostile skippable 'import os, struct, subprocess
clean, evil = load("docker24")
secret = b"token=" + os.environ["token"].encode()
z = subprocess.run(["zstd", "-qc"], input=body(clean, "layer.tar"), capture_output=True).stdout
z = z + struct.pack("<II", 0x184D2A50, len(secret)) + secret
out = [[n, z if n.endswith("layer.tar") else d, k, t] for n, d, k, t in clean]'
finds 'a secret in a skippable frame' rule=secret/github-token
status 'a secret in a skippable frame fails the audit' 1
"$PYTHON" - "$T/clean-docker24.tar" "$T/wrapped.tar.gz" <<'END'
import gzip, os, sys
z = bytearray(gzip.compress(open(sys.argv[1], "rb").read(), mtime=0))
z[3] |= 8
z[10:10] = b"token=" + os.environ["token"].encode() + bytes(1)
open(sys.argv[2], "wb").write(z)
END
audit "$T/wrapped.tar.gz"
finds 'a secret in the header of the wrapper' rule=secret/github-token

# A stream's last doubts: an extended header that extends nothing.
hostile dangling 'clean, evil = load("docker24")
out = clean + [["x", b"", b"K", ""]]'
status 'an extended header at the end is no clean archive' 1
"$TARSIER" -v "$T"/*.tar >"$T/all" 2>&1
check 'no output shows a secret' report leaks "$T/secrets" "$T/all" "$T/json"
finish
