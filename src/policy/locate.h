/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_POLICY_LOCATE_H
#define TSR_POLICY_LOCATE_H

#include "base/arena.h"

/*
 * A file of this name in the working directory or above it, as a path that can be opened ("../tarsier.yaml");
 * NULL if there is none. The search ends at a directory with .git, at the root, and before a directory
 * that everybody may write to, since there it could be anybody's.
 */
const char *tsr_policy_locate(struct tsr_arena *a, const char *name);

#endif
