/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_DECODE_CONDUIT_H
#define TSR_DECODE_CONDUIT_H

#include "base/slice.h"
#include "source/reader.h"

/*
 * Bytes that come in pieces, for code that wants to read them: a function runs on a thread of
 * its own and reads; it runs only while its owner waits in start(), push() or finish(), so the two are
 * never at work at once and share what they like without locks.
 */
struct tsr_conduit;

/* Runs run(ctx, in) up to its first read that finds nothing. NULL: no thread is to be had. */
struct tsr_conduit *tsr_conduit_start(void (*run)(void *ctx, const struct tsr_reader *in), void *ctx);
/* Hands over bytes, and returns when all of them were read or run() has returned. */
void tsr_conduit_push(struct tsr_conduit *c, struct tsr_slice bytes);
/* The end of the bytes: lets run() come to its end, and frees. */
void tsr_conduit_finish(struct tsr_conduit *c);

#endif
