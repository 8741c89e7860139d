#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Files inside files: every format, nested, malformed, encrypted, too deep, too large.
# shellcheck disable=SC2154 # rc is shared with lib.sh
. "${0%/*}/lib.sh"

{
	printf '%s\n' 'user 1' 'layer COPY . .'
	n=0
	for chain in gzip xz bzip2 zstd zip:conf/app.yml zip-stored:a.txt zip-bzip2:a.txt zip-lzma:a.txt zip-stream:a.txt zipapp:a.txt \
		zip-script:a.txt tar:etc/x ar:data.txt cpio:etc/x gzip+tar:etc/x zip:BOOT-INF/lib/a.jar+zip:conf/app.yml \
		ar:data.tar.xz+xz+tar:./etc/x rpm+zstd+cpio:./etc/x rpm+xz+cpio:./etc/x \
		rpm+lzma+cpio:./etc/x \
		zip:a.tgz+gzip+tar:b.zip+zip:c.tgz+gzip+tar:d.zip+zip:e.tgz+gzip+tar:f.zip+zip:g.tgz+gzip+tar:h.txt \
		zip:a.zip+zip:b.zip+zip:c.zip+zip:d.zip+zip:e.zip+zip:f.zip+zip:g.zip+zip:h.txt; do
		echo "$chain" >"$T/chain.$n"
		printf '%s\n' "nest $chain app/f$n token = {github:$n}\\n"
		n=$((n + 1))
	done
	echo $n >"$T/n"
	printf '%s\n' 'large 9000000 zip:big.bin app/large.zip {github:50}\n' 'large 9000000 gzip+tar:big.bin app/large.tar.gz {github:51}\n'
	printf '%s\n' 'nest zip:app/.env app/env.zip A={github:60}\n' 'nest zip:home/.netrc app/netrc.zip machine a login b password {password:61}\n'
	printf '%s\n' 'nest gzip app/.pgpass.gz h:5432:db:u:{password:62}\n' 'nest zip:.env.example app/template.zip A=1\n'
	printf '%s\n' 'nest tar:a.txt app/twice.tar one {github:63} and again {github:63}\n'
	printf '%s\n' 'nest gzip-cut app/cut.gz {github:70} and more text behind it\n' 'nest gzip-trailing app/trailing.gz {github:71}\n'
	printf '%s\n' 'nest zip-encrypted:a.txt app/encrypted.zip {github:72}\n'
	printf '%s\n' 'file app/broken.zip PK\x03\x04\x14\x00\x00\x00\x08\x00this is not what it seems to be\n'
	printf '%s\n' 'file app/script.sh #!/bin/sh\necho hello\n'
	printf '%s\n' 'layer RUN rm app/f4' 'whiteout app/f4'
} >"$T/recipe"
mkimage -s "$T/secrets" docker24 "$T/recipe" "$T/image.tar"
audit "$T/image.tar"
status 'found: status 1' 1
n=0
while [ $n -lt "$(cat "$T/n")" ]; do
	chain=$(cat "$T/chain.$n")
	via=$(echo "$chain" | sed 's/zip-[a-z0-9]*:/zip:/g; s/zipapp:/zip:/; s#:\./#:#g')
	finds "inside $chain" rule=secret/github-token "path=/app/f$n" "via=$via" n=1
	n=$((n + 1))
done
finds 'a file of a container has the container'"'"'s state' path=/app/f4 state=deleted hidden=1 by='COPY . .'
finds 'a zip larger than what is kept' path=/app/large.zip via=zip:big.bin
finds 'a tar.gz larger than what is kept' path=/app/large.tar.gz via=gzip+tar:big.bin
finds 'names inside are judged: .env' rule=file/dotenv path=/app/env.zip via=zip:app/.env severity=high
finds 'a template inside is information' rule=file/dotenv path=/app/template.zip severity=info
finds 'parsers run inside: .netrc' rule=secret/netrc path=/app/netrc.zip via=zip:home/.netrc
finds 'a compressed file is judged by its name without the suffix' rule=secret/pgpass path=/app/.pgpass.gz via=gzip
finds 'what a tar and the file in it both show is told once' rule=secret/github-token path=/app/twice.tar n=1
finds 'what stands before the damage is found' path=/app/cut.gz rule=secret/github-token
finds 'a stream with trailing bytes' path=/app/trailing.gz rule=secret/github-token
derived() {
	check "$1" report is "$T/json" "any(d['path'] == '$2' and '$3' in d['why'] for i in r['images'] for d in i['coverage']['derived'])"
}
derived 'a cut gzip file is listed' /app/cut.gz 'cut short'
derived 'trailing bytes are listed' /app/trailing.gz 'behind its end'
derived 'an encrypted zip is listed' '/app/encrypted.zip!a.txt' encrypted
derived 'a broken zip is listed' /app/broken.zip damaged
check 'a script is no container' report is "$T/json" "not any('script' in d['path'] for i in r['images'] for d in i['coverage']['derived'])"
check 'malformed files leave the audit complete' report is "$T/json" "all(i['complete'] for i in r['images'])"
text "$T/image.tar"
check 'text shows the way in' grep -Fq '/app/f15!BOOT-INF/lib/a.jar!conf/app.yml:1' "$T/text"
check 'no secret in any output' sh -c "! grep -Ff '$T/secrets' '$T/json' '$T/text' '$T/err'"

audit --max-depth 7 "$T/image.tar"
check 'deeper than the limit: incomplete' report is "$T/json" "not r['images'][0]['complete'] and r['verdict'] != 'pass'"
derived 'and says where' '/app/f21!a.zip!b.zip!c.zip!d.zip!e.zip!f.zip!g.zip' 'max-depth'
check 'and standard error, too' grep -q 'nested deeper than --max-depth allows' "$T/err"
audit --max-nested 1000000 "$T/image.tar"
derived 'more bytes than the limit: listed' /app/large.zip 'max-nested'
check 'and incomplete' report is "$T/json" "not r['images'][0]['complete']"
audit --max-nested-files 3 "$T/image.tar"
check 'more files than the limit: incomplete' report is "$T/json" "not r['images'][0]['complete']"

printf '%s\n' 'user 1' 'layer x' 'nest zip-encrypted:a.txt app/e.zip hello' 'nest gzip-cut app/c.gz hello' >"$T/recipe"
mkimage docker24 "$T/recipe" "$T/clean.tar"
audit "$T/clean.tar"
status 'encrypted and malformed files alone: status 0' 0
printf '%s\n' 'user 1' 'layer x' 'nest zstd-long app/w.zst hello' >"$T/recipe"
mkimage docker24 "$T/recipe" "$T/window.tar"
audit "$T/window.tar"
status 'a window that is larger than allowed: status 4' 4

# A blob that is no tar is looked into as well.
"$PYTHON" - "$TOP/tests/tool" "$T/clean.tar" "$T/extra.tar" <<'PY'
import io, sys, tarfile
sys.path.insert(0, sys.argv[1])
import containers, tokens
data = containers.wrap("zip:conf/a.yml+gzip", ("x = " + tokens.token("github", "80")).encode())
with tarfile.open(sys.argv[2]) as old, tarfile.open(sys.argv[3], "w") as new:
    for m in old:
        new.addfile(m, old.extractfile(m) if m.isfile() else None)
    info = tarfile.TarInfo("extra.bin")
    info.size = len(data)
    new.addfile(info, io.BytesIO(data))
PY
audit "$T/extra.tar"
finds 'inside a member that is no layer' rule=secret/github-token kind=archive path=extra.bin via=zip:conf/a.yml+gzip

cat "$T/image.tar" | "$TARSIER" --no-progress -f json -j 1 - >"$T/one" 2>/dev/null
"$TARSIER" --no-progress -f json -j 4 "$T/image.tar" >"$T/four" 2>/dev/null
sed 's/"source": *"[^"]*"//' "$T/one" >"$T/one.bare"
sed 's/"source": *"[^"]*"//' "$T/four" >"$T/four.bare"
check 'pipe and file, one thread and four: the same' cmp "$T/one.bare" "$T/four.bare"
finish
