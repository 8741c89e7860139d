/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_POLICY_INHERITED_H
#define TSR_POLICY_INHERITED_H

#include "finding/run.h"

/* The layers of a base image, from the bottom; an archive may hold several images. */
struct tsr_base {
	const char *name;            /* as messages name it; escaped */
	const char *const *diff_ids; /* "sha256:…" */
	size_t n;
};

struct tsr_bases {
	struct tsr_base *items;
	size_t n;
};

/* How many of the image's layers are those of a base: all of that base's, from the bottom. *which: the base; NULL if 0. */
size_t tsr_inherited_layers(const struct tsr_bases *bases, const struct tsr_run_image *image, const struct tsr_base **which);

/*
 * Marks the findings of inherited layers with the tag `inherited`; with `ignore` they are suppressed, too. Texts
 * go to `arena`.
 */
void tsr_inherited_mark(const struct tsr_bases *bases, struct tsr_run_image *image, bool ignore, struct tsr_arena *arena);

/* The same with the base that the image's manifest names, if it is another image of the run. */
void tsr_inherited_mark_named(const struct tsr_run *run, struct tsr_run_image *image, bool ignore, struct tsr_arena *arena);

#endif
