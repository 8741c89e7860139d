/* SPDX-License-Identifier: Apache-2.0 */
#include "rootfs/rootfs.h"

#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "rootfs/rootfs_priv.h"

/* Entries of all layers of an image: one blob may stand at many positions, and costs at each. */
#define ENTRIES_MAX (16u << 20)

struct tsr_rootfs *tsr_rootfs_new(void)
{
	struct tsr_rootfs *r = tsr_xcalloc(1, sizeof(*r));

	tsr_names_init(&r->names);
	r->nodes = tsr_grow(NULL, &r->cap_nodes, 1, sizeof(*r->nodes));
	r->nodes[0] = (struct tsr_rnode){ .child = TSR_NONE,
					  .next = TSR_NONE,
					  .prev = TSR_NONE,
					  .name = "",
					  .top = TSR_NONE,
					  .made = TSR_NONE,
					  .swept = TSR_NONE,
					  .kind = TSR_KIND_DIR };
	r->n_nodes = 1;
	r->doubts.layer = r->doubts.entry = TSR_NONE;
	return r;
}

static void release_scratch(struct tsr_rootfs *r)
{
	free(r->places);
	free(r->pending);
	r->places = NULL;
	r->pending = NULL;
	r->cap_places = r->cap_pending = 0;
}

void tsr_rootfs_free(struct tsr_rootfs *r)
{
	if (!r)
		return;
	release_scratch(r);
	tsr_names_release(&r->names);
	free(r->layers);
	free(r->states);
	free(r->nodes);
	free(r->inodes);
	free(r);
}

void tsr_rootfs_add(struct tsr_rootfs *r, const struct tsr_facts *f)
{
	struct tsr_rlayer *l;
	uint32_t i;

	if (r->settled)
		TSR_BUG("rootfs: a layer after the last");
	if (f && f->n_entries > ENTRIES_MAX - r->n_states) {
		r->doubts.limited++;
		f = NULL;
	}
	r->layers = tsr_grow(r->layers, &r->cap_layers, r->n_layers + 1, sizeof(*r->layers));
	l = &r->layers[r->n_layers++];
	*l = (struct tsr_rlayer){ f, (uint32_t)r->n_states, f ? f->n_entries : 0 };
	if (!l->n)
		return;
	r->states = tsr_grow(r->states, &r->cap_states, r->n_states + l->n, sizeof(*r->states));
	for (i = 0; i < l->n; i++)
		r->states[r->n_states + i] = (struct tsr_rstate){ TSR_NONE, TSR_STATE_LIVE, TSR_NONE };
	r->n_states += l->n;
	r->facts = f;
	r->layer = (uint32_t)(r->n_layers - 1);
	r->base = l->base;
	tsr_rootfs_apply(r);
}

void tsr_rootfs_settle(struct tsr_rootfs *r)
{
	release_scratch(r);
	r->steps = TSR_STEPS_FREE + (uint64_t)TSR_STEPS_PER_ENTRY * r->n_states;
	r->settled = true;
}

struct tsr_rnode *tsr_rnode_at(const struct tsr_rootfs *r, uint32_t node)
{
	return &r->nodes[node];
}

uint32_t tsr_rootfs_layer_of(const struct tsr_rootfs *r, uint32_t gid)
{
	size_t low = 0, high = r->n_layers;

	/* The last layer whose base is not above gid: one without entries has the base of the next. */
	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;

		if (r->layers[mid].base <= gid)
			low = mid;
		else
			high = mid;
	}
	return (uint32_t)low;
}

const struct tsr_entry *tsr_rootfs_entry(const struct tsr_rootfs *r, uint32_t gid)
{
	const struct tsr_rlayer *l = &r->layers[tsr_rootfs_layer_of(r, gid)];

	return &l->facts->entries[gid - l->base];
}

static const struct tsr_inode *inode_of(const struct tsr_rootfs *r, uint32_t gid)
{
	uint32_t i = r->states[gid].bits >> 2;

	return i ? &r->inodes[i - 1] : NULL;
}

uint32_t tsr_rootfs_content(const struct tsr_rootfs *r, uint32_t gid)
{
	const struct tsr_inode *inode = inode_of(r, gid);

	return inode ? inode->content : gid;
}

struct tsr_fate tsr_rootfs_fate(const struct tsr_rootfs *r, uint32_t layer, uint32_t entry)
{
	const struct tsr_inode *inode;
	struct tsr_rstate s;

	if (!r->settled || layer >= r->n_layers)
		TSR_BUG("rootfs: asked before the last layer, or about one that is not there");
	if (entry >= r->layers[layer].n)
		return (struct tsr_fate){ TSR_STATE_LIVE, TSR_NONE };
	s = r->states[r->layers[layer].base + entry];
	inode = inode_of(r, r->layers[layer].base + entry);
	if ((s.bits & 3) == TSR_STATE_LIVE || (inode && inode->names))
		return (struct tsr_fate){ TSR_STATE_LIVE, TSR_NONE };
	if (inode && inode->hidden_in > s.link)
		return (struct tsr_fate){ (enum tsr_state)inode->state, inode->hidden_in };
	return (struct tsr_fate){ (enum tsr_state)(s.bits & 3), s.link };
}

bool tsr_rootfs_at_path(const struct tsr_rootfs *r, uint32_t layer, uint32_t entry)
{
	return entry < r->layers[layer].n && (r->states[r->layers[layer].base + entry].bits & 3) == TSR_STATE_LIVE;
}

const struct tsr_rootfs_doubts *tsr_rootfs_doubts(const struct tsr_rootfs *r)
{
	return &r->doubts;
}
