/* SPDX-License-Identifier: Apache-2.0 */
#include "layer/pipe.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/limits.h"
#include "base/mem.h"

/*
 * What each side may touch: the fields up to `ring` belong to the producing
 * step, whichever thread runs it, and are read by the consumer only after the
 * ring has ended (its lock orders the two). The fields behind it belong to the
 * consumer. A chunk of stored bytes is published only when the decoder is done
 * with it, so that nobody copies it.
 */

enum { TAG_STORED = 1, TAG_UNPACKED };

#define RATIO_FLOOR (1ull << 30) /* below this, any ratio is fine */

struct tsr_pipe {
	struct tsr_pipe_options o;
	const struct tsr_codec *codec;
	void *decoder;
	struct tsr_chunk *in;  /* stored bytes being decoded */
	size_t in_used;
	struct tsr_chunk *out; /* unpacked bytes being filled */
	bool started, input_ended, decoding;
	enum tsr_codec_status last;
	const char *codec_why;
	struct tsr_hash plain, plain_other;
	uint64_t stored, unpacked, undecoded;
	struct tsr_buf aside;
	enum tsr_pipe_status status;
	char why[256];

	struct tsr_ring *ring;
	struct tsr_hash stored_hash, unpacked_hash, stored_other, unpacked_other;
};

static int pipe_step(void *ctx, struct tsr_ring *ring);

static int pipe_hashes(struct tsr_pipe *p, struct tsr_err *err)
{
	struct tsr_hash *first[] = { &p->plain, &p->stored_hash, &p->unpacked_hash };
	struct tsr_hash *second[] = { &p->plain_other, &p->stored_other, &p->unpacked_other };

	for (size_t i = 0; i < TSR_ARRAY_LEN(first); i++) {
		if (tsr_hash_init(first[i], TSR_DIGEST_SHA256, err))
			return -1;
		if (p->o.other != TSR_DIGEST_NONE && tsr_hash_init(second[i], p->o.other, err))
			return -1;
	}
	return 0;
}

struct tsr_pipe *tsr_pipe_new(const struct tsr_pipe_options *o, struct tsr_err *err)
{
	struct tsr_pipe *p = tsr_xcalloc(1, sizeof(*p));

	p->o = *o;
	tsr_buf_init(&p->aside, TSR_ASIDE_MAX);
	if (pipe_hashes(p, err)) {
		tsr_pipe_free(p);
		return NULL;
	}
	p->ring = tsr_ring_new(TSR_RING_CHUNKS, o->chunk_size, o->headroom, pipe_step, p);
	return p;
}

void tsr_pipe_free(struct tsr_pipe *p)
{
	if (!p)
		return;
	if (p->ring) {
		tsr_ring_close(p->ring);
		tsr_ring_free(p->ring);
	}
	if (p->decoder)
		p->codec->close(p->decoder);
	tsr_buf_release(&p->aside);
	tsr_hash_release(&p->plain);
	tsr_hash_release(&p->plain_other);
	tsr_hash_release(&p->stored_hash);
	tsr_hash_release(&p->stored_other);
	tsr_hash_release(&p->unpacked_hash);
	tsr_hash_release(&p->unpacked_other);
	free(p);
}

struct tsr_ring *tsr_pipe_ring(struct tsr_pipe *p)
{
	return p->ring;
}

const struct tsr_codec *tsr_pipe_codec(const struct tsr_pipe *p)
{
	return p->codec;
}

/* The first trouble is the one that is told. */
static void pipe_fail(struct tsr_pipe *p, enum tsr_pipe_status status, const char *why)
{
	if (p->status != TSR_PIPE_WHOLE)
		return;
	p->status = status;
	snprintf(p->why, sizeof(p->why), "%s", why);
}

static bool past_deadline(const struct tsr_pipe *p)
{
	struct timespec now;

	if (!p->o.deadline)
		return false;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec > p->o.deadline;
}

/* Fills a chunk from the input; false at its end or on an error. */
static bool pipe_read(struct tsr_pipe *p, struct tsr_chunk *c)
{
	struct tsr_err err = TSR_ERR_INIT;
	size_t n;

	if (p->input_ended)
		return false;
	if (past_deadline(p)) {
		p->input_ended = true;
		pipe_fail(p, TSR_PIPE_LIMITED, "the time limit was reached");
		return false;
	}
	/* To the full, so that neither sniffing nor a decoder sees how a pipe delivers. Bytes before an error count. */
	n = tsr_read_most(&p->o.in, c->data, c->size, &err);
	if (err.kind != TSR_ENONE)
		pipe_fail(p, TSR_PIPE_UNREAD, err.msg);
	p->input_ended = n < c->size;
	c->len = n;
	p->stored += n;
	return n > 0;
}

static int plain_step(struct tsr_pipe *p, struct tsr_ring *ring, struct tsr_chunk *c)
{
	tsr_hash_update(&p->plain, c->data, c->len);
	if (p->o.other != TSR_DIGEST_NONE)
		tsr_hash_update(&p->plain_other, c->data, c->len);
	p->unpacked += c->len;
	if (p->unpacked > p->o.max_unpacked) {
		pipe_fail(p, TSR_PIPE_LIMITED, "it has more bytes than --max-unpacked allows");
		p->input_ended = true;
	}
	c->tag = TAG_UNPACKED;
	tsr_ring_put(ring, c);
	return 1;
}

/* The next stored bytes into p->in; false at the end of the input. */
static bool refill(struct tsr_pipe *p, struct tsr_ring *ring)
{
	struct tsr_chunk *c = tsr_ring_get(ring);

	if (!c)
		return false;
	if (!pipe_read(p, c)) {
		tsr_ring_drop(ring, c);
		return false;
	}
	p->in = c;
	p->in_used = 0;
	return true;
}

static void publish_stored(struct tsr_pipe *p, struct tsr_ring *ring)
{
	p->in->tag = TAG_STORED;
	tsr_ring_put(ring, p->in);
	p->in = NULL;
}

static void stop_decoding(struct tsr_pipe *p, enum tsr_pipe_status status, const char *why)
{
	p->decoding = false;
	pipe_fail(p, status, why);
}

static void check_volume(struct tsr_pipe *p)
{
	if (p->unpacked > p->o.max_unpacked)
		stop_decoding(p, TSR_PIPE_LIMITED, "it unpacks to more than --max-unpacked allows");
	else if (p->unpacked > RATIO_FLOOR && p->unpacked / p->o.max_ratio > p->stored)
		stop_decoding(p, TSR_PIPE_LIMITED, "it unpacks at a higher ratio than --max-ratio allows");
}

static void decode_some(struct tsr_pipe *p)
{
	struct tsr_codec_io io = {
		.in = p->in->data + p->in_used,
		.in_len = p->in->len - p->in_used,
		.out = p->out->data + p->out->len,
		.out_len = p->out->size - p->out->len,
		.aside = &p->aside,
	};
	size_t room = io.out_len, given = io.in_len;
	char why[200];

	p->last = p->codec->decode(p->decoder, &io);
	p->in_used = p->in->len - io.in_len;
	p->out->len += room - io.out_len;
	p->unpacked += room - io.out_len;
	p->undecoded += io.held;
	switch (p->last) {
	case TSR_CODEC_OK:
	case TSR_CODEC_END:
		check_volume(p);
		/* Without input it may just have nothing left to give; with some it is stuck. */
		if (given && io.out_len == room && io.in_len == given)
			stop_decoding(p, TSR_PIPE_DAMAGED, "the decoder makes no progress");
		break;
	case TSR_CODEC_TRAILING:
		snprintf(why, sizeof(why), "%s: bytes behind the end of the stream%s%s", p->codec->name, io.why ? ": " : "",
			 io.why ? io.why : "");
		stop_decoding(p, TSR_PIPE_DAMAGED, why);
		break;
	case TSR_CODEC_DAMAGED:
		snprintf(why, sizeof(why), "%s: %s", p->codec->name, io.why ? io.why : "damaged");
		stop_decoding(p, TSR_PIPE_DAMAGED, why);
		break;
	case TSR_CODEC_LIMITED:
		snprintf(why, sizeof(why), "%s: %s", p->codec->name, io.why ? io.why : "its window is too large");
		stop_decoding(p, TSR_PIPE_LIMITED, why);
		break;
	}
}

/* The decoder has seen the last byte: was that the end of its stream? */
static void end_of_input(struct tsr_pipe *p)
{
	char why[64];

	if (!p->decoding || p->status != TSR_PIPE_WHOLE)
		return;
	p->decoding = false;
	if (p->last == TSR_CODEC_END)
		return;
	snprintf(why, sizeof(why), "%s: the stream is cut short", p->codec->name);
	pipe_fail(p, TSR_PIPE_DAMAGED, why);
}

static int publish_rest(struct tsr_pipe *p, struct tsr_ring *ring)
{
	struct tsr_chunk *c = p->out;

	p->out = NULL;
	if (!c)
		return 0;
	if (!c->len) {
		tsr_ring_drop(ring, c);
		return 0;
	}
	c->tag = TAG_UNPACKED;
	tsr_ring_put(ring, c);
	return 1;
}

/* One chunk, stored or unpacked, is published per step. */
static int codec_step(struct tsr_pipe *p, struct tsr_ring *ring)
{
	for (;;) {
		if (!p->in && !refill(p, ring)) {
			end_of_input(p);
			return publish_rest(p, ring);
		}
		if (!p->decoding) { /* only to be hashed */
			p->undecoded += p->in->len - p->in_used;
			publish_stored(p, ring);
			return 1;
		}
		if (!p->out && !(p->out = tsr_ring_get(ring)))
			return 0;
		decode_some(p);
		if (p->out->len == p->out->size)
			return publish_rest(p, ring);
		if (p->in_used == p->in->len) {
			publish_stored(p, ring);
			return 1;
		}
	}
}

static int first_step(struct tsr_pipe *p, struct tsr_ring *ring)
{
	struct tsr_chunk *c = tsr_ring_get(ring);

	if (!c)
		return 0;
	if (!pipe_read(p, c)) {
		tsr_ring_drop(ring, c);
		return 0;
	}
	p->started = true;
	p->codec = tsr_codec_sniff(c->data, c->len);
	if (!p->codec)
		return plain_step(p, ring, c);
	p->decoder = p->codec->open();
	p->decoding = true;
	p->in = c;
	return codec_step(p, ring);
}

static int pipe_step(void *ctx, struct tsr_ring *ring)
{
	struct tsr_pipe *p = ctx;
	struct tsr_chunk *c;

	if (!p->started)
		return first_step(p, ring);
	if (p->codec)
		return codec_step(p, ring);
	c = tsr_ring_get(ring);
	if (!c)
		return 0;
	if (!pipe_read(p, c)) {
		tsr_ring_drop(ring, c);
		return 0;
	}
	return plain_step(p, ring, c);
}

struct tsr_chunk *tsr_pipe_next(struct tsr_pipe *p)
{
	struct tsr_chunk *c;

	while ((c = tsr_ring_next(p->ring)) && c->tag == TAG_STORED) {
		tsr_hash_update(&p->stored_hash, c->data, c->len);
		if (p->o.other != TSR_DIGEST_NONE)
			tsr_hash_update(&p->stored_other, c->data, c->len);
	}
	if (c && p->codec) {
		tsr_hash_update(&p->unpacked_hash, c->data, c->len);
		if (p->o.other != TSR_DIGEST_NONE)
			tsr_hash_update(&p->unpacked_other, c->data, c->len);
	}
	return c;
}

void tsr_pipe_finish(struct tsr_pipe *p, struct tsr_pipe_result *out)
{
	bool plain = !p->codec;

	*out = (struct tsr_pipe_result){
		.status = p->status,
		.codec = p->codec,
		.stored = p->stored,
		.unpacked = p->unpacked,
		.undecoded = p->undecoded,
		.aside = tsr_buf_slice(&p->aside),
		.aside_full = p->aside.full,
	};
	memcpy(out->why, p->why, sizeof(out->why));
	tsr_hash_final(plain ? &p->plain : &p->stored_hash, &out->digest);
	if (plain)
		out->diff_id = out->digest;
	else
		tsr_hash_final(&p->unpacked_hash, &out->diff_id);
	if (p->o.other == TSR_DIGEST_NONE)
		return;
	tsr_hash_final(plain ? &p->plain_other : &p->stored_other, &out->digest_other);
	if (plain)
		out->diff_id_other = out->digest_other;
	else
		tsr_hash_final(&p->unpacked_other, &out->diff_id_other);
}
