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
finish
