/* SPDX-License-Identifier: Apache-2.0 */
#include "rootfs/rootfs_priv.h"

#include <string.h>

#include "base/err.h"
#include "base/mem.h"

/* --- names ------------------------------------------------------------------ */

static bool is_same(const void *ctx, uint32_t id, uint32_t parent, struct tsr_slice name)
{
	const struct tsr_rootfs *r = ctx;
	const struct tsr_rnode *n = &r->nodes[id];

	return n->parent == parent && n->name_len == name.len && memcmp(n->name, name.ptr, name.len) == 0;
}

uint32_t tsr_rnode_find(const struct tsr_rootfs *r, uint32_t parent, struct tsr_slice name)
{
	return tsr_names_find(&r->names, tsr_names_hash(&r->names, parent, name), parent, name, is_same, r);
}

uint32_t tsr_rnode_intern(struct tsr_rootfs *r, uint32_t parent, struct tsr_slice name)
{
	uint32_t hash = tsr_names_hash(&r->names, parent, name);
	uint32_t id = tsr_names_find(&r->names, hash, parent, name, is_same, r);

	if (id != TSR_NAMES_NONE)
		return id;
	if (r->n_nodes >= TSR_NONE)
		TSR_BUG("rootfs: more names than entries allow");
	id = (uint32_t)r->n_nodes;
	r->nodes = tsr_grow(r->nodes, &r->cap_nodes, r->n_nodes + 1, sizeof(*r->nodes));
	r->nodes[id] = (struct tsr_rnode){ .parent = parent,
					   .child = TSR_NONE,
					   .next = TSR_NONE,
					   .prev = TSR_NONE,
					   .name = name.ptr,
					   .name_len = (uint32_t)name.len,
					   .top = TSR_NONE,
					   .made = TSR_NONE,
					   .swept = TSR_NONE };
	r->n_nodes++;
	tsr_names_add(&r->names, hash, id);
	return id;
}

static void link_child(struct tsr_rootfs *r, uint32_t node)
{
	struct tsr_rnode *n = &r->nodes[node], *parent = &r->nodes[n->parent];

	n->prev = TSR_NONE;
	n->next = parent->child;
	if (parent->child != TSR_NONE)
		r->nodes[parent->child].prev = node;
	parent->child = node;
}

static void unlink_child(struct tsr_rootfs *r, uint32_t node)
{
	struct tsr_rnode *n = &r->nodes[node];

	if (n->prev != TSR_NONE)
		r->nodes[n->prev].next = n->next;
	else
		r->nodes[n->parent].child = n->next;
	if (n->next != TSR_NONE)
		r->nodes[n->next].prev = n->prev;
	n->next = n->prev = TSR_NONE;
}

void tsr_rnode_show(struct tsr_rootfs *r, uint32_t node, enum tsr_kind kind, uint32_t gid)
{
	if (r->nodes[node].kind == TSR_KIND_NOTHING)
		link_child(r, node);
	r->nodes[node].kind = (uint8_t)kind;
	r->nodes[node].top = gid;
}

/* --- hiding ----------------------------------------------------------------- */

void tsr_rootfs_doubt(struct tsr_rootfs *r, uint32_t *counter, uint32_t entry)
{
	struct tsr_rootfs_doubts *d = &r->doubts;

	++*counter;
	if (d->layer == TSR_NONE || (d->layer == r->layer && entry < d->entry)) {
		d->layer = r->layer;
		d->entry = entry;
	}
}

/* One name of an entry vanishes. */
static void hide(struct tsr_rootfs *r, uint32_t gid, enum tsr_state state)
{
	struct tsr_rstate *s = &r->states[gid];
	uint32_t inode = s->bits >> 2;

	s->bits = inode << 2 | (uint32_t)state;
	s->link = r->layer;
	if (inode && --r->inodes[inode - 1].names == 0) {
		r->inodes[inode - 1].hidden_in = r->layer;
		r->inodes[inode - 1].state = (uint32_t)state;
	}
}

/* Hides a directory's entries from `gid` down. */
static void hide_chain(struct tsr_rootfs *r, uint32_t gid, enum tsr_state state)
{
	while (gid != TSR_NONE) {
		uint32_t below = r->states[gid].link;

		hide(r, gid, state);
		gid = below;
	}
}

static void clear_one(struct tsr_rootfs *r, uint32_t node, enum tsr_state state)
{
	struct tsr_rnode *n = &r->nodes[node];

	if (n->kind == TSR_KIND_DIR)
		hide_chain(r, n->top, state);
	else if (n->kind != TSR_KIND_NOTHING)
		hide(r, n->top, state);
	if (n->kind != TSR_KIND_NOTHING)
		unlink_child(r, node);
	n->kind = TSR_KIND_NOTHING;
	n->top = TSR_NONE;
}

/* Deepest first, without recursion: an archive decides how deep. */
void tsr_rnode_clear(struct tsr_rootfs *r, uint32_t node, enum tsr_state state)
{
	uint32_t n = node;

	for (;;) {
		uint32_t up;

		while (r->nodes[n].child != TSR_NONE)
			n = r->nodes[n].child;
		if (n == node)
			break;
		up = r->nodes[n].parent;
		clear_one(r, n, TSR_STATE_DELETED);
		n = up;
	}
	clear_one(r, node, state);
}

/* Of a directory that the current layer made: the entries of lower layers no longer count. */
static void hide_lower_chain(struct tsr_rootfs *r, struct tsr_rnode *n)
{
	uint32_t *at = &n->top;

	while (*at != TSR_NONE && *at >= r->base)
		at = &r->states[*at].link;
	hide_chain(r, *at, TSR_STATE_DELETED);
	*at = TSR_NONE;
}

/*
 * Where the current layer has nothing, all goes; what it made stays and is looked
 * into, unless it was swept before: so nested and repeated opaque marks cost no more
 * than one.
 */
void tsr_rnode_sweep(struct tsr_rootfs *r, uint32_t node)
{
	uint32_t n;

	if (r->nodes[node].swept == r->layer)
		return;
	r->nodes[node].swept = r->layer;
	n = r->nodes[node].child;
	while (n != TSR_NONE) {
		struct tsr_rnode *at = &r->nodes[n];
		uint32_t parent = at->parent, next = at->next;

		if (at->made != r->layer) {
			tsr_rnode_clear(r, n, TSR_STATE_DELETED);
		} else if (at->kind == TSR_KIND_DIR) {
			hide_lower_chain(r, at);
			if (at->swept != r->layer && at->child != TSR_NONE)
				next = at->child;
			at->swept = r->layer;
		}
		/* At the end of a list: on behind the parent, which the layer made as well. */
		while (next == TSR_NONE && parent != node) {
			next = r->nodes[parent].next;
			parent = r->nodes[parent].parent;
		}
		n = next;
	}
}

void tsr_rnode_make_dir(struct tsr_rootfs *r, uint32_t node, uint32_t entry)
{
	if (r->nodes[node].kind != TSR_KIND_NOTHING) {
		tsr_rootfs_doubt(r, &r->doubts.link_parents, entry);
		tsr_rnode_clear(r, node, TSR_STATE_DELETED);
	}
	tsr_rnode_show(r, node, TSR_KIND_DIR, TSR_NONE);
}
