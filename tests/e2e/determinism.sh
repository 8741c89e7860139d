#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The report depends on the image alone: not on threads, source kind, time or luck.
# shellcheck disable=SC2154,SC2034 # rc is shared with lib.sh
. "${0%/*}/lib.sh"

{
	printf '%s\n' 'name app:1'
	printf '%s\n' 'env A={github:1}'
	for l in 0 1 2 3 4 5 6 7; do
		printf '%s\n' "layer COPY $l"
		i=0
		while [ $i -lt 12 ]; do
			printf '%s\n' "file d$l/$i/.env A={github:$((l * 100 + i))} B={npm:$i}"
			printf '%s\n' "pad $((30000 * (l + 1))) d$l/$i/bin {github:$((l * 100 + i + 50))}"
			i=$((i + 1))
		done
		printf '%s\n' "whiteout d$((l - 1))"
		printf '%s\n' "file same/$l/.env A={github:5}"
	done
	printf '%s\n' 'again 2'
} >"$T/recipe"
for d in docker24 oci containerd podman; do
	mkimage -l mixed $d "$T/recipe" "$T/image.tar"
	audit "$T/image.tar"
	cp "$T/json" "$T/base"
	check "$d: there is something to compare" report is "$T/base" 'sum(len(i["findings"]) for i in r["images"]) > 150'
	for j in 1 2 3 4 5 6 7 8; do
		audit -j $j "$T/image.tar"
		check "$d: -j $j" cmp "$T/base" "$T/json"
	done
	for again in 1 2 3; do
		audit "$T/image.tar"
		cmp -s "$T/base" "$T/json" || not_ok "$d: run $again differs"
	done
	# From a pipe, all but the name of the source; with every number of threads.
	sed "s|\"source\": \".*\"|\"source\": \"-\"|" "$T/base" >"$T/base2"
	for j in 1 2 4; do
		cat "$T/image.tar" | "$TARSIER" -f json -j $j - >"$T/piped" 2>/dev/null
		sed "s|\"source\": \".*\"|\"source\": \"-\"|" "$T/piped" >"$T/json"
		check "$d: a pipe, -j $j" cmp "$T/base2" "$T/json"
	done
	# A slow pipe, in odd pieces.
	"$PYTHON" -c 'import sys
d = open(sys.argv[1], "rb").read()
n = 1
while d:
    sys.stdout.buffer.write(d[:n]); sys.stdout.buffer.flush()
    d, n = d[n:], n * 3 % 70001 + 1' "$T/image.tar" | "$TARSIER" -f json - 2>/dev/null |
		sed "s|\"source\": \".*\"|\"source\": \"-\"|" >"$T/json"
	check "$d: a pipe in odd pieces" cmp "$T/base2" "$T/json"
done
text "$T/image.tar"
cp "$T/text" "$T/base"
text -j 1 "$T/image.tar"
check 'the text too' cmp "$T/base" "$T/text"
finish
