/* SPDX-License-Identifier: Apache-2.0 */
#include "source/codec_member.h"

#include <bzlib.h>
#include <string.h>

#include "base/mem.h"

/*
 * bzip2 by libbz2. On an error it does not say how much it wrote in that call; so
 * it always writes into a buffer of our own, whose borders do not depend on the
 * room that the caller has.
 */
#define IO_MAX (1u << 30) /* its lengths have 32 bits */

struct bzip2 {
	struct tsr_members members;
	bz_stream bz;
	bool open;
	int result; /* of the last BZ2_bzDecompress() */
	size_t from, to;
	char stage[4096];
};

static int bzip2_match(const unsigned char *p, size_t n)
{
	if (n >= 4 && (p[3] < '1' || p[3] > '9'))
		return -1;
	return tsr_member_magic(p, n, "BZh", 3) < 0 ? -1 : n >= 4;
}

static void end(struct bzip2 *b)
{
	if (b->open)
		BZ2_bzDecompressEnd(&b->bz);
	b->open = false;
}

static void *bzip2_alloc(void *opaque, int n, int size)
{
	(void)opaque;
	return tsr_xcalloc((size_t)n, (size_t)size);
}

static void bzip2_free(void *opaque, void *p)
{
	(void)opaque;
	free(p);
}

static enum tsr_codec_status bzip2_start(void *state, const unsigned char *head, size_t n, const char **why)
{
	struct bzip2 *b = state;

	(void)head, (void)n, (void)why;
	end(b);
	b->bz = (bz_stream){ .bzalloc = bzip2_alloc, .bzfree = bzip2_free };
	if (BZ2_bzDecompressInit(&b->bz, 0, 0) != BZ_OK)
		TSR_BUG("BZ2_bzDecompressInit");
	b->open = true;
	b->result = BZ_OK;
	b->from = b->to = 0;
	return TSR_CODEC_OK;
}

static void hand_out(struct bzip2 *b, struct tsr_codec_io *io)
{
	size_t n = b->to - b->from < io->out_len ? b->to - b->from : io->out_len;

	if (n)
		memcpy(io->out, b->stage + b->from, n);
	b->from += n;
	io->out += n;
	io->out_len -= n;
}

/* Decodes into the stage; false when nothing moved. */
static bool refill(struct bzip2 *b, struct tsr_codec_io *io)
{
	unsigned in = io->in_len < IO_MAX ? (unsigned)io->in_len : IO_MAX, out;

	if (b->to == sizeof(b->stage))
		b->from = b->to = 0;
	out = (unsigned)(sizeof(b->stage) - b->to);
	b->bz.next_in = (char *)(uintptr_t)io->in; /* it takes no pointer to const */
	b->bz.avail_in = in;
	b->bz.next_out = b->stage + b->to;
	b->bz.avail_out = out;
	b->result = BZ2_bzDecompress(&b->bz);
	io->in += in - b->bz.avail_in;
	io->in_len -= in - b->bz.avail_in;
	b->to += out - b->bz.avail_out;
	return b->result != BZ_OK || in != b->bz.avail_in || out != b->bz.avail_out;
}

static enum tsr_codec_status bzip2_run(void *state, struct tsr_codec_io *io)
{
	struct bzip2 *b = state;

	do {
		hand_out(b, io);
		if (b->from < b->to)
			return TSR_CODEC_OK;
		if (b->result == BZ_STREAM_END)
			return TSR_CODEC_END;
		if (b->result != BZ_OK) {
			io->why = "bad bzip2 data or wrong checksum";
			return TSR_CODEC_DAMAGED;
		}
	} while (refill(b, io));
	return TSR_CODEC_OK;
}

static const struct tsr_member_ops bzip2_ops = { bzip2_match, bzip2_start, bzip2_run, 0 };

/* "BZh" alone could begin a file name in a tar: the magic of the first block (or of the end) counts too. */
static bool bzip2_sniff(const unsigned char *p, size_t len)
{
	size_t n = len < 10 ? len : 10;

	if (n < 4 || bzip2_match(p, 4) < 1)
		return false;
	return n == 4 || tsr_member_magic(p + 4, n - 4, "\x31\x41\x59\x26\x53\x59", 6) >= 0 ||
	       tsr_member_magic(p + 4, n - 4, "\x17\x72\x45\x38\x50\x90", 6) >= 0;
}

static void *bzip2_open(void)
{
	return tsr_xcalloc(1, sizeof(struct bzip2));
}

static enum tsr_codec_status bzip2_decode(void *state, struct tsr_codec_io *io)
{
	return tsr_members_decode(&((struct bzip2 *)state)->members, &bzip2_ops, state, io);
}

static void bzip2_close(void *state)
{
	if (state)
		end(state);
	free(state);
}

static const char *bzip2_library(void)
{
	return BZ2_bzlibVersion();
}

extern const struct tsr_codec tsr_codec_bzip2;
const struct tsr_codec tsr_codec_bzip2 = {
	"bzip2", "bzip2", bzip2_sniff, bzip2_open, bzip2_decode, bzip2_close, bzip2_library,
};
