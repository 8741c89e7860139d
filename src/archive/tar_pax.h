/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_ARCHIVE_TAR_PAX_H
#define TSR_ARCHIVE_TAR_PAX_H

#include <stdbool.h>
#include <stdint.h>

#include "archive/tar_header.h"
#include "base/buf.h"

/*
 * The records of one PAX extended header, as Go's archive/tar takes them: the
 * last of equal keys wins, an empty value counts as none. Inner header of the
 * walk.
 */
struct tsr_pax {
	/* Into the body, which must outlive this; empty: no such record. */
	struct tsr_slice path, linkpath, size, uid, gid, mtime, atime, ctime;
	struct tsr_slice sparse_major, sparse_minor, sparse_name, sparse_size, sparse_realsize;
	struct tsr_slice sparse_blocks, sparse_map;
	struct tsr_buf xattrs;	  /* the SCHILY.xattr.* records as they stand */
	struct tsr_buf map;	  /* what a 0.0 map's records come to */
	bool more;		  /* has other records than "comment" */
	unsigned doubts;	  /* enum tsr_tar_doubt */
	struct tsr_pax_key *keys; /* scratch: to see duplicates */
	size_t cap_keys;
};

/* Bodies above this are refused, as Go does (maxSpecialFileSize). */
#define TSR_PAX_MAX (1u << 20)

void tsr_pax_init(struct tsr_pax *p);
void tsr_pax_release(struct tsr_pax *p);
void tsr_pax_reset(struct tsr_pax *p); /* no records; memory kept */

/* -1: malformed. */
int tsr_pax_parse(struct tsr_pax *p, struct tsr_slice body);

/* The numbers over those of the header. -1: one of them is none. */
int tsr_pax_numbers(struct tsr_pax *p, struct tsr_tar_header *h);

enum tsr_pax_sparse {
	TSR_PAX_DENSE,
	TSR_PAX_SPARSE_MAP,
	TSR_PAX_SPARSE_STORED
};

/*
 * Is it a sparse file, with the map in the records (0.0, 0.1: checked here) or
 * before its data (1.0)? *size is set to the real size where the records say one. -1: malformed.
 */
int tsr_pax_sparse(const struct tsr_pax *p, enum tsr_pax_sparse *kind, int64_t *size);

#endif
