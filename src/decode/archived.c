/* SPDX-License-Identifier: Apache-2.0 */
#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>

#include "archive/tar_walk.h"
#include "base/mem.h"
#include "decode/container.h"

/*
 * Archives that libarchive reads, one format each and none of its filters. Zip is
 * read by its local headers, front to back, at any size; entries that the directory at the end no
 * longer names are seen so too. Behind the first line of a script or a longer one (Python's zipapp, Spring Boot's
 * executable jars) it begins within the first 64 KiB. 7z has its index at the end and is read in memory.
 */

#define BUFFER_SIZE (64u << 10)

struct archived {
	struct archive *a;
	struct tsr_reader in;
	struct tsr_err in_err; /* why the input could not be read on */
	struct tsr_slice first; /* in `buffer`: read before libarchive asked */
	const char *block;     /* what libarchive gave and was not asked for yet */
	size_t left;
	unsigned char buffer[BUFFER_SIZE];
};

static la_ssize_t on_read(struct archive *a, void *ctx, const void **p)
{
	struct archived *s = ctx;
	ssize_t n = (ssize_t)s->first.len;

	*p = n ? s->first.ptr : (const char *)s->buffer;
	s->first = TSR_SLICE_NONE;
	if (!n)
		n = tsr_read(&s->in, s->buffer, sizeof(s->buffer), &s->in_err);
	if (n < 0)
		archive_set_error(a, -1, "the input cannot be read");
	return n;
}

/* libarchive's messages quote names of entries: only whether it is damaged is told. */
static int failed(const struct archived *s, struct tsr_err *err)
{
	if (s->in_err.kind != TSR_ENONE)
		return tsr_err_set(err, s->in_err.kind, "%s", s->in_err.msg);
	return tsr_err_set(err, TSR_EFORMAT, "damaged or cut short");
}

static void archived_close(void *state)
{
	struct archived *s = state;

	archive_read_free(s->a);
	explicit_bzero(s->buffer, sizeof(s->buffer));
	free(s);
}

/* A script that is no container is nothing to be told. */
static int pass_over_script(struct archived *s, struct tsr_err *err)
{
	static const char local_header[4] = "PK\003\004";
	ssize_t n = tsr_read_full(&s->in, s->buffer, sizeof(s->buffer), err);
	const char *at;

	if (n < 0)
		return -1;
	s->first = tsr_slice_of(s->buffer, (size_t)n);
	if (!tsr_slice_starts(s->first, "#!"))
		return 0;
	at = memmem(s->first.ptr, s->first.len, local_header, sizeof(local_header));
	if (!at)
		return -1;
	s->first = tsr_slice_sub(s->first, (size_t)(at - s->first.ptr), s->first.len);
	return 0;
}

static void *open_as(const struct tsr_container_input *input, int (*support)(struct archive *), struct tsr_err *err)
{
	struct archived *s = tsr_xcalloc(1, sizeof(*s));
	int r;

	s->in = input->in;
	if (support == archive_read_support_format_zip_streamable && pass_over_script(s, err)) {
		free(s);
		return NULL;
	}
	s->a = archive_read_new();
	if (!s->a || support(s->a) != ARCHIVE_OK) {
		tsr_err_set(err, TSR_EFORMAT, "libarchive does not read this format here");
		archived_close(s);
		return NULL;
	}
	if (input->whole.ptr)
		r = archive_read_open_memory(s->a, input->whole.ptr, input->whole.len);
	else
		r = archive_read_open(s->a, s, NULL, on_read, NULL);
	if (r == ARCHIVE_OK)
		return s;
	failed(s, err);
	archived_close(s);
	return NULL;
}

static bool holds_data(struct archive_entry *e)
{
	return archive_entry_filetype(e) == AE_IFREG && !archive_entry_hardlink(e);
}

static int archived_next(void *state, struct tsr_inner_stream *out, struct tsr_err *err)
{
	struct archived *s = state;
	struct archive_entry *e;
	const char *name;
	int r;

	s->left = 0;
	do {
		r = archive_read_next_header(s->a, &e);
		if (r == ARCHIVE_EOF)
			return 0;
		if (r != ARCHIVE_OK && r != ARCHIVE_WARN)
			return failed(s, err);
	} while (!holds_data(e));
	name = archive_entry_pathname(e);
	out->path = tsr_slice_str(name ? name : "");
	out->why_not = archive_entry_is_encrypted(e) ? "encrypted" : NULL;
	return 1;
}

/* Blocks, not archive_read_data(): the holes of a sparse file are no bytes of it. */
static ssize_t archived_read(void *state, void *p, size_t n, struct tsr_err *err)
{
	struct archived *s = state;
	const void *block;
	la_int64_t offset;

	while (!s->left) {
		int r = archive_read_data_block(s->a, &block, &s->left, &offset);

		if (r == ARCHIVE_EOF)
			return 0;
		if (r != ARCHIVE_OK && r != ARCHIVE_WARN) {
			s->left = 0;
			return failed(s, err);
		}
		s->block = block;
	}
	n = n < s->left ? n : s->left;
	memcpy(p, s->block, n);
	s->block += n;
	s->left -= n;
	return (ssize_t)n;
}

static bool sniff_zip(struct tsr_slice head)
{
	return tsr_slice_starts(head, "#!") || tsr_slice_starts(head, "PK\003\004") || tsr_slice_starts(head, "PK00PK\003\004");
}

static bool sniff_7z(struct tsr_slice head)
{
	return tsr_slice_starts(head, "7z\xbc\xaf\x27\x1c");
}

static bool sniff_ar(struct tsr_slice head)
{
	return tsr_slice_starts(head, "!<arch>\n");
}

static bool sniff_cpio(struct tsr_slice head)
{
	return tsr_slice_starts(head, "070701") || tsr_slice_starts(head, "070702") || tsr_slice_starts(head, "070707");
}

static bool sniff_tar(struct tsr_slice head)
{
	return head.len >= 512 && tsr_tar_is_header((const unsigned char *)head.ptr);
}

#define ARCHIVED(name, in_memory, support)                                                       \
	static void *open_##name(const struct tsr_container_input *input, struct tsr_err *err)   \
	{                                                                                        \
		return open_as(input, support, err);                                             \
	}                                                                                        \
	extern const struct tsr_container tsr_container_##name;                                  \
	const struct tsr_container tsr_container_##name = {                                      \
		.kind = #name,                                                                   \
		.whole = in_memory,                                                              \
		.sniff = sniff_##name,                                                           \
		.open = open_##name,                                                             \
		.next = archived_next,                                                           \
		.read = archived_read,                                                           \
		.close = archived_close,                                                         \
	};

ARCHIVED(zip, false, archive_read_support_format_zip_streamable)
ARCHIVED(7z, true, archive_read_support_format_7zip)
ARCHIVED(ar, false, archive_read_support_format_ar)
ARCHIVED(cpio, false, archive_read_support_format_cpio)
ARCHIVED(tar, false, archive_read_support_format_tar)
