/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_ARCHIVE_TAR_WALK_PRIV_H
#define TSR_ARCHIVE_TAR_WALK_PRIV_H

#include "archive/tar_header.h"
#include "archive/tar_pax.h"
#include "archive/tar_sparse.h"
#include "archive/tar_walk.h"

/* What the walk (tar_walk.c) and the making of entries (tar_entry.c) share. */

enum tsr_tar_state {
	AT_HEADER,
	IN_EXTENSION, /* body of x, g, L or K */
	IN_SPARSE,    /* blocks of an old GNU sparse map */
	IN_DATA,
	IN_PADDING,
	IN_TAIL, /* behind the end marker */
	IN_JUNK, /* behind what is no tar: nothing is looked at any more */
};

struct tsr_tar_walk {
	enum tsr_tar_state state;
	enum tsr_tar_event pending; /* NEED: none */
	enum tsr_tar_event last;
	const char *why;
	uint64_t pos;
	uint64_t left;	  /* of the body or data */
	unsigned padding; /* behind it */
	unsigned char block[TSR_TAR_BLOCK];
	size_t fill;
	bool zero;		/* the last block was the first of an end marker */
	bool ended;		/* end marker seen */
	bool grouped, complete; /* a group has begun; its entry was found */
	bool has_x, has_long, has_link;
	char extension; /* type of the body that is being read */
	uint64_t group;
	struct tsr_tar_header header;
	struct tsr_tar_sparse sparse;
	unsigned sparse_blocks;
	struct tsr_tar_map map;
	struct tsr_buf body, long_name, long_link;
	struct tsr_pax pax;
	char name[260], link[100]; /* texts of the header block */
	struct tsr_tar_entry entry;
	unsigned doubts, group_doubts;
};

/* Fills the entry from the header block alone. */
void tsr_tar_entry_begin(struct tsr_tar_walk *w);
/*
 * The whole entry: header and extensions of the group. *more: blocks of an old
 * GNU sparse map follow. -1 and *why where Go refuses it.
 */
int tsr_tar_entry_make(struct tsr_tar_walk *w, const unsigned char *block, bool *more, const char **why);

#endif
