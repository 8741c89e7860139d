/* SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>

#include "base/mem.h"
#include "finding/ecosystem.h"
#include "policy/doc.h"
#include "policy/settings.h"
#include "rule/package_name.h"

#define ASSERTIONS_MAX 1000u /* each is asked of every file */
#define DEMAND(member) offsetof(struct tsr_settings, demands.member)

int tsr_set_platforms(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	struct tsr_settings *s = to;
	size_t i;

	if (tsr_set_words(v, &s->demands.platforms, err))
		return -1;
	for (i = 0; s->demands.platforms[i]; i++)
		if (!strchr(s->demands.platforms[i], '/'))
			return tsr_value_fail(v, err, "os/arch or os/arch/variant is wanted");
	return 0;
}

static const struct tsr_setting labels_keys[] = {
	{ "required", tsr_set_words, DEMAND(labels_required) },
	{ "forbidden", tsr_set_words, DEMAND(labels_forbidden) },
	{ NULL, NULL, 0 },
};

int tsr_set_labels(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	return tsr_value_members(v, labels_keys, to, err);
}

static const struct tsr_setting ports_keys[] = {
	{ "allowed", tsr_set_words, DEMAND(ports_allowed) },
	{ "forbidden", tsr_set_words, DEMAND(ports_forbidden) },
	{ NULL, NULL, 0 },
};

int tsr_set_ports(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	return tsr_value_members(v, ports_keys, to, err);
}

/* "python:pytest*" or "gcc*": what stands before a colon is an ecosystem. */
static int set_packages(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	const char *const *list;
	size_t i, e;

	if (tsr_set_words(v, to, err))
		return -1;
	list = *(const char *const **)to;
	for (i = 0; list[i]; i++) {
		const char *colon = strchr(list[i], ':');

		for (e = 0; colon && tsr_ecosystem_names[e]; e++)
			if (strlen(tsr_ecosystem_names[e]) == (size_t)(colon - list[i]) &&
			    strncmp(tsr_ecosystem_names[e], list[i], (size_t)(colon - list[i])) == 0)
				break;
		if (colon && !tsr_ecosystem_names[e])
			return tsr_value_fail(v, err, "%.*s is no ecosystem (python, dpkg, apk, rpm, node, …)",
					      (int)(colon - list[i]), list[i]);
	}
	return 0;
}

static const struct tsr_setting packages_keys[] = {
	{ "required", set_packages, DEMAND(packages_required) },
	{ "forbidden", set_packages, DEMAND(packages_forbidden) },
	{ NULL, NULL, 0 },
};

int tsr_set_packages(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	return tsr_value_members(v, packages_keys, to, err);
}

int tsr_set_trust_ownership(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	struct tsr_settings *s = to;
	bool trust;

	if (tsr_set_bool(v, &trust, err))
		return -1;
	s->demands.distrust_owner = !trust;
	return 0;
}

int tsr_set_nested(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	struct tsr_settings *s = to;
	const char *word = json_is_string(v->json) ? json_string_value(v->json) : "";

	if (strcmp(word, "strict") != 0 && strcmp(word, "lenient") != 0)
		return tsr_value_fail(v, err, "strict or lenient is wanted");
	s->demands.nested_strict = word[0] == 's';
	return 0;
}

int tsr_set_foreign(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	struct tsr_settings *s = to;
	size_t i;

	if (tsr_set_words(v, &s->demands.foreign, err))
		return -1;
	for (i = 0; s->demands.foreign[i]; i++)
		if (strncmp(s->demands.foreign[i], "sha256:", 7) != 0 || strspn(s->demands.foreign[i] + 7, "0123456789abcdef") != 64 ||
		    strlen(s->demands.foreign[i]) != 71)
			return tsr_value_fail(v, err, "digests are wanted: sha256: and 64 hexadecimal digits");
	return 0;
}

/* --- assertions -------------------------------------------------------------- */

#define FIELD(member) offsetof(struct tsr_assertion, member)

/* "0644", in quotes or not: an octal number is text to our YAML, and what has no leading 0 is meant octal too. */
static int set_mode(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	struct tsr_assertion *a = to;
	const char *word, *p;

	if (tsr_set_word(v, &word, err))
		return -1;
	for (p = word; *p >= '0' && *p <= '7' && p - word < 5; p++)
		a->mode = (p == word ? 0 : a->mode * 8) + (uint32_t)(*p - '0');
	if (*p || a->mode > 07777)
		return tsr_value_fail(v, err, "an octal mode is wanted, such as \"0644\"");
	a->has_mode = true;
	return 0;
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
	a->absent = !exists;
	return 0;
}

/* "NAME: pattern", or "NAME: null" for what must not be there. */
static int set_pairs(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	struct tsr_asserted_pair *pairs;
	struct tsr_value m;
	size_t i;

	if (tsr_value_want_mapping(v, err))
		return -1;
	pairs = tsr_arena_alloc(v->doc->arena, json_object_size(v->json) + 1, sizeof(*pairs));
	for (i = 0; tsr_value_member(v, i, &m); i++) {
		pairs[i].name = m.key;
		if (!json_is_null(m.json) && tsr_set_word(&m, &pairs[i].glob, err))
			return -1;
	}
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
	{ "matches", tsr_set_string, FIELD(matches) },
	{ "lacks", tsr_set_string, FIELD(lacks) },
	{ "env", set_pairs, FIELD(env) },
	{ "labels", set_pairs, FIELD(labels) },
	{ "user", tsr_set_word, FIELD(user) },
	{ "workdir", tsr_set_string, FIELD(workdir) },
	{ "entrypoint", tsr_set_words, FIELD(entrypoint) },
	{ "cmd", tsr_set_words, FIELD(cmd) },
	{ "volumes", tsr_set_words, FIELD(volumes) },
	{ "ports", tsr_set_words, FIELD(ports) },
	{ NULL, NULL, 0 },
};

static int read_assertion(const struct tsr_value *v, struct tsr_assertion *a, struct tsr_err *err)
{
	bool of_file, of_config;

	*a = (struct tsr_assertion){ .place = tsr_value_place(v) };
	if (tsr_value_members(v, assertion_keys, a, err))
		return -1;
	of_file = a->has_mode || a->has_uid || a->has_gid || a->matches || a->lacks;
	of_config = a->env || a->labels || a->user || a->workdir || a->entrypoint || a->cmd || a->volumes || a->ports;
	if (!a->name)
		return tsr_value_fail(v, err, "name is missing");
	if (!a->file && !of_config)
		return tsr_value_fail(v, err, "it asserts nothing: file, env, labels, user, workdir, entrypoint, cmd, volumes or ports");
	if ((of_file || a->absent) && !a->file)
		return tsr_value_fail(v, err, "file is missing");
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
	if (n + json_array_size(v->json) > ASSERTIONS_MAX)
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
