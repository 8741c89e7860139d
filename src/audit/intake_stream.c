/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "audit/intake.h"
#include "base/json.h"
#include "base/mem.h"

/*
 * A stream is read once, in order: the walk takes headers from a small buffer,
 * a member's body is analysed straight from the stream while it passes.
 */
#define STREAM_BUFFER (64u << 10)

struct stream {
	struct tsr_intake *in;
	struct tsr_reader source;
	struct tsr_tar_walk *walk;
	unsigned char *buf;
	size_t pos, len;
	uint64_t body_left;
	bool ended;
	char why[512]; /* the input broke off: why */
	enum tsr_errkind kind;
};

static void broke_off(struct stream *s, const struct tsr_err *err)
{
	snprintf(s->why, sizeof(s->why), "%s", err->msg);
	s->kind = err->kind;
}

/* More bytes into the empty buffer; false at the end. */
static bool fill(struct stream *s)
{
	struct tsr_err err = TSR_ERR_INIT;
	ssize_t n;

	if (s->ended)
		return false;
	n = tsr_read(&s->source, s->buf, STREAM_BUFFER, &err);
	if (n <= 0) {
		s->ended = true;
		if (n < 0)
			broke_off(s, &err);
		return false;
	}
	s->pos = 0;
	s->len = (size_t)n;
	return true;
}

/* The body of the current member, what is in the buffer first. Runs on whichever thread produces. */
static ssize_t body_read(void *ctx, void *p, size_t n, struct tsr_err *err)
{
	struct stream *s = ctx;
	struct tsr_err broken = TSR_ERR_INIT;
	ssize_t got;

	if (n > s->body_left)
		n = (size_t)s->body_left;
	if (!n)
		return 0;
	if (s->pos < s->len) {
		if (n > s->len - s->pos)
			n = s->len - s->pos;
		memcpy(p, s->buf + s->pos, n);
		s->pos += n;
		s->body_left -= n;
		return (ssize_t)n;
	}
	if (s->ended)
		return tsr_err_set(err, TSR_EFORMAT, "%s", TSR_INTAKE_CUT);
	got = tsr_read(&s->source, p, n, &broken);
	if (got <= 0) {
		s->ended = true;
		if (got < 0)
			broke_off(s, &broken);
		return tsr_err_set(err, TSR_EFORMAT, "%s", got < 0 ? broken.msg : TSR_INTAKE_CUT);
	}
	s->body_left -= (uint64_t)got;
	return got;
}

/* What an analysis that stopped early left of the body. */
static void drain_body(struct stream *s)
{
	unsigned char waste[4096];

	while (s->body_left && body_read(s, waste, sizeof(waste), NULL) > 0)
		;
}

/* The stream ended in a body or in padding: why, if it did not just end, is better known than where. */
static int cut_short(struct stream *s, uint64_t at)
{
	if (s->why[0])
		snprintf(s->in->damaged, sizeof(s->in->damaged), "%s", s->why);
	tsr_intake_cut(s->in, at);
	return 1;
}

static int take_padding(struct stream *s, uint64_t at, uint64_t n)
{
	unsigned char pad[512];
	struct tsr_reader r = { body_read, s };
	struct tsr_err unread;
	size_t got;

	s->body_left = n;
	got = tsr_read_most(&r, pad, (size_t)n, &unread);
	s->body_left = 0;
	tsr_intake_padding(s->in, pad, got);
	return got < n ? cut_short(s, at + got) : 0;
}

static int take_body(struct stream *s, struct tsr_blob *b, struct tsr_err *err)
{
	struct tsr_intake *in = s->in;
	size_t blob = in->members.n_blobs - 1;
	unsigned char head[TSR_JSON_SNIFF];
	struct tsr_prefixed_reader prefixed;
	struct tsr_reader body = { body_read, s };
	struct tsr_err unread;
	size_t n = tsr_read_most(&body, head, b->size < sizeof(head) ? (size_t)b->size : sizeof(head), &unread);
	int r;

	if (tsr_json_sniff(tsr_slice_of(head, n)))
		in->bodies[blob].keep = tsr_intake_json_share(in, b->size);
	r = tsr_intake_analyse(in, blob, 0, tsr_prefixed_reader(&prefixed, head, n, body), true, err);
	drain_body(s);
	return r;
}

/* 0: go on, 1: the stream has ended, -1. */
static int take_member(struct stream *s, const struct tsr_tar_entry *t, struct tsr_err *err)
{
	struct tsr_intake *in = s->in;
	uint64_t data = t->data, size = t->size, next;
	struct tsr_blob *b;

	if (!tsr_intake_member(in, t, TSR_BLOB_NO_OFFSET, &b))
		return 1;
	next = data + tsr_tar_skip_body(s->walk);
	tsr_tar_framing_skip_to(&in->framing, next);
	s->body_left = size;
	if (b && take_body(s, b, err))
		return -1;
	drain_body(s);
	if (s->body_left)
		return cut_short(s, data + size - s->body_left);
	if (next > data + size && take_padding(s, data + size, next - data - size))
		return 1;
	if (in->o->progress)
		in->o->progress(in->o->progress_ctx, next, 0);
	return 0;
}

static int on_bad(struct stream *s, const char *why, struct tsr_err *err)
{
	if (!s->in->members.n)
		return tsr_err_set(err, TSR_EINPUT, "not an image: it is no tar archive");
	snprintf(s->in->damaged, sizeof(s->in->damaged), "the archive is damaged: %s at byte %llu", why,
		 (unsigned long long)tsr_tar_position(s->walk));
	return 0;
}

/* What is in the buffer, up to the end of a member's headers. */
static int walk_buffer(struct stream *s, struct tsr_err *err)
{
	struct tsr_tar_event_data ev;

	for (;;) {
		struct tsr_slice in = tsr_slice_of(s->buf + s->pos, s->len - s->pos);
		enum tsr_tar_event type = tsr_tar_next(s->walk, &in, &ev);
		int r = 0;

		s->pos = s->len - in.len;
		if (type == TSR_TAR_NEED)
			return 0;
		if (type == TSR_TAR_FRAMING && tsr_tar_framing_add(&s->in->framing, ev.offset, ev.bytes)) {
			snprintf(s->in->limited, sizeof(s->in->limited), "its own headers are longer than --max-framing allows");
			return 1;
		}
		if (type == TSR_TAR_ENTRY)
			r = take_member(s, ev.entry, err);
		else if (type == TSR_TAR_BAD)
			r = on_bad(s, ev.why, err);
		if (r)
			return r;
	}
}

/* What a wrapper around the whole archive held besides it is scanned with the archive's own bytes. */
static void take_aside(struct tsr_intake *in)
{
	const struct tsr_buf *aside = tsr_source_aside(in->source);

	if (tsr_buf_addsl(&in->stray, tsr_buf_slice(aside)) || aside->full)
		snprintf(in->limited, sizeof(in->limited), "headers of its compression are larger than 8 MiB");
}

int tsr_intake_stream(struct tsr_intake *in, struct tsr_err *err)
{
	struct stream s = { .in = in, .source = tsr_source_stream(in->source), .walk = tsr_tar_walk_new() };
	const char *why;
	int r = 0;

	s.buf = tsr_xmalloc(STREAM_BUFFER);
	while (!r && (s.pos < s.len || fill(&s)))
		r = walk_buffer(&s, err);
	take_aside(in);
	if (r >= 0) {
		if (!in->damaged[0] && s.why[0])
			snprintf(in->damaged, sizeof(in->damaged), "%s", s.why);
		else if (!in->damaged[0] && !in->limited[0] && tsr_tar_finish(s.walk, &why))
			snprintf(in->damaged, sizeof(in->damaged), "%s", why);
		in->doubts = tsr_tar_doubts(s.walk); /* the end may add to them */
		if (!in->members.n && s.why[0])
			r = tsr_err_set(err, s.kind == TSR_ELIMIT ? TSR_ELIMIT : TSR_EINPUT, "%s", s.why);
		else if (!in->members.n && !in->limited[0])
			r = tsr_err_set(err, TSR_EINPUT, "not an image: %s",
					in->damaged[0] ? "it is no tar archive" : "the archive is empty");
	}
	tsr_tar_walk_free(s.walk);
	free(s.buf);
	return r < 0 ? -1 : 0;
}
