/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/fold_owner.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/filehash.h"
#include "base/mem.h"
#include "inspect/packages.h"

/* A file with digests: few, so records are looked up among them and not the other way round. */
struct owned {
	uint64_t path; /* hash */
	uint32_t position, entry;
	uint64_t digest[TSR_FILEHASHES][2];
	bool has[TSR_FILEHASHES];
	struct tsr_owner_verdict verdict;
};

struct tsr_owners {
	struct owned *list; /* by path */
	uint32_t *by_entry; /* by position and entry */
	size_t n, cap;
};

static bool is_record(const struct tsr_extract *x)
{
	return x->kind >= TSR_EXTRACT_DPKG && x->kind <= TSR_EXTRACT_RPM_MD5;
}

/* --- files ------------------------------------------------------------------ */

/* A blob that stands at several positions counts at the first. */
static bool seen_before(const struct tsr_facts *const *facts, uint32_t position)
{
	for (uint32_t i = 0; i < position; i++)
		if (facts[i] == facts[position])
			return true;
	return false;
}

static uint64_t path_hash(const struct tsr_facts *f, uint32_t entry, struct tsr_buf *path)
{
	tsr_buf_reset(path);
	tsr_facts_path(f, f->entries[entry].node, path);
	return tsr_packages_path_hash(tsr_buf_slice(path));
}

/* The digests of one file follow each other. */
static void collect(struct tsr_owners *o, const struct tsr_facts *f, uint32_t position, struct tsr_buf *path)
{
	for (uint32_t i = 0; i < f->n_extracts; i++) {
		const struct tsr_extract *x = &f->extracts[i];
		struct owned *last = o->n ? &o->list[o->n - 1] : NULL;

		if (x->kind != TSR_EXTRACT_DIGEST)
			continue;
		if (!last || last->position != position || last->entry != x->entry) {
			o->list = tsr_grow(o->list, &o->cap, o->n + 1, sizeof(*o->list));
			last = &o->list[o->n++];
			*last = (struct owned){ .path = path_hash(f, x->entry, path), .position = position, .entry = x->entry };
		}
		last->digest[x->z][0] = x->x;
		last->digest[x->z][1] = x->y;
		last->has[x->z] = true;
	}
}

static int by_path(const void *a, const void *b)
{
	const struct owned *x = a, *y = b;

	if (x->path != y->path)
		return x->path < y->path ? -1 : 1;
	if (x->position != y->position)
		return x->position < y->position ? -1 : 1;
	return x->entry < y->entry ? -1 : x->entry > y->entry;
}

static int by_entry(const void *a, const void *b, void *ctx)
{
	const struct owned *list = ctx, *x = &list[*(const uint32_t *)a], *y = &list[*(const uint32_t *)b];

	if (x->position != y->position)
		return x->position < y->position ? -1 : 1;
	return x->entry < y->entry ? -1 : x->entry > y->entry;
}

static void sort(struct tsr_owners *o)
{
	qsort(o->list, o->n, sizeof(*o->list), by_path);
	o->by_entry = tsr_xcalloc(o->n, sizeof(*o->by_entry));
	for (size_t i = 0; i < o->n; i++)
		o->by_entry[i] = (uint32_t)i;
	qsort_r(o->by_entry, o->n, sizeof(*o->by_entry), by_entry, o->list);
}

/* --- records ---------------------------------------------------------------- */

/* A database file of the image, and from where to where it is there. */
struct database {
	const struct tsr_facts *facts;
	uint32_t position, entry;
	struct tsr_fate fate;
};

/* Did it stand when layer `position` was made, or does it in the end? */
static bool in_effect(const struct database *db, uint32_t position)
{
	if (db->fate.state == TSR_STATE_LIVE)
		return true;
	return db->position <= position && db->fate.hidden_in > position;
}

static enum tsr_ownership compare(const struct owned *f, const struct tsr_extract *x)
{
	static const enum tsr_filehash_alg algs[] = {
		[TSR_EXTRACT_DPKG] = TSR_FILEHASH_MD5,
		[TSR_EXTRACT_APK] = TSR_FILEHASH_SHA1,
		[TSR_EXTRACT_RECORD] = TSR_FILEHASH_SHA256,
		[TSR_EXTRACT_RPM] = TSR_FILEHASH_SHA256,
		[TSR_EXTRACT_RPM_MD5] = TSR_FILEHASH_MD5,
	};
	enum tsr_filehash_alg alg = algs[x->kind];
	bool python = x->kind == TSR_EXTRACT_RECORD;

	if (!f->has[alg])
		return !python && f->has[TSR_FILEHASH_NONE] ? TSR_OWNED_TOO_LARGE : TSR_OWNED_BY_NONE;
	if (f->digest[alg][0] == x->y && f->digest[alg][1] == x->z)
		return python ? TSR_OWNED_PYTHON : TSR_OWNED_SAME;
	return python ? TSR_OWNED_BY_NONE : TSR_OWNED_CHANGED;
}

static size_t first_of(const struct tsr_owners *o, uint64_t path)
{
	size_t lo = 0, hi = o->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (o->list[mid].path < path)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* Of several databases that name a file the kindest word counts: one that knows it as it is. */
static void take_record(struct tsr_owners *o, const struct database *db, const struct tsr_extract *x)
{
	for (size_t i = first_of(o, x->x); i < o->n && o->list[i].path == x->x; i++) {
		struct owned *f = &o->list[i];
		enum tsr_ownership kind = compare(f, x);

		if (kind > f->verdict.kind && in_effect(db, f->position))
			f->verdict = (struct tsr_owner_verdict){ kind, tsr_slice_str(tsr_facts_text(db->facts, x->a)) };
	}
}

/* All layers of an image. */
struct layers {
	const struct tsr_rootfs *rootfs;
	const struct tsr_facts *const *facts;
	uint32_t n;
};

/* Of a blob at several positions: where it is live, else at the first. */
static struct tsr_fate best_fate(const struct layers *l, uint32_t position, uint32_t entry)
{
	struct tsr_fate first = tsr_rootfs_fate(l->rootfs, position, entry), fate = first;

	for (uint32_t i = position + 1; i < l->n && fate.state != TSR_STATE_LIVE; i++)
		if (l->facts[i] == l->facts[position])
			fate = tsr_rootfs_fate(l->rootfs, i, entry);
	return fate.state == TSR_STATE_LIVE ? fate : first;
}

static void take_records(struct tsr_owners *o, const struct layers *l, uint32_t position)
{
	const struct tsr_facts *f = l->facts[position];
	struct database db = { .facts = f, .position = position, .entry = TSR_NONE };

	for (uint32_t i = 0; i < f->n_extracts; i++) {
		const struct tsr_extract *x = &f->extracts[i];

		if (!is_record(x) || x->entry == TSR_NONE)
			continue;
		if (x->entry != db.entry) {
			db.entry = x->entry;
			db.fate = best_fate(l, position, x->entry);
		}
		take_record(o, &db, x);
	}
}

struct tsr_owners *tsr_owners_new(const struct tsr_rootfs *rootfs, const struct tsr_facts *const *facts, uint32_t n)
{
	TSR_AUTO(tsr_buf) struct tsr_buf path = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	const struct layers layers = { rootfs, facts, n };
	struct tsr_owners *o = tsr_xcalloc(1, sizeof(*o));

	for (uint32_t i = 0; i < n; i++)
		if (facts[i] && !seen_before(facts, i))
			collect(o, facts[i], i, &path);
	if (!o->n) {
		free(o);
		return NULL;
	}
	sort(o);
	for (uint32_t i = 0; i < n; i++)
		if (facts[i] && !seen_before(facts, i))
			take_records(o, &layers, i);
	return o;
}

void tsr_owners_free(struct tsr_owners *o)
{
	if (!o)
		return;
	free(o->list);
	free(o->by_entry);
	free(o);
}

/* --- answers ---------------------------------------------------------------- */

struct tsr_owner_verdict tsr_owners_find(const struct tsr_owners *o, uint32_t position, uint32_t entry)
{
	size_t lo = 0, hi = o ? o->n : 0;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const struct owned *f = &o->list[o->by_entry[mid]];

		if (f->position == position && f->entry == entry)
			return f->verdict;
		if (f->position < position || (f->position == position && f->entry < entry))
			lo = mid + 1;
		else
			hi = mid;
	}
	return (struct tsr_owner_verdict){ TSR_OWNED_BY_NONE, TSR_SLICE_NONE };
}

const char *tsr_ownership_tag(enum tsr_ownership kind)
{
	switch (kind) {
	case TSR_OWNED_BY_NONE:
		return NULL;
	case TSR_OWNED_TOO_LARGE:
		return "package-not-compared";
	case TSR_OWNED_CHANGED:
		return "package-changed";
	case TSR_OWNED_PYTHON:
		return "python-owned";
	case TSR_OWNED_SAME:
		return "package-owned";
	}
	return NULL;
}

bool tsr_owner_lowers(enum tsr_ownership kind, enum tsr_confidence confidence, enum tsr_severity severity)
{
	return kind == TSR_OWNED_SAME && confidence != TSR_CONFIRMED && severity > TSR_INFO;
}
