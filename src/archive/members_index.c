/* SPDX-License-Identifier: Apache-2.0 */
#include "archive/members_index.h"

#include <stdlib.h>

#include "base/mem.h"

struct by_name {
	struct tsr_slice name;
	uint32_t member;
};

struct group { /* members of one name: [first, first + n) of names */
	size_t first, n;
	uint32_t last; /* member, or NO_MEMBER */
	unsigned copies;
};

#define NO_MEMBER UINT32_MAX
/* No tool can unpack a longer one. */
#define NAME_MAX_BYTES 4096

struct by_digest {
	struct tsr_digest digest;
	uint32_t blob;
	bool claimed;
};

struct tsr_members_index {
	struct by_name *names;
	struct group *groups;
	size_t n_groups;
	struct by_digest *digests;
	size_t n_digests, cap_digests;
};

void tsr_members_index_free(struct tsr_members_index *x)
{
	if (!x)
		return;
	free(x->names);
	free(x->groups);
	free(x->digests);
	free(x);
}

/* By digest, computed before claimed, then by age. */
static int cmp_digest(const void *pa, const void *pb)
{
	const struct by_digest *a = pa, *b = pb;
	int c = (int)a->digest.alg - (int)b->digest.alg;

	if (!c)
		c = memcmp(a->digest.bytes, b->digest.bytes, sizeof(a->digest.bytes));
	if (!c)
		c = (int)a->claimed - (int)b->claimed;
	return c ? c : (a->blob > b->blob) - (a->blob < b->blob);
}

static void add_digest(struct tsr_members_index *x, const struct tsr_digest *d, uint32_t blob, bool claimed)
{
	struct by_digest *e;

	if (d->alg == TSR_DIGEST_NONE)
		return;
	x->digests = tsr_grow(x->digests, &x->cap_digests, x->n_digests + 1, sizeof(*x->digests));
	e = &x->digests[x->n_digests++];
	memset(e, 0, sizeof(*e));
	e->digest.alg = d->alg;
	memcpy(e->digest.bytes, d->bytes, d->alg == TSR_DIGEST_OTHER ? 32 : tsr_digest_size(d->alg));
	e->blob = blob;
	e->claimed = claimed;
}

/* The first of equal blobs takes what only the later one has. */
static void merge(struct tsr_blob *first, struct tsr_blob *later)
{
	if (first->claimed.alg == TSR_DIGEST_NONE ||
	    (later->flags & TSR_BLOB_MISMATCH && !(first->flags & TSR_BLOB_MISMATCH)))
		first->claimed = later->claimed;
	if (first->other.alg == TSR_DIGEST_NONE)
		first->other = later->other;
	if (!first->json.len)
		first->json = later->json;
	if (!first->facts)
		first->facts = later->facts;
	if (!first->role)
		first->role = later->role;
	first->flags |= later->flags & ~(unsigned)TSR_BLOB_DUPLICATE;
	later->flags |= TSR_BLOB_DUPLICATE;
}

static void merge_equal(struct tsr_members *m, const struct tsr_members_index *x)
{
	uint32_t *now = tsr_xmalloc(m->n_blobs * sizeof(*now) + 1);
	size_t first = 0;

	for (size_t i = 0; i < m->n_blobs; i++)
		now[i] = (uint32_t)i;
	for (size_t i = 1; i < x->n_digests; i++) {
		const struct by_digest *a = &x->digests[first], *b = &x->digests[i];

		if (!tsr_digest_eq(&a->digest, &b->digest)) {
			first = i;
			continue;
		}
		/* What was cut short is not the same body, whatever is left of it. */
		if ((m->blobs[a->blob].flags | m->blobs[b->blob].flags) & TSR_BLOB_CUT)
			continue;
		now[b->blob] = a->blob;
		if (!(m->blobs[b->blob].flags & TSR_BLOB_DUPLICATE))
			merge(&m->blobs[a->blob], &m->blobs[b->blob]);
	}
	for (size_t i = 0; i < m->n; i++) {
		if (m->list[i].blob != TSR_NO_BLOB)
			m->list[i].blob = now[m->list[i].blob];
	}
	free(now);
}

static void index_digests(struct tsr_members *m, struct tsr_members_index *x)
{
	for (uint32_t i = 0; i < m->n_blobs; i++)
		add_digest(x, &m->blobs[i].digest, i, false);
	if (x->n_digests)
		qsort(x->digests, x->n_digests, sizeof(*x->digests), cmp_digest);
	merge_equal(m, x);
	for (uint32_t i = 0; i < m->n_blobs; i++) {
		const struct tsr_blob *b = &m->blobs[i];

		if (b->flags & TSR_BLOB_DUPLICATE)
			continue;
		add_digest(x, &b->other, i, false);
		if (b->claimed.alg == TSR_DIGEST_OTHER)
			add_digest(x, &b->claimed, i, true);
	}
	if (x->n_digests)
		qsort(x->digests, x->n_digests, sizeof(*x->digests), cmp_digest);
}

static int cmp_name(const void *pa, const void *pb)
{
	const struct by_name *a = pa, *b = pb;
	int c = tsr_slice_cmp(a->name, b->name);

	return c ? c : (a->member > b->member) - (a->member < b->member);
}

static int cmp_text(const void *pa, const void *pb)
{
	return tsr_slice_cmp(((const struct by_name *)pa)->name, ((const struct by_name *)pb)->name);
}

static int cmp_u32(const void *pa, const void *pb)
{
	uint32_t a = *(const uint32_t *)pa, b = *(const uint32_t *)pb;

	return (a > b) - (a < b);
}

static bool has_meaning(const struct tsr_member *e)
{
	return e->type != '5' && e->type != 'g';
}

static void fill_group(const struct tsr_members *m, const struct by_name *names, struct group *g)
{
	uint32_t *seen = tsr_xmalloc(g->n * sizeof(*seen));
	size_t n = 0;

	g->last = NO_MEMBER;
	for (size_t i = g->first; i < g->first + g->n; i++) {
		const struct tsr_member *e = &m->list[names[i].member];

		if (!has_meaning(e))
			continue;
		seen[n++] = e->blob;
		g->last = names[i].member;
	}
	qsort(seen, n, sizeof(*seen), cmp_u32);
	g->copies = n ? 1 : 0;
	for (size_t i = 1; i < n; i++)
		g->copies += seen[i] != seen[i - 1];
	free(seen);
}

/*
 * A member whose name leads through a symbolic link of the archive: tools that
 * unpack it (docker load) write what the link means, and may so replace a member of
 * another name. Both stand under one name here, so that they are copies of one file.
 */
static struct tsr_slice real_name(const struct tsr_members *m, const struct by_name *links, size_t n_links,
				  struct tsr_slice name)
{
	struct tsr_slice at = name;
	int hops = 0;

	for (size_t end = 0; (end = tsr_slice_find(at, '/', end)) < at.len; end++) {
		struct by_name key = { .name = tsr_slice_sub(at, 0, end) };
		const struct by_name *link = bsearch(&key, links, n_links, sizeof(key), cmp_text);
		struct tsr_slice target;

		if (!link)
			continue;
		if (++hops > TSR_MEMBER_LINKS_MAX || at.len > NAME_MAX_BYTES)
			return name;
		target = m->list[link->member].target;
		at = tsr_slice_str(tsr_arena_printf(m->arena, "%.*s%s%.*s", TSR_SLICE_ARG(target),
						    target.len ? "/" : "",
						    TSR_SLICE_ARG(tsr_slice_sub(at, end + 1, at.len))));
		end = SIZE_MAX; /* from the start */
	}
	return at;
}

/* Symbolic links, by name. */
static struct by_name *sorted_links(const struct tsr_members *m, size_t *n)
{
	struct by_name *links = tsr_xcalloc(m->n + 1, sizeof(*links));

	*n = 0;
	for (uint32_t i = 0; i < m->n; i++)
		if (m->list[i].type == '2')
			links[(*n)++] = (struct by_name){ m->list[i].name, i };
	if (*n)
		qsort(links, *n, sizeof(*links), cmp_name);
	return links;
}

static void index_names(const struct tsr_members *m, struct tsr_members_index *x)
{
	struct by_name *links;
	size_t cap = 0, n_links;

	if (!m->n)
		return;
	links = sorted_links(m, &n_links);
	x->names = tsr_xcalloc(m->n, sizeof(*x->names));
	for (uint32_t i = 0; i < m->n; i++) {
		x->names[i].name = n_links ? real_name(m, links, n_links, m->list[i].name) : m->list[i].name;
		x->names[i].member = i;
	}
	free(links);
	qsort(x->names, m->n, sizeof(*x->names), cmp_name);
	for (size_t i = 0, next; i < m->n; i = next) {
		struct group *g;

		for (next = i + 1; next < m->n && tsr_slice_eq(x->names[i].name, x->names[next].name); next++)
			;
		x->groups = tsr_grow(x->groups, &cap, x->n_groups + 1, sizeof(*x->groups));
		g = &x->groups[x->n_groups++];
		g->first = i;
		g->n = next - i;
		fill_group(m, x->names, g);
	}
}

struct tsr_members_index *tsr_members_index_new(struct tsr_members *m)
{
	struct tsr_members_index *x = tsr_xcalloc(1, sizeof(*x));

	index_digests(m, x);
	index_names(m, x);
	return x;
}

static const struct group *find_group(const struct tsr_members *m, struct tsr_slice name)
{
	const struct tsr_members_index *x = m->index;
	size_t from = 0, to = x ? x->n_groups : 0;

	while (from < to) {
		size_t mid = from + (to - from) / 2;
		int c = tsr_slice_cmp(x->names[x->groups[mid].first].name, name);

		if (!c)
			return &x->groups[mid];
		if (c < 0)
			from = mid + 1;
		else
			to = mid;
	}
	return NULL;
}

const struct tsr_member *tsr_members_index_last(const struct tsr_members *m, struct tsr_slice name)
{
	const struct group *g = find_group(m, name);

	return g && g->last != NO_MEMBER ? &m->list[g->last] : NULL;
}

const struct tsr_member *tsr_members_index_nth(const struct tsr_members *m, struct tsr_slice name, unsigned n)
{
	const struct group *g = find_group(m, name);

	return g && n < g->n ? &m->list[m->index->names[g->first + n].member] : NULL;
}

unsigned tsr_members_index_copies(const struct tsr_members *m, struct tsr_slice name)
{
	const struct group *g = find_group(m, name);

	return g ? g->copies : 0;
}

struct tsr_blob *tsr_members_index_digest(const struct tsr_members *m, const struct tsr_digest *d,
					  bool claimed)
{
	const struct tsr_members_index *x = m->index;
	struct by_digest key = { .claimed = claimed };
	size_t from = 0, to = x ? x->n_digests : 0;

	if (d->alg == TSR_DIGEST_NONE)
		return NULL;
	key.digest.alg = d->alg;
	memcpy(key.digest.bytes, d->bytes, d->alg == TSR_DIGEST_OTHER ? 32 : tsr_digest_size(d->alg));
	while (from < to) {
		size_t mid = from + (to - from) / 2;

		if (cmp_digest(&x->digests[mid], &key) < 0)
			from = mid + 1;
		else
			to = mid;
	}
	if (!x || from == x->n_digests || x->digests[from].claimed != claimed ||
	    !tsr_digest_eq(&x->digests[from].digest, &key.digest))
		return NULL;
	return &m->blobs[x->digests[from].blob];
}
