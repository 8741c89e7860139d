/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_LAYER_PIPE_H
#define TSR_LAYER_PIPE_H

#include "base/digest.h"
#include "base/ring.h"
#include "source/codec.h"
#include "source/reader.h"

/*
 * A blob's bytes on their way: read, sniffed, inflated, hashed, each once. Two
 * stages joined by a ring: the producer reads and inflates (and hashes, where
 * stored and unpacked bytes are the same); the consumer, which owns the pipe, hashes
 * the rest and gets the unpacked bytes. An idle thread may run the producer
 * (tsr_ring_assist on tsr_pipe_ring); otherwise it runs inline.
 */
struct tsr_pipe;

struct tsr_pipe_options {
	struct tsr_reader in;
	size_t chunk_size, headroom;
	enum tsr_digest_alg other; /* a further digest to compute (SHA-384 or SHA-512), or NONE */
	uint64_t max_unpacked, max_ratio;
	int64_t deadline; /* CLOCK_MONOTONIC nanoseconds; 0: none */
};

enum tsr_pipe_status {
	TSR_PIPE_WHOLE = 0,
	TSR_PIPE_DAMAGED,  /* broken or cut compression; the rest of the stored bytes was read and hashed all the same */
	TSR_PIPE_LIMITED,  /* a limit: window, unpacked size, ratio, time */
	TSR_PIPE_UNREAD,   /* the input could not be read to its end */
};

struct tsr_pipe_result {
	enum tsr_pipe_status status;
	char why[256];                  /* for all but WHOLE */
	const struct tsr_codec *codec;  /* NULL: plain */
	uint64_t stored, unpacked;
	uint64_t undecoded; /* stored bytes behind the point where decoding stopped */
	struct tsr_slice aside; /* stored bytes that the unpacked stream lacks (source/codec.h); lives as long as the pipe */
	bool aside_full;        /* there were more */
	struct tsr_digest digest, diff_id;             /* SHA-256 of all stored, all unpacked bytes */
	struct tsr_digest digest_other, diff_id_other; /* NONE if not asked for */
};

struct tsr_pipe *tsr_pipe_new(const struct tsr_pipe_options *o, struct tsr_err *err);
void tsr_pipe_free(struct tsr_pipe *p); /* closes the ring, waits for a thread on it */
struct tsr_ring *tsr_pipe_ring(struct tsr_pipe *p);

/* The next unpacked bytes, `headroom` writable bytes before them; NULL at the end. Valid until the next call. The first chunk is full unless the blob is shorter. */
struct tsr_chunk *tsr_pipe_next(struct tsr_pipe *p);
/* The codec found; to be asked after the first next(). */
const struct tsr_codec *tsr_pipe_codec(const struct tsr_pipe *p);
/* After next() returned NULL. */
void tsr_pipe_finish(struct tsr_pipe *p, struct tsr_pipe_result *out);

#endif
