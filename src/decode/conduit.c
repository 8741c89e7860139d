/* SPDX-License-Identifier: Apache-2.0 */
#include "decode/conduit.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/mem.h"

struct tsr_conduit {
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t turn_over;
	bool readers_turn, ended, done; /* done: run() has returned */
	struct tsr_slice bytes;
	void (*run)(void *ctx, const struct tsr_reader *in);
	void *ctx;
};

/* Gives the other side its turn and waits for one's own. */
static void hand_over(struct tsr_conduit *c, bool to_reader)
{
	pthread_mutex_lock(&c->mutex);
	c->readers_turn = to_reader;
	pthread_cond_broadcast(&c->turn_over);
	while (c->readers_turn == to_reader && !(to_reader && c->done))
		pthread_cond_wait(&c->turn_over, &c->mutex);
	pthread_mutex_unlock(&c->mutex);
}

static ssize_t conduit_read(void *ctx, void *p, size_t n, struct tsr_err *err)
{
	struct tsr_conduit *c = ctx;

	(void)err;
	while (!c->bytes.len && !c->ended)
		hand_over(c, false);
	n = n < c->bytes.len ? n : c->bytes.len;
	if (n)
		memcpy(p, c->bytes.ptr, n);
	c->bytes = tsr_slice_sub(c->bytes, n, c->bytes.len);
	return (ssize_t)n;
}

static void *thread_main(void *ctx)
{
	struct tsr_conduit *c = ctx;
	const struct tsr_reader in = { conduit_read, c };

	pthread_mutex_lock(&c->mutex);
	while (!c->readers_turn)
		pthread_cond_wait(&c->turn_over, &c->mutex);
	pthread_mutex_unlock(&c->mutex);
	c->run(c->ctx, &in);
	pthread_mutex_lock(&c->mutex);
	c->done = true;
	pthread_cond_broadcast(&c->turn_over);
	pthread_mutex_unlock(&c->mutex);
	return NULL;
}

struct tsr_conduit *tsr_conduit_start(void (*run)(void *ctx, const struct tsr_reader *in), void *ctx)
{
	struct tsr_conduit *c = tsr_xcalloc(1, sizeof(*c));

	c->run = run;
	c->ctx = ctx;
	pthread_mutex_init(&c->mutex, NULL);
	pthread_cond_init(&c->turn_over, NULL);
	if (!pthread_create(&c->thread, NULL, thread_main, c)) {
		hand_over(c, true);
		return c;
	}
	pthread_cond_destroy(&c->turn_over);
	pthread_mutex_destroy(&c->mutex);
	free(c);
	return NULL;
}

void tsr_conduit_push(struct tsr_conduit *c, struct tsr_slice bytes)
{
	c->bytes = bytes;
	if (bytes.len && !c->done)
		hand_over(c, true);
	c->bytes = TSR_SLICE_NONE;
}

void tsr_conduit_finish(struct tsr_conduit *c)
{
	c->ended = true;
	if (!c->done)
		hand_over(c, true);
	pthread_join(c->thread, NULL);
	pthread_cond_destroy(&c->turn_over);
	pthread_mutex_destroy(&c->mutex);
	free(c);
}
