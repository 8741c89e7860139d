/* SPDX-License-Identifier: Apache-2.0 */
#include "source/codec_member.h"

#include <zstd.h>
#include <zstd_errors.h>

#include "base/limits.h"
#include "base/mem.h"

/*
 * zstd (RFC 8878). Frame headers are looked at here as well: libzstd skips
 * skippable frames without a word, and checks the window size only if it did not
 * get the frame in one piece.
 */
#define MAGIC "\x28\xb5\x2f\xfd"
#define SKIPPABLE_HEADER 8
#define BLOCK_HEADER 3

struct zstd {
	struct tsr_members members;
	ZSTD_DCtx *ctx;
	bool skipping;
	uint64_t skip; /* bytes left of a skippable frame */
	/* Of any other frame: the part that we are in. */
	enum {
		FRAME_HEADER,
		BLOCK_HEADING,
		BLOCK,
		CHECKSUM
	} part;
	size_t left; /* bytes of it that are missing */
	unsigned char block[BLOCK_HEADER];
	bool last, raw; /* the block: is the last one, is not compressed */
	bool pending;	/* there may be output for which there was no room */
};

static uint64_t little_endian(const unsigned char *p, size_t n)
{
	uint64_t v = 0;

	while (n-- > 0)
		v = v << 8 | p[n];
	return v;
}

/* 0x184D2A50 to 0x184D2A5F */
static int match_skippable(const unsigned char *p, size_t n)
{
	if ((p[0] & 0xf0) != 0x50)
		return -1;
	return tsr_member_magic(p + 1, n - 1, "\x2a\x4d\x18", 3);
}

struct frame_header {
	size_t size; /* with the magic */
	bool dictionary;
	uint64_t window;
};

/* p: at least the five bytes up to the descriptor; window only if all n bytes are there. */
static struct frame_header parse_header(const unsigned char *p, size_t n)
{
	static const unsigned char id_size[] = { 0, 1, 2, 4 }, content_size[] = { 0, 2, 4, 8 };
	unsigned d = p[4];
	bool single = d & 0x20;
	size_t ids = id_size[d & 3], sizes = content_size[d >> 6];
	struct frame_header h = { 0, false, 0 };

	if (single && sizes == 0)
		sizes = 1;
	h.size = 5 + !single + ids + sizes;
	if (n < h.size)
		return h;
	h.dictionary = little_endian(p + 5 + !single, ids) != 0;
	if (single) {
		h.window = little_endian(p + 5 + ids, sizes) + (sizes == 2 ? 256 : 0);
	} else {
		h.window = UINT64_C(1) << (10 + (p[5] >> 3));
		h.window += (h.window >> 3) * (p[5] & 7);
	}
	return h;
}

static int zstd_match(const unsigned char *p, size_t n)
{
	int r = match_skippable(p, n);

	if (r >= 0)
		return n >= SKIPPABLE_HEADER;
	r = tsr_member_magic(p, n, MAGIC, 4);
	if (r <= 0 || n < 5)
		return r < 0 ? r : 0;
	return n >= parse_header(p, n).size;
}

static enum tsr_codec_status zstd_start(void *state, const unsigned char *head, size_t n, const char **why)
{
	struct zstd *z = state;
	struct frame_header h;

	z->skipping = match_skippable(head, n) > 0;
	if (z->skipping) {
		z->skip = SKIPPABLE_HEADER + little_endian(head + 4, 4);
		return TSR_CODEC_OK;
	}
	h = parse_header(head, n);
	if (h.window > UINT64_C(1) << TSR_WINDOW_LOG_MAX) {
		*why = "the window is larger than 64 MiB";
		return TSR_CODEC_LIMITED;
	}
	if (h.dictionary) {
		*why = "it needs a dictionary";
		return TSR_CODEC_DAMAGED;
	}
	if (ZSTD_isError(ZSTD_DCtx_reset(z->ctx, ZSTD_reset_session_only)))
		TSR_BUG("ZSTD_DCtx_reset");
	z->part = FRAME_HEADER;
	z->left = h.size;
	z->last = z->pending = false;
	return TSR_CODEC_OK;
}

static enum tsr_codec_status skip(struct zstd *z, struct tsr_codec_io *io)
{
	size_t n = z->skip < io->in_len ? (size_t)z->skip : io->in_len;

	if (io->aside)
		tsr_buf_add(io->aside, io->in, n);
	io->in += n;
	io->in_len -= n;
	z->skip -= n;
	return z->skip ? TSR_CODEC_OK : TSR_CODEC_END;
}

static enum tsr_codec_status failed(size_t r, const char **why)
{
	switch (ZSTD_getErrorCode(r)) {
	case ZSTD_error_memory_allocation:
		*why = "there is not enough memory for the window";
		return TSR_CODEC_LIMITED;
	case ZSTD_error_checksum_wrong:
		*why = "wrong checksum";
		return TSR_CODEC_DAMAGED;
	default:
		*why = "bad zstd data";
		return TSR_CODEC_DAMAGED;
	}
}

/* The frame's parts, of which `left` counts the bytes that are missing. */
static void next_part(struct zstd *z)
{
	unsigned h = (unsigned)little_endian(z->block, BLOCK_HEADER);

	switch (z->part) {
	case FRAME_HEADER:
	case BLOCK:
		z->part = z->last ? CHECKSUM : BLOCK_HEADING;
		z->left = z->last ? 4 : BLOCK_HEADER;
		break;
	case BLOCK_HEADING:
		z->part = BLOCK;
		z->last = h & 1;
		z->raw = (h >> 1 & 3) == 0;
		z->left = (h >> 1 & 3) == 1 ? 1 : h >> 3; /* 1: a byte that is repeated */
		break;
	case CHECKSUM:
		break;
	}
}

/* Gives libzstd n bytes of input. */
static enum tsr_codec_status push(struct zstd *z, struct tsr_codec_io *io, size_t n)
{
	ZSTD_inBuffer in = { io->in, n, 0 };
	ZSTD_outBuffer out = { io->out, io->out_len, 0 };
	size_t r = ZSTD_decompressStream(z->ctx, &out, &in);

	if (ZSTD_isError(r))
		return failed(r, &io->why);
	for (size_t i = 0; z->part == BLOCK_HEADING && i < in.pos; i++)
		z->block[BLOCK_HEADER - z->left + i] = io->in[i];
	z->left -= in.pos;
	z->pending = out.pos == out.size;
	io->in += in.pos;
	io->in_len -= in.pos;
	io->out += out.pos;
	io->out_len -= out.pos;
	return r == 0 ? TSR_CODEC_END : TSR_CODEC_OK;
}

/*
 * On an error libzstd does not say how much it wrote in that call. So every part
 * that can be bad gets a call of its own, and what is written before is known.
 */
static enum tsr_codec_status zstd_run(void *state, struct tsr_codec_io *io)
{
	struct zstd *z = state;
	enum tsr_codec_status status = TSR_CODEC_OK;
	size_t n;

	if (z->skipping)
		return skip(z, io);
	if (z->pending && io->out_len)
		status = push(z, io, 0);
	while (status == TSR_CODEC_OK && !z->pending && io->in_len) {
		while (z->left == 0 && z->part != CHECKSUM)
			next_part(z);
		n = z->left < io->in_len ? z->left : io->in_len;
		/* Raw bytes are written as they come, and behind the last one the frame's size is checked. */
		if (z->part == BLOCK && z->raw && n == z->left && n > 1)
			n--;
		status = push(z, io, n);
	}
	return status;
}

static const struct tsr_member_ops zstd_ops = { zstd_match, zstd_start, zstd_run, 0 };

static bool zstd_sniff(const unsigned char *p, size_t len)
{
	return len >= 4 && (tsr_member_magic(p, 4, MAGIC, 4) > 0 || match_skippable(p, 4) > 0);
}

static void *zstd_open(void)
{
	struct zstd *z = tsr_xcalloc(1, sizeof(*z));

	z->ctx = ZSTD_createDCtx();
	if (!z->ctx || ZSTD_isError(ZSTD_DCtx_setParameter(z->ctx, ZSTD_d_windowLogMax, TSR_WINDOW_LOG_MAX)))
		TSR_BUG("ZSTD_createDCtx");
	return z;
}

static enum tsr_codec_status zstd_decode(void *state, struct tsr_codec_io *io)
{
	return tsr_members_decode(&((struct zstd *)state)->members, &zstd_ops, state, io);
}

static void zstd_close(void *state)
{
	struct zstd *z = state;

	if (z)
		ZSTD_freeDCtx(z->ctx);
	free(z);
}

static const char *zstd_library(void)
{
	return "libzstd " ZSTD_VERSION_STRING;
}

extern const struct tsr_codec tsr_codec_zstd;
const struct tsr_codec tsr_codec_zstd = {
	"zstd", "RFC 8878", zstd_sniff, zstd_open, zstd_decode, zstd_close, zstd_library,
};
