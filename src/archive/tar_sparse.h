/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_ARCHIVE_TAR_SPARSE_H
#define TSR_ARCHIVE_TAR_SPARSE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

/*
 * Maps of sparse files are read only to refuse those that Go refuses: there its
 * reading ends, whatever others make of what follows. Inner header of the walk.
 */
struct tsr_tar_sparse {
	int64_t size; /* of the whole file */
	int64_t end;  /* of the last part */
};

/* The real size in an old GNU sparse header. */
int tsr_tar_sparse_begin(const unsigned char *block, struct tsr_tar_sparse *s, unsigned *doubts);
/* Takes the map's parts in an old GNU sparse header (`first`) or in one of the blocks behind it; *more: another block follows. */
int tsr_tar_sparse_block(const unsigned char *block, bool first, struct tsr_tar_sparse *s, bool *more,
			 unsigned *doubts);
/* Parts must be in order, must not overlap and must lie within the file. */
int tsr_tar_sparse_part(struct tsr_tar_sparse *s, int64_t offset, int64_t length);

enum tsr_tar_map_state {
	TSR_TAR_MAP_NONE,
	TSR_TAR_MAP_READING,
	TSR_TAR_MAP_BAD
};

/* A PAX 1.0 map: lines of decimal numbers before the file's data. */
struct tsr_tar_map {
	enum tsr_tar_map_state state; /* NONE: there is none, or it was read to its end */
	struct tsr_tar_sparse sparse;
	int64_t tokens; /* still to come, or -1 */
	int64_t offset;
	size_t total, len;
	char token[64];
};

void tsr_tar_map_begin(struct tsr_tar_map *m, int64_t size);
void tsr_tar_map_feed(struct tsr_tar_map *m, struct tsr_slice data);

#endif
