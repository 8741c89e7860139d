/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_POLICY_APPLY_H
#define TSR_POLICY_APPLY_H

#include "finding/run.h"
#include "policy/baseline.h"
#include "policy/ignores.h"
#include "policy/inherited.h"
#include "policy/settings.h"

/*
 * What the policy makes of a settled run, before its verdict, in this order: findings of rules that are off go,
 * severities are set, then what is inherited is marked, and the baseline and the ignores suppress; at last it is told of ignores that expired and of
 * those that nothing needed, as findings of the first archive. Applied again, after more was audited, it comes to what
 * it would have come to at once.
 */
struct tsr_application {
	const struct tsr_ruleset *rules;
	const struct tsr_settings *settings;
	const struct tsr_baseline *baseline; /* NULL */
	struct tsr_ignores *ignores;         /* NULL */
	const struct tsr_bases *bases;       /* NULL */
};

void tsr_policy_apply(const struct tsr_application *a, struct tsr_run *run);

/*
 * A finding of severity `is`, of a rule that says `said` (in this state of the file), when the policy wants
 * `wanted`: what had the rule's severity gets that one, and what was lowered for a reason never rises.
 */
enum tsr_severity tsr_severity_overridden(enum tsr_severity is, enum tsr_severity said, enum tsr_severity wanted);

#endif
