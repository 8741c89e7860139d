#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What is installed here, as tarsier lists it from an image and as its own managers do.
# shellcheck disable=SC2154 # T and others are lib.sh's
. "${0%/*}/lib.sh"

# listed KIND...: "name version" of an image of the folder that lies at $T/root, of these ecosystems, sorted.
listed() {
	printf '%s\n' 'user 1' 'layer COPY / /' "tree . $T/root" >"$T/recipe"
	mkimage docker24 "$T/recipe" "$T/image.tar"
	"$TARSIER" inspect -f json "$T/image.tar" >"$T/json"
	"$PYTHON" - "$T/json" "$@" <<'END'
import json, sys
with open(sys.argv[1], encoding="utf-8") as f:
    packages = json.load(f)["images"][0]["packages"]
for line in sorted({p["name"] + " " + p["version"] for p in packages if p["ecosystem"] in sys.argv[2:]}):
    print(line)
END
}
# same CLAIM KIND...: it is what stands in $T/own, in any order.
same() {
	claim=$1
	shift
	listed "$@" >"$T/found"
	LC_ALL=C sort -u "$T/own" >"$T/expected"
	check "$claim ($(wc -l <"$T/expected"))" diff "$T/expected" "$T/found"
	rm -rf "$T/root"
}
if command -v dpkg-query >/dev/null && [ -s /var/lib/dpkg/status ]; then
	mkdir -p "$T/root/var/lib/dpkg"
	cp /var/lib/dpkg/status "$T/root/var/lib/dpkg/"
	dpkg-query -W -f '${db:Status-Status} ${Package} ${Version}\n' | grep -v -e '^not-installed ' -e '^config-files ' -e '^half-installed ' |
		cut -d' ' -f2- >"$T/own"
	same 'dpkg-query -W' dpkg
else
	skip 'dpkg is not here'
fi

# A project of ours as a link to its source, which needs no network; in what way, pip's version decides.
mkdir -p "$T/root/src/mine"
: >"$T/root/src/mine/__init__.py"
printf '%s\n' 'from setuptools import setup' 'setup(name="mine", version="1.5", packages=["mine"])' >"$T/root/src/setup.py"
pip="$T/root/opt/venv/bin/python -m pip --disable-pip-version-check"
# shellcheck disable=SC2086 # words
if "$PYTHON" -m venv "$T/root/opt/venv" >/dev/null 2>&1 &&
	(cd "$T/root" && $pip -q install --no-index --no-build-isolation -e ./src) >/dev/null 2>&1; then
	$pip list --format json 2>/dev/null | "$PYTHON" -c 'import json, sys
for p in json.load(sys.stdin):
    print(p["name"], p["version"])' >"$T/own"
	find "$T/root" -name _vendor -exec rm -rf {} +
	same 'pip list of a virtual environment' python
	audit "$T/image.tar"
	finds 'one of it is a link to its source' rule=package/python-unpinned 'msg=mine*is installed as a link*' n=1
else
	skip 'a virtual environment cannot be made, or pip cannot install into it without a network'
fi
rm -rf "$T/root"

modules=$(npm root -g 2>/dev/null)
if [ -d "$modules/npm" ]; then
	mkdir -p "$T/root/usr/lib"
	cp -a "$modules" "$T/root/usr/lib/node_modules"
	npm ls -g --all --parseable --long 2>/dev/null | cut -d: -f2 | sed -n 's/\(.\)@/\1 /p' | grep -v ' $' >"$T/own"
	same 'npm ls -g' node
else
	skip 'npm is not here'
fi

gofmt=$(go env GOROOT 2>/dev/null)/bin/gofmt
if [ -x "$gofmt" ]; then
	mkdir -p "$T/root/usr/bin"
	cp "$gofmt" "$T/root/usr/bin/"
	go version -m "$gofmt" | sed -n -e '1s/.*: go/stdlib /p' -e 's/^\t\(mod\|dep\)\t\([^\t]*\)\t\([^\t]*\).*/\2 \3/p' >"$T/own"
	same 'go version -m' go
else
	skip 'go is not here'
fi
finish
