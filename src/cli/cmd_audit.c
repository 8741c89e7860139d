/* SPDX-License-Identifier: Apache-2.0 */
#include "api/session.h"
#include "cli/audit_run.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "inspect/rules_load.h"

static int audit(const struct tsr_options *o, struct tsr_ruleset *rules)
{
	struct tsr_err err = TSR_ERR_INIT;
	struct tsr_run run;
	int status;
	size_t i;

	if (tsr_gate_arm(o->gate, rules, &o->limits, o->jobs, &err))
		return tsr_cli_fail(&err);
	tsr_run_begin(&run, rules);
	tsr_cli_audit(o, &(struct tsr_audit_options){ .rules = rules }, o->operands.items, o->operands.n, &run);
	tsr_cli_finish(o, rules, &run);
	for (i = 0; i < run.n_errors; i++)
		tsr_cli_say(run.errors[i].source.ptr, run.errors[i].message.ptr);
	status = tsr_outputs_write(o, &run);
	status = status ? status : run.status;
	tsr_run_release(&run);
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
