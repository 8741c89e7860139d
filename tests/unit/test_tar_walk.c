/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include "archive/tar_walk.h"
#include "base/buf.h"
#include "base/mem.h"
#include "tar_build.h"
#include "tar_tricks.h"

/* Everything a walk told of one tar. */
struct told {
	struct tsr_buf events; /* runs of bytes joined */
	struct tsr_buf view;   /* entries only */
	struct tsr_buf bytes;  /* of FRAMING and DATA, in order */
	unsigned doubts;
	int finish;
	bool ended;
};

static void told_free(struct told *t)
{
	tsr_buf_release(&t->events);
	tsr_buf_release(&t->view);
	tsr_buf_release(&t->bytes);
}

static void tell_entry(struct told *t, const struct tsr_tar_entry *e)
{
	tsr_buf_printf(&t->events, "E(%c %o %lld %lld %lld %llu %llu @%llu %llu %llu:%llu %x ", e->type, e->mode,
		       (long long)e->uid, (long long)e->gid, (long long)e->mtime, (unsigned long long)e->size,
		       (unsigned long long)e->logical, (unsigned long long)e->header, (unsigned long long)e->data,
		       (unsigned long long)e->devmajor, (unsigned long long)e->devminor, e->doubts);
	tsr_buf_addsl(&t->events, e->name);
	tsr_buf_addc(&t->events, '>');
	tsr_buf_addsl(&t->events, e->link);
	tsr_buf_addsl(&t->events, e->xattrs);
	tsr_buf_adds(&t->events, ") ");
	tsr_buf_printf(&t->view, "%c ", e->type);
	tsr_buf_addsl(&t->view, e->name);
	if (e->link.len) {
		tsr_buf_addc(&t->view, '>');
		tsr_buf_addsl(&t->view, e->link);
	}
	tsr_buf_printf(&t->view, " %llu; ", (unsigned long long)e->logical);
}

static void tell_run(struct told *t, char *kind, size_t *run, char now, size_t n)
{
	if (*kind != now && *run)
		tsr_buf_printf(&t->events, "%c%zu ", *kind, *run);
	if (*kind != now)
		*run = 0;
	*kind = now;
	*run += n;
}

static struct told walk_in(const struct tar_build *b, size_t piece)
{
	struct told t = { TSR_BUF_INIT(64u << 20), TSR_BUF_INIT(1 << 20), TSR_BUF_INIT(64u << 20), 0, 0, false };
	struct tsr_tar_walk *w = tsr_tar_walk_new();
	struct tsr_tar_event_data ev;
	const char *why;
	char kind = 0;
	size_t run = 0;

	for (size_t at = 0; at < b->len; at += piece) {
		struct tsr_slice in = tsr_slice_of(b->p + at, b->len - at < piece ? b->len - at : piece);

		while (tsr_tar_next(w, &in, &ev) != TSR_TAR_NEED) {
			if (ev.type == TSR_TAR_FRAMING || ev.type == TSR_TAR_DATA) {
				cr_assert(ev.bytes.len > 0 && ev.offset == t.bytes.len);
				tell_run(&t, &kind, &run, ev.type == TSR_TAR_DATA ? 'D' : 'F', ev.bytes.len);
				tsr_buf_addsl(&t.bytes, ev.bytes);
				continue;
			}
			tell_run(&t, &kind, &run, 0, 0);
			if (ev.type == TSR_TAR_ENTRY)
				tell_entry(&t, ev.entry);
			else if (ev.type == TSR_TAR_ENTRY_END)
				tsr_buf_adds(&t.events, ". ");
			else
				tsr_buf_adds(&t.view, "BAD");
			if (ev.type == TSR_TAR_BAD)
				tsr_buf_printf(&t.events, "BAD %s ", ev.why);
		}
		cr_assert(in.len == 0);
	}
	tell_run(&t, &kind, &run, 0, 0);
	t.finish = tsr_tar_finish(w, &why);
	t.doubts = tsr_tar_doubts(w);
	t.ended = tsr_tar_ended(w);
	cr_assert(tsr_tar_position(w) == b->len);
	tsr_tar_walk_free(w);
	return t;
}

/* Walks it whole and in pieces; all must tell the same. Frees the tar. */
static struct told walk(struct tar_build *b)
{
	static const size_t pieces[] = { 1, 511, 512, 513 };
	struct told whole = walk_in(b, b->len ? b->len : 1);

	cr_assert(tsr_slice_eq(tsr_buf_slice(&whole.bytes), tsr_slice_of(b->p, b->len)));
	for (size_t i = 0; i < TSR_ARRAY_LEN(pieces); i++) {
		struct told t = walk_in(b, pieces[i]);

		cr_assert(tsr_slice_eq(tsr_buf_slice(&whole.events), tsr_buf_slice(&t.events)), "piece %zu: %s: %s",
			  pieces[i], whole.events.ptr, t.events.ptr);
		cr_assert(whole.doubts == t.doubts && whole.finish == t.finish && whole.ended == t.ended);
		cr_assert(tsr_slice_eq(tsr_buf_slice(&whole.bytes), tsr_buf_slice(&t.bytes)));
		told_free(&t);
	}
	tb_free(b);
	return whole;
}

static void add_empty_file(struct tar_build *b)
{
	tb_file(b, "n", "");
	tb_end(b);
}

static void expect_view(struct tar_build *b, const char *view, unsigned doubts)
{
	struct told t = walk(b);

	cr_expect(strcmp(t.view.ptr, view) == 0, "want %s got %s", view, t.view.ptr);
	cr_expect(t.doubts == doubts, "%s: doubts %x, want %x", view, t.doubts, doubts);
	told_free(&t);
}

Test(tar_walk, sees_what_go_sees_in_every_trick)
{
	for (size_t i = 0; i < TSR_ARRAY_LEN(tricks); i++) {
		struct tar_build b = { 0 };
		struct told t;

		tricks[i].build(&b);
		t = walk(&b);
		cr_expect(strcmp(t.view.ptr, tricks[i].view) == 0, "%s: %s", tricks[i].name, t.view.ptr);
		cr_expect(t.doubts == tricks[i].doubts, "%s: doubts %x", tricks[i].name, t.doubts);
		cr_expect(t.finish == 0, "%s", tricks[i].name);
		told_free(&t);
	}
}

Test(tar_walk, tells_events_in_order)
{
	struct tar_build b = { 0 };
	struct told t;

	tb_file(&b, "a", "hello");
	tb_header(&b, "d/", '5', 0);
	tb_end(&b);
	t = walk(&b);
	cr_assert(strcmp(t.events.ptr, "F512 E(0 644 1001 1002 1234567890 5 5 @0 512 0:0 0 a>) D5 . "
				       "F1019 E(5 644 1001 1002 1234567890 0 0 @1024 1536 0:0 0 d/>) . F1024 ") == 0,
		  "%s", t.events.ptr);
	cr_assert(t.ended && t.doubts == 0 && t.finish == 0);
	told_free(&t);
}

Test(tar_walk, joins_the_prefix_of_ustar_and_star_only)
{
	struct tar_build b = { 0 };
	unsigned char *h = tb_header(&b, "n", '0', 0);

	memset(h + 345, 'p', 155);
	tb_sum(h);
	h = tb_header(&b, "n", '0', 0);
	memset(h + 345, 'p', 131);
	memcpy(h + 508, "tar", 4);
	tb_sum(h);
	h = tb_header(&b, "n", '0', 0);
	memcpy(h + 345, "12345670123", 12);
	tb_gnu(h);
	h = tb_header(&b, "n", '0', 0);
	memcpy(h + 345, "12345670123", 12);
	memset(h + 257, 0, 8);
	tb_sum(h);
	tb_end(&b);
	{
		struct told t = walk(&b);
		char want[512];
		char p[156];

		memset(p, 'p', 155);
		p[155] = 0;
		snprintf(want, sizeof(want), "0 %s/n 0; 0 %.131s/n 0; 0 n 0; 0 n 0; ", p, p);
		cr_assert(strcmp(t.view.ptr, want) == 0, "%s", t.view.ptr);
		told_free(&t);
	}
}

Test(tar_walk, reads_numbers_as_go_does)
{
	static const struct {
		char field[13];
		const char *view;
		unsigned doubts;
	} table[] = {
		{ "00000000000", "0 n 0; ", 0 },
		{ "     000 ", "0 n 0; ", 0 },
		{ "\0\0\0\0\0\0\0\0\0\0\0", "0 n 0; ", 0 },
		{ "           ", "0 n 0; ", 0 },
		{ " \0         ", "0 n 0; ", 0 },
		{ "0\0junk", "0 n 0; ", 0 },
		{ "0  \0  ", "0 n 0; ", 0 },
		{ "0  \0  x", "BAD", 0 },
		{ "\t0", "BAD", 0 },
		{ "+0", "BAD", 0 },
		{ "8", "BAD", 0 },
		{ "0x", "BAD", 0 },
		{ "0 0", "BAD", 0 },
		{ "\x80\0\0\0\0\0\0\0\0\0\0\0", "0 n 0; ", 0 },
		{ "\x81\0\0\0\0\0\0\0\0\0\0\0", "BAD", 0 },
		{ "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", "BAD", 0 },
		{ "\x80\0\0\1\0\0\0\0\0\0\0\0", "BAD", 0 },
		{ "\xbf\0\0\0\0\0\0\0\0\0\0\0", "BAD", 0 },
		{ "\0" "0", "0 n 0; ", TSR_TAR_NUMBER },
		{ " \0" "0", "0 n 0; ", TSR_TAR_NUMBER },
	};

	for (size_t i = 0; i < TSR_ARRAY_LEN(table); i++) {
		struct tar_build b = { 0 };
		unsigned char *h;
		struct told t;

		tb_file(&b, "f", "");
		h = tb_header(&b, "n", '0', 0);
		memcpy(h + 124, table[i].field, 12);
		tb_sum(h);
		tb_end(&b);
		t = walk(&b);
		cr_expect(strncmp(t.view.ptr, "0 f 0; ", 7) == 0 && strcmp(t.view.ptr + 7, table[i].view) == 0,
			  "%zu: %s", i, t.view.ptr);
		cr_expect(strcmp(table[i].view, "BAD") == 0 || t.doubts == table[i].doubts, "%zu: %x", i, t.doubts);
		told_free(&t);
	}
}

Test(tar_walk, reads_large_and_negative_base_256)
{
	struct tar_build b = { 0 };
	unsigned char *h = tb_header(&b, "n", '0', 0);
	struct told t;

	memcpy(h + 108, "\x80\0\0\0\0\x20\0\0", 8);
	memcpy(h + 136, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xfe", 12);
	tb_gnu(h);
	tb_end(&b);
	t = walk(&b);
	cr_assert(strstr(t.events.ptr, "E(0 644 2097152 1002 -2 0 0"), "%s", t.events.ptr);
	told_free(&t);
}

Test(tar_walk, takes_a_signed_checksum_with_a_doubt)
{
	struct tar_build b = { 0 };
	unsigned char *h = tb_header(&b, "\xe4", '0', 0);
	int sum = 0;

	memset(h + 148, ' ', 8);
	for (int i = 0; i < 512; i++)
		sum += (signed char)h[i];
	snprintf((char *)h + 148, 8, "%06o", (unsigned)sum);
	tb_end(&b);
	expect_view(&b, "0 \xe4 0; ", TSR_TAR_CHECKSUM);
}

Test(tar_walk, applies_pax_records)
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

Test(tar_walk, hands_out_extended_attributes)
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

Test(tar_walk, refuses_malformed_pax_records)
{
	static const struct {
		const char *body, *view;
		unsigned doubts;
	} table[] = {
		{ "6 a=b\n", "0 n 0; ", 0 },	{ "5 a=\n", "0 n 0; ", 0 },  { "07 a=b\n", "0 n 0; ", 0 },
		{ "+7 a=b\n", "0 n 0; ", TSR_TAR_PAX },
		{ "x", "BAD", 0 },		{ "6 a=b", "BAD", 0 },	     { "7 a=b\n", "BAD", 0 },
		{ "6 =bb\n", "BAD", 0 },	{ "9 a=b\nxyz", "BAD", 0 },  { "-6 a=b\n", "BAD", 0 },
		{ "5 a\n\n", "BAD", 0 },	{ "6 abc\n", "BAD", 0 },     { "99999999999999999999 a=b\n", "BAD", 0 },
		{ "5     \n", "BAD", 0 },	{ "6\n", "BAD", 0 },
	};

	for (size_t i = 0; i < TSR_ARRAY_LEN(table); i++) {
		struct tar_build b = { 0 };

		tb_extension(&b, 'x', table[i].body, strlen(table[i].body));
		if (table[i].view[0] != 'B')
			add_empty_file(&b);
		expect_view(&b, table[i].view, table[i].doubts);
	}
}

Test(tar_walk, refuses_pax_numbers_that_are_none)
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
		cr_expect(strcmp(t.view.ptr, table[i].view) == 0, "%s=%s: %s", table[i].key, table[i].value, t.view.ptr);
		if (table[i].view[0] != 'B')
			cr_expect(t.doubts == table[i].doubts, "%s=%s: %x", table[i].key, table[i].value, t.doubts);
		told_free(&t);
	}
}

Test(tar_walk, doubts_duplicate_keys_few_and_many)
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

Test(tar_walk, forgets_extensions_before_a_global_header)
{
	struct tar_build b = { 0 };

	tb_pax(&b, 'x', "path", "lost");
	tb_pax(&b, 'g', "comment", "c");
	tb_file(&b, "n", "");
	tb_end(&b);
	expect_view(&b, "g extension 0; 0 n 0; ", TSR_TAR_EXTENSIONS);
}

Test(tar_walk, names_types_as_go_does)
{
	struct tar_build b = { 0 };

	tb_header(&b, "v7dir/", '\0', 0);
	tb_header(&b, "v7", '\0', 0);
	tb_header(&b, "cont", '7', 0);
	tb_header(&b, "slash/", '0', 0);
	tb_end(&b);
	expect_view(&b, "5 v7dir/ 0; 0 v7 0; 0 cont 0; 0 slash/ 0; ", 0);
	tb_header(&b, "volume", 'V', 0);
	tb_end(&b);
	expect_view(&b, "V volume 0; ", TSR_TAR_TYPE);
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

Test(tar_walk, reads_old_gnu_sparse_maps)
{
	static const struct {
		unsigned blocks;
		const char *view;
	} table[] = { { 0, "0 s 1000000; 0 real 1; " }, { 3, "0 s 1000000; 0 real 1; " }, { 2047, "0 s 1000000; 0 real 1; " },
		      { 2048, "BAD" } };

	for (size_t i = 0; i < TSR_ARRAY_LEN(table); i++) {
		struct tar_build b = { 0 };
		struct told t;

		add_old_sparse(&b, table[i].blocks);
		tb_data(&b, "abc", 3);
		trick_rest(&b);
		t = walk(&b);
		cr_expect(strcmp(t.view.ptr, table[i].view) == 0, "%u: %s", table[i].blocks, t.view.ptr);
		told_free(&t);
	}
}

Test(tar_walk, refuses_sparse_maps_that_overlap)
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

Test(tar_walk, says_not_a_tar_for_junk_at_the_start)
{
	struct tar_build b = { 0 };
	struct told t;

	memset(tb_add(&b, NULL, 2000), 'j', 2000);
	t = walk(&b);
	cr_assert(strcmp(t.events.ptr, "F512 BAD not a tar header F1488 ") == 0, "%s", t.events.ptr);
	cr_assert(t.finish == 0 && !t.ended);
	told_free(&t);
}

Test(tar_walk, reports_where_the_input_was_cut)
{
	static const struct {
		size_t at;
		int finish;
	} cuts[] = { { 0, 0 }, { 1, -1 }, { 600, -1 }, { 1024, -1 }, { 1536, -1 }, { 1540, -1 }, { 1600, -1 },
		     { 2048, 0 }, { 2560, 0 }, { 2561, -1 }, { 3072, 0 } };

	for (size_t i = 0; i < TSR_ARRAY_LEN(cuts); i++) {
		struct tar_build b = { 0 };
		struct told t;

		tb_extension(&b, 'L', "name", 5);
		tb_file(&b, "n", "0123456789");
		tb_end(&b);
		b.len = cuts[i].at;
		/* The extension alone extends nothing, but it ends at a border. */
		t = walk(&b);
		if (cuts[i].at == 1024)
			cr_expect(t.finish == 0 && t.doubts & TSR_TAR_EXTENSIONS);
		else
			cr_expect(t.finish == cuts[i].finish, "%zu", cuts[i].at);
		told_free(&t);
	}
}

Test(tar_walk, skips_a_body_that_the_caller_delivers)
{
	struct tar_build b = { 0 };
	struct tsr_tar_walk *w = tsr_tar_walk_new();
	struct tsr_tar_event_data ev;
	struct tsr_slice in;

	tb_file(&b, "a", "12345");
	tb_file(&b, "b", "");
	in = tsr_slice_of(b.p, 512);
	cr_assert(tsr_tar_next(w, &in, &ev) == TSR_TAR_FRAMING && tsr_tar_skip_body(w) == 0);
	cr_assert(tsr_tar_next(w, &in, &ev) == TSR_TAR_ENTRY && ev.entry->size == 5);
	cr_assert(tsr_tar_skip_body(w) == 512 && tsr_tar_position(w) == 1024);
	in = tsr_slice_of(b.p + 1024, 512);
	cr_assert(tsr_tar_next(w, &in, &ev) == TSR_TAR_FRAMING && ev.offset == 1024);
	cr_assert(tsr_tar_next(w, &in, &ev) == TSR_TAR_ENTRY && tsr_slice_eq_str(ev.entry->name, "b"));
	cr_assert(tsr_tar_skip_body(w) == 0);
	cr_assert(tsr_tar_next(w, &in, &ev) == TSR_TAR_NEED);
	tsr_tar_walk_free(w);
	tb_free(&b);
}

Test(tar_walk, starts_afresh_after_reset)
{
	struct tar_build b = { 0 };
	struct tsr_tar_walk *w = tsr_tar_walk_new();
	struct tsr_tar_event_data ev;
	struct tsr_slice in;
	const char *why;

	tb_pax(&b, 'x', "path", "other");
	in = tsr_slice_of(b.p, b.len);
	while (tsr_tar_next(w, &in, &ev) != TSR_TAR_NEED)
		;
	tsr_tar_walk_reset(w);
	tb_free(&b);
	tb_file(&b, "n", "");
	tb_end(&b);
	in = tsr_slice_of(b.p, b.len);
	cr_assert(tsr_tar_next(w, &in, &ev) == TSR_TAR_FRAMING && ev.offset == 0);
	cr_assert(tsr_tar_next(w, &in, &ev) == TSR_TAR_ENTRY && tsr_slice_eq_str(ev.entry->name, "n"));
	while (tsr_tar_next(w, &in, &ev) != TSR_TAR_NEED)
		;
	cr_assert(tsr_tar_finish(w, &why) == 0 && tsr_tar_doubts(w) == 0 && tsr_tar_ended(w));
	tsr_tar_walk_free(w);
	tb_free(&b);
}

Test(tar_walk, knows_a_header_and_names_doubts)
{
	TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(1024);
	struct tar_build b = { 0 };
	unsigned char zero[512] = { 0 };

	tb_header(&b, "n", '0', 0);
	cr_assert(tsr_tar_is_header(b.p) && !tsr_tar_is_header(zero));
	b.p[0] ^= 1;
	cr_assert(!tsr_tar_is_header(b.p));
	tb_free(&b);
	tsr_tar_doubt_names(TSR_TAR_NUMBER | TSR_TAR_NO_END, &out);
	cr_assert(strcmp(out.ptr, "odd number field, no end marker") == 0);
}
