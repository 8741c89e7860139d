/* SPDX-License-Identifier: Apache-2.0 */
#include "archive/tar_framing.h"

#include <criterion/criterion.h>

#include "base/mem.h"
#include "tar_build.h"
#include "tar_tricks.h"

struct walked {
	struct tsr_tar_framing framing;
	unsigned doubts;
	bool bad;
};

/* As an intake walks an archive: framing is kept, bodies are passed over. `piece`: bytes per read. */
static struct walked framing_of(const struct tar_build *t, size_t piece)
{
	struct walked w = { .bad = false };
	struct tsr_tar_walk *walk = tsr_tar_walk_new();
	uint64_t pos = 0;
	const char *why;

	tsr_tar_framing_init(&w.framing, 64u << 20);
	while (pos < t->len) {
		size_t n = t->len - pos < piece ? t->len - (size_t)pos : piece;
		struct tsr_slice in = tsr_slice_of(t->p + pos, n);
		struct tsr_tar_event_data ev;
		enum tsr_tar_event type;
		bool body = false;

		while (!body && (type = tsr_tar_next(walk, &in, &ev)) != TSR_TAR_NEED) {
			if (type == TSR_TAR_FRAMING)
				cr_assert_eq(tsr_tar_framing_add(&w.framing, ev.offset, ev.bytes), 0);
			w.bad |= type == TSR_TAR_BAD;
			if (type == TSR_TAR_ENTRY) {
				pos = ev.entry->data + tsr_tar_skip_body(walk);
				tsr_tar_framing_skip_to(&w.framing, pos);
				body = true;
			}
		}
		if (!body)
			pos += n;
	}
	w.bad |= tsr_tar_finish(walk, &why) != 0 || pos > t->len;
	w.doubts = tsr_tar_doubts(walk);
	tsr_tar_walk_free(walk);
	return w;
}

static struct tsr_tar_verdict check(const struct tar_build *t, size_t piece, struct walked *w)
{
	struct tsr_err err = TSR_ERR_INIT;
	struct tsr_tar_verdict v;

	*w = framing_of(t, piece);
	cr_assert_eq(tsr_tar_framing_check(&w->framing, &v, &err), 0, "%s", err.msg);
	tsr_tar_framing_release(&w->framing);
	return v;
}

static void honest(struct tar_build *t, char format)
{
	char text[200] = { 0 };

	memset(text, 'p', sizeof(text) - 1);
	tb_header(t, "blobs/", '5', 0);
	for (unsigned i = 0; i < 20; i++) {
		size_t n = i * 400 % 9000;

		if (format == 'x' && i % 3 == 0)
			tb_pax(t, 'x', "path", text);
		if (format == 'L' && i % 3 == 0)
			tb_extension(t, 'L', text, sizeof(text));
		if (format == 'L')
			tb_gnu(tb_header(t, "blob", '0', n));
		else
			tb_header(t, "blob", '0', n);
		tb_data(t, NULL, n);
	}
	tb_link(tb_header(t, "link", '2', 0), "blob");
	tb_link(tb_header(t, "hard", '1', 0), "blob");
	tb_end(t);
}

Test(tar_framing, agrees_on_honest_archives)
{
	static const size_t pieces[] = { 512, 513, 4096, 1u << 20 };

	for (const char *format = "uxL"; *format; format++)
		for (size_t i = 0; i < TSR_ARRAY_LEN(pieces); i++) {
			struct tar_build t = { NULL, 0 };
			struct tsr_tar_verdict v;
			struct walked w;

			honest(&t, *format);
			v = check(&t, pieces[i], &w);
			cr_expect(!v.differs, "%c, pieces of %zu: entry %llu: %s", *format, pieces[i],
				  (unsigned long long)v.entry, v.what ? v.what : "");
			cr_expect_eq(v.agreed, 23u, "%llu", (unsigned long long)v.agreed);
			cr_expect(!w.bad && !(w.doubts & TSR_TAR_AMBIGUOUS));
			tb_free(&t);
		}
}

/* What the readers may differ about is a doubt, a difference, or the end of the walk. */
Test(tar_framing, leaves_no_trick_unnoticed)
{
	for (size_t i = 0; i < TSR_ARRAY_LEN(tricks); i++) {
		struct tar_build t = { NULL, 0 };
		struct tsr_tar_verdict v;
		struct walked w;
		bool noticed;

		tricks[i].build(&t);
		v = check(&t, 4096, &w);
		noticed = v.differs || w.bad || w.doubts & TSR_TAR_AMBIGUOUS;
		if (tricks[i].differs > 0 || tricks[i].doubts & TSR_TAR_AMBIGUOUS || strstr(tricks[i].view, "BAD"))
			cr_expect(noticed, "%s", tricks[i].name);
		tb_free(&t);
	}
}

Test(tar_framing, keeps_headers_but_no_bodies)
{
	struct tar_build t = { NULL, 0 };
	struct walked w;

	tb_file(&t, "a", "");
	tb_header(&t, "b", '0', 100000);
	tb_data(&t, NULL, 100000);
	tb_file(&t, "c", "text");
	tb_end(&t);
	w = framing_of(&t, 4096);
	cr_expect_eq(w.framing.bytes.len, 3u * 512 + 1024);
	cr_expect_eq(w.framing.size, t.len);
	cr_expect_eq(w.framing.n, 3u); /* the first two headers are one run */
	tsr_tar_framing_release(&w.framing);
	tsr_tar_framing_init(&w.framing, 1000);
	cr_expect_eq(tsr_tar_framing_add(&w.framing, 0, tsr_slice_of(t.p, 512)), 0);
	cr_expect_eq(tsr_tar_framing_add(&w.framing, 512, tsr_slice_of(t.p, 512)), -1);
	tsr_tar_framing_release(&w.framing);
	tb_free(&t);
}

Test(tar_framing, offsets_are_the_archives)
{
	struct tsr_tar_framing f;

	tsr_tar_framing_init(&f, 4096);
	tsr_tar_framing_add(&f, 0, TSR_SLICE("0123456789"));
	tsr_tar_framing_skip_to(&f, 1000);
	tsr_tar_framing_add(&f, 1000, TSR_SLICE("abc"));
	cr_expect_eq(tsr_tar_framing_offset(&f, 0), 0u);
	cr_expect_eq(tsr_tar_framing_offset(&f, 9), 9u);
	cr_expect_eq(tsr_tar_framing_offset(&f, 10), 1000u);
	cr_expect_eq(tsr_tar_framing_offset(&f, 12), 1002u);
	cr_expect_eq(tsr_tar_framing_offset(&f, 13), UINT64_MAX);
	tsr_tar_framing_release(&f);
}
