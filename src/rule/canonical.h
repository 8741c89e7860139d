/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_RULE_CANONICAL_H
#define TSR_RULE_CANONICAL_H

#include "rule/ruleset.h"

/* Raised whenever the same rules may give other findings than before. */
#define TSR_ENGINE_VERSION 1

/* SHA-256 over all rules, each field of them, in a canonical JSON. */
void tsr_rules_digest(const struct tsr_rule *const *rules, uint32_t n, struct tsr_digest *out);

#endif
