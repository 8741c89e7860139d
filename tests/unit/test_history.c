/* SPDX-License-Identifier: Apache-2.0 */
#include "config/history.h"

#include <criterion/criterion.h>

#include "base/buf.h"

#define RULES 40

struct told {
	enum tsr_builtin rules[RULES];
	size_t n;
};

static void tell(void *ctx, enum tsr_builtin rule, const char *message)
{
	struct told *t = ctx;

	cr_assert_not_null(message);
	cr_assert_lt(t->n, RULES);
	t->rules[t->n++] = rule;
}

static struct told judge(const char *created_by, const struct tsr_leftovers *left)
{
	static const struct tsr_leftovers unknown = { .known = false };
	struct tsr_history_state state = { .workdir = true };
	struct tsr_arena arena = TSR_ARENA_INIT;
	struct tsr_instruction in;
	struct told t = { .n = 0 };

	tsr_instruction_parse(tsr_slice_str(created_by), &arena, &in);
	tsr_history_judge(&in, left ? left : &unknown, &state, &arena, tell, &t);
	tsr_arena_release(&arena);
	return t;
}

static bool has(const struct told *t, enum tsr_builtin rule)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->rules[i] == rule)
			return true;
	return false;
}

/* What ordinary instructions are told as information; each has its own cases below. */
static bool is_note(enum tsr_builtin rule)
{
	static const enum tsr_builtin notes[] = { TSR_BUILTIN_HISTORY_UNPINNED, TSR_BUILTIN_HISTORY_ASKS, TSR_BUILTIN_HISTORY_APT_CLI,
						  TSR_BUILTIN_HISTORY_PIPEFAIL, TSR_BUILTIN_HISTORY_CD };

	for (size_t i = 0; i < sizeof(notes) / sizeof(notes[0]); i++)
		if (notes[i] == rule)
			return true;
	return false;
}

Test(history, each_fault_is_seen_in_every_tools_words)
{
	static const struct {
		enum tsr_builtin rule;
		const char *text;
	} cases[] = {
		{ TSR_BUILTIN_HISTORY_ADD_REMOTE, "ADD https://example.org/a.tar.gz /opt/ # buildkit" },
		{ TSR_BUILTIN_HISTORY_ADD_REMOTE, "ADD [\"http://example.org/a\", \"/a\"]" },
		{ TSR_BUILTIN_HISTORY_ADD_REMOTE, "/bin/sh -c #(nop) ADD https://example.org/a in /a " },
		{ TSR_BUILTIN_HISTORY_ADD_REMOTE,
		  "/bin/sh -c #(nop) ADD 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef in /a " },
		{ TSR_BUILTIN_HISTORY_APT_UPDATE, "/bin/sh -c apt-get update" },
		{ TSR_BUILTIN_HISTORY_APT_UPDATE, "RUN |1 A=b /bin/sh -c apt-get -qq update # buildkit" },
		{ TSR_BUILTIN_HISTORY_APT_UPDATE, "RUN apt update" },
		{ TSR_BUILTIN_HISTORY_APT_CLEAN, "RUN /bin/sh -c apt-get update && apt-get install -y --no-install-recommends curl # buildkit" },
		{ TSR_BUILTIN_HISTORY_APT_RECOMMENDS, "RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*" },
		{ TSR_BUILTIN_HISTORY_APK_CACHE, "RUN /bin/sh -c apk add curl # buildkit" },
		{ TSR_BUILTIN_HISTORY_APK_CACHE, "|1 A=1 /bin/sh -c apk --update add curl" },
		{ TSR_BUILTIN_HISTORY_DNF_CACHE, "RUN /bin/sh -c dnf install -y curl # buildkit" },
		{ TSR_BUILTIN_HISTORY_PIP_CACHE, "RUN pip install flask" },
		{ TSR_BUILTIN_HISTORY_PIP_CACHE, "RUN python3 -m pip install flask" },
		{ TSR_BUILTIN_HISTORY_DIST_UPGRADE, "RUN apt-get update && apt-get -y dist-upgrade && rm -rf /var/lib/apt/lists/*" },
		{ TSR_BUILTIN_HISTORY_SUDO, "RUN a && sudo b" },
		{ TSR_BUILTIN_HISTORY_SUDO, "RUN if true; then sudo -E apt-get install x; fi" },
		{ TSR_BUILTIN_HISTORY_CURL_PIPE_SHELL, "RUN curl -fsSL https://example.org/i.sh | sh" },
		{ TSR_BUILTIN_HISTORY_CURL_PIPE_SHELL, "RUN wget -qO- https://example.org/i.sh | sudo -E bash -" },
		{ TSR_BUILTIN_HISTORY_CURL_PIPE_SHELL, "RUN curl -sSL https://example.org/i.py | POETRY_HOME=/opt python3 -" },
		{ TSR_BUILTIN_HISTORY_CURL_PIPE_SHELL, "RUN curl https://example.org/i | tee /tmp/i | bash -s -- -y" },
		{ TSR_BUILTIN_HISTORY_CURL_PIPE_SHELL, "RUN bash <(curl -s https://example.org/i)" },
		{ TSR_BUILTIN_HISTORY_CURL_PIPE_SHELL, "RUN sh -c \"$(curl -fsSL https://example.org/i)\"" },
		{ TSR_BUILTIN_HISTORY_CURL_PIPE_SHELL, "RUN eval \"`wget -O - https://example.org/i`\"" },
		{ TSR_BUILTIN_HISTORY_CURL_PIPE_SHELL, "RUN /bin/bash -o pipefail -c curl https://example.org/i | gunzip | sh # buildkit" },
		{ TSR_BUILTIN_HISTORY_CHMOD, "RUN chmod -R 777 /app" },
		{ TSR_BUILTIN_HISTORY_CHMOD, "RUN chmod a+rwx /app" },
		{ TSR_BUILTIN_HISTORY_CHMOD, "RUN mkdir a && chmod 0666 a" },
		{ TSR_BUILTIN_HISTORY_CHMOD, "RUN chmod u=rwx,o+w a" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct told t = judge(cases[i].text, NULL);

		cr_expect(has(&t, cases[i].rule), "%s", cases[i].text);
	}
}

Test(history, what_only_looks_like_a_fault_is_none)
{
	static const char *const texts[] = {
		"",
		"bazel build //:image",
		"# debian.sh --arch 'amd64' out/ 'trixie' '@1754006400'",
		"ADD file:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef in / ",
		"/bin/sh -c #(nop) ADD file:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef in / ",
		"ADD --checksum=sha256:00 https://example.org/a /a # buildkit",
		"COPY https /x # buildkit",
		"RUN apt-get update && apt-get install -y --no-install-recommends sudo && rm -rf /var/lib/apt/lists/*",
		"RUN set -eux; \tapt-get update; \tapt-get install -y --no-install-recommends \t\tca-certificates \t; \trm -rf /var/lib/apt/lists/*",
		"RUN apt-get update -qq; apt-get -o A=b install -y --no-install-recommends a; apt-get dist-clean",
		"RUN echo 'apt-get update' \"sudo x\" # dist-upgrade",
		"RUN printf '%s' sudoers > /etc/sudoers.d/x",
		"ENV NOTE=apt-get update",
		"RUN cat <<EOF > /x\nsudo apt-get update\ncurl a | sh\nEOF",
		"RUN apk add --no-cache curl",
		"RUN apk add curl && rm -rf /var/cache/apk/*",
		"RUN pip install --no-cache-dir flask",
		"RUN pip --no-cache-dir install flask",
		"RUN curl -fsSL https://example.org/k.asc | gpg --dearmor -o /usr/share/keyrings/k.gpg",
		"RUN curl -fsSL https://example.org/a.tar.gz | tar xz -C /opt",
		"RUN curl https://example.org/a.json | python3 -m json.tool",
		"RUN curl https://example.org/a.json | python3 -c 'import json, sys'",
		"RUN curl -o a.sh https://example.org/a.sh && sha256sum -c a.sum | sh check.sh",
		"RUN curl https://example.org/a | sh script.sh",
		"RUN V=$(curl https://example.org/v) && echo $V | bash -n x.sh",
		"RUN chmod 755 a && chmod 1777 b && chmod +x c && chmod u+w d && chmod 3777 e && chmod 644 777",
		"RUN dnf install -y curl && dnf clean all",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct told t = judge(texts[i], NULL);

		for (size_t k = 0; k < t.n; k++)
			cr_expect(is_note(t.rules[k]), "%s: rule %d", texts[i], (int)t.rules[k]);
	}
}

Test(history, the_layer_decides_where_it_is_known)
{
	static const struct tsr_leftovers none = { .known = true },
					  all = { true, true, true, true, true, true, true, true, 9 };
	struct told t = judge("RUN apt-get update && apt-get install -y --no-install-recommends a", &none);

	cr_expect(!has(&t, TSR_BUILTIN_HISTORY_APT_CLEAN), "removed by a hook or a mount");
	t = judge("RUN apt-get update && apt-get install -y --no-install-recommends a && rm -rf /var/lib/apt/lists/x", &all);
	cr_expect(has(&t, TSR_BUILTIN_HISTORY_APT_CLEAN));
	t = judge("RUN pip install a==1; apk add b=1; yum install -y c-1; zypper -n in d=1; npm ci; useradd -u 2000000000 e", &none);
	cr_expect_eq(t.n, 0);
	t = judge("RUN pip install --no-cache-dir a==1; apk add b=1; yum install -y c-1; zypper -n in d=1; npm ci; useradd -u 2000000000 e", &all);
	cr_expect_eq(t.n, 6);
	t = judge("RUN echo", &all);
	cr_expect_eq(t.n, 0);
}

/* Texts that a rule means, and texts beside them that it does not. */
static const struct {
	enum tsr_builtin rule;
	const char *fires[16], *silent[16];
} pairs[] = {
	{ TSR_BUILTIN_HISTORY_TLS,
	  { "RUN curl -fsSLk https://a/b -o /b", "RUN curl --insecure https://a/b", "RUN wget -q --no-check-certificate https://a/b",
	    "RUN git -c http.sslVerify=false clone https://a/b", "RUN git config --global http.sslverify false",
	    "RUN npm config set strict-ssl false", "RUN pip install --trusted-host pypi.org x==1", "RUN pip install -i http://mirror.corp/simple x==1",
	    "RUN python3 -m pip config set global.trusted-host a", "RUN NODE_TLS_REJECT_UNAUTHORIZED=0 npm ci", "RUN export GIT_SSL_NO_VERIFY=1 && make",
	    "RUN |1 PYTHONHTTPSVERIFY=0 /bin/sh -c make # buildkit", "RUN apt-get -o Acquire::https::Verify-Peer=false update",
	    "RUN [\"curl\", \"-k\", \"https://a/b\"]", "RUN conda config --set ssl_verify no", "RUN uv pip install --index-url=http://a/s x==1" },
	  { "RUN curl -fsSL https://a/b -o k", "RUN curl -o -k https://a/b", "RUN wget -k https://a/b", "RUN git config --global http.sslverify true",
	    "RUN npm config set strict-ssl true", "RUN pip install -i http://localhost:3141/s x==1", "RUN NODE_TLS_REJECT_UNAUTHORIZED=1 npm ci",
	    "RUN curl http://a/b -o c", "RUN echo curl -k", "RUN pip install -i https://a/simple x==1", "RUN curl --cacert k https://a",
	    "RUN pip install --proxy http://proxy:3128 a==1", "RUN npm config set https-proxy http://proxy:3128", "RUN curl -k https://localhost:8443/x" } },
	{ TSR_BUILTIN_HISTORY_UNSIGNED,
	  { "RUN apt-get install -y --allow-unauthenticated a", "RUN apt-get -o APT::Get::AllowUnauthenticated=true install -y a",
	    "RUN apt-get install --force-yes a", "RUN dnf install -y --nogpgcheck a", "RUN yum --setopt=gpgcheck=0 install -y a", "RUN rpm -i --nosignature a.rpm",
	    "RUN zypper --no-gpg-checks in a", "RUN apk add --allow-untrusted a.apk", "RUN echo 'deb [trusted=yes] https://a b c' > /etc/apt/sources.list.d/a.list",
	    "RUN sed -i s/gpgcheck=1/gpgcheck=0/ /etc/yum.repos.d/a.repo" },
	  { "RUN apt-get install -y a", "RUN dnf install -y a", "RUN echo 'deb [signed-by=/k] https://a b c' > /x", "RUN rpm -i a.rpm",
	    "RUN sed -i s/gpgcheck=0/gpgcheck=1/ /etc/yum.repos.d/a.repo" } },
	{ TSR_BUILTIN_HISTORY_UNPINNED,
	  { "RUN apt-get install -y curl", "RUN apk add --no-cache curl", "RUN dnf install -y python3-pip", "RUN zypper -n in curl", "RUN pip install flask",
	    "RUN pip install 'flask>=2'", "RUN npm install -g typescript", "RUN yarn global add @vue/cli", "RUN gem install bundler", "RUN go install example.org/a@latest",
	    "RUN cargo install ripgrep", "RUN uv pip install flask", "RUN apt-get install -y -t bookworm-backports git", "RUN conda install -c conda-forge numpy" },
	  { "RUN apt-get install -y curl=8.5.0-1", "RUN apt-get install -y ./a.deb $PACKAGES", "RUN apk add -t .build-deps curl=8.5.0-r0 'b~=1'", "RUN dnf install -y curl-8.5.0",
	    "RUN pip install -r requirements.txt", "RUN pip install .", "RUN pip install flask==3.0.0 'a~=1.2' https://a/b.whl", "RUN pip install -c c.txt flask",
	    "RUN npm ci", "RUN npm install", "RUN npm install -g typescript@5.4.2 @vue/cli@5", "RUN gem install bundler -v 2.5", "RUN go install example.org/a@v1.2.3",
	    "RUN cargo install --locked --version 14 ripgrep", "RUN pip install --require-hashes -r r.txt", "RUN yarn install --frozen-lockfile" } },
	{ TSR_BUILTIN_HISTORY_ASKS,
	  { "RUN apt-get install curl", "RUN apt-get upgrade", "RUN dnf install curl", "RUN yum -q install curl", "RUN zypper install curl" },
	  { "RUN apt-get install -y curl", "RUN apt-get -qqy install curl", "RUN apt-get -yqq install curl", "RUN apt-get -qq install curl", "RUN yes | apt-get install curl",
	    "RUN apt-get $OPTIONS install curl", "RUN apt-get update", "RUN apt-get install --assume-yes curl", "RUN apt-get install curl --yes", "RUN dnf -y install curl",
	    "RUN zypper -n install curl", "RUN zypper --non-interactive install curl", "RUN microdnf install curl", "RUN apt-get -o APT::Get::Assume-Yes=true install curl" } },
	{ TSR_BUILTIN_HISTORY_APT_CLI, { "RUN apt install -y curl", "RUN apt update" }, { "RUN apt-get update", "RUN apt list", "RUN apt-cache policy" } },
	{ TSR_BUILTIN_HISTORY_DIST_UPGRADE, { "RUN zypper -n dup", "RUN dnf -y distro-sync", "RUN do-release-upgrade" }, { "RUN zypper -n up", "RUN apt-get -y upgrade" } },
	{ TSR_BUILTIN_HISTORY_ZYPPER_CACHE, { "RUN zypper -n install curl" }, { "RUN zypper -n install curl && zypper clean -a", "RUN zypper -n in a && rm -rf /var/cache/zypp" } },
	{ TSR_BUILTIN_HISTORY_NODE_CACHE, { "RUN yarn install", "RUN npm ci", "RUN yarn" }, { "RUN npm ci && npm cache clean --force", "RUN yarn build", "RUN npm run build" } },
	{ TSR_BUILTIN_HISTORY_POINTLESS, { "RUN service mysql start && mysql -e x", "RUN vim /etc/a", "RUN a && kill 1", "RUN free -m" },
	  { "RUN apt-get install -y vim ssh", "RUN command -v ssh || true", "RUN echo kill", "RUN pkill a" } },
	{ TSR_BUILTIN_HISTORY_NO_EFFECT, { "RUN cd /app", "RUN export A=b", "RUN A=b", "RUN set -e; cd /app && umask 022", "RUN /bin/sh -c service cron start # buildkit", "RUN systemctl start cron" },
	  { "RUN systemctl enable cron", "RUN cd /app && make", "RUN export > /etc/environment", "RUN true", "RUN set -e; . /x", "RUN :", "RUN f() { make; }; f", "RUN $COMMAND" } },
	{ TSR_BUILTIN_HISTORY_PIPEFAIL, { "RUN curl -s a | tar x", "RUN /bin/bash -c wget -O - a | tar x # buildkit", "RUN x=$(curl a | jq .b)" },
	  { "RUN echo a | tee b", "RUN /bin/bash -o pipefail -c curl -s a | tar x # buildkit", "RUN set -o pipefail; curl -s a | tar x", "RUN printf a | b > d || e", "RUN yes | x" } },
	{ TSR_BUILTIN_HISTORY_CD, { "RUN cd /app && make", "RUN set -e; cd /app; make" }, { "RUN make && cd /app && make", "RUN make -C /app", "RUN cd /app" } },
	{ TSR_BUILTIN_HISTORY_CD_UNCHECKED, { "RUN cd /app; rm -rf x", "RUN a && cd /app\nmake" },
	  { "RUN cd /app && make", "RUN set -eux; cd /app; make", "RUN /bin/bash -euo pipefail -c cd /app; make # buildkit", "RUN cd /app || exit 1; make", "RUN a; cd -; b" } },
	{ TSR_BUILTIN_HISTORY_RM_VARIABLE, { "RUN rm -rf \"$DIR\"/*", "RUN rm -r $DIR/", "RUN rm -fR ${DIR}/lib" },
	  { "RUN rm -rf \"${DIR:?}\"/*", "RUN rm -rf \"$DIR\"", "RUN rm -rf $DIR/build", "RUN set -eu; rm -rf $DIR/*", "RUN rm $DIR/*", "RUN rm -rf /var/lib/apt/lists/*" } },
	{ TSR_BUILTIN_HISTORY_SHELL_LINK, { "RUN ln -sf /bin/bash /bin/sh", "RUN rm /bin/sh && ln -s bash /bin/sh" }, { "RUN ln -s /bin/sh /bin/x", "RUN ln -s a b" } },
	{ TSR_BUILTIN_HISTORY_USERADD_LOG, { "RUN useradd -u 1000000 a", "RUN useradd --uid=123456 a", "RUN useradd -mu 1001230000 a" },
	  { "RUN useradd -l -u 1000000 a", "RUN useradd --no-log-init -u 1000000 a", "RUN useradd -u 1001 a", "RUN useradd a", "RUN useradd -rlu 1000000 a", "RUN adduser -u 1000000 a" } },
	{ TSR_BUILTIN_HISTORY_WGET_AND_CURL, { "RUN curl a -o b && wget c" }, { "RUN curl a; curl b", "RUN apt-get install -y curl wget", "RUN wget c" } },
	{ TSR_BUILTIN_HISTORY_ADD_LOCAL, { "ADD . /app # buildkit", "ADD app.py requirements.txt /app/ # buildkit", "ADD [\"a b\", \"/app/\"]", "ADD --chown=1:1 x.zip /app/",
	    "/bin/sh -c #(nop) ADD dir:00 in /app " },
	  { "ADD app.tar.gz /app/ # buildkit", "ADD alpine-minirootfs-3.20.0-x86_64.tar.gz / # buildkit", "/bin/sh -c #(nop) ADD file:00 in / ",
	    "/bin/sh -c #(nop) ADD file:00 in /app ", "COPY . /app", "ADD https://a/b /c", "ADD $FILE /x", "ADD rootfs.tar.xz / # buildkit", "ADD <<EOF /x" } },
	{ TSR_BUILTIN_HISTORY_ADD_REMOTE, { "ADD https://github.com/a/b.git#main /b" },
	  { "ADD https://github.com/a/b.git#0123456789abcdef0123456789abcdef01234567 /b", "ADD --checksum=sha256:00 https://a/b /c" } },
	{ TSR_BUILTIN_HISTORY_CHMOD, { "COPY --chmod=777 a /b # buildkit", "ADD --chmod=a+w a.tar /b # buildkit", "COPY --parents --chmod=0666 a /b" },
	  { "COPY --chmod=755 a /b # buildkit", "COPY --chmod=u+w,a=rX a /b", "COPY --chmod=1777 tmp /tmp", "COPY --chown=777 a /b", "COPY --chmod=$MODE a /b" } },
	{ TSR_BUILTIN_HISTORY_MAINTAINER, { "MAINTAINER a <b@c>", "/bin/sh -c #(nop)  MAINTAINER a" }, { "LABEL maintainer=a", "RUN MAINTAINER" } },
};

Test(history, a_rule_means_this_and_not_that)
{
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		for (size_t k = 0; k < 16 && pairs[i].fires[k]; k++) {
			struct told t = judge(pairs[i].fires[k], NULL);

			cr_expect(has(&t, pairs[i].rule), "rule %d is silent: %s", (int)pairs[i].rule, pairs[i].fires[k]);
		}
		for (size_t k = 0; k < 16 && pairs[i].silent[k]; k++) {
			struct told t = judge(pairs[i].silent[k], NULL);

			cr_expect(!has(&t, pairs[i].rule), "rule %d fires: %s", (int)pairs[i].rule, pairs[i].silent[k]);
		}
	}
}

Test(history, instructions_are_held_against_those_before)
{
	static const struct tsr_leftovers unknown = { .known = false }, one = { .known = true, .n_files = 1 };
	static const struct {
		const char *created, *text;
		enum tsr_builtin rule; /* that it is told, or 0 */
		const struct tsr_leftovers *left;
	} steps[] = {
		{ "1", "CMD [\"python3\"]", 0, NULL },
		{ "1", "COPY a b # buildkit", TSR_BUILTIN_HISTORY_COPY_RELATIVE, NULL },
		{ "1", "COPY a /b # buildkit", 0, NULL },
		{ "2", "WORKDIR /app", 0, NULL },
		{ "2", "COPY a b # buildkit", 0, NULL },
		{ "2", "CMD [\"a\"]", 0, NULL },
		{ "2", "ENTRYPOINT [\"a\"]", 0, NULL },
		{ "2", "CMD [\"b\"]", TSR_BUILTIN_HISTORY_REPEATED, NULL },
		{ "", "HEALTHCHECK a", 0, NULL },
		{ "", "HEALTHCHECK b", 0, NULL },
		{ "2", "RUN wget a", 0, NULL },
		{ "2", "RUN curl a", TSR_BUILTIN_HISTORY_WGET_AND_CURL, NULL },
		{ "2", "RUN curl a", 0, NULL },
		{ "2026-01-02T03:04:05.1Z", "HEALTHCHECK a", 0, NULL },
		{ "2026-01-02T03:04:07Z", "HEALTHCHECK b", TSR_BUILTIN_HISTORY_REPEATED, NULL },
		{ "2026-01-02T03:05:07Z", "HEALTHCHECK c", 0, NULL },
		{ "2026-01-03T03:05:07Z", "HEALTHCHECK d", 0, NULL },
		{ "2", "/bin/sh -c a | b", TSR_BUILTIN_HISTORY_PIPEFAIL, NULL },
		{ "2", "/bin/sh -c #(nop) SHELL [\"/bin/bash\", \"-euo\", \"pipefail\", \"-c\"]", 0, NULL },
		{ "2", "/bin/sh -c a | b", 0, NULL },
		{ "2", "/bin/sh -c mkdir a; cd a; b", 0, NULL },
		{ "2", "/bin/sh -c #(nop) SHELL [\"/bin/sh\", \"-c\"]", 0, NULL },
		{ "2", "RUN /bin/sh -c mkdir a; cd a; b # buildkit", TSR_BUILTIN_HISTORY_CD_UNCHECKED, NULL },
		{ "2", "/bin/sh -c [\"apt-get\", \"install\", \"-y\", \"--no-install-recommends\", \"a\"]", TSR_BUILTIN_HISTORY_UNPINNED, NULL },
		{ "2", "/bin/sh -c [ -f a ]", 0, NULL },
		{ "2", "RUN [ \"$A\" = \"apt-get install\" ]", 0, NULL },
		{ "2", "/bin/sh -c #(nop) ADD file:00 in /app/a ", TSR_BUILTIN_HISTORY_ADD_LOCAL, &one },
	};
	struct tsr_history_state state = { .workdir = false };

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		struct tsr_arena arena = TSR_ARENA_INIT;
		struct tsr_instruction in;
		struct told t = { .n = 0 };

		state.created = tsr_slice_str(steps[i].created);
		tsr_instruction_parse(tsr_slice_str(steps[i].text), &arena, &in);
		tsr_history_judge(&in, steps[i].left ? steps[i].left : &unknown, &state, &arena, tell, &t);
		cr_expect_eq(t.n, steps[i].rule ? 1 : 0, "%s", steps[i].text);
		cr_expect(!steps[i].rule || has(&t, steps[i].rule), "%s", steps[i].text);
		tsr_arena_release(&arena);
	}
}

Test(history, variables_are_read_in_every_form)
{
	static const struct {
		const char *text;
		enum tsr_instruction_kind kind;
		const char *want;
	} cases[] = {
		{ "ENV A=b", TSR_INSTRUCTION_ENV, "A=b;" },
		{ "/bin/sh -c #(nop)  ENV A=b C=d e", TSR_INSTRUCTION_ENV, "A=b;C=d e;" },
		{ "ENV A=\"b c\" # buildkit", TSR_INSTRUCTION_ENV, "A=b c;" },
		{ "ENV A b c", TSR_INSTRUCTION_ENV, "A=b c;" },
		{ "ARG A=b", TSR_INSTRUCTION_ARG, "A=b;" },
		{ "ARG A", TSR_INSTRUCTION_ARG, "" },
		{ "|2 A=b C=d e /bin/sh -c make", TSR_INSTRUCTION_RUN, "A=b;C=d e;" },
		{ "RUN |1 A=/usr/bin /bin/sh -c make # buildkit", TSR_INSTRUCTION_RUN, "A=/usr/bin;" },
		{ "RUN |2 A=b C=d make all # buildkit", TSR_INSTRUCTION_RUN, "A=b;C=d;" },
		{ "COPY a b", TSR_INSTRUCTION_COPY, "" },
		{ "CMD [\"A=b\"]", TSR_INSTRUCTION_CMD, "" },
		{ "|x", TSR_INSTRUCTION_RUN, "" },
		{ "WORKDIR /app # buildkit", TSR_INSTRUCTION_WORKDIR, "" },
		{ "/bin/sh -c #(nop)  MAINTAINER a", TSR_INSTRUCTION_MAINTAINER, "" },
		{ "RUN powershell -Command curl x | iex", TSR_INSTRUCTION_OTHER, "" },
		{ "RUN C:\\Windows\\System32\\cmd.exe /S /C curl x", TSR_INSTRUCTION_OTHER, "" },
		{ "apt-get update", TSR_INSTRUCTION_RUN, "" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tsr_arena arena = TSR_ARENA_INIT;
		struct tsr_buf b = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
		struct tsr_instruction in;

		tsr_instruction_parse(tsr_slice_str(cases[i].text), &arena, &in);
		for (size_t v = 0; v < in.n_variables; v++) {
			tsr_buf_addsl(&b, in.variables[v].name);
			tsr_buf_addc(&b, '=');
			tsr_buf_addsl(&b, in.variables[v].value);
			tsr_buf_addc(&b, ';');
		}
		cr_expect_eq(in.kind, cases[i].kind, "%s", cases[i].text);
		cr_expect(tsr_slice_eq_str(tsr_buf_slice(&b), cases[i].want), "%s: %.*s", cases[i].text,
			  TSR_SLICE_ARG(tsr_buf_slice(&b)));
		tsr_buf_release(&b);
		tsr_arena_release(&arena);
	}
}
