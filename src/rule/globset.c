/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/glob.h"

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/path.h"

/*
 * Every glob is filed under something that the last component of a matching path
 * must have, or a folder of it; with alternatives, under one key for each. Most names in an image have
 * none of the keys, so an entry costs a look-up for each kind of key (and
 * each length of prefix) and no match at all.
 */
enum key_kind {
	KEY_EXACT,
	KEY_SUFFIX,
	KEY_PREFIX,
	KEY_FOLDER, /* the same of any component: none of the last is plain */
	KEY_REST
};

#define ALTERNATIVES_MAX 64u /* a glob that has more is always tried */
#define PREFIX_MAX 64u
#define DEPTH_MAX 64u /* components of a path that are looked up; below a deeper one, every glob with a folder is tried */

struct item {
	const char *glob;
	unsigned id;
	enum key_kind kind;
	bool sure; /* having the key is matching */
	struct tsr_slice key;
	struct tsr_slice tail;   /* what a matching path must end with */
	struct tsr_slice folder; /* a component before the last that a matching path must have; empty: none is plain */
	struct tsr_slice part;   /* of a glob without key: what the last component must have in it */
	uint32_t next; /* in its bucket or in the rest: index + 1 */
};

struct tsr_globset {
	struct tsr_arena arena;
	struct item *items;
	size_t n, cap;
	uint32_t *buckets; /* index + 1 */
	uint32_t mask, rest;
	uint64_t prefix_lengths; /* bit n: there is a prefix of n + 1 bytes */
};

struct tsr_globset *tsr_globset_new(void)
{
	return tsr_xcalloc(1, sizeof(struct tsr_globset));
}

void tsr_globset_free(struct tsr_globset *g)
{
	if (!g)
		return;
	tsr_arena_release(&g->arena);
	free(g->items);
	free(g->buckets);
	free(g);
}

static bool special(char c)
{
	return c && strchr("*?[]{}\\", c);
}

static bool plain(struct tsr_slice s)
{
	size_t i;

	for (i = 0; i < s.len; i++)
		if (special(s.ptr[i]))
			return false;
	return s.len > 0;
}

/* The longest plain folder of a glob without alternatives: cheap to look for before the glob is tried. */
static struct tsr_slice plain_folder(struct tsr_slice glob)
{
	struct tsr_slice rest = glob, part, best = TSR_SLICE_NONE;

	while (tsr_slice_next(&rest, '/', &part))
		if (rest.len && plain(part) && part.len > best.len)
			best = part;
	return best;
}

/* A `]` that stands first is meant itself. */
static size_t set_end(struct tsr_slice base, size_t open)
{
	size_t i = open + 1;

	if (i < base.len && base.ptr[i] == '!')
		i++;
	for (i++; i < base.len && base.ptr[i] != ']'; i++)
		continue;
	return i;
}

/* The longest plain run in a last component, sets of characters left out. */
static struct tsr_slice plain_part(struct tsr_slice base)
{
	struct tsr_slice best = TSR_SLICE_NONE;
	size_t i, from = 0;

	for (i = 0; i <= base.len; i++) {
		if (i < base.len && !special(base.ptr[i]))
			continue;
		if (i - from > best.len)
			best = tsr_slice_sub(base, from, i);
		if (i < base.len && base.ptr[i] == '[')
			i = set_end(base, i);
		from = i + 1;
	}
	return best;
}

/* Chooses the key by the last component of a glob without alternatives. */
static void choose_key(struct item *it, struct tsr_slice glob)
{
	struct tsr_slice base = glob;
	size_t slash = 0, dot = glob.len, last, first, i;

	for (i = 0; i < glob.len; i++)
		if (glob.ptr[i] == '/')
			slash = i + 1;
	base = tsr_slice_sub(glob, slash, glob.len);
	for (i = 0; i < base.len; i++)
		if (base.ptr[i] == '.')
			dot = i;
	for (first = 0; first < base.len && !special(base.ptr[first]); first++)
		continue;
	for (last = base.len; last > 0 && !special(base.ptr[last - 1]); last--)
		continue;
	it->tail = tsr_slice_sub(base, last, base.len);
	it->kind = KEY_REST;
	if (memchr(base.ptr, '\\', base.len))
		return;
	if (plain(base)) {
		it->kind = KEY_EXACT;
		it->key = base;
		it->sure = slash == 0;
	} else if (dot < base.len && plain(tsr_slice_sub(base, dot + 1, base.len))) {
		it->kind = KEY_SUFFIX;
		it->key = tsr_slice_sub(base, dot + 1, base.len);
		it->sure = slash == 0 && dot == 1 && base.ptr[0] == '*';
	} else if (first > 0 && first <= PREFIX_MAX) {
		it->kind = KEY_PREFIX;
		it->key = tsr_slice_sub(base, 0, first);
		it->sure = slash == 0 && first + 1 == base.len && base.ptr[first] == '*';
	} else {
		it->sure = strcmp(it->glob, "*") == 0;
		it->part = plain_part(base);
		it->kind = it->folder.len ? KEY_FOLDER : KEY_REST;
		it->key = it->folder;
	}
}

static void add_item(struct tsr_globset *g, const char *glob, unsigned id, struct tsr_slice alternative)
{
	struct item *it;

	g->items = tsr_grow(g->items, &g->cap, g->n + 1, sizeof(*g->items));
	it = &g->items[g->n++];
	memset(it, 0, sizeof(*it));
	it->glob = glob;
	it->id = id;
	it->folder = plain_folder(alternative);
	choose_key(it, alternative);
}

/* The number of globs that one without braces would need; 0 above the limit, or where a quoted or bracketed brace is in the way. */
static unsigned count_alternatives(const char *glob)
{
	unsigned n = 1, here = 1;

	if (strchr(glob, '\\') || strchr(glob, '['))
		return strchr(glob, '{') ? 0 : 1;
	for (; *glob && n <= ALTERNATIVES_MAX; glob++) {
		if (*glob == '{') {
			here = 1;
		} else if (*glob == '}') {
			n *= here;
			here = 1;
		} else if (*glob == ',') {
			here++;
		}
	}
	return n <= ALTERNATIVES_MAX ? n : 0;
}

/* Alternative number k, the first brace turning fastest. */
static struct tsr_slice alternative(struct tsr_arena *a, const char *glob, unsigned k)
{
	char *out = tsr_arena_alloc(a, strlen(glob) + 1, 1);
	size_t n = 0;

	while (*glob) {
		unsigned arms = 1, arm, i;
		const char *p;

		if (*glob != '{') {
			out[n++] = *glob++;
			continue;
		}
		for (p = ++glob; *p != '}'; p++)
			arms += *p == ',';
		arm = k % arms;
		k /= arms;
		for (i = 0; glob < p; glob++)
			if (*glob == ',')
				i++;
			else if (i == arm)
				out[n++] = *glob;
		glob = p + 1;
	}
	return tsr_slice_of(out, n);
}

void tsr_globset_add(struct tsr_globset *g, const char *glob, unsigned id)
{
	unsigned k, n;

	if (tsr_glob_check(glob))
		return;
	n = count_alternatives(glob);
	if (n == 0)
		add_item(g, glob, id, TSR_SLICE("*"));
	else if (n == 1 && !strchr(glob, '{'))
		add_item(g, glob, id, tsr_slice_str(glob));
	else
		for (k = 0; k < n; k++)
			add_item(g, glob, id, alternative(&g->arena, glob, k));
}

static uint32_t hash(enum key_kind kind, struct tsr_slice key)
{
	uint32_t h = 2166136261u ^ (uint32_t)kind;
	size_t i;

	for (i = 0; i < key.len; i++)
		h = (h ^ (unsigned char)key.ptr[i]) * 16777619u;
	return h ^ h >> 15;
}

void tsr_globset_settle(struct tsr_globset *g)
{
	uint32_t size = 16;
	size_t i;

	while (size < g->n * 2)
		size *= 2;
	free(g->buckets);
	g->buckets = tsr_xcalloc(size, sizeof(*g->buckets));
	g->mask = size - 1;
	g->rest = 0;
	for (i = 0; i < g->n; i++) {
		struct item *it = &g->items[i];
		uint32_t *head =
			it->kind == KEY_REST ? &g->rest : &g->buckets[hash(it->kind, it->key) & g->mask];

		it->next = *head;
		*head = (uint32_t)(i + 1);
		if (it->kind == KEY_PREFIX)
			g->prefix_lengths |= (uint64_t)1 << (it->key.len - 1);
	}
}

#define FEW 32u

struct found {
	unsigned few[FEW], *ids;
	size_t n, cap;
};

static void note(struct found *f, unsigned id)
{
	if (f->n == FEW && f->ids == f->few) {
		f->ids = NULL;
		f->cap = 0;
		f->ids = tsr_grow(NULL, &f->cap, FEW * 2, sizeof(*f->ids));
		memcpy(f->ids, f->few, sizeof(f->few));
	} else if (f->n >= FEW) {
		f->ids = tsr_grow(f->ids, &f->cap, f->n + 1, sizeof(*f->ids));
	}
	f->ids[f->n++] = id;
}

static bool contains(struct tsr_slice s, struct tsr_slice part)
{
	return part.len == 0 || memmem(s.ptr, s.len, part.ptr, part.len);
}

static void try_item(const struct item *it, struct tsr_slice path, struct found *f)
{
	if (path.len < it->tail.len ||
	    memcmp(path.ptr + path.len - it->tail.len, it->tail.ptr, it->tail.len) != 0)
		return;
	if (it->kind != KEY_FOLDER && !contains(path, it->folder))
		return;
	if (!contains(tsr_path_base(path), it->part))
		return;
	if (it->sure || tsr_glob_match(it->glob, path))
		note(f, it->id);
}

static void try_chain(const struct tsr_globset *g, uint32_t head, enum key_kind kind, struct tsr_slice key,
		      struct tsr_slice path, struct found *f)
{
	for (; head; head = g->items[head - 1].next) {
		const struct item *it = &g->items[head - 1];

		if (it->kind == kind && tsr_slice_eq(it->key, key))
			try_item(it, path, f);
	}
}

static void try_key(const struct tsr_globset *g, enum key_kind kind, struct tsr_slice key,
		    struct tsr_slice path, struct found *f)
{
	try_chain(g, g->buckets[hash(kind, key) & g->mask], kind, key, path, f);
}

static void try_folders(const struct tsr_globset *g, struct tsr_slice path, struct found *f)
{
	struct tsr_slice rest = path, component;
	unsigned depth = 0;
	size_t i;

	while (tsr_path_next(&rest, &component) && depth++ < DEPTH_MAX)
		try_key(g, KEY_FOLDER, component, path, f);
	if (depth <= DEPTH_MAX)
		return;
	for (i = 0; i < g->n; i++)
		if (g->items[i].kind == KEY_FOLDER && contains(path, g->items[i].folder))
			try_item(&g->items[i], path, f);
}

static int by_id(const void *a, const void *b)
{
	unsigned x = *(const unsigned *)a, y = *(const unsigned *)b;

	return x < y ? -1 : x > y;
}

void tsr_globset_match(const struct tsr_globset *g, struct tsr_slice path,
		       void (*hit)(void *ctx, unsigned id), void *ctx)
{
	struct found f = { .ids = f.few, .n = 0, .cap = FEW };
	struct tsr_slice base = path;
	uint64_t lengths;
	size_t i, dot = SIZE_MAX;

	if (path.len == 0 || g->n == 0)
		return;
	if (!g->buckets)
		TSR_BUG("glob set not settled");
	for (i = 0; i < path.len; i++)
		if (path.ptr[i] == '/')
			base = tsr_slice_sub(path, i + 1, path.len);
	for (i = 0; i < base.len; i++)
		if (base.ptr[i] == '.')
			dot = i;
	try_key(g, KEY_EXACT, base, path, &f);
	if (dot != SIZE_MAX && dot + 1 < base.len)
		try_key(g, KEY_SUFFIX, tsr_slice_sub(base, dot + 1, base.len), path, &f);
	for (lengths = g->prefix_lengths; lengths; lengths &= lengths - 1) {
		size_t len = (size_t)__builtin_ctzll(lengths) + 1;

		if (len > base.len)
			break;
		try_key(g, KEY_PREFIX, tsr_slice_sub(base, 0, len), path, &f);
	}
	try_folders(g, path, &f);
	try_chain(g, g->rest, KEY_REST, TSR_SLICE_NONE, path, &f);
	if (f.n > 1)
		qsort(f.ids, f.n, sizeof(*f.ids), by_id);
	for (i = 0; i < f.n; i++)
		if (i == 0 || f.ids[i] != f.ids[i - 1])
			hit(ctx, f.ids[i]);
	if (f.ids != f.few)
		free(f.ids);
}
