/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/settings.h"

#include <stddef.h>

#include "base/mem.h"
#include "base/nearest.h"
#include "base/textfile.h"
#include "policy/doc.h"

#define FILE_MAX (4u << 20)
#define CHOICES_MAX 1000u /* each is asked of each rule */
#define FIELD(member) offsetof(struct tsr_settings, member)

void tsr_settings_release(struct tsr_settings *s)
{
	free(s->choices);
	free(s->severities);
	free(s->assertions);
	tsr_arena_release(&s->arena);
	*s = (struct tsr_settings)TSR_SETTINGS_INIT;
}

/* A path in a file is one beside the file; "none" is no path. */
static const char *beside(const struct tsr_value *v, const char *file, const char *path)
{
	const char *slash = strrchr(file, '/');

	if (path[0] == '/' || !slash || strcmp(path, "none") == 0)
		return path;
	return tsr_arena_printf(v->doc->arena, "%.*s/%s", (int)(slash - file), file, path);
}

/* --- setters of the top ------------------------------------------------------ */

static int set_fail_on(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	struct tsr_settings *s = to;

	s->fail_on_said = TSR_FAIL_ON_NEVER;
	if (tsr_value_is(v, "none"))
		return 0;
	s->fail_on_said = TSR_FAIL_ON_SEVERITY;
	return tsr_set_severity(v, &s->fail_on, NULL) ?
		       tsr_value_fail(v, err, "critical, high, medium, low, info or none is wanted") : 0;
}

static int set_show(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	struct tsr_settings *s = to;

	s->show_said = true;
	return tsr_set_severity(v, &s->show, err);
}

static int set_path(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	const char **path = to;

	if (tsr_set_string(v, path, err))
		return -1;
	*path = beside(v, v->doc->path, *path);
	return 0;
}

/* A name without a slash is a profile of ours, or a file of the working directory. */
static int set_profile(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	struct tsr_settings *s = to;

	if (tsr_set_string(v, &s->profile, err))
		return -1;
	if (strchr(s->profile, '/'))
		s->profile = beside(v, v->doc->path, s->profile);
	s->profile_place = tsr_value_place(v);
	return 0;
}

static int set_paths(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	const char *const *list;
	const char **moved;
	size_t i;

	if (tsr_set_words(v, &list, err))
		return -1;
	moved = tsr_arena_alloc(v->doc->arena, json_array_size(v->json) + 1, sizeof(*moved));
	for (i = 0; list[i]; i++)
		moved[i] = beside(v, v->doc->path, list[i]);
	*(const char *const **)to = moved;
	return 0;
}

static int set_inherited(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	*(bool *)to = tsr_value_is(v, "ignore");
	return *(bool *)to || tsr_value_is(v, "count") ? 0 : tsr_value_fail(v, err, "count or ignore is wanted");
}

/* --- rules ------------------------------------------------------------------- */

static int choose(const struct tsr_value *v, struct tsr_settings *s, bool off, struct tsr_err *err)
{
	struct tsr_value item;
	size_t i;

	if (tsr_value_want_list(v, err))
		return -1;
	if (s->n_choices + tsr_value_count(v) > CHOICES_MAX)
		return tsr_value_fail(v, err, "more than %u entries", CHOICES_MAX);
	for (i = 0; tsr_value_item(v, i, &item); i++) {
		struct tsr_rule_choice c = { NULL, tsr_value_place(&item), off };

		if (tsr_set_glob(&item, &c.glob, err))
			return -1;
		s->choices = tsr_grow(s->choices, &s->cap_choices, s->n_choices + 1, sizeof(*s->choices));
		s->choices[s->n_choices++] = c;
	}
	return 0;
}

static int set_disable(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	return choose(v, to, true, err);
}

static int set_enable(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	return choose(v, to, false, err);
}

struct two_severities {
	enum tsr_severity live, hidden;
	bool has_live, has_hidden;
};

static int set_live(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	struct two_severities *two = to;

	two->has_live = true;
	return tsr_set_severity(v, &two->live, err);
}

static int set_hidden(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	struct two_severities *two = to;

	two->has_hidden = true;
	return tsr_set_severity(v, &two->hidden, err);
}

static const struct tsr_setting two_keys[] = {
	{ "live", set_live, 0 },
	{ "hidden", set_hidden, 0 },
	{ NULL, NULL, 0 },
};

/* "ID-OR-GLOB: high", or "ID-OR-GLOB: {live: high, hidden: low}". */
static int set_severities(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	struct tsr_settings *s = to;
	struct tsr_walk walk = { NULL, 0 };
	struct tsr_value m;

	if (tsr_value_want_mapping(v, err))
		return -1;
	if (s->n_severities + tsr_value_count(v) > CHOICES_MAX)
		return tsr_value_fail(v, err, "more than %u entries", CHOICES_MAX);
	while (tsr_value_next(v, &walk, &m)) {
		struct two_severities two = { TSR_INFO, TSR_INFO, false, false };
		const char *bad = tsr_glob_check(m.key);

		if (bad)
			return tsr_value_fail(&m, err, "not a glob: %s", bad);
		if (json_is_object(m.json) ? tsr_value_members(&m, two_keys, &two, err) : set_live(&m, &two, err))
			return -1;
		if (!two.has_live)
			return tsr_value_fail(&m, err, "live is missing");
		s->severities = tsr_grow(s->severities, &s->cap_severities, s->n_severities + 1, sizeof(*s->severities));
		s->severities[s->n_severities++] = (struct tsr_rule_severity){
			tsr_arena_str(&s->arena, tsr_slice_str(m.key)), tsr_value_place(&m), two.live, two.hidden, two.has_hidden
		};
	}
	return 0;
}

static const struct tsr_setting rules_keys[] = {
	{ "files", set_paths, FIELD(rule_files) },
	{ "disable", set_disable, 0 },
	{ "enable", set_enable, 0 },
	{ "severity", set_severities, 0 },
	{ NULL, NULL, 0 },
};

static int set_rules(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	return tsr_value_members(v, rules_keys, to, err);
}

/* --- limits ------------------------------------------------------------------ */

static const struct {
	const char *name;
	size_t field;
	bool size; /* in bytes: K, M, G and T may follow */
} limit_rows[] = {
#define LIMIT(f, option, value, help) { option, offsetof(struct tsr_limits, f), __builtin_strncmp(help, "bytes", 5) == 0 },
#include "base/limits.def"
#undef LIMIT
};

static int limit_value(const struct tsr_value *v, bool size, uint64_t *out, struct tsr_err *err)
{
	if (size)
		return tsr_set_size(v, out, err);
	if (!json_is_integer(v->json) || json_integer_value(v->json) < 1 || json_integer_value(v->json) > UINT32_MAX)
		return tsr_value_fail(v, err, "a number of at least 1 is wanted");
	*out = (uint64_t)json_integer_value(v->json);
	return 0;
}

static int set_limit(struct tsr_settings *s, const struct tsr_value *m, struct tsr_err *err)
{
	struct tsr_nearest near = TSR_NEAREST_INIT(tsr_slice_str(m->key));
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(limit_rows); i++) {
		if (strcmp(limit_rows[i].name, m->key) == 0)
			break;
		tsr_nearest_try(&near, limit_rows[i].name);
	}
	if (i == TSR_ARRAY_LEN(limit_rows))
		return near.best ? tsr_value_fail(m, err, "no such limit (did you mean '%s'?)", near.best) :
				   tsr_value_fail(m, err, "no such limit");
	*(uint64_t *)((char *)&s->limits_said + limit_rows[i].field) = 1;
	return limit_value(m, limit_rows[i].size, (uint64_t *)((char *)&s->limits + limit_rows[i].field), err);
}

static int set_limits(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	struct tsr_walk walk = { NULL, 0 };
	struct tsr_value m;

	if (tsr_value_want_mapping(v, err))
		return -1;
	while (tsr_value_next(v, &walk, &m))
		if (set_limit(to, &m, err))
			return -1;
	return 0;
}

/* --- the whole --------------------------------------------------------------- */

static const struct tsr_setting keys[] = {
	{ "profile", set_profile, 0 },
	{ "fail-on", set_fail_on, 0 },
	{ "severity", set_show, 0 },
	{ "rules", set_rules, 0 },
	{ "limits", set_limits, 0 },
	{ "outputs", tsr_set_words, FIELD(outputs) },
	{ "ignores", set_path, FIELD(ignores) },
	{ "baseline", set_path, FIELD(baseline) },
	{ "base", set_path, FIELD(base) },
	{ "inherited", set_inherited, FIELD(inherited_ignored) },
	{ "runtimeEnv", tsr_set_words, FIELD(demands.runtime_env) },
	{ "platforms", tsr_set_platforms, 0 },
	{ "users", tsr_set_words, FIELD(demands.users) },
	{ "labels", tsr_set_labels, 0 },
	{ "ports", tsr_set_ports, 0 },
	{ "packages", tsr_set_packages, 0 },
	{ "waste", tsr_set_waste, 0 },
	{ "trustOwnership", tsr_set_trust_ownership, 0 },
	{ "nested", tsr_set_nested, 0 },
	{ "foreign", tsr_set_foreign, 0 },
	{ "assertions", tsr_set_assertions, 0 },
	{ NULL, NULL, 0 },
};

int tsr_settings_read(struct tsr_settings *s, struct tsr_slice text, const char *name, struct tsr_err *err)
{
	struct tsr_doc doc;
	struct tsr_value root;
	int rc = tsr_doc_parse(&doc, text, name, &s->arena, err);

	if (!rc) {
		root = tsr_doc_root(&doc);
		rc = tsr_value_members(&root, keys, s, err);
	}
	tsr_doc_release(&doc);
	return rc;
}

int tsr_settings_read_file(struct tsr_settings *s, const char *path, struct tsr_err *err)
{
	TSR_AUTO(tsr_buf) struct tsr_buf text = TSR_BUF_INIT(FILE_MAX);

	if (tsr_textfile_read(path, &text, err))
		return -1;
	return tsr_settings_read(s, tsr_buf_slice(&text), path, err);
}

static int check_glob(const char *glob, const char *place, const struct tsr_ruleset *rules, struct tsr_err *err)
{
	struct tsr_nearest near = TSR_NEAREST_INIT(tsr_slice_str(glob));
	uint32_t i;

	for (i = 0; i < rules->n_rules; i++)
		if (tsr_glob_match(glob, tsr_slice_str(rules->rules[i]->id)))
			return 0;
	for (i = 0; i < rules->n_rules; i++)
		tsr_nearest_try(&near, rules->rules[i]->id);
	if (near.best)
		return tsr_err_set(err, TSR_EUSAGE, "%s: no rule matches '%s' (did you mean '%s'?)", place, glob, near.best);
	return tsr_err_set(err, TSR_EUSAGE, "%s: no rule matches '%s'", place, glob);
}

int tsr_settings_check_rules(const struct tsr_settings *s, const struct tsr_ruleset *rules, struct tsr_err *err)
{
	size_t i;

	for (i = 0; i < s->n_choices; i++)
		if (check_glob(s->choices[i].glob, s->choices[i].place, rules, err))
			return -1;
	for (i = 0; i < s->n_severities; i++)
		if (check_glob(s->severities[i].glob, s->severities[i].place, rules, err))
			return -1;
	return 0;
}
