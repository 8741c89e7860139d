/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_TESTS_TAR_TOLD_H
#define TSR_TESTS_TAR_TOLD_H

#include <criterion/criterion.h>

#include "archive/tar_walk.h"
#include "base/buf.h"
#include "base/mem.h"
#include "tar_build.h"

/* Everything a walk told of one tar. */
struct told {
	struct tsr_buf events; /* runs of bytes joined */
	struct tsr_buf view;   /* entries only */
	struct tsr_buf bytes;  /* of FRAMING and DATA, in order */
	unsigned doubts;
	int finish;
	bool ended;
};

static inline void told_free(struct told *t)
{
	tsr_buf_release(&t->events);
	tsr_buf_release(&t->view);
	tsr_buf_release(&t->bytes);
}

static inline void tell_entry(struct told *t, const struct tsr_tar_entry *e)
{
	tsr_buf_printf(&t->events, "E(%c %o %lld %lld %lld %llu %llu @%llu %llu %llu:%llu %x ", e->type,
		       e->mode, (long long)e->uid, (long long)e->gid, (long long)e->mtime,
		       (unsigned long long)e->size, (unsigned long long)e->logical,
		       (unsigned long long)e->header, (unsigned long long)e->data,
		       (unsigned long long)e->devmajor, (unsigned long long)e->devminor, e->doubts);
	tsr_buf_addsl(&t->events, e->name);
	tsr_buf_addc(&t->events, '>');
	tsr_buf_addsl(&t->events, e->link);
	tsr_buf_addsl(&t->events, e->xattrs);
	tsr_buf_adds(&t->events, ") ");
	tsr_buf_printf(&t->view, "%c ", e->type);
	tsr_buf_addsl(&t->view, e->name);
	if (e->link.len) {
		tsr_buf_addc(&t->view, '>');
		tsr_buf_addsl(&t->view, e->link);
	}
	tsr_buf_printf(&t->view, " %llu; ", (unsigned long long)e->logical);
}

static inline void tell_run(struct told *t, char *kind, size_t *run, char now, size_t n)
{
	if (*kind != now && *run)
		tsr_buf_printf(&t->events, "%c%zu ", *kind, *run);
	if (*kind != now)
		*run = 0;
	*kind = now;
	*run += n;
}

static inline struct told walk_in(const struct tar_build *b, size_t piece)
{
	struct told t = {
		TSR_BUF_INIT(64u << 20), TSR_BUF_INIT(1 << 20), TSR_BUF_INIT(64u << 20), 0, 0, false
	};
	struct tsr_tar_walk *w = tsr_tar_walk_new();
	struct tsr_tar_event_data ev;
	const char *why;
	char kind = 0;
	size_t run = 0;

	for (size_t at = 0; at < b->len; at += piece) {
		struct tsr_slice in = tsr_slice_of(b->p + at, b->len - at < piece ? b->len - at : piece);

		while (tsr_tar_next(w, &in, &ev) != TSR_TAR_NEED) {
			if (ev.type == TSR_TAR_FRAMING || ev.type == TSR_TAR_DATA) {
				cr_assert(ev.bytes.len > 0 && ev.offset == t.bytes.len);
				tell_run(&t, &kind, &run, ev.type == TSR_TAR_DATA ? 'D' : 'F', ev.bytes.len);
				tsr_buf_addsl(&t.bytes, ev.bytes);
				continue;
			}
			tell_run(&t, &kind, &run, 0, 0);
			if (ev.type == TSR_TAR_ENTRY)
				tell_entry(&t, ev.entry);
			else if (ev.type == TSR_TAR_ENTRY_END)
				tsr_buf_adds(&t.events, ". ");
			else
				tsr_buf_adds(&t.view, "BAD");
			if (ev.type == TSR_TAR_BAD)
				tsr_buf_printf(&t.events, "BAD %s ", ev.why);
		}
		cr_assert(in.len == 0);
	}
	tell_run(&t, &kind, &run, 0, 0);
	t.finish = tsr_tar_finish(w, &why);
	t.doubts = tsr_tar_doubts(w);
	t.ended = tsr_tar_ended(w);
	cr_assert(tsr_tar_position(w) == b->len);
	tsr_tar_walk_free(w);
	return t;
}

/* Walks it whole and in pieces; all must tell the same. Frees the tar. */
static inline struct told walk(struct tar_build *b)
{
	static const size_t pieces[] = { 1, 511, 512, 513 };
	struct told whole = walk_in(b, b->len ? b->len : 1);

	cr_assert(tsr_slice_eq(tsr_buf_slice(&whole.bytes), tsr_slice_of(b->p, b->len)));
	for (size_t i = 0; i < TSR_ARRAY_LEN(pieces); i++) {
		struct told t = walk_in(b, pieces[i]);

		cr_assert(tsr_slice_eq(tsr_buf_slice(&whole.events), tsr_buf_slice(&t.events)),
			  "piece %zu: %s: %s", pieces[i], whole.events.ptr, t.events.ptr);
		cr_assert(whole.doubts == t.doubts && whole.finish == t.finish && whole.ended == t.ended);
		cr_assert(tsr_slice_eq(tsr_buf_slice(&whole.bytes), tsr_buf_slice(&t.bytes)));
		told_free(&t);
	}
	tb_free(b);
	return whole;
}

static inline void add_empty_file(struct tar_build *b)
{
	tb_file(b, "n", "");
	tb_end(b);
}

static inline void expect_view(struct tar_build *b, const char *view, unsigned doubts)
{
	struct told t = walk(b);

	cr_expect(strcmp(t.view.ptr, view) == 0, "want %s got %s", view, t.view.ptr);
	cr_expect(t.doubts == doubts, "%s: doubts %x, want %x", view, t.doubts, doubts);
	told_free(&t);
}

#endif
