/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_ARCHIVE_TAR_FRAMING_H
#define TSR_ARCHIVE_TAR_FRAMING_H

#include "archive/tar_check.h"
#include "base/buf.h"

/*
 * The framing of an outer archive: its header blocks, extended headers, padding
 * and end, with their offsets, but not the members' bodies. A body is not
 * interpreted by any tar reader, so libarchive can be run over the framing alone, with
 * zeros where bodies were: as long as the two readers agree on an entry they
 * agree on where the next header stands, and the first disagreement is seen
 * where it happens. So the comparison needs neither a second read of a pipe nor memory for bodies.
 */
struct tsr_tar_run {
	uint64_t offset; /* in the archive */
	size_t at, len;  /* in bytes */
};

struct tsr_tar_framing {
	struct tsr_buf bytes;
	struct tsr_tar_run *runs;
	size_t n, cap;
	uint64_t size; /* of the whole archive so far: bodies included */
};

void tsr_tar_framing_init(struct tsr_tar_framing *f, size_t max);
void tsr_tar_framing_release(struct tsr_tar_framing *f);
/* Bytes at `offset`, in ascending order. -1: there is no room (limit `max`). */
int tsr_tar_framing_add(struct tsr_tar_framing *f, uint64_t offset, struct tsr_slice bytes);
/* A body with its padding, which is not kept: the archive goes on at `offset`. */
void tsr_tar_framing_skip_to(struct tsr_tar_framing *f, uint64_t offset);

/* Where byte `at` of `bytes` stands in the archive; UINT64_MAX for bytes of no run. */
uint64_t tsr_tar_framing_offset(const struct tsr_tar_framing *f, uint64_t at);

/* Walks the framing again with both readers and compares. -1 only for TSR_EINTERNAL. */
int tsr_tar_framing_check(const struct tsr_tar_framing *f, struct tsr_tar_verdict *out, struct tsr_err *err);

#endif
