/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/mem.h"
#include "inspect/inspect_priv.h"
#include "inspect/packages.h"

/* A file whose last byte is in the chunk at hand. Its bytes: what was kept of it, if it began before, then those here. */
struct ended {
	uint32_t entry;
	struct tsr_slice here;
	bool has_head, has_raw, too_large;
};

struct tsr_owned {
	size_t retain;
	uint32_t n_raws; /* that were there when the last chunk was settled */

	/* The entry at hand: */
	bool open, has_raw, has_head, too_large;
	uint64_t size, got;
	struct tsr_slice here;  /* its bytes in this chunk */
	struct tsr_buf head;    /* its bytes in earlier ones; at most one file that ends in a chunk began before it */

	struct ended *list; /* ascending by entry */
	size_t n, cap;
};

struct tsr_owned *tsr_owned_new(size_t retain)
{
	struct tsr_owned *o = tsr_xcalloc(1, sizeof(*o));

	o->retain = retain;
	tsr_buf_init(&o->head, retain);
	return o;
}

void tsr_owned_free(struct tsr_owned *o)
{
	if (!o)
		return;
	tsr_buf_wipe(&o->head);
	tsr_buf_release(&o->head);
	free(o->list);
	free(o);
}

/*
 * RECORD lowers nothing, so larger files that only pip owns are not compared: in an image with a
 * virtual environment they are half of all that would have to be kept.
 */
#define PYTHON_MAX (256u << 10)

/* The largest file that is compared under this path; 0: no package manager puts files there. */
static size_t max_size(const struct tsr_owned *o, struct tsr_slice path)
{
	static const char *const dirs[] = { "usr/", "etc/", "lib", "bin/", "sbin/", "opt/", "var/", "boot/" };
	static const char packages[] = "-packages/"; /* site-, dist- */
	bool python = path.len && memmem(path.ptr, path.len, packages, sizeof(packages) - 1);

	if (python && !tsr_slice_starts(path, "usr/lib/"))
		return o->retain < PYTHON_MAX ? o->retain : PYTHON_MAX;
	if (tsr_slice_starts(path, "usr/local/"))
		return 0;
	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++)
		if (tsr_slice_starts(path, dirs[i]))
			return o->retain;
	return 0;
}

void tsr_owned_entry(struct tsr_inspect *in, const struct tsr_entry *e)
{
	struct tsr_owned *o = in->owned;
	size_t max = max_size(o, tsr_buf_slice(&in->files[0].path));

	o->open = e->type == '0' && e->size && max;
	o->has_raw = o->has_head = false;
	o->too_large = e->size > max;
	o->size = e->size;
	o->got = 0;
	o->here = TSR_SLICE_NONE;
}

void tsr_owned_data(struct tsr_inspect *in, struct tsr_slice bytes)
{
	struct tsr_owned *o = in->owned;

	if (!o->open || !bytes.len)
		return;
	o->got += bytes.len;
	if (!o->here.len)
		o->here = bytes;
	else if (o->here.ptr + o->here.len == bytes.ptr)
		o->here.len += bytes.len;
	else
		o->open = false; /* not in one run: its bytes cannot be had again */
}

/* A sparse file's stored bytes are not its content. */
void tsr_owned_entry_end(struct tsr_inspect *in, bool whole)
{
	struct tsr_owned *o = in->owned;

	if (!o->open || o->got != o->size)
		whole = false;
	if (whole) {
		o->list = tsr_grow(o->list, &o->cap, o->n + 1, sizeof(*o->list));
		o->list[o->n++] = (struct ended){ in->files[0].entry, o->here, o->has_head, o->has_raw, o->too_large };
	}
	o->open = false;
}

static struct ended *find(struct tsr_owned *o, uint32_t entry)
{
	size_t lo = 0, hi = o->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (o->list[mid].entry < entry)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < o->n && o->list[lo].entry == entry ? &o->list[lo] : NULL;
}

static void hash(struct tsr_inspect *in, struct ended *f)
{
	const struct tsr_slice parts[] = { f->has_head ? tsr_buf_slice(&in->owned->head) : TSR_SLICE_NONE, f->here };
	struct tsr_extract x = { .kind = TSR_EXTRACT_DIGEST, .entry = f->entry };
	uint8_t digest[TSR_FILEHASH_BYTES];

	if (f->too_large)
		tsr_builder_add_extract(in->b, &x);
	for (int alg = TSR_FILEHASH_MD5; !f->too_large && alg < TSR_FILEHASHES; alg++) {
		if (!tsr_filehash(alg, parts, 2, digest))
			continue;
		tsr_packages_pack(digest, &x.x, &x.y);
		x.z = (uint64_t)alg;
		tsr_builder_add_extract(in->b, &x);
	}
}

/* What goes on in the next chunk. */
static void keep_open(struct tsr_owned *o)
{
	if (!o->open)
		return;
	if (!o->too_large) {
		if (!o->has_head)
			tsr_buf_reset(&o->head);
		tsr_buf_addsl(&o->head, o->here);
		o->has_head = true;
	}
	o->here = TSR_SLICE_NONE;
}

void tsr_owned_settle(struct tsr_inspect *in)
{
	struct tsr_owned *o = in->owned;
	uint32_t n;
	const struct tsr_raw *raws = tsr_builder_raws(in->b, &n);

	for (uint32_t i = o->n_raws; i < n; i++) {
		struct ended *f = raws[i].entry == TSR_NONE ? NULL : find(o, raws[i].entry);

		if (f)
			f->has_raw = true;
		else if (o->open && raws[i].entry == in->files[0].entry)
			o->has_raw = true;
	}
	o->n_raws = n;
	for (size_t i = 0; i < o->n; i++)
		if (o->list[i].has_raw)
			hash(in, &o->list[i]);
	o->n = 0;
	keep_open(o);
}
