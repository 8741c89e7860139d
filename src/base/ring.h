/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_BASE_RING_H
#define TSR_BASE_RING_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Chunks between the two stages of a job: [read + inflate] and [hash + walk +
 * scan]. The consumer owns the job. As long as no other thread has time, it runs
 * the producing step itself, inline; a thread that falls idle can attach to the
 * ring at any moment (tsr_ring_assist) and produce ahead from then on. Either
 * way the consumer sees the same chunks in the same order, so the number of
 * threads cannot show in a result.
 *
 * The producing step takes free chunks (tsr_ring_get), fills and publishes them
 * (tsr_ring_put), not necessarily in the order it took them. Every chunk has
 * `headroom` writable bytes before its data, into which the consumer may copy
 * what it carries over from the chunk before.
 */
struct tsr_chunk {
	unsigned char *data; /* `size` bytes, with the ring's headroom before */
	size_t size, len;
	int tag; /* the producer's: which stream these bytes belong to */
};

struct tsr_ring;

/*
 * One producing step: publishes at least one chunk and returns 1, or returns 0
 * when nothing will follow, also after an error (which the producer keeps in its
 * own ctx for the consumer to see after the end). Never run by two threads at once.
 * Run inline it cannot wait, so it returns soon after its first chunk: one step
 * may not hold and publish more chunks than the ring has.
 */
typedef int tsr_ring_step(void *ctx, struct tsr_ring *ring);

/* At least 4 chunks: one with the consumer, one that a step reads into, one it fills. */
struct tsr_ring *tsr_ring_new(size_t chunks, size_t chunk_size, size_t headroom, tsr_ring_step *step, void *ctx);
void tsr_ring_free(struct tsr_ring *r); /* not while a thread is attached: close and wait first */

/* For the step: a free chunk with len 0. Blocks, when attached, until there is one; NULL if the ring was closed. */
struct tsr_chunk *tsr_ring_get(struct tsr_ring *r);
void tsr_ring_put(struct tsr_ring *r, struct tsr_chunk *c);  /* publishes */
void tsr_ring_drop(struct tsr_ring *r, struct tsr_chunk *c); /* gives it back unused */

/*
 * For the consumer: the next published chunk, or NULL at the end. The chunk
 * handed out before is free from then on.
 */
struct tsr_chunk *tsr_ring_next(struct tsr_ring *r);

/* For an idle thread: produces until the stream ends or is closed. Returns false at once if another thread is attached or all is produced. */
bool tsr_ring_assist(struct tsr_ring *r);

/* The consumer wants no more: waits until an attached thread has let go. */
void tsr_ring_close(struct tsr_ring *r);

#endif
