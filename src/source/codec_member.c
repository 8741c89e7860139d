/* SPDX-License-Identifier: Apache-2.0 */
#include "source/codec_member.h"

#include <string.h>

static enum tsr_codec_status stop(struct tsr_members *m, struct tsr_codec_io *io,
				  enum tsr_codec_status status, const char *why)
{
	m->stop = status;
	m->why = io->why = why;
	return status;
}

/* Zero bytes behind a member: padding, as tar makes it when an archive is written in blocks. */
static void skip_zeros(struct tsr_members *m, struct tsr_codec_io *io)
{
	size_t i = 0;

	if (!m->any || m->n)
		return;
	while (i < io->in_len && io->in[i] == 0)
		i++;
	m->zeros += i;
	io->in += i;
	io->in_len -= i;
}

static bool may_start(const struct tsr_members *m, const struct tsr_member_ops *ops)
{
	return m->zeros == 0 || (ops->padding && m->zeros % ops->padding == 0);
}

/* OK: a member begins, and m->head has its first bytes. END: more input is needed to tell. */
static enum tsr_codec_status find(struct tsr_members *m, const struct tsr_member_ops *ops,
				  struct tsr_codec_io *io)
{
	unsigned before = m->n;

	skip_zeros(m, io);
	while (io->in_len) {
		int r = -1;

		if (may_start(m, ops) && m->n < sizeof(m->head)) {
			m->head[m->n++] = *io->in++;
			io->in_len--;
			r = ops->match(m->head, m->n);
		}
		if (r > 0)
			return TSR_CODEC_OK;
		if (r == 0)
			continue;
		if (!m->any)
			return stop(m, io, TSR_CODEC_DAMAGED, "bad magic bytes");
		/* Bytes that earlier calls took cannot be given back: they are counted instead. */
		io->in -= m->n - before;
		io->in_len += m->n - before;
		io->held = before;
		return stop(m, io, TSR_CODEC_TRAILING, "other bytes follow");
	}
	return TSR_CODEC_END;
}

static enum tsr_codec_status run_head(struct tsr_members *m, const struct tsr_member_ops *ops, void *state,
				      struct tsr_codec_io *io)
{
	struct tsr_codec_io head = *io;
	enum tsr_codec_status status;

	head.in = m->head + m->fed;
	head.in_len = m->n - m->fed;
	status = ops->run(state, &head);
	m->fed = m->n - (unsigned)head.in_len;
	io->out = head.out;
	io->out_len = head.out_len;
	io->why = head.why;
	return status;
}

enum tsr_codec_status tsr_members_decode(struct tsr_members *m, const struct tsr_member_ops *ops, void *state,
					 struct tsr_codec_io *io)
{
	enum tsr_codec_status status;

	if (m->stop) {
		io->why = m->why;
		return m->stop;
	}
	for (;;) {
		if (!m->inside) {
			status = find(m, ops, io);
			if (status == TSR_CODEC_END)
				return m->any && m->n == 0 ? TSR_CODEC_END : TSR_CODEC_OK;
			if (status != TSR_CODEC_OK)
				return status;
			status = ops->start(state, m->head, m->n, &io->why);
			if (status != TSR_CODEC_OK)
				return stop(m, io, status, io->why);
			m->inside = true;
			m->zeros = 0;
		}
		if (m->fed < m->n) {
			status = run_head(m, ops, state, io);
			if (status == TSR_CODEC_OK && m->fed < m->n)
				return status;
			if (status == TSR_CODEC_OK)
				continue;
		} else {
			size_t before = io->in_len + io->out_len;

			status = ops->run(state, io);
			/* A library whose lengths have 32 bits takes a large buffer in parts. */
			if (status == TSR_CODEC_OK && io->in_len && io->out_len &&
			    io->in_len + io->out_len < before)
				continue;
		}
		if (status == TSR_CODEC_OK)
			return status;
		if (status != TSR_CODEC_END)
			return stop(m, io, status, io->why);
		m->inside = false;
		m->any = true;
		m->n = m->fed = 0;
	}
}

int tsr_member_magic(const unsigned char *p, size_t n, const char *magic, size_t len)
{
	if (memcmp(p, magic, n < len ? n : len) != 0)
		return -1;
	return n >= len;
}
