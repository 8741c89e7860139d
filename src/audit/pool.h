/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_AUDIT_POOL_H
#define TSR_AUDIT_POOL_H

#include <pthread.h>
#include <stddef.h>

#include "base/ring.h"

/*
 * The threads of an audit: `threads` in all, the caller's among them. A thread takes the
 * next job while there is one; with none left it produces for somebody else's open ring
 * (base/ring.h), so that one large layer at the end still keeps two busy.
 */
struct tsr_pool;

struct tsr_pool *tsr_pool_new(unsigned threads);
void tsr_pool_free(struct tsr_pool *p);
unsigned tsr_pool_threads(const struct tsr_pool *p);

/*
 * Runs job(ctx, i, thread) for every i below n, begun in ascending order; `thread` is below
 * tsr_pool_threads(), and no two jobs of one thread overlap. Returns when all are done.
 */
void tsr_pool_run(struct tsr_pool *p, size_t n, void (*job)(void *ctx, size_t i, unsigned thread), void *ctx);

/* For what only one thread may do at a time (inspect/inspect.h). */
pthread_mutex_t *tsr_pool_large(struct tsr_pool *p);

/* An open ring that an idle thread may produce for, from now until retire() returns. */
void tsr_pool_offer(struct tsr_pool *p, struct tsr_ring *r);
void tsr_pool_retire(struct tsr_pool *p, struct tsr_ring *r);

#endif
