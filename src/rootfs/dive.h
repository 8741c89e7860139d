/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_ROOTFS_DIVE_H
#define TSR_ROOTFS_DIVE_H

#include <stddef.h>

#include "layer/facts.h"

/*
 * The figures of dive(1), by its own rules (0.13, dive/filetree/efficiency.go), for those who have thresholds for
 * them; what is really shipped for nothing is in rootfs/waste.h. dive looks at the leaves of each layer's
 * own tree, by their paths as written. Of a path the smallest copy is needed, and all copies of one that
 * has two are wasted. A whiteout is a copy: of a file one that holds nothing, of a directory
 * one of its own path that holds all that was below it, so that such a removal costs nothing. An opaque mark, a
 * directory in place of a file and a further name of a file mean nothing.
 *
 * At a whiteout of what is not there dive leaves the rest of the layer out; here that whiteout alone is.
 */
struct tsr_dive {
	bool known; /* false: there is too much to add up; nothing else is valid then */
	uint32_t efficiency; /* millionths; 1000000 where nothing is shipped */
	uint64_t inefficient, inefficient_bytes; /* paths, and all their copies */
};

/* `facts` by position, NULL where the layer is absent. */
void tsr_dive_count(struct tsr_dive *d, const struct tsr_facts *const *facts, size_t n_layers);

#endif
