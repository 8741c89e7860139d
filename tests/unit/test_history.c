/* SPDX-License-Identifier: Apache-2.0 */
#include "inspect/history.h"

#include <criterion/criterion.h>

#include "base/buf.h"

#define RULES 12

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
	struct tsr_arena arena = TSR_ARENA_INIT;
	struct tsr_instruction in;
	struct told t = { .n = 0 };

	tsr_instruction_parse(tsr_slice_str(created_by), &arena, &in);
	tsr_history_judge(&in, left ? left : &unknown, &arena, tell, &t);
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

		cr_expect_eq(t.n, 0, "%s: rule %d", texts[i], t.n ? (int)t.rules[0] : 0);
	}
}

Test(history, the_layer_decides_where_it_is_known)
{
	static const struct tsr_leftovers none = { .known = true },
					  all = { true, true, true, true, true };
	struct told t = judge("RUN apt-get update && apt-get install -y --no-install-recommends a", &none);

	cr_expect_eq(t.n, 0, "removed by a hook or a mount");
	t = judge("RUN apt-get update && apt-get install -y --no-install-recommends a && rm -rf /var/lib/apt/lists/x", &all);
	cr_expect(has(&t, TSR_BUILTIN_HISTORY_APT_CLEAN));
	t = judge("RUN pip install a; apk add b; yum install c", &none);
	cr_expect_eq(t.n, 0);
	t = judge("RUN pip install --no-cache-dir a; apk add b; yum install c", &all);
	cr_expect_eq(t.n, 3);
	t = judge("RUN echo", &all);
	cr_expect_eq(t.n, 0);
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
		{ "CMD [\"A=b\"]", TSR_INSTRUCTION_OTHER, "" },
		{ "|x", TSR_INSTRUCTION_RUN, "" },
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
