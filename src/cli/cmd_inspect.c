/* SPDX-License-Identifier: Apache-2.0 */
#include "api/session.h"
#include "base/mem.h"
#include "cli/audit_run.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "inspect/rules_load.h"
#include "report/inspect.h"

/*
 * The whole analysis runs, since it is what says whether an image is what it seems; findings are made and
 * not told, and none of them fails it.
 */
int tsr_cmd_inspect(const struct tsr_options *o)
{
	static const struct tsr_policy lenient = { .fail_on = TSR_CRITICAL, .fail_never = true };
	const struct tsr_report_options ro = { .show = o->show, .quiet = o->quiet, .verbose = o->verbose };
	TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(TSR_REPORT_MAX);
	struct tsr_err err = TSR_ERR_INIT;
	struct tsr_ruleset *rules;
	struct tsr_run run;
	int status, printed;
	bool json;

	if ((status = tsr_cli_check_images(o, 1, SIZE_MAX, "inspect: which image?")))
		return status;
	if (tsr_cli_format(o, &json, &err) || tsr_rules_load(&rules, o->rules.items, o->rules.n, false, &err))
		return tsr_cli_fail(&err);
	tsr_run_begin(&run, rules);
	tsr_cli_audit(o, &(struct tsr_audit_options){ .rules = rules, .want_config = true }, o->operands.items, o->operands.n, &run);
	tsr_run_finish(&run, &lenient);
	for (size_t i = 0; i < run.n_errors; i++)
		tsr_cli_say(run.errors[i].source.ptr, run.errors[i].message.ptr);
	if ((json ? tsr_report_inspect_json : tsr_report_inspect_text)(&run, &ro, &out, &err))
		status = tsr_cli_fail(&err);
	else
		status = (printed = tsr_print(&out)) ? printed : run.status;
	tsr_run_release(&run);
	tsr_ruleset_free(rules);
	return status;
}
