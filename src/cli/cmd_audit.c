/* SPDX-License-Identifier: Apache-2.0 */
#include <time.h>
#include <unistd.h>

#include "api/session.h"
#include "audit/audit.h"
#include "audit/base_image.h"
#include "base/mem.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "inspect/rules_load.h"
#include "policy/apply.h"
#include "rule/content_test.h"

static int check_operands(const struct tsr_options *o)
{
	size_t i, stdin_named = 0;

	if (o->operands.n == 0)
		return tsr_cli_usage("no image is named");
	for (i = 0; i < o->operands.n; i++)
		stdin_named += strcmp(o->operands.items[i], "-") == 0;
	if (stdin_named > 1)
		return tsr_cli_usage("standard input can be read only once");
	return 0;
}

/* Whole seconds since `start`. */
static uint32_t elapsed(const struct timespec *start)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint32_t)(now.tv_sec - start->tv_sec - (now.tv_nsec < start->tv_nsec));
}

static void audit_one(const struct tsr_options *o, struct tsr_audit_options *ao, const char *source,
		      struct tsr_run *run)
{
	struct tsr_err err = TSR_ERR_INIT;
	struct tsr_progress progress;

	tsr_progress_start(&progress, o, source);
	ao->progress = progress.on ? tsr_progress_update : NULL;
	ao->progress_ctx = &progress;
	if (tsr_audit_source(ao, source, run, &err))
		tsr_run_failed(run, source, &err);
	tsr_progress_end(&progress);
}

/* The time is that of the whole run: a source gets what the others left. */
static void audit_all(const struct tsr_options *o, const struct tsr_ruleset *rules, struct tsr_run *run)
{
	struct tsr_audit_options ao = {
		.rules = rules,
		.limits = o->limits,
		.jobs = o->jobs,
		.refs = o->refs.items,
		.n_refs = o->refs.n,
		.platforms = o->platforms.items,
		.n_platforms = o->platforms.n,
		.demands = &o->settings.demands,
		.timeout = o->timeout,
		.stdin_fd = STDIN_FILENO,
	};
	struct timespec start;
	size_t i;

	clock_gettime(CLOCK_MONOTONIC, &start);
	for (i = 0; i < o->operands.n; i++) {
		uint32_t spent = elapsed(&start);

		if (o->timeout && spent >= o->timeout) {
			tsr_run_add_error(run, tsr_text_escaped(&run->arena, tsr_slice_str(o->operands.items[i])),
					  tsr_text_ours("not audited: the time was up"), 4);
			continue;
		}
		if (o->timeout)
			ao.timeout = o->timeout - spent;
		audit_one(o, &ao, o->operands.items[i], run);
	}
}

/* *bases stays empty if there is no base image. */
static int read_bases(const struct tsr_options *o, struct tsr_arena *arena, struct tsr_bases *bases, struct tsr_err *err)
{
	const char *path = o->base ? o->base : o->settings.base;
	struct tsr_image_layers *images;
	size_t i;

	if (!path || strcmp(path, "none") == 0)
		return 0;
	if (tsr_base_image_read(path, &o->limits, o->jobs, arena, &images, &bases->n, err))
		return tsr_err_wrap(err, "--base");
	bases->items = tsr_arena_alloc(arena, bases->n + 1, sizeof(*bases->items));
	for (i = 0; i < bases->n; i++)
		bases->items[i] = (struct tsr_base){ tsr_text_escaped(arena, tsr_slice_str(path)).ptr, images[i].diff_ids,
						     images[i].n };
	return 0;
}

static void finish(const struct tsr_options *o, const struct tsr_ruleset *rules, const struct tsr_bases *bases,
		   struct tsr_run *run)
{
	const struct tsr_application application = { rules, &o->settings, o->baseline, o->ignores, bases };

	tsr_run_settle(run);
	tsr_policy_apply(&application, run);
	tsr_run_finish(run, &o->policy);
}

static int audit(const struct tsr_options *o, struct tsr_ruleset *rules)
{
	struct tsr_arena arena = TSR_ARENA_INIT;
	struct tsr_bases bases = { NULL, 0 };
	struct tsr_err err = TSR_ERR_INIT;
	struct tsr_run run;
	int status;
	size_t i;

	if (tsr_settings_check_rules(&o->settings, rules, &err) ||
	    tsr_content_tests_set(rules, &o->settings.demands, &err) || read_bases(o, &arena, &bases, &err)) {
		tsr_arena_release(&arena);
		return tsr_cli_fail(&err);
	}
	tsr_run_begin(&run, rules);
	audit_all(o, rules, &run);
	finish(o, rules, &bases, &run);
	for (i = 0; i < run.n_errors; i++)
		tsr_cli_say(run.errors[i].source.ptr, run.errors[i].message.ptr);
	status = tsr_outputs_write(o, &run);
	status = status ? status : run.status;
	tsr_run_release(&run);
	tsr_arena_release(&arena);
	return status;
}

int tsr_cmd_audit(const struct tsr_options *o)
{
	struct tsr_err err = TSR_ERR_INIT;
	struct tsr_ruleset *rules;
	int status = check_operands(o);

	if (status)
		return status;
	if (tsr_outputs_check(o, &err) || tsr_rules_load(&rules, o->rules.items, o->rules.n, false, &err))
		return tsr_cli_fail(&err);
	status = audit(o, rules);
	tsr_ruleset_free(rules);
	return status;
}
