#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes the images of the benchmark in a directory, once: about 700 MB of Debian
# packages and Python wheels in six layers, written by buildah as a plain
# docker-archive and as OCI archives with gzip and zstd layers. Needs root for
# buildah, a Debian mirror, and PyPI.
#	image.sh DIR
set -eu
here=$(cd "$(dirname "$0")" && pwd)
dir=$1
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)

debs='base-files base-passwd bash bsdutils coreutils dash debconf debianutils diffutils dpkg e2fsprogs findutils
	gcc-12-base grep gzip hostname init-system-helpers libacl1 libapt-pkg6.0 libattr1 libblkid1 libbz2-1.0 libc-bin
	libc6 libcap2 libcom-err2 libcrypt1 libdb5.3 libgcc-s1 libgcrypt20 libgmp10 libgnutls30 libgpg-error0 liblz4-1
	liblzma5 libmount1 libp11-kit0 libpam-modules libpam0g libpcre2-8-0 libselinux1 libsmartcols1 libssl3
	libstdc++6 libsystemd0 libtinfo6 libudev1 libunistring2 libuuid1 libzstd1 login mawk mount ncurses-base passwd
	perl-base sed sysvinit-utils tar tzdata util-linux zlib1g apt ca-certificates openssl'
more_debs='binutils binutils-common libbinutils libc6-dev perl perl-modules-5.36 libperl5.36 git vim-runtime
	libgcc-12-dev python3.11-minimal libpython3.11-minimal libpython3.11-stdlib libsqlite3-0 curl libcurl4 locales'
wheels='numpy pandas scipy'
more_wheels='boto3 botocore sqlalchemy django fastapi uvicorn cryptography lxml pillow pytest'

# fetch ROOT NAME...: what the mirror has of these packages, unpacked.
fetch() {
	root=$1
	shift
	mkdir -p "$dir/debs" "$root/var/lib/dpkg"
	for p in "$@"; do
		deb=$(cd "$dir/debs" && ls "${p}"_*.deb 2>/dev/null | head -n 1)
		if [ -z "$deb" ]; then
			(cd "$dir/debs" && apt-get -q download "$p" >/dev/null 2>&1) || { echo "image.sh: no package $p"; continue; }
			deb=$(cd "$dir/debs" && ls "${p}"_*.deb | head -n 1)
		fi
		dpkg-deb -x "$dir/debs/$deb" "$root"
		{
			dpkg-deb -f "$dir/debs/$deb" | sed 's/^Package:.*/&\nStatus: install ok installed/'
			echo
		} >>"$root/var/lib/dpkg/status.d-$p"
	done
}

if ! [ -f "$dir/plain.tar" ] || ! [ -f "$dir/gzip.tar" ] || ! [ -f "$dir/zstd.tar" ]; then
	for need in 'buildah --version' 'python3 -m pip --version' 'dpkg-deb --version' 'apt-get --version'; do
		$need >/dev/null 2>&1 || { echo "image.sh: ${need% --version} is needed to make the images" >&2; exit 1; }
	done
	rm -rf "$dir/tree" "$dir/storage"
	mkdir -p "$dir/tree"
	# shellcheck disable=SC2086
	fetch "$dir/tree/0" $debs
	# shellcheck disable=SC2086
	fetch "$dir/tree/1" $more_debs
	site=opt/venv/lib/python3.11/site-packages
	pip="python3 -m pip install -q --no-input --disable-pip-version-check --cache-dir $dir/pip"
	# shellcheck disable=SC2086
	$pip --target "$dir/tree/2/$site" $wheels
	# shellcheck disable=SC2086
	$pip --target "$dir/tree/3/$site" $more_wheels
	mkdir -p "$dir/tree/4/app"
	cp -r "$here/../../src" "$here/../../ci" "$dir/tree/4/app"
	echo 'DEBUG=1' >"$dir/tree/4/app/.env"

	b="buildah --root $dir/storage/root --runroot $dir/storage/run --storage-driver vfs"
	image=scratch
	for i in 0 1 2 3 4; do
		c=$($b from --pull-never "$image")
		$b copy -q "$c" "$dir/tree/$i" / >/dev/null
		[ $i != 4 ] || $b config --user 1001:1001 --env APP_MODE=production --cmd '["/opt/venv/bin/python","-m","app"]' "$c"
		image=$($b commit -q --rm "$c")
	done
	c=$($b from --pull-never "$image")
	rm "$($b mount "$c")/app/.env"
	image=$($b commit -q --rm "$c")

	$b push -q "$image" "docker-archive:$dir/plain.tar.part:bench:1"
	$b push -q --compression-format gzip "$image" "oci-archive:$dir/gzip.tar.part:bench:1"
	$b push -q --compression-format zstd "$image" "oci-archive:$dir/zstd.tar.part:bench:1"
	rm -rf "$dir/storage" "$dir/tree" "$dir/debs" "$dir/pip"
	for f in plain gzip zstd; do mv "$dir/$f.tar.part" "$dir/$f.tar"; done
fi
