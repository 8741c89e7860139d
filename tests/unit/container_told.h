/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UNIT_CONTAINER_TOLD_H
#define TESTS_UNIT_CONTAINER_TOLD_H

#include <criterion/criterion.h>

#include "base/buf.h"
#include "base/mem.h"
#include "decode/container.h"

/* What a container tells, as a list. */

struct told {
	struct tsr_buf path, bytes;
	bool why_not;
	struct tsr_err err; /* of reading it */
};

struct told_list {
	struct told *list;
	size_t n, cap;
	struct tsr_err err; /* of opening it, or of what comes behind the streams */
	bool opened;
};

#define TOLD_STREAM_MAX (64u << 20)

static inline void tell_stream(struct told *t, const struct tsr_container *c, void *state, size_t piece)
{
	char room[4096];
	ssize_t n;

	while ((n = c->read(state, room, piece, &t->err)) > 0)
		tsr_buf_add(&t->bytes, room, (size_t)n);
}

/* `piece`: bytes that are asked for at once. */
static inline struct told_list tell_pieces(const struct tsr_container *c, struct tsr_slice bytes,
					   size_t piece)
{
	struct tsr_memory_reader memory;
	struct tsr_container_input input = { .in = tsr_memory_reader(&memory, bytes.ptr, bytes.len) };
	struct told_list l = { 0 };
	struct tsr_inner_stream s;
	void *state;

	if (c->whole)
		input.whole = bytes;
	state = c->open(&input, &l.err);
	l.opened = state;
	while (state && c->next(state, &s, &l.err) == 1) {
		l.list = tsr_grow(l.list, &l.cap, l.n + 1, sizeof(*l.list));
		l.list[l.n] = (struct told){ .why_not = s.why_not };
		tsr_buf_init(&l.list[l.n].path, 65536);
		tsr_buf_init(&l.list[l.n].bytes, TOLD_STREAM_MAX);
		tsr_buf_addsl(&l.list[l.n].path, s.path);
		if (!s.why_not)
			tell_stream(&l.list[l.n], c, state, piece);
		l.n++;
	}
	if (state)
		c->close(state);
	return l;
}

static inline struct told_list tell(const struct tsr_container *c, struct tsr_slice bytes)
{
	return tell_pieces(c, bytes, 4096);
}

static inline void told_free(struct told_list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		tsr_buf_release(&l->list[i].path);
		tsr_buf_release(&l->list[i].bytes);
	}
	free(l->list);
}

/* The stream whose path begins so, or NULL. */
static inline struct told *told_find(struct told_list *l, const char *path)
{
	for (size_t i = 0; i < l->n; i++)
		if (tsr_slice_starts(tsr_buf_slice(&l->list[i].path), path))
			return &l->list[i];
	return NULL;
}

static inline struct told *told_text(struct told_list *l, const char *text)
{
	for (size_t i = 0; i < l->n; i++)
		if (tsr_slice_eq_str(tsr_buf_slice(&l->list[i].bytes), text))
			return &l->list[i];
	return NULL;
}

static inline const struct tsr_container *container_of(const char *kind)
{
	for (size_t i = 0; tsr_container_at(i); i++)
		if (!strcmp(tsr_container_at(i)->kind, kind))
			return tsr_container_at(i);
	cr_assert_fail("%s", kind);
	return NULL;
}

#endif
