/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_POLICY_VERDICT_H
#define TSR_POLICY_VERDICT_H

#include "finding/run.h"

/*
 * The verdict and the exit status of a run. Per run:
 *	a finding at or above the threshold -> fail, 1
 *	an error of an input                -> its status (3, 4, 5)
 *	anything incomplete                 -> incomplete, 4
 *	else                                -> pass, 0
 * 5 wins over 1, 1 over 3, 3 over 4, 4 over 0. Nothing incomplete ever yields 0.
 */
struct tsr_policy {
	enum tsr_severity fail_on;
	bool fail_never; /* --fail-on none: report only; incomplete and unreadable still count */
};

/* Fills run->by_severity, verdict and status, and images' and archives' `complete`. */
void tsr_verdict(struct tsr_run *run, const struct tsr_policy *policy);

/*
 * The status where a policy that failed is worth `failed` and not 1 (--exit-code). With 0 it is that of the
 * run without its findings: what was unreadable or not looked at is no job's to pass over.
 */
int tsr_status_with(const struct tsr_run *run, int failed);

#endif
