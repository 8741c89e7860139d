#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The schemas of tarsier.yaml and .tarsierignore for editors: what one accepts the program accepts, and the other way round.
# shellcheck disable=SC2154,SC2034 # rc is shared with lib.sh
. "${0%/*}/lib.sh"
"$PYTHON" -c 'import jsonschema, yaml; jsonschema.Draft202012Validator' 2>/dev/null || {
	skip 'needs Python with jsonschema 4 and PyYAML'
	exit 0
}

# Each is one document: the program reads it before it asks for an image.
mkdir "$T/config" "$T/ignore"
sample() { cat >"$T/$1/$2.yaml"; }
sample config good-all <<'END'
profile: python-api
fail-on: none
severity: info
rules:
  files: []
  disable: [config/*]
  enable: [config/user-root]
  severity:
    file/dotenv: low
    secret/*: {live: high, hidden: low}
limits: {max-layers: 3, max-json: 16M, max-retain: 1000000}
outputs: [json=/dev/null]
ignores: none
baseline: none
base: none
inherited: ignore
foreign: [sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef]
runtimeEnv: [A, B_*]
platforms: [linux/amd64]
users: [app, 1001]
labels: {required: [a], forbidden: [b]}
ports: {allowed: [80, 53/udp], forbidden: []}
packages: {required: ['dpkg:a*'], forbidden: [b]}
trustOwnership: false
nested: strict
waste: {efficiency: 95%, bytes: 20M, share: 0.1}
assertions:
  - {name: n, file: a/*, mode: "0755", uid: 0, gid: 0}
  - {name: n, file: a/*, matches: 'a+', lacks: b}
  - {name: n, file: a/*, exists: false}
  - {name: n, file: a/*, mode: rwxr-sr-t, owner: root, group: app, executable: any, matches: [a, b], lacks: [c]}
  - {name: n, env: {A: {matches: '^b$'}, B: ''}, labels: {c: {matches: d}}, unmounted: [/v], unexposed: [22, 6000-6010/udp]}
  - {name: n, env: {A: b, C: null}, labels: {a: 1}, user: 1001, workdir: /a, entrypoint: [a], cmd: [b], volumes: [/v], ports: [80]}
END
printf 'platforms: [linux]\n' | sample config bad-platform
printf 'packages: {forbidden: ["pip:a"]}\n' | sample config bad-ecosystem
printf 'trustOwnership: "no"\n' | sample config bad-trust
printf 'inherited: none\n' | sample config bad-inherited
printf 'foreign: [sha256:0]\n' | sample config bad-foreign
printf 'nested: loose\n' | sample config bad-nested
printf 'assertions: [{file: a}]\n' | sample config bad-no-name
printf 'assertions: [{name: n}]\n' | sample config bad-no-assertion
printf 'assertions: [{name: n, user: a, mode: "0644"}]\n' | sample config bad-no-file
printf 'assertions: [{name: n, user: a, matches: b}]\n' | sample config bad-matches
printf 'assertions: [{name: n, file: a, mode: "0999"}]\n' | sample config bad-mode
printf 'assertions: [{name: n, file: a, uid: root}]\n' | sample config bad-uid
printf 'assertions: [{name: n, file: a, mode: rwzr-xr-x}]\n' | sample config bad-mode-letters
printf 'assertions: [{name: n, file: a, executable: all}]\n' | sample config bad-executable
printf 'assertions: [{name: n, user: a, owner: b}]\n' | sample config bad-owner
printf 'assertions: [{name: n, file: a, exists: false, lacks: b}]\n' | sample config bad-lacks-nothing
printf 'assertions: [{name: n, env: {A: {match: b}}}]\n' | sample config bad-pair
printf 'assertions: [{name: n, env: {A: {}}}]\n' | sample config bad-pair-empty
printf 'assertions: [{name: n, unexposed: [ssh]}]\n' | sample config bad-unexposed
printf 'ports: {forbidden: [ssh]}\n' | sample config bad-port
printf 'ports: {forbidden: [22/http]}\n' | sample config bad-protocol
printf 'waste: {efficiency: 95}\n' | sample config bad-efficiency
printf 'waste: {share: 101%%}\n' | sample config bad-share
printf 'waste: {bytes: 20MB}\n' | sample config bad-bytes
printf 'waste: {efficency: 1}\n' | sample config bad-waste
printf '# nothing is said\n' | sample config good-comment
: | sample config good-nothing
printf 'rules:\n' | sample config bad-null
printf 'labels: {wanted: [a]}\n' | sample config bad-labels
sample config good-empty <<'END'
{}
END
printf 'no-such-key: 1\n' | sample config bad-key
printf 'fail-on: grave\n' | sample config bad-threshold
printf 'severity: none\n' | sample config bad-severity
printf 'rules: {disable: config/user-root}\n' | sample config bad-disable
printf 'rules: {severity: {secret/*: {hidden: low}}}\n' | sample config bad-hidden
printf 'rules: {rules: []}\n' | sample config bad-rules
printf 'limits: {max-layers: 0}\n' | sample config bad-limit
printf 'limits: {max-layers: 3K}\n' | sample config bad-limit-unit
printf 'limits: {layers: 3}\n' | sample config bad-limit-name
printf 'baseline: 3\n' | sample config bad-baseline
printf 'outputs: json=a\n' | sample config bad-outputs
printf '[]\n' | sample config bad-list

sample ignore good-all <<'END'
- rule: secret/*
  path: srv/**
  layer: sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
  fingerprint: '0123456789abcdef0123456789abcdef'
  image: app:*
  reason: r
  owner: o
  until: '2030-01-01'
- {path: a, reason: r}
END
printf '[]\n' | sample ignore good-none
printf '# none yet\n' | sample ignore good-comment
: | sample ignore good-nothing
printf '{}\n' | sample ignore bad-mapping
printf -- '- {rule: a}\n' | sample ignore bad-no-reason
printf -- '- {reason: r}\n' | sample ignore bad-nothing
printf -- '- {rule: a, reason: " "}\n' | sample ignore bad-blank
printf -- '- {rule: a, reason: r, because: x}\n' | sample ignore bad-key
printf -- '- {layer: abc, reason: r}\n' | sample ignore bad-layer
printf -- '- {fingerprint: abc, reason: r}\n' | sample ignore bad-fingerprint
printf -- '- {rule: a, reason: r, until: tomorrow}\n' | sample ignore bad-until

for p in "$TOP"/rules/profiles/*.yaml; do
	sample config "good-${p##*/}" <"$p"
done

# Status 3: the policy was read, and the image is not there.
for f in "$T"/config/*.yaml; do
	"$TARSIER" --config "$f" --ignorefile none "$T/no-image" >/dev/null 2>&1
	echo "$? $f"
done >"$T/config.rc"
for f in "$T"/ignore/*.yaml; do
	"$TARSIER" --config none --ignorefile "$f" "$T/no-image" >/dev/null 2>&1
	echo "$? $f"
done >"$T/ignore.rc"
for kind in config ignore; do
	"$PYTHON" - "$TOP/rules/schema/$kind.schema.json" "$T/$kind.rc" >"$T/out" <<'PY'
import json, os, sys
import jsonschema, yaml

schema = json.load(open(sys.argv[1]))
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
for line in open(sys.argv[2]):
    rc, path = line.split(" ", 1)
    path = path.strip()
    name = os.path.basename(path).removesuffix(".yaml")
    good = name.startswith("good")
    valid = validator.is_valid(yaml.safe_load(open(path)))
    holds = valid == good and rc == ("3" if good else "2")
    print("ok" if holds else "not ok", os.path.basename(sys.argv[1]), name, "" if holds else f"valid {valid}, status {rc}")
PY
	verdicts "$T/out"
done
finish
