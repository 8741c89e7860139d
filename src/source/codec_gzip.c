/* SPDX-License-Identifier: Apache-2.0 */
#ifdef TSR_HAVE_ISAL

#include "source/codec_member.h"

#include <isa-l.h>
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "base/mem.h"

/*
 * gzip by ISA-L. The header is read apart from the data, since isal_inflate()
 * forgets the running header checksum when the header arrives in pieces. It
 * answers "OK" for input that is cut short: only ISAL_BLOCK_FINISH is an end.
 */
#define IO_MAX (1u << 30) /* its lengths have 32 bits */

struct gzip {
	struct tsr_members members;
	struct isal_gzip_header header;
	bool in_data, avx, in_header;
	size_t aside; /* length of what is aside before this member's header */
	int error; /* what isal_inflate() said last, if negative */
	struct inflate_state isal;
};

#define STR_(x) #x
#define STR(x) STR_(x)

#if defined(__x86_64__)
/*
 * ISA-L's checksum code leaves the upper halves of the vector registers dirty,
 * which makes the SHA code that runs next on this thread a third slower.
 */
__attribute__((target("avx"))) static void clean_vectors(void)
{
	_mm256_zeroupper();
}

static bool have_avx(void)
{
	return __builtin_cpu_supports("avx");
}
#else
static void clean_vectors(void)
{
}

static bool have_avx(void)
{
	return false;
}
#endif

static int gzip_match(const unsigned char *p, size_t n)
{
	return tsr_member_magic(p, n, "\x1f\x8b\x08", 3);
}

static enum tsr_codec_status gzip_start(void *state, const unsigned char *head, size_t n, const char **why)
{
	struct gzip *g = state;

	(void)head, (void)n, (void)why;
	isal_inflate_reset(&g->isal);
	isal_gzip_header_init(&g->header);
	g->in_data = g->in_header = false;
	g->error = 0;
	return TSR_CODEC_OK;
}

static const char *reason(int r)
{
	switch (r) {
	case ISAL_INCORRECT_CHECKSUM:
		return "wrong checksum or size";
	case ISAL_INVALID_WRAPPER:
	case ISAL_UNSUPPORTED_METHOD:
		return "bad header";
	default:
		return "bad deflate data";
	}
}

#define OPTIONAL_FIELDS (4 | 8 | 16) /* FEXTRA, FNAME, FCOMMENT */

/* The header as it is stored goes aside, and stays there if it has fields that can hold anything. */
static int read_header(struct gzip *g, struct tsr_buf *aside)
{
	const uint8_t *from = g->isal.next_in;
	int r;

	if (!g->in_header && aside)
		g->aside = aside->len;
	g->in_header = true;
	r = isal_read_gzip_header(&g->isal, &g->header);
	if (aside)
		tsr_buf_add(aside, from, (size_t)(g->isal.next_in - from));
	if (r != ISAL_DECOMP_OK)
		return r;
	if (aside && !aside->full && !(g->header.flags & OPTIONAL_FIELDS))
		aside->len = g->aside;
	g->in_data = true;
	return r;
}

static int inflate_some(struct gzip *g, struct tsr_buf *aside)
{
	int r;

	if (!g->in_data) {
		r = read_header(g, aside);
		if (r != ISAL_DECOMP_OK)
			return r;
	}
	r = isal_inflate(&g->isal);
	if (g->avx)
		clean_vectors();
	return r;
}

/* What was decoded before the error and found no room is still in ISA-L's own buffer. */
static enum tsr_codec_status drain(struct gzip *g, struct tsr_codec_io *io)
{
	struct inflate_state *s = &g->isal;
	size_t n = (size_t)(s->tmp_out_valid - s->tmp_out_processed);

	if (n > io->out_len)
		n = io->out_len;
	if (n)
		memcpy(io->out, s->tmp_out_buffer + s->tmp_out_processed, n);
	s->tmp_out_processed += (int32_t)n;
	io->out += n;
	io->out_len -= n;
	if (s->tmp_out_processed < s->tmp_out_valid)
		return TSR_CODEC_OK;
	io->why = reason(g->error);
	return TSR_CODEC_DAMAGED;
}

static enum tsr_codec_status gzip_run(void *state, struct tsr_codec_io *io)
{
	struct gzip *g = state;
	uint32_t in = io->in_len < IO_MAX ? (uint32_t)io->in_len : IO_MAX;
	uint32_t out = io->out_len < IO_MAX ? (uint32_t)io->out_len : IO_MAX;
	int r;

	if (g->error)
		return drain(g, io);
	g->isal.next_in = (uint8_t *)(uintptr_t)io->in; /* it takes no pointer to const */
	g->isal.avail_in = in;
	g->isal.next_out = io->out;
	g->isal.avail_out = out;
	r = inflate_some(g, io->aside);
	io->in += in - g->isal.avail_in;
	io->in_len -= in - g->isal.avail_in;
	io->out += out - g->isal.avail_out;
	io->out_len -= out - g->isal.avail_out;
	if (r < 0) {
		g->error = r;
		return drain(g, io);
	}
	return g->in_data && g->isal.block_state == ISAL_BLOCK_FINISH ? TSR_CODEC_END : TSR_CODEC_OK;
}

static const struct tsr_member_ops gzip_ops = { gzip_match, gzip_start, gzip_run, 0 };

static bool gzip_sniff(const unsigned char *p, size_t len)
{
	return gzip_match(p, len) > 0;
}

static void *gzip_open(void)
{
	struct gzip *g = tsr_xcalloc(1, sizeof(*g));

	isal_inflate_init(&g->isal);
	g->isal.crc_flag = ISAL_GZIP_NO_HDR_VER; /* verifies checksum and size */
	g->avx = have_avx();
	return g;
}

static enum tsr_codec_status gzip_decode(void *state, struct tsr_codec_io *io)
{
	return tsr_members_decode(&((struct gzip *)state)->members, &gzip_ops, state, io);
}

static const char *gzip_library(void)
{
	return "ISA-L " STR(ISAL_MAJOR_VERSION) "." STR(ISAL_MINOR_VERSION) "." STR(ISAL_PATCH_VERSION);
}

extern const struct tsr_codec tsr_codec_gzip;
const struct tsr_codec tsr_codec_gzip = {
	"gzip", "RFC 1952", gzip_sniff, gzip_open, gzip_decode, free, gzip_library,
};

#endif
