/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/mem.h"
#include "decode/container.h"
#include "source/codec.h"

/* A compressed file holds one stream without a name. The codecs are those of layers (source/codecs.def). */

#define INPUT_SIZE (32u << 10)

struct compressed {
	const struct tsr_codec *codec;
	void *codec_state;
	struct tsr_reader in;
	enum tsr_codec_status status;
	size_t have, at; /* input[at, have) is not decoded yet */
	bool told, ended;
	unsigned char input[INPUT_SIZE];
};

static bool is_codec(struct tsr_slice head, const char *name)
{
	const struct tsr_codec *c = tsr_codec_sniff((const unsigned char *)head.ptr, head.len);

	return c && !strcmp(c->name, name);
}

/* The first bytes decide which codec it is, so they are read before it is opened. */
static void *compressed_open(const struct tsr_container_input *input, struct tsr_err *err)
{
	struct compressed *z = tsr_xcalloc(1, sizeof(*z));
	ssize_t n;

	z->in = input->in;
	n = tsr_read_full(&z->in, z->input, sizeof(z->input), err);
	z->have = n < 0 ? 0 : (size_t)n;
	z->ended = z->have < sizeof(z->input);
	z->codec = n < 0 ? NULL : tsr_codec_sniff(z->input, z->have);
	if (z->codec)
		z->codec_state = z->codec->open();
	if (z->codec_state)
		return z;
	if (n >= 0)
		tsr_err_set(err, TSR_EFORMAT, "not a compressed stream");
	free(z);
	return NULL;
}

static int compressed_next(void *state, struct tsr_inner_stream *out, struct tsr_err *err)
{
	struct compressed *z = state;

	(void)err;
	return tsr_container_next_only(&z->told, out);
}

/* The last status says whether the input may end here. */
static ssize_t at_end(const struct compressed *z, struct tsr_err *err)
{
	if (z->status == TSR_CODEC_END || z->status == TSR_CODEC_TRAILING)
		return 0;
	return tsr_err_set(err, TSR_EFORMAT, "cut short");
}

static int refill(struct compressed *z, struct tsr_err *err)
{
	ssize_t n = z->ended ? 0 : tsr_read_full(&z->in, z->input, sizeof(z->input), err);

	if (n < 0)
		return -1;
	z->at = 0;
	z->have = (size_t)n;
	z->ended |= z->have < sizeof(z->input);
	return 0;
}

static ssize_t compressed_read(void *state, void *p, size_t n, struct tsr_err *err)
{
	struct compressed *z = state;

	for (;;) {
		struct tsr_codec_io io = { .in = z->input + z->at, .in_len = z->have - z->at, .out = p, .out_len = n };
		bool dry = !io.in_len && z->ended;

		if (z->status == TSR_CODEC_TRAILING)
			return tsr_err_set(err, TSR_EFORMAT, "bytes behind its end are of no known kind");
		z->status = z->codec->decode(z->codec_state, &io);
		z->at = z->have - io.in_len;
		if (z->status == TSR_CODEC_DAMAGED || z->status == TSR_CODEC_LIMITED) {
			if (io.out_len < n)
				return (ssize_t)(n - io.out_len);
			return tsr_err_set(err, z->status == TSR_CODEC_LIMITED ? TSR_ELIMIT : TSR_EFORMAT, "%s", io.why);
		}
		if (io.out_len < n)
			return (ssize_t)(n - io.out_len);
		if (z->status == TSR_CODEC_TRAILING)
			continue;
		if (dry)
			return at_end(z, err);
		if (z->at == z->have && refill(z, err))
			return -1;
	}
}

static void compressed_close(void *state)
{
	struct compressed *z = state;

	z->codec->close(z->codec_state);
	explicit_bzero(z->input, sizeof(z->input));
	free(z);
}

#define COMPRESSED(name)                                              \
	static bool sniff_##name(struct tsr_slice head)               \
	{                                                             \
		return is_codec(head, #name);                         \
	}                                                             \
	extern const struct tsr_container tsr_container_##name;       \
	const struct tsr_container tsr_container_##name = {           \
		.kind = #name,                                        \
		.sniff = sniff_##name,                                \
		.open = compressed_open,                              \
		.next = compressed_next,                              \
		.read = compressed_read,                              \
		.close = compressed_close,                            \
	};

COMPRESSED(gzip)
COMPRESSED(zstd)
COMPRESSED(xz)
COMPRESSED(bzip2)
