#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What instructions of the history did, in the words of every builder: history/…
# shellcheck disable=SC2154,SC2034 # rc is shared with lib.sh
. "${0%/*}/lib.sh"

# said CLAIM INSTRUCTION EXPECT...: an image whose history has this instruction.
said() {
	claim=$1
	printf 'user 1\nworkdir /app\nhistory %s\nlayer COPY /a /a # buildkit\nfile a x\n' "$2" >"$T/recipe"
	shift 2
	mkimage docker24 "$T/recipe" "$T/image.tar"
	audit "$T/image.tar"
	finds "$claim" "$@"
}

# Every producer's words for the same instruction.
for words in 'RUN /bin/sh -c COMMAND # buildkit' 'RUN |1 A=b /bin/sh -c COMMAND # buildkit' '/bin/sh -c COMMAND' '|2 A=b C=d e /bin/sh -c COMMAND' \
	'RUN COMMAND' 'RUN --mount=type=cache,target=/x COMMAND' 'RUN /bin/bash -o pipefail -c COMMAND # buildkit' \
	'RUN /bin/bash -euxo pipefail -c COMMAND # buildkit' 'RUN /bin/sh -c set -e\nCOMMAND\n # buildkit'; do
	said "seen in: ${words%%\\*}" "$(printf '%s\n' "$words" | sed 's|COMMAND|curl -fsSLk https://example.org/a -o /a|')" \
		rule=history/tls-unverified severity=medium pointer=/history/0/created_by
done
for words in '|1 A=b /bin/sh -c ["curl", "-fsSLk", "https://example.org/a"]' 'RUN ["curl", "-fsSLk", "https://example.org/a"]' 'RUN ["/bin/bash", "-o", "pipefail", "-c", "curl -fsSLk https://example.org/a"]' \
	'curl -fsSLk https://example.org/a' 'RUN curl -fsSLk https://example.org/a # buildkit'; do
	said "seen in: ${words%%\\*}" "$words" rule=history/tls-unverified
done
for words in 'RUN powershell -Command curl -k https://example.org/a' 'bazel build curl -k' 'CMD ["curl" "-k" "https://example.org/a"]' \
	'ENV NOTE=curl -k https://example.org/a' 'RUN /bin/sh -c cat > /x <<EOF\ncurl -k https://example.org\nEOF # buildkit'; do
	said "not in: ${words%%\\*}" "$words" not rule=history/tls-unverified
done

said 'an unsigned package' 'RUN apk add --no-cache --allow-untrusted /tmp/a.apk' rule=history/packages-unsigned severity=medium
said 'a package without a version' 'RUN apk add --no-cache curl' rule=history/packages-unpinned severity=info
said 'a package manager that asks' 'RUN apt-get install curl' rule=history/asks-questions severity=info
said 'apt' 'RUN apt install -y curl' rule=history/apt-cli severity=info
said 'an instruction without effect' 'RUN cd /srv' rule=history/no-effect severity=low
said 'a command for a terminal' 'RUN make && free -m' rule=history/pointless-command severity=info
said 'a pipe' 'RUN curl -s https://example.org/a | tar xz' rule=history/no-pipefail severity=info
said 'cd' 'RUN cd /srv && make' rule=history/cd severity=info
said 'cd that is not checked' 'RUN cd /srv; make' rule=history/cd-unchecked severity=low
said 'rm below a variable' 'RUN rm -rf $DIR/*' rule=history/rm-variable severity=info
said 'another /bin/sh' 'RUN ln -sf /bin/bash /bin/sh' rule=history/shell-link severity=low
said 'logs of logins' 'RUN useradd -u 1000660000 app' rule=history/useradd-log severity=low
said 'two loaders' 'RUN wget a; curl b' rule=history/wget-and-curl severity=info
said 'ADD for COPY' 'ADD src /app/ # buildkit' rule=history/add-local severity=low
said 'ADD of an archive' 'ADD src.tar.gz /app/ # buildkit' not rule=history/add-local
said 'MAINTAINER' 'MAINTAINER somebody' rule=history/maintainer severity=info
said 'the cache of zypper' 'RUN zypper -n in curl' rule=history/zypper-cache severity=low
said 'the cache of npm' 'RUN npm ci' rule=history/node-cache severity=info

# Passwords of accounts and registries.
for words in 'RUN useradd -m -p {password:1} app' 'RUN usermod --password={password:2} root' 'RUN chpasswd <<< root:{password:3}' \
	'RUN /bin/sh -c chpasswd <<EOF\nroot:{password:4}\nEOF # buildkit'; do
	said "in the history: ${words%%\\*}" "$words" rule=secret/typed-account-password severity=high pointer=/history/0/created_by
done
for words in 'RUN useradd -m app' 'RUN useradd -p "$PASSWORD" app' 'RUN chpasswd <<< "root:$PASSWORD"' 'RUN usermod -aG web app'; do
	said "no password: $words" "$words" not 'rule=secret/*'
done

image 'SHELL of kaniko' not rule=history/no-pipefail <<'END'
user 1
shell ["/bin/bash","-o","pipefail","-c"]
history RUN curl -s https://example.org/a | tar xz
layer COPY . .
file a x
END
image 'SHELL of buildah' not rule=history/no-pipefail <<'END'
user 1
history /bin/sh -c #(nop) SHELL ["/bin/bash", "-o", "pipefail", "-c"]
layer /bin/sh -c curl -s https://example.org/a | tar xz
file a x
END
image 'a relative destination' rule=history/copy-relative severity=info <<'END'
user 1
layer COPY src app # buildkit
file app/a x
END
image 'logs of logins that the layer does not have' not rule=history/useradd-log <<'END'
user 1
layer RUN /bin/sh -c useradd -u 1000660000 app # buildkit
file etc/passwd root:x:0:0:root:/root:/bin/sh\n
END
image 'a cache that a mount took' not rule=history/node-cache <<'END'
user 1
layer RUN /bin/sh -c npm ci # buildkit
file app/node_modules/a/index.js x
END
image 'ADD of one file by the classic builder' rule=history/add-local <<'END'
user 1
layer /bin/sh -c #(nop) ADD file:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef in /app/ 
file app/x.py x
END
image 'ADD of an archive by the classic builder' not rule=history/add-local <<'END'
user 1
layer /bin/sh -c #(nop) ADD file:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef in /app/ 
file app/x.py x
file app/y.py x
END
twice='"2026-01-02T03:04:05.1Z"'
image 'CMD twice in one build' n=1 rule=history/repeated severity=info <<END
user 1
key {"history":[{"created":"2025-01-01T00:00:00Z","created_by":"CMD [\"python3\"]","empty_layer":true},{"created":$twice,"created_by":"CMD [\"a\"]","empty_layer":true},{"created":$twice,"created_by":"CMD [\"b\"]","empty_layer":true}]}
END
image 'CMD of a base image and of its own' not rule=history/repeated <<END
user 1
key {"history":[{"created":"2025-01-01T00:00:00Z","created_by":"CMD [\"python3\"]","empty_layer":true},{"created":$twice,"created_by":"CMD [\"a\"]","empty_layer":true}]}
END
image 'times that are all the same say nothing' not rule=history/repeated <<'END'
user 1
history CMD ["python3"]
history CMD ["a"]
END
image 'a base that moves, as buildah has it' rule=history/base-latest severity=info pointer=/history/0/created_by <<'END'
user 1
key {"history":[{"created":"2025-01-01T00:00:00Z","created_by":"/bin/sh -c true","comment":"FROM docker.io/library/alpine:latest","empty_layer":true}]}
END
for base in docker.io/library/alpine:3.20 localhost:5000/a@sha256:00 scratch 516836492b62; do
	image "a base that stays: $base" not rule=history/base-latest <<END
user 1
label org.opencontainers.image.base.name=$base
key {"history":[{"created":"2025-01-01T00:00:00Z","created_by":"/bin/sh -c true","comment":"FROM $base","empty_layer":true}]}
END
done
image 'a base that moves, by its label' rule=history/base-latest <<'END'
user 1
label org.opencontainers.image.base.name=localhost:5000/a
END

image 'what later builds will do' rule=history/curl-pipe-shell severity=medium pointer=/config/OnBuild/1 <<'END'
user 1
onbuild COPY . /app
onbuild RUN curl -fsSL https://example.org/i.sh | sh
END

# What official images have in their histories is nothing above low.
official() {
	name=$1
	{
		printf 'user 1\nlayer '
		cat
		printf 'layer COPY /a /a # buildkit\nfile a x\n'
	} | mkimage docker24 - "$T/image.tar"
	audit "$T/image.tar"
	for severity in critical high medium low; do
		finds "$name: nothing $severity" not 'rule=history/*' "severity=$severity"
	done
	finds "$name: env" not rule=config/env-secret
}
official debian <<'END'
# debian.sh --arch 'amd64' out/ 'bookworm' '@1755475200'
file etc/debian_version 12
history CMD ["bash"]
END
official 'classic debian' <<'END'
/bin/sh -c #(nop) ADD file:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef in / 
file etc/debian_version 12
history /bin/sh -c #(nop)  CMD ["bash"]
END
official alpine <<'END'
ADD alpine-minirootfs-3.20.3-x86_64.tar.gz / # buildkit
file etc/alpine-release 3
history CMD ["/bin/sh"]
END
official ubuntu <<'END'
/bin/sh -c #(nop) ADD file:6dd1aa1b0f7b1b0a7f2a5e9d3b0b9f60a4d5d0d0fbd1f2e53bcb4d5e6f708192 in / 
file etc/lsb-release x
history /bin/sh -c #(nop)  ARG RELEASE
history /bin/sh -c #(nop)  ARG LAUNCHPAD_BUILD_ARCH
history /bin/sh -c #(nop)  LABEL org.opencontainers.image.version=24.04
history /bin/sh -c #(nop)  CMD ["/bin/bash"]
END
official node <<'END'
# debian.sh --arch 'amd64' out/ 'bookworm' '@1755475200'
file etc/debian_version 12
history RUN /bin/sh -c groupadd --gid 1000 node   && useradd --uid 1000 --gid node --shell /bin/bash --create-home node # buildkit
history ENV NODE_VERSION=20.19.4
history RUN /bin/sh -c ARCH= OPENSSL_ARCH= && dpkgArch="$(dpkg --print-architecture)"     && case "${dpkgArch##*-}" in       amd64) ARCH='x64' OPENSSL_ARCH='linux-x86_64';;       arm64) ARCH='arm64' OPENSSL_ARCH='linux-aarch64';;       *) echo "unsupported architecture"; exit 1 ;;     esac     && set -ex     && apt-get update && apt-get install -y ca-certificates curl wget gnupg dirmngr xz-utils libatomic1 --no-install-recommends     && rm -rf /var/lib/apt/lists/*     && export GNUPGHOME="$(mktemp -d)"     && for key in       C0D6248439F1D5604AAFFB4021D900FFDB233756       DD792F5973C6DE52C432CBDAC77ABFA00DDBF2B7     ; do       { gpg --batch --keyserver hkps://keys.openpgp.org --recv-keys "$key" && gpg --batch --fingerprint "$key"; } ||       { gpg --batch --keyserver keyserver.ubuntu.com --recv-keys "$key" && gpg --batch --fingerprint "$key"; } ;     done     && curl -fsSLO --compressed "https://nodejs.org/dist/v$NODE_VERSION/node-v$NODE_VERSION-linux-$ARCH.tar.xz"     && curl -fsSLO --compressed "https://nodejs.org/dist/v$NODE_VERSION/SHASUMS256.txt.asc"     && gpg --batch --decrypt --output SHASUMS256.txt SHASUMS256.txt.asc     && gpgconf --kill all     && rm -rf "$GNUPGHOME"     && grep " node-v$NODE_VERSION-linux-$ARCH.tar.xz\$" SHASUMS256.txt | sha256sum -c -     && tar -xJf "node-v$NODE_VERSION-linux-$ARCH.tar.xz" -C /usr/local --strip-components=1 --no-same-owner     && rm "node-v$NODE_VERSION-linux-$ARCH.tar.xz" SHASUMS256.txt.asc SHASUMS256.txt     && find /usr/local/include/node/openssl/archs -mindepth 1 -maxdepth 1 ! -name "$OPENSSL_ARCH" -exec rm -rf {} \\;     && apt-mark auto '.*' > /dev/null     && find /usr/local -type f -executable -exec ldd '{}' ';'       | awk '/=>/ { so = $(NF-1); if (index(so, "/usr/local/") == 1) { next }; gsub("^/(usr/)?", "", so); print so }'       | sort -u       | xargs -r dpkg-query --search       | cut -d: -f1       | sort -u       | xargs -r apt-mark manual     && apt-get purge -y --auto-remove -o APT::AutoRemove::RecommendsImportant=false     && ln -s /usr/local/bin/node /usr/local/bin/nodejs     && node --version     && npm --version     && rm -rf /tmp/* # buildkit
history ENV YARN_VERSION=1.22.22
history RUN /bin/sh -c set -ex   && savedAptMark="$(apt-mark showmanual)"   && apt-get update && apt-get install -y ca-certificates curl wget gnupg dirmngr --no-install-recommends   && rm -rf /var/lib/apt/lists/*   && export GNUPGHOME="$(mktemp -d)"   && for key in     6A010C5166006599AA17F08146C2130DFD2497F5   ; do     { gpg --batch --keyserver hkps://keys.openpgp.org --recv-keys "$key" && gpg --batch --fingerprint "$key"; } ||     { gpg --batch --keyserver keyserver.ubuntu.com --recv-keys "$key" && gpg --batch --fingerprint "$key"; } ;   done   && curl -fsSLO --compressed "https://yarnpkg.com/downloads/$YARN_VERSION/yarn-v$YARN_VERSION.tar.gz"   && curl -fsSLO --compressed "https://yarnpkg.com/downloads/$YARN_VERSION/yarn-v$YARN_VERSION.tar.gz.asc"   && gpg --batch --verify yarn-v$YARN_VERSION.tar.gz.asc yarn-v$YARN_VERSION.tar.gz   && gpgconf --kill all   && rm -rf "$GNUPGHOME"   && mkdir -p /opt   && tar -xzf yarn-v$YARN_VERSION.tar.gz -C /opt/   && ln -s /opt/yarn-v$YARN_VERSION/bin/yarn /usr/local/bin/yarn   && ln -s /opt/yarn-v$YARN_VERSION/bin/yarnpkg /usr/local/bin/yarnpkg   && rm yarn-v$YARN_VERSION.tar.gz.asc yarn-v$YARN_VERSION.tar.gz   && apt-mark auto '.*' > /dev/null   && { [ -z "$savedAptMark" ] || apt-mark manual $savedAptMark > /dev/null; }   && apt-get purge -y --auto-remove -o APT::AutoRemove::RecommendsImportant=false   && yarn --version   && rm -rf /tmp/* # buildkit
history COPY docker-entrypoint.sh /usr/local/bin/ # buildkit
history ENTRYPOINT ["docker-entrypoint.sh"]
history CMD ["node"]
END
official nginx <<'END'
# debian.sh --arch 'amd64' out/ 'bookworm' '@1755475200'
file etc/debian_version 12
history LABEL maintainer=NGINX Docker Maintainers <docker-maint@nginx.com>
history ENV NGINX_VERSION=1.27.5
history ENV PKG_RELEASE=1~bookworm
history RUN /bin/sh -c set -x     && groupadd --system --gid 101 nginx     && useradd --system --gid nginx --no-create-home --home /nonexistent --comment "nginx user" --shell /bin/false --uid 101 nginx     && apt-get update     && apt-get install --no-install-recommends --no-install-suggests -y gnupg1 ca-certificates     &&     NGINX_GPGKEYS="573BFD6B3D8FBC641079A6ABABF5BD827BD9BF62 8540A6F18833A80E9C1653A42FD21310B49F6B46";     NGINX_GPGKEY_PATH=/etc/apt/keyrings/nginx-archive-keyring.gpg;     export GNUPGHOME="$(mktemp -d)";     found='';     for NGINX_GPGKEY in $NGINX_GPGKEYS; do     for server in         hkp://keyserver.ubuntu.com:80         pgp.mit.edu     ; do         echo "Fetching GPG key $NGINX_GPGKEY from $server";         gpg1 --keyserver "$server" --keyserver-options timeout=10 --recv-keys "$NGINX_GPGKEY" && found=yes && break;     done;     test -z "$found" && echo >&2 "error: failed to fetch GPG key $NGINX_GPGKEY" && exit 1;     done;     gpg1 --export "$NGINX_GPGKEYS" > "$NGINX_GPGKEY_PATH" ;     rm -rf "$GNUPGHOME";     apt-get remove --purge --auto-remove -y gnupg1 && rm -rf /var/lib/apt/lists/*     && dpkgArch="$(dpkg --print-architecture)"     && nginxPackages="         nginx=${NGINX_VERSION}-${PKG_RELEASE}     "     && case "$dpkgArch" in         amd64|arm64)             echo "deb [signed-by=$NGINX_GPGKEY_PATH] https://nginx.org/packages/mainline/debian/ bookworm nginx" >> /etc/apt/sources.list.d/nginx.list             && apt-get update             ;;     esac         && apt-get install --no-install-recommends --no-install-suggests -y                         $nginxPackages                         gettext-base                         curl     && apt-get remove --purge --auto-remove -y && rm -rf /var/lib/apt/lists/* /etc/apt/sources.list.d/nginx.list         && if [ -n "$tempDir" ]; then         apt-get purge -y --auto-remove         && rm -rf "$tempDir" /etc/apt/sources.list.d/temp.list;     fi     && ln -sf /dev/stdout /var/log/nginx/access.log     && ln -sf /dev/stderr /var/log/nginx/error.log     && mkdir /docker-entrypoint.d # buildkit
history COPY docker-entrypoint.sh / # buildkit
history ENTRYPOINT ["/docker-entrypoint.sh"]
history EXPOSE map[80/tcp:{}]
history STOPSIGNAL SIGQUIT
history CMD ["nginx" "-g" "daemon off;"]
END
official 'nginx on alpine' <<'END'
ADD alpine-minirootfs-3.21.3-x86_64.tar.gz / # buildkit
file etc/alpine-release 3
history ENV NGINX_VERSION=1.27.5
history RUN /bin/sh -c set -x     && addgroup -g 101 -S nginx     && adduser -S -D -H -u 101 -h /var/cache/nginx -s /sbin/nologin -G nginx -g nginx nginx     && apkArch="$(cat /etc/apk/arch)"     && nginxPackages="         nginx=${NGINX_VERSION}-r${PKG_RELEASE}     "     && apk add --no-cache --virtual .checksum-deps         openssl     && case "$apkArch" in         x86_64|aarch64)             set -x             && KEY_SHA512="e09fa32f0a0eab2b879ccbbc4d0e4fb9751486eedda75e35fac65802cc9faa266425edf83e261137a2f4d16281ce2c1a5f4502930fe75154723da014214f0655"             && wget -O /tmp/nginx_signing.rsa.pub https://nginx.org/keys/nginx_signing.rsa.pub             && if echo "$KEY_SHA512 */tmp/nginx_signing.rsa.pub" | sha512sum -c -; then                 echo "key verification succeeded!";                 mv /tmp/nginx_signing.rsa.pub /etc/apk/keys/;             else                 echo "key verification failed!";                 exit 1;             fi             && apk add -X "https://nginx.org/packages/mainline/alpine/v$(egrep -o '^[0-9]+\\.[0-9]+' /etc/alpine-release)/main" --no-cache $nginxPackages             ;;         esac     && apk del --no-network .checksum-deps     && if [ -f "/etc/apk/keys/abuild-key.rsa.pub" ]; then rm -f /etc/apk/keys/abuild-key.rsa.pub; fi     && apk add --no-cache gettext-envsubst tzdata # buildkit
history CMD ["nginx" "-g" "daemon off;"]
END
official postgres <<'END'
# debian.sh --arch 'amd64' out/ 'bookworm' '@1755475200'
file etc/debian_version 12
history RUN /bin/sh -c set -eux; \tgroupadd -r postgres --gid=999; \tuseradd -r -g postgres --uid=999 --home-dir=/var/lib/postgresql --shell=/bin/bash postgres; \tinstall --verbose --directory --owner postgres --group postgres --mode 1777 /var/lib/postgresql # buildkit
history ENV GOSU_VERSION=1.17
history RUN /bin/sh -c set -eux; \tsavedAptMark="$(apt-mark showmanual)"; \tapt-get update; \tapt-get install -y --no-install-recommends ca-certificates wget; \trm -rf /var/lib/apt/lists/*; \tdpkgArch="$(dpkg --print-architecture | awk -F- '{ print $NF }')"; \twget -O /usr/local/bin/gosu "https://github.com/tianon/gosu/releases/download/$GOSU_VERSION/gosu-$dpkgArch"; \twget -O /usr/local/bin/gosu.asc "https://github.com/tianon/gosu/releases/download/$GOSU_VERSION/gosu-$dpkgArch.asc"; \texport GNUPGHOME="$(mktemp -d)"; \tgpg --batch --keyserver hkps://keys.openpgp.org --recv-keys B42F6819007F00F88E364FD4036A9C25BF357DD4; \tgpg --batch --verify /usr/local/bin/gosu.asc /usr/local/bin/gosu; \tgpgconf --kill all; \trm -rf "$GNUPGHOME" /usr/local/bin/gosu.asc; \tapt-mark auto '.*' > /dev/null; \t[ -z "$savedAptMark" ] || apt-mark manual $savedAptMark > /dev/null; \tapt-get purge -y --auto-remove -o APT::AutoRemove::RecommendsImportant=false; \tchmod +x /usr/local/bin/gosu; \tgosu --version; \tgosu nobody true # buildkit
history RUN /bin/sh -c set -eux; \tif [ -f /etc/dpkg/dpkg.cfg.d/docker ]; then \t\tgrep -q '/usr/share/locale' /etc/dpkg/dpkg.cfg.d/docker; \t\tsed -ri '/\\/usr\\/share\\/locale/d' /etc/dpkg/dpkg.cfg.d/docker; \tfi; \tapt-get update; apt-get install -y --no-install-recommends locales; rm -rf /var/lib/apt/lists/*; \techo 'en_US.UTF-8 UTF-8' >> /etc/locale.gen; \tlocale-gen # buildkit
history RUN /bin/sh -c set -ex; \t\texport PYTHONDONTWRITEBYTECODE=1; \t\tdpkgArch="$(dpkg --print-architecture)"; \taptRepo="[ signed-by=/usr/local/share/keyrings/postgres.gpg.asc ] http://apt.postgresql.org/pub/repos/apt bookworm-pgdg main $PG_MAJOR"; \tcase "$dpkgArch" in \t\tamd64 | arm64) \t\t\techo "deb $aptRepo" > /etc/apt/sources.list.d/pgdg.list; \t\t\tapt-get update; \t\t\t;; \t\t*) \t\t\ttempDir="$(mktemp -d)"; \t\t\tcd "$tempDir"; \t\t\tapt-get build-dep -y postgresql-common-dev; \t\t\tapt-get source --compile postgresql-common-dev; \t\t\t_update_repo() { dpkg-scanpackages . > Packages; apt-get -o Acquire::GzipIndexes=false update; }; \t\t\techo "deb [ trusted=yes ] file://$tempDir ./" > /etc/apt/sources.list.d/temp.list; \t\t\t_update_repo; \t\t\tcd /; \t\t\t;; \tesac; \tapt-get install -y --no-install-recommends postgresql-common; \tapt-get install -y --no-install-recommends "postgresql-$PG_MAJOR=$PG_VERSION"; \trm -rf /var/lib/apt/lists/*; \tif [ -n "$tempDir" ]; then apt-get purge -y --auto-remove; rm -rf "$tempDir" /etc/apt/sources.list.d/temp.list; fi; \tfind /usr -name '*.pyc' -type f -exec bash -c 'for pyc; do dpkg -S "$pyc" &> /dev/null || rm -vf "$pyc"; done' -- '{}' + # buildkit
history VOLUME [/var/lib/postgresql/data]
history COPY docker-entrypoint.sh docker-ensure-initdb.sh /usr/local/bin/ # buildkit
history RUN /bin/sh -c ln -sT docker-ensure-initdb.sh /usr/local/bin/docker-enforce-initdb.sh # buildkit
history CMD ["postgres"]
END
official redis <<'END'
# debian.sh --arch 'amd64' out/ 'bookworm' '@1755475200'
file etc/debian_version 12
history RUN /bin/sh -c set -eux; \tgroupadd -r -g 999 redis; \tuseradd -r -g redis -u 999 redis # buildkit
history ENV REDIS_DOWNLOAD_SHA=aa
history RUN /bin/sh -c set -eux; \t\tsavedAptMark="$(apt-mark showmanual)"; \tapt-get update; \tapt-get install -y --no-install-recommends \t\tca-certificates \t\twget \t\t\t\tdpkg-dev \t\tgcc \t\tlibc6-dev \t\tlibssl-dev \t\tmake \t; \trm -rf /var/lib/apt/lists/*; \t\twget -O redis.tar.gz "$REDIS_DOWNLOAD_URL"; \techo "$REDIS_DOWNLOAD_SHA *redis.tar.gz" | sha256sum -c -; \tmkdir -p /usr/src/redis; \ttar -xzf redis.tar.gz -C /usr/src/redis --strip-components=1; \trm redis.tar.gz; \t\tgrep -E '^ *createBoolConfig[(]"protected-mode",.*, *1 *,.*[)],$' /usr/src/redis/src/config.c; \tsed -ri 's!^( *createBoolConfig[(]"protected-mode",.*, *)1( *,.*[)],)$!\\10\\2!' /usr/src/redis/src/config.c; \t\tmake -C /usr/src/redis -j "$(nproc)" all; \tmake -C /usr/src/redis install; \t\tserverMd5="$(md5sum /usr/local/bin/redis-server | cut -d' ' -f1)"; export serverMd5; \tfind /usr/local/bin/redis* -maxdepth 0 \t\t-type f -not -name redis-server \t\t-exec sh -eux -c ' \t\t\tmd5="$(md5sum "$1" | cut -d" " -f1)"; \t\t\ttest "$md5" = "$serverMd5"; \t\t' -- '{}' ';' \t\t-exec ln -svfT 'redis-server' '{}' ';' \t; \t\trm -r /usr/src/redis; \tapt-mark auto '.*' > /dev/null; \t\tapt-get purge -y --auto-remove -o APT::AutoRemove::RecommendsImportant=false # buildkit
history RUN /bin/sh -c mkdir /data && chown redis:redis /data # buildkit
history WORKDIR /data
history CMD ["redis-server"]
END
official golang <<'END'
ADD alpine-minirootfs-3.22.1-x86_64.tar.gz / # buildkit
file etc/alpine-release 3
history RUN /bin/sh -c apk add --no-cache ca-certificates # buildkit
history ENV GOLANG_VERSION=1.24.6
history RUN /bin/sh -c set -eux; \tnow="$(date '+%s')"; \tapk add --no-cache --virtual .fetch-deps \t\tgnupg \t\ttar \t; \tarch="$(apk --print-arch)"; \turl=; \tcase "$arch" in \t\t'x86_64') \t\t\turl='https://dl.google.com/go/go1.24.6.linux-amd64.tar.gz'; \t\t\tsha256='bbca37cc395c974ffa4893ee35819ad23ebb27426df87af92e93a9ec66ef8712'; \t\t\t;; \t\t*) echo >&2 "error: unsupported architecture '$arch'"; exit 1 ;; \tesac; \t\twget -O go.tgz.asc "$url.asc"; \twget -O go.tgz "$url"; \techo "$sha256 *go.tgz" | sha256sum -c -; \tGNUPGHOME="$(mktemp -d)"; export GNUPGHOME; \tgpg --batch --keyserver keyserver.ubuntu.com --recv-keys 'EB4C 1BFD 4F04 2F6D DDCC  EC91 7721 F63B D38B 4796'; \tgpg --batch --verify go.tgz.asc go.tgz; \tgpgconf --kill all; \trm -rf "$GNUPGHOME" go.tgz.asc; \t\ttar -C /usr/local -xzf go.tgz; \trm go.tgz; \t\tapk del --no-network .fetch-deps; \t\tgo version # buildkit
history ENV GOPATH=/go
history RUN /bin/sh -c mkdir -p "$GOPATH/src" "$GOPATH/bin" && chmod -R 1777 "$GOPATH" # buildkit
history WORKDIR /go
END
finish
