#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A production image of a Python service, written by our own writer and by buildah: as it should be, and with each
# demand broken in turn.
# shellcheck disable=SC2154 # rc is shared with lib.sh
. "${0%/*}/lib.sh"

site=app/.venv/lib/python3.12/site-packages
# $deps: more of the layer of the dependencies.
deps=
# Debian's base, Python, the dependencies, and the source, each in its layer.
good() {
	cat <<-'END'
		name registry.example/api:1.4.2
		user 1001
		workdir /app
		env PATH=/app/.venv/bin:/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin
		env PYTHONUNBUFFERED=1
		env LANG=C.UTF-8
		label org.opencontainers.image.source=https://git.example/api
		label org.opencontainers.image.version=1.4.2
		label org.opencontainers.image.title=api
		run {"Cmd": ["uvicorn", "api.main:app", "--host", "0.0.0.0", "--port", "8000", "--timeout-graceful-shutdown", "20"]}
		run {"ExposedPorts": {"8000/tcp": {}}, "StopSignal": "SIGTERM"}
		run {"Healthcheck": {"Test": ["CMD", "python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/health')"], "Interval": 30000000000, "Timeout": 3000000000, "Retries": 3}}
		history CMD ["python3"]
		layer # debian.sh --arch 'amd64' out/ 'trixie' '@1754870400'
		dir bin
		dir tmp
		file etc/passwd root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\nappuser:x:1001:1001::/home/appuser:/usr/sbin/nologin\n
		file etc/group root:x:0:\ndaemon:x:1:\nnogroup:x:65534:\nappuser:x:1001:\n
		file etc/os-release ID=debian\nVERSION_ID="13"\n
		file var/lib/dpkg/status Package: base-files\nStatus: install ok installed\nVersion: 13.8\nArchitecture: amd64\n\nPackage: libssl3t64\nStatus: install ok installed\nVersion: 3.5.1-1\nArchitecture: amd64\n\n
		mode 755 usr/bin/dash \x7fELF\x02\x01\x01
		link bin/sh ../usr/bin/dash
		mode 4755 usr/bin/su \x7fELF\x02\x01\x01
		mode 4755 usr/bin/passwd \x7fELF\x02\x01\x01
		layer RUN /bin/sh -c set -eux; apt-get update; apt-get install -y --no-install-recommends ca-certificates; rm -rf /var/lib/apt/lists/* # buildkit
		mode 755 usr/local/bin/python3.12 \x7fELF\x02\x01\x01
		link usr/local/bin/python3 python3.12
		link usr/local/bin/python python3
		file usr/local/lib/python3.12/os.py import sys\n
		layer COPY /app/.venv /app/.venv # buildkit
		file app/.venv/pyvenv.cfg home = /usr/local/bin\nimplementation = CPython\nuv = 0.8.3\nversion_info = 3.12.11\ninclude-system-site-packages = false\n
		file app/.venv/.gitignore *
		file app/.venv/CACHEDIR.TAG Signature: 8a477f597d28d172789f06886806bc55
		mode 666 app/.venv/.lock
		link app/.venv/lib64 lib
		link app/.venv/bin/python /usr/local/bin/python3
		mode 755 app/.venv/bin/uvicorn #!/app/.venv/bin/python\nimport sys\n
	END
	for p in fastapi:0.116.1 uvicorn:0.35.0 pydantic:2.11.7; do
		n=${p%:*} v=${p#*:}
		printf '%s\n' "file $site/$n/__init__.py __version__ = \"$v\"\\n" "file $site/$n/__pycache__/__init__.cpython-312.pyc \\x00\\x00$n" \
			"file $site/$n-$v.dist-info/METADATA Metadata-Version: 2.1\\nName: $n\\nVersion: $v\\n" \
			"file $site/$n-$v.dist-info/INSTALLER uv\\n" "file $site/$n-$v.dist-info/RECORD $n/__init__.py,,\\n"
	done
	[ -z "$deps" ] || printf '%s\n' "$deps"
	cat <<-'END'
		layer COPY api /app/api # buildkit
		file app/api/__init__.py
		file app/api/main.py from fastapi import FastAPI\napp = FastAPI()\n
		file app/api/__pycache__/main.cpython-312.pyc \x00\x00main
		history USER 1001
		history CMD ["uvicorn" "api.main:app"]
	END
}

# built ARCHIVE NAME: the same image, made by buildah; what does not change is a layer that it has already.
built() {
	rm -rf "$T/context"
	# shellcheck disable=SC2086
	"$PYTHON" "$TOP/tests/tool/containerfile.py" "$1" "$T/context" &&
		$BUILDAH bud -q $cache --isolation chroot --format docker -t "$2" "$T/context" &&
		removed "$2" && $BUILDAH push -q "$2" "docker-archive:$T/$2.tar:registry.example/api:1.4.2"
}

# removed NAME: a last layer without the files that $T/context/deleted names.
removed() {
	[ -s "$T/context/deleted" ] || return 0
	# shellcheck disable=SC2086
	container=$($BUILDAH from --isolation chroot --pull-never "$1") && mounted=$($BUILDAH mount "$container") &&
		(cd "$mounted" && xargs rm <"$T/context/deleted") && $BUILDAH config --created-by 'RUN rm' "$container" &&
		$BUILDAH commit -q --rm --format docker "$container" "$1"
}

# fails_with RULE: nothing else of the last audit is at high or above.
fails_with() {
	"$PYTHON" -c "
import json, sys
f = [f for i in json.load(open('$T/json'))['images'] for f in i['findings'] if f['severity'] in ('high', 'critical')]
sys.exit(0 if f and {x['rule'] for x in f} == {'$1'} else 'these fail it: ' + ', '.join(sorted({x['rule'] for x in f})))"
}

# broken DEMAND RULE SED [LINES...]: the recipe changed by sed, and lines behind it; exactly that rule fails it,
# in the image of our own writer and in that of buildah.
broken() {
	demand=$1 rule=$2 change=$3
	shift 3
	{
		good | sed "$change"
		printf '%s\n' "$@"
	} >"$T/recipe"
	mkimage docker24 "$T/recipe" "$T/broken.tar"
	audit --profile python-api "$T/broken.tar"
	status "$demand: status 1" 1
	check "$demand: $rule and nothing else" fails_with "$rule"
	[ -z "$no_buildah" ] || return 0
	check "$demand: buildah makes it" built "$T/broken.tar" broken-by-buildah
	audit --profile python-api "$T/broken-by-buildah.tar"
	status "$demand, by buildah: status 1" 1
	check "$demand, by buildah: $rule and nothing else" fails_with "$rule"
	rm -f "$T/broken-by-buildah.tar"
}

quiet() { report is "$T/json" "not any(f['severity'] in ('medium', 'high', 'critical') for f, _ in findings(r))"; }

no_buildah='' cache=--layers
have_buildah || {
	no_buildah=1
	skip "buildah: $WHY"
}

good >"$T/recipe"
mkimage docker24 "$T/recipe" "$T/good.tar"
for profile in strict cis; do
	audit --profile $profile "$T/good.tar"
	status "a good image passes under the profile $profile" 0
done
for profile in default python-api; do
	audit --profile $profile "$T/good.tar"
	status "a good image passes under the profile $profile" 0
	check "and nothing above low under $profile" quiet
	[ -z "$no_buildah" ] || continue
	check "buildah makes it ($profile)" built "$T/good.tar" "good-$profile"
	audit --profile $profile "$T/good-$profile.tar"
	status "and that of buildah passes under the profile $profile" 0
	check "and has nothing above low under $profile" quiet
done

broken 'runs as root' config/user-root 's/^user 1001$/user root/'
broken 'runs as uid 0 by another name' config/user-root 's/^user 1001$/user 0:1001/'
broken 'a user by name' config/user-not-numeric 's/^user 1001$/user appuser/'
broken 'a user that is not there' config/user-unresolved 's/^user 1001$/user nosuch/'
deps="file $site/pytest-8.4.1.dist-info/METADATA Metadata-Version: 2.1\\nName: pytest\\nVersion: 8.4.1\\n"
broken 'development dependency' package/python-dev 's/^$//'
deps=
broken 'a secret in a layer' secret/github-token 's/^$//' 'file app/api/settings.py TOKEN = "{github:1}"\n'
broken 'a secret in a deleted file' secret/github-token 's/^$//' 'layer COPY settings.py /app # buildkit' 'file app/settings.py TOKEN = "{github:2}"\n' \
	'layer RUN rm /app/settings.py # buildkit' 'whiteout app/settings.py'
broken 'a secret in Env' secret/github-token 's/^$//' 'env GITHUB_TOKEN={github:3}'
broken 'a shell history' file/shell-history 's/^$//' 'file root/.bash_history ls\n'
broken 'an environment file' file/dotenv 's/^$//' 'file app/.env DEBUG=0\n'
broken 'shell form' config/shell-form 's/^run {"Cmd.*/cmd uvicorn api.main:app --timeout-graceful-shutdown 20/'
broken 'no limit for the graceful shutdown' config/graceful-timeout 's/, "--timeout-graceful-shutdown", "20"//'
broken 'an odd stop signal' config/stop-signal 's/"StopSignal": "SIGTERM"/"StopSignal": "SIGKILL"/'
broken 'packages without bytecode' file/no-bytecode '/__pycache__/d'
broken 'no health check' config/healthcheck-missing '/^run {"Healthcheck/d'
broken 'a health check that cannot run' config/healthcheck-unrunnable 's/"CMD", "python", "-c", [^]]*/"CMD", "curl", "-f", "http:\/\/127.0.0.1:8000\/health"/'
broken 'a log file' file/log-file 's/^$//' 'file app/logs/app.log started\n'
broken 'code that the user may change' file/writable-code 's/^file app\/api\/main.py/owned 1001 app\/api\/main.py/'
broken 'dependencies and source in one layer' layer/deps-with-source '/^layer COPY api/d'
broken 'a package manager cache' file/package-manager-cache 's/^$//' 'file root/.cache/pip/http/a 0123456789\n'
deps="file $site/uv-0.8.3.dist-info/METADATA Metadata-Version: 2.1\\nName: uv\\nVersion: 0.8.3\\n"
broken 'a build tool' package/build-tool 's/^$//'
deps=
broken 'a build tool that was copied' package/build-program 's/^$//' 'mode 755 bin/uv program\n'
broken 'a test suite' file/test-suite 's/^$//' 'file app/tests/test_main.py def test(): pass\n'
broken 'a version control directory' file/vcs-directory 's/^$//' 'dir app/.git' 'file app/.git/HEAD ref: refs/heads/main\n'
broken 'a build left-over' file/build-leftover 's/^$//' 'file app/Dockerfile FROM scratch\n'
deps="file $site/fastapi-0.116.1.dist-info/direct_url.json {\"url\": \"file:///src/fastapi\", \"dir_info\": {\"editable\": true}}"
broken 'an editable install' package/python-unpinned 's/^$//'
deps=
broken 'a virtual environment of the build machine' file/foreign-venv 's/^$//' 'file app/venv/pyvenv.cfg home = /opt/build/bin\n' \
	'link app/venv/bin/python /opt/build/bin/python3'
cache="--layers --no-cache --platform linux/arm64/v8"
broken 'another platform' policy/platform 's/^$//' 'platform linux/arm64/v8'
cache=--layers
finish
