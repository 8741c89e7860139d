/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_AUDIT_BASE_IMAGE_H
#define TSR_AUDIT_BASE_IMAGE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/limits.h"

/*
 * The layers of the images in a source, without an audit: it is read and its digests are computed, but no rule is asked
 * and nothing is opened inside files.
 */
struct tsr_image_layers {
	const char *const *diff_ids; /* as the config says, else computed; "" for a layer that has none */
	size_t n;
};

/* *out: one for each image, in the arena. TSR_EUSAGE if it cannot be read or holds no image; TSR_EINTERNAL. */
int tsr_base_image_read(const char *name, const struct tsr_limits *limits, unsigned jobs, struct tsr_arena *arena,
			struct tsr_image_layers **out, size_t *n, struct tsr_err *err);

#endif
