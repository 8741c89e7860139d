/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_INSPECT_CACHE_DIR_H
#define TSR_INSPECT_CACHE_DIR_H

#include "layer/facts.h"

/* Folders in which package managers keep what they have downloaded (inspect/cache_dirs.def). */

struct tsr_cache_dir {
	uint32_t node;    /* of the folder */
	const char *what; /* "lists of apt" */
};

struct tsr_cache_dirs {
	struct tsr_cache_dir *list;
	size_t n, cap;
	uint32_t *of_node; /* by node: number in the list of the folder that it is in or is, or TSR_NONE */
};

/* Of all names of a layer. */
void tsr_cache_dirs_init(struct tsr_cache_dirs *c, const struct tsr_facts *f);
void tsr_cache_dirs_release(struct tsr_cache_dirs *c);

#endif
