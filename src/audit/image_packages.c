/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/image_packages.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/mem.h"

/* There may be a million of them. */
struct item {
	const char *name, *version; /* in the facts */
	uint32_t flags;
	uint32_t since; /* copy of the list, by number */
	uint32_t gone;  /* copy that lacks the name; TSR_NONE */
};

/* One layer's copy of a list. */
struct copy {
	struct tsr_slice path;
	uint32_t layer, entry;
	enum tsr_ecosystem eco;
	size_t first, n; /* items */
};

struct gather {
	const struct tsr_rootfs *rootfs;
	const struct tsr_facts *const *facts;
	struct tsr_arena arena;
	struct copy *copies;
	size_t n_copies, cap_copies;
	struct item *items;
	size_t n_items, cap_items, max;
	struct tsr_image_packages *out;
};

static void begin_copy(struct gather *g, uint32_t layer, const struct tsr_extract *x)
{
	const struct tsr_facts *f = g->facts[layer];
	struct tsr_buf path = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);

	tsr_facts_path(f, f->entries[x->entry].node, &path);
	g->copies = tsr_grow(g->copies, &g->cap_copies, g->n_copies + 1, sizeof(*g->copies));
	g->copies[g->n_copies++] = (struct copy){
		.path = tsr_arena_dup(&g->arena, tsr_buf_slice(&path)),
		.layer = layer,
		.entry = x->entry,
		.eco = (enum tsr_ecosystem)x->x,
		.first = g->n_items,
	};
	tsr_buf_release(&path);
}

static void gather_layer(struct gather *g, uint32_t layer)
{
	const struct tsr_facts *f = g->facts[layer];
	uint32_t open = TSR_NONE;

	for (uint32_t i = 0; i < f->n_extracts; i++) {
		const struct tsr_extract *x = &f->extracts[i];

		if (x->kind != TSR_EXTRACT_PACKAGE || x->entry == TSR_NONE || x->x >= TSR_ECOSYSTEMS)
			continue;
		if (g->n_items == g->max) {
			g->out->limited = true;
			return;
		}
		if (x->entry != open || x->x != g->copies[g->n_copies - 1].eco)
			begin_copy(g, layer, x);
		open = x->entry;
		g->items = tsr_grow(g->items, &g->cap_items, g->n_items + 1, sizeof(*g->items));
		g->items[g->n_items++] = (struct item){
			tsr_facts_text(f, x->a), tsr_facts_text(f, x->b), (uint32_t)x->y, 0, TSR_NONE,
		};
		g->copies[g->n_copies - 1].n++;
	}
}

static int by_name(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int c = strcmp(x->name, y->name);

	if (!c)
		c = strcmp(x->version, y->version);
	return c ? c : (x->flags > y->flags) - (x->flags < y->flags);
}

static int by_list(const void *a, const void *b)
{
	const struct copy *x = a, *y = b;
	int c = tsr_slice_cmp(x->path, y->path);

	return c ? c : (int)x->eco - (int)y->eco;
}

static int by_path(const void *a, const void *b)
{
	const struct copy *x = a, *y = b;
	int c = by_list(a, b);

	if (!c)
		c = (x->layer > y->layer) - (x->layer < y->layer);
	return c ? c : (x->entry > y->entry) - (x->entry < y->entry);
}

/* Is it a package.json in a folder of which npm's own list tells, whatever is below it? */
static bool is_listed(const struct gather *g, const struct copy *c)
{
	static const char modules[] = "node_modules/", list[] = ".package-lock.json";
	struct copy key = { .eco = TSR_ECO_NODE };
	struct tsr_buf path = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	const char *at = memmem(c->path.ptr, c->path.len, modules, sizeof(modules) - 1);
	bool listed;

	if (c->eco != TSR_ECO_NODE || !at || !tsr_slice_ends(c->path, "/package.json"))
		return false;
	tsr_buf_addsl(&path, tsr_slice_sub(c->path, 0, (size_t)(at - c->path.ptr) + sizeof(modules) - 1));
	tsr_buf_adds(&path, list);
	key.path = tsr_buf_slice(&path);
	listed = bsearch(&key, g->copies, g->n_copies, sizeof(key), by_list);
	tsr_buf_release(&path);
	return listed;
}

/* What is in both copies has been there since the earlier one. */
static void keep_since(struct item *a, size_t na, struct item *b, size_t nb)
{
	for (size_t i = 0, k = 0; i < na && k < nb;) {
		int c = by_name(&a[i], &b[k]);

		if (!c)
			b[k].since = a[i].since;
		i += c <= 0;
		k += c >= 0;
	}
}

/* What the later copy lacks is gone in it. */
static void find_gone(struct item *a, size_t na, const struct item *b, size_t nb, uint32_t later)
{
	for (size_t i = 0, k = 0; i < na;) {
		int c = k < nb ? strcmp(a[i].name, b[k].name) : -1;

		if (c < 0)
			a[i].gone = later;
		i += c <= 0; /* there may be several of one name */
		k += c > 0;
	}
}

static void tell(struct gather *g, const struct copy *c, const struct item *it, uint32_t gone_in)
{
	const struct copy *since = &g->copies[it->since];
	struct tsr_image_packages *p = g->out;

	p->list = tsr_grow(p->list, &p->cap, p->n + 1, sizeof(*p->list));
	p->list[p->n++] = (struct tsr_image_package){
		.name = it->name,
		.version = it->version,
		.layer = since->layer,
		.entry = since->entry,
		.gone_in = gone_in,
		.eco = (uint16_t)c->eco,
		.flags = (uint16_t)it->flags,
	};
}

static bool has(const struct gather *g, const struct copy *c, const char *name)
{
	size_t lo = 0, hi = c->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (strcmp(g->items[c->first + mid].name, name) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < c->n && !strcmp(g->items[c->first + lo].name, name);
}

static bool of_distribution(enum tsr_ecosystem eco)
{
	return eco == TSR_ECO_DPKG || eco == TSR_ECO_APK || eco == TSR_ECO_RPM;
}

/* The copies of one path, [first, end). */
static void settle(struct gather *g, uint32_t first, uint32_t end)
{
	const struct copy *last = &g->copies[end - 1];
	struct tsr_fate fate = tsr_rootfs_fate(g->rootfs, last->layer, last->entry);
	bool live = fate.state == TSR_STATE_LIVE || of_distribution(last->eco);

	for (uint32_t v = first; v < end; v++) {
		for (size_t i = 0; i < g->copies[v].n; i++)
			g->items[g->copies[v].first + i].since = v;
		if (v > first) {
			struct item *a = g->items + g->copies[v - 1].first, *b = g->items + g->copies[v].first;

			keep_since(a, g->copies[v - 1].n, b, g->copies[v].n);
			find_gone(a, g->copies[v - 1].n, b, g->copies[v].n, v);
		}
	}
	for (size_t i = 0; i < last->n; i++)
		tell(g, last, &g->items[last->first + i], live ? TSR_NONE : fate.hidden_in);
	for (uint32_t v = first; v + 1 < end; v++)
		for (size_t i = 0; i < g->copies[v].n; i++) {
			const struct item *it = &g->items[g->copies[v].first + i];

			if (it->gone != TSR_NONE && !has(g, last, it->name))
				tell(g, &g->copies[v], it, g->copies[it->gone].layer);
		}
}

void tsr_image_packages_init(struct tsr_image_packages *p, const struct tsr_rootfs *rootfs,
			     const struct tsr_facts *const *facts, uint32_t n, size_t max)
{
	struct gather g = { .rootfs = rootfs, .facts = facts, .arena = TSR_ARENA_INIT, .out = p, .max = max };
	uint32_t end;

	*p = (struct tsr_image_packages){ NULL, 0, 0, 0, false };
	for (uint32_t i = 0; i < n && !p->limited; i++)
		if (facts[i])
			gather_layer(&g, i);
	p->looked_at = g.n_items;
	if (g.n_copies)
		qsort(g.copies, g.n_copies, sizeof(*g.copies), by_path);
	for (size_t i = 0; i < g.n_copies; i++)
		if (g.copies[i].n > 1)
			qsort(g.items + g.copies[i].first, g.copies[i].n, sizeof(*g.items), by_name);
	for (uint32_t i = 0; i < g.n_copies; i = end) {
		for (end = i + 1; end < g.n_copies && !by_list(&g.copies[end], &g.copies[i]);)
			end++;
		if (!is_listed(&g, &g.copies[i]))
			settle(&g, i, end);
	}
	free(g.copies);
	free(g.items);
	tsr_arena_release(&g.arena);
}

void tsr_image_packages_release(struct tsr_image_packages *p)
{
	free(p->list);
	*p = (struct tsr_image_packages){ NULL, 0, 0, 0, false };
}
