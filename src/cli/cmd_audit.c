/* SPDX-License-Identifier: Apache-2.0 */
#include "api/session.h"
#include "audit/base_image.h"
#include "base/mem.h"
#include "cli/audit_run.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "inspect/rules_load.h"
#include "policy/apply.h"
#include "rule/content_test.h"

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
	tsr_cli_audit(o, &(struct tsr_audit_options){ .rules = rules, .bases = &bases }, o->operands.items, o->operands.n, &run);
	tsr_cli_finish(o, rules, &bases, &run);
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
	int status = tsr_cli_check_images(o, 1, SIZE_MAX, "no image is named");

	if (status)
		return status;
	if (tsr_outputs_check(o, &err) || tsr_rules_load(&rules, o->rules.items, o->rules.n, false, &err))
		return tsr_cli_fail(&err);
	status = audit(o, rules);
	tsr_ruleset_free(rules);
	return status;
}
