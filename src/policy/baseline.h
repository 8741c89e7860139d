/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_POLICY_BASELINE_H
#define TSR_POLICY_BASELINE_H

#include "base/err.h"
#include "finding/finding.h"

/*
 * The findings of an earlier report of ours (JSON), by fingerprint: what stands in it and has become no more
 * severe is not new. A finding about several files is new if one of them is, and not because some are gone. What an ignore suppressed there is not taken over: when the ignore expires it counts again.
 */
struct tsr_baseline;

/* NULL with TSR_EUSAGE. */
struct tsr_baseline *tsr_baseline_read(struct tsr_slice text, const char *name, struct tsr_err *err);
struct tsr_baseline *tsr_baseline_read_file(const char *path, struct tsr_err *err);
void tsr_baseline_free(struct tsr_baseline *b);

bool tsr_baseline_has(const struct tsr_baseline *b, const struct tsr_finding *f);

#endif
