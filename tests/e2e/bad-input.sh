#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Input that cannot be read or is not what it claims: the status, one line that names
# source and reason, and every finding that could still be made.
# shellcheck disable=SC2154,SC2034 # rc is shared with lib.sh
. "${0%/*}/lib.sh"

cat >"$T/recipe" <<'END'
name app:1
user 1001
layer one
file a/.env {github:1}
pad 200000 a/big {github:2}
layer two
file b/.env {github:3}
pad 200000 b/big {github:4}
END
for d in docker24 oci kaniko containerd; do mkimage -s "$T/secrets" $d "$T/recipe" "$T/$d.tar"; done

# edit IN OUT CODE: CODE changes `members`, a list of [TarInfo, bytes].
cat >"$T/edit.py" <<'END'
import gzip, hashlib, io, json, sys, tarfile
with tarfile.open(sys.argv[1]) as t:
    members = [[m, t.extractfile(m).read() if m.isreg() else b""] for m in t]
def find(end):
    return next(m for m in members if m[0].name.endswith(end))
def layers():
    return [m for m in members if len(m[1]) > 1000]
exec(sys.argv[3])
with tarfile.open(sys.argv[2], "w") as o:
    for m, data in members:
        m.size = len(data)
        o.addfile(m, io.BytesIO(data) if m.isreg() else None)
END
edit() { "$PYTHON" "$T/edit.py" "$1" "$2" "$3"; }

# refused CLAIM STATUS SOURCE REASON: of the last audit: one line, which names both.
refused() {
	status "$1" "$2"
	lines=$(wc -l <"$T/err")
	if [ "$lines" != 1 ]; then
		not_ok "$1: one line on standard error, not $lines"
		sed 's/^/    /' "$T/err" | head -n 5
	elif ! grep -qF -- "$3" "$T/err" || ! grep -qiE -- "$4" "$T/err"; then
		not_ok "$1: names source and reason: $(cat "$T/err")"
	elif [ "$(grep -oF -- "$3" "$T/err" | wc -l)" != 1 ]; then
		not_ok "$1: names the source once: $(cat "$T/err")"
	else
		ok "$1: one line names source and reason"
	fi
	check "$1: the report has it too" report is "$T/json" 'r["errors"] and r["verdict"] != "pass"'
}

# damaged CLAIM STATUS WHY: the image was audited as far as it goes; why it was not is in the report.
damaged() {
	status "$1" "$2"
	check "$1: says why" report is "$T/json" "any('$3'.lower() in (s['what'] + ' ' + s['why']).lower() for x in r['images'] + r['archives'] for s in x['coverage']['skipped']) or any('$3'.lower() in e['message'].lower() for e in r['errors'])"
	check "$1: not complete" report is "$T/json" 'r["verdict"] != "pass" and not (r["images"] and all(i["complete"] for i in r["images"]) and all(not a["coverage"]["skipped"] for a in r["archives"]))'
}

audit "$T/none.tar"
refused 'a missing file' 3 none.tar 'no such file'
mkdir "$T/directory"
audit "$T/directory"
refused 'an empty directory' 3 /directory 'not an image'
echo x >"$T/directory/file"
audit "$T/directory"
refused 'a directory that is no layout' 3 /directory 'not an image'
: >"$T/empty.tar"
audit "$T/empty.tar"
refused 'an empty file' 3 empty.tar 'empty'
audit /dev/null
refused '/dev/null' 3 /dev/null 'device|empty|not an image'
echo 'This is text, and not short, so that it is longer than a tar header could ever be.' >"$T/plain.txt"
audit "$T/plain.txt"
refused 'a text file' 3 plain.txt 'not an image|no tar|not a tar'
head -c 100000 /dev/urandom >"$T/noise"
audit "$T/noise"
refused 'noise' 3 noise 'not an image|no tar|not a tar'
gzip -c "$T/plain.txt" >"$T/plain.gz"
audit "$T/plain.gz"
refused 'compressed text' 3 plain.gz 'not an image|no tar|not a tar'
tar cf "$T/other.tar" -C "$T" plain.txt
audit "$T/other.tar"
refused 'a tar that is no image' 3 other.tar 'not an image'
head -c 10240 /dev/zero >"$T/zeros.tar"
audit "$T/zeros.tar"
refused 'a tar without members' 3 zeros.tar 'not an image|no member'
printf '' | "$TARSIER" --no-progress -f json - >"$T/json" 2>"$T/err"
rc=$?
refused 'an empty pipe' 3 'standard input' 'empty'
chmod 000 "$T/noise"
if [ -r "$T/noise" ]; then
	skip 'a file without permission: root may read everything'
else
	audit "$T/noise"
	refused 'a file without permission' 3 noise 'permission'
fi
edit "$T/docker24.tar" "$T/x.tar" 'find("manifest.json")[1] = b"null"'
audit "$T/x.tar"
refused 'a manifest of nothing' 3 x.tar 'not an image|no image'
edit "$T/docker24.tar" "$T/x.tar" 'find("manifest.json")[1] = b"[]"; members.remove(find("repositories")); members[:] = [m for m in members if not m[0].name.endswith("/json")]'
audit "$T/x.tar"
refused 'a manifest without images' 3 x.tar 'not an image|no image'

# Recognisably an image, but not whole.
secrets_in() { grep -c '"rule": "secret/' "$1"; }
for cut in 3000 40000 150000 230000 300000; do
	head -c "$cut" "$T/docker24.tar" >"$T/cut.tar"
	audit "$T/cut.tar"
	check "cut at $cut: not passed" test $rc -ne 0 -a $rc -le 4
	cat "$T/cut.tar" | "$TARSIER" --no-progress -f json - >"$T/json2" 2>"$T/err"
	check "cut at $cut: the same status from a pipe" test $? = $rc
	check "cut at $cut: the same secrets from a pipe" test "$(secrets_in "$T/json")" = "$(secrets_in "$T/json2")"
	[ $cut -lt 40000 ] || check "cut at $cut: what was before is told" test "$(secrets_in "$T/json")" -ge 1
done
# The second layer is cut: what the first one had is told.
"$PYTHON" - "$T/docker24.tar" "$T/cut.tar" <<'END'
import sys, tarfile
with tarfile.open(sys.argv[1]) as t:
    at = max(m.offset_data + m.size // 2 for m in t if m.name.endswith("layer.tar"))
open(sys.argv[2], "wb").write(open(sys.argv[1], "rb").read(at))
END
audit "$T/cut.tar"
check 'a truncated archive: not clean' test $rc = 1 -o $rc = 3 -o $rc = 4
check 'a truncated archive: findings made so far are told' report is "$T/json" \
	'sum(f["rule"].startswith("secret/") for f, _ in findings(r)) >= 2'
gzip -c "$T/docker24.tar" | head -c 150000 >"$T/cut.gz"
audit "$T/cut.gz"
check 'a truncated gzip: not clean' test $rc = 1 -o $rc = 3 -o $rc = 4
check 'a truncated gzip: findings made so far are told' report is "$T/json" \
	'sum(f["rule"].startswith("secret/") for f, _ in findings(r)) >= 1'
check 'a truncated gzip: findings do not depend on the name of the source' report is "$T/json" \
	'not any("cut.gz" in f["message"] for f, _ in findings(r))'
check 'a truncated gzip: said' sh -c "grep -qiE 'cut|truncated|ends|damaged|incomplete' '$T/json'"

edit "$T/oci.tar" "$T/x.tar" 'm = layers()[0]; m[1] = m[1][:-9] + bytes([m[1][-9] ^ 1]) + m[1][-8:]'
audit "$T/x.tar"
damaged 'a layer with a wrong checksum' 1 layer
finds 'a layer with a wrong checksum: its digest is wrong' rule=archive/digest-mismatch severity=high
finds 'a layer with a wrong checksum: the other layer is told' rule=file/dotenv
edit "$T/docker24.tar" "$T/x.tar" 'm = layers()[0]; i = m[1].index(b"a" if False else bytes(b"/big")) + 3000; m[1] = m[1][:i] + b"X" + m[1][i+1:]'
audit "$T/x.tar"
damaged 'a layer that was changed' 1 diffid
finds 'a layer that was changed: diffID' rule=layer/diff-id-mismatch severity=high kind=layer
check 'a layer that was changed: damaged' report is "$T/json" 'any(l["status"] == "damaged" for i in r["images"] for l in i["layers"])'
check 'a layer that was changed: all findings are told' report is "$T/json" 'sum(f["rule"] == "file/dotenv" for f, _ in findings(r)) == 2'
edit "$T/docker24.tar" "$T/x.tar" 'members.remove(layers()[0])'
audit "$T/x.tar"
damaged 'a missing layer' 1 layer
finds 'a missing layer: told' rule=layer/missing
check 'a missing layer: its state' report is "$T/json" 'sorted(l["status"] for i in r["images"] for l in i["layers"]) == ["audited", "missing"]'
edit "$T/oci.tar" "$T/x.tar" 'members.remove(layers()[0])'
audit "$T/x.tar"
damaged 'a missing blob' 1 layer
edit "$T/kaniko.tar" "$T/x.tar" 'm = layers()[0]; m[1] = m[1][:len(m[1]) // 2]'
audit "$T/x.tar"
damaged 'a layer cut short' 1 layer
finds 'a layer cut short: told' rule=layer/damaged
check 'a layer cut short: what was before the cut is told' report is "$T/json" 'sum(f["rule"] == "file/dotenv" for f, _ in findings(r)) == 2'
edit "$T/docker24.tar" "$T/x.tar" 'm = layers()[0]; m[1] = m[1][:len(m[1]) // 2]'
audit "$T/x.tar"
damaged 'a plain layer cut short' 1 layer
edit "$T/docker24.tar" "$T/x.tar" 'm = next(m for m in members if m[0].name.count("/") == 0 and m[0].name.endswith(".json") and m[0].name != "manifest.json"); m[1] = m[1][:-20]'
audit "$T/x.tar"
damaged 'a config that is no JSON' 1 JSON
finds 'a config that is no JSON: told' rule=config/unreadable
finds 'a config that is no JSON: layers are audited' rule=file/dotenv
edit "$T/docker24.tar" "$T/x.tar" 'm = find("manifest.json"); m[1] = m[1][:-5]'
audit "$T/x.tar"
check 'a manifest that is no JSON: not clean' test $rc = 1 -o $rc = 4
check 'a manifest that is no JSON: said' sh -c "grep -qi manifest '$T/json'"
edit "$T/oci.tar" "$T/x.tar" 'm = find("index.json"); m[1] = b"{\"manifests\": 3" '
audit "$T/x.tar"
check 'an index that is no JSON: not clean' test $rc = 1 -o $rc = 4
edit "$T/docker24.tar" "$T/x.tar" 'm = layers()[0]; import copy; n = copy.copy(m[0]); members.append([n, m[1][:-1024] + b"x" * 1024])'
audit "$T/x.tar"
finds 'two members of one name' rule=archive/duplicate-member severity=high
edit "$T/docker24.tar" "$T/x.tar" 'm = tarfile.TarInfo("extra/thing"); members.append([m, bytes(b"KEY=") + open("'"$T"'/secret","rb").read()])' 2>/dev/null || {
	token github 9 >"$T/secret"
	edit "$T/docker24.tar" "$T/x.tar" 'm = tarfile.TarInfo("extra/thing"); members.append([m, bytes(b"KEY=") + open("'"$T"'/secret","rb").read()])'
}
audit "$T/x.tar"
finds 'a blob that no manifest names is told' rule=archive/unreferenced-blob path=extra/thing
finds 'a blob that no manifest names is scanned' 'rule=secret/*' path=extra/thing
edit "$T/docker24.tar" "$T/x.tar" 'm = next(m for m in members if m[0].name.count("/") == 0 and m[0].name.endswith(".json") and m[0].name != "manifest.json"); m[1] = m[1] + b" "'
audit "$T/x.tar"
finds 'a config that is not its name' rule=config/name-mismatch severity=medium
check 'a config that is not its name: complete' report is "$T/json" 'r["images"][0]["complete"]'
edit "$T/oci.tar" "$T/x.tar" 'm = layers()[0]; m[1] = b"this is no layer at all" * 100'
audit "$T/x.tar"
check 'a layer that is no tar: not clean' test $rc = 1 -o $rc = 4
check 'a layer that is no tar: unsupported' report is "$T/json" 'any(l["status"] in ("unsupported", "damaged") for i in r["images"] for l in i["layers"])'

# An archive that lost its manifest.json is read as what it was before there was one.
edit "$T/docker24.tar" "$T/x.tar" 'members.remove(find("manifest.json"))'
audit "$T/x.tar"
check 'a lost manifest.json: read as legacy' report is "$T/json" 'r["archives"][0]["format"] == "docker-archive-v1" and sum(f["rule"] == "file/dotenv" for f, _ in findings(r)) == 2'

# wrong CLAIM CODE [option...]: audits an image that tests/tool/oddimage.py makes of CODE.
wrong() {
	wrong_claim=$1
	"$PYTHON" "$TOP/tests/tool/oddimage.py" "$T/w.tar" "$2" || not_ok "$1: is made"
	shift 2
	audit --fail-on none "$@" "$T/w.tar"
}
row='[s["what"] + " " + s["why"] for i in r["images"] for s in i["coverage"]["skipped"] + i["coverage"]["derived"]]'

for f in passwd shadow group; do
	wrong "$f" "files = [('etc/$f', b'root:x:0\nno account\n\0\0:::\n::::::::::\na:b:99999999999999999999:-1::::\n\xff\xfe\n')]"
	status "lines of $f that are none: audited" 0
	finds "lines of $f that are none: told" rule=account/broken-line path=/etc/$f
done
wrong 'a NUL' 'files = [("etc/passwd", b"root:x:0:0::/:/bin/sh\ntoor::0:0::/:/bin/sh\0x\n")]'
finds 'an account before a NUL: an account' rule=account/extra-root
finds 'an account before a NUL: a broken line' rule=account/broken-line
wrong 'too many accounts' 'files = [("etc/passwd", b"a:x:7:7:::\n" * 100001 + b"b::0:0:::\n")]'
status 'more accounts than are read: not passed' 4
check 'more accounts than are read: said' report is "$T/json" "any('more than 100000 lines' in s for s in $row)"

for f in var/lib/dpkg/status var/lib/dpkg/status.d/a var/lib/dpkg/info/a.md5sums lib/apk/db/installed var/lib/rpm/rpmdb.sqlite \
	var/lib/rpm/Packages.db var/lib/rpm/Packages a/package-lock.json a/node_modules/.package-lock.json a/b-1.dist-info/RECORD; do
	for what in noise 'b"\0" * 1000' 'b"x" * 100000' 'b"[" * 100000' 'b"{\"packages\": 1, \"packages\": [" + noise'; do
		wrong "$f" "files = [('$f', $what)]"
		[ "$rc" = 0 ] || [ "$rc" = 4 ] || not_ok "$f is $what: status $rc"
		report is "$T/json" "any(f['rule'] == 'package/database-malformed' for f, _ in findings(r)) or $row" >"$T/check.log" 2>&1 ||
			not_ok "$f is $what: nothing is said of it"
	done
	ok "$f that is none: a finding or a row of coverage"
done
wrong 'a cut SQLite database' 'files = [("var/lib/rpm/rpmdb.sqlite", b"SQLite format 3\0" + noise)]'
finds 'a broken SQLite database: told' rule=package/database-malformed
wrong 'too large a lock file' 'files = [("a/package-lock.json", json.dumps({"packages": {"node_modules/p%d" % n: {"dev": True} for n in range(90000)}}).encode())]'
status 'a lock file of more values than are read: not passed' 4

for mode in 'b"\x80" + b"\xff" * 7' 'b"7777777\x00"' 'b"\xff" * 8' 'b"4777777 "'; do
	wrong "mode $mode" "files = [('a', b'x'), ('bin/b', b'x')]
raw = lambda l: mode(mode(l, 0, $mode), 1024, $mode)"
	check "mode bits $mode: a finding, or an incomplete audit" report is "$T/json" \
		'any(f["rule"] == "layer/odd-mode" for f, _ in findings(r)) or not r["images"][0]["complete"]'
	check "mode bits $mode: no crash" test "$rc" = 0 -o "$rc" = 4
done

wrong 'links in a circle' 'files = [("a", b"", 0o777, "b"), ("b", b"", 0o777, "a"), ("etc", b"", 0o777, "etc"), ("c", b"", 0o777, "c/c/c"), ("d/e", b"", 0o777, "../d"), ("d/e/f", b"x")]
config = {"User": "app", "Cmd": ["/a"], "Env": ["PATH=/a:/c:/d/e"], "Healthcheck": {"Test": ["CMD", "f", "/b"]}}'
status 'links in a circle: audited' 0
finds 'links in a circle: the command is not there' rule=config/command-missing
finds 'links in a circle: the account is not there' rule=config/user-unresolved

token github 10 >"$T/ten"
label='data = open("'"$T"'/ten", "rb").read().decode().strip()
config["Labels"] = {"a": "x " * 5000000 + data, "b": "y"}'
wrong 'a label of 10 MB' "$label"
status 'a label of 10 MB: not passed' 4
finds 'a label of 10 MB: the config was not read' rule=config/unreadable
finds 'a label of 10 MB: its bytes were scanned' 'rule=secret/*'
wrong 'a label of 10 MB' "$label" --max-json 32M
status 'a label of 10 MB, and a limit that lets it be: audited' 0
finds 'a label of 10 MB, and a limit that lets it be: its secret' 'rule=secret/*' pointer=/config/Labels/a
wrong 'many labels' 'config["Labels"] = {"l%d" % n: "v" for n in range(100000)}'
status 'a hundred thousand labels: audited' 0
wrong 'many instructions' 'history = [{"created_by": "RUN a", "empty_layer": True}] * 90000'
status 'ninety thousand instructions: not passed' 4
echo "github 10 $(cat "$T/ten")" >>"$T/secrets"

# One bad input does not keep the others from being audited.
audit "$T/none.tar" "$T/docker24.tar" "$T/plain.txt"
check 'a bad input between good ones' report is "$T/json" 'len({e["source"] for e in r["errors"]}) == 2 and len(r["images"]) == 1'
for f in "$T"/*.tar "$T"/*.gz; do
	"$TARSIER" -v "$f" >>"$T/all" 2>&1
	rc=$?
	[ $rc -le 4 ] || not_ok "status $rc of ${f##*/}"
done
check 'no output shows a secret' report leaks "$T/secrets" "$T/all"
finish
