/* SPDX-License-Identifier: Apache-2.0 */
#include "layer/layer_walk.h"

#include <stdio.h>
#include <string.h>

#include "archive/tar_check.h"
#include "archive/tar_walk.h"
#include "base/path.h"
#include "base/text.h"
#include "layer/capability.h"

struct walk {
	struct tsr_pipe *pipe;
	struct tsr_chunk *chunk; /* to be walked next */
	const struct tsr_limits *limits;
	struct tsr_builder *b;
	const struct tsr_layer_events *ev;
	struct tsr_layer_sums *sums;
	struct tsr_tar_walk *tar;
	struct tsr_tar_check *check;
	struct tsr_buf path;
	uint32_t n_entries;
	uint64_t data_end; /* of the current entry */
	bool in_entry, full;
	const char *bad;
	uint64_t bad_at;
};

/*
 * Whiteouts as image-spec layer.md has them. The node of a whiteout is that of
 * what it hides; of an opaque marker, the directory's.
 */
static void classify(const struct tsr_tar_entry *t, struct tsr_buf *path, struct tsr_entry *e)
{
	struct tsr_slice whole = tsr_buf_slice(path);
	struct tsr_slice base = tsr_path_base(whole), dir = tsr_path_dir(whole);
	bool opaque = tsr_slice_eq_str(base, ".wh..wh..opq");
	size_t at = whole.len - base.len;

	if (t->type == '3' && !t->devmajor && !t->devminor)
		e->flags |= TSR_ENTRY_WHITEOUT;
	if (tsr_slice_starts(whole, ".wh..wh.") && !(opaque && !dir.len)) { /* AUFS' own, at the root and below */
		e->flags |= TSR_ENTRY_AUFS;
		return;
	}
	if (!tsr_slice_starts(base, ".wh."))
		return;
	if (opaque) {
		e->flags |= TSR_ENTRY_OPAQUE;
		path->len = dir.len;
	} else if (tsr_slice_eq_str(base, ".wh..") || tsr_slice_eq_str(base, ".wh...")) {
		e->flags |= TSR_ENTRY_DOTDOT; /* of "." or "..": no name that could be hidden; readers refuse it or differ */
		return;
	} else if (base.len > 4) {
		e->flags |= TSR_ENTRY_WHITEOUT;
		memmove(path->ptr + at, path->ptr + at + 4, base.len - 4);
		path->len -= 4;
	} else {
		return; /* a bare ".wh." hides nothing */
	}
	path->ptr[path->len] = '\0';
}

static bool overlay_xattr(struct tsr_slice xattrs)
{
	static const char *const names[] = { "trusted.overlay.", "user.overlay." };

	for (size_t i = 0; i < 2; i++)
		if (xattrs.len && memmem(xattrs.ptr, xattrs.len, names[i], strlen(names[i])))
			return true;
	return false;
}

/* What docker, containerd and podman set on the file. */
static void add_capability(struct walk *w, uint32_t entry, struct tsr_slice xattrs)
{
	struct tsr_slice key, value;
	struct tsr_capability c;

	while (tsr_tar_xattr_next(&xattrs, &key, &value)) {
		struct tsr_extract x = { .kind = TSR_EXTRACT_CAPABILITY, .entry = entry };

		if (!tsr_slice_eq_str(key, "security.capability"))
			continue;
		if (!tsr_capability_read(value, &c)) {
			x.x = c.permitted;
			x.y = c.inheritable;
			x.z = c.revision;
		}
		tsr_builder_add_extract(w->b, &x);
	}
}

static uint32_t add_entry(struct walk *w, const struct tsr_tar_entry *t, int path_flags)
{
	struct tsr_entry e = {
		.mode = t->mode,
		.uid = t->uid,
		.gid = t->gid,
		.size = t->logical,
		.header = t->header,
		.data = t->data,
		.type = t->type == 'S' ? '0' : t->type,
		.link = tsr_builder_text(w->b, t->link),
		.link_len = (uint32_t)t->link.len,
	};

	if (path_flags & TSR_PATH_ABSOLUTE)
		e.flags |= TSR_ENTRY_ABSOLUTE;
	if (path_flags & TSR_PATH_DOTDOT)
		e.flags |= TSR_ENTRY_DOTDOT;
	if (overlay_xattr(t->xattrs))
		e.flags |= TSR_ENTRY_OVERLAY_XATTR;
	if (t->odd_mode)
		e.flags |= TSR_ENTRY_ODD_MODE;
	classify(t, &w->path, &e);
	e.node = tsr_builder_node(w->b, tsr_buf_slice(&w->path));
	return tsr_builder_add_entry(w->b, &e);
}

static void limit(struct walk *w, const char *why)
{
	if (!w->full)
		tsr_builder_grade(w->b, TSR_GRADE_LIMITED, why);
	w->full = true;
}

/* An entry's headers are complete. Beyond a limit its bytes are scanned all the same, as framing. */
static void on_entry(struct walk *w, const struct tsr_tar_entry *t)
{
	uint32_t entry;
	int flags;

	tsr_tar_check_expect(w->check, t);
	tsr_buf_reset(&w->path);
	flags = tsr_path_clean(t->name, &w->path);
	if (w->n_entries >= w->limits->entries || flags < 0) {
		limit(w, flags < 0 ? "a path is longer than --max-path allows" : "it has more entries than --max-entries allows");
		return;
	}
	entry = add_entry(w, t, flags);
	if (entry == TSR_NONE) {
		limit(w, "it has more names than the facts of a layer can hold");
		return;
	}
	if (t->xattrs.len)
		add_capability(w, entry, t->xattrs);
	w->n_entries++;
	w->in_entry = true;
	w->data_end = t->data + t->size;
	w->ev->entry(w->ev->ctx, entry, tsr_buf_slice(&w->path));
	if (t->size)
		w->ev->region(w->ev->ctx, entry, t->data, w->data_end, tsr_buf_slice(&w->path));
}

static void on_entry_end(struct walk *w, bool whole)
{
	if (!w->in_entry)
		return;
	w->in_entry = false;
	w->ev->entry_end(w->ev->ctx, whole);
	w->ev->region(w->ev->ctx, TSR_NONE, w->data_end, UINT64_MAX, TSR_SLICE_NONE);
}

static void walk_bytes(struct walk *w, struct tsr_slice in)
{
	struct tsr_tar_event_data ev;

	for (;;) {
		switch (tsr_tar_next(w->tar, &in, &ev)) {
		case TSR_TAR_NEED:
			return;
		case TSR_TAR_FRAMING:
			w->sums->framing += ev.bytes.len;
			break;
		case TSR_TAR_ENTRY:
			on_entry(w, ev.entry);
			break;
		case TSR_TAR_DATA:
			w->sums->content += ev.bytes.len;
			if (w->in_entry)
				w->ev->data(w->ev->ctx, ev.bytes);
			break;
		case TSR_TAR_ENTRY_END:
			on_entry_end(w, true);
			break;
		case TSR_TAR_BAD:
			w->bad = ev.why;
			w->bad_at = tsr_tar_position(w->tar);
			break;
		}
	}
}

/* The one place where a chunk is worked on. */
static size_t next_bytes(struct walk *w, const unsigned char **p)
{
	struct tsr_chunk *c = w->chunk ? w->chunk : tsr_pipe_next(w->pipe);

	w->chunk = NULL;
	if (!c)
		return 0;
	w->ev->bytes(w->ev->ctx, c->data, c->len);
	walk_bytes(w, tsr_slice_of(c->data, c->len));
	w->ev->settle(w->ev->ctx);
	*p = c->data;
	return c->len;
}

/* libarchive's read callback. Behind what is no tar it would look for one, with limits of its own. */
static size_t next_for_check(void *ctx, const unsigned char **p)
{
	struct walk *w = ctx;

	return w->bad ? 0 : next_bytes(w, p);
}

static void judge(struct walk *w)
{
	struct tsr_tar_verdict verdict;
	struct tsr_buf why = TSR_BUF_INIT(1024);
	const char *cut = NULL;

	if (w->bad) {
		tsr_buf_printf(&why, "tar: %s at byte %llu", w->bad, (unsigned long long)w->bad_at);
		tsr_builder_grade(w->b, TSR_GRADE_DAMAGED, why.ptr);
	} else if (tsr_tar_finish(w->tar, &cut)) {
		tsr_builder_grade(w->b, TSR_GRADE_DAMAGED, cut);
	}
	on_entry_end(w, false);
	w->sums->doubts = tsr_tar_doubts(w->tar);
	tsr_tar_check_finish(w->check, &verdict);
	w->sums->warnings = (uint32_t)verdict.warnings;
	tsr_buf_reset(&why);
	if (w->sums->doubts & TSR_TAR_AMBIGUOUS) {
		tsr_buf_adds(&why, "readers take its tar differently: ");
		tsr_tar_doubt_names(w->sums->doubts & TSR_TAR_AMBIGUOUS, &why);
		tsr_builder_grade(w->b, TSR_GRADE_AMBIGUOUS, why.ptr);
	} else if (verdict.differs && !w->bad && !cut) {
		tsr_buf_printf(&why, "two tar readers differ at entry %llu (header at byte %llu): %s",
			       (unsigned long long)verdict.entry, (unsigned long long)verdict.header, verdict.what);
		tsr_builder_grade(w->b, TSR_GRADE_AMBIGUOUS, why.ptr);
	}
	tsr_buf_release(&why);
}

int tsr_layer_walk(struct tsr_pipe *pipe, struct tsr_chunk *first, const struct tsr_limits *limits, struct tsr_builder *b,
		   const struct tsr_layer_events *events, struct tsr_layer_sums *out, struct tsr_err *err)
{
	struct walk w = {
		.pipe = pipe,
		.chunk = first,
		.limits = limits,
		.b = b,
		.ev = events,
		.sums = out,
		.tar = tsr_tar_walk_new(),
		.path = TSR_BUF_INIT(limits->path),
	};
	const unsigned char *p;
	int r;

	*out = (struct tsr_layer_sums){ 0 };
	w.check = tsr_tar_check_new(next_for_check, NULL, &w);
	events->region(events->ctx, TSR_NONE, 0, UINT64_MAX, TSR_SLICE_NONE);
	r = tsr_tar_check_run(w.check, err);
	if (!r) {
		while (next_bytes(&w, &p))
			;
		judge(&w);
	}
	tsr_tar_check_free(w.check);
	tsr_tar_walk_free(w.tar);
	tsr_buf_release(&w.path);
	return r;
}
