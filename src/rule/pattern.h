/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_RULE_PATTERN_H
#define TSR_RULE_PATTERN_H

#include "base/err.h"
#include "rule/rule.h"

struct pcre2_real_code_8;

/*
 * Regular expressions of rules. `anchored`: a match must begin where the search
 * does (JIT code cannot be told so when it matches). With JIT code where
 * the machine has it. Errors are reasons.
 */
struct pcre2_real_code_8 *tsr_pattern_compile(const char *pattern, bool anchored, struct tsr_err *err);

/* The most bytes a match of the pattern has. -1: no bound, above TSR_WIDTH_MAX, or nobody can tell. */
int tsr_pattern_width(const char *pattern, uint32_t *width, struct tsr_err *err);

/* Is it fit for a rule: does it compile, with no groups named but `names`, and never match the empty string? */
int tsr_pattern_verify(const char *pattern, const char *const *names, struct tsr_err *err);

#endif
