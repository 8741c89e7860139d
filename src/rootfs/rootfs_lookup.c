/* SPDX-License-Identifier: Apache-2.0 */
#include "rootfs/rootfs.h"

#include "base/mem.h"
#include "base/path.h"
#include "rootfs/rootfs_priv.h"

/* The kernel's: symbolic links on one path, and the length of a target. */
#define LINKS_MAX 40
#define TARGET_MAX 4095u

/* One walk: a stack of what is left of the path and of the links met on it. */
struct walk {
	struct tsr_rootfs *r;
	enum tsr_walk_mode mode;
	uint32_t entry; /* to blame */
	uint32_t cur;
	struct tsr_slice rest[LINKS_MAX + 1];
	int depth, links;
	tsr_rootfs_pass *pass; /* NULL: nobody asks */
	void *ctx;
};

static bool is_reading(const struct walk *w)
{
	return w->mode == TSR_WALK_FIND || w->mode == TSR_WALK_FOLLOW;
}

static bool is_last(const struct walk *w)
{
	int i;

	for (i = 0; i < w->depth; i++)
		if (w->rest[i].len)
			return false;
	return true;
}

/* Puts the link's target before what is left of the path. */
static bool push_link(struct walk *w, uint32_t gid)
{
	uint32_t content = tsr_rootfs_content(w->r, gid), layer = tsr_rootfs_layer_of(w->r, content);
	const struct tsr_entry *e = tsr_rootfs_entry(w->r, content);
	struct tsr_slice target = { tsr_facts_text(w->r->layers[layer].facts, e->link), e->link_len };

	if (w->links == LINKS_MAX || target.len == 0 || target.len > TARGET_MAX)
		return false;
	/* Levels that are used up make room: a chain of links needs but one. */
	while (w->depth && w->rest[w->depth - 1].len == 0)
		w->depth--;
	w->links++;
	w->rest[w->depth++] = target;
	if (target.ptr[0] == '/')
		w->cur = 0;
	return true;
}

/* The walk passes through (or, reading, ends at) `child`. False: it cannot. */
static bool step_reading(struct walk *w, uint32_t child)
{
	const struct tsr_rnode *n = tsr_rnode_at(w->r, child);
	bool last = is_last(w);

	if (n->kind == TSR_KIND_LINK && (!last || w->mode == TSR_WALK_FOLLOW))
		return push_link(w, n->top);
	if (n->kind != TSR_KIND_DIR && !last)
		return false;
	w->cur = child;
	return true;
}

static bool step_writing(struct walk *w, uint32_t child)
{
	struct tsr_rootfs *r = w->r;
	struct tsr_rnode *n = tsr_rnode_at(r, child);
	bool own = n->kind != TSR_KIND_NOTHING && n->top != TSR_NONE && n->top >= r->base;

	if (n->kind == TSR_KIND_LINK && own && push_link(w, n->top))
		return true;
	if (n->kind == TSR_KIND_NOTHING && w->mode == TSR_WALK_HIDE)
		return false;
	if (n->kind != TSR_KIND_DIR) {
		if (own && w->mode == TSR_WALK_HIDE)
			return false;
		if (own)
			r->epoch++; /* what was reached through a link that goes is elsewhere now */
		tsr_rnode_make_dir(r, child, w->entry);
	}
	if (w->mode == TSR_WALK_ADD)
		tsr_rnode_at(r, child)->made = r->layer;
	w->cur = child;
	return true;
}

static void tell_pass(const struct walk *w)
{
	uint32_t top = tsr_rnode_at(w->r, w->cur)->top, layer = TSR_NONE;

	if (top != TSR_NONE) {
		layer = tsr_rootfs_layer_of(w->r, top);
		top -= w->r->layers[layer].base;
	}
	w->pass(w->ctx, layer, top);
}

static bool step(struct walk *w, struct tsr_slice name)
{
	uint32_t child;

	if (w->pass)
		tell_pass(w);
	if (name.len == 0 || tsr_slice_eq_str(name, "."))
		return true;
	if (tsr_slice_eq_str(name, "..")) {
		w->cur = tsr_rnode_at(w->r, w->cur)->parent;
		return true;
	}
	if (!is_reading(w))
		return step_writing(w, tsr_rnode_intern(w->r, w->cur, name));
	child = tsr_rnode_find(w->r, w->cur, name);
	return child != TSR_NAMES_NONE && step_reading(w, child);
}

static uint32_t walk(struct walk *w)
{
	struct tsr_slice name;

	while (w->depth) {
		if (!tsr_path_next(&w->rest[w->depth - 1], &name)) {
			w->depth--;
			continue;
		}
		/* What links cost is bounded, since a short link can stand for a long way. */
		if (w->links && w->r->steps == 0) {
			w->r->doubts.costly = true;
			return TSR_NONE;
		}
		w->r->steps -= w->links > 0;
		if (!step(w, name))
			return TSR_NONE;
	}
	return w->cur;
}

uint32_t tsr_rootfs_walk(struct tsr_rootfs *r, uint32_t from, struct tsr_slice path, enum tsr_walk_mode mode,
			 uint32_t entry)
{
	struct walk w = { .r = r, .mode = mode, .entry = entry, .cur = from, .rest = { path }, .depth = 1 };

	return walk(&w);
}

bool tsr_rootfs_trace(const struct tsr_rootfs *r, struct tsr_slice path, tsr_rootfs_pass *pass, void *ctx, struct tsr_found *out)
{
	/* FOLLOW changes no file, as rootfs_priv.h says. */
	struct walk w = { .r = (struct tsr_rootfs *)(uintptr_t)r, .mode = TSR_WALK_FOLLOW, .entry = TSR_NONE,
			  .rest = { path }, .depth = 1, .pass = pass, .ctx = ctx };
	uint32_t node = walk(&w), gid;

	if (node == TSR_NONE || tsr_rnode_at(r, node)->kind == TSR_KIND_NOTHING)
		return false;
	*out = (struct tsr_found){ TSR_NONE, TSR_NONE };
	if (tsr_rnode_at(r, node)->top == TSR_NONE)
		return true; /* a directory that no entry made */
	gid = tsr_rootfs_content(r, tsr_rnode_at(r, node)->top);
	out->layer = tsr_rootfs_layer_of(r, gid);
	out->entry = gid - r->layers[out->layer].base;
	return true;
}

bool tsr_rootfs_real_path(const struct tsr_rootfs *r, struct tsr_slice path, struct tsr_buf *out)
{
	/* FOLLOW changes nothing, as rootfs_priv.h says. */
	uint32_t node = tsr_rootfs_walk((struct tsr_rootfs *)(uintptr_t)r, 0, path, TSR_WALK_FOLLOW, TSR_NONE);
	tsr_autofree uint32_t *up = NULL;
	size_t n = 0, cap = 0;

	if (node == TSR_NONE || tsr_rnode_at(r, node)->kind == TSR_KIND_NOTHING)
		return false;
	for (; node != 0; node = tsr_rnode_at(r, node)->parent) {
		up = tsr_grow(up, &cap, n + 1, sizeof(*up));
		up[n++] = node;
	}
	while (n-- > 0) {
		tsr_buf_addsl(out, tsr_slice_of(tsr_rnode_at(r, up[n])->name, tsr_rnode_at(r, up[n])->name_len));
		if (n)
			tsr_buf_addc(out, '/');
	}
	return true;
}

bool tsr_rootfs_lookup(const struct tsr_rootfs *r, struct tsr_slice path, struct tsr_found *out)
{
	/* FOLLOW changes no file, as rootfs_priv.h says. */
	uint32_t node =
		tsr_rootfs_walk((struct tsr_rootfs *)(uintptr_t)r, 0, path, TSR_WALK_FOLLOW, TSR_NONE);
	const struct tsr_rnode *n;
	uint32_t gid;

	if (node == TSR_NONE)
		return false;
	n = tsr_rnode_at(r, node);
	if (n->kind != TSR_KIND_FILE)
		return false;
	gid = tsr_rootfs_content(r, n->top);
	out->layer = tsr_rootfs_layer_of(r, gid);
	out->entry = gid - r->layers[out->layer].base;
	return true;
}

bool tsr_rootfs_shows(const struct tsr_rootfs *r, uint32_t layer, uint32_t entry)
{
	const struct tsr_facts *f = layer < r->n_layers ? r->layers[layer].facts : NULL;
	TSR_AUTO(tsr_buf) struct tsr_buf path = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	uint32_t node;

	if (!f || entry >= r->layers[layer].n || tsr_rootfs_fate(r, layer, entry).state != TSR_STATE_LIVE)
		return false;
	if (f->entries[entry].type != '5')
		return true;
	tsr_facts_path(f, f->entries[entry].node, &path);
	node = tsr_rootfs_walk((struct tsr_rootfs *)(uintptr_t)r, 0, tsr_buf_slice(&path), TSR_WALK_FOLLOW, TSR_NONE);
	return node != TSR_NONE && tsr_rnode_at(r, node)->top == r->layers[layer].base + entry;
}
