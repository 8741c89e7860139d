/* SPDX-License-Identifier: Apache-2.0 */
#include <lzma.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/mem.h"
#include "decode/container.h"

/*
 * The .lzma format of before .xz (LZMA SDK, lzma.txt), which old RPM packages have too. It has no magic: the usual
 * properties, a dictionary of a usual size, a size that may be, and the first byte of a range coder, which is zero.
 */

#define INPUT_SIZE (32u << 10)
#define HEAD_BYTES 14u
#define PROPERTIES 0x5d /* lc 3, lp 0, pb 2: what every encoder writes */
#define DICTIONARY_MIN 4096u
#define SIZE_MAX_SANE (UINT64_C(1) << 38)
#define MEMORY_MAX ((UINT64_C(1) << TSR_WINDOW_LOG_MAX) + (2u << 20))

struct unpack {
	struct tsr_reader in;
	lzma_stream lzma;
	bool told, ended, done;
	unsigned char input[INPUT_SIZE];
};

static uint64_t little_endian(const unsigned char *p, size_t n)
{
	uint64_t v = 0;

	while (n--)
		v = v << 8 | p[n];
	return v;
}

/* 2^n or 2^n + 2^(n-1). */
static bool is_dictionary(uint64_t size)
{
	uint64_t low = size & -size;

	return size >= DICTIONARY_MIN && (size == low || size == 3 * low);
}

static bool lzma_sniff(struct tsr_slice head)
{
	const unsigned char *p = (const unsigned char *)head.ptr;
	uint64_t size;

	if (head.len < HEAD_BYTES || p[0] != PROPERTIES || p[13] != 0)
		return false;
	size = little_endian(p + 5, 8);
	return is_dictionary(little_endian(p + 1, 4)) && (size == UINT64_MAX || (size && size < SIZE_MAX_SANE));
}

static void *lzma_open(const struct tsr_container_input *input, struct tsr_err *err)
{
	struct unpack *u = tsr_xcalloc(1, sizeof(*u));

	u->in = input->in;
	u->lzma = (lzma_stream)LZMA_STREAM_INIT;
	if (lzma_alone_decoder(&u->lzma, MEMORY_MAX) == LZMA_OK)
		return u;
	tsr_err_set(err, TSR_EINTERNAL, "liblzma refuses to work");
	free(u);
	return NULL;
}

static int lzma_next(void *state, struct tsr_inner_stream *out, struct tsr_err *err)
{
	(void)err;
	return tsr_container_next_only(&((struct unpack *)state)->told, out);
}

static int refill(struct unpack *u, struct tsr_err *err)
{
	ssize_t n = tsr_read_full(&u->in, u->input, sizeof(u->input), err);

	if (n < 0)
		return -1;
	u->lzma.next_in = u->input;
	u->lzma.avail_in = (size_t)n;
	u->ended = (size_t)n < sizeof(u->input);
	return 0;
}

static ssize_t lzma_read(void *state, void *p, size_t n, struct tsr_err *err)
{
	struct unpack *u = state;
	lzma_ret ret = LZMA_OK;

	u->lzma.next_out = p;
	u->lzma.avail_out = n;
	while (!u->done && u->lzma.avail_out == n) {
		if (!u->lzma.avail_in && !u->ended && refill(u, err))
			return -1;
		ret = lzma_code(&u->lzma, u->ended ? LZMA_FINISH : LZMA_RUN);
		u->done = ret != LZMA_OK;
	}
	if (u->lzma.avail_out < n || ret == LZMA_STREAM_END || ret == LZMA_OK)
		return (ssize_t)(n - u->lzma.avail_out);
	if (ret == LZMA_MEMLIMIT_ERROR)
		return tsr_err_set(err, TSR_ELIMIT, "the dictionary is larger than 64 MiB");
	return tsr_err_set(err, TSR_EFORMAT, ret == LZMA_BUF_ERROR ? "cut short" : "bad lzma data");
}

static void lzma_close(void *state)
{
	struct unpack *u = state;

	lzma_end(&u->lzma);
	explicit_bzero(u->input, sizeof(u->input));
	free(u);
}

extern const struct tsr_container tsr_container_lzma;
const struct tsr_container tsr_container_lzma = {
	.kind = "lzma",
	.sniff = lzma_sniff,
	.open = lzma_open,
	.next = lzma_next,
	.read = lzma_read,
	.close = lzma_close,
};
