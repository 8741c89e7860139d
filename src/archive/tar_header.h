/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_ARCHIVE_TAR_HEADER_H
#define TSR_ARCHIVE_TAR_HEADER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

/*
 * One 512-byte tar header as Go's archive/tar reads it. Inner header of the
 * walk (archive/tar_walk.h); nothing else needs it.
 */
#define TSR_TAR_BLOCK 512u

enum tsr_tar_format {
	TSR_TAR_V7,
	TSR_TAR_USTAR,
	TSR_TAR_STAR,
	TSR_TAR_GNU
};

struct tsr_tar_header {
	enum tsr_tar_format format;
	char type;			     /* as it stands there */
	struct tsr_slice prefix, name, link; /* into the block */
	int64_t size, mode, uid, gid, mtime, devmajor, devminor;
	unsigned doubts; /* enum tsr_tar_doubt */
};

/* The NUL-terminated text of a field, or all of it. */
struct tsr_slice tsr_tar_text(const unsigned char *field, size_t len);

/* Octal or base-256. -1 where Go refuses it; doubtful forms are added to *doubts. */
int tsr_tar_number(const unsigned char *field, size_t len, int64_t *out, unsigned *doubts);

/* Decimal with an optional sign, as in PAX records (Go's strconv.ParseInt). -1 on anything else or overflow. */
int tsr_tar_decimal(struct tsr_slice s, int64_t *out);

bool tsr_tar_is_zero(const unsigned char *p, size_t len);

/* -1 and *why when it is none by Go's rules. */
int tsr_tar_header_parse(const unsigned char *block, struct tsr_tar_header *out, const char **why);

#endif
