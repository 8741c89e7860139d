/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_DECODE_CONTAINER_H
#define TSR_DECODE_CONTAINER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"
#include "source/reader.h"

/*
 * Files that hold other streams of bytes: archives, compressed files, git objects
 * and packs, databases. One row per format (decode/containers.def), chosen by the first
 * bytes, never by name. A container is read once, front to back; what it holds comes
 * stream by stream, and each is looked at as a file is (inspect/nested.c), containers in it
 * included. Nothing here knows of rules, findings, depth or budgets.
 *
 * What is malformed ends the container with an error whose message says what is wrong
 * (English, no text of the image in it): the caller lists it, and the bytes of the container
 * itself are scanned in any case. Memory that an opened container takes is bounded, whatever
 * the input claims; a stream that does not fit the bound is told with `why_not`.
 */

/* A stream inside a container. */
struct tsr_inner_stream {
	struct tsr_slice path; /* raw bytes as the container names it, "" if it has no name (gzip); valid until the next */
	const char *why_not;   /* static text: its bytes cannot be had ("encrypted"); NULL: they can be read */
};

struct tsr_container_input {
	struct tsr_reader in;   /* its bytes from the first on; outlives the state */
	struct tsr_slice whole; /* the same in memory, for rows with `whole`; then `in` is not read */
};

struct tsr_container {
	const char *kind; /* "zip": the kind of `via` in reports */
	bool whole;       /* needs all of its bytes at once (index at the end, deltas) */
	/* Do these first bytes (TSR_CONTAINER_HEAD of them, fewer only if there are no more) begin one? */
	bool (*sniff)(struct tsr_slice head);
	/* NULL with *err filled: it is not one after all, or malformed. */
	void *(*open)(const struct tsr_container_input *in, struct tsr_err *err);
	/*
	 * Goes to the next stream, over what is left of the one before: 1, 0 behind the last, -1 with *err
	 * filled: malformed from here on.
	 */
	int (*next)(void *state, struct tsr_inner_stream *out, struct tsr_err *err);
	/* Bytes of the stream, as tsr_reader's: count, 0 at its end, -1 (this stream is damaged; next() may be tried). */
	ssize_t (*read)(void *state, void *p, size_t n, struct tsr_err *err);
	void (*close)(void *state);
	/* Of a row with `whole`: what reads a file of this kind that is too large to be kept; less is seen then. NULL: nothing. */
	const struct tsr_container *streamed;
};

#define TSR_CONTAINER_HEAD 512u

/* next() of a container that holds one stream without a name. */
static inline int tsr_container_next_only(bool *told, struct tsr_inner_stream *out)
{
	if (*told)
		return 0;
	*told = true;
	*out = (struct tsr_inner_stream){ 0 };
	return 1;
}

/* The row for these first bytes, or NULL: no container. */
const struct tsr_container *tsr_container_sniff(struct tsr_slice head);
/* All rows in order, for tests and --version: NULL past the end. */
const struct tsr_container *tsr_container_at(size_t i);

#endif
