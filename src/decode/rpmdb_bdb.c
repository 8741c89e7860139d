/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"
#include "base/mem.h"
#include "decode/rpmdb.h"

/*
 * Berkeley DB's hash access method (dbinc/db_page.h), of little-endian machines. Buckets do not matter
 * here: pages of pairs are gone through in order. A package's header is larger than a page has room
 * for and stands on pages of its own, linked.
 */
#define META_BYTES 512u
#define MAGIC_AT 12u
#define PAGE_SIZE_AT 20u
#define ENCRYPTED_AT 24u
#define HASH_MAGIC 0x061561u

#define PAGE_HEAD 26u
#define NEXT_AT 16u
#define ENTRIES_AT 20u
#define LENGTH_AT 22u /* of an overflow page */
#define TYPE_AT 25u

enum page_type {
	PAGE_HASH_UNSORTED = 2,
	PAGE_OVERFLOW = 7,
	PAGE_HASH = 13,
};

enum item_type {
	ITEM_HERE = 1,
	ITEM_OFF_PAGE = 3, /* type, three bytes of nothing, page, length */
};
#define OFF_PAGE_BYTES 12u

struct bdb {
	struct tsr_slice bytes;
	size_t page_size;
	struct tsr_buf header;
};

static uint32_t number(struct tsr_slice s, size_t at, size_t n)
{
	uint32_t out = 0;

	while (n--)
		out = out << 8 | (unsigned char)s.ptr[at + n];
	return out;
}

static bool get_page(const struct bdb *b, uint32_t n, struct tsr_slice *out)
{
	uint64_t at = (uint64_t)n * b->page_size;

	*out = TSR_SLICE_NONE;
	if (at + b->page_size > b->bytes.len)
		return false;
	*out = tsr_slice_sub(b->bytes, (size_t)at, (size_t)at + b->page_size);
	return true;
}

/* Every page adds something, so that a ring of them comes to the length and ends. */
static bool collect(struct bdb *b, uint32_t n, size_t length)
{
	struct tsr_slice page;

	tsr_buf_reset(&b->header);
	while (b->header.len < length) {
		size_t here;

		if (!n || !get_page(b, n, &page) || page.ptr[TYPE_AT] != PAGE_OVERFLOW)
			return false;
		here = number(page, LENGTH_AT, 2);
		if (!here || here > page.len - PAGE_HEAD || here > length - b->header.len)
			return false;
		tsr_buf_add(&b->header, page.ptr + PAGE_HEAD, here);
		n = number(page, NEXT_AT, 4);
	}
	return true;
}

/* Keys and data by turns, each below the one before. A header of a few files may be on the page itself. */
static bool read_pairs(struct bdb *b, struct tsr_slice page, struct tsr_rpmdb_out *out)
{
	size_t entries = number(page, ENTRIES_AT, 2);

	if (PAGE_HEAD + 2 * entries > page.len)
		return false;
	for (size_t i = 1; i < entries; i += 2) {
		size_t at = number(page, PAGE_HEAD + 2 * i, 2),
		       before = number(page, PAGE_HEAD + 2 * (i - 1), 2), length;

		if (at >= page.len || before <= at || before > page.len)
			return false;
		if (page.ptr[at] == ITEM_HERE && !tsr_rpmdb_tell(out, tsr_slice_sub(page, at + 1, before)))
			return false;
		if (page.ptr[at] != ITEM_OFF_PAGE)
			continue;
		if (at + OFF_PAGE_BYTES > page.len)
			return false;
		length = number(page, at + 8, 4);
		if (length > out->left || !collect(b, number(page, at + 4, 4), length) ||
		    !tsr_rpmdb_tell(out, tsr_buf_slice(&b->header)))
			return false;
	}
	return true;
}

int tsr_rpmdb_bdb(struct tsr_slice db, struct tsr_rpmdb_out *out, struct tsr_err *err)
{
	struct bdb b = { .bytes = db };
	struct tsr_slice page;
	bool good = true;

	if (db.len < META_BYTES || number(db, MAGIC_AT, 4) != HASH_MAGIC || db.ptr[ENCRYPTED_AT])
		return tsr_err_set(err, TSR_EFORMAT, "an rpm database of a format that is not read");
	b.page_size = number(db, PAGE_SIZE_AT, 4);
	if (b.page_size < META_BYTES || b.page_size > 65536 || b.page_size & (b.page_size - 1))
		return tsr_err_set(err, TSR_EFORMAT, "the database's page size is none");
	tsr_buf_init(&b.header, db.len);
	for (uint32_t n = 1; good && get_page(&b, n, &page); n++)
		if (page.ptr[TYPE_AT] == PAGE_HASH || page.ptr[TYPE_AT] == PAGE_HASH_UNSORTED)
			good = read_pairs(&b, page, out);
	tsr_buf_release(&b.header);
	return good ? 0 : tsr_err_set(err, TSR_EFORMAT, "the database is damaged");
}
