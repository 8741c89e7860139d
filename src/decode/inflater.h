/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_DECODE_INFLATER_H
#define TSR_DECODE_INFLATER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"
#include "source/reader.h"

/*
 * zlib streams (RFC 1950) in a run of bytes, one after the other, and the bytes between
 * them. Nothing is read beyond what the caller asks for but the input of one buffer.
 */
struct tsr_inflater;

struct tsr_inflater *tsr_inflater_new(struct tsr_reader in);
/* Of bytes in memory, which it borrows and does not copy. */
struct tsr_inflater *tsr_inflater_over(struct tsr_slice bytes);
void tsr_inflater_free(struct tsr_inflater *z); /* NULL is fine */

/* Goes to `bytes`, of an inflater over memory. */
void tsr_inflater_move(struct tsr_inflater *z, struct tsr_slice bytes);
/* A stream begins at the byte at hand. */
void tsr_inflater_begin(struct tsr_inflater *z);
/* Bytes of the stream: count, 0 at its end, -1: damaged or cut short. */
ssize_t tsr_inflater_read(struct tsr_inflater *z, void *p, size_t n, struct tsr_err *err);
/* The same until n bytes are there or the stream ends. */
ssize_t tsr_inflater_read_full(struct tsr_inflater *z, void *p, size_t n, struct tsr_err *err);
/* The byte at hand as it is, between streams: 0 to 255, -1: there is none, -2 with *err: the input cannot be read. */
int tsr_inflater_byte(struct tsr_inflater *z, struct tsr_err *err);
/* Bytes of the input before the one at hand. */
uint64_t tsr_inflater_offset(const struct tsr_inflater *z);

/* What the first bytes of a file inflate to: up to n bytes into p. -1: no zlib stream. */
ssize_t tsr_inflate_head(struct tsr_slice head, void *p, size_t n, bool *ended);

#endif
