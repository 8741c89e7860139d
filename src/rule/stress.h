/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_RULE_STRESS_H
#define TSR_RULE_STRESS_H

#include "base/err.h"
#include "rule/rule.h"

/*
 * Does a pattern backtrack out of all proportion? It is run behind each of the rule's literals on
 * what such patterns stumble over: one character, or two in turns, up to the width of a match. The content
 * engine gives up a match at TSR_MATCH_LIMIT steps and calls the audit incomplete, so a pattern
 * that comes near it is refused. 0, or -1 with the reason.
 */
int tsr_pattern_stress(const struct tsr_rule_content *c, struct tsr_err *err);

/* Far above what a sane pattern needs in a window of TSR_WIDTH_MAX, and a few milliseconds of work. */
#define TSR_MATCH_LIMIT 1000000u

#endif
