/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_DECODE_RPMDB_H
#define TSR_DECODE_RPMDB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"

/*
 * The database of installed packages that rpm keeps, in any of the formats it has had: SQLite
 * (rpmdb.sqlite), ndb (Packages.db, SUSE) and Berkeley DB's hash (Packages, before 2020). Each
 * holds the headers of packages as they are.
 */

/* Calls on_header with each; what it is given is valid for that call. -1: malformed from there on. */
int tsr_rpmdb_each(struct tsr_slice db, void (*on_header)(void *ctx, struct tsr_slice header), void *ctx,
		   struct tsr_err *err);

/* The formats. `left` bounds the bytes of all headers: each stands in the file once. */
struct tsr_rpmdb_out {
	void (*on_header)(void *ctx, struct tsr_slice header);
	void *ctx;
	uint64_t left;
};
/* False: more headers than the file has bytes. */
bool tsr_rpmdb_tell(struct tsr_rpmdb_out *out, struct tsr_slice header);
int tsr_rpmdb_ndb(struct tsr_slice db, struct tsr_rpmdb_out *out, struct tsr_err *err);
int tsr_rpmdb_bdb(struct tsr_slice db, struct tsr_rpmdb_out *out, struct tsr_err *err);

/*
 * A header (rpm-format(5), "Header"): an index of tags and the data they point to. Counts and offsets are the
 * file's own; what does not fit is not there.
 */
enum tsr_rpm_tag {
	TSR_RPM_NAME = 1000,
	TSR_RPM_VERSION = 1001,
	TSR_RPM_RELEASE = 1002,
	TSR_RPM_EPOCH = 1003,
	TSR_RPM_ARCH = 1022,
	TSR_RPM_FILEDIGESTS = 1035,
	TSR_RPM_FILEFLAGS = 1037,
	TSR_RPM_DIRINDEXES = 1116,
	TSR_RPM_BASENAMES = 1117,
	TSR_RPM_DIRNAMES = 1118,
	TSR_RPM_FILEDIGESTALGO = 5011,
};

struct tsr_rpm_header {
	struct tsr_slice index, data;
};

/* A tag's values: strings one after the other, or numbers of 32 bits. */
struct tsr_rpm_values {
	struct tsr_slice rest;
	uint32_t n; /* that are left */
};

bool tsr_rpm_header_parse(struct tsr_slice bytes, struct tsr_rpm_header *out);
/* Without any where the header has none of that type. */
struct tsr_rpm_values tsr_rpm_strings(const struct tsr_rpm_header *h, enum tsr_rpm_tag tag);
struct tsr_rpm_values tsr_rpm_numbers(const struct tsr_rpm_header *h, enum tsr_rpm_tag tag);
bool tsr_rpm_next_string(struct tsr_rpm_values *v, struct tsr_slice *out);
bool tsr_rpm_next_number(struct tsr_rpm_values *v, uint32_t *out);
/* The first string; empty if there is none. */
struct tsr_slice tsr_rpm_string(const struct tsr_rpm_header *h, enum tsr_rpm_tag tag);

#endif
