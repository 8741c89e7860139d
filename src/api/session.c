/* SPDX-License-Identifier: Apache-2.0 */
#include "api/session.h"

#include <stdio.h>

#include "api/gate.h"
#include "base/mem.h"
#include "inspect/rules_load.h"
#include "report/report.h"

struct tsr_session {
	const char *const *rule_files; /* of who made it */
	size_t n_rule_files;
	struct tsr_ruleset *rules;
	struct tsr_audit_options options;
	struct tsr_policy policy;
	bool fail_on_said;
	struct tsr_limits limits_said; /* 1 where one was set */
	struct tsr_gate_files files;
	struct tsr_gate *gate;
	enum { UNPREPARED = 0, PREPARED, REFUSED } state;
	struct tsr_arena arena;
	struct tsr_run run;
	struct tsr_err err;
};

const char *tsr_version(void)
{
	return TSR_VERSION;
}

/* "config", "file", "secret" …: the rules are sorted by id. */
static const char *const *areas_of(struct tsr_arena *arena, const struct tsr_ruleset *rules)
{
	const char **areas = tsr_arena_alloc(arena, (size_t)rules->n_rules + 1, sizeof(*areas));
	size_t n = 0;
	uint32_t i;

	for (i = 0; i < rules->n_rules; i++) {
		struct tsr_slice id = tsr_slice_str(rules->rules[i]->id), area;

		area = tsr_slice_sub(id, 0, tsr_slice_find(id, '/', 0));
		if (n == 0 || !tsr_slice_eq_str(area, areas[n - 1]))
			areas[n++] = tsr_arena_str(arena, area);
	}
	areas[n] = NULL;
	return areas;
}

void tsr_run_begin(struct tsr_run *run, const struct tsr_ruleset *rules)
{
	char digest[TSR_DIGEST_STR_MAX];

	tsr_run_init(run);
	run->version = tsr_version();
	run->rules_digest = tsr_arena_str(&run->arena, tsr_slice_str(tsr_digest_str(&rules->digest, digest)));
	run->areas = areas_of(&run->arena, rules);
}

void tsr_run_finish(struct tsr_run *run, const struct tsr_policy *policy)
{
	tsr_run_settle(run);
	tsr_verdict(run, policy);
}

void tsr_run_failed(struct tsr_run *run, const char *source, const struct tsr_err *err)
{
	tsr_run_add_error(run, tsr_text_escaped(&run->arena, tsr_slice_str(source)),
			  tsr_text_escaped(&run->arena, tsr_slice_str(err->msg)), 5);
}

struct tsr_session *tsr_session_new(const char *const *rules, size_t n_rules, char *why, size_t why_size)
{
	struct tsr_err err = TSR_ERR_INIT;
	struct tsr_ruleset *rs;
	struct tsr_session *s;
	const char **files;
	size_t i;

	if (tsr_rules_load(&rs, rules, n_rules, false, &err)) {
		if (why && why_size)
			snprintf(why, why_size, "%s", err.msg);
		return NULL;
	}
	s = tsr_xcalloc(1, sizeof(*s));
	s->rules = rs;
	s->arena = (struct tsr_arena)TSR_ARENA_INIT;
	s->options = (struct tsr_audit_options){ .limits = tsr_limits_default, .jobs = 1 };
	s->policy.fail_on = TSR_HIGH;
	s->gate = tsr_gate_new();
	files = tsr_arena_alloc(&s->arena, n_rules + 1, sizeof(*files));
	for (i = 0; i < n_rules; i++)
		files[i] = tsr_arena_str(&s->arena, tsr_slice_str(rules[i]));
	s->rule_files = files;
	s->n_rule_files = n_rules;
	tsr_run_begin(&s->run, rs);
	return s;
}

void tsr_session_free(struct tsr_session *s)
{
	if (!s)
		return;
	tsr_run_release(&s->run);
	tsr_gate_free(s->gate);
	tsr_ruleset_free(s->rules);
	tsr_arena_release(&s->arena);
	free(s);
}

static int fail(struct tsr_session *s, const char *what, const char *value)
{
	s->err = (struct tsr_err)TSR_ERR_INIT;
	return tsr_err_set(&s->err, TSR_EUSAGE, "%s: %s", what, value);
}

int tsr_session_set_jobs(struct tsr_session *s, unsigned jobs)
{
	if (jobs == 0)
		return fail(s, "jobs", "at least 1");
	s->options.jobs = jobs;
	return 0;
}

int tsr_session_set_fail_on(struct tsr_session *s, const char *severity)
{
	if (strcmp(severity, "none") == 0) {
		s->policy.fail_never = s->fail_on_said = true;
		return 0;
	}
	if (tsr_severity_parse(tsr_slice_str(severity), &s->policy.fail_on))
		return fail(s, "no such severity", severity);
	s->policy.fail_never = false;
	s->fail_on_said = true;
	return 0;
}

int tsr_session_set_limit(struct tsr_session *s, const char *name, uint64_t value)
{
	struct tsr_limits *l = &s->options.limits;
	const struct {
		const char *option;
		uint64_t *field, *said;
	} rows[] = {
#define LIMIT(f, opt, val, help) { opt, &l->f, &s->limits_said.f },
#include "base/limits.def"
#undef LIMIT
	};
	size_t i;

	if (value == 0)
		return fail(s, name, "a limit is at least 1");
	for (i = 0; i < TSR_ARRAY_LEN(rows); i++) {
		if (strcmp(rows[i].option, name) != 0)
			continue;
		*rows[i].field = value;
		*rows[i].said = 1;
		return 0;
	}
	return fail(s, "no such limit", name);
}

int tsr_session_set_file(struct tsr_session *s, const char *name, const char *path)
{
	struct tsr_gate_files *f = &s->files;
	const struct {
		const char *name, **path;
	} rows[] = { { "config", &f->config }, { "profile", &f->profile }, { "ignorefile", &f->ignorefile }, { "baseline", &f->baseline },
		     { "base", &f->base } };
	size_t i;

	if (s->state != UNPREPARED)
		return fail(s, name, "the policy has been read");
	for (i = 0; i < TSR_ARRAY_LEN(rows); i++) {
		if (strcmp(rows[i].name, name) != 0)
			continue;
		*rows[i].path = tsr_arena_str(&s->arena, tsr_slice_str(path));
		return 0;
	}
	return fail(s, "no such file of the policy", name);
}

/* The config's rule files beside those of the session: all are loaded again, as one set. */
static int add_rules(struct tsr_session *s, const char *const *more)
{
	size_t i, n = s->n_rule_files;
	struct tsr_ruleset *rules;
	const char **all;

	for (i = 0; more && more[i]; i++)
		n++;
	if (n == s->n_rule_files)
		return 0;
	all = tsr_arena_alloc(&s->arena, n, sizeof(*all));
	for (i = 0; i < n; i++)
		all[i] = i < s->n_rule_files ? s->rule_files[i] : more[i - s->n_rule_files];
	if (tsr_rules_load(&rules, all, n, false, &s->err))
		return -1;
	tsr_ruleset_free(s->rules);
	s->rules = rules;
	return 0;
}

/* What was set wins over the policy's files. */
static void take_settings(struct tsr_session *s)
{
	const struct tsr_settings *from = &s->gate->settings;

	if (from->fail_on_said != TSR_FAIL_ON_UNSAID && !s->fail_on_said) {
		s->policy.fail_on = from->fail_on;
		s->policy.fail_never = from->fail_on_said == TSR_FAIL_ON_NEVER;
	}
#define LIMIT(f, opt, val, help) \
	if (from->limits_said.f && !s->limits_said.f) \
		s->options.limits.f = from->limits.f;
#include "base/limits.def"
#undef LIMIT
	s->options.rules = s->rules;
	s->options.demands = &from->demands;
	s->options.bases = &s->gate->bases;
}

int tsr_session_prepare(struct tsr_session *s)
{
	if (s->state != UNPREPARED)
		return s->state == PREPARED ? 0 : -1;
	s->err = (struct tsr_err)TSR_ERR_INIT;
	s->state = REFUSED;
	if (s->files.config && strcmp(s->files.config, "none") == 0)
		s->files.config = NULL;
	if (tsr_gate_read(s->gate, &s->files, NULL, NULL, &s->err) || add_rules(s, s->gate->settings.rule_files))
		return -1;
	take_settings(s);
	if (tsr_gate_arm(s->gate, s->rules, &s->options.limits, s->options.jobs, &s->err))
		return -1;
	/* Now that the rules are what they stay. */
	tsr_run_release(&s->run);
	tsr_run_begin(&s->run, s->rules);
	s->state = PREPARED;
	return 0;
}

int tsr_session_audit(struct tsr_session *s, const char *source)
{
	if (tsr_session_prepare(s))
		return -1;
	s->err = (struct tsr_err)TSR_ERR_INIT;
	if (tsr_audit_source(&s->options, source, &s->run, &s->err) == 0)
		return 0;
	tsr_run_failed(&s->run, source, &s->err);
	return -1;
}

int tsr_session_status(struct tsr_session *s)
{
	if (tsr_session_prepare(s))
		return 2;
	tsr_gate_apply(s->gate, s->rules, &s->policy, &s->run);
	return s->run.status;
}

int tsr_session_report(struct tsr_session *s, const char *format, char **out, size_t *len)
{
	const struct tsr_settings *settings = &s->gate->settings;
	const struct tsr_report_options options = { .show = settings->show_said ? settings->show : TSR_LOW };
	const struct tsr_reporter *reporter = tsr_reporter_find(format);
	TSR_AUTO(tsr_buf) struct tsr_buf b = TSR_BUF_INIT(TSR_REPORT_MAX);

	if (!reporter)
		return fail(s, "no such format", format);
	if (tsr_session_status(s) == 2)
		return -1;
	s->err = (struct tsr_err)TSR_ERR_INIT;
	if (reporter->render(&s->run, &options, &b, &s->err))
		return -1;
	*len = b.len;
	*out = tsr_buf_take(&b);
	return 0;
}

const char *tsr_session_message(const struct tsr_session *s)
{
	return s->err.msg;
}
