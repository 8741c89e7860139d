/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_POLICY_INHERITED_H
#define TSR_POLICY_INHERITED_H

#include "finding/base_images.h"

/*
 * Marks the findings of inherited layers with the tag `inherited`; with `ignore` they are suppressed, too. Texts
 * go to `arena`.
 */
void tsr_inherited_mark(const struct tsr_bases *bases, struct tsr_run_image *image, bool ignore, struct tsr_arena *arena);

/* The same with the base that the image's manifest names, if it is another image of the run. */
void tsr_inherited_mark_named(const struct tsr_run *run, struct tsr_run_image *image, bool ignore, struct tsr_arena *arena);

#endif
