# SPDX-License-Identifier: Apache-2.0
# Helpers of the end-to-end tests; each tests/e2e/NAME.sh begins with
#	. "${0%/*}/lib.sh"
# and prints "ok NAME: CLAIM", "not ok NAME: CLAIM" or "skip NAME: WHY". $T is a
# directory of its own, removed at the end. A test that did not hold is no reason to
# stop: `finish` makes the exit status.
# shellcheck shell=sh disable=SC2034

set -u
LC_ALL=C
export LC_ALL
HERE=$(cd "${0%/*}" && pwd)
TOP=$(cd "$HERE/../.." && pwd)
TEST=${0##*/}
TEST=${TEST%.sh}
FAILED=0
: "${TARSIER:=$TOP/build/release/tarsier}"
unset TARSIER_FORMAT TARSIER_OUTPUT TARSIER_FAIL_ON TARSIER_EXIT_CODE TARSIER_SEVERITY TARSIER_RULES TARSIER_REF TARSIER_PLATFORM TARSIER_JOBS \
	TARSIER_TIMEOUT TARSIER_QUIET TARSIER_VERBOSE TARSIER_NO_COLOR NO_COLOR TARSIER_BASELINE TARSIER_PROFILE TARSIER_BASE SOURCE_DATE_EPOCH
# Whatever policy lies about where the tests run is not theirs.
TARSIER_CONFIG=none TARSIER_IGNOREFILE=none
export TARSIER_CONFIG TARSIER_IGNOREFILE

T=$(mktemp -d "${TMPDIR:-/tmp}/tarsier-$TEST.XXXXXX") || exit 1
trap 'rm -rf "$T"' EXIT
trap 'exit 1' HUP INT TERM

# A status above 5 is a crash, or what a sanitizer found. It must not hide in a pipe.
PROGRAM=$TARSIER
TARSIER=$T/tarsier
cat >"$TARSIER" <<END
#!/bin/sh
"$PROGRAM" "\$@"
rc=\$?
[ \$rc -le 5 ] || echo "status \$rc: \$*" >>"$T/crashed"
exit \$rc
END
chmod 755 "$TARSIER"

# The one that ci/setup gave python3-jsonschema to.
PYTHON=
for p in /usr/bin/python3 python3; do
	if "$p" -c 'import jsonschema' >/dev/null 2>&1; then
		PYTHON=$p
		break
	fi
done
: "${PYTHON:=python3}"
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE

ok() { echo "ok $TEST: $*"; }
skip() { echo "skip $TEST: $*"; }
not_ok() {
	echo "not ok $TEST: $*"
	FAILED=1
}

# check CLAIM COMMAND...: it holds if the command succeeds.
check() {
	check_claim=$1
	shift
	if "$@" >"$T/check.log" 2>&1; then
		ok "$check_claim"
	else
		not_ok "$check_claim"
		sed 's/^/    /' "$T/check.log" | head -n 20
	fi
}

finish() {
	if [ -s "$T/crashed" ]; then
		not_ok 'the program never crashes, hangs or leaks'
		sed 's/^/    /' "$T/crashed" | head -n 10
	fi
	exit $FAILED
}

# audit ARGUMENT...: JSON in $T/json, the rest in $T/err, status in $rc.
audit() {
	"$TARSIER" --no-progress -f json "$@" >"$T/json" 2>"$T/err" </dev/null
	rc=$?
}

# text ARGUMENT...: the same for people, in $T/text.
text() {
	"$TARSIER" --no-progress "$@" >"$T/text" 2>"$T/err" </dev/null
	rc=$?
}

# status CLAIM WANTED: of the last audit.
status() {
	if [ "$rc" = "$2" ]; then
		ok "$1"
	else
		not_ok "$1: exit status $rc, not $2"
		sed 's/^/    /' "$T/err" | head -n 5
	fi
}

mkimage() { "$PYTHON" "$TOP/tests/tool/mkimage.py" "$@"; }
token() { "$PYTHON" "$TOP/tests/tool/tokens.py" "$@"; }
report() { "$PYTHON" "$TOP/tests/tool/report.py" "$@"; }

# claims FILE...: lines "ok CLAIM" and "not ok CLAIM" of report.py, with the test's name.
verdicts() {
	sed "s/^ok /ok $TEST: /; s/^not ok /not ok $TEST: /" "$1"
	if grep -q '^not ok ' "$1" || ! grep -q '^ok ' "$1"; then FAILED=1; fi
}

# finds CLAIM [report.py expect arguments]: of the last audit.
finds() {
	finds_claim=$1
	shift
	check "$finds_claim" report expect "$T/json" "$@"
}

# holds CLAIM EXPRESSION: of the JSON document d in $T/json and its first image i (of a diff: pair of images).
holds() {
	check "$1" "$PYTHON" -c '
import json, sys
d = json.load(open(sys.argv[1]))
i = d["images"][0] if d.get("images") else None
sys.exit(not eval(sys.argv[2]))' "$T/json" "$2"
}

# audit_recipe: the image of the recipe on standard input, as $T/image.tar.
audit_recipe() {
	mkimage docker24 - "$T/image.tar" || exit 1
	audit "$T/image.tar"
}

# image CLAIM [report.py expect arguments] <RECIPE: of the audit of that image.
image() {
	image_claim=$1
	shift
	audit_recipe
	finds "$image_claim" "$@"
}

# Buildah as these tests use it: storage in $T, no run-time, no network.
BUILDAH="buildah --root $T/storage/root --runroot $T/storage/run --storage-driver vfs"

have_buildah() {
	if [ "$(id -u)" != 0 ]; then
		WHY='buildah mounts its containers as root only'
		return 1
	fi
	if ! command -v buildah >/dev/null || ! command -v skopeo >/dev/null; then
		WHY='buildah and skopeo are not here'
		return 1
	fi
	mkdir -p "$T/storage" "$T/probe"
	: >"$T/probe/empty"
	# shellcheck disable=SC2086
	if c=$($BUILDAH from --isolation chroot scratch 2>"$T/err") && $BUILDAH copy -q "$c" "$T/probe" / >"$T/err" 2>&1 &&
		$BUILDAH commit -q --rm "$c" >"$T/err" 2>&1; then
		return 0
	fi
	WHY="buildah cannot build here: $(tail -n 1 "$T/err")"
	return 1
}
