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
link etc/os-release ../usr/lib/os-release
file usr/lib/os-release ID=debian
file etc/passwd root:x:0:0:root:/root:/bin/sh\napp:x:1001:1001::/app:/bin/sh\n
file etc/group root:x:0:\napp:x:1001:\n
link etc/nowhere /proc/none
link srv/py ../usr/bin/python
link srv/dir ../app
link srv/root /
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
  - {name: program, file: /usr/bin/tini, mode: "0755", uid: 0, gid: 0, owner: root, group: root, executable: other}
  - {name: letters, file: /usr/bin/tini, mode: rwxr-xr-x}
  - {name: letters with a type, file: app/main.py, mode: -rw-r--r--}
  - {name: a directory that no layer has by itself, file: /var/lib, mode: 755, owner: root}
  - {name: content through a link, file: /etc/os-release, matches: ID=debian}
  - {name: content below a linked directory, file: /bin/tini, matches: [x, '^.$'], lacks: [y, z]}
  - {name: a glob below a linked directory, file: '/bin/ti*', mode: 755, matches: x}
  - {name: a glob below a link to the root, file: '/srv/root/ap?/ma*.py', mode: 644}
  - {name: content of links that a glob matches, file: 'etc/*-release', matches: debian}
  - {name: content of what is below, file: 'srv/**', lacks: secret}
  - {name: a link to nothing is there, file: /etc/nowhere}
  - {name: through a link, file: /bin/tini}
  - {name: by glob, file: 'app/**/*.py', mode: 644}
  - {name: content, file: app/main.py, matches: '^x', lacks: 'y'}
  - {name: content of nothing, file: app/empty, lacks: '.'}
  - {name: removed, file: srv/gone, exists: false}
  - {name: nothing of this kind, file: '*.pem', exists: false}
  - name: configuration
    env: {PATH: {matches: '^/usr/bin:'}, DB_HOST: '*', PASSWORD: null}
    labels: {org.opencontainers.image.version: {matches: '^[0-9]+\.'}, empty: ''}
    user: 1001:1001
    workdir: /app
    entrypoint: [/usr/bin/tini, --]
    cmd: [python, -m, app]
    volumes: [/data]
    unmounted: [/var/*]
    ports: [8000/tcp, 53/udp]
    unexposed: [22, 53, 1-1000/tcp]
waste: {efficiency: 50%, bytes: 3M}
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
users: [jane, 100]
END
for user in 1001 '"1001"' 01001 app 'app:app' '"1001:1001"' '10*' '100, app'; do
	policy <<END
users: [$user]
END
	finds "users: $user is the user 1001" not 'rule=policy/*'
done
for user in 100 root 10011 '"1001:0"' ghost 'ap*'; do
	policy <<END
users: [$user]
END
	finds "users: $user is not" rule=policy/user n=1
done
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
breaks 'a port of a range' policy/port '8000/tcp is exposed and forbidden' <<'END'
ports: {forbidden: [7000-9000]}
END
holds 'ports of a range' <<'END'
ports: {allowed: [1-65535/tcp, 50-60/UDP]}
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
asserts 'a file below a linked directory that must not be there' 'the file must not be there' 'file: "/srv/dir/*.py", exists: false'
asserts 'a mode' 'the mode is 0755, not 0555' 'file: /bin/tini, mode: "0555"'
asserts 'an owner' 'the owner is 0, not 1001' 'file: app/main.py, uid: 1001'
asserts 'a group' 'the group is 0, not 5' 'file: app/main.py, gid: 5'
asserts 'content' 'its content does not match ^y' 'file: app/main.py, matches: "^y"'
asserts 'content that must not be' 'its content matches [w-z], which it must lack' 'file: "app/*.py", lacks: [a, "[w-z]"]'
asserts 'content of an empty file' 'its content does not match' 'file: app/empty, matches: a'
asserts 'content of a deleted copy does not count' 'its content does not match' 'file: srv/again, matches: old'
asserts 'content behind a link' 'its content does not match y' 'file: /bin/tini, matches: [x, y]'
asserts 'content of a link of another name' 'its content was not compared: give it by its own path, /usr/bin/python' 'file: /srv/py, matches: y'
asserts 'content of a link to nothing' 'it is no file with content' 'file: /etc/nowhere, matches: y'
asserts 'content of a directory' 'it is no file with content' 'file: /app, lacks: y'
asserts 'content of no file but a directory' 'srv/d* is not there' 'file: "srv/d*", lacks: y'
asserts 'a mode in letters' 'the mode is 0755, not 4755' 'file: /bin/tini, mode: rwsr-xr-x'
asserts 'an owner by name' 'the owner is 0, not app' 'file: app/main.py, owner: app'
asserts 'an owner that the image lacks' 'the image has no account jane' 'file: app/main.py, owner: jane'
asserts 'a group by name' 'the group is 0, not app' 'file: app/main.py, group: app'
asserts 'a group that the image lacks' 'the image has no group wheel' 'file: app/main.py, group: wheel'
asserts 'a file that is not executable' 'it is not executable for anybody: the mode is 0644' 'file: app/main.py, executable: any'
asserts 'a directory that must not be there' 'the directory must not be there' 'file: /var/lib, exists: false'
asserts 'a variable that is missing' 'LANG is not there' 'env: {LANG: "*"}'
asserts 'a value of a variable' 'DB_HOST has another value' 'env: {DB_HOST: localhost}'
asserts 'a value of a variable by pattern' 'DB_HOST has another value than ^local' 'env: {DB_HOST: {matches: "^local"}}'
asserts 'a value that is not empty' 'DB_HOST has another value' 'env: {DB_HOST: ""}'
asserts 'a variable that is there' 'DB_HOST must not be there' 'env: {DB_HOST: null}'
asserts 'a label' 'internal.note has another value' 'labels: {internal.note: y}'
asserts 'the user' 'the user is not root' 'user: root'
asserts 'the working directory' 'the working directory is not /srv' 'workdir: /srv'
asserts 'the entry point' 'the entry point is another' 'entrypoint: [/usr/bin/tini]'
asserts 'the command' 'the command is another' 'cmd: [python, -m, app, x]'
asserts 'a volume' '/tmp is no volume' 'volumes: [/data, /tmp]'
asserts 'a volume that must not be' '/data must be no volume' 'unmounted: [/data]'
asserts 'a port' '80 is no exposed port' 'ports: [80]'
asserts 'a port that must not be' '50-60/udp must be no exposed port' 'unexposed: [50-60/udp]'
policy <<'END'
assertions: [{name: N, env: {A: x, B: x}}, {name: M, env: {A: x}}]
END
finds 'each detail is a finding of its own' rule=policy/assertion n=3
check 'the value of a variable is not told' sh -c "! grep -q 'db.internal' '$T/json'"

policy <<'END'
assertions: [{name: N, file: a, matches: '('}]
END
status 'a pattern that is none' 2
check 'and where' grep -qF 'p.yaml:1:33: matches: not a pattern: missing' "$T/err"

# --- a number that is a name ----------------------------------------------------
mkimage docker24 - "$T/image.tar" <<'END'
user 1005
layer one
file etc/passwd root:x:0:0:root:/root:/bin/sh\n1005:x:0:0::/:/bin/sh\n
END
policy <<'END'
users: [1005]
END
finds 'a name of digits is root here' rule=policy/user n=1
policy <<'END'
users: [root]
END
finds 'and is told so' not rule=policy/user

# --- waste ---------------------------------------------------------------------
mkimage docker24 - "$T/image.tar" <<'END'
user 1001
layer one
file base xxxxxxxxxx
file twice xxxx
layer two
file twice xxxxxx
file more yyyyyyyyyy
END
# Of 30 bytes 24 are the least, 10 stand at a path that was written twice, 16 are added above the first layer.
breaks 'efficiency' policy/waste 'efficiency is 80.00 %, not at least 80.01 %' <<'END'
waste: {efficiency: 0.8001}
END
breaks 'wasted bytes' policy/waste '10 bytes are wasted, more than 9' <<'END'
waste: {bytes: 9}
END
breaks 'share of wasted bytes' policy/waste '62.50 % of the bytes above the first layer are wasted, more than 62.49 %' <<'END'
waste: {share: 62.49%}
END
holds 'just so much waste' <<'END'
waste: {efficiency: 80%, bytes: 10, share: 0.625}
END

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

# Findings of one assertion have a limit; what is behind it may not pass because the rest is ignored.
{
	printf 'user 1001\nlayer base\n'
	i=0
	while [ $i -lt 130 ]; do
		echo "mode 600 srv/f$i x"
		i=$((i + 1))
	done
} | mkimage docker24 - "$T/many.tar"
printf 'assertions: [{name: N, file: "srv/*", mode: "0644"}]\n' >"$T/many.yaml"
printf -- '- rule: policy/assertion\n  path: srv/**\n  reason: known\n' >"$T/many.ignores"
audit --config "$T/many.yaml" --ignorefile "$T/many.ignores" "$T/many.tar"
status 'more findings of an assertion than are told: status 4' 4
check 'and that is said' grep -q '30 more findings of it were left out' "$T/err"
finish
