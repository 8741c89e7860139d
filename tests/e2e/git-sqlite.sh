#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Objects and packs of git, zlib streams, rows of SQLite databases.
# shellcheck disable=SC2154 # rc is shared with lib.sh
. "${0%/*}/lib.sh"

cat >"$T/recipe" <<'END'
user 1
layer COPY . .
nest git-object app/.git/objects/ab/cdef one\ntwo\ntoken = {github:1}\n
nest zlib app/a.z token = {github:2}\n
nest git-pack:main.tf app/.git/objects/pack/pack-1.pack one\ntwo\ntoken = {github:3}\n
nest git-pack:.env app/.git/objects/pack/pack-2.pack A=1\nDB_PASSWORD={password:4}\n
nest sqlite-utf16:users app/users.db {password:5}
nest sqlite-settings:config app/settings.sqlite {password:6}
nest sqlite-blob:files+gzip+tar:etc/x app/files.db token = {github:7}\n
nest gzip+sqlite-settings:config app/dump.gz {password:8}
file app/bad.pack PACK\x00\x00\x00\x02\x00\x00\x00\x05garbage
file app/bad.db SQLite format 3\x00\x10\x00\x01\x01 this is no database, and what stands here is a line that is longer than a hundred bytes, which is what a header has\n
layer RUN rm -rf .git
whiteout app/.git
END
mkimage -s "$T/secrets" docker24 "$T/recipe" "$T/image.tar" || exit 1
audit "$T/image.tar"
finds 'a loose object' rule=secret/github-token path=/app/.git/objects/ab/cdef via=git-object state=deleted
finds 'with the line in the file it is of' path=/app/.git/objects/ab/cdef line=3
finds 'another zlib stream' rule=secret/github-token path=/app/a.z via=zlib
finds 'a delta in a pack, under the name that a tree has for it' rule=secret/github-token path=/app/.git/objects/pack/pack-1.pack \
	'via=git-pack:*/main.tf' line=3 state=deleted
finds 'a file of a pack is judged by its name' rule=secret/settings-password path=/app/.git/objects/pack/pack-2.pack 'via=git-pack:*/.env' severity=high
finds 'a row of a database in UTF-16' rule=secret/generic-password path=/app/users.db via=sqlite:users
finds 'a table of settings is read as such' rule=secret/generic-password path=/app/settings.sqlite via=sqlite:config
finds 'a container in a value' rule=secret/github-token path=/app/files.db via=sqlite:files/1/content+gzip+tar:etc/x
finds 'a database in another file' rule=secret/generic-password path=/app/dump.gz via=gzip+sqlite:config
derived() {
	check "$1" report is "$T/json" "any(d['path'] == '$2' and '$3' in d['why'] for i in r['images'] for d in i['coverage']['derived'])"
}
derived 'a damaged pack is listed' /app/bad.pack damaged
derived 'a damaged database is listed' /app/bad.db SQLite
check 'and the audit is complete' report is "$T/json" 'r["images"][0]["complete"]'
text "$T/image.tar"
check 'no secret is shown' sh -c "! grep -qFf '$T/secrets' '$T/json' '$T/text' '$T/err'"

# What is too large to be kept: packs are read front to back, with what deltas insert; databases are listed.
long=$(printf '%0500d' 0)
printf '%s\n' 'user 1' 'layer COPY . .' "nest git-pack:main.tf app/.git/p.pack $long token = {github:21}\\n" \
	'nest sqlite-settings:config app/settings.sqlite {password:22}' "rpmdb sqlite var/lib/rpm/rpmdb.sqlite pkg /usr/lib/a=$(printf '%064d' 0)" >"$T/recipe"
mkimage -s "$T/secrets" docker24 "$T/recipe" "$T/large.tar" || exit 1
audit "$T/large.tar"
finds 'a delta after a long base' rule=secret/github-token 'via=git-pack:*/main.tf'
audit --max-retain 100 "$T/large.tar"
finds 'a pack that is not kept' rule=secret/github-token path=/app/.git/p.pack 'via=git-pack:offset-*'
derived 'a database that is not kept is listed' /app/settings.sqlite max-retain
derived 'also that of rpm' /var/lib/rpm/rpmdb.sqlite max-retain
text "$T/large.tar"
check 'no secret is shown' sh -c "! grep -qFf '$T/secrets' '$T/json' '$T/text' '$T/err'"
finish
