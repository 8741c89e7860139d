#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Overlay semantics: what is live, deleted or overwritten, and by which layer.
# shellcheck disable=SC2154,SC2034 # rc is shared with lib.sh
. "${0%/*}/lib.sh"

audit_recipe <<'END'
user 1
layer COPY 0
file plain/.env {github:1}
file gone/.env {github:2}
file new/.env {github:3}
file opaque/deep/.env {github:4}
file replaced/.env {github:5}
file folder/.env {github:6}
file linked/a.env {github:7}
hard linked/b.env linked/a.env
file real/.env {github:8}
link alias real
file late/.env {github:9}
layer COPY 1
whiteout gone/.env
file new/.env {github:10}
opaque opaque
file opaque/deep/other.env {github:11}
file replaced now a file
whiteout folder
whiteout linked/a.env
layer COPY 2
file gone/.env {github:12}
whiteout late
layer COPY 3
whiteout new/.env
END
finds 'a file is live' path=/plain/.env state=live hidden= layer=0 rule=file/dotenv
finds 'a whiteout deletes' path=/gone/.env layer=0 state=deleted hidden=1 'rule=secret/*'
finds 'what comes again is live' path=/gone/.env layer=2 state=live 'rule=secret/*'
finds 'the same path anew overwrites' path=/new/.env layer=0 state=overwritten hidden=1 'rule=secret/*'
finds 'the first hiding layer counts' path=/new/.env layer=1 state=deleted hidden=3 'rule=secret/*'
check 'one path in two layers is two findings' report is "$T/json" \
	'[(f["location"]["layer"], f["state"]) for f, _ in findings(r) if f["rule"] == "file/dotenv" and f["location"]["path"] == "/gone/.env"] == [(0, "deleted"), (2, "live")]'
finds 'an opaque directory deletes what was in it' path=/opaque/deep/.env state=deleted hidden=1 rule=file/dotenv
finds 'an opaque directory keeps its own layer' path=/opaque/deep/other.env state=live rule=file/dotenv
finds 'a directory that became a file' path=/replaced/.env state=deleted hidden=1 rule=file/dotenv
finds 'a whiteout of a directory' path=/folder/.env state=deleted hidden=1 rule=file/dotenv
finds 'a hard link keeps the content alive' rule=secret/* path=/linked/a.env state=live
finds 'a directory deleted later' path=/late/.env state=deleted hidden=2 rule=file/dotenv
finds 'each finding knows its instruction' path=/gone/.env layer=2 'by=COPY 2' 'rule=secret/*'
status 'deleted secrets fail the audit' 1

audit_recipe <<'END'
user 1
layer COPY 0
file real/.env {github:20}
link alias real
layer COPY 1
whiteout alias/.env
layer COPY 2
file twice/.env {github:21}
file twice/.env {github:22}
whiteout twice/.env
file twice/.env {github:23}
END
finds 'a whiteout below a link is no whiteout of its target' path=/real/.env state=live rule=file/dotenv
finds 'the earlier copy in one layer is overwritten' path=/twice/.env layer=2 state=overwritten hidden=2
finds 'a whiteout does not hide its own layer' path=/twice/.env layer=2 state=live

audit_recipe <<'END'
user 1
layer COPY 0
file usr/bin/x 1
link bin usr/bin
file a/.env {github:30}
layer COPY 1
file a 1
layer COPY 2
file a/.env {github:31}
layer COPY 3
dir a
END
finds 'a file over a directory, and a directory again' path=/a/.env layer=0 state=deleted hidden=1
finds 'a directory over a directory hides nothing' path=/a/.env layer=2 state=live

# A hard link to a file below, deletion of one name and then of the other.
audit_recipe <<'END'
user 1
layer COPY 0
file d/one.env {github:40}
hard d/two.env d/one.env
layer RUN rm one
whiteout d/one.env
layer RUN rm two
whiteout d/two.env
END
finds 'an inode dies with its last name' rule=secret/* path=/d/one.env state=deleted hidden=2
finds 'and so does every finding about it' rule=file/dotenv path=/d/one.env state=deleted hidden=2

# Names that are no text.
audit_recipe <<'END'
user 1
layer COPY 0
file d/\xff\xfe.env {github:50}
file d/tab\there.env {github:51}
file d/esc\x1b[31m.env {github:52}
file d/\xc3\xbc.env {github:53}
file d/back\x5cslash.env {github:54}
file \x2e\x2e\x2fup.env {github:55}
file \x2fabs.env {github:56}
END
check 'no entry is lost, whatever its name' report is "$T/json" \
	'sum(f["rule"] == "file/dotenv" for f, _ in findings(r)) == 7 and sum(f["rule"].startswith("secret/") for f, _ in findings(r)) >= 7'
finds 'bytes that are not UTF-8 are escaped' 'path=/d/\xff\xfe.env'
finds 'UTF-8 stays' path=/d/ü.env
check 'no control character reaches the report' sh -c "! tr -d '\\n' <'$T/json' | grep -q '[[:cntrl:]]'"
text "$T/image.tar"
check 'nor the terminal' sh -c "! tr -d '\\n' <'$T/text' | LC_ALL=C grep -q '[[:cntrl:]]'"

# What stands behind the end of a layer belongs to it all the same.
audit_recipe <<'END'
user 1
layer COPY 0
file a/x 1
tail hidden {github:80} here
END
finds 'a secret behind the end of the tar is found' 'rule=secret/*' kind=layer layer=0
finds 'and that there is something is told' rule=layer/trailing-data layer=0
check 'and every byte is accounted for' report is "$T/json" \
	'all(i["coverage"]["bytes"] == i["coverage"]["bytesScanned"] for i in r["images"])'

# A layer that readers take differently is not passed, and no byte of it is left out.
audit_recipe <<'END'
user 1
layer COPY 0
file a/x 1
sized a/link hidden {github:81} here
file a/.env {github:82}
END
finds 'an ambiguous layer is told' rule=layer/ambiguous-tar severity=high layer=0
check 'an ambiguous layer is not complete' report is "$T/json" \
	'r["images"][0]["layers"][0]["status"] == "ambiguous" and not r["images"][0]["complete"]'
check 'an ambiguous layer is scanned whole' report is "$T/json" \
	'sum(f["rule"].startswith("secret/") for f, _ in findings(r)) == 2'

# One blob at several positions is reported once.
audit_recipe <<'END'
user 1
layer COPY 0
file a/.env {github:60}
layer RUN rm
whiteout a/.env
again 0
END
check 'a layer at two positions is told once, with both' report is "$T/json" \
	'[f["location"]["layers"] for f, _ in findings(r) if f["rule"] == "file/dotenv"] == [[0, 2]]'

# A history that does not fit is not attributed.
audit_recipe <<'END'
user 1
layer COPY 0
file a/.env {github:70}
history ENV A=1
key {"history": [{"created_by": "RUN a"}, {"created_by": "RUN b"}]}
END
finds 'history of another length is not attributed' path=/a/.env by= rule=file/dotenv
finish
