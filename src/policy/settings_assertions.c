/* SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>

#include "base/mem.h"
#include "base/nearest.h"
#include "policy/doc.h"
#include "policy/settings.h"
#include "rule/pattern.h"

/* "assertions" of tsr_settings: what must be so of files and of the configuration. */

#define ASSERTIONS_MAX 1000u /* each is asked of every file */

#define FIELD(member) offsetof(struct tsr_assertion, member)

/* "0644": an octal number is text to our YAML, and what has no leading 0 is meant octal too. */
static int octal_mode(const char *word, uint32_t *mode)
{
	const char *p;

	*mode = 0;
	for (p = word; *p >= '0' && *p <= '7' && p - word < 5; p++)
		*mode = *mode * 8 + (uint32_t)(*p - '0');
	return *p || *mode > 07777 ? -1 : 0;
}

/* "rwxr-sr-t", as ls(1) writes it, with or without the letter of the type in front. */
static int letter_mode(const char *word, uint32_t *mode)
{
	static const char letters[] = "rwxrwxrwx", special[] = "sst", without_x[] = "SST";
	const char *p = word + (strlen(word) == 10);

	*mode = 0;
	if (strlen(p) != 9)
		return -1;
	for (unsigned i = 0; i < 9; i++) {
		bool odd = i % 3 == 2 && (p[i] == special[i / 3] || p[i] == without_x[i / 3]);

		if (odd)
			*mode |= 04000u >> (i / 3);
		if (p[i] == letters[i] || (odd && p[i] == special[i / 3]))
			*mode |= 0400u >> i;
		else if (!odd && p[i] != '-')
			return -1;
	}
	return 0;
}

static int set_mode(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	struct tsr_assertion *a = to;
	const char *word;

	if (tsr_set_word(v, &word, err))
		return -1;
	if (octal_mode(word, &a->mode) && letter_mode(word, &a->mode))
		return tsr_value_fail(v, err, "a mode is wanted, such as \"0644\" or rw-r--r--");
	a->has_mode = true;
	return 0;
}

static int set_executable(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	static const struct {
		const char *name;
		enum tsr_executable bits;
	} rows[] = { { "owner", TSR_EXECUTABLE_OWNER }, { "group", TSR_EXECUTABLE_GROUP }, { "other", TSR_EXECUTABLE_OTHER },
		     { "any", TSR_EXECUTABLE_ANY } };
	struct tsr_assertion *a = to;

	for (size_t i = 0; i < TSR_ARRAY_LEN(rows); i++)
		if (tsr_value_is(v, rows[i].name))
			a->executable = rows[i].bits;
	return a->executable ? 0 : tsr_value_fail(v, err, "owner, group, other or any is wanted");
}

static int set_pattern(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	struct tsr_err why = TSR_ERR_INIT;
	struct pcre2_real_code_8 *code;

	if (tsr_set_string(v, to, err))
		return -1;
	code = tsr_pattern_compile(*(const char **)to, false, &why);
	tsr_pattern_free(code);
	return code ? 0 : tsr_value_fail(v, err, "not a pattern: %s", why.msg);
}

/* One, or a list of them. */
static int set_patterns(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	const char **one;

	if (json_is_array(v->json))
		return tsr_set_list(v, to, set_pattern, err);
	one = tsr_arena_alloc(v->doc->arena, 2, sizeof(*one));
	*(const char *const **)to = one;
	return set_pattern(v, one, err);
}

static int set_id(const struct tsr_value *v, bool *has, int64_t *to, struct tsr_err *err)
{
	if (!json_is_integer(v->json) || json_integer_value(v->json) < 0 || json_integer_value(v->json) > UINT32_MAX)
		return tsr_value_fail(v, err, "a number is wanted");
	*to = json_integer_value(v->json);
	*has = true;
	return 0;
}

static int set_uid(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	struct tsr_assertion *a = to;

	return set_id(v, &a->has_uid, &a->uid, err);
}

static int set_gid(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	struct tsr_assertion *a = to;

	return set_id(v, &a->has_gid, &a->gid, err);
}

static int set_exists(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	struct tsr_assertion *a = to;
	bool exists;

	if (tsr_set_bool(v, &exists, err))
		return -1;
	a->has_exists = true;
	a->absent = !exists;
	return 0;
}

static const struct tsr_setting pair_keys[] = {
	{ "matches", set_pattern, offsetof(struct tsr_asserted_pair, pattern) },
	{ NULL, NULL, 0 },
};

/* A text with wildcards, which may be empty; {matches: PATTERN}; or null for what must not be there. */
static int set_pair(const struct tsr_value *m, struct tsr_asserted_pair *p, struct tsr_err *err)
{
	p->name = m->key;
	if (json_is_null(m->json))
		return 0;
	if (json_is_string(m->json) && json_string_length(m->json) == 0) {
		p->glob = "";
		return 0;
	}
	if (!json_is_object(m->json))
		return tsr_set_word(m, &p->glob, err);
	if (tsr_value_members(m, pair_keys, p, err))
		return -1;
	return p->pattern ? 0 : tsr_value_fail(m, err, "matches is missing");
}

static int set_pairs(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	struct tsr_asserted_pair *pairs;
	struct tsr_walk walk = { NULL, 0 };
	struct tsr_value m;
	size_t i;

	if (tsr_value_want_mapping(v, err))
		return -1;
	pairs = tsr_arena_alloc(v->doc->arena, tsr_value_count(v) + 1, sizeof(*pairs));
	for (i = 0; tsr_value_next(v, &walk, &m); i++)
		if (set_pair(&m, &pairs[i], err))
			return -1;
	*(const struct tsr_asserted_pair **)to = pairs;
	return 0;
}

static const struct tsr_setting assertion_keys[] = {
	{ "name", tsr_set_string, FIELD(name) },
	{ "file", tsr_set_glob, FIELD(file) },
	{ "exists", set_exists, 0 },
	{ "mode", set_mode, 0 },
	{ "uid", set_uid, 0 },
	{ "gid", set_gid, 0 },
	{ "owner", tsr_set_string, FIELD(owner) },
	{ "group", tsr_set_string, FIELD(group) },
	{ "executable", set_executable, 0 },
	{ "matches", set_patterns, FIELD(matches) },
	{ "lacks", set_patterns, FIELD(lacks) },
	{ "env", set_pairs, FIELD(env) },
	{ "labels", set_pairs, FIELD(labels) },
	{ "user", tsr_set_word, FIELD(user) },
	{ "workdir", tsr_set_string, FIELD(workdir) },
	{ "entrypoint", tsr_set_words, FIELD(entrypoint) },
	{ "cmd", tsr_set_words, FIELD(cmd) },
	{ "volumes", tsr_set_words, FIELD(volumes) },
	{ "unmounted", tsr_set_words, FIELD(unmounted) },
	{ "ports", tsr_set_port_list, FIELD(ports) },
	{ "unexposed", tsr_set_port_list, FIELD(unexposed) },
	{ NULL, NULL, 0 },
};

static int read_assertion(const struct tsr_value *v, struct tsr_assertion *a, struct tsr_err *err)
{
	bool of_file, of_config;

	*a = (struct tsr_assertion){ .place = tsr_value_place(v) };
	if (tsr_value_members(v, assertion_keys, a, err))
		return -1;
	of_file = a->has_mode || a->has_uid || a->has_gid || a->owner || a->group || a->executable || a->matches || a->lacks;
	of_config = a->env || a->labels || a->user || a->workdir || a->entrypoint || a->cmd || a->volumes || a->unmounted || a->ports ||
		    a->unexposed;
	if (!a->name)
		return tsr_value_fail(v, err, "name is missing");
	if ((of_file || a->has_exists) && !a->file)
		return tsr_value_fail(v, err, "file is missing");
	if (!a->file && !of_config)
		return tsr_value_fail(v, err, "it asserts nothing: no file and nothing of the configuration");
	if (a->absent && of_file)
		return tsr_value_fail(v, err, "a file that must not exist has no mode, owner or content");
	return 0;
}

/* Those of a profile stay: they add up. */
int tsr_set_assertions(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	struct tsr_settings *s = to;
	size_t i, n = s->demands.n_assertions;
	struct tsr_value item;

	if (tsr_value_want_list(v, err))
		return -1;
	if (n + tsr_value_count(v) > ASSERTIONS_MAX)
		return tsr_value_fail(v, err, "more than %u assertions", ASSERTIONS_MAX);
	for (i = 0; tsr_value_item(v, i, &item); i++) {
		s->assertions = tsr_grow(s->assertions, &s->cap_assertions, n + 1, sizeof(*s->assertions));
		if (read_assertion(&item, &s->assertions[n], err))
			return -1;
		n++;
	}
	s->demands.assertions = s->assertions;
	s->demands.n_assertions = n;
	return 0;
}
