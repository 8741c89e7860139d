/* SPDX-License-Identifier: Apache-2.0 */
#include "archive/tar_pax.h"

#include <stddef.h>
#include <stdlib.h>

#include "archive/tar_sparse.h"
#include "archive/tar_walk.h"
#include "base/mem.h"

struct tsr_pax_key {
	struct tsr_slice key;
};

/* Up to here duplicates are sought pair by pair; above, by sorting. */
#define FEW_KEYS 16

#define XATTR "SCHILY.xattr."

static const struct field {
	const char *key;
	size_t offset;
} fields[] = {
	{ "path", offsetof(struct tsr_pax, path) },
	{ "linkpath", offsetof(struct tsr_pax, linkpath) },
	{ "size", offsetof(struct tsr_pax, size) },
	{ "uid", offsetof(struct tsr_pax, uid) },
	{ "gid", offsetof(struct tsr_pax, gid) },
	{ "mtime", offsetof(struct tsr_pax, mtime) },
	{ "atime", offsetof(struct tsr_pax, atime) },
	{ "ctime", offsetof(struct tsr_pax, ctime) },
	{ "GNU.sparse.major", offsetof(struct tsr_pax, sparse_major) },
	{ "GNU.sparse.minor", offsetof(struct tsr_pax, sparse_minor) },
	{ "GNU.sparse.name", offsetof(struct tsr_pax, sparse_name) },
	{ "GNU.sparse.size", offsetof(struct tsr_pax, sparse_size) },
	{ "GNU.sparse.realsize", offsetof(struct tsr_pax, sparse_realsize) },
	{ "GNU.sparse.numblocks", offsetof(struct tsr_pax, sparse_blocks) },
	{ "GNU.sparse.map", offsetof(struct tsr_pax, sparse_map) },
};

void tsr_pax_init(struct tsr_pax *p)
{
	memset(p, 0, sizeof(*p));
	tsr_buf_init(&p->xattrs, TSR_PAX_MAX);
	tsr_buf_init(&p->map, TSR_PAX_MAX);
}

void tsr_pax_release(struct tsr_pax *p)
{
	tsr_buf_release(&p->xattrs);
	tsr_buf_release(&p->map);
	free(p->keys);
	p->keys = NULL;
	p->cap_keys = 0;
}

void tsr_pax_reset(struct tsr_pax *p)
{
	for (size_t i = 0; i < TSR_ARRAY_LEN(fields); i++)
		*(struct tsr_slice *)(void *)((char *)p + fields[i].offset) = TSR_SLICE_NONE;
	tsr_buf_reset(&p->xattrs);
	tsr_buf_reset(&p->map);
	p->more = false;
	p->doubts = 0;
}

/* Takes the first record off *rest. -1: malformed. */
static int take_record(struct tsr_slice *rest, struct tsr_slice *key, struct tsr_slice *value, bool *odd)
{
	size_t space = tsr_slice_find(*rest, ' ', 0);
	struct tsr_slice digits = tsr_slice_sub(*rest, 0, space), record;
	size_t equals;
	int64_t n;

	if (space == rest->len || tsr_tar_decimal(digits, &n) || n < 5 || (uint64_t)n > rest->len ||
	    (size_t)n <= space + 1)
		return -1;
	if (digits.ptr[0] == '+')
		*odd = true;
	if (rest->ptr[n - 1] != '\n')
		return -1;
	record = tsr_slice_sub(*rest, space + 1, (size_t)n - 1);
	equals = tsr_slice_find(record, '=', 0);
	if (equals == record.len || equals == 0)
		return -1;
	*key = tsr_slice_sub(record, 0, equals);
	*value = tsr_slice_sub(record, equals + 1, record.len);
	*rest = tsr_slice_sub(*rest, (size_t)n, rest->len);
	return 0;
}

bool tsr_tar_xattr_next(struct tsr_slice *rest, struct tsr_slice *key, struct tsr_slice *value)
{
	bool odd;

	if (!rest->len || take_record(rest, key, value, &odd))
		return false;
	*key = tsr_slice_sub(*key, strlen(XATTR), key->len);
	return true;
}

static bool has_nul(struct tsr_slice s)
{
	return s.len && memchr(s.ptr, 0, s.len);
}

static bool is_string_field(struct tsr_slice key)
{
	return tsr_slice_eq_str(key, "path") || tsr_slice_eq_str(key, "linkpath") ||
	       tsr_slice_eq_str(key, "uname") || tsr_slice_eq_str(key, "gname");
}

/* The records of a 0.0 map come in pairs, offset first; together they are a 0.1 map. */
static int add_map(struct tsr_pax *p, size_t n, bool offset, struct tsr_slice value)
{
	if ((n % 2 == 0) != offset || tsr_slice_find(value, ',', 0) != value.len)
		return -1;
	if (n)
		tsr_buf_addc(&p->map, ',');
	return tsr_buf_addsl(&p->map, value);
}

static void set_field(struct tsr_pax *p, struct tsr_slice key, struct tsr_slice value)
{
	for (size_t i = 0; i < TSR_ARRAY_LEN(fields); i++) {
		if (tsr_slice_eq_str(key, fields[i].key)) {
			*(struct tsr_slice *)(void *)((char *)p + fields[i].offset) = value;
			return;
		}
	}
}

static int cmp_keys(const void *a, const void *b)
{
	return tsr_slice_cmp(((const struct tsr_pax_key *)a)->key, ((const struct tsr_pax_key *)b)->key);
}

static bool has_duplicates(struct tsr_pax_key *keys, size_t n)
{
	if (n > FEW_KEYS) {
		qsort(keys, n, sizeof(*keys), cmp_keys);
		for (size_t i = 1; i < n; i++) {
			if (tsr_slice_eq(keys[i - 1].key, keys[i].key))
				return true;
		}
		return false;
	}
	for (size_t i = 1; i < n; i++) {
		for (size_t k = 0; k < i; k++) {
			if (tsr_slice_eq(keys[i].key, keys[k].key))
				return true;
		}
	}
	return false;
}

int tsr_pax_parse(struct tsr_pax *p, struct tsr_slice body)
{
	struct tsr_slice rest = body, key, value;
	size_t n_keys = 0, n_map = 0;
	bool odd = false;

	tsr_pax_reset(p);
	while (rest.len) {
		const char *start = rest.ptr;
		bool offset;

		if (take_record(&rest, &key, &value, &odd) || has_nul(is_string_field(key) ? value : key))
			return -1;
		p->more |= !tsr_slice_eq_str(key, "comment");
		offset = tsr_slice_eq_str(key, "GNU.sparse.offset");
		if (offset || tsr_slice_eq_str(key, "GNU.sparse.numbytes")) {
			if (add_map(p, n_map++, offset, value))
				return -1;
			continue;
		}
		set_field(p, key, value);
		if (value.len && tsr_slice_starts(key, XATTR))
			tsr_buf_add(&p->xattrs, start, (size_t)(rest.ptr - start));
		p->keys = tsr_grow(p->keys, &p->cap_keys, n_keys + 1, sizeof(*p->keys));
		p->keys[n_keys++].key = key;
	}
	if (n_map)
		p->sparse_map = tsr_buf_slice(&p->map);
	if (odd || has_duplicates(p->keys, n_keys))
		p->doubts |= TSR_TAR_PAX;
	return 0;
}

static int number(struct tsr_pax *p, struct tsr_slice s, bool sign, int64_t *out)
{
	if (!s.len)
		return 0;
	/* libarchive reads "+5" as 0. */
	if (s.ptr[0] == '+' || (!sign && s.ptr[0] == '-'))
		p->doubts |= TSR_TAR_PAX;
	return tsr_tar_decimal(s, out);
}

/* Seconds, rounded down: "-1.5" is -2. */
static int seconds(struct tsr_slice s, int64_t *out)
{
	size_t dot = tsr_slice_find(s, '.', 0);
	bool fraction = false;
	int64_t n;

	if (!s.len)
		return 0;
	if (tsr_tar_decimal(tsr_slice_sub(s, 0, dot), &n))
		return -1;
	for (size_t i = dot + 1; i < s.len; i++) {
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return -1;
		fraction |= s.ptr[i] != '0' && i <= dot + 9;
	}
	*out = fraction && s.ptr[0] == '-' && n > INT64_MIN ? n - 1 : n;
	return 0;
}

int tsr_pax_numbers(struct tsr_pax *p, struct tsr_tar_header *h)
{
	int64_t ignored;

	if (number(p, p->size, false, &h->size) || number(p, p->uid, true, &h->uid) ||
	    number(p, p->gid, true, &h->gid))
		return -1;
	return seconds(p->mtime, &h->mtime) || seconds(p->atime, &ignored) || seconds(p->ctime, &ignored) ? -1
													  : 0;
}

/* "offset,length,offset,length": as many pairs as GNU.sparse.numblocks says. */
static int check_map(const struct tsr_pax *p, int64_t size)
{
	struct tsr_tar_sparse s = { .size = size };
	struct tsr_slice map = p->sparse_map;
	size_t pos = 0;
	int64_t blocks;

	if (tsr_tar_decimal(p->sparse_blocks, &blocks) || blocks < 0 || size < 0)
		return -1;
	for (; blocks > 0; blocks--) {
		int64_t part[2];

		for (int i = 0; i < 2; i++) {
			size_t end = tsr_slice_find(map, ',', pos);

			if (pos > map.len || tsr_tar_decimal(tsr_slice_sub(map, pos, end), &part[i]))
				return -1;
			pos = end + 1;
		}
		if (tsr_tar_sparse_part(&s, part[0], part[1]))
			return -1;
	}
	return pos > map.len || !map.len ? 0 : -1;
}

int tsr_pax_sparse(const struct tsr_pax *p, enum tsr_pax_sparse *kind, int64_t *size)
{
	struct tsr_slice major = p->sparse_major, minor = p->sparse_minor;
	struct tsr_slice real = p->sparse_size.len ? p->sparse_size : p->sparse_realsize;

	*kind = TSR_PAX_DENSE;
	if (tsr_slice_eq_str(major, "0") && (tsr_slice_eq_str(minor, "0") || tsr_slice_eq_str(minor, "1")))
		*kind = TSR_PAX_SPARSE_MAP;
	else if (tsr_slice_eq_str(major, "1") && tsr_slice_eq_str(minor, "0"))
		*kind = TSR_PAX_SPARSE_STORED;
	else if (!major.len && !minor.len && p->sparse_map.len)
		*kind = TSR_PAX_SPARSE_MAP;
	if (*kind == TSR_PAX_DENSE)
		return 0;
	if (real.len && tsr_tar_decimal(real, size))
		return -1;
	if (*kind == TSR_PAX_SPARSE_MAP)
		return check_map(p, *size);
	return *size < 0 ? -1 : 0;
}
