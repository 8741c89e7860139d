/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include "archive/tar_check.h"
#include "base/mem.h"
#include "tar_build.h"
#include "tar_tricks.h"

/* A tar in memory, walked chunk by chunk as libarchive asks for it. */
struct feed {
	const struct tar_build *tar;
	size_t at, chunk;
	bool seek; /* bodies are skipped by the walk and by libarchive */
	uint64_t skipped;
	struct tsr_tar_walk *walk;
	struct tsr_tar_check *check;
	bool bad;
};

static size_t feed_next(void *ctx, const unsigned char **p)
{
	struct feed *f = ctx;
	size_t n = f->tar->len - f->at < f->chunk ? f->tar->len - f->at : f->chunk;
	struct tsr_slice in = tsr_slice_of(f->tar->p + f->at, n);
	struct tsr_tar_event_data ev;

	*p = (const unsigned char *)in.ptr;
	f->at += n;
	while (tsr_tar_next(f->walk, &in, &ev) != TSR_TAR_NEED) {
		if (ev.type == TSR_TAR_ENTRY) {
			tsr_tar_check_expect(f->check, ev.entry);
			if (f->seek)
				tsr_tar_skip_body(f->walk);
		}
		f->bad |= ev.type == TSR_TAR_BAD;
	}
	return n;
}

static uint64_t feed_skip(void *ctx, uint64_t n)
{
	struct feed *f = ctx;
	uint64_t left = f->tar->len - f->at;

	n = n < left ? n : left;
	f->at += (size_t)n;
	f->skipped += n;
	return n;
}

static struct tsr_tar_verdict check_in(const struct tar_build *b, size_t chunk, bool seek, unsigned *doubts)
{
	struct feed f = { .tar = b, .chunk = chunk, .seek = seek, .walk = tsr_tar_walk_new() };
	struct tsr_err err = TSR_ERR_INIT;
	struct tsr_tar_verdict v;
	const unsigned char *p;
	const char *why;

	f.check = tsr_tar_check_new(feed_next, seek ? feed_skip : NULL, &f);
	cr_assert(tsr_tar_check_run(f.check, &err) == 0, "%s", err.msg);
	while (feed_next(&f, &p) > 0)
		;
	tsr_tar_check_finish(f.check, &v);
	*doubts = tsr_tar_finish(f.walk, &why) || f.bad ? ~0u : tsr_tar_doubts(f.walk);
	tsr_tar_check_free(f.check);
	tsr_tar_walk_free(f.walk);
	return v;
}

/* In one chunk and in small ones: the verdict is the same. Frees the tar. */
static struct tsr_tar_verdict check(struct tar_build *b, unsigned *doubts)
{
	static const size_t chunks[] = { 1, 511, 513, 4096 };
	struct tsr_tar_verdict whole = check_in(b, b->len + 1, false, doubts);

	for (size_t i = 0; i < TSR_ARRAY_LEN(chunks); i++) {
		struct tsr_tar_verdict v = check_in(b, chunks[i], false, doubts);

		cr_expect(v.agreed == whole.agreed && v.differs == whole.differs && v.entry == whole.entry &&
				  v.header == whole.header && v.what == whole.what &&
				  v.warnings == whole.warnings,
			  "chunk %zu: %s, not %s", chunks[i], v.what ? v.what : "-",
			  whole.what ? whole.what : "-");
	}
	tb_free(b);
	return whole;
}

static void expect_agreed(struct tar_build *b, uint64_t agreed)
{
	unsigned doubts;
	struct tsr_tar_verdict v = check(b, &doubts);

	cr_expect(!v.differs && v.agreed == agreed, "%s at %llu, agreed %llu", v.what ? v.what : "agreed",
		  (unsigned long long)v.header, (unsigned long long)v.agreed);
}

/* Entries in a view but global headers. */
static uint64_t entries_in(const char *view)
{
	uint64_t n = 0;

	for (const char *p = view; (p = strstr(p, "; ")); p += 2)
		n++;
	for (const char *p = view; (p = strstr(p, "g ")); p += 2)
		n -= p == view || p[-1] == ' ';
	return n;
}

Test(tar_check, leaves_no_trick_unnoticed)
{
	for (size_t i = 0; i < TSR_ARRAY_LEN(tricks); i++) {
		struct tar_build b = { 0 };
		struct tsr_tar_verdict v;
		unsigned doubts;

		tricks[i].build(&b);
		v = check(&b, &doubts);
		if (tricks[i].differs >= 0)
			cr_expect(v.differs == (tricks[i].differs > 0), "%s: %s", tricks[i].name,
				  v.differs ? v.what : "agreed");
		else
			cr_expect(v.differs || doubts & TSR_TAR_AMBIGUOUS ||
					  v.agreed == entries_in(tricks[i].view),
				  "%s", tricks[i].name);
		if (v.differs)
			cr_expect(v.what != NULL, "%s", tricks[i].name);
	}
}

Test(tar_check, names_the_first_difference)
{
	static const struct {
		void (*build)(struct tar_build *t);
		uint64_t entry, header;
		const char *what;
	} table[] = {
		{ trick_nul_size, 0, 0, "size" },
		{ trick_signed_size, 0, 0, "size" },
		{ trick_realsize, 0, 0, "size" },
		{ trick_slash_file, 1, 512, "only libarchive sees it" },
		{ trick_hard_link_after_pax, 2, 2560, "position" },
	};

	for (size_t i = 0; i < TSR_ARRAY_LEN(table); i++) {
		struct tar_build b = { 0 };
		struct tsr_tar_verdict v;
		unsigned doubts;

		table[i].build(&b);
		v = check(&b, &doubts);
		cr_expect(v.differs && v.entry == table[i].entry && v.header == table[i].header &&
				  strcmp(v.what, table[i].what) == 0,
			  "%zu: entry %llu at %llu: %s", i, (unsigned long long)v.entry,
			  (unsigned long long)v.header, v.what ? v.what : "agreed");
	}
}

Test(tar_check, agrees_on_an_empty_stream_and_an_empty_tar)
{
	struct tar_build b = { 0 };

	expect_agreed(&b, 0);
	tb_end(&b);
	expect_agreed(&b, 0);
	tb_add(&b, NULL, 10240);
	expect_agreed(&b, 0);
}

Test(tar_check, agrees_on_every_honest_type)
{
	struct tar_build b = { 0 };
	unsigned char *h;

	tb_file(&b, "file", "text");
	tb_header(&b, "v7", '\0', 0);
	tb_header(&b, "v7dir/", '\0', 0);
	tb_header(&b, "cont", '7', 0);
	tb_link(tb_header(&b, "hard", '1', 0), "file");
	tb_link(tb_header(&b, "sym", '2', 0), "../file");
	h = tb_header(&b, "null", '3', 0);
	tb_octal(h + 329, 8, 1);
	tb_octal(h + 337, 8, 3);
	tb_sum(h);
	tb_header(&b, "disk", '4', 0);
	tb_header(&b, "dir/", '5', 0);
	tb_header(&b, "dir-without-slash", '5', 0);
	tb_header(&b, "fifo", '6', 0);
	tb_header(&b, "slash/", '0', 0);
	tb_header(&b, "./", '5', 0);
	tb_header(&b, "/", '5', 0);
	tb_header(&b, "/abs", '0', 0);
	tb_header(&b, "\xff\xfe", '0', 0);
	h = tb_header(&b, "n", '0', 0);
	memcpy(h + 345, "prefix/", 7);
	tb_sum(h);
	tb_end(&b);
	expect_agreed(&b, 17);
}

Test(tar_check, agrees_on_long_and_foreign_names)
{
	struct tar_build b = { 0 };
	char name[300];
	struct tsr_tar_verdict v;
	unsigned doubts;

	memset(name, 'n', sizeof(name));
	tb_extension(&b, 'L', name, sizeof(name));
	tb_extension(&b, 'K', name, sizeof(name) - 1);
	tb_header(&b, "short", '2', 0);
	tb_pax(&b, 'x', "path", "\xc3\xbcml\xc3\xa4ut");
	tb_file(&b, "umlaut", "u");
	tb_pax(&b, 'x', "path", "raw\xff");
	tb_file(&b, "raw", "r");
	tb_pax(&b, 'x', "linkpath", "\xc3\xbc");
	tb_header(&b, "hard", '1', 0);
	tb_end(&b);
	v = check(&b, &doubts);
	cr_expect(!v.differs && v.agreed == 4 && doubts == 0, "%s", v.what ? v.what : "agreed");
}

Test(tar_check, agrees_on_targets_that_only_an_extension_has)
{
	struct tar_build b = { 0 };

	for (char type = '1'; type <= '2'; type++) {
		tb_pax(&b, 'x', "linkpath", "ascii");
		tb_header(&b, "n", type, 0);
		tb_pax(&b, 'x', "linkpath", "\xc3\xbc");
		tb_header(&b, "n", type, 0);
		tb_extension(&b, 'K', "long", 5);
		tb_header(&b, "n", type, 0);
	}
	tb_end(&b);
	expect_agreed(&b, 6);
}

Test(tar_check, passes_over_global_headers)
{
	struct tar_build b = { 0 };

	tb_pax(&b, 'g', "comment", "0123456789abcdef");
	tb_file(&b, "a", "a");
	tb_file(&b, "b", "b");
	tb_end(&b);
	expect_agreed(&b, 2);
}

Test(tar_check, counts_warnings_without_a_difference)
{
	struct tar_build b = { 0 };
	struct tsr_tar_verdict v;
	unsigned doubts;

	tb_pax(&b, 'x', "path", "\xff\xfe");
	tb_file(&b, "n", "x");
	tb_end(&b);
	v = check(&b, &doubts);
	cr_expect(!v.differs && v.agreed == 1 && v.warnings == 1);
}

Test(tar_check, does_not_call_a_cut_tar_different)
{
	static const size_t cuts[] = { 100, 512, 700, 1024, 1100, 1536, 1600 };

	for (size_t i = 0; i < TSR_ARRAY_LEN(cuts); i++) {
		struct tar_build b = { 0 };
		struct tsr_tar_verdict v;
		unsigned doubts;

		tb_file(&b, "a", "12345");
		tb_file(&b, "b", "12345");
		b.len = cuts[i];
		v = check(&b, &doubts);
		cr_expect(!v.differs, "cut at %zu: %s", cuts[i], v.what);
	}
}

Test(tar_check, skips_bodies_of_a_seekable_archive)
{
	struct tar_build b = { 0 };
	struct feed f = { .tar = &b, .seek = true, .chunk = 512, .walk = tsr_tar_walk_new() };
	struct tsr_err err = TSR_ERR_INIT;
	struct tsr_tar_verdict v;
	char *big = calloc(1, 100000);

	tb_header(&b, "big", '0', 100000);
	tb_data(&b, big, 100000);
	tb_file(&b, "small", "s");
	tb_end(&b);
	f.check = tsr_tar_check_new(feed_next, feed_skip, &f);
	cr_assert(tsr_tar_check_run(f.check, &err) == 0);
	tsr_tar_check_finish(f.check, &v);
	cr_assert(!v.differs && v.agreed == 2, "%s", v.what ? v.what : "agreed");
	cr_assert(f.skipped >= 100000);
	tsr_tar_check_free(f.check);
	tsr_tar_walk_free(f.walk);
	tb_free(&b);
	free(big);
}

Test(tar_check, tells_when_libarchive_reads_over_many_entries)
{
	struct tar_build b = { 0 };
	struct tsr_tar_verdict v;
	unsigned doubts;

	/* For libarchive the link has a body of 200 blocks: a header each. */
	tb_pax(&b, 'x', "mtime", "1");
	tb_file(&b, "first", "");
	tb_link(tb_header(&b, "hide", '1', 200 * 512), "first");
	for (int i = 0; i < 200; i++)
		tb_header(&b, "n", '0', 0);
	tb_end(&b);
	v = check_in(&b, 512, false, &doubts);
	cr_expect(v.differs && v.entry == 2 && strcmp(v.what, "position") == 0);
	v = check_in(&b, b.len, false, &doubts);
	cr_expect(v.differs && v.entry == 2);
	tb_free(&b);
}
