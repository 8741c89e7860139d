/* SPDX-License-Identifier: Apache-2.0 */
#include "rootfs/waste.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "rootfs/rootfs_priv.h"

/* Of a path: its copies so far, a removal counted like one that holds nothing. */
struct path {
	uint64_t least, shipped;
	uint64_t last; /* size of the latest copy */
	uint32_t copies;
	uint32_t layer; /* of the latest copy; TSR_NONE if that is no regular file */
	struct tsr_waste_path hidden;
};

static void add(uint64_t *sum, uint64_t n)
{
	*sum = n > UINT64_MAX - *sum ? UINT64_MAX : *sum + n;
}

static void count_copy(struct path *p, uint64_t size)
{
	if (!p->copies || size < p->least)
		p->least = size;
	add(&p->shipped, size);
	p->copies += p->copies < 2;
}

static void count_file(struct tsr_waste_layer *l, uint64_t size, struct tsr_fate fate)
{
	l->files++;
	add(&l->bytes, size);
	if (fate.state == TSR_STATE_DELETED) {
		l->deleted++;
		add(&l->deleted_bytes, size);
	} else if (fate.state == TSR_STATE_OVERWRITTEN) {
		l->overwritten++;
		add(&l->overwritten_bytes, size);
	}
}

static void count_hidden(struct path *p, uint32_t layer, uint32_t entry, uint64_t size)
{
	p->hidden.layer = layer;
	p->hidden.entry = entry;
	p->hidden.copies++;
	add(&p->hidden.bytes, size);
}

/* The rows stay sorted; of equal ones that which was found first goes first. */
static void rank(struct tsr_waste *w, const struct tsr_waste_path *row)
{
	size_t at = w->n_top;

	while (at > 0 && w->top[at - 1].bytes < row->bytes)
		at--;
	if (!row->bytes || at == TSR_WASTE_TOP)
		return;
	w->n_top += w->n_top < TSR_WASTE_TOP;
	memmove(&w->top[at + 1], &w->top[at], (w->n_top - at - 1) * sizeof(*w->top));
	w->top[at] = *row;
}

static void count_entry(struct tsr_waste_layer *l, const struct tsr_entry *e, struct tsr_fate fate, uint32_t layer, struct path *p)
{
	bool file = e->type == '0';
	uint64_t size = file ? e->size : 0;

	if (file)
		count_file(l, size, fate);
	if (file && size && p->layer < layer && p->last == size) {
		l->repeated++;
		add(&l->repeated_bytes, size);
	}
	p->layer = file ? layer : TSR_NONE;
	p->last = size;
	count_copy(p, size);
	if (fate.state == TSR_STATE_DELETED) {
		count_copy(p, 0);
		p->layer = TSR_NONE;
	}
}

static void sum_up(struct tsr_waste *w, const struct path *p)
{
	add(&w->least, p->least);
	add(&w->shipped, p->shipped);
	if (p->copies < 2)
		return;
	w->inefficient++;
	add(&w->inefficient_bytes, p->shipped);
}

void tsr_waste_count(struct tsr_waste *w, const struct tsr_rootfs *r, const struct tsr_facts *const *facts, size_t n_layers)
{
	tsr_autofree struct path *paths = tsr_xcalloc(r->n_nodes, sizeof(*paths));

	*w = (struct tsr_waste){ .layers = tsr_xcalloc(n_layers + 1, sizeof(*w->layers)), .n_layers = n_layers };
	for (size_t i = 0; i < r->n_nodes; i++)
		paths[i].layer = TSR_NONE;
	for (uint32_t i = 0; i < n_layers && i < r->n_layers; i++)
		for (uint32_t k = 0; facts[i] && k < r->layers[i].n; k++) {
			const struct tsr_entry *e = &facts[i]->entries[k];
			uint32_t node = r->states[r->layers[i].base + k].node;
			struct tsr_fate fate;

			if (node == TSR_NONE || e->type == '5')
				continue;
			fate = tsr_rootfs_fate(r, i, k);
			count_entry(&w->layers[i], e, fate, i, &paths[node]);
			if (e->type == '0' && fate.state != TSR_STATE_LIVE)
				count_hidden(&paths[node], i, k, e->size);
		}
	for (size_t i = 0; i < r->n_nodes; i++) {
		sum_up(w, &paths[i]);
		rank(w, &paths[i].hidden);
	}
}

void tsr_waste_release(struct tsr_waste *w)
{
	free(w->layers);
	*w = (struct tsr_waste){ 0 };
}

uint32_t tsr_waste_efficiency(const struct tsr_waste *w)
{
	/* A long double has 64 bits of fraction where it matters, and the result seven digits. */
	return w->shipped ? (uint32_t)((long double)w->least * 1000000 / (long double)w->shipped) : 1000000;
}

uint64_t tsr_waste_hidden(const struct tsr_waste_layer *l)
{
	uint64_t sum = l->deleted_bytes;

	add(&sum, l->overwritten_bytes);
	return sum;
}

uint64_t tsr_waste_total(const struct tsr_waste *w)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < w->n_layers; i++)
		add(&sum, tsr_waste_hidden(&w->layers[i]));
	return sum;
}
