/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_TESTS_UNIT_PACK_H
#define TSR_TESTS_UNIT_PACK_H

/* Compressed test data, made by the formats' own libraries (gzip by zlib, through libarchive). */

#include <archive.h>
#include <archive_entry.h>
#include <bzlib.h>
#include <lzma.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

struct bytes {
	unsigned char *p;
	size_t len, cap;
};

static inline void bytes_add(struct bytes *b, const void *p, size_t n)
{
	if (b->len + n > b->cap) {
		b->cap = (b->len + n) * 2;
		b->p = realloc(b->p, b->cap);
		if (!b->p)
			abort();
	}
	if (n)
		memcpy(b->p + b->len, p, n);
	b->len += n;
}

static inline void bytes_free(struct bytes *b)
{
	free(b->p);
	*b = (struct bytes){ NULL, 0, 0 };
}

static inline void pack_check(int ok)
{
	if (!ok)
		abort();
}

static inline void pack_gzip(struct bytes *b, const void *p, size_t n)
{
	size_t cap = n + n / 2 + 4096, used = 0;
	char *out = malloc(cap);
	struct archive *a = archive_write_new();
	struct archive_entry *e = archive_entry_new();

	pack_check(out && archive_write_add_filter_gzip(a) == ARCHIVE_OK);
	archive_write_set_format_raw(a);
	archive_write_set_bytes_per_block(a, 0);
	pack_check(archive_write_open_memory(a, out, cap, &used) == ARCHIVE_OK);
	archive_entry_set_filetype(e, AE_IFREG);
	pack_check(archive_write_header(a, e) == ARCHIVE_OK);
	pack_check(archive_write_data(a, p, n) == (la_ssize_t)n);
	archive_entry_free(e);
	pack_check(archive_write_close(a) == ARCHIVE_OK);
	archive_write_free(a);
	bytes_add(b, out, used);
	free(out);
}

/* log: of the window, 0 for the library's choice; sized: the content's size stands in the header. */
static inline void pack_zstd_with(struct bytes *b, const void *p, size_t n, int log, int sized)
{
	size_t cap = ZSTD_compressBound(n) + 64;
	void *out = malloc(cap);
	ZSTD_CCtx *c = ZSTD_createCCtx();
	ZSTD_inBuffer i = { p, n, 0 };
	ZSTD_outBuffer o = { out, cap, 0 };

	ZSTD_CCtx_setParameter(c, ZSTD_c_checksumFlag, 1);
	ZSTD_CCtx_setParameter(c, ZSTD_c_windowLog, log);
	if (sized)
		ZSTD_CCtx_setPledgedSrcSize(c, n);
	else /* a call without the end first, or it would know the size after all */
		pack_check(!ZSTD_isError(ZSTD_compressStream2(c, &o, &i, ZSTD_e_flush)));
	pack_check(ZSTD_compressStream2(c, &o, &i, ZSTD_e_end) == 0);
	ZSTD_freeCCtx(c);
	bytes_add(b, out, o.pos);
	free(out);
}

static inline void pack_zstd(struct bytes *b, const void *p, size_t n)
{
	pack_zstd_with(b, p, n, 0, 1);
}

static inline void pack_skippable(struct bytes *b, unsigned variant, size_t n)
{
	unsigned char h[8] = { (unsigned char)(0x50 + variant), 0x2a, 0x4d, 0x18, (unsigned char)n,
			       (unsigned char)(n >> 8),		0,    0 };

	bytes_add(b, h, sizeof(h));
	for (size_t i = 0; i < n; i++)
		bytes_add(b, "s", 1);
}

static inline void pack_xz_with(struct bytes *b, const void *p, size_t n, uint32_t dictionary)
{
	size_t cap = lzma_stream_buffer_bound(n), used = 0;
	uint8_t *out = malloc(cap);
	lzma_options_lzma options;
	lzma_filter filters[] = { { LZMA_FILTER_LZMA2, &options }, { LZMA_VLI_UNKNOWN, NULL } };

	pack_check(out && !lzma_lzma_preset(&options, 0));
	options.dict_size = dictionary;
	pack_check(lzma_stream_buffer_encode(filters, LZMA_CHECK_CRC64, NULL, p, n, out, &used, cap) ==
		   LZMA_OK);
	bytes_add(b, out, used);
	free(out);
}

static inline void pack_xz(struct bytes *b, const void *p, size_t n)
{
	pack_xz_with(b, p, n, 1u << 20);
}

static inline void pack_bzip2(struct bytes *b, const void *p, size_t n)
{
	unsigned used = (unsigned)(n + n / 100 + 1024);
	char *out = malloc(used), *in = malloc(n + 1);

	pack_check(out && in);
	if (n)
		memcpy(in, p, n);
	pack_check(BZ2_bzBuffToBuffCompress(out, &used, in, (unsigned)n, 1, 0, 0) == BZ_OK);
	bytes_add(b, out, used);
	free(in);
	free(out);
}

static const struct packer {
	const char *name;
	void (*pack)(struct bytes *b, const void *p, size_t n);
} packers[] = { { "gzip", pack_gzip }, { "zstd", pack_zstd }, { "xz", pack_xz }, { "bzip2", pack_bzip2 } };

#endif
