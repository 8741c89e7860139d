/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include "archive/tar_walk.h"
#include "base/mem.h"
#include "tar_build.h"
#include "tar_told.h"

/* What must still be seen behind the entry under test. */
static void add_rest(struct tar_build *b)
{
	tb_file(b, "real", "r");
	tb_end(b);
}

Test(tar_pax, applies_pax_records)
{
	struct tar_build b = { 0 };
	struct tar_records r = { .len = 0 };
	struct told t;

	tb_record(&r, "path", "some/name", 9);
	tb_record(&r, "linkpath", "far", 3);
	tb_record(&r, "uid", "3000000000", 10);
	tb_record(&r, "gid", "-1", 2);
	tb_record(&r, "mtime", "-1.5", 4);
	tb_record(&r, "SCHILY.xattr.user.a", "b\0=\nc", 5);
	tb_record(&r, "SCHILY.xattr.user.empty", "", 0);
	tb_record(&r, "comment", "=", 1);
	tb_extension(&b, 'x', r.text, r.len);
	tb_link(tb_header(&b, "short", '2', 0), "near");
	tb_file(&b, "plain", "");
	tb_end(&b);
	t = walk(&b);
	cr_assert(strcmp(t.view.ptr, "2 some/name>far 0; 0 plain 0; ") == 0, "%s", t.view.ptr);
	cr_assert(strstr(t.events.ptr, "E(2 644 3000000000 -1 -2 0 0 @0 1536 "), "%s", t.events.ptr);
	cr_assert(t.doubts == 0);
	told_free(&t);
}

Test(tar_pax, hands_out_extended_attributes)
{
	struct tar_build b = { 0 };
	struct tsr_tar_walk *w = tsr_tar_walk_new();
	struct tsr_tar_event_data ev;
	struct tsr_slice in, rest, key, value;
	struct tar_records r = { .len = 0 };

	tb_record(&r, "SCHILY.xattr.security.capability", "\1\0\0\2", 4);
	tb_record(&r, "path", "n", 1);
	tb_record(&r, "SCHILY.xattr.user.k", "v=w\n", 4);
	tb_extension(&b, 'x', r.text, r.len);
	tb_header(&b, "n", '0', 0);
	in = tsr_slice_of(b.p, b.len);
	while (tsr_tar_next(w, &in, &ev) != TSR_TAR_ENTRY)
		;
	rest = ev.entry->xattrs;
	cr_assert(tsr_tar_xattr_next(&rest, &key, &value));
	cr_assert(tsr_slice_eq_str(key, "security.capability") && tsr_slice_eq(value, TSR_SLICE("\1\0\0\2")));
	cr_assert(tsr_tar_xattr_next(&rest, &key, &value));
	cr_assert(tsr_slice_eq_str(key, "user.k") && tsr_slice_eq_str(value, "v=w\n"));
	cr_assert(!tsr_tar_xattr_next(&rest, &key, &value));
	tsr_tar_walk_free(w);
	tb_free(&b);
}

Test(tar_pax, refuses_malformed_pax_records)
{
	static const struct {
		const char *body, *view;
		unsigned doubts;
	} table[] = {
		{ "6 a=b\n", "0 n 0; ", 0 },
		{ "5 a=\n", "0 n 0; ", 0 },
		{ "07 a=b\n", "0 n 0; ", 0 },
		{ "+7 a=b\n", "0 n 0; ", TSR_TAR_PAX },
		{ "x", "BAD", 0 },
		{ "6 a=b", "BAD", 0 },
		{ "7 a=b\n", "BAD", 0 },
		{ "6 =bb\n", "BAD", 0 },
		{ "9 a=b\nxyz", "BAD", 0 },
		{ "-6 a=b\n", "BAD", 0 },
		{ "5 a\n\n", "BAD", 0 },
		{ "6 abc\n", "BAD", 0 },
		{ "99999999999999999999 a=b\n", "BAD", 0 },
		{ "5     \n", "BAD", 0 },
		{ "6\n", "BAD", 0 },
	};

	for (size_t i = 0; i < TSR_ARRAY_LEN(table); i++) {
		struct tar_build b = { 0 };

		tb_extension(&b, 'x', table[i].body, strlen(table[i].body));
		if (table[i].view[0] != 'B')
			add_empty_file(&b);
		expect_view(&b, table[i].view, table[i].doubts);
	}
}

Test(tar_pax, refuses_pax_numbers_that_are_none)
{
	static const struct {
		const char *key, *value, *view;
		unsigned doubts;
	} table[] = {
		{ "size", "", "0 n 0; ", 0 },
		{ "size", "000", "0 n 0; ", 0 },
		{ "size", "+0", "0 n 0; ", TSR_TAR_PAX },
		{ "size", "-0", "0 n 0; ", TSR_TAR_PAX },
		{ "size", "-1", "BAD", TSR_TAR_PAX },
		{ "size", "abc", "BAD", 0 },
		{ "size", "1_0", "BAD", 0 },
		{ "size", " 0", "BAD", 0 },
		{ "size", "9223372036854775808", "BAD", 0 },
		{ "uid", "-9223372036854775808", "0 n 0; ", 0 },
		{ "uid", "-9223372036854775809", "BAD", 0 },
		{ "gid", "+5", "0 n 0; ", TSR_TAR_PAX },
		{ "mtime", "5.", "0 n 0; ", 0 },
		{ "mtime", "-5.0000000000001", "0 n 0; ", 0 },
		{ "mtime", ".5", "BAD", 0 },
		{ "mtime", "1x", "BAD", 0 },
		{ "atime", "1.x", "BAD", 0 },
		{ "ctime", "-", "BAD", 0 },
		{ "GNU.sparse.numbytes", "12", "BAD", 0 },
	};

	for (size_t i = 0; i < TSR_ARRAY_LEN(table); i++) {
		struct tar_build b = { 0 };
		struct told t;

		tb_pax(&b, 'x', table[i].key, table[i].value);
		add_empty_file(&b);
		t = walk(&b);
		cr_expect(strcmp(t.view.ptr, table[i].view) == 0, "%s=%s: %s", table[i].key, table[i].value,
			  t.view.ptr);
		if (table[i].view[0] != 'B')
			cr_expect(t.doubts == table[i].doubts, "%s=%s: %x", table[i].key, table[i].value,
				  t.doubts);
		told_free(&t);
	}
}

Test(tar_pax, doubts_duplicate_keys_few_and_many)
{
	for (int many = 0; many < 2; many++) {
		struct tar_build b = { 0 };
		struct tar_records r = { .len = 0 };
		char key[16];

		for (int i = 0; i < (many ? 40 : 3); i++) {
			snprintf(key, sizeof(key), "k%d", i);
			tb_record(&r, key, "v", 1);
		}
		tb_record(&r, "k1", "w", 1);
		tb_extension(&b, 'x', r.text, r.len);
		tb_file(&b, "n", "");
		tb_end(&b);
		expect_view(&b, "0 n 0; ", TSR_TAR_PAX);
	}
}

/* An old GNU sparse header with `blocks` blocks of map behind it. */
static void add_old_sparse(struct tar_build *b, unsigned blocks)
{
	unsigned char *h = tb_header(b, "s", 'S', 3);

	for (int i = 0; i < 3; i++) {
		tb_octal(h + 386 + 24 * i, 12, 1000 * (unsigned)i);
		tb_octal(h + 398 + 24 * i, 12, 1);
	}
	h[482] = blocks > 0;
	tb_octal(h + 483, 12, 1000000);
	tb_gnu(h);
	for (unsigned i = 0; i < blocks; i++) {
		unsigned char *m = tb_add(b, NULL, 512);

		tb_octal(m, 12, 5000 + i);
		tb_octal(m + 12, 12, 0);
		m[504] = i + 1 < blocks;
	}
}

Test(tar_pax, reads_old_gnu_sparse_maps)
{
	static const struct {
		unsigned blocks;
		const char *view;
	} table[] = { { 0, "0 s 1000000; 0 real 1; " },
		      { 3, "0 s 1000000; 0 real 1; " },
		      { 2047, "0 s 1000000; 0 real 1; " },
		      { 2048, "BAD" } };

	for (size_t i = 0; i < TSR_ARRAY_LEN(table); i++) {
		struct tar_build b = { 0 };
		struct told t;

		add_old_sparse(&b, table[i].blocks);
		tb_data(&b, "abc", 3);
		add_rest(&b);
		t = walk(&b);
		cr_expect(strcmp(t.view.ptr, table[i].view) == 0, "%u: %s", table[i].blocks, t.view.ptr);
		told_free(&t);
	}
}

Test(tar_pax, refuses_sparse_maps_that_overlap)
{
	static const struct {
		const char *map, *blocks, *view;
	} table[] = {
		{ "0,1,5,1", "2", "0 n 9; " }, { "0,3,2,1", "2", "BAD" }, { "0,1,5,5", "2", "BAD" },
		{ "0,1", "2", "BAD" },	       { "0,1,5", "1", "BAD" },	  { "0,-1", "1", "BAD" },
		{ "0,x", "1", "BAD" },	       { "0,1", "", "BAD" },
	};

	for (size_t i = 0; i < TSR_ARRAY_LEN(table); i++) {
		struct tar_build b = { 0 };
		struct tar_records r = { .len = 0 };
		struct told t;

		tb_record(&r, "GNU.sparse.map", table[i].map, strlen(table[i].map));
		tb_record(&r, "GNU.sparse.numblocks", table[i].blocks, strlen(table[i].blocks));
		tb_record(&r, "GNU.sparse.size", "9", 1);
		tb_extension(&b, 'x', r.text, r.len);
		tb_file(&b, "n", "ab");
		tb_end(&b);
		t = walk(&b);
		cr_expect(strcmp(t.view.ptr, table[i].view) == 0, "%s: %s", table[i].map, t.view.ptr);
		told_free(&t);
	}
}

Test(tar_pax, stops_behind_a_stored_sparse_map_that_go_refuses)
{
	static const struct {
		const char *map;
		bool good;
	} table[] = {
		{ "0\n", true },
		{ "1\n0\n2\nab", true },
		{ "2\n0\n1\n+5\n1\nab", true },
		{ "1\n0\n", false },
		{ "x\n", false },
		{ "-1\n", false },
		{ "1\n0\n10\n", false },
		{ "2\n0\n3\n1\n1\n", false },
		{ "\n", false },
		{ "99999999\n", false },
	};

	for (size_t i = 0; i < TSR_ARRAY_LEN(table); i++) {
		struct tar_records r = { .len = 0 };
		struct tar_build b = { 0 };
		struct told t;

		tb_record(&r, "GNU.sparse.major", "1", 1);
		tb_record(&r, "GNU.sparse.minor", "0", 1);
		tb_record(&r, "GNU.sparse.realsize", "9", 1);
		tb_extension(&b, 'x', r.text, r.len);
		tb_header(&b, "s", '0', 600);
		tb_data(&b, table[i].map, strlen(table[i].map));
		tb_add(&b, NULL, 512);
		add_rest(&b);
		t = walk(&b);
		cr_expect(strcmp(t.view.ptr, table[i].good ? "0 s 9; 0 real 1; " : "0 s 9; BAD") == 0,
			  "%s: %s", table[i].map, t.view.ptr);
		told_free(&t);
	}
}
