/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_INSPECT_RULES_LOAD_H
#define TSR_INSPECT_RULES_LOAD_H

#include "base/err.h"
#include "rule/ruleset.h"

/*
 * The door to rulesets for whoever audits: tsr_ruleset_new() (or, with `only_files`,
 * tsr_ruleset_from_files()), and then the question that rule/ cannot answer, whether
 * the validators and parsers that rules name exist. TSR_EUSAGE if not; *out is the caller's.
 */
int tsr_rules_load(struct tsr_ruleset **out, const char *const *paths, size_t n_paths, bool only_files, struct tsr_err *err);

#endif
