/* SPDX-License-Identifier: Apache-2.0 */
#include "decode/inflater.h"

#include <limits.h>
#include <stdlib.h>
#include <zlib.h>

#include "base/mem.h"

#define INPUT_SIZE (32u << 10)

struct tsr_inflater {
	z_stream z;
	struct tsr_reader in;  /* without a function: bytes in memory */
	struct tsr_slice left; /* of those, what zlib has not been given; it counts in unsigned int */
	uint64_t taken;	       /* bytes of the input that zlib was given */
	bool ended;	       /* there is no more input */
	bool done;	       /* the stream is at its end */
	bool damaged;	       /* it goes on with what is no such data */
	unsigned char *input;
};

static struct tsr_inflater *new_inflater(void)
{
	struct tsr_inflater *z = tsr_xcalloc(1, sizeof(*z));

	if (inflateInit(&z->z) == Z_OK)
		return z;
	free(z);
	TSR_BUG("zlib does not start");
}

struct tsr_inflater *tsr_inflater_new(struct tsr_reader in)
{
	struct tsr_inflater *z = new_inflater();

	z->in = in;
	z->input = tsr_xmalloc(INPUT_SIZE);
	return z;
}

struct tsr_inflater *tsr_inflater_over(struct tsr_slice bytes)
{
	struct tsr_inflater *z = new_inflater();

	tsr_inflater_move(z, bytes);
	return z;
}

void tsr_inflater_free(struct tsr_inflater *z)
{
	if (!z)
		return;
	inflateEnd(&z->z);
	if (z->input)
		explicit_bzero(z->input, INPUT_SIZE);
	free(z->input);
	free(z);
}

void tsr_inflater_move(struct tsr_inflater *z, struct tsr_slice bytes)
{
	z->left = bytes;
	z->taken = 0;
	z->z.avail_in = 0;
	z->ended = !bytes.len;
	z->done = true;
}

void tsr_inflater_begin(struct tsr_inflater *z)
{
	inflateReset(&z->z);
	z->done = z->damaged = false;
}

static void take_from_memory(struct tsr_inflater *z)
{
	struct tsr_slice part = tsr_slice_sub(z->left, 0, UINT_MAX);

	/* zlib's pointer is const only where ZLIB_CONST says so; it does not write there. */
	z->z.next_in = (z_const Bytef *)(uintptr_t)part.ptr;
	z->z.avail_in = (unsigned)part.len;
	z->left = tsr_slice_sub(z->left, part.len, z->left.len);
	z->taken += part.len;
	z->ended = !part.len;
}

static int refill(struct tsr_inflater *z, struct tsr_err *err)
{
	ssize_t n;

	if (z->ended)
		return 0;
	if (!z->in.read) {
		take_from_memory(z);
		return 0;
	}
	n = tsr_read(&z->in, z->input, INPUT_SIZE, err);
	if (n < 0)
		return -1;
	z->z.next_in = z->input;
	z->z.avail_in = (unsigned)n;
	z->taken += (uint64_t)n;
	z->ended = !n;
	return 0;
}

ssize_t tsr_inflater_read(struct tsr_inflater *z, void *p, size_t n, struct tsr_err *err)
{
	unsigned want = n < UINT_MAX ? (unsigned)n : UINT_MAX;

	if (z->done || !n)
		return 0;
	z->z.next_out = p;
	z->z.avail_out = want;
	while (z->z.avail_out == want && !z->done) {
		int r;

		if (z->damaged)
			return tsr_err_set(err, TSR_EFORMAT, "the compressed data is damaged");
		if (!z->z.avail_in && refill(z, err))
			return -1;
		r = inflate(&z->z, Z_NO_FLUSH);
		z->done = r == Z_STREAM_END;
		/* What it made of the bytes before is told first. */
		z->damaged = r != Z_OK && r != Z_STREAM_END && r != Z_BUF_ERROR;
		if (r == Z_BUF_ERROR && z->ended)
			return tsr_err_set(err, TSR_EFORMAT, "the compressed data is cut short");
	}
	return (ssize_t)(want - z->z.avail_out);
}

ssize_t tsr_inflater_read_full(struct tsr_inflater *z, void *p, size_t n, struct tsr_err *err)
{
	size_t have = 0;

	while (have < n) {
		ssize_t got = tsr_inflater_read(z, (unsigned char *)p + have, n - have, err);

		if (got < 0)
			return -1;
		if (!got)
			break;
		have += (size_t)got;
	}
	return (ssize_t)have;
}

int tsr_inflater_byte(struct tsr_inflater *z, struct tsr_err *err)
{
	while (!z->z.avail_in && !z->ended)
		if (refill(z, err))
			return -2;
	if (!z->z.avail_in)
		return -1;
	z->z.avail_in--;
	return *z->z.next_in++;
}

uint64_t tsr_inflater_offset(const struct tsr_inflater *z)
{
	return z->taken - z->z.avail_in;
}

/* CMF and FLG: deflate, a window of at most 32 KiB, their check, no dictionary. */
static bool is_header(struct tsr_slice head)
{
	unsigned cmf = head.len > 2 ? (unsigned char)head.ptr[0] : 0,
		 flg = cmf ? (unsigned char)head.ptr[1] : 0;

	return (cmf & 0x0f) == 8 && cmf >> 4 <= 7 && (cmf << 8 | flg) % 31 == 0 && !(flg & 0x20);
}

ssize_t tsr_inflate_head(struct tsr_slice head, void *p, size_t n, bool *ended)
{
	z_stream z = { 0 };
	int r;

	*ended = false;
	if (!is_header(head) || inflateInit(&z) != Z_OK)
		return -1;
	z.next_in = (z_const Bytef *)(uintptr_t)head.ptr;
	z.avail_in = (unsigned)head.len;
	z.next_out = p;
	z.avail_out = (unsigned)n;
	r = inflate(&z, Z_NO_FLUSH);
	*ended = r == Z_STREAM_END;
	inflateEnd(&z);
	return r == Z_OK || r == Z_STREAM_END || r == Z_BUF_ERROR ? (ssize_t)(n - z.avail_out) : -1;
}
