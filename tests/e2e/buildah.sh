#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A real image, built by buildah and saved by buildah and skopeo in every format.
# shellcheck disable=SC2154,SC2034 # rc is shared with lib.sh
. "${0%/*}/lib.sh"

have_buildah || {
	skip "$WHY"
	exit 0
}

# commit: one step of the build; $c is the working container.
step() {
	# shellcheck disable=SC2086
	$BUILDAH config --created-by "$1" "$c" && image=$($BUILDAH commit -q --rm "$c") &&
		c=$($BUILDAH from --pull-never "$image") && root=$($BUILDAH mount "$c")
}

tokens=$T/secrets
for n in 1 2 3 4 5 6 7; do echo "github $n $(token github $n)"; done >"$tokens"
t() { sed -n "s/^github $1 //p" "$tokens"; }

mkdir -p "$T/fs/etc" "$T/fs/app" "$T/fs/root" "$T/fs/usr/lib/python3/site-packages/pytest-8.0.0.dist-info"
printf 'root:x:0:0:root:/root:/bin/sh\nsvc:x:0:0::/:/bin/sh\n' >"$T/fs/etc/passwd"
printf 'Metadata-Version: 2.1\nName: pytest\nVersion: 8.0.0\n' >"$T/fs/usr/lib/python3/site-packages/pytest-8.0.0.dist-info/METADATA"
printf 'token = "%s"\n' "$(t 1)" >"$T/fs/app/settings.py"
printf 'curl -H "Authorization: token %s" https://example.org\n' "$(t 2)" >"$T/fs/root/.bash_history"
printf 'API=%s\n' "$(t 3)" >"$T/fs/app/.env"

# shellcheck disable=SC2086
{
	c=$($BUILDAH from --isolation chroot scratch)
	$BUILDAH copy -q "$c" "$T/fs" / >/dev/null
	step 'COPY . /'
	printf 'token = None\n' >"$root/app/settings.py"
	step 'COPY settings.py /app/settings.py'
	rm "$root/app/.env"
	printf 'key=%s' "$(t 4)" >"$root/app/later"
	step 'RUN rm /app/.env'
	$BUILDAH config --user svc --env "API_KEY=$(t 5)" --label "build.token=$(t 6)" --cmd '["/bin/app"]' \
		--history-comment "|1 TOKEN=$(t 7)" "$c"
	rm "$root/app/later"
	$BUILDAH config --created-by "RUN |1 TOKEN=$(t 7) /bin/sh -c make" "$c"
	image=$($BUILDAH commit -q --rm "$c")
} 2>"$T/err" || {
	not_ok "the image could not be built: $(tail -n 1 "$T/err")"
	finish
}

save() {
	# shellcheck disable=SC2086
	$BUILDAH push -q "$@" >"$T/err" 2>&1 || not_ok "buildah push $*: $(tail -n 1 "$T/err")"
}
mkdir "$T/s"
save "$image" "docker-archive:$T/s/buildah-docker.tar:localhost/app:1"
save --compression-format gzip "$image" "oci-archive:$T/s/buildah-oci-gzip.tar:localhost/app:1"
save --compression-format zstd "$image" "oci-archive:$T/s/buildah-oci-zstd.tar:localhost/app:1"
copy() {
	skopeo --insecure-policy copy -q "$@" >"$T/err" 2>&1 || not_ok "skopeo copy $*: $(tail -n 1 "$T/err")"
}
from=docker-archive:$T/s/buildah-docker.tar
copy "$from" "docker-archive:$T/s/skopeo-docker.tar:localhost/app:1"
copy "$from" "oci-archive:$T/s/skopeo-oci.tar:localhost/app:1"
copy --dest-compress --dest-compress-format gzip "$from" "oci:$T/s/skopeo-oci-dir:localhost/app:1"
copy --dest-compress --dest-compress-format zstd "$from" "oci:$T/s/skopeo-oci-zstd-dir:localhost/app:1"
copy "$from" "dir:$T/s/skopeo-dir"
gzip -c "$T/s/buildah-docker.tar" >"$T/s/buildah-docker.tar.gz"

mkdir "$T/r"
audit "$T/s/buildah-docker.tar"
cp "$T/json" "$T/base.json"
status 'the image fails' 1
finds 'a user whose name is root in its own passwd' rule=config/user-root
finds 'pytest' rule=package/python-dev 'path=/usr/lib/python3/site-packages/pytest*'
finds 'a secret in an overwritten file' 'rule=secret/*' path=/app/settings.py state=overwritten hidden=1 layer=0
finds 'a secret in a history' 'rule=secret/*' path=/root/.bash_history state=live
finds 'the history' rule=file/shell-history path=/root/.bash_history
finds 'a secret in a deleted file' 'rule=secret/*' path=/app/.env state=deleted hidden=2
finds 'the deleted .env' rule=file/dotenv path=/app/.env state=deleted 'by=*'
finds 'a secret in a file of one layer only' 'rule=secret/*' path=/app/later layer=2 state=deleted hidden=3
finds 'a secret in Env' 'rule=secret/*' kind=config 'pointer=/config/Env/*'
finds 'a secret in a label' 'rule=secret/*' kind=config 'pointer=/config/Labels/*'
finds 'a secret in the history' 'rule=secret/*' kind=history

for s in "$T"/s/*; do
	n=${s##*/}
	"$TARSIER" -f json "$s" >"$T/r/$n,file.json" 2>/dev/null
	[ -d "$s" ] || cat "$s" | "$TARSIER" -f json - >"$T/r/$n,pipe.json" 2>/dev/null
done
# skopeo dir: and OCI layouts are also directories that were packed by tar.
for d in skopeo-oci-dir skopeo-oci-zstd-dir skopeo-dir; do
	tar cf - -C "$T/s/$d" . | "$TARSIER" -f json - >"$T/r/$d,packed.json" 2>/dev/null
done
report same "$T/base.json" "$T"/r/*.json >"$T/log"
verdicts "$T/log"
check 'all reports are valid' report valid "$TOP/rules/schema/report.schema.json" "$T/base.json" "$T"/r/*.json

text -v "$T/s/buildah-docker.tar"
"$TARSIER" -v "$T/s/skopeo-oci.tar" >"$T/text2" 2>&1
check 'nothing shows a secret' report leaks "$tokens" "$T/text" "$T/err" "$T/text2" "$T"/r/*.json "$T/base.json"
check 'the text groups by layer and instruction' grep -q 'COPY settings.py' "$T/text"
# A mount that is still there keeps $T from being removed.
# shellcheck disable=SC2086
$BUILDAH rm -a >/dev/null 2>&1
finish
