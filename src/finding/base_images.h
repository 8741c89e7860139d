/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_FINDING_BASE_IMAGES_H
#define TSR_FINDING_BASE_IMAGES_H

#include "finding/run.h"

/* The layers of a base image, from the bottom; an archive may hold several images. */
struct tsr_base {
	const char *name;            /* as messages name it; escaped */
	const char *const *diff_ids; /* "sha256:…"; "" where none is known, which is no layer's */
	size_t n;
};

struct tsr_bases {
	struct tsr_base *items;
	size_t n;
};

/* How many of the image's layers are those of a base: all of that base's, from the bottom. *which: the base; NULL if 0. */
size_t tsr_inherited_layers(const struct tsr_bases *bases, const struct tsr_run_image *image, const struct tsr_base **which);

#endif
