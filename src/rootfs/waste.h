/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_ROOTFS_WASTE_H
#define TSR_ROOTFS_WASTE_H

#include <stddef.h>

#include "rootfs/rootfs.h"

/*
 * What the layers of an image ship and no container sees. Only regular files count, and only by
 * what they hold; a file with several names (hard links) is shipped once and is wasted when none of
 * them is left. Sums stop at UINT64_MAX: sizes are the archive's word.
 */
struct tsr_waste_layer {
	uint64_t files, bytes;
	/* Of those: what a later layer removed, and what has a new file of the same path (in a later layer, or further on in its own). */
	uint64_t deleted, deleted_bytes;
	uint64_t overwritten, overwritten_bytes;
	/* Files that a lower layer has at the same path in the same size, and that it ships for nothing: chown and chmod make such. */
	uint64_t repeated, repeated_bytes;
};

/* A path of which copies are shipped for nothing. */
struct tsr_waste_path {
	uint32_t layer, entry; /* of the last such copy */
	uint32_t copies;       /* how many there are */
	uint64_t bytes;	       /* and what they hold */
};

#define TSR_WASTE_TOP 20

struct tsr_waste {
	struct tsr_waste_layer *layers;
	size_t n_layers;
	/*
	 * The efficiency of dive(1): for every path the smallest of its copies (0 if it was ever removed), by
	 * all that its copies hold. dive takes a removed directory for one path, whose files cost nothing; here
	 * each of them was removed.
	 */
	uint64_t least, shipped;
	/* What dive calls wasted: all copies of paths that were written more than once, or removed. */
	uint64_t inefficient, inefficient_bytes;
	struct tsr_waste_path top[TSR_WASTE_TOP]; /* those that waste most, the worst first */
	size_t n_top;
};

/* `facts` by position, NULL where the layer is absent: the same that the root file system was made of. */
void tsr_waste_count(struct tsr_waste *w, const struct tsr_rootfs *r, const struct tsr_facts *const *facts, size_t n_layers);
void tsr_waste_release(struct tsr_waste *w);

/* In millionths; 1000000 where nothing is shipped. */
uint32_t tsr_waste_efficiency(const struct tsr_waste *w);
/* Bytes of a layer that no container sees, and of all layers. */
uint64_t tsr_waste_hidden(const struct tsr_waste_layer *l);
uint64_t tsr_waste_total(const struct tsr_waste *w);

#endif
