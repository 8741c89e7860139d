/* SPDX-License-Identifier: Apache-2.0 */
#include "source/source.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/mem.h"
#include "source/source_priv.h"

struct tsr_source_stream {
	int fd;
	const char *name;
	const struct tsr_codec *codec; /* NULL: the bytes as they are */
	void *state;
	const char *why;
	enum tsr_codec_status status; /* of the last decode() */
	bool started, eof;
	unsigned char *buf; /* input that was read and not yet used: [pos, end) */
	size_t pos, end;
	struct tsr_buf aside; /* what the wrapper holds besides the stream */
};

struct tsr_source_stream *tsr_source_stream_new(int fd, const char *name, const void *head, size_t len,
						const struct tsr_codec *codec)
{
	struct tsr_source_stream *st = tsr_xcalloc(1, sizeof(*st));

	st->fd = fd;
	st->name = name;
	st->codec = codec;
	st->state = codec ? codec->open() : NULL;
	st->buf = tsr_xmalloc(codec ? TSR_CHUNK_SIZE : len + 1);
	memcpy(st->buf, head, len);
	st->end = len;
	tsr_buf_init(&st->aside, TSR_ASIDE_MAX);
	return st;
}

void tsr_source_stream_free(struct tsr_source_stream *st)
{
	if (!st)
		return;
	if (st->codec)
		st->codec->close(st->state);
	free(st->buf);
	tsr_buf_release(&st->aside);
	free(st);
}

static ssize_t read_fd(struct tsr_source_stream *st, void *p, size_t n, struct tsr_err *err)
{
	char label[TSR_LABEL_MAX];
	ssize_t k;

	do
		k = read(st->fd, p, n < SSIZE_MAX ? n : SSIZE_MAX);
	while (k < 0 && errno == EINTR);
	if (k < 0)
		return tsr_err_errno(err, TSR_EINPUT, errno, "%s: cannot be read",
				     tsr_source_label(tsr_slice_str(st->name), label));
	return k;
}

static ssize_t plain_read(void *ctx, void *p, size_t n, struct tsr_err *err)
{
	struct tsr_source_stream *st = ctx;
	size_t k = st->end - st->pos;

	if (k == 0)
		return n ? read_fd(st, p, n, err) : 0;
	if (k > n)
		k = n;
	memcpy(p, st->buf + st->pos, k);
	st->pos += k;
	return (ssize_t)k;
}

/*
 * Fills the buffer wholly, also from a pipe and behind the bytes that were
 * sniffed: where the input is cut must not depend on its writer (see codec.h).
 */
static int fill(struct tsr_source_stream *st, struct tsr_err *err)
{
	if (st->pos == st->end)
		st->pos = st->end = 0;
	while (st->end < TSR_CHUNK_SIZE && !st->eof) {
		/* What was read before an error is used first. */
		ssize_t k = read_fd(st, st->buf + st->end, TSR_CHUNK_SIZE - st->end, st->end ? NULL : err);

		if (k < 0)
			return st->end ? 0 : -1;
		st->eof = k == 0;
		st->end += (size_t)k;
	}
	return 0;
}

static size_t decode(struct tsr_source_stream *st, void *p, size_t n)
{
	struct tsr_codec_io io = {
		.in = st->buf + st->pos,
		.in_len = st->end - st->pos,
		.out = p,
		.out_len = n,
		.aside = &st->aside,
	};

	st->status = st->codec->decode(st->state, &io);
	st->why = io.why;
	st->pos = st->end - io.in_len;
	return n - io.out_len;
}

/*
 * Why the stream cannot go on, or 0 for its proper end. Without the source's name, since this
 * stands in findings and in the ledger too.
 */
static int finish(struct tsr_source_stream *st, struct tsr_err *err)
{
	switch (st->status) {
	case TSR_CODEC_END:
		return 0;
	case TSR_CODEC_LIMITED:
		return tsr_err_set(err, TSR_ELIMIT, "%s stream: %s", st->codec->name, st->why);
	case TSR_CODEC_TRAILING:
		return tsr_err_set(err, TSR_EFORMAT, "%s behind the end of the %s stream", st->why, st->codec->name);
	case TSR_CODEC_DAMAGED:
		return tsr_err_set(err, TSR_EFORMAT, "%s stream is damaged: %s", st->codec->name, st->why);
	case TSR_CODEC_OK:
		break;
	}
	return tsr_err_set(err, TSR_EFORMAT, "%s stream is cut short", st->codec->name);
}

static bool may_continue(const struct tsr_source_stream *st)
{
	return st->status == TSR_CODEC_OK || st->status == TSR_CODEC_END;
}

static ssize_t unwrap_read(void *ctx, void *p, size_t n, struct tsr_err *err)
{
	struct tsr_source_stream *st = ctx;

	if (n == 0)
		return 0;
	if (n > SSIZE_MAX)
		n = SSIZE_MAX;
	if (!st->started && fill(st, err))
		return -1;
	st->started = true;
	for (;;) {
		size_t got = may_continue(st) ? decode(st, p, n) : 0;

		if (got)
			return (ssize_t)got; /* what is wrong, if anything, is said after the good bytes */
		if (!may_continue(st) || (st->eof && st->pos == st->end))
			return finish(st, err);
		if (st->pos < st->end)
			TSR_BUG("a decoder that stands still");
		if (fill(st, err))
			return -1;
	}
}

const struct tsr_buf *tsr_source_aside(const struct tsr_source *s)
{
	return &s->stream->aside;
}

struct tsr_reader tsr_source_stream(struct tsr_source *s)
{
	if (!s->stream)
		TSR_BUG("tsr_source_stream() of a source that is no stream");
	return (struct tsr_reader){ s->codec ? unwrap_read : plain_read, s->stream };
}
