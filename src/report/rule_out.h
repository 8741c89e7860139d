/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_REPORT_RULE_OUT_H
#define TSR_REPORT_RULE_OUT_H

#include "base/buf.h"
#include "report/json_out.h"
#include "rule/rule.h"

/* A rule for people: its fields, one below the other. */
void tsr_rule_text(const struct tsr_rule *r, struct tsr_buf *out);

/* A rule as an object of the documents that rules/schema/rules.schema.json describes; not `full`: what a list shows. */
void tsr_rule_json(struct tsr_json_out *o, const char *key, const struct tsr_rule *r, bool full);
/* The documents of `rules list` and `show`, and of `rules check`. */
void tsr_rules_json(const struct tsr_rule *const *rules, size_t n, bool full, struct tsr_buf *out);
void tsr_rules_check_json(size_t n_rules, const char *const *failures, size_t n, struct tsr_buf *out);

#endif
