/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_API_SESSION_H
#define TSR_API_SESSION_H

#include "finding/run.h"
#include "policy/verdict.h"
#include "rule/ruleset.h"
#include "tarsier/tarsier.h"

/* What the program and an embedder do alike around the audits. */

/* An empty run that names its tool and its rules. */
void tsr_run_begin(struct tsr_run *run, const struct tsr_ruleset *rules);

/* After the last audit: order, verdict, status. */
void tsr_run_finish(struct tsr_run *run, const struct tsr_policy *policy);

/* Puts what made tsr_audit_source() itself fail into the run, for status 5. */
void tsr_run_failed(struct tsr_run *run, const char *source, const struct tsr_err *err);

#endif
