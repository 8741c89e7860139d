#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The table of exit statuses, one input and several.
# shellcheck disable=SC2154,SC2034 # rc is shared with lib.sh
. "${0%/*}/lib.sh"

mkimage docker24 - "$T/clean.tar" <<'END'
name clean:1
user 1001
layer one
file app/main.py print()\n
END
mkimage docker24 - "$T/low.tar" <<'END'
name low:1
user 1001
layer one
file srv/pytest-8.dist-info/METADATA Name: pytest\n
layer two
whiteout srv/pytest-8.dist-info
END
mkimage docker24 - "$T/bad.tar" <<'END'
name bad:1
layer one
file app/.env A=1\n
END
mkimage docker24 - "$T/cut-image.tar" <<'END'
name cut:1
user 1001
layer one
file app/main.py print()\n
END
# The layer's diffID is another one: incomplete, and nothing else when findings do not count.
cat >"$T/edit.py" <<'END'
import io, json, sys, tarfile
src, dst = sys.argv[1:3]
with tarfile.open(src) as t, tarfile.open(dst, "w") as o:
    for m in t:
        if m.name.endswith("layer.tar"):
            continue
        o.addfile(m, t.extractfile(m) if m.isreg() else None)
END
"$PYTHON" "$T/edit.py" "$T/cut-image.tar" "$T/gap.tar"
echo 'no image' >"$T/text.tar"
mkimage kaniko - "$T/packed.tar" <<'END'
user 1001
layer one
file app/main.py print()\n
END
mkimage docker24 - "$T/two.tar" <<'END'
user 1001
layer one
file a 1
file b 2
END

code() {
	claim=$1 wanted=$2
	shift 2
	audit "$@"
	status "$claim" "$wanted"
}
code 'nothing at or above the threshold: 0' 0 "$T/clean.tar"
code 'findings below the threshold: 0' 0 "$T/low.tar"
code 'the threshold can be lower' 1 --fail-on low "$T/low.tar"
code 'the threshold can be higher' 0 --fail-on critical "$T/bad.tar"
code 'a finding at the threshold: 1' 1 "$T/bad.tar"
code 'no threshold: 0' 0 --fail-on none "$T/bad.tar"
code 'unreadable: 3' 3 "$T/text.tar"
code 'missing file: 3' 3 "$T/nothing.tar"
code 'an image with a gap: 4' 4 --fail-on none "$T/gap.tar"
check 'the verdict of a gap' report is "$T/json" 'r["verdict"] == "incomplete"'
code 'no operand: 2' 2
code 'unknown option: 2' 2 --nonsense "$T/clean.tar"
code 'unknown severity: 2' 2 --fail-on terrible "$T/clean.tar"
code 'unknown format: 2' 2 -f yaml "$T/clean.tar"
code 'a bad number: 2' 2 -j none "$T/clean.tar"
code 'a rule file that is none: 2' 2 --rules "$T/text.tar" "$T/clean.tar"
code 'usage errors come before work' 2 --nonsense "$T/bad.tar"
check 'and nothing is on standard output then' test ! -s "$T/json"
code 'a report that cannot be written: 5' 5 -o "json=$T/no/such/dir/r.json" "$T/clean.tar"
code '5 wins over 1' 5 -o "json=$T/no/such/dir/r.json" "$T/bad.tar"
code '1 wins over 3' 1 "$T/text.tar" "$T/bad.tar"
code '1 wins over 4' 1 "$T/gap.tar" "$T/bad.tar"
code '3 wins over 4' 3 --fail-on none "$T/gap.tar" "$T/text.tar"
code '3 wins over 0' 3 "$T/clean.tar" "$T/text.tar"
code '4 wins over 0' 4 --fail-on none "$T/clean.tar" "$T/gap.tar"
code 'all of them' 1 "$T/clean.tar" "$T/gap.tar" "$T/text.tar" "$T/bad.tar" "$T/low.tar"
check 'and all are in the report' report is "$T/json" 'len(r["images"]) == 4 and any("text.tar" in e["source"] for e in r["errors"])'
"$PROGRAM" -q --exit-code 7 "$T/bad.tar" >/dev/null 2>&1
rc=$?
status 'another status for a policy that failed' 7
code 'none for a job that must not fail' 0 --exit-code 0 "$T/bad.tar"
check 'which has failed all the same' report is "$T/json" 'r["verdict"] == "fail"'
code 'it is that of findings only: an unreadable input' 3 --exit-code 0 "$T/text.tar" "$T/bad.tar"
code 'it is that of findings only: a gap' 4 --exit-code 0 "$T/gap.tar" "$T/bad.tar"
code 'it is that of findings only: a report that is not written' 5 --exit-code 0 -o "json=$T/no/such/dir/r.json" "$T/bad.tar"
code 'what is clean is 0' 0 --exit-code 7 "$T/clean.tar"
for n in 2 3 4 5 126 256 -1 x ''; do code "no status of the policy: '$n'" 2 --exit-code "$n" "$T/clean.tar"; done
"$PROGRAM" diff --exit-code 9 "$T/clean.tar" "$T/bad.tar" >/dev/null 2>&1
rc=$?
status 'diff has it too' 9
code 'a limit that is reached: 4' 4 --fail-on none --max-unpacked 1000 "$T/packed.tar"
check 'and the layer is limited' report is "$T/json" 'r["images"][0]["layers"][0]["status"] == "limited"'
code 'a limit of JSON: 4' 4 --fail-on none --max-json 100 "$T/clean.tar"
code 'a limit of entries: 4' 4 --fail-on none --max-entries 1 "$T/low.tar" "$T/two.tar"
code 'a limit is no zero' 2 --max-json 0 "$T/clean.tar"
code 'the command may be named' 0 audit "$T/clean.tar"

if [ -w /dev/full ]; then
	"$TARSIER" -f json "$T/clean.tar" >/dev/full 2>"$T/err"
	rc=$?
	status 'standard output that is full: 5' 5
fi
TARSIER_FAIL_ON=none "$TARSIER" -q "$T/bad.tar" >/dev/null 2>"$T/err"
rc=$?
status 'options come from the environment' 0
TARSIER_FAIL_ON=none "$TARSIER" -q --fail-on high "$T/bad.tar" >/dev/null 2>"$T/err"
rc=$?
status 'the command line wins over it' 1
"$TARSIER" --version >"$T/text" 2>&1
rc=$?
status '--version' 0
check '--version names the codec' grep -qiE 'isa-l|zlib' "$T/text"
"$TARSIER" --help >"$T/text" 2>&1
rc=$?
status '--help' 0
"$TARSIER" rules list >"$T/text" 2>&1
rc=$?
status 'rules list' 0
"$TARSIER" rules show config/user-root >"$T/text" 2>&1
rc=$?
status 'rules show' 0
"$TARSIER" rules check >"$T/text" 2>&1
rc=$?
status 'rules check: every example of the catalogue holds' 0
[ $rc = 0 ] || head -n 5 "$T/text"

# Reports in files are whole, also beside the one on standard output.
"$TARSIER" -f text -o "$T/one.json" -o "text=$T/two" "$T/bad.tar" >"$T/text" 2>"$T/err"
check '-o writes as many as asked for' sh -c "test -s '$T/two' && test -s '$T/text'"
check 'and they are whole' report is "$T/one.json" 'r["verdict"] == "fail"'

# A signal is a signal.
mkfifo "$T/pipe"
"$PROGRAM" - <"$T/pipe" >/dev/null 2>&1 &
pid=$!
exec 3>"$T/pipe"
sleep 0.3
kill -TERM $pid
wait $pid
rc=$?
exec 3>&-
status 'ended by a signal: 128 and its number' 143
finish
