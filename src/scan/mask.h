/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_SCAN_MASK_H
#define TSR_SCAN_MASK_H

#include "base/arena.h"
#include "base/text.h"
#include "scan/scanner.h"

/*
 * The only way from image text to text that may be shown: every secret that a
 * content rule sees in it becomes its redacted form, then it is escaped.
 */
enum tsr_mask {
	TSR_MASK_TEXT = 0,    /* names, labels, paths */
	/* createdBy: also values of ARG and ENV, of the `|N k=v …` prefix, of options like --build-arg */
	TSR_MASK_INSTRUCTION,
};
struct tsr_text tsr_mask_text(struct tsr_scanner *s, struct tsr_arena *a, struct tsr_slice raw,
			      enum tsr_mask how);

#endif
