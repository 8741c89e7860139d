#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Secrets of every kind in every place: each is found, none is shown, in no format.
# shellcheck disable=SC2154,SC2034 # rc is shared with lib.sh
. "${0%/*}/lib.sh"

{
	cat <<'END'
name app:1
name registry.example.org/{github:190}/app:2
user 1001
env T={github:101}
env DATABASE_URL=postgres://svc:{password:1}@db.internal.corp/app
label a={github:102}
label {github:103}=key
cmd run --token {github:104}
entrypoint start {github:105}
shell {github:106}
healthcheck curl -H 'Authorization: token {github:107}' localhost
onbuild RUN echo {github:108}
author {github:109}
comment {github:110}
history ARG TOKEN={github:111}
history RUN |2 A={github:112} B=plain /bin/sh -c make
key {"moby.extra": {"deep": ["{github:113}"]}}
raw "escaped": "\u0067{github-escaped:1}"
layer COPY --token={github:114} . /
file names/{github:115}.txt x
file deleted/.env A={github:116}
file over A={github:117}
pax comment p/a {github:118}
pax GITHUB.token p/b {github:119}
xattr user.token p/c {github:120}
link l {github:121}
hard h {github:122}
utf16 bin/wide {github:123}
base64 bin/b64 some text before {github:124} and after
base64 bin/b64a x{github:125} and after
base64 bin/b64b xx{github:126} and after
pad 4000 bin/binary {github:127}
dir {github:128}
fifo {github:129}
END
	# The secret lies across each border of 256 KiB in turn.
	n=130
	for at in 262134 262124 262107 262144 524270 130000 65520; do
		printf '%s\n' "pad $((at - 512)) edge/$at {github:$n}"
		n=$((n + 1))
	done
	# One of each kind, as a program's text would have it.
	for k in github-oauth github-server npm gitlab slack-bot stripe google openai anthropic huggingface sendgrid \
		digitalocean vault pypi jwt; do
		printf '%s\n' "file kinds/$k key = \"{$k:1}\"\\n"
		printf '%s\n' "pad 1000 kinds/$k.bin  {$k:2} "
	done
	printf '%s\n' 'file kinds/aws [default]\naws_access_key_id = {aws-id:1}\naws_secret_access_key = {aws-secret:1}\n'
	printf '%s\n' 'file kinds/telegram bot{telegram:1}/getMe https://api.telegram.org/bot{telegram:1}/getMe\n'
	printf '%s\n' 'file kinds/key.pem {pem:1}\n'
	printf '%s\n' 'file kinds/key.json {"key": "{pem-escaped:1}"}\n'
	cat <<'END'
layer RUN rm -r deleted
whiteout deleted
file over nothing
END
} >"$T/recipe"
mkimage -s "$T/secrets" docker24 "$T/recipe" "$T/image.tar" || exit 1
mkimage oci "$T/recipe" "$T/oci.tar"
sort -u "$T/secrets" -o "$T/secrets"

audit "$T/image.tar"
status 'the image fails' 1

# place SECRET PLACE...
config() { finds "found: $1" 'rule=secret/*' "pointer=$2"; }
config Env '/config/Env/0'
config 'a password in a URL' '/config/Env/1'
config 'a label' '/config/Labels/a'
config 'the key of a label' '/config/Labels*'
config Cmd '/config/Cmd/2'
config Entrypoint '/config/Entrypoint/2'
config Shell '/config/Shell/2'
config Healthcheck '/config/Healthcheck/Test/1'
config OnBuild '/config/OnBuild/0'
config author /author
config comment /comment
config 'an ARG in history' '/history/0/created_by'
config 'build arguments in history' '/history/1/created_by'
config 'an instruction of a layer' '/history/2/created_by'
config 'an unknown field' '/moby.extra/deep/0'
config 'a field with JSON escapes' '/escaped'
f() { finds "found: $1" 'rule=secret/*' "path=$2" n="${3:-1}"; }
f 'in a deleted file' /deleted/.env
f 'in an overwritten file' /over
f 'in UTF-16' /bin/wide
f 'in base64' /bin/b64
f 'in base64, shifted by one' /bin/b64a
f 'in base64, shifted by two' /bin/b64b
f 'in binary data' /bin/binary
for at in 262134 262124 262107 262144 524270 130000 65520; do f "across a border: $at" "/edge/$at"; done
for k in github-oauth github-server npm gitlab slack-bot stripe google openai anthropic huggingface sendgrid \
	digitalocean vault pypi jwt; do
	finds "found: $k" 'rule=secret/*' path=/kinds/$k
	finds "found in binary data: $k" 'rule=secret/*' path=/kinds/$k.bin
done
finds 'found: AWS id' 'rule=secret/aws*' path=/kinds/aws line=2
finds 'found: AWS secret' 'rule=secret/aws*' path=/kinds/aws line=3
finds 'found: Telegram' 'rule=secret/telegram*' path=/kinds/telegram
finds 'found: a private key' 'rule=secret/*key*' path=/kinds/key.pem confidence=confirmed
finds 'found: a private key in JSON' 'rule=secret/*key*' path=/kinds/key.json
# Names, links and extended headers have no path that could be shown whole.
check 'found: names, links, extended headers' report is "$T/json" \
	'sum(f["rule"].startswith("secret/github") for f, _ in findings(r)) >= 36'

# An archive whose JSON ends right behind a secret, and whose layer has a secret for a name.
cat >"$T/spoil.py" <<'END'
import io, sys, tarfile
with tarfile.open(sys.argv[1]) as t:
    members = [[m, t.extractfile(m).read() if m.isreg() else b""] for m in t]
config = next(m for m in members if m[0].name.count("/") == 0 and m[0].name.endswith(".json") and m[0].name != "manifest.json")
manifest = next(m for m in members if m[0].name == "manifest.json")
secret = manifest[1].split(b"example.org/")[1].split(b"/")[0]
bad = manifest if sys.argv[3] == "manifest.json" else config
cut = bad[1].index(secret[:4])
bad[1] = bad[1][:cut + 40] + b"\x01\xff}" + bad[1][cut + 40:]
m = tarfile.TarInfo("../" + secret.decode() + ".json")
members.append([m, b'{"a": "' + secret + b'"'])
with tarfile.open(sys.argv[2], "w") as o:
    for m, data in members:
        m.size = len(data)
        o.addfile(m, io.BytesIO(data) if m.isreg() else None)
END

# Every format and stream.
{
	cat "$T/json" "$T/err"
	for v in '' -v -q '--severity info'; do
		for i in image.tar oci.tar; do
			# shellcheck disable=SC2086
			"$TARSIER" $v "$T/$i"
			# shellcheck disable=SC2086
			"$TARSIER" $v -f json "$T/$i"
		done
	done
	for f in sarif junit gitlab-container-scanning gitlab-secret-detection; do
		"$TARSIER" -f $f "$T/image.tar"
		"$TARSIER" -f $f "$T/oci.tar"
		"$TARSIER" -f $f --fail-on none "$T/image.tar"
		head -c 900000 "$T/image.tar" | "$TARSIER" -f $f -
	done
	cat "$T/oci.tar" | "$TARSIER" -v -
	# Errors, too: a config and a manifest that break off behind a secret, a layer that is named after one.
	for end in config manifest.json; do
		"$PYTHON" "$T/spoil.py" "$T/image.tar" "$T/spoilt.tar" $end
		"$TARSIER" -v "$T/spoilt.tar"
		for f in json sarif junit gitlab-container-scanning gitlab-secret-detection; do
			"$TARSIER" -v -f $f "$T/spoilt.tar"
		done
		"$TARSIER" -v --ref "$(token github 190)" "$T/spoilt.tar"
	done
	head -c 900000 "$T/image.tar" | "$TARSIER" -v -
	head -c 900000 "$T/image.tar" | "$TARSIER" -v -f json -
} >"$T/all" 2>&1
check 'no secret is shown by any format' report leaks "$T/secrets" "$T/all"
check 'their redacted forms are' grep -q "$(token github 101 | cut -c1-6)" "$T/all"
finish
