/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/mem.h"
#include "decode/container.h"

/*
 * An RPM package (rpm-format(5), LSB 5 "Package File Format"): a lead of 96 bytes,
 * the signature header, padded to 8, the header, and then the payload: a cpio archive, as a
 * rule compressed, which is the one stream told. The headers' texts are scanned with the file's own bytes.
 */

#define LEAD_BYTES 96u
#define INTRO_BYTES 16u
/* rpm's own limits (hdrblobRead): entries of an index and bytes of its data. */
#define ENTRIES_MAX 0xffffu
#define DATA_MAX (256u << 20)

struct rpm {
	struct tsr_reader in;
	bool told;
};

static uint32_t be32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static int pass_over(struct rpm *r, uint64_t n, struct tsr_err *err)
{
	unsigned char room[4096];

	while (n) {
		ssize_t got = tsr_read(&r->in, room, n < sizeof(room) ? (size_t)n : sizeof(room), err);

		if (got < 0)
			return -1;
		if (!got)
			return tsr_err_set(err, TSR_EFORMAT, "cut short in its headers");
		n -= (size_t)got;
	}
	return 0;
}

/* A header structure; its size, for the padding of the first. */
static int pass_over_header(struct rpm *r, uint64_t *size, struct tsr_err *err)
{
	static const unsigned char magic[] = { 0x8e, 0xad, 0xe8, 0x01 };
	unsigned char intro[INTRO_BYTES];
	uint32_t entries, data;
	ssize_t n = tsr_read_full(&r->in, intro, sizeof(intro), err);

	if (n < 0)
		return -1;
	if (n < (ssize_t)sizeof(intro) || memcmp(intro, magic, sizeof(magic)) != 0)
		return tsr_err_set(err, TSR_EFORMAT, "a header does not begin as it should");
	entries = be32(intro + 8);
	data = be32(intro + 12);
	if (entries > ENTRIES_MAX || data > DATA_MAX)
		return tsr_err_set(err, TSR_EFORMAT, "a header is larger than rpm allows");
	*size = INTRO_BYTES + (uint64_t)entries * 16 + data;
	return pass_over(r, *size - INTRO_BYTES, err);
}

static bool rpm_sniff(struct tsr_slice head)
{
	return tsr_slice_starts(head, "\xed\xab\xee\xdb");
}

static void *rpm_open(const struct tsr_container_input *input, struct tsr_err *err)
{
	struct rpm *r = tsr_xcalloc(1, sizeof(*r));
	uint64_t size;

	r->in = input->in;
	if (!pass_over(r, LEAD_BYTES, err) && !pass_over_header(r, &size, err) && !pass_over(r, -size % 8, err) &&
	    !pass_over_header(r, &size, err))
		return r;
	free(r);
	return NULL;
}

static int rpm_next(void *state, struct tsr_inner_stream *out, struct tsr_err *err)
{
	struct rpm *r = state;

	(void)err;
	return tsr_container_next_only(&r->told, out);
}

static ssize_t rpm_read(void *state, void *p, size_t n, struct tsr_err *err)
{
	return tsr_read(&((struct rpm *)state)->in, p, n, err);
}

static void rpm_close(void *state)
{
	free(state);
}

extern const struct tsr_container tsr_container_rpm;
const struct tsr_container tsr_container_rpm = {
	.kind = "rpm",
	.sniff = rpm_sniff,
	.open = rpm_open,
	.next = rpm_next,
	.read = rpm_read,
	.close = rpm_close,
};
