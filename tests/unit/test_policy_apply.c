/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include <stdio.h>

#include "base/mem.h"
#include "inspect/rules_load.h"
#include "policy/apply.h"
#include "policy/verdict.h"
#include "run_build.h"

#define TODAY 20260615u

/* Two rules: one that is as severe in hidden files, one that is not. */
#define SAME "config/user-root"
#define LESS "package/python-dev"

struct fixture {
	struct tsr_ruleset *rules;
	struct tsr_settings settings;
	struct tsr_run run;
	struct tsr_err err;
};

static void setup(struct fixture *x, const char *settings)
{
	struct tsr_run_image *image;
	struct tsr_run_archive *archive;

	*x = (struct fixture){ .settings = TSR_SETTINGS_INIT, .err = TSR_ERR_INIT };
	cr_assert_eq(tsr_rules_load(&x->rules, NULL, 0, false, &x->err), 0, "%s", x->err.msg);
	cr_assert_eq(tsr_settings_read(&x->settings, tsr_slice_str(settings), "t", &x->err), 0, "%s", x->err.msg);
	tsr_run_init(&x->run);
	archive = tsr_run_add_archive(&x->run);
	archive->format = "docker-archive";
	image = tsr_run_add_image(&x->run);
	image->names = tsr_arena_alloc(&x->run.arena, 1, sizeof(*image->names));
	image->names[0] = text("registry.test/team/app:1");
	image->n_names = 1;
	image->layers = tsr_arena_alloc(&x->run.arena, 2, sizeof(*image->layers));
	image->layers[0] = (struct tsr_run_layer){ .digest = DIGEST_A, .diff_id = DIGEST_B, .status = "audited" };
	image->layers[1] = (struct tsr_run_layer){ .digest = DIGEST_B, .diff_id = DIGEST_A, .status = "audited" };
	image->n_layers = 2;
}

static void teardown(struct fixture *x)
{
	tsr_run_release(&x->run);
	tsr_settings_release(&x->settings);
	tsr_ruleset_free(x->rules);
}

static struct tsr_finding *add(struct fixture *x, const char *rule, const char *path, uint32_t layer)
{
	struct tsr_finding f = build_finding(rule, TSR_HIGH, TSR_PLACE_FILE);
	struct tsr_run_image *image = &x->run.images[0];
	uint32_t i;

	cr_assert(tsr_ruleset_find(x->rules, tsr_slice_str(rule), &f.rule), "%s", rule);
	f.severity = x->rules->rules[f.rule]->severity;
	f.where.path = text(path);
	f.where.layer = layer;
	i = (uint32_t)snprintf(f.fingerprint, sizeof(f.fingerprint), "%032zx", image->n_findings + 1);
	cr_assert_eq(i, 32);
	tsr_run_image_emit(image, &f);
	return &image->findings[image->n_findings - 1];
}

static void apply(struct fixture *x, struct tsr_ignores *ignores, const struct tsr_baseline *baseline)
{
	const struct tsr_application a = { x->rules, &x->settings, baseline, ignores, NULL };

	tsr_policy_apply(&a, &x->run);
}

Test(policy_apply, a_lowered_finding_never_rises)
{
	static const struct {
		enum tsr_severity is, said, wanted, result;
	} rows[] = {
		{ TSR_HIGH, TSR_HIGH, TSR_CRITICAL, TSR_CRITICAL }, { TSR_HIGH, TSR_HIGH, TSR_LOW, TSR_LOW },
		{ TSR_INFO, TSR_LOW, TSR_HIGH, TSR_INFO },	    { TSR_MEDIUM, TSR_CRITICAL, TSR_LOW, TSR_LOW },
		{ TSR_INFO, TSR_INFO, TSR_HIGH, TSR_HIGH },
	};
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(rows); i++)
		cr_expect_eq(tsr_severity_overridden(rows[i].is, rows[i].said, rows[i].wanted), rows[i].result, "%zu", i);
}

Test(policy_apply, severities_follow_the_state_of_the_file)
{
	static const struct {
		const char *settings, *rule;
		enum tsr_severity live, hidden;
	} rows[] = {
		{ "rules: {severity: {" SAME ": critical}}", SAME, TSR_CRITICAL, TSR_CRITICAL },
		{ "rules: {severity: {" LESS ": critical}}", LESS, TSR_CRITICAL, TSR_LOW },
		{ "rules: {severity: {" LESS ": info}}", LESS, TSR_INFO, TSR_INFO },
		{ "rules: {severity: {" LESS ": {live: medium, hidden: medium}}}", LESS, TSR_MEDIUM, TSR_MEDIUM },
		{ "rules: {severity: {" SAME ": low, '*': medium}}", SAME, TSR_MEDIUM, TSR_MEDIUM },
	};
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(rows); i++) {
		struct fixture x;
		struct tsr_finding *hidden;

		setup(&x, rows[i].settings);
		add(&x, rows[i].rule, "/a", 0);
		hidden = add(&x, rows[i].rule, "/b", 0);
		hidden->state = TSR_STATE_DELETED;
		hidden->severity = x.rules->rules[hidden->rule]->severity_hidden;
		apply(&x, NULL, NULL);
		cr_expect_eq(x.run.images[0].findings[0].severity, rows[i].live, "%s", rows[i].settings);
		cr_expect_eq(x.run.images[0].findings[1].severity, rows[i].hidden, "%s", rows[i].settings);
		teardown(&x);
	}
}

Test(policy_apply, the_last_choice_that_matches_counts)
{
	struct fixture x;

	setup(&x, "rules: {disable: ['config/*'], enable: [config/user-root]}");
	add(&x, "config/user-root", "", 0);
	add(&x, "config/user-unresolved", "", 0);
	add(&x, "file/dotenv", "/a", 0);
	apply(&x, NULL, NULL);
	cr_assert_eq(x.run.images[0].n_findings, 2);
	cr_expect_str_eq(x.run.images[0].findings[0].rule_id, "config/user-root");
	cr_expect_str_eq(x.run.images[0].findings[1].rule_id, "file/dotenv");
	teardown(&x);
}

static struct tsr_ignores *ignores_of(const char *text, struct tsr_err *err)
{
	*err = (struct tsr_err)TSR_ERR_INIT;
	return tsr_ignores_read(tsr_slice_str(text), ".tarsierignore", TODAY, err);
}

Test(policy_apply, all_that_an_ignore_gives_must_match)
{
	/* The finding: file/dotenv, /srv/app/.env, layer 1, of registry.test/team/app:1. */
	static const struct {
		const char *fields;
		bool matches;
	} rows[] = {
		{ "rule: file/dotenv", true },
		{ "rule: 'file/*'", true },
		{ "rule: 'secret/*'", false },
		{ "path: .env", true },
		{ "path: 'srv/**'", true },
		{ "path: /srv/app/.env", true },
		{ "path: srv", false },
		{ "layer: " DIGEST_B, true },
		{ "layer: sha256:cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc", false },
		{ "fingerprint: '00000000000000000000000000000001'", true },
		{ "fingerprint: '00000000000000000000000000000002'", false },
		{ "image: 'app:*'", true },
		{ "image: registry.test/team/*", true },
		{ "image: 'other:*'", false },
		{ "{rule: file/dotenv, path: .env, image: 'app:1', until: 2026-06-15}", true },
		{ "{rule: file/dotenv, path: .env, image: 'app:2'}", false },
		{ "{rule: file/dotenv, until: 2026-06-14}", false },
	};
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(rows); i++) {
		const char *f = rows[i].fields;
		struct tsr_ignores *list;
		const struct tsr_finding *found;
		struct fixture x;
		char item[400];

		setup(&x, "{}");
		add(&x, "file/dotenv", "/srv/app/.env", 1);
		snprintf(item, sizeof(item), f[0] == '{' ? "- %.*s, reason: R}\n" : "- {%.*s, reason: R}\n",
			 (int)strlen(f) - (f[0] == '{'), f);
		list = ignores_of(item, &x.err);
		cr_assert(list, "%s: %s", item, x.err.msg);
		apply(&x, list, NULL);
		found = &x.run.images[0].findings[0];
		cr_expect_eq(found->suppressed != NULL, rows[i].matches, "%s", item);
		if (found->suppressed) {
			cr_expect_str_eq(found->suppressed->kind, "ignore");
			cr_expect_str_eq(found->suppressed->reason.ptr, "R");
		}
		teardown(&x);
		tsr_ignores_free(list);
	}
}

Test(policy_apply, expired_and_unused_ignores_are_told)
{
	struct tsr_run_archive *archive;
	struct tsr_ignores *list;
	struct fixture x;

	setup(&x, "rules: {severity: {policy/ignore-unused: high}}");
	add(&x, "file/dotenv", "/a", 0);
	list = ignores_of("- {path: a, reason: used}\n"
			  "- {rule: file/dotenv, reason: used too}\n"
			  "- {path: b, reason: unused}\n"
			  "- {path: a, reason: old, until: 2026-06-14}\n"
			  "- {path: b, image: other, reason: about another image}\n", &x.err);
	cr_assert(list, "%s", x.err.msg);
	apply(&x, list, NULL);
	archive = &x.run.archives[0];
	cr_assert_eq(archive->n_findings, 2);
	cr_expect_str_eq(archive->findings[0].rule_id, "policy/ignore-expired");
	cr_expect_eq(archive->findings[0].where.line, 4);
	cr_expect_eq(archive->findings[0].severity, TSR_INFO);
	cr_expect_str_eq(archive->findings[1].rule_id, "policy/ignore-unused");
	cr_expect_eq(archive->findings[1].where.line, 3);
	cr_expect_eq(archive->findings[1].severity, TSR_HIGH);
	cr_expect_str_neq(archive->findings[0].fingerprint, archive->findings[1].fingerprint);
	teardown(&x);
	tsr_ignores_free(list);
}

Test(policy_apply, wrong_ignores_are_refused)
{
	static const struct {
		const char *text, *message;
	} rows[] = {
		{ "rule: a\n", ".tarsierignore:1:1: a list is wanted" },
		{ "- a\n", ".tarsierignore:1:3: a mapping (key: value) is wanted" },
		{ "- rule: a\n  raeson: x\n", ".tarsierignore:2:3: no such key 'raeson' (did you mean 'reason'?)" },
		{ "\n- rule: a\n", ".tarsierignore:2:3: reason is missing" },
		{ "- {rule: a, reason: ' '}\n", ".tarsierignore:1:13: reason: it is empty" },
		{ "- reason: x\n", ".tarsierignore:1:3: it must say what is ignored" },
		{ "- {rule: a, reason: x, until: 2026-02-30}\n", ".tarsierignore:1:24: until: a day is wanted" },
		{ "- {rule: a, reason: x, until: soon}\n", ".tarsierignore:1:24: until: a day is wanted" },
		{ "- {layer: abc, reason: x}\n", ".tarsierignore:1:4: layer: a digest is wanted" },
		{ "- {fingerprint: abc, reason: x}\n", ".tarsierignore:1:4: fingerprint: 32 hexadecimal digits" },
		{ "- {path: 'a[', reason: x}\n", ".tarsierignore:1:4: path: not a glob" },
	};
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(rows); i++) {
		struct tsr_err err;
		struct tsr_ignores *list = ignores_of(rows[i].text, &err);

		cr_expect_null(list, "%s", rows[i].text);
		tsr_ignores_free(list);
		cr_expect_eq(err.kind, TSR_EUSAGE);
		cr_expect_eq(strncmp(err.msg, rows[i].message, strlen(rows[i].message)), 0, "%s: %s", rows[i].text, err.msg);
	}
}

Test(policy_apply, days_are_those_of_the_calendar)
{
	static const struct {
		const char *text;
		uint32_t day;
	} rows[] = { { "2026-06-15", TODAY }, { "2024-02-29", 20240229 }, { "2026-02-29", 0 }, { "2100-02-29", 0 }, { "2000-02-29", 20000229 },
		     { "2026-13-01", 0 },     { "2026-00-01", 0 },	 { "2026-01-00", 0 }, { "2026-1-1", 0 },    { "2026-01-01T", 0 },
		     { "26-01-0001", 0 },     { "", 0 } };
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(rows); i++)
		cr_expect_eq(tsr_day_parse(tsr_slice_str(rows[i].text)), rows[i].day, "%s", rows[i].text);
	cr_expect_eq(tsr_day_of(0), 19700101);
	cr_expect_eq(tsr_day_of(86399), 19700101);
	cr_expect_eq(tsr_day_of(1781481600), TODAY);
}

#define REPORT(findings) "{\"schemaVersion\":1,\"tool\":{\"name\":\"tarsier\"},\"archives\":[]," \
			 "\"images\":[{\"findings\":[" findings "]}]}"
#define OLD(n, severity, suppressed) "{\"fingerprint\":\"0000000000000000000000000000000" n "\",\"severity\":\"" severity \
				     "\",\"suppressed\":" suppressed "}"

Test(policy_apply, only_what_is_new_or_worse_than_the_baseline_counts)
{
	static const struct tsr_policy policy = { .fail_on = TSR_HIGH };
	struct tsr_baseline *b;
	struct tsr_finding *f;
	struct fixture x;
	size_t i;

	setup(&x, "{}");
	for (i = 0; i < 5; i++)
		add(&x, "file/dotenv", "/a", 0);
	b = tsr_baseline_read(TSR_SLICE(REPORT(OLD("1", "high", "null") "," OLD("2", "low", "null") ","
					       OLD("3", "high", "{\"kind\":\"ignore\"}") ","
					       OLD("4", "high", "{\"kind\":\"baseline\"}") ","
					       OLD("1", "low", "null"))), "old.json", &x.err);
	cr_assert(b, "%s", x.err.msg);
	apply(&x, NULL, b);
	f = x.run.images[0].findings;
	cr_expect(f[0].suppressed && strcmp(f[0].suppressed->kind, "baseline") == 0);
	cr_expect_null(f[1].suppressed, "it is more severe now");
	cr_expect_null(f[2].suppressed, "it was ignored then");
	cr_expect(f[3].suppressed);
	cr_expect_null(f[4].suppressed);
	tsr_verdict(&x.run, &policy);
	cr_expect_eq(x.run.suppressed, 2);
	cr_expect_eq(x.run.by_severity[TSR_HIGH], 3);
	cr_expect_eq(x.run.status, 1);
	teardown(&x);
	tsr_baseline_free(b);
}

Test(policy_apply, only_whole_reports_of_ours_are_baselines)
{
	static const char *const rows[] = {
		"", "[]", "{}", "{\"schemaVersion\":1}", "{\"schemaVersion\":2,\"tool\":{\"name\":\"tarsier\"},\"archives\":[],\"images\":[]}",
		"{\"schemaVersion\":1,\"tool\":{\"name\":\"other\"},\"archives\":[],\"images\":[]}",
		"{\"schemaVersion\":1,\"tool\":{\"name\":\"tarsier\"},\"archives\":[]}",
		"{\"schemaVersion\":1,\"tool\":{\"name\":\"tarsier\"},\"archives\":[],\"images\":[{}]}",
		REPORT("{\"fingerprint\":\"1\",\"severity\":\"low\"}"), REPORT("{}"),
	};
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(rows); i++) {
		struct tsr_err err = TSR_ERR_INIT;
		struct tsr_baseline *b = tsr_baseline_read(tsr_slice_str(rows[i]), "old.json", &err);

		cr_expect_null(b, "%s", rows[i]);
		cr_expect_eq(err.kind, TSR_EUSAGE);
		cr_expect_eq(strncmp(err.msg, "old.json", 8), 0, "%s", err.msg);
		tsr_baseline_free(b);
	}
}

Test(policy_apply, the_longest_base_that_fits_whole_counts)
{
	/* The image's diff ids are B and A. */
	static const char *const one[] = { DIGEST_B }, *const both[] = { DIGEST_B, DIGEST_A }, *const other[] = { DIGEST_A };
	static const char *const longer[] = { DIGEST_B, DIGEST_A, DIGEST_A }, *const unknown[] = { "" };
	static const struct {
		struct tsr_base bases[2];
		size_t layers;
	} rows[] = {
		{ { { "x", one, 1 }, { "y", both, 2 } }, 2 },	{ { { "y", both, 2 }, { "x", one, 1 } }, 2 },
		{ { { "x", one, 1 }, { "x", other, 1 } }, 1 },	{ { { "x", longer, 3 }, { "x", other, 1 } }, 0 },
		{ { { "x", one, 0 }, { "x", unknown, 1 } }, 0 },
	};
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(rows); i++) {
		struct tsr_base list[2] = { rows[i].bases[0], rows[i].bases[1] };
		const struct tsr_bases bases = { list, 2 };
		const struct tsr_base *which;
		struct fixture x;

		setup(&x, "{}");
		cr_expect_eq(tsr_inherited_layers(&bases, &x.run.images[0], &which), rows[i].layers, "%zu", i);
		cr_expect_eq(which != NULL, rows[i].layers > 0);
		add(&x, "file/dotenv", "/a", 1);
		tsr_inherited_mark(&bases, &x.run.images[0], true, &x.run.arena);
		cr_expect_eq(x.run.images[0].findings[0].suppressed != NULL, rows[i].layers == 2, "%zu", i);
		teardown(&x);
	}
}
