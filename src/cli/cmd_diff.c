/* SPDX-License-Identifier: Apache-2.0 */
#include "api/session.h"
#include "base/mem.h"
#include "cli/audit_run.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "inspect/rules_load.h"
#include "report/diff.h"

static void audit(const struct tsr_options *o, const struct tsr_ruleset *rules, const char *const *source, struct tsr_run *run)
{
	tsr_run_begin(run, rules);
	tsr_cli_audit(o, &(struct tsr_audit_options){ .rules = rules, .want_config = true, .want_files = true }, source, 1, run);
	tsr_cli_finish(o, rules, run);
	for (size_t i = 0; i < run->n_errors; i++)
		tsr_cli_say(run->errors[i].source.ptr, run->errors[i].message.ptr);
}

/* Of the errors: a run's own status may be that of its findings, which do not count here. */
static bool is_status(const struct tsr_run *old, const struct tsr_run *new, int status)
{
	for (size_t i = 0; i < old->n_errors; i++)
		if (old->errors[i].status == status)
			return true;
	for (size_t i = 0; i < new->n_errors; i++)
		if (new->errors[i].status == status)
			return true;
	return false;
}

/* 5 wins over 3, 3 over 1, 1 over 4, 4 over 0; only what is new can fail. */
static int status_of(const struct tsr_run *old, const struct tsr_run *new, bool fails)
{
	if (is_status(old, new, 5))
		return 5;
	/* Against an old image that could not be read everything would be new. */
	if (is_status(old, new, 3))
		return 3;
	if (fails)
		return 1;
	return tsr_run_complete(old) && tsr_run_complete(new) ? 0 : 4;
}

static int tell(const struct tsr_options *o, bool json, const struct tsr_run *old, const struct tsr_run *new)
{
	const struct tsr_report_options ro = {
		.show = o->show, .color = tsr_want_color(o), .quiet = o->quiet, .verbose = o->verbose
	};
	TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(TSR_REPORT_MAX);
	struct tsr_err err = TSR_ERR_INIT;
	struct tsr_comparison c;
	struct tsr_diff d = { old, new, &c, "pass" };
	bool fails;
	int status, rc;

	tsr_compare(&c, old, new);
	fails = !o->policy.fail_never && tsr_comparison_introduced(&c, o->policy.fail_on);
	status = status_of(old, new, fails);
	if (status)
		d.verdict = status == 1 ? "fail" : "incomplete";
	if (status == 1)
		status = o->exit_code ? o->exit_code : status_of(old, new, false);
	rc = json ? tsr_report_diff_json(&d, &out, &err) : tsr_report_diff_text(&d, &ro, &out, &err);
	rc = rc ? tsr_cli_fail(&err) : tsr_print(&out);
	tsr_comparison_release(&c);
	return rc ? rc : status;
}

int tsr_cmd_diff(const struct tsr_options *o)
{
	struct tsr_err err = TSR_ERR_INIT;
	struct tsr_run old, new;
	struct tsr_ruleset *rules;
	bool json;
	int status;

	if ((status = tsr_cli_check_images(o, 2, 2, "diff takes two images, the old one and the new one")))
		return status;
	if (tsr_cli_format(o, &json, &err) || tsr_rules_load(&rules, o->rules.items, o->rules.n, false, &err))
		return tsr_cli_fail(&err);
	if (tsr_gate_arm(o->gate, rules, &o->limits, o->jobs, &err)) {
		tsr_ruleset_free(rules);
		return tsr_cli_fail(&err);
	}
	audit(o, rules, &o->operands.items[0], &old);
	audit(o, rules, &o->operands.items[1], &new);
	status = tell(o, json, &old, &new);
	tsr_run_release(&old);
	tsr_run_release(&new);
	tsr_ruleset_free(rules);
	return status;
}
