/* SPDX-License-Identifier: Apache-2.0 */
#include "layer/layer_walk.h"

#include "analyse_build.h"
#include "tar_tricks.h"

/* Through the analysis, which is the walk's only caller. */

static uint32_t flags_of(const struct tsr_facts *f, uint32_t entry, const char *path)
{
	struct tsr_buf b = TSR_BUF_INIT(4096);

	cr_assert_lt(entry, f->n_entries);
	tsr_facts_path(f, f->entries[entry].node, &b);
	cr_expect_str_eq(b.ptr, path);
	tsr_buf_release(&b);
	return f->entries[entry].flags;
}

Test(layer_walk, knows_every_form_of_a_whiteout)
{
	static const struct {
		const char *name;
		char type;
		const char *path;
		uint32_t flags;
	} table[] = {
		{ "a/.wh.gone", '0', "a/gone", TSR_ENTRY_WHITEOUT },
		{ ".wh.top", '0', "top", TSR_ENTRY_WHITEOUT },
		{ "./.wh.dotted", '0', "dotted", TSR_ENTRY_WHITEOUT },
		{ "/.wh.slash", '0', "slash", TSR_ENTRY_WHITEOUT | TSR_ENTRY_ABSOLUTE },
		{ "a/.wh..wh..opq", '0', "a", TSR_ENTRY_OPAQUE },
		{ ".wh..wh..opq", '0', "", TSR_ENTRY_OPAQUE },
		{ ".wh..wh.aufs", '0', ".wh..wh.aufs", TSR_ENTRY_AUFS },
		{ ".wh..wh.plnk/12.34", '0', ".wh..wh.plnk/12.34", TSR_ENTRY_AUFS },
		{ "a/.wh.", '0', "a/.wh.", 0 },
		{ "a/.wh..", '0', "a/.wh..", TSR_ENTRY_DOTDOT },
		{ "a/.wh...", '0', "a/.wh...", TSR_ENTRY_DOTDOT },
		{ "a/.wh..x", '0', "a/.x", TSR_ENTRY_WHITEOUT },
		{ "a/x.wh.y", '0', "a/x.wh.y", 0 },
		{ "a/.why", '0', "a/.why", 0 },
		{ "a/device", '3', "a/device", TSR_ENTRY_WHITEOUT },
		{ "a/block", '4', "a/block", 0 },
		{ "b/../up", '0', "up", TSR_ENTRY_DOTDOT },
		{ "../../etc/x", '0', "etc/x", TSR_ENTRY_DOTDOT },
	};
	struct bench b = bench_new();
	struct tar_build t = { NULL, 0 };
	struct tsr_facts *f;
	unsigned char *h;

	for (size_t i = 0; i < TSR_ARRAY_LEN(table); i++)
		tb_header(&t, table[i].name, table[i].type, 0);
	h = tb_header(&t, "dev/null", '3', 0);
	tb_octal(h + 329, 8, 1);
	tb_octal(h + 337, 8, 3);
	tb_sum(h);
	tb_end(&t);
	f = facts_of(&b, &t);
	cr_assert_eq(f->n_entries, TSR_ARRAY_LEN(table) + 1);
	for (uint32_t i = 0; i < TSR_ARRAY_LEN(table); i++)
		cr_expect_eq(flags_of(f, i, table[i].path), table[i].flags, "%s: %x", table[i].name, f->entries[i].flags);
	cr_expect_eq(flags_of(f, TSR_ARRAY_LEN(table), "dev/null"), 0u);
	cr_expect_eq(f->grade, TSR_GRADE_AUDITED, "%s", tsr_facts_text(f, f->why));
	tsr_facts_free(f);
	bench_free(&b);
}

Test(layer_walk, sees_attributes_of_overlayfs)
{
	static const struct {
		const char *key, *value;
		bool overlay;
	} table[] = { { "SCHILY.xattr.trusted.overlay.opaque", "y", true },
		      { "SCHILY.xattr.user.overlay.redirect", "/x", true },
		      { "SCHILY.xattr.user.comment", "x", false } };
	struct bench b = bench_new();

	for (size_t i = 0; i < TSR_ARRAY_LEN(table); i++) {
		struct tar_build t = { NULL, 0 };
		struct tsr_facts *f;

		tb_pax(&t, 'x', table[i].key, table[i].value);
		tb_file(&t, "d", "");
		tb_end(&t);
		f = facts_of(&b, &t);
		cr_expect_eq((flags_of(f, 0, "d") & TSR_ENTRY_OVERLAY_XATTR) != 0, table[i].overlay, "%s", table[i].key);
		tsr_facts_free(f);
	}
	bench_free(&b);
}

static void add_some(struct tar_build *t)
{
	tb_header(t, "etc/", '5', 0);
	tb_file(t, "etc/passwd", "root:x:0:0:::/bin/sh\n");
	tb_pax(t, 'x', "path", "etc/long-name");
	tb_file(t, "short", "text");
	tb_link(tb_header(t, "etc/link", '2', 0), "passwd");
	tb_header(t, "etc/big", '0', 3000);
	tb_data(t, NULL, 3000);
	tb_end(t);
}

Test(layer_walk, grades_a_tar_that_is_cut_and_the_ledger_adds_up)
{
	struct bench b = bench_new();
	struct tar_build t = { NULL, 0 };
	size_t end;

	add_some(&t);
	end = t.len - 1024;
	for (size_t n = 512; n <= t.len; n += n % 512 == 511 ? 1 : 511 - n % 512 ? 511 - n % 512 : 1) {
		struct tsr_analysis a = bench_run(&b, t.p, n);
		bool whole = n >= end && n % 512 == 0;

		cr_expect_eq(a.facts->unpacked, n);
		if (n < end && n % 512)
			cr_expect_eq(a.facts->grade, TSR_GRADE_DAMAGED, "%zu: %u %s", n, a.facts->grade,
				     tsr_facts_text(a.facts, a.facts->why));
		if (whole)
			cr_expect_eq(a.facts->grade, TSR_GRADE_AUDITED, "%zu: %s", n, tsr_facts_text(a.facts, a.facts->why));
		analysis_free(&a);
	}
	tb_free(&t);
	bench_free(&b);
}

Test(layer_walk, flips_of_headers_never_crash_and_never_lose_bytes)
{
	struct bench b = bench_new();
	uint32_t x = 7;

	for (int i = 0; i < 400; i++) {
		struct tar_build t = { NULL, 0 };
		struct tsr_analysis a;

		add_some(&t);
		for (int k = 0; k < 4; k++) {
			x = x * 1664525u + 1013904223u;
			t.p[512 + (x >> 8) % (t.len - 512)] ^= (unsigned char)(1u << (x >> 29));
		}
		b.chunk = i % 2 ? 1024 : TSR_CHUNK_SIZE;
		a = bench_run(&b, t.p, t.len);
		cr_expect(a.facts->unpacked == t.len && a.kind == TSR_BLOB_TAR);
		analysis_free(&a);
		tb_free(&t);
	}
	bench_free(&b);
}

Test(layer_walk, grades_every_trick)
{
	struct bench b = bench_new();

	for (size_t i = 0; i < TSR_ARRAY_LEN(tricks); i++) {
		struct tar_build t = { NULL, 0 };
		struct tsr_facts *f;
		unsigned doubts = tricks[i].doubts;
		bool bad = strstr(tricks[i].view, "BAD") != NULL;

		tricks[i].build(&t);
		f = facts_of(&b, &t);
		cr_expect_eq(f->doubts, doubts, "%s: %x", tricks[i].name, f->doubts);
		if (doubts & TSR_TAR_AMBIGUOUS || tricks[i].differs > 0)
			cr_expect(f->grade == TSR_GRADE_AMBIGUOUS || (bad && f->grade == TSR_GRADE_DAMAGED), "%s: %u",
				  tricks[i].name, f->grade);
		else if (bad)
			cr_expect(f->grade == TSR_GRADE_DAMAGED || f->grade == TSR_GRADE_OPAQUE, "%s: %u", tricks[i].name,
				  f->grade);
		tsr_facts_free(f);
	}
	bench_free(&b);
}

Test(layer_walk, scans_on_beyond_its_limits)
{
	struct bench b = bench_new();
	struct tsr_buf token = TSR_BUF_INIT(256), path = TSR_BUF_INIT(256);
	struct tar_build t = { NULL, 0 };
	const struct tsr_raw *raw = NULL;
	struct tsr_facts *f;

	b.limits.entries = 2;
	for (int i = 0; i < 5; i++)
		tb_file(&t, "file", made(&token, TOKEN, (uint64_t)i));
	tb_end(&t);
	f = facts_of(&b, &t);
	cr_expect_eq(f->n_entries, 2);
	cr_expect_eq(f->grade, TSR_GRADE_LIMITED);
	cr_expect(strstr(tsr_facts_text(f, f->why), "--max-entries"));
	cr_expect_eq(raws_of(&b, f, "secret/github-token", NULL), 5);
	tsr_facts_free(f);
	bench_free(&b);

	b = bench_new();
	b.limits.path = 20;
	tb_file(&t, "a/path/that/is/too/long/by/far", made(&token, TOKEN, 9));
	tb_file(&t, "short", "");
	tb_end(&t);
	f = facts_of(&b, &t);
	cr_expect_eq(f->n_entries, 1);
	cr_expect(strstr(tsr_facts_text(f, f->why), "--max-path"));
	cr_expect_eq(raws_of(&b, f, "secret/github-token", &raw), 1);
	cr_expect(raw && raw->entry == TSR_NONE && raw->offset == 512, "%llu", (unsigned long long)raw->offset);
	tsr_facts_free(f);
	tsr_buf_release(&token);
	tsr_buf_release(&path);
	bench_free(&b);
}

/* Places of what stands in no file are places in the stream, and so do not collide. */
Test(layer_walk, tells_places_in_framing_by_the_stream)
{
	struct bench b = bench_new();
	struct tsr_buf token = TSR_BUF_INIT(256);
	struct tar_build t = { NULL, 0 };
	const struct tsr_raw *raw = NULL;
	struct tsr_facts *f;
	size_t at = 0;

	for (unsigned i = 0; i < 3; i++) {
		tb_file(&t, "file", "text");
		at = t.len + 157;
		tb_link(tb_header(&t, "link", '2', 0), made(&token, TOKEN, i));
	}
	tb_end(&t);
	f = facts_of(&b, &t);
	cr_expect_eq(raws_of(&b, f, "secret/github-token", &raw), 3);
	cr_expect(raw && raw->offset == at, "%llu", (unsigned long long)raw->offset);
	tsr_facts_free(f);
	tsr_buf_release(&token);
	bench_free(&b);
}
