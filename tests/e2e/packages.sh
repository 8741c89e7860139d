#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Development packages in every place where Python looks, in every layer.
# shellcheck disable=SC2154,SC2034 # rc is shared with lib.sh
. "${0%/*}/lib.sh"

cat >"$T/recipe" <<'END'
user 1
layer one
file usr/lib/python3/dist-packages/pytest-8.0.0.dist-info/METADATA Metadata-Version: 2.1\nName: pytest\nVersion: 8.0.0\n
file usr/local/lib/python3.12/site-packages/mypy-1.8.0.dist-info/METADATA Metadata-Version: 2.1\nName: mypy\nVersion: 1.8.0\n
file opt/venv/lib/python3.12/site-packages/ruff-0.3.0.dist-info/METADATA Metadata-Version: 2.1\nName: ruff\nVersion: 0.3.0\n
file opt/conda/envs/a/lib/python3.11/site-packages/black-24.0.dist-info/METADATA Metadata-Version: 2.1\nName: black\nVersion: 24.0\n
file app/deps/flake8-7.0.0.dist-info/METADATA Metadata-Version: 2.1\nName: flake8\nVersion: 7.0.0\n
file usr/lib/python3/dist-packages/Pre_Commit-3.0.dist-info/METADATA Metadata-Version: 2.1\nName: Pre.Commit\nVersion: 3.0\n
file usr/lib/python3/dist-packages/nox-2024.egg-info Metadata-Version: 1.1\nName: nox\nVersion: 2024\n
file usr/lib/python3/dist-packages/tox-4.egg-info/PKG-INFO Metadata-Version: 1.1\nName: tox\nVersion: 4\n
file usr/lib/python3/dist-packages/types_requests-2.31.dist-info/METADATA Metadata-Version: 2.1\nName: types-requests\nVersion: 2.31\n
file usr/lib/python3/dist-packages/pytest_asyncio-0.23.dist-info/METADATA Metadata-Version: 2.1\nName: pytest-asyncio\nVersion: 0.23\n
file usr/lib/python3/dist-packages/requests-2.31.0.dist-info/METADATA Metadata-Version: 2.1\nName: requests\nVersion: 2.31.0\nDescription: pytest\n
file usr/lib/python3/dist-packages/pip/_vendor/hypothesis-6.dist-info/METADATA Metadata-Version: 2.1\nName: hypothesis\nVersion: 6\n
file usr/lib/python3/dist-packages/ipython-8.dist-info/METADATA Metadata-Version: 2.1\nName: ipython\nVersion: 8\n
file usr/share/doc/pytest/README about pytest
layer RUN pip uninstall ipython
whiteout usr/lib/python3/dist-packages/ipython-8.dist-info
END
mkimage docker24 "$T/recipe" "$T/image.tar"
audit "$T/image.tar"
for p in usr/lib/python3/dist-packages/pytest-8 usr/local/lib/python3.12/site-packages/mypy opt/venv/lib/python3.12/site-packages/ruff \
	opt/conda/envs/a/lib/python3.11/site-packages/black app/deps/flake8 usr/lib/python3/dist-packages/Pre_Commit \
	usr/lib/python3/dist-packages/nox usr/lib/python3/dist-packages/tox usr/lib/python3/dist-packages/types_requests \
	usr/lib/python3/dist-packages/pytest_asyncio usr/lib/python3/dist-packages/pip/_vendor/hypothesis; do
	finds "found: $p" rule=package/python-dev "path=/$p*" severity=high state=live n=1
done
finds 'a removed one is low' rule=package/python-dev 'path=/usr/lib/python3/dist-packages/ipython*' state=deleted severity=low hidden=1
check 'nothing else is one' report is "$T/json" 'sum(f["rule"] == "package/python-dev" for f, _ in findings(r)) == 12'
status 'a development package fails the audit' 1

# Each name of the list, by its folder alone.
sed -n 's/^    - \([a-z0-9-]*\)$/\1/p' "$TOP/rules/package/python-dev.yaml" | LC_ALL=C sort -u >"$T/names"
check 'the list has 60 names at least' test "$(wc -l <"$T/names")" -ge 60
{
	printf '%s\n' 'user 1'
	printf '%s\n' 'layer one'
	sed 's/-/_/g; s|.*|file srv/lib/&-1.0.dist-info/RECORD x|' "$T/names"
} >"$T/recipe"
mkimage docker24 "$T/recipe" "$T/image.tar"
audit "$T/image.tar"
check 'each of them is found' report is "$T/json" \
	"sum(f['rule'] == 'package/python-dev' for f, _ in findings(r)) == $(wc -l <"$T/names")"

# Lists of the distributions' managers: the layer that brought a package, and what was removed again.
dpkg() { printf 'Package: %s\\nStatus: %s\\nVersion: %s\\n\\n' "$1" "${3:-install ok installed}" "$2"; }
base=$(dpkg tar 1.34)$(dpkg gcc-12-base 12)$(dpkg sudo 1.9 'deinstall ok config-files')
gcc=$(dpkg gcc 4:12.2.0-3)
ssl=$(dpkg libssl-dev 3.0)
ssh=$(dpkg openssh-server 1:9.2)
cat >"$T/recipe" <<END
user 1
layer base
file var/lib/dpkg/status $base
layer RUN apt-get install gcc libssl-dev
file var/lib/dpkg/status $base$gcc$ssl
layer RUN apt-get install openssh-server
file var/lib/dpkg/status $base$gcc$ssl$ssh
layer RUN apt-get purge gcc
file var/lib/dpkg/status $base$ssl$ssh
layer distroless and others
file var/lib/dpkg/status.d/tcpdump Package: tcpdump\\nVersion: 4.99\\n
file lib/apk/db/installed P:musl\\nV:1.2\\n\\nP:.build-deps\\nV:20240101\\n\\nP:build-base\\nV:0.5\\n\\nP:doas\\nV:6\\n\\nP:musl-dev\\nV:1.2\\n\\n
rpmdb sqlite var/lib/rpm/rpmdb.sqlite make /usr/bin/make=$(printf '%064d' 0)\\nzlib-devel /usr/include/zlib.h=$(printf '%064d' 0)
END
mkimage docker24 "$T/recipe" "$T/image.tar"
audit "$T/image.tar"
finds 'gcc was installed and removed again' rule=package/build-tool path=/var/lib/dpkg/status state=deleted layer=1 hidden=3 severity=low n=1
finds 'headers are of the layer that brought them' rule=package/dev-package path=/var/lib/dpkg/status state=live layer=1 severity=low n=1
finds 'a server of SSH' rule=package/ssh-server state=live layer=2 severity=medium n=1
finds 'distroless' rule=package/debug-tool path=/var/lib/dpkg/status.d/tcpdump state=live layer=4 n=1
finds 'apk' rule=package/build-tool path=/lib/apk/db/installed state=live layer=4 n=1
finds 'apk: a group for a build' rule=package/dev-package path=/lib/apk/db/installed 'msg=.build-deps*' n=1
finds 'apk: headers' rule=package/dev-package path=/lib/apk/db/installed 'msg=musl-dev*' n=1
finds 'apk: doas' rule=package/sudo path=/lib/apk/db/installed n=1
check 'a package of which dpkg has the configuration only is not installed' report is "$T/json" \
	'sum(f["rule"] == "package/sudo" for f, _ in findings(r)) == 1'
finds 'rpm' rule=package/build-tool path=/var/lib/rpm/rpmdb.sqlite state=live n=1
finds 'rpm: headers' rule=package/dev-package path=/var/lib/rpm/rpmdb.sqlite 'msg=zlib-devel*' n=1
status 'none of it is high' 0

cat >"$T/recipe" <<'END'
user 1
layer one
file var/lib/dpkg/status Package: tar\nStatus: install ok installed\nnonsense\n\x00\x01\n\nVersion: 3\n\n
file lib/apk/db/installed \x7fELF\n
file var/lib/rpm/rpmdb.sqlite SQLite?\n
END
mkimage docker24 "$T/recipe" "$T/image.tar"
audit "$T/image.tar"
for p in var/lib/dpkg/status lib/apk/db/installed var/lib/rpm/rpmdb.sqlite; do
	finds "broken: $p" rule=package/database-malformed "path=/$p" severity=info n=1
done
check 'the ledger has all three' report is "$T/json" \
	'sum("database of" in d["what"] for i in r["images"] for d in i["coverage"]["derived"]) == 3'
status 'it is information' 0

# npm's own list, and package-lock.json where that is missing.
cat >"$T/recipe" <<'END'
user 1
layer RUN npm ci
file app/node_modules/.package-lock.json {"packages":{"node_modules/express":{"version":"4"},"node_modules/jest":{"version":"29","dev":true},"node_modules/mine":{"resolved":"packages/mine","link":true}}}
file app/package-lock.json {"packages":{"node_modules/jest":{"version":"29","dev":true}}}
file app/node_modules/jest/package.json {}
file old/package-lock.json {"packages":{"node_modules/mocha":{"version":"10","dev":true},"node_modules/chai":{"version":"5","dev":true},"node_modules/koa":{}}}
file old/node_modules/mocha/package.json {}
file old/node_modules/koa/package.json {}
file cut/package-lock.json {"packages":
layer RUN npm install
file tmp/node_modules/.package-lock.json {"packages":{"node_modules/eslint":{"version":"9","dev":true},"node_modules/a":{"version":"1"}}}
layer RUN npm prune --omit=dev
file tmp/node_modules/.package-lock.json {"packages":{"node_modules/a":{"version":"1"}}}
END
mkimage docker24 "$T/recipe" "$T/image.tar"
audit "$T/image.tar"
finds 'node: for development only' rule=package/node-dev path=/app/node_modules/.package-lock.json state=live layer=0 severity=high n=1
finds 'node: and was removed again' rule=package/node-dev path=/tmp/node_modules/.package-lock.json state=deleted layer=1 hidden=2 severity=low n=1
finds 'node: as package-lock.json says' rule=package/node-dev path=/old/node_modules/mocha/package.json state=live severity=high n=1
check 'node: and no other' report is "$T/json" 'sum(f["rule"] == "package/node-dev" for f, _ in findings(r)) == 3'
finds 'node: a link' rule=package/node-unpinned severity=low n=1
finds 'node: a broken lock file' rule=package/database-malformed path=/cut/package-lock.json severity=info n=1
status 'node: it fails the audit' 1

# Other managers keep no such list: package.json names what is for development, and what the application needs to run is none of it.
pack() { printf 'file %s/node_modules/%s/package.json {"name":"%s","version":"1.0.0","dependencies":{%s}}\n' "$1" "$2" "$2" "$3"; }
app() {
	printf 'file %s/package.json {"dependencies":{"express":"4"},"devDependencies":{"jest":"29","ms":"2","@types/node":"20"}}\n' "$1"
	pack "$1" express '"ms":"2"'
	pack "$1" ms ''
}
{
	printf '%s\n' 'user 1' 'layer COPY . .'
	for a in yarn production all some list stale; do app $a; done
	for a in yarn production all list stale; do pack $a jest '"chalk":"4"'; done
	pack all @types/node ''
	printf '%s\n' 'file yarn/node_modules/.yarn-integrity {"flags":[],"lockfileEntries":{"a@1":"https://h/a.tgz","b@u/b":"https://codeload.github.com/u/b/tar.gz/0","@s/c@file:../c":""}}' \
		'file production/node_modules/.yarn-integrity {"flags":["production"]}' \
		'file list/node_modules/.package-lock.json {"packages":{"node_modules/express":{"version":"4"}}}' \
		'file stale/package-lock.json {"packages":{"node_modules/jest":{"version":"29"}}}'
	for a in pnpm pnpm-production; do
		app $a
		printf 'file %s/node_modules/.pnpm/jest@29/node_modules/jest/package.json {"name":"jest","version":"29.0.0"}\n' $a
		printf 'link %s/node_modules/jest .pnpm/jest@29/node_modules/jest\n' $a
	done
	printf 'file pnpm/node_modules/.modules.yaml included:\\n  devDependencies: true\\n\n'
	printf 'file pnpm-production/node_modules/.modules.yaml {"included":{"devDependencies":false}}\n'
	printf 'file broken/package.json {"devDependencies":\n'
	printf 'file broken/node_modules/.yarn-integrity {\n'
} >"$T/recipe"
mkimage docker24 "$T/recipe" "$T/image.tar"
audit "$T/image.tar"
finds 'node: yarn installed it' rule=package/node-dev path=/yarn/node_modules/jest/package.json severity=high confidence=likely n=1
finds 'node: pnpm did' rule=package/node-dev path=/pnpm/node_modules/.pnpm/jest@29/node_modules/jest/package.json confidence=likely n=1
finds 'node: all of them are there' rule=package/node-dev path=/all/node_modules/jest/package.json confidence=likely n=1
finds 'node: and the other' rule=package/node-dev path=/all/node_modules/@types/node/package.json n=1
check 'node: not what runs needs, a few of them, where production was asked for or a lock file says otherwise' report is "$T/json" \
	'sum(f["rule"] == "package/node-dev" for f, _ in findings(r)) == 4'
finds 'node: yarn took one from a repository' rule=package/node-unpinned path=/yarn/node_modules/.yarn-integrity 'msg=b was installed from a repository' n=1
finds 'node: and one from a folder' rule=package/node-unpinned path=/yarn/node_modules/.yarn-integrity 'msg=@s/c was installed from a folder*' n=1
check 'node: what cannot be read is in the ledger' report is "$T/json" \
	'sum("/broken/" in str(d["path"]) for i in r["images"] for d in i["coverage"]["derived"]) == 2'
"$TARSIER" inspect -f json "$T/image.tar" >"$T/list"
check 'node: packages of folders are listed, unless a list is there' report is "$T/list" \
	'(sorted(p["path"].split("/")[1] for p in r["images"][0]["packages"] if p["name"] == "express" and p["version"] == "1.0.0")
	== ["all", "pnpm", "pnpm-production", "production", "some", "stale", "yarn"])'

# A list of more than 100 such packages is one finding.
many() {
	i=0
	while [ $i -lt "$1" ]; do
		printf '%s"node_modules/p%03d":{"version":"1","dev":true}' "$2" $i
		i=$((i + 1))
		set -- "$1" ,
	done
}
{
	printf '%s\n' 'user 1' 'layer RUN npm install'
	printf 'file a/node_modules/.package-lock.json {"packages":{%s}}\n' "$(many 101 '')"
	printf 'file b/node_modules/.package-lock.json {"packages":{%s}}\n' "$(many 100 '')"
	printf 'file c/package-lock.json {"packages":{%s}}\n' "$(many 102 '')"
	i=0
	while [ $i -lt 101 ]; do
		printf 'file c/node_modules/p%03d/package.json {}\n' $i
		i=$((i + 1))
	done
} >"$T/recipe"
mkimage docker24 "$T/recipe" "$T/image.tar"
audit "$T/image.tar"
finds 'node: 101 of a list are one finding' rule=package/node-dev path=/a/node_modules/.package-lock.json \
	'msg=p000 1 is for development only, and 100 others of the list' n=1
finds 'node: 100 are one each' rule=package/node-dev path=/b/node_modules/.package-lock.json n=100
finds 'node: 101 that package-lock.json names are one' rule=package/node-dev path=/c/package-lock.json 'msg=*p000 1 is*and 100 others*' n=1
check 'node: it says for how many it stands' report is "$T/json" \
	'sum(f["occurrences"] for f, _ in findings(r) if f["rule"] == "package/node-dev") == 302'

# What package managers left of their downloads.
cat >"$T/recipe" <<'END'
user 1
layer RUN apt-get update
file var/lib/apt/lists/deb_Packages 12345
file var/lib/apt/lists/other_Packages 12345
file var/lib/apt/lists/lock
dir var/lib/apt/lists/partial
file root/.cache/pip/http-v2/a/b abcdefghij
file root/.cache/pip/selfcheck/c.json {}
file srv/var/lib/apt/lists/x text
file home/app/.npm/_logs/x.log text
layer RUN apt-get install
file var/lib/apt/lists/third_Packages 123
file usr/local/lib/ruby/gems/3.3.0/cache/a.gem abc
layer RUN rm -rf /root/.cache
whiteout root/.cache
END
mkimage docker24 "$T/recipe" "$T/image.tar"
audit "$T/image.tar"
finds 'lists of apt, by layer' rule=file/package-manager-cache path=/var/lib/apt/lists layer=0 state=live severity=low 'msg=*10 bytes in 2 files' n=1
finds 'and of the second' rule=file/package-manager-cache path=/var/lib/apt/lists layer=1 'msg=*3 bytes in 1 file' n=1
finds 'one that a later layer deleted' rule=file/package-manager-cache path=/root/.cache/pip state=deleted hidden=2 severity=low 'msg=*10 bytes in 1 file' n=1
finds 'of gems' rule=file/package-manager-cache 'path=/usr/local/lib/ruby/gems/3.3.0/cache' n=1
check 'and nothing else' report is "$T/json" 'sum(f["rule"] == "file/package-manager-cache" for f, _ in findings(r)) == 4'

# Crates, where cargo-auditable told the program of them: in its section, wherever linkers put that; and never silence.
crates='{"packages":[{"name":"cc","version":"1.0.0","source":"crates.io","kind":"build"},{"name":"mine","version":"0.1.0","source":"local","root":true},{"name":"rand","version":"0.8.5","source":"registry"}]}'
{
	printf '%s\n' 'user 1' 'layer COPY target /'
	for kind in plain narrow big-endian before-symbols before-debug amid-debug cut text bomb; do
		printf 'crates %s usr/bin/%s %s\n' $kind $kind "$crates"
	done
	printf 'crates plain usr/bin/empty {"packages":[]}\n'
} >"$T/recipe"
mkimage docker24 "$T/recipe" "$T/image.tar"
audit "$T/image.tar"
"$TARSIER" inspect -f json "$T/image.tar" >"$T/list"
for kind in plain narrow big-endian before-symbols before-debug; do
	check "cargo: $kind" report is "$T/list" "[(p['ecosystem'], p['name'], p['version'], p['development']) for p in
		r['images'][0]['packages'] if p['path'] == '/usr/bin/$kind'] == [('cargo', 'cc', '1.0.0', True),
		('cargo', 'mine', '0.1.0', False), ('cargo', 'rand', '0.8.5', False)]"
done
for kind in amid-debug cut text bomb empty; do
	finds "cargo: $kind cannot be read, and that is said" rule=package/database-malformed path=/usr/bin/$kind severity=info n=1
done
check 'cargo: the ledger has them' report is "$T/json" \
	'sum("crates" in d["what"] for i in r["images"] for d in i["coverage"]["derived"]) == 5'
check 'cargo: what is local there is no package of Node' report is "$T/json" \
	'not any(f["rule"] == "package/node-unpinned" for f, _ in findings(r))'
status 'cargo: a list beyond a limit is not passed' 4
check 'cargo: the ledger says which that is' report is "$T/json" \
	'[d["path"] for i in r["images"] for d in i["coverage"]["derived"] if d["incomplete"]] == ["/usr/bin/bomb"]'

# Gems, by the names of their specifications.
cat >"$T/recipe" <<'END'
user 1
layer RUN bundle install
file usr/local/bundle/specifications/rubocop-1.60.0.gemspec x
file usr/local/bundle/specifications/rake-13.0.gemspec x
layer RUN bundle install
file usr/local/bundle/specifications/byebug-11.1.3.gemspec x
layer RUN bundle clean
whiteout usr/local/bundle/specifications/byebug-11.1.3.gemspec
END
mkimage docker24 "$T/recipe" "$T/image.tar"
audit "$T/image.tar"
finds 'ruby: a gem for development' rule=package/ruby-dev 'path=*rubocop-1.60.0.gemspec' state=live severity=high n=1
finds 'ruby: one that was removed again' rule=package/ruby-dev 'path=*byebug-11.1.3.gemspec' state=deleted hidden=2 severity=low n=1
check 'ruby: no other' report is "$T/json" 'sum(f["rule"] == "package/ruby-dev" for f, _ in findings(r)) == 2'
finish
