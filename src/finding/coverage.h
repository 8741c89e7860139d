/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_FINDING_COVERAGE_H
#define TSR_FINDING_COVERAGE_H

#include <stdint.h>

#include "base/text.h"

/*
 * What was looked at and what was not. Two ledgers: `skipped` is primary (raw
 * bytes, framing, blobs, rules: any row makes the audit incomplete), `derived`
 * is about views inside content (a row is information unless `fatal`: a budget
 * was hit).
 */
struct tsr_skip_row {
	struct tsr_text what; /* what was not looked at: "layer", "blob sha256:…", "entries" */
	struct tsr_text why;
	struct tsr_text path; /* derived rows: the file; "" if none */
	uint32_t layer;       /* TSR_NO_LAYER if none */
	uint64_t bytes;       /* 0 where unknown */
	bool fatal;           /* derived rows only */
};

struct tsr_coverage {
	uint64_t layers, entries, bytes, bytes_scanned;
	struct tsr_skip_row *skipped, *derived;
	size_t n_skipped, n_derived, cap_skipped, cap_derived;
};

void tsr_coverage_skip(struct tsr_coverage *c, const struct tsr_skip_row *row);
void tsr_coverage_derive(struct tsr_coverage *c, const struct tsr_skip_row *row);
bool tsr_coverage_complete(const struct tsr_coverage *c);
/* The rows that make it incomplete, one after the other: *at is 0 before the first. NULL: there are no more. */
const struct tsr_skip_row *tsr_coverage_gap(const struct tsr_coverage *c, size_t *at);
void tsr_coverage_release(struct tsr_coverage *c);

#endif
