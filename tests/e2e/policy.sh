#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The policy's files: where they are found, what they change, and what is said of wrong ones.
# shellcheck disable=SC2154,SC2034 # rc is shared with lib.sh
. "${0%/*}/lib.sh"
unset TARSIER_CONFIG TARSIER_IGNOREFILE

mkimage docker24 - "$T/bad.tar" <<'END'
name team/app:1
user root
layer one
file app/.env KEY=1
file app/main 1
END
mkimage docker24 - "$T/worse.tar" <<'END'
name team/app:2
user root
layer one
file app/.env KEY=1
file root/.bash_history ls
END
mkdir -p "$T/repo/.git" "$T/repo/a/b" "$T/open/in"
chmod 777 "$T/open"

# from DIRECTORY ARGUMENT...: an audit from there.
from() {
	dir=$1
	shift
	(cd "$dir" && exec "$TARSIER" --no-progress -f json "$@") >"$T/json" 2>"$T/err" </dev/null
	rc=$?
}
says() { check "$1" grep -qF "$2" "$T/err"; }
is() { check "$1" report is "$T/json" "$2"; }

# --- where it is found --------------------------------------------------------
printf 'fail-on: none\n' >"$T/repo/tarsier.yaml"
from "$T/repo" "$T/bad.tar"
status 'tarsier.yaml of the working directory' 0
from "$T/repo/a/b" "$T/bad.tar"
status 'tarsier.yaml above the working directory' 0
from "$T/repo/a/b" --fail-on high "$T/bad.tar"
status 'an option wins over it' 1
from "$T/repo/a/b" --config none "$T/bad.tar"
status '--config none' 1
mkdir "$T/repo/a/.git"
from "$T/repo/a/b" "$T/bad.tar"
status 'the search ends at a repository' 1
rm -r "$T/repo/a/.git"
printf 'fail-on: none\n' >"$T/open/tarsier.yaml"
from "$T/open/in" "$T/bad.tar"
status 'and before a directory of everybody' 1
from "$T" --config repo/tarsier.yaml "$T/bad.tar"
status '--config FILE' 0
TARSIER_CONFIG=$T/repo/tarsier.yaml
export TARSIER_CONFIG
from / "$T/bad.tar"
status 'TARSIER_CONFIG' 0
unset TARSIER_CONFIG

# --- what it says -------------------------------------------------------------
cat >"$T/repo/tarsier.yaml" <<'END'
fail-on: critical
rules:
  disable: [config/user-*]
  severity: {file/dotenv: low}
outputs: [json=out.json]
END
from "$T/repo" "$T/bad.tar"
status 'rules and severities' 0
finds 'a rule that is off' not rule=config/user-root
finds 'a severity of the policy' rule=file/dotenv severity=low n=1
check 'outputs of the policy' cmp "$T/json" "$T/repo/out.json"
from "$T/repo" -o "text=$T/other.txt" "$T/bad.tar"
check 'outputs of options replace them' test -s "$T/other.txt"

wrong() {
	claim=$1 said=$2
	cat >"$T/repo/tarsier.yaml"
	from "$T/repo" "$T/none.tar"
	status "$claim" 2
	says "$claim: the message" "$said"
}
wrong 'a misspelt key' "tarsier.yaml:2:1: no such key 'fail-no' (did you mean 'fail-on'?)" <<'END'
severity: low
fail-no: low
END
wrong 'a rule that does not exist' "tarsier.yaml:2:13: no rule matches 'file/dotnev' (did you mean 'file/dotenv'?)" <<'END'
rules:
  disable: [file/dotnev]
END
wrong 'no YAML' 'tarsier.yaml:2:1: ' <<'END'
{
END
rm "$T/repo/tarsier.yaml"
from "$T/repo" --config nowhere.yaml "$T/bad.tar"
status 'a policy that is not there' 2

# --- profiles -----------------------------------------------------------------
mkimage docker24 - "$T/mild.tar" <<'END'
user 1001
layer one
file var/log/app.log started
END
printf 'profile: python-api\n' >"$T/repo/tarsier.yaml"
from "$T" "$T/mild.tar"
status 'the default passes it' 0
from "$T" --profile python-api "$T/mild.tar"
status '--profile NAME' 1
finds 'with its severity' rule=file/log-file severity=high
from "$T/repo" "$T/mild.tar"
status 'profile: NAME' 1
from "$T/repo" --profile default "$T/mild.tar"
status '--profile wins over it' 0
printf 'rules: {disable: [file/log-file, config/no-command, config/healthcheck-missing]}\n' >>"$T/repo/tarsier.yaml"
from "$T/repo" "$T/mild.tar"
status 'the policy wins over the profile' 0
cp "$TOP/rules/profiles/python-api.yaml" "$T/repo/own.yaml"
from "$T/repo" --config none --profile ./own.yaml "$T/mild.tar"
status 'a profile of a file' 1
for p in default strict cis python-api; do
	from "$T" --profile $p "$T/mild.tar"
	cp "$T/json" "$T/built-in"
	cp "$TOP/rules/profiles/$p.yaml" "$T/repo/copy.yaml"
	from "$T" --profile repo/copy.yaml "$T/mild.tar"
	check "a copy of $p is $p" cmp "$T/json" "$T/built-in"
done
rm "$T/repo/copy.yaml"
from "$T/repo" --config none --profile pyton-api "$T/mild.tar"
status 'no profile' 2
says 'and which there are' "'pyton-api' is neither a profile (default, strict, cis, python-api) nor a file"
printf '# ours\n\nprofile: pyton-api\n' >"$T/repo/tarsier.yaml"
from "$T/repo" "$T/mild.tar"
status 'no profile of the policy' 2
says 'and where' "tarsier.yaml:3:1: profile: 'pyton-api' is neither a profile"
printf '# nothing yet\n' >"$T/repo/tarsier.yaml"
from "$T/repo" "$T/mild.tar"
status 'a policy that says nothing' 0
printf '\357\273\277fail-on: low\r\nrules:\r\n  disable: [file/log-file, config/*]\r\n' >"$T/repo/tarsier.yaml"
from "$T/repo" "$T/mild.tar"
status 'a policy with a byte order mark and CR LF' 0
printf 'rules:\n\tdisable: []\n' >"$T/repo/tarsier.yaml"
from "$T/repo" "$T/mild.tar"
status 'a policy with tabs' 2
says 'and what is wanted' 'tarsier.yaml:2:1: a tab cannot indent'
rm "$T/repo/tarsier.yaml"

# --- ignores ------------------------------------------------------------------
SOURCE_DATE_EPOCH=1781481600 # 2026-06-15
export SOURCE_DATE_EPOCH
cat >"$T/repo/.tarsierignore" <<'END'
- rule: config/user-root
  image: 'app:*'
  reason: runs in a user namespace
  owner: team
  until: 2026-06-15
- path: app/.env
  reason: a template
END
from "$T/repo/a" "$T/bad.tar"
status 'what is ignored does not count' 0
is 'it stays in the report' "r['summary']['suppressed'] == 2 and r['summary']['high'] == 0"
is 'with reason, owner and day' "[f['suppressed'] for f in r['images'][0]['findings'] if f['rule'] == 'config/user-root'] == \
	[{'kind': 'ignore', 'reason': 'runs in a user namespace', 'owner': 'team', 'until': '2026-06-15'}]"
finds 'nothing to say of ignores' not rule='policy/*'
cp "$T/json" "$T/first"
from "$T/repo/a" "$T/bad.tar"
check 'the same bytes again' cmp "$T/json" "$T/first"
text --ignorefile "$T/repo/.tarsierignore" "$T/bad.tar"
check 'text counts it' grep -q ', 2 suppressed:' "$T/text"
check 'and does not list it' sh -c "! grep -q 'user namespace' '$T/text'"
text -v --ignorefile "$T/repo/.tarsierignore" "$T/bad.tar"
check 'but with -v' grep -qF 'suppressed by ignore: runs in a user namespace (team, until 2026-06-15)' "$T/text"
SOURCE_DATE_EPOCH=1781568000
from "$T/repo/a" "$T/bad.tar"
status 'an ignore that has expired does not work' 1
finds 'it is told' rule=policy/ignore-expired kind=archive line=1 severity=info
from "$T/repo/a" --ignorefile none "$T/bad.tar"
is '--ignorefile none' "r['summary']['suppressed'] == 0"
cat >>"$T/repo/.tarsierignore" <<'END'
- path: gone
  reason: it was there once
END
from "$T/repo" "$T/bad.tar"
finds 'an ignore that nothing needs' rule=policy/ignore-unused path=.tarsierignore line=8
SOURCE_DATE_EPOCH=tomorrow
from "$T/repo" "$T/bad.tar"
status 'a day that is none' 2
unset SOURCE_DATE_EPOCH
printf -- '- rule: a/b\n' >"$T/repo/.tarsierignore"
from "$T/repo" "$T/bad.tar"
status 'an ignore without a reason' 2
says 'and why' '.tarsierignore:1:3: reason is missing'
rm "$T/repo/.tarsierignore"

# --- the baseline -------------------------------------------------------------
from "$T" "$T/bad.tar"
cp "$T/json" "$T/old.json"
from "$T" --baseline old.json "$T/bad.tar"
status 'nothing new' 0
is 'all of it is in the baseline' "r['summary']['suppressed'] == len(r['images'][0]['findings']) and all(f['suppressed']['kind'] == 'baseline' for f in r['images'][0]['findings'])"
cp "$T/json" "$T/second.json"
from "$T" --baseline second.json "$T/bad.tar"
status 'a report with a baseline is one' 0
from "$T" --baseline old.json "$T/worse.tar"
status 'something new' 1
is 'only that counts' "r['summary']['suppressed'] == len(r['images'][0]['findings']) - 1 and [f['rule'] for f in r['images'][0]['findings'] if not f['suppressed']] == ['file/shell-history']"
from "$T" --baseline bad.tar "$T/bad.tar"
status 'no report' 2
# --- findings about several files ------------------------------------------------
group() { mkimage docker24 - "$T/$1.tar"; }
three='file a/x/one 1
file b/two 1
file c/three 1'
{ printf 'user 1001\nlayer one\n'; echo "$three" | sed 's/^file/mode 0666/'; } | group three
{ printf 'user 1001\nlayer one\n'; echo "$three" | sed 's/^file/mode 0666/'; echo 'mode 0666 d/four 1'; } | group four
{ printf 'user 1001\nlayer one\n'; echo "$three" | sed '1d;s/^file/mode 0666/'; } | group two
{ printf 'user 1001\nlayer one\n'; echo "$three" | sed '1,2d;s/^file/mode 0666/'; } | group one
written="[(f['location']['path'], f['occurrences'], f.get('files'), f['suppressed'] is not None) for f in r['images'][0]['findings'] if f['rule'] == 'file/world-writable']"
from "$T" --fail-on medium "$T/three.tar"
status 'three files that everybody may write' 1
is 'are one finding that names them' "$written == [('/a/x/one', 3, ['/a/x/one', '/b/two', '/c/three'], False)]"
cp "$T/json" "$T/three.json"
text "$T/three.tar"
check 'the text lists them, too' sh -c "grep -q '^ *.b/two$' '$T/text' && grep -q '^ *.c/three$' '$T/text'"
cat >"$T/ignores" <<'END'
- {rule: file/world-writable, path: a/**, reason: r}
END
from "$T" --fail-on medium --ignorefile "$T/ignores" "$T/three.tar"
status 'an ignore of one of them does not hide the others' 1
finds 'and is used' not rule=policy/ignore-unused
echo '- {rule: file/*, path: "{b,c}/*", reason: r}' >>"$T/ignores"
from "$T" --fail-on medium --ignorefile "$T/ignores" "$T/three.tar"
status 'ignores of all of them do' 0
from "$T" --fail-on medium --ignorefile "$T/ignores" "$T/four.tar"
status 'until there is one more' 1
from "$T" --fail-on medium --baseline three.json "$T/three.tar"
status 'three files of the baseline' 0
from "$T" --fail-on medium --baseline three.json "$T/four.tar"
status 'and one more' 1
from "$T" --fail-on medium --baseline three.json "$T/two.tar"
status 'and one fewer' 0
from "$T" --fail-on medium --baseline three.json "$T/one.tar"
status 'and the last of them' 0
cp "$T/json" "$T/one.json"
from "$T" --fail-on medium --baseline one.json "$T/two.tar"
status 'one file of the baseline, and another' 1
mkimage docker24 - "$T/code.tar" <<'END'
user 1001
layer one
owned 1001 app/a.py x
owned 1001 app/data.txt x
owned 1001 lib/b.py x
END
from "$T" "$T/code.tar"
is 'code that the user may change is listed, too' "[(f['occurrences'], f['files']) for f in r['images'][0]['findings'] if f['rule'] == 'file/writable-code'] == [(2, ['/app/a.py', '/lib/b.py'])]"
# --- the base image -------------------------------------------------------------
cat >"$T/recipe" <<'END'
name base:1
user 1
layer one
file a/.env KEY=1
layer two
file b/.env KEY=1
END
mkimage docker24 "$T/recipe" "$T/base.tar"
mkimage oci "$T/recipe" "$T/base-oci.tar"
printf 'layer three\nfile c/.env KEY=1\n' | cat "$T/recipe" - >"$T/recipe.app"
mkimage docker24 "$T/recipe.app" "$T/app.tar"
sed 's/KEY=1/KEY=2/' "$T/recipe.app" >"$T/recipe.rebuilt"
mkimage docker24 "$T/recipe.rebuilt" "$T/rebuilt.tar"
tags="[(f['location']['layer'], 'inherited' in f['tags']) for f in r['images'][0]['findings'] if f['rule'] == 'file/dotenv']"
for b in base.tar base-oci.tar; do
	from "$T" --base $b "$T/app.tar"
	is "findings of inherited layers are marked ($b)" "$tags == [(0, True), (1, True), (2, False)] and r['summary']['suppressed'] == 0"
done
from "$T" --base base.tar "$T/rebuilt.tar"
is 'of a base that is another one they are not' "all(not x[1] for x in $tags)"
from "$T" --base app.tar "$T/base.tar"
is 'nor are those of half a base' "all(not x[1] for x in $tags)"
mkdir "$T/layout"
{
	cat "$T/recipe"
	printf 'image\nname app:2\nuser 1\nshare 0\nshare 1\nlayer three\nfile c/.env KEY=1\n'
} >"$T/recipe.two"
mkimage oci "$T/recipe.two" "$T/layout/"
"$PYTHON" - "$T/layout" <<'PY'
import hashlib, json, os, sys

top = sys.argv[1]
blob = lambda d: os.path.join(top, "blobs/sha256", d.split(":")[1])
index = json.load(open(os.path.join(top, "index.json")))
base, app = index["manifests"]
manifest = json.load(open(blob(app["digest"])))
manifest["annotations"] = {"org.opencontainers.image.base.digest": base["digest"]}
text = json.dumps(manifest).encode()
os.remove(blob(app["digest"]))
app.update(digest="sha256:" + hashlib.sha256(text).hexdigest(), size=len(text))
open(blob(app["digest"]), "wb").write(text)
json.dump(index, open(os.path.join(top, "index.json"), "w"))
PY
from "$T" "$T/layout"
is 'the base that a manifest names' "{im['names'][0]: [(f['location']['layer'], 'inherited' in f['tags']) for f in im['findings'] \
	if f['rule'] == 'file/dotenv'] for im in r['images']} == {'base:1': [(0, False), (1, False)], 'app:2': [(0, True), (1, True), (2, False)]}"
printf 'inherited: ignore\nbase: base.tar\n' >"$T/tarsier.yaml"
from "$T" --config tarsier.yaml "$T/base.tar"
status 'inherited: ignore' 0
is 'suppressed as such' "{f['suppressed']['kind'] for f in r['images'][0]['findings'] if f['rule'] == 'file/dotenv'} == {'inherited'}"
from "$T" --config tarsier.yaml "$T/app.tar"
status 'what is new in the image counts' 1
from "$T" --base recipe "$T/app.tar"
status 'a base that is no image' 2
from "$T" --base nowhere.tar "$T/app.tar"
status 'a base that is not there' 2
finish
