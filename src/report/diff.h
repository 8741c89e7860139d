/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_REPORT_DIFF_H
#define TSR_REPORT_DIFF_H

#include "finding/compare.h"
#include "report/report.h"

/* Two runs and what tsr_compare() says of them. */
struct tsr_diff {
	const struct tsr_run *old, *new;
	const struct tsr_comparison *comparison;
	const char *verdict; /* "pass" "fail" "incomplete" */
};

/* For people, and for programs (rules/schema/diff.schema.json). */
int tsr_report_diff_text(const struct tsr_diff *d, const struct tsr_report_options *o, struct tsr_buf *out, struct tsr_err *err);
int tsr_report_diff_json(const struct tsr_diff *d, struct tsr_buf *out, struct tsr_err *err);

const char *tsr_layer_change_name(enum tsr_layer_change c); /* "reused" "content" "instruction" "added" "removed" */

#endif
