/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>

#include "base/mem.h"
#include "config/history_priv.h"

static const struct option {
	enum tsr_builtin rule;
	const char *programs, *verbs, *letters, *words;
	bool lacks;
	const char *message;
} options[] = {
#define HAS false
#define LACKS true
#define OPTION(rule, programs, verbs, letters, words, sense, message) \
	{ TSR_BUILTIN_##rule, programs, verbs, letters, words, sense, message },
#include "config/history_options.def"
#undef OPTION
#undef LACKS
#undef HAS
};

/* Variables that switch the verification of servers off, and the values with which they do. */
static const struct {
	const char *name, *values;
} unverified[] = {
	{ "GIT_SSL_NO_VERIFY", "1 true yes on" },
	{ "NODE_TLS_REJECT_UNAUTHORIZED", "0" },
	{ "PYTHONHTTPSVERIFY", "0" },
	{ "NPM_CONFIG_STRICT_SSL", "0 false" },
	{ "NPM_CONFIG_REGISTRY", "@http" },
	{ "YARN_ENABLE_STRICT_SSL", "0 false" },
	{ "PIP_TRUSTED_HOST", "*" },
	{ "PIP_INDEX_URL", "@http" },
	{ "PIP_EXTRA_INDEX_URL", "@http" },
	{ "UV_INSECURE_HOST", "*" },
	{ "UV_INDEX_URL", "@http" },
	{ "UV_DEFAULT_INDEX", "@http" },
	{ "GOINSECURE", "*" },
	{ "GOFLAGS", "-insecure" },
	{ "CONDA_SSL_VERIFY", "0 false no" },
	{ "COMPOSER_DISABLE_TLS", "1 true" },
	{ "HEX_UNSAFE_HTTPS", "1 true" },
	{ "BUNDLE_SSL_VERIFY_MODE", "0" },
	{ "PERL_LWP_SSL_VERIFY_HOSTNAME", "0" },
	{ "VAULT_SKIP_VERIFY", "1 true" },
	{ "HELM_KUBEINSECURE_SKIP_TLS_VERIFY", "1 true" },
};

/* Of a URL: is its host this machine, or one that a variable names? */
static bool is_here(struct tsr_slice url)
{
	static const char *const here[] = { "//localhost", "//127.", "//0.0.0.0", "//[::1]", "//host.docker.internal", "//$" };
	struct tsr_slice host = tsr_slice_sub(url, tsr_slice_find(url, ':', 0) + 1, url.len);

	for (size_t i = 0; i < TSR_ARRAY_LEN(here); i++)
		if (tsr_slice_starts(host, here[i]))
			return true;
	return false;
}

static bool is_plain_http(struct tsr_slice s)
{
	if (s.len > 1 && s.ptr[0] == '-' && !tsr_slice_casehas(s, "proxy")) /* --index-url=http://… */
		s = tsr_slice_sub(s, tsr_slice_find(s, '=', 0) + 1, s.len);
	return tsr_slice_starts(s, "http://") && !is_here(s);
}

/* Does it talk to this machine alone? */
static bool stays_here(const struct tsr_shell_call *call)
{
	bool here = false;

	for (uint32_t i = 1; i < call->n; i++) {
		struct tsr_slice w = call->words[i].text;

		if (!tsr_slice_starts(w, "http://") && !tsr_slice_starts(w, "https://"))
			continue;
		if (tsr_slice_starts(tsr_slice_sub(w, tsr_slice_find(w, '/', 0), w.len), "//$") || !is_here(w))
			return false;
		here = true;
	}
	return here;
}

/* deb [trusted=yes] https://…; what comes from a file here was built here. */
static bool is_trusted(struct tsr_slice s)
{
	return (tsr_slice_casehas(s, "trusted=yes") || tsr_slice_casehas(s, "allow-insecure=yes")) && !tsr_slice_casehas(s, "file:") &&
	       !tsr_slice_casehas(s, "copy:");
}

/* One pattern: * at its ends stands for anything. */
static bool matches(struct tsr_slice pattern, struct tsr_slice s)
{
	bool before = tsr_slice_starts(pattern, "*"), behind = pattern.len > 1 && tsr_slice_ends(pattern, "*");
	char text[64];

	/* What most comparisons end with. */
	if (!before && pattern.ptr[0] != '@' && (!s.len || tolower((unsigned char)pattern.ptr[0]) != tolower((unsigned char)s.ptr[0])))
		return false;
	if (tsr_slice_eq_str(pattern, "@http"))
		return is_plain_http(s);
	if (tsr_slice_eq_str(pattern, "@trusted"))
		return is_trusted(s);
	if (pattern.len == 1 && before)
		return s.len > 0;
	pattern = tsr_slice_sub(pattern, before, pattern.len - behind);
	if (pattern.len >= sizeof(text) || pattern.len > s.len)
		return false;
	memcpy(text, pattern.ptr, pattern.len);
	text[pattern.len] = '\0';
	if (before && behind)
		return tsr_slice_casehas(s, text);
	return tsr_slice_caseeq_str(before ? tsr_slice_sub(s, s.len - pattern.len, s.len) :
				    behind ? tsr_slice_sub(s, 0, pattern.len) : s, text);
}

bool tsr_judge_listed(const char *list, struct tsr_slice s)
{
	struct tsr_slice rest = tsr_slice_str(list), pattern;

	while (tsr_slice_next(&rest, ' ', &pattern))
		if (pattern.len && matches(pattern, s))
			return true;
	return false;
}

/* "a+b": a, and b in the next word; or a=b in one. */
static bool pair_at(struct tsr_slice pattern, const struct tsr_shell_call *call, uint32_t i)
{
	size_t plus = tsr_slice_find(pattern, '+', 0);
	struct tsr_slice name = tsr_slice_sub(pattern, 0, plus), value = tsr_slice_sub(pattern, plus + 1, pattern.len);
	struct tsr_slice word = call->words[i].text;
	size_t equals = tsr_slice_find(word, '=', 0);

	if (equals < word.len)
		return matches(name, tsr_slice_sub(word, 0, equals)) && matches(value, tsr_slice_sub(word, equals + 1, word.len));
	return matches(name, word) && i + 1 < call->n && matches(value, call->words[i + 1].text);
}

static bool has_word(const char *words, const struct tsr_shell_call *call)
{
	struct tsr_slice rest = tsr_slice_str(words), pattern;

	while (tsr_slice_next(&rest, ' ', &pattern))
		for (uint32_t i = 1; pattern.len && i < call->n; i++)
			if (i > 1 && pattern.ptr[0] == '@' && tsr_slice_casehas(call->words[i - 1].text, "proxy"))
				continue; /* --proxy http://… */
			else if (tsr_slice_find(pattern, '+', 0) < pattern.len ? pair_at(pattern, call, i) :
									    matches(pattern, call->words[i].text))
				return true;
	return false;
}

/* Is one of the letters among the options? What stands behind a letter that takes a value is that. */
static bool has_letter(const char *letters, const struct tsr_shell_call *call)
{
	size_t meant = strcspn(letters, ":");

	for (uint32_t i = 1; meant && i < call->n; i++) {
		struct tsr_slice w = call->words[i].text;

		if (tsr_slice_eq_str(w, "--"))
			break;
		if (w.len < 2 || w.ptr[0] != '-' || w.ptr[1] == '-')
			continue;
		for (size_t k = 1; k < w.len && w.ptr[k]; k++) {
			const char *known = strchr(letters, w.ptr[k]);

			if (known && known < letters + meant)
				return true;
			if (!known)
				continue;
			i += k + 1 == w.len; /* its value is the next word */
			break;
		}
	}
	return false;
}

static bool has_unknown(const struct tsr_shell_call *call)
{
	for (uint32_t i = 1; i < call->n; i++)
		if (call->words[i].dynamic && tsr_slice_starts(call->words[i].text, "$"))
			return true;
	return false;
}

void tsr_judge_options(struct tsr_judge *j, const struct tsr_shell_call *call, bool piped)
{
	struct tsr_slice base = tsr_shell_program(call), verb = TSR_SLICE_NONE;
	uint32_t at = tsr_judge_verb(call);

	if (at)
		verb = call->words[at].text;
	for (size_t i = 0; i < TSR_ARRAY_LEN(options); i++) {
		const struct option *o = &options[i];
		bool always = o->lacks && !o->letters[0] && !o->words[0];

		if (j->said[o->rule] || !tsr_judge_listed(o->programs, base) || (o->verbs[0] && !tsr_judge_listed(o->verbs, verb)))
			continue;
		if (o->rule == TSR_BUILTIN_HISTORY_TLS && stays_here(call))
			continue;
		/* A variable may hold the option; yes(1) may answer. */
		if (o->lacks && !always && (piped || has_unknown(call)))
			continue;
		if ((has_letter(o->letters, call) || has_word(o->words, call)) != o->lacks)
			tsr_judge_say(j, o->rule, o->message);
	}
}

bool tsr_history_unverified(struct tsr_slice name, struct tsr_slice value)
{
	for (size_t i = 0; i < TSR_ARRAY_LEN(unverified); i++)
		if (tsr_slice_caseeq_str(name, unverified[i].name))
			return tsr_judge_listed(unverified[i].values, value);
	return false;
}

static void judge_variable(struct tsr_judge *j, struct tsr_slice assignment)
{
	size_t equals = tsr_slice_find(assignment, '=', 0);

	if (equals < assignment.len && tsr_history_unverified(tsr_slice_sub(assignment, 0, equals),
							      tsr_slice_sub(assignment, equals + 1, assignment.len)))
		tsr_judge_say(j, TSR_BUILTIN_HISTORY_TLS, "A variable switches the verification of servers off");
}

void tsr_judge_variables(struct tsr_judge *j, const struct tsr_shell_command *c)
{
	static const char passing[] = "export env sudo declare setenv";

	for (uint32_t i = 0; i < c->n_assigns; i++)
		judge_variable(j, c->assigns[i].text);
	for (uint32_t i = 1; i < c->n_words && tsr_judge_listed(passing, c->words[0].text); i++)
		judge_variable(j, c->words[i].text);
}
