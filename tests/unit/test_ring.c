/* SPDX-License-Identifier: Apache-2.0 */
#include "base/ring.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

#define HEADROOM 37
#define SIZE 64

/* Publishes chunks numbered from 0, now and then out of order or two at once. */
struct source {
	int next, total;
	atomic_int running; /* steps at once: never more than one */
	bool twice;
};

static int step(void *ctx, struct tsr_ring *r)
{
	struct source *s = ctx;
	int n, k;

	if (atomic_fetch_add(&s->running, 1) != 0)
		s->twice = true;
	n = s->next >= s->total ? 0 : s->next % 5 == 4 ? 2 : 1;
	for (k = 0; k < n && s->next < s->total; k++) {
		/* One chunk is taken ahead and given back, as a reader's input is. */
		struct tsr_chunk *ahead = tsr_ring_get(r), *c = ahead ? tsr_ring_get(r) : NULL;

		if (ahead)
			tsr_ring_drop(r, ahead);
		if (!c) {
			n = 0;
			break;
		}
		cr_assert_eq(c->len, 0);
		memset(c->data - HEADROOM, s->next & 0xff, HEADROOM + c->size);
		c->len = (size_t)(s->next % SIZE) + 1;
		c->tag = s->next++;
		tsr_ring_put(r, c);
	}
	atomic_fetch_sub(&s->running, 1);
	return n > 0;
}

static void *assist(void *arg)
{
	return tsr_ring_assist(arg) ? arg : NULL;
}

/* Consumes everything; a thread attaches before chunk `attach_at` (-1: none, 0: at the start). */
static void run(int total, int attach_at, size_t chunks)
{
	struct source s = { .total = total };
	struct tsr_ring *r = tsr_ring_new(chunks, SIZE, HEADROOM, step, &s);
	pthread_t thread;
	bool attached = false;
	int i;

	for (i = 0;; i++) {
		struct tsr_chunk *c;

		if (i == attach_at)
			attached = pthread_create(&thread, NULL, assist, r) == 0;
		c = tsr_ring_next(r);
		if (!c)
			break;
		cr_assert_eq(c->tag, i);
		cr_assert_eq(c->size, SIZE);
		cr_assert_eq(c->len, (size_t)(i % SIZE) + 1);
		cr_assert_eq(c->data[0], i & 0xff);
		cr_assert_eq(c->data[SIZE - 1], i & 0xff);
		memset(c->data - HEADROOM, 0, HEADROOM);
	}
	cr_assert_eq(i, total);
	cr_assert_null(tsr_ring_next(r), "the end stays the end");
	tsr_ring_close(r);
	if (attached)
		pthread_join(thread, NULL);
	cr_assert_not(tsr_ring_assist(r));
	cr_assert_not(s.twice, "two threads were in a step");
	tsr_ring_free(r);
}

Test(ring, without_a_thread)
{
	run(0, -1, 4);
	run(1, -1, 4);
	run(1000, -1, 4);
	run(1000, -1, 8);
}

Test(ring, with_a_thread_from_the_start)
{
	int i;

	for (i = 0; i < 50; i++)
		run(200, 0, 4);
	run(0, 0, 4);
	run(5000, 0, 8);
}

Test(ring, attaching_midway_shows_the_same_chunks)
{
	int i;

	for (i = 1; i < 100; i++)
		run(100, i, 4 + (size_t)(i % 5));
}

static void *assist_counting(void *arg)
{
	return (void *)(uintptr_t)(tsr_ring_assist(arg) ? 1 : 0);
}

Test(ring, only_one_of_many_threads_attaches)
{
	struct source s = { .total = 20000 };
	struct tsr_ring *r = tsr_ring_new(8, SIZE, HEADROOM, step, &s);
	pthread_t threads[4];
	uintptr_t sum = 0;
	int i, n = 0;

	for (i = 0; i < 4; i++)
		cr_assert_eq(pthread_create(&threads[i], NULL, assist_counting, r), 0);
	while (tsr_ring_next(r))
		n++;
	tsr_ring_close(r);
	for (i = 0; i < 4; i++) {
		void *ret;

		pthread_join(threads[i], &ret);
		sum += (uintptr_t)ret;
	}
	cr_assert_eq(n, 20000);
	cr_assert_leq(sum, 1);
	cr_assert_not(s.twice);
	tsr_ring_free(r);
}

Test(ring, close_stops_a_blocked_producer)
{
	int i;

	for (i = 0; i < 30; i++) {
		struct source s = { .total = 1000000 };
		struct tsr_ring *r = tsr_ring_new(4, SIZE, HEADROOM, step, &s);
		pthread_t thread;

		cr_assert_eq(pthread_create(&thread, NULL, assist, r), 0);
		cr_assert_not_null(tsr_ring_next(r));
		if (i % 3 == 0)
			usleep(1000); /* until it waits for a free chunk */
		tsr_ring_close(r);
		cr_assert_null(tsr_ring_next(r));
		pthread_join(thread, NULL);
		tsr_ring_free(r);
	}
}

Test(ring, close_without_reading_anything)
{
	struct source s = { .total = 5 };
	struct tsr_ring *r = tsr_ring_new(4, SIZE, 0, step, &s);

	tsr_ring_close(r);
	cr_assert_null(tsr_ring_next(r));
	cr_assert_null(tsr_ring_get(r));
	cr_assert_eq(s.next, 0);
	tsr_ring_free(r);
	tsr_ring_free(NULL);
}

static int swapping(void *ctx, struct tsr_ring *r)
{
	int *left = ctx;
	struct tsr_chunk *a, *b;

	if (*left == 0)
		return 0;
	a = tsr_ring_get(r);
	b = tsr_ring_get(r);
	cr_assert_neq(a, b);
	a->tag = 2;
	b->tag = 1;
	tsr_ring_put(r, b);
	tsr_ring_put(r, a);
	--*left;
	return 1;
}

Test(ring, order_is_that_of_publishing)
{
	int left = 3, i;
	struct tsr_ring *r = tsr_ring_new(4, SIZE, 0, swapping, &left);

	for (i = 0; i < 6; i++)
		cr_assert_eq(tsr_ring_next(r)->tag, i % 2 + 1);
	cr_assert_null(tsr_ring_next(r));
	tsr_ring_free(r);
}

Test(ring, too_few_chunks_are_a_bug, .signal = SIGABRT)
{
	tsr_ring_new(3, SIZE, 0, swapping, NULL);
}

static int greedy(void *ctx, struct tsr_ring *r)
{
	(void)ctx;
	while (tsr_ring_get(r))
		continue;
	return 0;
}

Test(ring, an_inline_step_that_takes_every_chunk_is_a_bug, .signal = SIGABRT)
{
	tsr_ring_next(tsr_ring_new(4, SIZE, 0, greedy, NULL));
}
