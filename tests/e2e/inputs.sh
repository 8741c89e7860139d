#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# One image in every dialect, wrapped in every codec, from a file, a directory and a
# pipe: always the same findings.
# shellcheck disable=SC2154,SC2034 # rc is shared with lib.sh
. "${0%/*}/lib.sh"

cat >"$T/recipe" <<'END'
name app:1
user app
env API_TOKEN={github:1}
label vendor=example
history ARG GITHUB_TOKEN={github:2}
layer ADD rootfs.tar /
dir etc
file etc/passwd root:x:0:0::/root:/bin/sh\napp:x:1001:1001::/:/bin/sh\n
file app/caf\xc3\xa9 {npm:1}
file app/latin\xe9 {npm:2}
layer COPY . /app
file app/.env API={npm:3}\n
file root/.bash_history export A={github:3}\n
file usr/lib/python3/site-packages/pytest-8.0.0.dist-info/METADATA Metadata-Version: 2.1\nName: pytest\nVersion: 8.0.0\n
layer RUN rm /app/.env
whiteout app/.env
layer RUN true
file run/done 1
again 3
END
mkdir "$T/tars" "$T/r"
mkimage -s "$T/secrets" all "$T/recipe" "$T/tars" || exit 1

run() {
	name=$1
	shift
	"$TARSIER" -f json "$@" >"$T/r/$name.json" 2>"$T/r/$name.err"
}

run base "$T/tars/docker24.tar"
check 'the image of this test has findings' report is "$T/r/base.json" \
	'len(r["images"]) == 1 and len(r["images"][0]["findings"]) >= 8 and r["verdict"] == "fail"'

# v1 archives have neither history of empty layers nor digests: only files compare.
mkdir "$T/same" "$T/files"
for tar in "$T"/tars/*.tar; do
	d=${tar##*/}
	d=${d%.tar}
	run "$d,plain,file" "$tar"
	cat "$tar" | run "$d,plain,pipe" -
	case $d in
	docker24 | podman | oci | containerd | kaniko | v1) codecs='gzip zstd xz bzip2' ;;
	*) codecs='gzip zstd' ;;
	esac
	for z in $codecs; do
		$z -q -c "$tar" >"$T/wrapped" 2>/dev/null || $z -c "$tar" >"$T/wrapped"
		run "$d,$z,file" "$T/wrapped"
		cat "$T/wrapped" | run "$d,$z,pipe" -
	done
	if tar tf "$tar" | LC_ALL=C sort | uniq -d | grep -q .; then continue; fi
	mkdir "$T/dir"
	tar xf "$tar" -C "$T/dir"
	run "$d,plain,directory" "$T/dir"
	rm -rf "$T/dir"
done
for how in none gzip zstd mixed; do
	for d in oci containerd kaniko bazel; do
		mkimage -l $how $d "$T/recipe" "$T/x.tar"
		run "$d,$how-layers,file" "$T/x.tar"
		cat "$T/x.tar" | run "$d,$how-layers,pipe" -
	done
done
rm "$T/wrapped" "$T/x.tar"
mv "$T"/r/v1*.json "$T/files"
mv "$T"/r/*,*.json "$T/same"
report same "$T/r/base.json" "$T"/same/*.json >"$T/log"
verdicts "$T/log"
report files "$T/r/base.json" "$T"/files/*.json >"$T/log"
verdicts "$T/log"

check 'every report is valid' report valid "$TOP/rules/schema/report.schema.json" "$T/r/base.json" "$T"/same/*.json "$T"/files/*.json
check 'no report or error shows a secret' report leaks "$T/secrets" "$T"/r/* "$T"/same/* "$T"/files/*

# Content decides, never the name.
cp "$T/tars/oci.tar" "$T/image.zip"
run base2 "$T/image.zip"
report same "$T/r/base.json" "$T/r/base2.json" >"$T/log"
check 'the name of the file does not matter' grep -q '^ok' "$T/log"

# What is special about some of them.
audit "$T/tars/containerd.tar"
finds 'containerd: absent platforms are information' rule=archive/absent-platform severity=info
check 'containerd: an absent platform is no gap' report is "$T/json" 'r["images"][0]["complete"]'
audit "$T/tars/attested.tar"
check 'an attestation is no image' report is "$T/json" 'len(r["images"]) == 1 and any(b["role"] == "attestation" for a in r["archives"] for b in a["blobs"])'
audit "$T/tars/with-artifact.tar"
check 'an artifact is no image' report is "$T/json" 'len(r["images"]) == 1 and any(b["role"] == "artifact" for a in r["archives"] for b in a["blobs"])'
audit "$T/tars/bazel.tar"
check 'a layer that is stored twice with the same content is one blob' report is "$T/json" \
	'not any(f["rule"] == "archive/duplicate-member" for f, _ in findings(r))'
audit "$T/tars/v1.tar"
finds 'v1: said to be of the past' rule=archive/legacy-format
check 'v1: its tag is read' report is "$T/json" 'r["images"][0]["names"] == ["app:1"]'
audit "$T/tars/docker25.tar"
check 'docker 25: both indexes are one image' report is "$T/json" 'len(r["images"]) == 1 and "app:1" in r["images"][0]["names"]'
check 'docker 25: no mismatch of its indexes' report is "$T/json" 'not any(f["rule"].endswith("mismatch") for f, _ in findings(r))'

# Several images, several platforms, several files.
cat >"$T/two" <<'END'
name one:1
user 1001
layer COPY one
file a/.env {github:11}
layer COPY both
file b/.env {github:12}
image
name two:2
platform linux/arm64/v8
user 0
share 1
layer COPY two
file c/.env {github:13}
END
for d in docker24 docker25 podman kaniko containerd oci nested v1; do
	mkimage $d "$T/two" "$T/two.tar"
	audit "$T/two.tar"
	check "two images in one file: $d" report is "$T/json" \
		'len(r["images"]) == 2 and sorted(sum(f["rule"] == "file/dotenv" for f in im["findings"]) for im in r["images"]) == [2, 2]'
done
mkimage oci "$T/two" "$T/two.tar"
audit --ref two:2 "$T/two.tar"
check '--ref narrows' report is "$T/json" '[im["names"] for im in r["images"]] == [["two:2"]]'
audit --ref three "$T/two.tar"
status '--ref that matches nothing' 3
mkimage multi "$T/two" "$T/two.tar"
audit "$T/two.tar"
check 'all platforms are audited' report is "$T/json" 'sorted(im["platform"] for im in r["images"])[0] == "linux/amd64" and len(r["images"]) == 2'
audit --platform linux/amd64 "$T/two.tar"
check '--platform narrows' report is "$T/json" '[im["platform"] for im in r["images"]] == ["linux/amd64"]'
cat "$T/two.tar" | "$TARSIER" -f json --platform linux/riscv64 - >"$T/json" 2>"$T/err"
rc=$?
status '--platform that matches nothing, from a pipe' 3
audit "$T/tars/oci.tar" "$T/tars/kaniko.tar"
check 'several files are audited' report is "$T/json" 'len(r["archives"]) == 2 and len(r["images"]) == 2'

# No temporary file, ever.
mkdir "$T/tmp"
cat "$T/tars/oci.tar" | TMPDIR=$T/tmp strace -f -e trace=openat,creat,memfd_create -o "$T/trace" "$PROGRAM" -q - >/dev/null 2>&1
if [ -s "$T/trace" ] && grep -q openat "$T/trace"; then
	check 'nothing is written anywhere' sh -c "! grep -E 'O_CREAT|O_TMPFILE|creat\\(|memfd_create' '$T/trace'"
else
	skip 'nothing is written anywhere: strace cannot run here'
fi
finish
