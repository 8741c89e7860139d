/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_CLI_AUDIT_RUN_H
#define TSR_CLI_AUDIT_RUN_H

#include "audit/audit.h"
#include "cli/options.h"

/*
 * Audits sources one after the other into a run that was begun, as the options say; `more` has the rules and
 * what is wanted in the run. --timeout is that of all of them: a source gets what the others left.
 */
void tsr_cli_audit(const struct tsr_options *o, const struct tsr_audit_options *more, const char *const *sources, size_t n,
		   struct tsr_run *run);

/* After the last source: order, the policy of the options, the verdict. */
void tsr_cli_finish(const struct tsr_options *o, const struct tsr_ruleset *rules, struct tsr_run *run);

#endif
