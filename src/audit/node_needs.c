/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/node_needs.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/mem.h"

#define NAMES_MAX (1u << 20)

struct record {
	struct tsr_slice name;  /* package; of an application its folder */
	struct tsr_slice needs; /* a line each */
};

struct records {
	struct record *list;
	size_t n, cap;
};

struct tsr_node_needs {
	struct tsr_arena arena;
	struct records packages, apps;
	struct tsr_slice *names; /* of all that is needed by something; sorted, each once */
	size_t n_names, cap_names;
	bool *reached;           /* by name */
	uint32_t *queue;         /* names reached */
	size_t n_queue;
};

static int by_text(const void *a, const void *b)
{
	return tsr_slice_cmp(*(const struct tsr_slice *)a, *(const struct tsr_slice *)b);
}

static int by_name(const void *a, const void *b)
{
	return tsr_slice_cmp(((const struct record *)a)->name, ((const struct record *)b)->name);
}

static const struct tsr_slice *find_name(const struct tsr_node_needs *n, struct tsr_slice name)
{
	return n->n_names ? bsearch(&name, n->names, n->n_names, sizeof(*n->names), by_text) : NULL;
}

static void add(struct records *to, struct tsr_slice name, struct tsr_slice needs)
{
	to->list = tsr_grow(to->list, &to->cap, to->n + 1, sizeof(*to->list));
	to->list[to->n++] = (struct record){ name, needs };
}

static struct tsr_slice folder_of(struct tsr_node_needs *n, const struct tsr_facts *f, uint32_t entry)
{
	struct tsr_buf path = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	struct tsr_slice folder;

	tsr_facts_path(f, f->entries[entry].node, &path);
	path.len -= path.len < strlen("package.json") ? path.len : strlen("package.json");
	folder = tsr_arena_dup(&n->arena, tsr_buf_slice(&path));
	tsr_buf_release(&path);
	return folder;
}

static void add_layer(struct tsr_node_needs *n, const struct tsr_facts *f)
{
	for (uint32_t i = 0; i < f->n_extracts && n->n_names <= NAMES_MAX; i++) {
		const struct tsr_extract *x = &f->extracts[i];
		struct tsr_slice needs = tsr_slice_str(tsr_facts_text(f, x->b)), name = tsr_slice_str(tsr_facts_text(f, x->a));

		if (x->kind != TSR_EXTRACT_NEEDS || x->entry == TSR_NONE)
			continue;
		add(name.len ? &n->packages : &n->apps, name.len ? name : folder_of(n, f, x->entry), needs);
		while (n->n_names <= NAMES_MAX && tsr_slice_next(&needs, '\n', &name)) {
			n->names = tsr_grow(n->names, &n->cap_names, n->n_names + 1, sizeof(*n->names));
			n->names[n->n_names++] = name;
		}
	}
}

static void settle(struct tsr_node_needs *n)
{
	size_t kept = 0;

	if (n->n_names)
		qsort(n->names, n->n_names, sizeof(*n->names), by_text);
	for (size_t i = 0; i < n->n_names; i++)
		if (!i || !tsr_slice_eq(n->names[i], n->names[kept - 1]))
			n->names[kept++] = n->names[i];
	n->n_names = kept;
	if (n->packages.n)
		qsort(n->packages.list, n->packages.n, sizeof(*n->packages.list), by_name);
	n->reached = tsr_xcalloc(kept + 1, sizeof(*n->reached));
	n->queue = tsr_xcalloc(kept + 1, sizeof(*n->queue));
}

struct tsr_node_needs *tsr_node_needs_new(const struct tsr_facts *const *facts, uint32_t count)
{
	struct tsr_node_needs *n = tsr_xcalloc(1, sizeof(*n));

	for (uint32_t i = 0; i < count; i++)
		if (facts[i])
			add_layer(n, facts[i]);
	if (n->n_names > NAMES_MAX) {
		tsr_node_needs_free(n);
		return NULL;
	}
	settle(n);
	return n;
}

void tsr_node_needs_free(struct tsr_node_needs *n)
{
	if (!n)
		return;
	free(n->packages.list);
	free(n->apps.list);
	free(n->names);
	free(n->reached);
	free(n->queue);
	tsr_arena_release(&n->arena);
	free(n);
}

size_t tsr_node_needs_size(const struct tsr_node_needs *n)
{
	return n->n_names + n->packages.n + n->apps.n;
}

static void reach(struct tsr_node_needs *n, struct tsr_slice needs)
{
	struct tsr_slice name;

	while (tsr_slice_next(&needs, '\n', &name)) {
		const struct tsr_slice *at = find_name(n, name);

		if (at && !n->reached[at - n->names]) {
			n->reached[at - n->names] = true;
			n->queue[n->n_queue++] = (uint32_t)(at - n->names);
		}
	}
}

/* What all versions of the package need. */
static void follow(struct tsr_node_needs *n, struct tsr_slice name)
{
	const struct record key = { name, TSR_SLICE_NONE };
	const struct record *first = NULL, *end = n->packages.list + n->packages.n;

	if (n->packages.n)
		first = bsearch(&key, n->packages.list, n->packages.n, sizeof(key), by_name);
	while (first && first > n->packages.list && tsr_slice_eq(first[-1].name, name))
		first--;
	for (; first && first < end && tsr_slice_eq(first->name, name); first++)
		reach(n, first->needs);
}

void tsr_node_needs_of(struct tsr_node_needs *n, struct tsr_slice folder)
{
	memset(n->reached, 0, n->n_names * sizeof(*n->reached));
	n->n_queue = 0;
	for (size_t i = 0; i < n->apps.n; i++)
		if (n->apps.list[i].name.len >= folder.len &&
		    tsr_slice_eq(tsr_slice_sub(n->apps.list[i].name, 0, folder.len), folder))
			reach(n, n->apps.list[i].needs);
	for (size_t i = 0; i < n->n_queue; i++)
		follow(n, n->names[n->queue[i]]);
}

bool tsr_node_needs_has(const struct tsr_node_needs *n, struct tsr_slice name)
{
	const struct tsr_slice *at = find_name(n, name);

	return at && n->reached[at - n->names];
}
