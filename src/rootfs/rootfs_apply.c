/* SPDX-License-Identifier: Apache-2.0 */
#include "rootfs/rootfs.h"

#include "base/mem.h"
#include "base/path.h"
#include "rootfs/rootfs_priv.h"

/*
 * One layer upon those below it.
 *
 * Overlay drivers unpack every layer alone, into an empty directory, and stack
 * the results; so a whiteout can only meet lower layers, wherever it stands, and a
 * link of a lower layer is not there while unpacking. The same is had here on one
 * tree in two passes: first everything the layer adds, in order (the later of
 * two wins); then its whiteouts and opaque marks, which spare what the layer made.
 * Additions go first so that a file which is deleted and written anew in one
 * layer is "overwritten", in whichever order the tar says it.
 *
 * Where appliers differ, the reading that hides less is taken: nobody is to be told
 * "deleted" of what a container might still see. The differences are counted as
 * doubts.
 */

static struct tsr_slice name_of(const struct tsr_rootfs *r, uint32_t local)
{
	const struct tsr_node *n = &r->facts->nodes[local];

	return tsr_slice_of(r->facts->text + n->name, n->name_len);
}

static uint32_t enter(struct tsr_rootfs *r, uint32_t dir, uint32_t local, enum tsr_walk_mode mode,
		      uint32_t entry)
{
	uint32_t node = tsr_rootfs_walk(r, dir, name_of(r, local), mode, entry);

	if (node != TSR_NONE || mode == TSR_WALK_HIDE)
		return node;
	/* A link that cannot be followed. Docker refuses such a layer. */
	node = tsr_rnode_intern(r, dir, name_of(r, local));
	tsr_rnode_make_dir(r, node, entry);
	tsr_rnode_at(r, node)->made = r->layer;
	r->epoch++;
	return node;
}

/* The directory that a node of the facts means; TSR_NONE only with HIDE. */
static uint32_t dir_of(struct tsr_rootfs *r, uint32_t local, enum tsr_walk_mode mode, uint32_t entry)
{
	size_t n = 0;
	uint32_t dir;

	while (local && r->places[local].epoch != r->epoch) {
		r->pending = tsr_grow(r->pending, &r->cap_pending, n + 1, sizeof(*r->pending));
		r->pending[n++] = local;
		local = r->facts->nodes[local].parent;
	}
	dir = local ? r->places[local].node : 0;
	while (n--) {
		if (dir != TSR_NONE)
			dir = enter(r, dir, r->pending[n], mode, entry);
		r->places[r->pending[n]] = (struct tsr_rplace){ dir, r->epoch };
	}
	return dir;
}

/* --- additions -------------------------------------------------------------- */

/* The inode that a visible or (AUFS) nameless entry belongs to, made if it has none yet. */
static uint32_t inode_for(struct tsr_rootfs *r, uint32_t gid)
{
	struct tsr_rstate *s = &r->states[gid];

	if (s->bits >> 2)
		return s->bits >> 2;
	r->inodes = tsr_grow(r->inodes, &r->cap_inodes, r->n_inodes + 1, sizeof(*r->inodes));
	r->inodes[r->n_inodes++] =
		(struct tsr_inode){ .content = gid, .names = (s->bits & 3) == TSR_STATE_LIVE };
	s->bits |= (uint32_t)r->n_inodes << 2;
	return (uint32_t)r->n_inodes;
}

static uint32_t aufs_target(const struct tsr_rootfs *r, struct tsr_slice target)
{
	struct tsr_slice name;
	uint32_t node = 0;

	while (node != TSR_NAMES_NONE && tsr_path_next(&target, &name))
		if (name.len && !tsr_slice_eq_str(name, "."))
			node = tsr_rnode_find(r, node, name);
	if (node == TSR_NAMES_NONE || tsr_rnode_at(r, node)->kind != TSR_KIND_NOTHING)
		return TSR_NONE;
	return tsr_rnode_at(r, node)->top;
}

/* Ties a hard link to its inode. What it has as content decides how it shows. */
static void tie(struct tsr_rootfs *r, uint32_t gid, const struct tsr_entry *e)
{
	struct tsr_slice target = { tsr_facts_text(r->facts, e->link), e->link_len };
	uint32_t node = tsr_rootfs_walk(r, 0, target, TSR_WALK_FIND, gid - r->base), to = TSR_NONE, inode;

	if (node != TSR_NONE && tsr_rnode_at(r, node)->kind > TSR_KIND_DIR)
		to = tsr_rnode_at(r, node)->top;
	if (to == TSR_NONE)
		to = aufs_target(r, target);
	if (to == TSR_NONE) {
		tsr_rootfs_doubt(r, &r->doubts.missing_targets, gid - r->base);
		return;
	}
	if (to < r->base)
		tsr_rootfs_doubt(r, &r->doubts.lower_hard_links, gid - r->base);
	inode = inode_for(r, to);
	r->inodes[inode - 1].names++;
	r->states[gid].bits |= inode << 2;
}

static enum tsr_kind kind_of(const struct tsr_rootfs *r, uint32_t gid)
{
	return tsr_rootfs_entry(r, tsr_rootfs_content(r, gid))->type == '2' ? TSR_KIND_LINK : TSR_KIND_FILE;
}

static void add_dir(struct tsr_rootfs *r, uint32_t node, uint32_t gid)
{
	struct tsr_rnode *n = tsr_rnode_at(r, node);

	if (n->kind == TSR_KIND_DIR) {
		r->states[gid].link = n->top;
		n->top = gid;
		return;
	}
	if (n->kind != TSR_KIND_NOTHING && n->top >= r->base) {
		tsr_rootfs_doubt(r, &r->doubts.duplicate_paths, gid - r->base);
		r->epoch++;
	}
	tsr_rnode_clear(r, node, TSR_STATE_DELETED);
	tsr_rnode_show(r, node, TSR_KIND_DIR, gid);
}

static void add_other(struct tsr_rootfs *r, uint32_t node, uint32_t gid)
{
	struct tsr_rnode *n = tsr_rnode_at(r, node);

	if (n->kind != TSR_KIND_NOTHING && n->top != TSR_NONE && n->top >= r->base)
		tsr_rootfs_doubt(r, &r->doubts.duplicate_paths, gid - r->base);
	/* Ways of this layer through a directory or a link that goes must be looked for again. */
	if (n->made == r->layer && (n->kind == TSR_KIND_DIR || n->kind == TSR_KIND_LINK))
		r->epoch++;
	tsr_rnode_clear(r, node, TSR_STATE_OVERWRITTEN);
	tsr_rnode_show(r, node, kind_of(r, gid), gid);
}

static void add(struct tsr_rootfs *r, uint32_t entry)
{
	const struct tsr_entry *e = &r->facts->entries[entry];
	uint32_t gid = r->base + entry, dir, node;

	/* The root's own entry: appliers skip it or take its attributes; it is always there. */
	if (e->node == 0)
		return;
	dir = dir_of(r, r->facts->nodes[e->node].parent, TSR_WALK_ADD, entry);
	node = tsr_rnode_intern(r, dir, name_of(r, e->node));
	r->states[gid].node = node;
	if (e->type == '1')
		tie(r, gid, e);
	if (e->type == '5')
		add_dir(r, node, gid);
	else
		add_other(r, node, gid);
	tsr_rnode_at(r, node)->made = r->layer;
}

/*
 * .wh..wh.plnk/ and the like never show, but docker keeps such a file for hard
 * links to it. So it stays where aufs_target() can find it: as `top` of a node that
 * shows nothing.
 */
static void add_aufs(struct tsr_rootfs *r, uint32_t entry)
{
	const struct tsr_entry *e = &r->facts->entries[entry];
	uint32_t local = e->node, node = 0;
	size_t n = 0;

	r->states[r->base + entry] = (struct tsr_rstate){ r->layer, TSR_STATE_DELETED, TSR_NONE };
	if (e->node == 0 || e->type != '0')
		return;
	for (; local; local = r->facts->nodes[local].parent) {
		r->pending = tsr_grow(r->pending, &r->cap_pending, n + 1, sizeof(*r->pending));
		r->pending[n++] = local;
	}
	while (n--)
		node = tsr_rnode_intern(r, node, name_of(r, r->pending[n]));
	if (tsr_rnode_at(r, node)->kind == TSR_KIND_NOTHING)
		tsr_rnode_at(r, node)->top = r->base + entry;
}

/* --- whiteouts -------------------------------------------------------------- */

static void hide(struct tsr_rootfs *r, uint32_t entry)
{
	const struct tsr_entry *e = &r->facts->entries[entry];
	uint32_t dir, node;

	r->states[r->base + entry] = (struct tsr_rstate){ r->layer, TSR_STATE_DELETED, TSR_NONE };
	if (e->flags & TSR_ENTRY_OPAQUE) {
		dir = dir_of(r, e->node, TSR_WALK_HIDE, entry);
		if (dir != TSR_NONE)
			tsr_rnode_sweep(r, dir);
		return;
	}
	if (e->node == 0)
		return;
	dir = dir_of(r, r->facts->nodes[e->node].parent, TSR_WALK_HIDE, entry);
	if (dir == TSR_NONE)
		return;
	node = tsr_rnode_find(r, dir, name_of(r, e->node));
	if (node == TSR_NAMES_NONE || tsr_rnode_at(r, node)->kind == TSR_KIND_NOTHING)
		return;
	if (tsr_rnode_at(r, node)->made == r->layer)
		tsr_rootfs_doubt(r, &r->doubts.whiteout_conflicts, entry);
	else
		tsr_rnode_clear(r, node, TSR_STATE_DELETED);
}

void tsr_rootfs_apply(struct tsr_rootfs *r)
{
	const struct tsr_facts *f = r->facts;
	const uint32_t no_file = TSR_ENTRY_WHITEOUT | TSR_ENTRY_OPAQUE | TSR_ENTRY_AUFS;
	uint32_t i;

	r->places = tsr_grow(r->places, &r->cap_places, f->n_nodes, sizeof(*r->places));
	for (i = 0; i < f->n_nodes; i++)
		r->places[i] = (struct tsr_rplace){ TSR_NONE, 0 };
	r->epoch = 1;
	r->steps = TSR_STEPS_FREE + (uint64_t)TSR_STEPS_PER_ENTRY * f->n_entries;
	for (i = 0; i < f->n_entries; i++) {
		if (f->entries[i].flags & TSR_ENTRY_AUFS)
			add_aufs(r, i);
		else if (!(f->entries[i].flags & no_file) && f->entries[i].type != 'g')
			add(r, i);
	}
	r->epoch++;
	for (i = 0; i < f->n_entries; i++)
		if ((f->entries[i].flags & no_file) && !(f->entries[i].flags & TSR_ENTRY_AUFS))
			hide(r, i);
}
