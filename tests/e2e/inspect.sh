#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# inspect: what an image is made of, without its findings and without a secret.
# shellcheck disable=SC2154,SC2034 # rc is shared with lib.sh
. "${0%/*}/lib.sh"

# inspect ARGUMENT...: JSON in $T/json, text in $T/text, status in $rc.
inspect() {
	"$TARSIER" inspect --no-progress "$@" >"$T/text" 2>"$T/err" </dev/null
	"$TARSIER" inspect --no-progress -f json "$@" >"$T/json" 2>"$T/err" </dev/null
	rc=$?
}
shows() { check "$1" grep -q "$2" "$T/text"; }

cat >"$T/recipe" <<'END'
name app:1
user app
env PATH=/usr/bin
env DB_PASSWORD={password:1}
env TOKEN={github:1}
label org.example.name=shop
label org.example.token={github:2}
workdir /srv
run {"Cmd": ["serve", "--port", "80", "two words"], "Entrypoint": ["/bin/run", "--token={github:3}"]}
run {"Healthcheck": {"Test": ["CMD-SHELL", "curl -f http://x/ -H {github:4}"], "Interval": 3000000000, "Retries": 2}}
run {"ExposedPorts": {"80/tcp": {}}, "Volumes": {"/data": {}}, "StopSignal": "SIGQUIT"}
layer ADD rootfs
file var/lib/dpkg/status Package: curl\nStatus: install ok installed\nVersion: 7.88\n\n
file a 0123456789
file b 01234
file d/c 012
layer RUN echo {github:5}
file a 0123456789
whiteout b
layer RUN rm -r d
whiteout d
END
mkimage -s "$T/secrets" docker24 "$T/recipe" "$T/image.tar" || not_ok 'the image is made'
inspect -v "$T/image.tar"
status 'an image with critical findings is inspected' 0
holds 'the config is told' 'i["config"]["user"] == "app" and i["config"]["workingDir"] == "/srv" and i["config"]["stopSignal"] == "SIGQUIT"'
holds 'the words of a command' 'i["config"]["cmd"] == "serve --port 80 \"two words\""'
holds 'the health check with its times' 'i["config"]["healthcheck"].startswith("CMD-SHELL ") and "(interval 3 s, retries 2)" in i["config"]["healthcheck"]'
holds 'ports and volumes' 'i["config"]["ports"] == ["80/tcp"] and i["config"]["volumes"] == ["/data"]'
holds 'variables have names and lengths only' '[e["name"] for e in i["config"]["env"]] == ["PATH", "DB_PASSWORD", "TOKEN"] and all(set(e) == {"name", "length"} for e in i["config"]["env"])'
holds 'labels have values' '{"name": "org.example.name", "value": "shop"} in i["config"]["labels"]'
holds 'packages are listed' '[(p["ecosystem"], p["name"], p["version"]) for p in i["packages"]] == [("dpkg", "curl", "7.88")]'
holds 'removed and overwritten files are wasted in their layer' '[l["wastedBytes"] for l in i["layers"]] == [18, 0, 0] and i["layers"][0]["deletedBytes"] == 8 and i["layers"][0]["overwrittenBytes"] == 10'
holds 'a file that came again' 'i["layers"][1]["repeatedFiles"] == 1 and i["layers"][1]["repeatedBytes"] == 10'
holds 'the image as a whole' 'i["wastedBytes"] == 18 and i["inefficientBytes"] == 28 and 0.5 < i["efficiency"] < 1'
holds 'which paths waste it' 'sum(p["bytes"] for p in i["wastedPaths"]) == 18 and i["wastedPaths"] == sorted(i["wastedPaths"], key=lambda p: -p["bytes"])'
check 'no secret is shown' report leaks "$T/secrets" "$T/json" "$T/text" "$T/err"
check 'the document is as the schema says' report valid "$TOP/rules/schema/inspect.schema.json" "$T/json"
shows 'the text names the image' '^app:1 (linux/amd64)$'
shows 'the text counts packages' 'packages  *1 dpkg'
shows 'with -v it lists them' 'dpkg curl 7.88 (layer 0)'
shows 'instructions are there' 'RUN rm -r d$'

# What waste costs becomes findings of low and info.
head -c 30000000 /dev/zero | tr '\0' x >"$T/big"
{
	printf 'user 1\nlayer COPY big\nfile big '
	cat "$T/big"
	printf '\nlayer RUN rm big\nwhiteout big\nlayer COPY\nfile small '
	head -c 1200000 "$T/big"
	printf '\nlayer RUN chown\nfile small '
	head -c 1200000 "$T/big"
	printf '\n'
} >"$T/wasteful"
mkimage docker24 "$T/wasteful" "$T/wasteful.tar"
audit "$T/wasteful.tar"
status 'waste fails nothing' 0
finds 'a file that was removed later' rule=layer/deleted-but-shipped severity=low layer=0 n=1
finds 'files that came again' rule=layer/duplicate-file severity=info layer=3 n=1
finds 'all of it' rule=layer/wasted-bytes severity=low n=1
mkimage docker24 - "$T/mixed.tar" <<'END'
user 1
layer COPY . /app
file app/main.py 1
file app/.venv/lib/python3.12/site-packages/x-1.dist-info/METADATA Name: x\nVersion: 1\n
layer COPY src
file app/other.py 1
END
audit "$T/mixed.tar"
finds 'dependencies and source in one layer' rule=layer/deps-with-source severity=info layer=0 n=1
mkimage docker24 - "$T/apart.tar" <<'END'
user 1
layer uv sync
file app/.venv/lib/python3.12/site-packages/x-1.dist-info/METADATA Name: x\nVersion: 1\n
file app/.venv/bin/activate_this.py 1
layer COPY src
file app/other.py 1
END
audit "$T/apart.tar"
finds 'each in a layer of its own' not rule=layer/deps-with-source
finds 'a small image wastes nothing worth a word' not rule=layer/wasted-bytes
for n in 105000000 100000000; do
	mkimage docker24 - "$T/large.tar" <<END
user 1
layer COPY models
pad $n models/a.bin x
END
	audit "$T/large.tar"
	rm "$T/large.tar"
	if [ $n = 105000000 ]; then
		finds 'a file of more than 100 MiB' rule=layer/large-file severity=info path=/models/a.bin n=1
	else
		finds 'a file of less' not rule=layer/large-file
	fi
done

# Everything that is no image.
inspect "$T/none.tar"
status 'what is not there' 3
check 'its document is valid too' report valid "$TOP/rules/schema/inspect.schema.json" "$T/json"
head -c 20000 "$T/image.tar" >"$T/cut.tar"
inspect "$T/cut.tar"
check 'what is cut short is no success' test "$rc" != 0
inspect "$T/image.tar" "$T/cut.tar"
status 'several inputs: the status of the worst' 4
inspect "$T/image.tar" "$T/image.tar"
status 'several inputs' 0
holds 'all of them' '[j["source"] for j in d["images"]] == ["'"$T/image.tar"'"] * 2'
check 'and the text says which is which' test "$(grep -c "^  source  *$T/image.tar$" "$T/text")" -eq 2
inspect
status 'no image' 2
inspect - -
status 'standard input twice' 2
"$TARSIER" inspect -f sarif "$T/image.tar" >"$T/text" 2>"$T/err"
rc=$?
status 'a format of reports only' 2
for d in oci containerd v1; do
	mkimage -s "$T/secrets" $d "$T/recipe" "$T/$d.tar"
	inspect "$T/$d.tar"
	check "$d: valid" report valid "$TOP/rules/schema/inspect.schema.json" "$T/json"
	check "$d: no secret" report leaks "$T/secrets" "$T/json" "$T/text" "$T/err"
done
finish
