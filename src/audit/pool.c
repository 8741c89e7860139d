/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/pool.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"

struct offer {
	struct tsr_ring *ring;
	unsigned users; /* threads inside tsr_ring_assist() */
	bool tried;     /* it had a producer already, or has ended */
};

struct tsr_pool {
	pthread_mutex_t lock, large;
	pthread_cond_t changed;
	pthread_t *helpers;
	unsigned threads;
	bool closing;

	void (*job)(void *ctx, size_t i, unsigned thread);
	void *ctx;
	size_t n, next, running;

	struct offer *offers; /* one per thread at most */
	size_t n_offers;
};

struct helper {
	struct tsr_pool *pool;
	unsigned thread;
};

static bool run_one_job(struct tsr_pool *p, unsigned thread)
{
	size_t i;

	if (p->next >= p->n)
		return false;
	i = p->next++;
	p->running++;
	pthread_mutex_unlock(&p->lock);
	p->job(p->ctx, i, thread);
	pthread_mutex_lock(&p->lock);
	p->running--;
	pthread_cond_broadcast(&p->changed);
	return true;
}

static struct offer *find_offer(struct tsr_pool *p, const struct tsr_ring *r)
{
	for (size_t i = 0; i < p->n_offers; i++)
		if (p->offers[i].ring == r)
			return &p->offers[i];
	return NULL;
}

static bool assist_one_ring(struct tsr_pool *p)
{
	for (size_t i = 0; i < p->n_offers; i++) {
		struct tsr_ring *r = p->offers[i].ring;

		if (p->offers[i].tried)
			continue;
		p->offers[i].tried = true;
		p->offers[i].users++;
		pthread_mutex_unlock(&p->lock);
		tsr_ring_assist(r);
		pthread_mutex_lock(&p->lock);
		find_offer(p, r)->users--; /* it may have moved, but cannot be gone: retire() waits */
		pthread_cond_broadcast(&p->changed);
		return true;
	}
	return false;
}

static void *helper_main(void *arg)
{
	struct helper h = *(struct helper *)arg;
	struct tsr_pool *p = h.pool;

	free(arg);
	pthread_mutex_lock(&p->lock);
	while (!p->closing)
		if (!run_one_job(p, h.thread) && !assist_one_ring(p))
			pthread_cond_wait(&p->changed, &p->lock);
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

/* A thread that the system refuses is one less: the work is done by those that are there. */
static void start_helpers(struct tsr_pool *p, unsigned wanted)
{
	p->threads = 1;
	for (unsigned i = 1; i < wanted; i++) {
		struct helper *h = tsr_xmalloc(sizeof(*h));

		*h = (struct helper){ p, i };
		if (pthread_create(&p->helpers[i - 1], NULL, helper_main, h)) {
			free(h);
			return;
		}
		p->threads++;
	}
}

struct tsr_pool *tsr_pool_new(unsigned threads)
{
	struct tsr_pool *p = tsr_xcalloc(1, sizeof(*p));

	pthread_mutex_init(&p->lock, NULL);
	pthread_mutex_init(&p->large, NULL);
	pthread_cond_init(&p->changed, NULL);
	p->helpers = tsr_xcalloc(threads, sizeof(*p->helpers));
	p->offers = tsr_xcalloc(threads, sizeof(*p->offers));
	start_helpers(p, threads);
	return p;
}

void tsr_pool_free(struct tsr_pool *p)
{
	if (!p)
		return;
	pthread_mutex_lock(&p->lock);
	p->closing = true;
	pthread_cond_broadcast(&p->changed);
	pthread_mutex_unlock(&p->lock);
	for (unsigned i = 0; i + 1 < p->threads; i++)
		pthread_join(p->helpers[i], NULL);
	pthread_cond_destroy(&p->changed);
	pthread_mutex_destroy(&p->lock);
	pthread_mutex_destroy(&p->large);
	free(p->helpers);
	free(p->offers);
	free(p);
}

pthread_mutex_t *tsr_pool_large(struct tsr_pool *p)
{
	return &p->large;
}

unsigned tsr_pool_threads(const struct tsr_pool *p)
{
	return p->threads;
}

void tsr_pool_run(struct tsr_pool *p, size_t n, void (*job)(void *ctx, size_t i, unsigned thread), void *ctx)
{
	pthread_mutex_lock(&p->lock);
	p->job = job;
	p->ctx = ctx;
	p->n = n;
	p->next = 0;
	pthread_cond_broadcast(&p->changed);
	while (run_one_job(p, 0))
		;
	while (p->running)
		if (!assist_one_ring(p))
			pthread_cond_wait(&p->changed, &p->lock);
	p->n = p->next = 0;
	pthread_mutex_unlock(&p->lock);
}

void tsr_pool_offer(struct tsr_pool *p, struct tsr_ring *r)
{
	pthread_mutex_lock(&p->lock);
	p->offers[p->n_offers++] = (struct offer){ .ring = r };
	pthread_cond_broadcast(&p->changed);
	pthread_mutex_unlock(&p->lock);
}

void tsr_pool_retire(struct tsr_pool *p, struct tsr_ring *r)
{
	struct offer *o;

	tsr_ring_close(r);
	pthread_mutex_lock(&p->lock);
	o = find_offer(p, r);
	o->tried = true;
	while (o->users) {
		pthread_cond_wait(&p->changed, &p->lock);
		o = find_offer(p, r);
	}
	*o = p->offers[--p->n_offers];
	pthread_mutex_unlock(&p->lock);
}
