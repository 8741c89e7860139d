/* SPDX-License-Identifier: Apache-2.0 */
#include "rootfs/dive.h"

#include <stdlib.h>

#include "base/mem.h"
#include "rootfs/rootfs_priv.h"

#define STEPS_MAX (1u << 26) /* entries, names, and what removed directories are added up of */

struct path {
	uint64_t least, shipped, size; /* size: of what is there */
	uint32_t copies;
	uint32_t child, next, prev;    /* of those that are there */
	uint32_t inner, made, gone;    /* the last layer, from 1, with something below it; with an entry; with a whiteout */
	uint32_t entry, whiteout;      /* the last of the layer */
	bool there, dir;
};

struct stack {
	struct tsr_rootfs *names; /* for its tree of names only */
	struct path *paths;
	size_t cap;
	uint32_t *ids; /* by node of the layer's facts */
	size_t cap_ids;
	uint64_t steps;
	uint32_t layer; /* from 1 */
};

static void add(uint64_t *sum, uint64_t n)
{
	*sum = n > UINT64_MAX - *sum ? UINT64_MAX : *sum + n;
}

static uint32_t parent_of(const struct stack *s, uint32_t id)
{
	return tsr_rnode_at(s->names, id)->parent;
}

static void take_names(struct stack *s, const struct tsr_facts *f)
{
	size_t before = s->names->n_nodes;

	s->ids = tsr_grow(s->ids, &s->cap_ids, f->n_nodes + 1, sizeof(*s->ids));
	s->ids[0] = 0;
	for (uint32_t i = 1; i < f->n_nodes; i++) {
		const struct tsr_node *n = &f->nodes[i];

		s->ids[i] = tsr_rnode_intern(s->names, s->ids[n->parent], tsr_slice_of(tsr_facts_text(f, n->name), n->name_len));
	}
	s->paths = tsr_grow(s->paths, &s->cap, s->names->n_nodes, sizeof(*s->paths));
	for (size_t i = s->layer == 1 ? 0 : before; i < s->names->n_nodes; i++)
		s->paths[i] = (struct path){ .child = TSR_NONE, .next = TSR_NONE, .prev = TSR_NONE };
}

/* Files of the image: its root, global headers, and what AUFS left there are none. */
static bool counts(const struct tsr_entry *e)
{
	return e->node && e->type != 'g' && !(e->flags & (TSR_ENTRY_AUFS | TSR_ENTRY_OPAQUE));
}

static void mark(struct stack *s, const struct tsr_facts *f, uint32_t k)
{
	const struct tsr_entry *e = &f->entries[k];
	uint32_t id = s->ids[e->node];
	struct path *p = &s->paths[id];

	if (e->flags & TSR_ENTRY_WHITEOUT) {
		p->gone = s->layer;
		p->whiteout = k;
	} else {
		p->made = s->layer;
		p->entry = k;
	}
	while (id && s->paths[id = parent_of(s, id)].inner != s->layer)
		s->paths[id].inner = s->layer;
}

static void count(struct path *p, uint64_t size)
{
	if (!p->copies || size < p->least)
		p->least = size;
	add(&p->shipped, size);
	p->copies += p->copies < 2;
}

/* All that is there at a path and below it. */
static uint64_t sum_of(struct stack *s, uint32_t top)
{
	uint64_t sum = 0;
	uint32_t at = top;

	for (; s->steps < STEPS_MAX; s->steps++) {
		add(&sum, s->paths[at].size);
		if (s->paths[at].child != TSR_NONE) {
			at = s->paths[at].child;
			continue;
		}
		while (at != top && s->paths[at].next == TSR_NONE)
			at = parent_of(s, at);
		if (at == top)
			break;
		at = s->paths[at].next;
	}
	return sum;
}

static void count_leaf(struct stack *s, const struct tsr_facts *f, uint32_t k)
{
	const struct tsr_entry *e = &f->entries[k];
	uint32_t id = s->ids[e->node];
	struct path *p = &s->paths[id];

	if (e->flags & TSR_ENTRY_WHITEOUT) {
		if (p->whiteout == k && p->there)
			count(p, p->dir ? sum_of(s, id) : 0);
	} else if (p->entry == k && p->inner != s->layer) {
		count(p, e->type == '0' ? e->size : 0);
	}
}

static void unlink_path(struct stack *s, uint32_t id)
{
	struct path *p = &s->paths[id];

	if (p->prev != TSR_NONE)
		s->paths[p->prev].next = p->next;
	else
		s->paths[parent_of(s, id)].child = p->next;
	if (p->next != TSR_NONE)
		s->paths[p->next].prev = p->prev;
	p->next = p->prev = TSR_NONE;
	p->there = false;
	p->size = 0;
}

static void remove_path(struct stack *s, uint32_t top)
{
	uint32_t at = top, parent;

	if (!s->paths[top].there)
		return;
	for (;; at = parent) {
		while (s->paths[at].child != TSR_NONE)
			at = s->paths[at].child;
		parent = parent_of(s, at);
		unlink_path(s, at);
		if (at == top)
			return;
	}
}

/* And the directories above. One that no entry made is none to dive, though things are below it. */
static void put_path(struct stack *s, uint32_t id, bool dir, uint64_t size)
{
	s->paths[id].dir = dir;
	s->paths[id].size = size;
	for (; id && !s->paths[id].there; id = parent_of(s, id)) {
		struct path *parent = &s->paths[parent_of(s, id)];

		s->paths[id].there = true;
		s->paths[id].next = parent->child;
		if (parent->child != TSR_NONE)
			s->paths[parent->child].prev = id;
		parent->child = id;
	}
}

static void stack_layer(struct stack *s, const struct tsr_facts *f)
{
	take_names(s, f);
	for (uint32_t k = 0; k < f->n_entries; k++)
		if (counts(&f->entries[k]))
			mark(s, f, k);
	for (uint32_t k = 0; k < f->n_entries; k++)
		if (counts(&f->entries[k]))
			count_leaf(s, f, k);
	for (uint32_t k = 0; k < f->n_entries; k++)
		if (counts(&f->entries[k]) && f->entries[k].flags & TSR_ENTRY_WHITEOUT)
			remove_path(s, s->ids[f->entries[k].node]);
	for (uint32_t k = 1; k < f->n_nodes; k++) {
		const struct path *p = &s->paths[s->ids[k]];
		const struct tsr_entry *e = p->made == s->layer ? &f->entries[p->entry] : NULL;

		if (e || p->inner == s->layer)
			put_path(s, s->ids[k], e && e->type == '5', e && e->type == '0' ? e->size : 0);
	}
}

void tsr_dive_count(struct tsr_dive *d, const struct tsr_facts *const *facts, size_t n_layers)
{
	struct stack s = { .names = tsr_rootfs_new() };
	uint64_t least = 0, shipped = 0;

	*d = (struct tsr_dive){ 0 };
	for (size_t i = 0; i < n_layers; i++) {
		s.steps += facts[i] ? (uint64_t)facts[i]->n_entries + facts[i]->n_nodes : 0;
		if (!facts[i] || s.steps >= STEPS_MAX)
			continue;
		s.layer++;
		stack_layer(&s, facts[i]);
	}
	for (size_t i = 0; s.layer && i < s.names->n_nodes; i++) {
		const struct path *p = &s.paths[i];

		add(&least, p->least);
		add(&shipped, p->shipped);
		if (p->copies < 2)
			continue;
		d->inefficient++;
		add(&d->inefficient_bytes, p->shipped);
	}
	d->known = s.steps < STEPS_MAX;
	d->efficiency = shipped ? (uint32_t)((long double)least * 1000000 / (long double)shipped) : 1000000;
	tsr_rootfs_free(s.names);
	free(s.paths);
	free(s.ids);
}
