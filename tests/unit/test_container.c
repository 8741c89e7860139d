/* SPDX-License-Identifier: Apache-2.0 */
#include <archive.h>
#include <archive_entry.h>
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "decode/container.h"

/* Containers as libarchive writes them; tests/e2e/nested.sh has those of other writers. */

struct format {
	const char *kind;
	int (*set)(struct archive *a);
	const char *options;
};

static const struct format formats[] = {
	{ "zip", archive_write_set_format_zip, NULL },
	{ "zip", archive_write_set_format_zip, "zip:compression=store" },
	{ "7z", archive_write_set_format_7zip, NULL },
	{ "7z", archive_write_set_format_7zip, "7zip:compression=store" },
	{ "ar", archive_write_set_format_ar_bsd, NULL },
	{ "ar", archive_write_set_format_ar_svr4, NULL },
	{ "cpio", archive_write_set_format_cpio_newc, NULL },
	{ "cpio", archive_write_set_format_cpio, NULL },
	{ "tar", archive_write_set_format_pax, NULL },
	{ "tar", archive_write_set_format_ustar, NULL },
};

/* f.i holds "body i" repeated, f.0 is empty. */
#define FILES 4u

static void body_of(unsigned i, struct tsr_buf *out)
{
	tsr_buf_reset(out);
	for (unsigned k = 0; k < i * 3000; k++)
		tsr_buf_printf(out, "body %u\n", i);
}

static size_t make(const struct format *f, char *room, size_t size, bool encrypted)
{
	struct archive *a = archive_write_new();
	struct archive_entry *e = archive_entry_new();
	struct tsr_buf body = TSR_BUF_INIT(1 << 20);
	size_t used = 0;
	char name[8];

	cr_assert_eq(f->set(a), ARCHIVE_OK);
	archive_write_add_filter_none(a);
	if (f->options)
		cr_assert_eq(archive_write_set_options(a, f->options), ARCHIVE_OK);
	if (encrypted) {
		cr_assert_eq(archive_write_set_options(a, "zip:encryption=zipcrypt"), ARCHIVE_OK);
		cr_assert_eq(archive_write_set_passphrase(a, "x"), ARCHIVE_OK);
	}
	archive_write_set_bytes_in_last_block(a, 1);
	cr_assert_eq(archive_write_open_memory(a, room, size, &used), ARCHIVE_OK);
	for (unsigned i = 0; i < FILES; i++) {
		body_of(i, &body);
		snprintf(name, sizeof(name), "f.%u", i);
		archive_entry_clear(e);
		archive_entry_set_pathname(e, name);
		archive_entry_set_filetype(e, AE_IFREG);
		archive_entry_set_perm(e, 0644);
		archive_entry_set_size(e, (la_int64_t)body.len);
		cr_assert_eq(archive_write_header(a, e), ARCHIVE_OK);
		if (body.len)
			cr_assert_eq(archive_write_data(a, body.ptr, body.len), (la_ssize_t)body.len);
	}
	cr_assert_eq(archive_write_close(a), ARCHIVE_OK);
	archive_write_free(a);
	archive_entry_free(e);
	tsr_buf_release(&body);
	return used;
}

/* A reader that gives `piece` bytes at a time. */
struct slow {
	struct tsr_slice rest;
	size_t piece;
};

static ssize_t slow_read(void *ctx, void *p, size_t n, struct tsr_err *err)
{
	struct slow *s = ctx;

	(void)err;
	n = n < s->piece ? n : s->piece;
	n = n < s->rest.len ? n : s->rest.len;
	memcpy(p, s->rest.ptr, n);
	s->rest = tsr_slice_sub(s->rest, n, s->rest.len);
	return (ssize_t)n;
}

struct seen {
	unsigned files, whole, refused; /* whole: with the right bytes */
	bool malformed;
};

static void look(struct tsr_slice bytes, size_t piece, struct seen *out)
{
	const struct tsr_container *c = tsr_container_sniff(tsr_slice_sub(bytes, 0, TSR_CONTAINER_HEAD));
	struct slow slow = { bytes, piece };
	struct tsr_container_input in = { .in = { slow_read, &slow } };
	struct tsr_inner_stream s = { 0 };
	struct tsr_err err = TSR_ERR_INIT;
	struct tsr_buf got = TSR_BUF_INIT(1 << 20), want = TSR_BUF_INIT(1 << 20);
	char room[1000];
	ssize_t n;
	void *state;
	int r;

	*out = (struct seen){ 0 };
	if (!c)
		return;
	/* Memory of its own size, so that a sanitizer sees who reads beyond it. */
	if (c->whole)
		in.whole = tsr_slice_of(memcpy(tsr_xmalloc(bytes.len), bytes.ptr, bytes.len), bytes.len);
	state = c->open(&in, &err);
	out->malformed = !state;
	while (state && (r = c->next(state, &s, &err)) > 0) {
		out->files++;
		if (s.why_not) {
			out->refused++;
			continue;
		}
		tsr_buf_reset(&got);
		while ((n = c->read(state, room, sizeof(room), &err)) > 0)
			tsr_buf_add(&got, room, (size_t)n);
		if (s.path.len == 3)
			body_of((unsigned)(s.path.ptr[2] - '0'), &want);
		out->malformed |= n < 0;
		out->whole += s.path.len == 3 && got.len == want.len && !memcmp(got.ptr, want.ptr, got.len);
	}
	if (state) {
		out->malformed |= r < 0;
		c->close(state);
	}
	free((void *)(uintptr_t)in.whole.ptr);
	tsr_buf_release(&got);
	tsr_buf_release(&want);
}

#define ROOM (1u << 20)

Test(container, every_format_tells_its_files_whatever_the_pieces)
{
	char *room = tsr_xmalloc(ROOM);

	for (size_t i = 0; i < TSR_ARRAY_LEN(formats); i++) {
		size_t len = make(&formats[i], room, ROOM, false);
		const struct tsr_container *c = tsr_container_sniff(tsr_slice_sub(tsr_slice_of(room, len), 0, TSR_CONTAINER_HEAD));

		cr_assert(c && !strcmp(c->kind, formats[i].kind), "%s is sniffed", formats[i].kind);
		for (size_t piece = 1; piece < ROOM; piece *= 57) {
			struct seen seen;

			look(tsr_slice_of(room, len), piece, &seen);
			cr_expect(seen.files == FILES && seen.whole == FILES && !seen.malformed,
				  "%s in pieces of %zu: %u files, %u whole", formats[i].kind, piece, seen.files, seen.whole);
		}
	}
	free(room);
}

/* libarchive writes sizes behind the data, so nobody can tell where an encrypted file ends, and the rest is malformed. */
Test(container, encrypted_files_are_told_as_such)
{
	char *room = tsr_xmalloc(ROOM);
	struct seen seen;

	look(tsr_slice_of(room, make(&formats[0], room, ROOM, true)), 1000, &seen);
	cr_expect(seen.refused == 1 && seen.whole == 1 && seen.malformed, "%u refused, %u whole", seen.refused, seen.whole);
	free(room);
}

/* Neither a crash nor wrong bytes told as right ones. */
Test(container, cut_and_changed_ones_do_no_harm)
{
	char *room = tsr_xmalloc(ROOM), *copy = tsr_xmalloc(ROOM);
	uint32_t random = 1;

	for (size_t i = 0; i < TSR_ARRAY_LEN(formats); i++) {
		size_t len = make(&formats[i], room, ROOM, false);
		struct seen seen;

		for (size_t cut = 8; cut < len; cut += len / 23 + 1) {
			look(tsr_slice_of(room, cut), 4096, &seen);
			cr_expect(seen.whole <= FILES);
		}
		for (unsigned round = 0; round < 60; round++) {
			memcpy(copy, room, len);
			for (unsigned k = 0; k < 3; k++) {
				random = random * 1103515245u + 12345u;
				copy[8 + random % (len - 8)] ^= (char)(random >> 24);
			}
			look(tsr_slice_of(copy, len), 4096, &seen);
			cr_expect(seen.whole <= FILES);
		}
	}
	free(room);
	free(copy);
}

Test(container, what_is_none_is_not_sniffed)
{
	static const char *const texts[] = { "", "PK", "plain text", "!<arch>", "07070", "\x1f", "7z\xbc\xaf" };

	for (size_t i = 0; i < TSR_ARRAY_LEN(texts); i++)
		cr_expect_null(tsr_container_sniff(tsr_slice_str(texts[i])), "%zu", i);
}

Test(container, a_script_without_a_zip_is_silently_none)
{
	static const char text[] = "#!/bin/sh\necho PK\n";
	struct tsr_memory_reader m;
	struct tsr_container_input in = { .in = tsr_memory_reader(&m, text, strlen(text)) };
	struct tsr_err err = TSR_ERR_INIT;
	const struct tsr_container *c = tsr_container_sniff(tsr_slice_str(text));

	cr_assert_not_null(c);
	cr_expect_null(c->open(&in, &err));
	cr_expect_eq(err.kind, TSR_ENONE);
}

Test(container, rows_are_complete)
{
	const struct tsr_container *c;

	for (size_t i = 0; (c = tsr_container_at(i)); i++)
		cr_expect(c->kind && c->sniff && c->open && c->next && c->read && c->close, "row %zu", i);
}
