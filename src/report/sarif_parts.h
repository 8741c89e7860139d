/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_REPORT_SARIF_PARTS_H
#define TSR_REPORT_SARIF_PARTS_H

#include "report/json_out.h"
#include "report/place.h"

/* The parts of a SARIF run beside its results: rules, messages, and what went wrong. */

/* One rule that has findings: the first of them in order, and the most that any of them is. */
struct tsr_sarif_rule {
	const struct tsr_finding *f;
	const char *const *tags; /* the fewest: a finding may add its own to those of the rule */
	enum tsr_severity severity;
	enum tsr_confidence confidence;
};

struct tsr_sarif_rules {
	struct tsr_sarif_rule *at; /* sorted by id */
	size_t n;
};

struct tsr_sarif_rules tsr_sarif_rules_of(const struct tsr_items *items);
void tsr_sarif_rules_release(struct tsr_sarif_rules *rules);
void tsr_sarif_rules_add(const struct tsr_sarif_rules *rules, struct tsr_json_out *o);
size_t tsr_sarif_rule_index(const struct tsr_sarif_rules *rules, const char *id);

const char *tsr_sarif_level(enum tsr_severity s); /* "error" "warning" "note" */

/* A result's message: place, layer and image too, since many readers show nothing else. */
void tsr_sarif_add_message(const struct tsr_item *item, struct tsr_buf *out);

/* Whether the audit is complete, and each thing that is not; `cut` is how many results were left out. */
void tsr_sarif_add_invocation(const struct tsr_run *run, size_t cut, struct tsr_json_out *o);

#endif
