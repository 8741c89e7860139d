/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_HAVE_ISAL

#include "source/codec_member.h"

#include <string.h>
#include <zlib.h>

#include "base/mem.h"

/* gzip by zlib, where ISA-L is missing: the same results at less than half the speed. */
#define IO_MAX (1u << 30) /* its lengths have 32 bits */

#define FIELD_MAX 65536u /* of a header; FEXTRA cannot be longer, the others are taken up to here */

struct gzip {
	struct tsr_members members;
	z_stream z;
	gz_header header;
	bool told; /* its fields are aside */
	unsigned char extra[FIELD_MAX], name[FIELD_MAX], comment[FIELD_MAX];
};

static int gzip_match(const unsigned char *p, size_t n)
{
	return tsr_member_magic(p, n, "\x1f\x8b\x08", 3);
}

static enum tsr_codec_status gzip_start(void *state, const unsigned char *head, size_t n, const char **why)
{
	struct gzip *g = state;

	(void)head, (void)n, (void)why;
	memset(g->name, 0, sizeof(g->name));
	memset(g->comment, 0, sizeof(g->comment));
	g->header = (gz_header){ .extra = g->extra, .extra_max = FIELD_MAX, .name = g->name, .name_max = FIELD_MAX,
				 .comment = g->comment, .comm_max = FIELD_MAX };
	g->told = false;
	if (inflateReset(&g->z) != Z_OK || inflateGetHeader(&g->z, &g->header) != Z_OK)
		TSR_BUG("inflateReset");
	return TSR_CODEC_OK;
}

static const char *reason(const z_stream *z)
{
	if (z->msg && (strstr(z->msg, "check") || strstr(z->msg, "length check")))
		return "wrong checksum or size";
	if (z->msg && (strstr(z->msg, "header") || strstr(z->msg, "method")))
		return "bad header";
	return "bad deflate data";
}

/* The optional fields of a header that is complete; one that did not fit counts as lost. */
static void tell_fields(struct gzip *g, struct tsr_buf *aside)
{
	if (g->told || g->header.done != 1 || !aside)
		return;
	g->told = true;
	if (g->header.extra)
		tsr_buf_add(aside, g->extra, g->header.extra_len);
	tsr_buf_add(aside, g->name, strnlen((char *)g->name, FIELD_MAX));
	if (g->name[0] && g->comment[0])
		tsr_buf_addc(aside, '\n');
	tsr_buf_add(aside, g->comment, strnlen((char *)g->comment, FIELD_MAX));
	if (g->name[FIELD_MAX - 1] || g->comment[FIELD_MAX - 1])
		aside->full = true;
}

static enum tsr_codec_status gzip_run(void *state, struct tsr_codec_io *io)
{
	struct gzip *g = state;
	unsigned in = io->in_len < IO_MAX ? (unsigned)io->in_len : IO_MAX;
	unsigned out = io->out_len < IO_MAX ? (unsigned)io->out_len : IO_MAX;
	int r;

	g->z.next_in = (unsigned char *)(uintptr_t)io->in; /* it takes no pointer to const */
	g->z.avail_in = in;
	g->z.next_out = io->out;
	g->z.avail_out = out;
	r = inflate(&g->z, Z_NO_FLUSH);
	tell_fields(g, io->aside);
	io->in += in - g->z.avail_in;
	io->in_len -= in - g->z.avail_in;
	io->out += out - g->z.avail_out;
	io->out_len -= out - g->z.avail_out;
	if (r == Z_STREAM_END)
		return TSR_CODEC_END;
	if (r == Z_OK || r == Z_BUF_ERROR)
		return TSR_CODEC_OK;
	io->why = reason(&g->z);
	return TSR_CODEC_DAMAGED;
}

static const struct tsr_member_ops gzip_ops = { gzip_match, gzip_start, gzip_run, 0 };

static bool gzip_sniff(const unsigned char *p, size_t len)
{
	return gzip_match(p, len) > 0;
}

static void *gzip_open(void)
{
	struct gzip *g = tsr_xcalloc(1, sizeof(*g));

	if (inflateInit2(&g->z, 15 + 16) != Z_OK)
		TSR_BUG("inflateInit2");
	return g;
}

static enum tsr_codec_status gzip_decode(void *state, struct tsr_codec_io *io)
{
	return tsr_members_decode(&((struct gzip *)state)->members, &gzip_ops, state, io);
}

static void gzip_close(void *state)
{
	struct gzip *g = state;

	if (g)
		inflateEnd(&g->z);
	free(g);
}

static const char *gzip_library(void)
{
	return "zlib " ZLIB_VERSION;
}

extern const struct tsr_codec tsr_codec_gzip;
const struct tsr_codec tsr_codec_gzip = {
	"gzip", "RFC 1952", gzip_sniff, gzip_open, gzip_decode, gzip_close, gzip_library,
};

#endif
