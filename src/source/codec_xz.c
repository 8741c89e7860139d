/* SPDX-License-Identifier: Apache-2.0 */
#include "source/codec_member.h"

#include <lzma.h>

#include "base/limits.h"
#include "base/mem.h"

/*
 * xz by liblzma, one stream at a time: with LZMA_CONCATENATED it would say only
 * after the end of the input whether a stream is complete. It looks at the size
 * of an LZMA2 chunk only when a call ends; so how many bytes come out behind a
 * damage depends on how the input was cut. Feeding it byte by byte would cure
 * that, and be three times slower.
 */
#define MAGIC  \
	"\xfd" \
	"7zXZ\0"
/* The dictionary, and what the decoder takes besides; the next larger dictionary is 96 MiB. */
#define MEMORY_MAX ((UINT64_C(1) << TSR_WINDOW_LOG_MAX) + (2u << 20))

struct xz {
	struct tsr_members members;
	lzma_stream lzma;
};

static int xz_match(const unsigned char *p, size_t n)
{
	return tsr_member_magic(p, n, MAGIC, 6);
}

static enum tsr_codec_status xz_start(void *state, const unsigned char *head, size_t n, const char **why)
{
	struct xz *x = state;

	(void)head, (void)n, (void)why;
	/* An initialised lzma_stream is reused with its memory. */
	if (lzma_stream_decoder(&x->lzma, MEMORY_MAX, LZMA_TELL_UNSUPPORTED_CHECK) != LZMA_OK)
		TSR_BUG("lzma_stream_decoder");
	return TSR_CODEC_OK;
}

static const struct {
	lzma_ret ret;
	enum tsr_codec_status status;
	const char *why;
} results[] = {
	{ LZMA_OK, TSR_CODEC_OK, NULL },
	{ LZMA_BUF_ERROR, TSR_CODEC_OK, NULL },
	{ LZMA_STREAM_END, TSR_CODEC_END, NULL },
	{ LZMA_MEMLIMIT_ERROR, TSR_CODEC_LIMITED, "the dictionary is larger than 64 MiB" },
	{ LZMA_UNSUPPORTED_CHECK, TSR_CODEC_DAMAGED, "the kind of checksum is unknown" },
	{ LZMA_OPTIONS_ERROR, TSR_CODEC_DAMAGED, "unknown header flags or filters" },
	{ LZMA_DATA_ERROR, TSR_CODEC_DAMAGED, "bad xz data or wrong checksum" },
};

static enum tsr_codec_status xz_run(void *state, struct tsr_codec_io *io)
{
	struct xz *x = state;
	lzma_ret ret;

	x->lzma.next_in = io->in;
	x->lzma.avail_in = io->in_len;
	x->lzma.next_out = io->out;
	x->lzma.avail_out = io->out_len;
	ret = lzma_code(&x->lzma, LZMA_RUN);
	io->in = x->lzma.next_in;
	io->in_len = x->lzma.avail_in;
	io->out = x->lzma.next_out;
	io->out_len = x->lzma.avail_out;
	for (size_t i = 0; i < TSR_ARRAY_LEN(results); i++) {
		if (results[i].ret == ret) {
			io->why = results[i].why;
			return results[i].status;
		}
	}
	io->why = "bad xz header";
	return TSR_CODEC_DAMAGED;
}

/* "Stream Padding": zero bytes, their number a multiple of four. */
static const struct tsr_member_ops xz_ops = { xz_match, xz_start, xz_run, 4 };

static bool xz_sniff(const unsigned char *p, size_t len)
{
	return xz_match(p, len) > 0;
}

static void *xz_alloc(void *opaque, size_t n, size_t size)
{
	(void)opaque;
	return tsr_xcalloc(n, size);
}

static void xz_free(void *opaque, void *p)
{
	(void)opaque;
	free(p);
}

static const lzma_allocator allocator = { xz_alloc, xz_free, NULL };

static void *xz_open(void)
{
	struct xz *x = tsr_xcalloc(1, sizeof(*x));

	x->lzma = (lzma_stream)LZMA_STREAM_INIT;
	x->lzma.allocator = &allocator;
	return x;
}

static enum tsr_codec_status xz_decode(void *state, struct tsr_codec_io *io)
{
	return tsr_members_decode(&((struct xz *)state)->members, &xz_ops, state, io);
}

static void xz_close(void *state)
{
	struct xz *x = state;

	if (x)
		lzma_end(&x->lzma);
	free(x);
}

static const char *xz_library(void)
{
	return "liblzma " LZMA_VERSION_STRING;
}

extern const struct tsr_codec tsr_codec_xz;
const struct tsr_codec tsr_codec_xz = {
	"xz", "the .xz format 1.1", xz_sniff, xz_open, xz_decode, xz_close, xz_library,
};
