#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# contrib/docker-push pushes what is clean and nothing else. A stand-in for docker
# and podman saves files of $T/store and pushes to $T/registry, by skopeo if it is here.
# shellcheck disable=SC2154,SC2034 # rc is shared with lib.sh
. "${0%/*}/lib.sh"

SH=$(command -v sh)
mkdir "$T/store" "$T/registry" "$T/docker" "$T/podman" "$T/none"
mkimage docker24 - "$T/store/good" <<'END'
name good:1
user 1
layer one
file a 1
END
mkimage docker24 - "$T/store/bad" <<'END'
name bad:1
user 1
layer one
file a/.env A={github:1}
END
cp "$T/store/good" "$T/store/moves"
cp "$T/store/good" "$T/store/fails"
cp "$T/store/good" "$T/store/late"
cp "$T/store/good" "$T/store/breaks"
head -c 5000 "$T/store/good" >"$T/store/cut"

cat >"$T/docker/docker" <<END
#!$SH
PATH=$PATH
store=$T/store log=$T/log registry=$T/registry
echo "\${0##*/} \$*" >>"\$log"
case \$1 in
image)
	[ "\$2 \$3" = 'inspect --format' ] || exit 125
	[ -e "\$store/\$5" ] || { echo "Error: No such image: \$5" >&2; exit 1; }
	sha256sum <"\$store/\$5"
	;;
save)
	cat "\$store/\$2" || exit 1
	case \$2 in
	breaks) exit 1 ;;
	moves) echo more >>"\$store/\$2" ;;
	esac
	;;
push)
	[ "\$2" != late ] || echo more >>"\$store/\$2"
	[ "\$2" != fails ] || { echo 'denied: requested access to the resource is denied' >&2; exit 1; }
	if command -v skopeo >/dev/null; then
		skopeo --insecure-policy copy -q "docker-archive:\$store/\$2" "dir:\$registry/\$2"
	else
		mkdir "\$registry/\$2" && cp "\$store/\$2" "\$registry/\$2/"
	fi
	;;
*) exit 125 ;;
esac
END
chmod 755 "$T/docker/docker"
ln -s "$(command -v cat)" "$T/docker/cat"
cp "$T/docker/docker" "$T/podman/podman"

# push FOLDER ARGUMENT...: with that folder for a PATH, and nothing else.
push() {
	folder=$1
	shift
	: >"$T/log"
	rm -rf "$T/registry"
	mkdir "$T/registry"
	env PATH="$T/$folder" TARSIER="$TARSIER" "$SH" "$TOP/contrib/docker-push" "$@" >"$T/out" 2>"$T/err" </dev/null
	rc=$?
}
pushed() { check "$1 is pushed" test -d "$T/registry/$1"; }
not_pushed() {
	check "$1 is not pushed: $2" sh -c "! test -e '$T/registry/$1' && ! grep -q ' push ' '$T/log'"
}

push docker good
status 'a clean image: 0' 0
pushed good
check 'the report is on standard output' grep -q 'good:1.*clean' "$T/out"
push docker bad
status 'a secret: the status of the policy' 1
not_pushed bad 'a secret'
check 'it is said' grep -q '^docker-push: bad: not pushed$' "$T/err"
check 'the report says why' grep -q 'secret/github-token' "$T/out"
push docker bad --fail-on none -o "$T/r.sarif" -q
status 'options are handed on' 0
pushed bad
check 'outputs are written' grep -q secret/github-token "$T/r.sarif"
push docker good --no-such-option
status 'an option that is none: usage' 2
not_pushed good 'usage'
push docker none
status 'no such image: 3' 3
not_pushed none 'no such image'
push docker cut
check 'an image that breaks off is not clean' test "$rc" -ne 0
not_pushed cut 'it breaks off'
push docker breaks
status 'saving failed behind what looks whole: 3' 3
not_pushed breaks 'saving failed'
push docker moves
status 'the name moved during the audit: 4' 4
not_pushed moves 'the name moved'
push docker late
status 'the name moved during the push: 4' 4
check 'it is said' grep -q 'became another image while it was pushed' "$T/err"
push docker fails
status 'the registry refused a clean image: 6' 6
check 'its reason is shown' grep -q '^denied' "$T/err"

push podman good
status 'podman where there is no docker: 0' 0
check 'podman was asked' grep -q '^podman push good$' "$T/log"
pushed good
DOCKER=$T/podman/podman
export DOCKER
push docker good
check '$DOCKER goes first' grep -q '^podman push good$' "$T/log"
unset DOCKER
push none good
status 'neither docker nor podman: 2' 2
push docker
status 'no image: usage' 2
push docker -q good
status 'an option in front of the image: usage' 2
push docker --help
status '--help: 0' 0
check 'it is the usage' grep -q '^usage: docker-push IMAGE' "$T/out"
auditor=$TARSIER
TARSIER=/no/such/program
push docker good
status 'no tarsier: 2' 2
not_pushed good 'no tarsier'
TARSIER=$auditor
# What a registry has in the end is what was audited: the same config, and layers that unpack to its diffIDs.
if ! command -v skopeo >/dev/null; then
	skip 'what a registry has is what was audited: skopeo is not here'
	finish
fi
mkdir "$T/net"
"$PYTHON" "$TOP/tests/tool/registry.py" "$T/net" &
server=$!
trap 'kill $server; rm -rf "$T"' EXIT
i=0
while ! [ -s "$T/net/port" ] && [ $((i += 1)) -le 50 ]; do sleep 0.1; done
host=127.0.0.1:$(cat "$T/net/port")
cat >"$T/same.py" <<'END'
import gzip, hashlib, json, sys
net, name, report = sys.argv[1:4]
def blob(d):
    with open(net + "/" + d.replace(":", "/", 1), "rb") as f:
        return f.read()
with open(report) as f:
    image, = json.load(f)["images"]
with open("%s/team/%s/1" % (net, name)) as f:
    manifest = json.load(f)
assert manifest["config"]["digest"] == image["configDigest"], manifest["config"]
layers = [blob(l["digest"]) for l in manifest["layers"]]
layers = [gzip.decompress(l) if l[:2] == b"\x1f\x8b" else l for l in layers]
assert ["sha256:" + hashlib.sha256(l).hexdigest() for l in layers] == [l["diffId"] for l in image["layers"]] != []
END
for n in good bad; do
	sed "s|name good:1|name $host/team/good:1|; s|name bad:1|name $host/team/bad:1|" >"$T/recipe" <<END
name $n:1
user 1
layer one
file a/$([ $n = good ] && echo 'b 1' || echo '.env A={github:1}')
END
	mkimage docker24 "$T/recipe" "$T/$n.tar"
done
# to_registry PROGRAM WITH: the image $host/team/NAME:1 of each is loaded as $T/NAME.tar.
to_registry() {
	for n in good bad; do
		DOCKER=$1 TARSIER=$TARSIER "$SH" "$TOP/contrib/docker-push" "$host/team/$n:1" -q -o "$T/$n.json" >"$T/out" 2>"$T/err" </dev/null
		eval "rc_$n=\$?"
	done
	rc=$rc_good
	status "$2: what is clean is pushed" 0
	check "$2: and is what was audited" "$PYTHON" "$T/same.py" "$T/net" good "$T/good.json"
	rc=$rc_bad
	status "$2: what is not clean is not" 1
	check "$2: the registry has nothing of it" test ! -e "$T/net/team/bad"
	rm -rf "$T/net/team" "$T/net/sha256"
}
cat >"$T/by-skopeo" <<END
#!$SH
case \$1 in
image) n=\${5%:1} ;;
*) n=\${2%:1} ;;
esac
file=$T/\${n##*/}.tar
case \$1 in
image) sha256sum <"\$file" ;;
save) cat "\$file" ;;
push) skopeo --insecure-policy copy -q --dest-tls-verify=false "docker-archive:\$file" "docker://\$2" ;;
esac
END
chmod 755 "$T/by-skopeo"
to_registry "$T/by-skopeo" skopeo

if ! command -v podman >/dev/null || [ "$(id -u)" != 0 ]; then
	skip 'podman pushes to a registry: podman is not here, or not root'
	finish
fi
printf '[[registry]]\nlocation = "127.0.0.1"\ninsecure = true\n[[registry]]\nlocation = "%s"\ninsecure = true\n' "$host" >"$T/registries.conf"
cat >"$T/by-podman" <<END
#!$SH
CONTAINERS_REGISTRIES_CONF=$T/registries.conf
export CONTAINERS_REGISTRIES_CONF
exec podman --root "$T/pod" --runroot "$T/podrun" --storage-driver vfs "\$@"
END
chmod 755 "$T/by-podman"
if ! "$T/by-podman" load -q -i "$T/good.tar" >/dev/null 2>"$T/err" || ! "$T/by-podman" load -q -i "$T/bad.tar" >/dev/null 2>"$T/err"; then
	skip "podman pushes to a registry: it loads no image here ($(head -n 1 "$T/err"))"
	finish
fi
to_registry "$T/by-podman" podman
finish
