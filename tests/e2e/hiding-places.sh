#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Planted secrets (tests/eval/plant.py): where they hide, and what only looks like one.
# shellcheck disable=SC2154 # rc is shared with lib.sh
. "${0%/*}/lib.sh"

# planted CLAIM CATEGORY PERCENT: at least so many are found, in the right layer and state.
planted() {
	if ! "$PYTHON" "$TOP/tests/eval/plant.py" --seed 11 --each 1 --only "$2" "$T/planted.tar" "$T/truth" >"$T/said"; then
		not_ok "$1: the image could not be made"
		return
	fi
	sed "s/^skip /skip $TEST: /" "$T/said"
	audit "$T/planted.tar"
	check "$1" "$PYTHON" "$TOP/tests/eval/score.py" --require="$3" planted "$T/json" "$T/truth"
}
planted 'tokens of vendors' token 95
planted 'assignments in files and languages' assignment 93
planted 'addresses with passwords' connection 95
planted 'passwords in commands' command 95
planted 'files of known programs' file 92
planted 'secrets in hiding places' 'hiding place' 85
planted 'what only looks like a secret' negative 0
finish
