#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every rule of the catalogue has an image that shows it and one of near misses that does not: fixtures/rules/
# (tests/tool/rule_fixtures.py tells what belongs there). `rule-fixtures.sh RULE...` looks at these alone.
. "${0%/*}/lib.sh"

mkdir "$T/w"
"$PYTHON" "$TOP/tests/tool/rule_fixtures.py" "$TARSIER" "$TOP/fixtures/rules" "$T/w" "$@" >"$T/verdicts" 2>"$T/err"
cat "$T/err" >&2
verdicts "$T/verdicts"
finish
