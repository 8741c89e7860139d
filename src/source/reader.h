/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_SOURCE_READER_H
#define TSR_SOURCE_READER_H

#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

/*
 * A run of bytes to be read once, front to back: a whole input, one member of an
 * archive, a range of a file. read() returns how many bytes it put into p (1 to n),
 * 0 at the end, -1 with *err filled. After -1 it is not called again.
 */
struct tsr_reader {
	ssize_t (*read)(void *ctx, void *p, size_t n, struct tsr_err *err);
	void *ctx;
};

static inline ssize_t tsr_read(const struct tsr_reader *r, void *p, size_t n, struct tsr_err *err)
{
	return r->read(r->ctx, p, n, err);
}

/* Reads until n bytes are there or the end; returns the count, or -1. */
ssize_t tsr_read_full(const struct tsr_reader *r, void *p, size_t n, struct tsr_err *err);
/*
 * The same, but bytes in front of an error are not lost: returns the count, and *err, if its kind
 * is not TSR_ENONE then, says why there are no more.
 */
size_t tsr_read_most(const struct tsr_reader *r, void *p, size_t n, struct tsr_err *err);

/* Bytes [offset, offset + size) of a file, by pread: any number of them at once on one descriptor. */
struct tsr_range_reader {
	int fd;
	uint64_t offset, left;
};
struct tsr_reader tsr_range_reader(struct tsr_range_reader *r, int fd, uint64_t offset, uint64_t size);

/* `head` (borrowed) first, then the bytes of `rest`: for a stream that was sniffed. */
struct tsr_prefixed_reader {
	const unsigned char *head;
	size_t left;
	struct tsr_reader rest;
};
struct tsr_reader tsr_prefixed_reader(struct tsr_prefixed_reader *r, const void *head, size_t len, struct tsr_reader rest);

/* Bytes in memory. */
struct tsr_memory_reader {
	const unsigned char *p;
	size_t left;
};
struct tsr_reader tsr_memory_reader(struct tsr_memory_reader *r, const void *p, size_t len);

#endif
