#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What tarsier.yaml demands of images: each demand met, and each broken.
# shellcheck disable=SC2154,SC2034 # rc is shared with lib.sh
. "${0%/*}/lib.sh"

mkimage docker24 - "$T/image.tar" <<'END'
name app:1
platform linux/arm64/v8
key {"config": {"User": "1001:1001", "Env": ["PATH=/usr/bin:/bin", "DB_HOST=db.internal"], "WorkingDir": "/app", "Cmd": ["python", "-m", "app"], "Entrypoint": ["/usr/bin/tini", "--"], "Labels": {"org.opencontainers.image.version": "1.2", "empty": "", "internal.note": "x"}, "ExposedPorts": {"8000/tcp": {}, "53/udp": {}}, "Volumes": {"/data": {}}}}
history ARG TOKEN_URL=https://t.internal
layer RUN one
mode 0644 app/main.py x
mode 0755 usr/bin/tini x
file app/empty
mode 0600 srv/gone x
file var/lib/dpkg/status Package: curl\nStatus: install ok installed\nVersion: 8.1\nArchitecture: amd64\n\n
link bin usr/bin
file srv/again old
layer RUN two
file srv/again new
whiteout srv/gone
file usr/bin/python x
END

# policy: the file of the next audits.
policy() {
	cat >"$T/p.yaml"
	audit --config "$T/p.yaml" "$T/image.tar"
}
# breaks CLAIM RULE TEXT: the policy gives exactly one finding of it, with the text in its message, and fails.
breaks() {
	claim=$1 rule=$2 text=$3
	policy
	finds "$claim" "rule=$rule" severity=high n=1 "msg=*$text*"
	status "$claim: it fails" 1
}
# holds CLAIM: no finding of a demand.
holds() {
	claim=$1
	policy
	finds "$claim" not 'rule=policy/*'
	finds "$claim" not rule=config/runtime-env
	status "$claim: it passes" 0
}

holds 'all that is so' <<'END'
runtimeEnv: [DATABASE_URL]
platforms: [linux/amd64, linux/arm64]
users: [app, 1001]
labels: {required: [org.opencontainers.image.version], forbidden: [secret.*]}
ports: {allowed: [8000, 53/udp], forbidden: [22]}
packages: {required: [dpkg:curl, 'c*'], forbidden: [gcc, 'python:curl']}
trustOwnership: false
nested: strict
assertions:
  - {name: program, file: /usr/bin/tini, mode: "0755", uid: 0, gid: 0}
  - {name: through a link, file: /bin/tini}
  - {name: by glob, file: 'app/**/*.py', mode: 644}
  - {name: content, file: app/main.py, matches: '^x', lacks: 'y'}
  - {name: content of nothing, file: app/empty, lacks: '.'}
  - {name: removed, file: srv/gone, exists: false}
  - {name: nothing of this kind, file: '*.pem', exists: false}
  - name: configuration
    env: {PATH: '/usr/bin:*', DB_HOST: '*', PASSWORD: null}
    labels: {org.opencontainers.image.version: '1.*'}
    user: 1001:1001
    workdir: /app
    entrypoint: [/usr/bin/tini, --]
    cmd: [python, -m, app]
    volumes: [/data]
    ports: [8000/tcp, 53/udp]
END
finds 'not even a derived row' not 'rule=policy/*'
breaks 'a run-time variable' config/runtime-env 'DB_HOST is set' <<'END'
runtimeEnv: ['DB_*']
END
breaks 'a build argument' config/runtime-env 'TOKEN_URL has a value' <<'END'
runtimeEnv: [TOKEN_URL]
END
breaks 'a platform' policy/platform linux/arm64 <<'END'
platforms: [linux/amd64, linux/arm]
END
breaks 'a user' policy/user 1001 <<'END'
users: [app, 100]
END
breaks 'a label that is missing' policy/label 'maintainer is missing' <<'END'
labels: {required: [maintainer]}
END
breaks 'a label without a value' policy/label 'empty is missing' <<'END'
labels: {required: [empty]}
END
breaks 'a label that is forbidden' policy/label 'internal.note is forbidden' <<'END'
labels: {forbidden: [internal.*]}
END
breaks 'a port that is not allowed' policy/port '53/udp is exposed and not allowed' <<'END'
ports: {allowed: [8000, 53]}
END
breaks 'a port that is forbidden' policy/port '8000/tcp is exposed and forbidden' <<'END'
ports: {forbidden: [8000/tcp]}
END
breaks 'a package that is missing' policy/package 'ca-certificates is not installed' <<'END'
packages: {required: [ca-certificates]}
END
breaks 'a package that is forbidden' policy/package 'curl 8.1 is installed' <<'END'
packages: {forbidden: ['dpkg:cu*']}
END
asserts() {
	claim=$1 text=$2 keys=$3
	breaks "$claim" policy/assertion "N: $text" <<END
assertions: [{name: N, $keys}]
END
}
asserts 'a file that is missing' '/app/other is not there' 'file: /app/other'
asserts 'a glob that nothing matches' '*.pem is not there' 'file: "*.pem"'
asserts 'a file that was deleted' 'srv/gone is not there' 'file: srv/gone'
asserts 'a file that must not be there' 'the file must not be there' 'file: "**/tini", exists: false'
asserts 'a mode' 'the mode is 0755, not 0555' 'file: /bin/tini, mode: "0555"'
asserts 'an owner' 'the owner is 0, not 1001' 'file: app/main.py, uid: 1001'
asserts 'a group' 'the group is 0, not 5' 'file: app/main.py, gid: 5'
asserts 'content' 'its content does not match' 'file: app/main.py, matches: "^y"'
asserts 'content that must not be' 'its content matches what it must lack' 'file: "app/*.py", lacks: "[w-z]"'
asserts 'content of an empty file' 'its content does not match' 'file: app/empty, matches: a'
asserts 'content of a deleted copy does not count' 'its content does not match' 'file: srv/again, matches: old'
asserts 'content behind a link' 'its content was not compared' 'file: /bin/tini, matches: x'
asserts 'a variable that is missing' 'LANG is not there' 'env: {LANG: "*"}'
asserts 'a value of a variable' 'DB_HOST has another value' 'env: {DB_HOST: localhost}'
asserts 'a variable that is there' 'DB_HOST must not be there' 'env: {DB_HOST: null}'
asserts 'a label' 'internal.note has another value' 'labels: {internal.note: y}'
asserts 'the user' 'the user is not root' 'user: root'
asserts 'the working directory' 'the working directory is not /srv' 'workdir: /srv'
asserts 'the entry point' 'the entry point is another' 'entrypoint: [/usr/bin/tini]'
asserts 'the command' 'the command is another' 'cmd: [python, -m, app, x]'
asserts 'a volume' '/tmp is no volume' 'volumes: [/data, /tmp]'
asserts 'a port' '80 is not exposed' 'ports: [80]'
policy <<'END'
assertions: [{name: N, env: {A: x, B: x}}, {name: M, env: {A: x}}]
END
finds 'each detail is a finding of its own' rule=policy/assertion n=3
check 'the value of a variable is not told' sh -c "! grep -q 'db.internal' '$T/json'"

policy <<'END'
assertions: [{name: N, file: a, matches: '('}]
END
status 'a pattern that is none' 2
check 'and where' grep -qF 'p.yaml:1: matches: missing' "$T/err"

# --- what was not looked into -------------------------------------------------
mkimage docker24 - "$T/image.tar" <<'END'
user 1001
layer one
file a/broken.zip PK\x03\x04broken
END
policy <<'END'
nested: lenient
END
status 'a broken container' 0
policy <<'END'
nested: strict
END
status 'a broken container where nested is strict' 4
# --- a layer that is kept elsewhere -------------------------------------------
mkimage oci - "$T/layout/" <<'END'
user 1001
layer one
file a 1
layer two
file b 1
END
"$PYTHON" - "$T/layout" >"$T/digest" <<'PY'
import hashlib, json, os, sys

top = sys.argv[1]
blob = lambda d: os.path.join(top, "blobs/sha256", d.split(":")[1])
index = json.load(open(os.path.join(top, "index.json")))
manifest = json.load(open(blob(index["manifests"][0]["digest"])))
layer = manifest["layers"][0]
layer["mediaType"] = "application/vnd.oci.image.layer.nondistributable.v1.tar"
layer["urls"] = ["https://layers.internal/one"]
os.remove(blob(layer["digest"]))
text = json.dumps(manifest).encode()
digest = "sha256:" + hashlib.sha256(text).hexdigest()
open(blob(digest), "wb").write(text)
os.remove(blob(index["manifests"][0]["digest"]))
index["manifests"][0].update(digest=digest, size=len(text))
json.dump(index, open(os.path.join(top, "index.json"), "w"))
print(layer["digest"])
PY
audit --fail-on none "$T/layout"
status 'a foreign layer' 4
printf 'foreign: [%s]\n' "$(cat "$T/digest")" >"$T/p.yaml"
audit --fail-on none --config "$T/p.yaml" "$T/layout"
status 'a foreign layer that the policy allows' 0
finds 'it is told nevertheless' rule=layer/foreign
finish
