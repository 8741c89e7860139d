/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_BASE_NEAREST_H
#define TSR_BASE_NEAREST_H

#include "base/slice.h"

/* The name most like a misspelt word, for "did you mean"; feed it names, then ask. */
struct tsr_nearest {
	struct tsr_slice word;
	const char *best; /* NULL: none is near enough */
	size_t distance;
};

#define TSR_NEAREST_INIT(word) { (word), NULL, 0 }

void tsr_nearest_try(struct tsr_nearest *n, const char *name);

#endif
