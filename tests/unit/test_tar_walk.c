/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include "archive/tar_walk.h"
#include "base/buf.h"
#include "base/mem.h"
#include "tar_build.h"
#include "tar_told.h"
#include "tar_tricks.h"

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
	cr_assert(strcmp(t.events.ptr,
			 "F512 E(0 644 1001 1002 1234567890 5 5 @0 512 0:0 0 a>) D5 . "
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
		{ "\0"
		  "0",
		  "0 n 0; ", TSR_TAR_NUMBER },
		{ " \0"
		  "0",
		  "0 n 0; ", TSR_TAR_NUMBER },
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
		cr_expect(strncmp(t.view.ptr, "0 f 0; ", 7) == 0 &&
				  strcmp(t.view.ptr + 7, table[i].view) == 0,
			  "%zu: %s", i, t.view.ptr);
		cr_expect(strcmp(table[i].view, "BAD") == 0 || t.doubts == table[i].doubts, "%zu: %x", i,
			  t.doubts);
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
	} cuts[] = { { 0, 0 },	   { 1, -1 },	{ 600, -1 }, { 1024, -1 }, { 1536, -1 }, { 1540, -1 },
		     { 1600, -1 }, { 2048, 0 }, { 2560, 0 }, { 2561, -1 }, { 3072, 0 } };

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
