/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_ARCHIVE_TAR_CHECK_H
#define TSR_ARCHIVE_TAR_CHECK_H

#include <stdint.h>

#include "archive/tar_walk.h"
#include "base/err.h"

/*
 * libarchive beside the strict walk, entry by entry: path bytes, type, size, link
 * target, header position. This is the only user of libarchive. libarchive pulls:
 * its read callback asks the caller for the next bytes (`next`), the caller runs its own
 * work on them (hash, scan, walk) and reports each entry that the walk meets with
 * tsr_tar_check_expect(). Since the walk has always seen what libarchive has, the
 * two meet in a short queue.
 *
 *	c = tsr_tar_check_new(next, ctx);
 *	tsr_tar_check_run(c, err);     -- calls next() until libarchive is done
 *	while (next(ctx, &p) > 0) ;    -- the caller drains what libarchive left unread
 *	tsr_tar_check_finish(c);       -- entries that only the walk saw
 */
struct tsr_tar_check;

/* The next bytes: their count and *p, valid until the next call; 0 at the end. */
typedef size_t tsr_tar_check_next(void *ctx, const unsigned char **p);
/* Optional, for a seekable archive whose bodies the caller does not deliver: skips up to n bytes, returns how many. NULL: read through. */
typedef uint64_t tsr_tar_check_skip(void *ctx, uint64_t n);

struct tsr_tar_check *tsr_tar_check_new(tsr_tar_check_next *next, tsr_tar_check_skip *skip, void *ctx);
void tsr_tar_check_free(struct tsr_tar_check *c);

/* The walk met this entry (call inside next(), in order). */
void tsr_tar_check_expect(struct tsr_tar_check *c, const struct tsr_tar_entry *e);

/* Runs libarchive to its end. -1 only when libarchive cannot be set up (TSR_EINTERNAL). */
int tsr_tar_check_run(struct tsr_tar_check *c, struct tsr_err *err);

struct tsr_tar_verdict {
	uint64_t agreed;    /* entries that both saw alike */
	bool differs;
	uint64_t entry;     /* number of the first entry that differs, from 0 */
	uint64_t header;    /* its header offset (of the walk, or of libarchive where the walk has none) */
	const char *what;   /* static: "path", "type", "size", "link", "position", "libarchive stops", "only libarchive sees it" */
	uint64_t warnings;  /* entries with ARCHIVE_WARN: counted, harmless */
};
void tsr_tar_check_finish(struct tsr_tar_check *c, struct tsr_tar_verdict *out);

#endif
