/* SPDX-License-Identifier: Apache-2.0 */
#include "base/ring.h"

#include <pthread.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"

/*
 * One mutex, one condition. Two flags say who may run the step: `attached` when
 * another thread has taken production over, `inlined` while the consumer is in a
 * step. An assisting thread sets `attached` first, which bars all others, and
 * waits until `inlined` is gone; so a step never runs twice at once, and every
 * hand-over of the producer's ctx passes through the mutex.
 *
 * The free list is a stack: a ring that nobody assists keeps reusing two or
 * three chunks, which stay in the cache, and a chunk's memory is only allocated
 * when it is first used.
 */
struct tsr_ring {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	tsr_ring_step *step;
	void *ctx;
	struct tsr_chunk *chunks;
	struct tsr_chunk **free;  /* stack of n_free */
	struct tsr_chunk **queue; /* published, in order; circular */
	size_t n, n_free, head, n_queued, chunk_size, headroom;
	struct tsr_chunk *held; /* with the consumer */
	bool attached, inlined, ended, closed;
};

struct tsr_ring *tsr_ring_new(size_t chunks, size_t chunk_size, size_t headroom, tsr_ring_step *step,
			      void *ctx)
{
	struct tsr_ring *r = tsr_xcalloc(1, sizeof(*r));
	size_t i;

	if (chunks < 4)
		TSR_BUG("ring: fewer than 4 chunks");
	pthread_mutex_init(&r->lock, NULL);
	pthread_cond_init(&r->changed, NULL);
	r->step = step;
	r->ctx = ctx;
	r->n = chunks;
	r->chunk_size = chunk_size;
	r->headroom = headroom;
	r->chunks = tsr_xcalloc(chunks, sizeof(*r->chunks));
	r->free = tsr_xcalloc(chunks, sizeof(struct tsr_chunk *));
	r->queue = tsr_xcalloc(chunks, sizeof(struct tsr_chunk *));
	for (i = chunks; i > 0; i--)
		r->free[r->n_free++] = &r->chunks[i - 1];
	return r;
}

void tsr_ring_free(struct tsr_ring *r)
{
	size_t i;

	if (!r)
		return;
	if (r->attached)
		TSR_BUG("ring: freed while a thread is attached");
	for (i = 0; i < r->n; i++)
		if (r->chunks[i].data)
			free(r->chunks[i].data - r->headroom);
	free(r->chunks);
	free(r->free);
	free(r->queue);
	pthread_cond_destroy(&r->changed);
	pthread_mutex_destroy(&r->lock);
	free(r);
}

struct tsr_chunk *tsr_ring_get(struct tsr_ring *r)
{
	struct tsr_chunk *c = NULL;

	pthread_mutex_lock(&r->lock);
	while (r->n_free == 0 && !r->closed) {
		/* The consumer cannot wait for itself. */
		if (r->inlined)
			TSR_BUG("ring: a step took more chunks than there are");
		pthread_cond_wait(&r->changed, &r->lock);
	}
	if (!r->closed)
		c = r->free[--r->n_free];
	pthread_mutex_unlock(&r->lock);
	if (!c)
		return NULL;
	if (!c->data) {
		c->data = (unsigned char *)tsr_xmalloc(r->headroom + r->chunk_size) + r->headroom;
		c->size = r->chunk_size;
	}
	c->len = 0;
	c->tag = 0;
	return c;
}

void tsr_ring_put(struct tsr_ring *r, struct tsr_chunk *c)
{
	pthread_mutex_lock(&r->lock);
	r->queue[(r->head + r->n_queued++) % r->n] = c;
	pthread_cond_broadcast(&r->changed);
	pthread_mutex_unlock(&r->lock);
}

/* Under the lock. */
static void give_back(struct tsr_ring *r, struct tsr_chunk *c)
{
	r->free[r->n_free++] = c;
	pthread_cond_broadcast(&r->changed);
}

void tsr_ring_drop(struct tsr_ring *r, struct tsr_chunk *c)
{
	pthread_mutex_lock(&r->lock);
	give_back(r, c);
	pthread_mutex_unlock(&r->lock);
}

/* One step without the lock, which is held before and after. */
static void run_step(struct tsr_ring *r)
{
	int more;

	pthread_mutex_unlock(&r->lock);
	more = r->step(r->ctx, r);
	pthread_mutex_lock(&r->lock);
	if (!more)
		r->ended = true;
}

struct tsr_chunk *tsr_ring_next(struct tsr_ring *r)
{
	pthread_mutex_lock(&r->lock);
	if (r->held)
		give_back(r, r->held);
	r->held = NULL;
	while (r->n_queued == 0 && !r->ended && !r->closed) {
		if (r->attached) {
			pthread_cond_wait(&r->changed, &r->lock);
			continue;
		}
		r->inlined = true;
		run_step(r);
		r->inlined = false;
		pthread_cond_broadcast(&r->changed);
	}
	if (r->n_queued && !r->closed) {
		r->held = r->queue[r->head];
		r->head = (r->head + 1) % r->n;
		r->n_queued--;
	}
	pthread_mutex_unlock(&r->lock);
	return r->held;
}

bool tsr_ring_assist(struct tsr_ring *r)
{
	pthread_mutex_lock(&r->lock);
	if (r->attached || r->ended || r->closed) {
		pthread_mutex_unlock(&r->lock);
		return false;
	}
	r->attached = true;
	while (r->inlined)
		pthread_cond_wait(&r->changed, &r->lock);
	while (!r->ended && !r->closed)
		run_step(r);
	r->attached = false;
	pthread_cond_broadcast(&r->changed);
	pthread_mutex_unlock(&r->lock);
	return true;
}

void tsr_ring_close(struct tsr_ring *r)
{
	pthread_mutex_lock(&r->lock);
	r->closed = true;
	pthread_cond_broadcast(&r->changed);
	while (r->attached)
		pthread_cond_wait(&r->changed, &r->lock);
	pthread_mutex_unlock(&r->lock);
}
