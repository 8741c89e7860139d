#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What the config and the history say of an image: config/… and history/…, beside what fixtures/rules/ shows of each rule.
# shellcheck disable=SC2154,SC2034 # rc is shared with lib.sh
. "${0%/*}/lib.sh"

# A root with a shell, python and an application that belongs to nobody else.
ROOT='layer ADD rootfs
dir bin
mode 755 usr/bin/dash x
link bin/sh ../usr/bin/dash
mode 755 usr/bin/env x
mode 755 usr/local/bin/python3.12 x
link usr/local/bin/python3 python3.12
link usr/local/bin/python python3
file etc/passwd root:x:0:0:root:/root:/bin/sh\napp:x:1001:1001::/app:/bin/sh\n
file etc/group root:x:0:\nweb:x:50:app,other\n
mode 755 app/start.sh #!/bin/sh\nexec "$@"\n
mode 755 app/env.py #!/usr/bin/env python3\n
mode 755 app/crlf.sh #!/bin/sh\r\n
mode 755 app/lost.sh #!/usr/bin/bash\n
mode 644 app/plain.sh #!/bin/sh\n
mode 711 app/blind.sh #!/bin/sh\n
dir app/data
mode 755 opt/venv/bin/uvicorn #!/opt/venv/bin/python\n
link opt/venv/bin/python /usr/local/bin/python3
mode 755 usr/lib/old x
layer RUN rm
whiteout usr/lib/old'

# on CLAIM CONFIG-LINES EXPECT...: on that root, with user 1001.
on() {
	claim=$1 lines=$2
	shift 2
	printf 'user 1001:1001\n%s\n%s\n' "$lines" "$ROOT" >"$T/recipe"
	mkimage docker24 "$T/recipe" "$T/image.tar"
	audit "$T/image.tar"
	finds "$claim" "$@"
}

missing='rule=config/command-missing severity=medium'
for cmd in '["nginx"]' '["/usr/lib/old"]' '["/app/data"]' '["/app/plain.sh"]' '["/app/blind.sh"]' '["/app/lost.sh"]' '["/app/crlf.sh"]' \
	'["uvicorn","a:b"]' '[""]' '["tini","--","python"]' 'nginx -g daemon' '["sh","-c","exec nginx"]' '["env","A=1","nginx"]' \
	'["/app/start.sh","nginx"]' '["sh","/app/start.sh","nginx"]' '["/bin/sh","-c","exec /app/start.sh nginx"]'; do
	# shellcheck disable=SC2086
	on "cannot be started: $cmd" "cmd $cmd" $missing
done
for cmd in '["python","-m","app"]' '["/bin/sh"]' '["/app/start.sh","python"]' '["/app/env.py"]' '["/opt/venv/bin/uvicorn"]' \
	'["/usr/bin/env","A=1","python3"]' 'cd /x && ./unknown' '. /x/activate; nginx' '["sh","-c","exec $APP"]' \
	'if command -v nginx; then nginx; else python; fi' 'nginx || python'; do
	on "can be started: $cmd" "cmd $cmd" not rule=config/command-missing
done
on 'PATH of the config' 'env PATH=/opt/venv/bin:/bin
cmd ["uvicorn"]' not rule=config/command-missing
on 'PATH without it' 'env PATH=/usr/bin
cmd ["python"]' rule=config/command-missing
on 'a program beside the working directory' 'workdir /app
cmd ["./start.sh"]' not rule=config/command-missing
on 'no program beside another' 'workdir /opt
cmd ["./start.sh"]' rule=config/command-missing

unrunnable='rule=config/healthcheck-unrunnable severity=medium'
for test in 'curl -f http://localhost:8000/ || exit 1' '["CMD","curl","-f","x"]' '["CMD"]' '["CMD-SHELL"]' '["curl"]' \
	'python -c x && wget -q x' '["CMD","sh","-c","curl x"]' 'test "$(curl x)" = ok'; do
	# shellcheck disable=SC2086
	on "unrunnable: $test" "healthcheck $test" $unrunnable
done
for test in '["CMD","python","-c","import urllib.request"]' 'python -c "curl; wget" || exit 1' 'curl x || python x' \
	'test -f /tmp/x && [ 1 = 1 ] || kill 1' '["NONE"]' 'check() { python x; }; check'; do
	on "runnable: $test" "healthcheck $test" not rule=config/healthcheck-unrunnable
done
# Variables of the image's environment stand for what they say there.
variables() {
	claim=$1 test=$2
	shift 2
	on "$claim: $test" "env HOME_OF=/app
env RUN=python -m app
env NONE=nginx -g x
healthcheck $test" "$@"
}
for test in '$HOME_OF/gone.sh' '"${HOME_OF}/gone.sh" || exit 1' '$NONE'; do
	variables 'unrunnable by the environment' "$test" rule=config/healthcheck-unrunnable
done
for test in '$HOME_OF/start.sh' '"${HOME_OF}"/start.sh' '$RUN' '$OTHER/x' '${HOME_OF:-/x}/y' 'HOME_OF=/x; $HOME_OF/y' 'for HOME_OF in /a /b; do $HOME_OF/x; done' \
	'read NONE; $NONE' '$HOME_OF/*.sh'; do
	variables 'runnable by the environment, or nobody knows' "$test" not rule=config/healthcheck-unrunnable
done
on 'a shell that is not there' 'shell ["/bin/zsh","-c"]
healthcheck python x' rule=config/healthcheck-unrunnable
on 'NONE is none' 'healthcheck ["NONE"]' rule=config/healthcheck-missing severity=info

# behind CLAIM SCRIPT CMD EXPECT...: CMD behind an entry point script.
behind() {
	claim=$1 script=$2 cmd=$3
	shift 3
	{
		printf 'user 1001:1001\nentrypoint ["/srv/entry.sh"]\ncmd %s\n%s\n' "$cmd" "$ROOT"
		printf 'mode 755 srv/entry.sh #!/bin/sh\\nset -e\\n%s\\n\n' "$script"
	} | image "$claim" "$@"
}
# What the scripts of official images do before they end in exec "$@".
dash='if [ "${1#-}" != "$1" ]; then set -- server "$@"; fi; exec "$@"'
node='if [ "${1#-}" != "${1}" ] || [ -z "$(command -v "${1}")" ]; then set -- node "$@"; fi; exec "$@"'
word='if [ "$1" = server ]; then exec gosu app python "$@"; fi; exec "$@"'
main='main() { if [ "${1:0:1}" = - ]; then set -- server "$@"; fi; exec "$@"; }; if ! is_sourced; then main "$@"; fi'
for script in 'exec "$@"' 'exec gosu app "$@"' 'exec "${@}"' "$dash" "$word" "$main" 'if [ $# -eq 0 ]; then exec python; fi; exec tini -- "$@"'; do
	behind "behind: $script" "$script" '["nginx","-g"]' rule=config/command-missing severity=medium
	behind "it is there, behind: $script" "$script" '["python","-m","app"]' not rule=config/command-missing
done
for script in "$node" 'python -m app "$@"' 'set -- node "$@"; exec "$@"' 'shift; exec "$@"' 'case "$1" in nginx) exec python;; esac; exec "$@"' \
	'if [ "$1" = nginx ]; then exec python; fi; exec "$@"' 'if [ -x "$1" ]; then exec "$@"; fi; exec python' 'f() { exec "$@"; }; python'; do
	behind "not said behind: $script" "$script" '["nginx","-g"]' not rule=config/command-missing
done
behind 'options of a server' "$dash" '["-g"]' not rule=config/command-missing
behind 'a word of the script' "$word" '["server"]' not rule=config/command-missing

# Permissions: the user, its groups, the directories on the way.
may() {
	claim=$1 user=$2 modes=$3
	shift 3
	{
		printf 'user %s\ncmd ["/srv/x/run"]\n%s\n' "$user" "$ROOT"
		printf '%s\n' "$modes"
	} | image "$claim" "$@"
}
may 'root' 0 'mode 100 srv/x/run x' not rule=config/command-missing
may 'root needs an x as well' 0 'mode 666 srv/x/run x' rule=config/command-missing
may 'others' app 'mode 771 srv/x/run x' not rule=config/command-missing
may 'nobody else' app 'mode 770 srv/x/run x' rule=config/command-missing

on 'a volume on /etc' 'run {"Volumes":{"/etc/":{}}}' rule=config/volume-sensitive severity=medium pointer=/config/Volumes/~1etc~1

# Secrets by name, where no rule knows them by their form or their name.
on 'a password' 'env APP_PW=tiger7' rule=config/env-secret severity=high pointer=/config/Env/0
on 'a word for one' 'env APP_PW=tigers' rule=config/env-secret severity=medium
for env in 'DB_PASSWORD=' 'DB_PASSWORD_FILE=/run/secrets/x' 'DB_PASSWORD=/run/secrets/x' 'DB_PASSWORD=changeme' 'DB_PASSWORD=${X}' \
	'GPG_KEY=7169605F62C751356D054A26A821E680E5FA6305' 'PYTHON_SHA256=abc' 'TOKENIZERS_PARALLELISM=false' 'KEYCLOAK_URL=tiger7' \
	'PASSWORD_POLICY=tiger7'; do
	on "no secret: $env" "env $env" not rule=config/env-secret
done
on 'a build argument' 'history RUN |1 APP_PW=tiger7 /bin/sh -c true # buildkit' rule=config/env-secret severity=medium
on 'a former variable' 'env APP_PW=
history ENV APP_PW=tiger7' rule=config/env-secret severity=medium
on 'the final variable is told once' 'env APP_PW=tiger7
history ENV APP_PW=tiger7' n=1 rule=config/env-secret
on 'what another rule tells is not told again' 'env DB_PASSWORD=tiger7' not rule=config/env-secret
on 'that rule' 'env DB_PASSWORD=tiger7' 'rule=secret/*' pointer=/config/Env/0

# What a package manager left is asked of the layer.
image 'lists that stayed' rule=history/apt-lists severity=low <<'END'
user 1
layer RUN /bin/sh -c apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/x # buildkit
file var/lib/apt/lists/deb.debian.org_dists x
END
image 'lists that a hook removed' not rule=history/apt-lists <<'END'
user 1
layer RUN /bin/sh -c apt-get update && apt-get install -y --no-install-recommends curl # buildkit
file usr/bin/curl x
END
image 'history that fits no layer' rule=history/apt-lists <<'END'
user 1
history RUN /bin/sh -c apt-get update && apt-get install -y --no-install-recommends curl # buildkit
layer COPY . .
file app/x x
END

# A production image as Dockerfiles of today make it: nothing above low.
cat >"$T/recipe" <<'END'
name registry.example.org/team/api:1.4.2
user 1001:1001
workdir /app
env PATH=/app/.venv/bin:/usr/local/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
env LANG=C.UTF-8
env GPG_KEY=7169605F62C751356D054A26A821E680E5FA6305
env PYTHON_VERSION=3.12.11
env PYTHON_SHA256=c30bb24b7f1e9a19b11b55a546434f74e739bb4c271a3e3a80ff4380d49f7adb
env PYTHONUNBUFFERED=1
env PYTHONDONTWRITEBYTECODE=1
cmd ["uvicorn","app.main:app","--host","0.0.0.0","--port","8000","--timeout-graceful-shutdown","10"]
healthcheck ["CMD","python","-c","import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health')"]
run {"ExposedPorts":{"8000/tcp":{}},"StopSignal":"SIGTERM"}
layer # debian.sh --arch 'amd64' out/ 'trixie' '@1754006400'
mode 755 usr/bin/dash x
link bin/sh ../usr/bin/dash
file etc/passwd root:x:0:0:root:/root:/bin/bash\n
file etc/group root:x:0:\n
history ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
history ENV LANG=C.UTF-8
layer RUN /bin/sh -c set -eux; \tapt-get update; \tapt-get install -y --no-install-recommends \t\tca-certificates \t\tnetbase \t\ttzdata \t; \trm -rf /var/lib/apt/lists/* # buildkit
file etc/ssl/certs/ca-certificates.crt x
history ENV GPG_KEY=7169605F62C751356D054A26A821E680E5FA6305
history ENV PYTHON_VERSION=3.12.11
history ENV PYTHON_SHA256=c30bb24b7f1e9a19b11b55a546434f74e739bb4c271a3e3a80ff4380d49f7adb
layer RUN /bin/sh -c set -eux; \t\tsavedAptMark="$(apt-mark showmanual)"; \tapt-get update; \tapt-get install -y --no-install-recommends \t\tdpkg-dev \t\tgcc \t\tgnupg \t\twget \t\txz-utils \t\tzlib1g-dev \t; \t\twget -O python.tar.xz "https://www.python.org/ftp/python/${PYTHON_VERSION%%[a-z]*}/Python-$PYTHON_VERSION.tar.xz"; \techo "$PYTHON_SHA256 *python.tar.xz" | sha256sum -c -; \twget -O python.tar.xz.asc "https://www.python.org/ftp/python/${PYTHON_VERSION%%[a-z]*}/Python-$PYTHON_VERSION.tar.xz.asc"; \tGNUPGHOME="$(mktemp -d)"; export GNUPGHOME; \tgpg --batch --keyserver hkps://keys.openpgp.org --recv-keys "$GPG_KEY"; \tgpg --batch --verify python.tar.xz.asc python.tar.xz; \tgpgconf --kill all; \trm -rf "$GNUPGHOME" python.tar.xz.asc; \tmkdir -p /usr/src/python; \ttar --extract --directory /usr/src/python --strip-components=1 --file python.tar.xz; \trm python.tar.xz; \t\tcd /usr/src/python; \tgnuArch="$(dpkg-architecture --query DEB_BUILD_GNU_TYPE)"; \t./configure \t\t--build="$gnuArch" \t\t--enable-loadable-sqlite-extensions \t\t$(test "${gnuArch%%-*}" != 'riscv64' && echo '--enable-optimizations') \t\t--with-ensurepip \t; \tnproc="$(nproc)"; \tmake -j "$nproc" "EXTRA_CFLAGS=${EXTRA_CFLAGS:-}"; \tmake install; \t\tcd /; \trm -rf /usr/src/python; \t\tfind /usr/local -depth \t\t\\( \t\t\t\\( -type d -a \\( -name test -o -name tests -o -name idle_test \\) \\) \t\t\t-o \\( -type f -a \\( -name '*.pyc' -o -name '*.pyo' -o -name 'libpython*.a' \\) \\) \t\t\\) -exec rm -rf '{}' + \t; \t\tldconfig; \t\tapt-mark auto '.*' > /dev/null; \tapt-mark manual $savedAptMark; \tfind /usr/local -type f -executable -not \\( -name '*tkinter*' \\) -exec ldd '{}' ';' \t\t| awk '/=>/ { so = $(NF-1); if (index(so, "/usr/local/") == 1) { next }; gsub("^/(usr/)?", "", so); printf "*%s\\n", so }' \t\t| sort -u \t\t| xargs -rt dpkg-query --search \t\t| awk 'sub(":$", "", $1) { print $1 }' \t\t| sort -u \t\t| xargs -r apt-mark manual \t; \tapt-get purge -y --auto-remove -o APT::AutoRemove::RecommendsImportant=false; \trm -rf /var/lib/apt/lists/*; \t\texport PYTHONDONTWRITEBYTECODE=1; \tpython3 --version; \tpip3 --version # buildkit
mode 755 usr/local/bin/python3.12 x
layer RUN /bin/sh -c set -eux; \tfor src in idle3 pip3 pydoc3 python3 python3-config; do \t\tdst="$(echo "$src" | tr -d 3)"; \t\t[ -s "/usr/local/bin/$src" ]; \t\t[ ! -e "/usr/local/bin/$dst" ]; \t\tln -svT "$src" "/usr/local/bin/$dst"; \tdone # buildkit
link usr/local/bin/python3 python3.12
link usr/local/bin/python python3
history CMD ["python3"]
history ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
layer RUN /bin/sh -c groupadd --gid 1001 app && useradd --uid 1001 --gid 1001 --no-create-home --shell /usr/sbin/nologin app # buildkit
file etc/passwd root:x:0:0:root:/root:/bin/bash\napp:x:1001:1001::/app:/usr/sbin/nologin\n
file etc/group root:x:0:\napp:x:1001:\n
layer RUN /bin/sh -c apt-get update && apt-get install -y --no-install-recommends libpq5 && apt-get clean && rm -rf /var/lib/apt/lists/* # buildkit
file usr/lib/x86_64-linux-gnu/libpq.so.5 x
layer COPY /app/.venv /app/.venv # buildkit
mode 755 app/.venv/bin/uvicorn #!/app/.venv/bin/python\n
link app/.venv/bin/python /usr/local/bin/python3
layer COPY src /app # buildkit
file app/app/main.py x
history EXPOSE map[8000/tcp:{}]
history USER 1001:1001
history HEALTHCHECK &{["CMD" "python" "-c" "import urllib.request"] "30s" "5s" "10s" "0s" '\\x03'}
history CMD ["uvicorn" "app.main:app" "--host" "0.0.0.0" "--port" "8000" "--timeout-graceful-shutdown" "10"]
END
mkimage docker24 "$T/recipe" "$T/image.tar"
audit "$T/image.tar"
status 'a production image passes' 0
for severity in critical high medium low; do
	case $severity in
	low) finds 'not even low from config and history' not "rule=config/*" severity=low ;;
	*) finds "not one $severity" not severity=$severity ;;
	esac
done
audit --profile python-api "$T/image.tar"
finds 'and nothing of config and history by the profile python-api' not 'rule=config/*' severity=high
finds 'neither of history' not 'rule=history/*' severity=high

# broken CLAIM RULE SED: the same image with one demand broken fails by that rule alone.
broken() {
	sed "$3" "$T/recipe" >"$T/broken"
	mkimage docker24 "$T/broken" "$T/image.tar"
	audit --profile python-api "$T/image.tar"
	status "$1 fails" 1
	finds "$1 is the reason" n=1 'rule=config/*' severity=high
	finds "$1 by its rule" n=1 "rule=$2" severity=high
}
broken 'no health check' config/healthcheck-missing '/^healthcheck /d'
broken 'a health check by curl' config/healthcheck-unrunnable 's,^healthcheck .*,healthcheck ["CMD"\,"curl"\,"-f"\,"http://localhost:8000/"],'
broken 'a health check of another port' config/healthcheck-port '/^healthcheck /s,:8000,:8001,'
broken 'a shell as process 1' config/shell-form 's,^cmd .*,cmd uvicorn app.main:app --port $PORT --timeout-graceful-shutdown 10,'
broken 'a server that is not there' config/command-missing '/^cmd /s,uvicorn,granian,'
broken 'a stop signal that kills' config/stop-signal 's,"SIGTERM","SIGKILL",'
broken 'a secret by its name' config/env-secret 's,^env LANG,env APP_PW=tiger7\nenv LANG,'
broken 'root' config/user-root 's,^user .*,user 0,'
finish
