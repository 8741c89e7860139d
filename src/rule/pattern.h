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

void tsr_pattern_free(struct pcre2_real_code_8 *code);

/*
 * For patterns of the user's, on bytes that nobody knows, with a limit on the work: 1 it is in there, 0 it is not, -1
 * nobody can say. From any thread.
 */
int tsr_pattern_search(const struct pcre2_real_code_8 *code, struct tsr_slice bytes);

/* The most bytes a match of the pattern has. -1: no bound, above TSR_WIDTH_MAX, or nobody can tell. */
int tsr_pattern_width(const char *pattern, uint32_t *width, struct tsr_err *err);

/* Is it fit for a rule: does it compile, with no groups named but `names`, and never match the empty string? */
int tsr_pattern_verify(const char *pattern, const char *const *names, struct tsr_err *err);

#endif
