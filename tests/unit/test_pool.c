/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <stdatomic.h>
#include <unistd.h>

#include "audit/pool.h"

struct tally {
	_Atomic unsigned ran[100];
	_Atomic unsigned at_once, most;
	unsigned threads;
	_Atomic bool bad_thread;
};

static void count_job(void *ctx, size_t i, unsigned thread)
{
	struct tally *t = ctx;
	unsigned now = atomic_fetch_add(&t->at_once, 1) + 1;

	if (now > t->most)
		t->most = now;
	if (thread >= t->threads)
		t->bad_thread = true;
	atomic_fetch_add(&t->ran[i], 1);
	usleep(200);
	atomic_fetch_sub(&t->at_once, 1);
}

Test(pool, every_job_runs_once)
{
	for (unsigned threads = 1; threads <= 8; threads++) {
		struct tsr_pool *p = tsr_pool_new(threads);
		struct tally t = { .threads = tsr_pool_threads(p) };

		tsr_pool_run(p, 100, count_job, &t);
		tsr_pool_run(p, 100, count_job, &t);
		for (size_t i = 0; i < 100; i++)
			cr_expect_eq(t.ran[i], 2, "job %zu with %u threads", i, threads);
		cr_expect_leq(t.most, threads);
		cr_expect_not(t.bad_thread);
		tsr_pool_free(p);
	}
}

Test(pool, no_jobs_are_no_work)
{
	struct tsr_pool *p = tsr_pool_new(3);

	tsr_pool_run(p, 0, count_job, NULL);
	tsr_pool_free(p);
}

struct counter {
	unsigned made;
};

static int make_chunk(void *ctx, struct tsr_ring *ring)
{
	struct counter *c = ctx;
	struct tsr_chunk *chunk;

	if (c->made == 500)
		return 0;
	chunk = tsr_ring_get(ring);
	if (!chunk)
		return 0;
	chunk->data[0] = (unsigned char)c->made++;
	chunk->len = 1;
	tsr_ring_put(ring, chunk);
	return 1;
}

static void consume_job(void *ctx, size_t i, unsigned thread)
{
	struct tsr_pool *p = ctx;
	struct counter c = { 0 };
	struct tsr_ring *r = tsr_ring_new(8, 64, 0, make_chunk, &c);
	struct tsr_chunk *chunk;
	unsigned n = 0;

	(void)i;
	(void)thread;
	tsr_pool_offer(p, r);
	while ((chunk = tsr_ring_next(r)))
		cr_expect_eq(chunk->data[0], (unsigned char)n++);
	tsr_pool_retire(p, r);
	cr_expect_eq(n, 500);
	tsr_ring_free(r);
}

Test(pool, idle_threads_produce_for_open_rings)
{
	for (unsigned threads = 1; threads <= 4; threads++)
		for (size_t jobs = 1; jobs <= 5; jobs++) {
			struct tsr_pool *p = tsr_pool_new(threads);

			tsr_pool_run(p, jobs, consume_job, p);
			tsr_pool_free(p);
		}
}
