/* SPDX-License-Identifier: Apache-2.0 */
#include "decode/rpmdb.h"

/* Two numbers, then for each tag: tag, type, offset, count; then the data. All of them big-endian. */
#define INTRO_BYTES 8u
#define ENTRY_BYTES 16u

enum type {
	TYPE_INT32 = 4,
	TYPE_STRING = 6,
	TYPE_STRING_ARRAY = 8,
	TYPE_I18N = 9,
};

static uint32_t be32(const char *at)
{
	const unsigned char *p = (const unsigned char *)at;

	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

bool tsr_rpm_header_parse(struct tsr_slice bytes, struct tsr_rpm_header *out)
{
	uint64_t index, data;

	if (bytes.len < INTRO_BYTES)
		return false;
	index = (uint64_t)be32(bytes.ptr) * ENTRY_BYTES;
	data = be32(bytes.ptr + 4);
	if (!index || index + data > bytes.len - INTRO_BYTES)
		return false;
	out->index = tsr_slice_sub(bytes, INTRO_BYTES, INTRO_BYTES + (size_t)index);
	out->data = tsr_slice_sub(bytes, INTRO_BYTES + (size_t)index, INTRO_BYTES + (size_t)(index + data));
	return true;
}

static struct tsr_rpm_values find(const struct tsr_rpm_header *h, enum tsr_rpm_tag tag, bool numbers)
{
	struct tsr_slice at;

	for (at = h->index; at.len; at = tsr_slice_sub(at, ENTRY_BYTES, at.len)) {
		uint32_t type = be32(at.ptr + 4);

		if (be32(at.ptr) != (uint32_t)tag)
			continue;
		if (numbers ? type != TYPE_INT32
			    : type != TYPE_STRING && type != TYPE_STRING_ARRAY && type != TYPE_I18N)
			break;
		return (struct tsr_rpm_values){ tsr_slice_sub(h->data, be32(at.ptr + 8), h->data.len),
						be32(at.ptr + 12) };
	}
	return (struct tsr_rpm_values){ TSR_SLICE_NONE, 0 };
}

struct tsr_rpm_values tsr_rpm_strings(const struct tsr_rpm_header *h, enum tsr_rpm_tag tag)
{
	return find(h, tag, false);
}

struct tsr_rpm_values tsr_rpm_numbers(const struct tsr_rpm_header *h, enum tsr_rpm_tag tag)
{
	return find(h, tag, true);
}

bool tsr_rpm_next_string(struct tsr_rpm_values *v, struct tsr_slice *out)
{
	size_t end = tsr_slice_find(v->rest, '\0', 0);

	if (!v->n || end == v->rest.len)
		return false;
	*out = tsr_slice_sub(v->rest, 0, end);
	v->rest = tsr_slice_sub(v->rest, end + 1, v->rest.len);
	v->n--;
	return true;
}

bool tsr_rpm_next_number(struct tsr_rpm_values *v, uint32_t *out)
{
	if (!v->n || v->rest.len < 4)
		return false;
	*out = be32(v->rest.ptr);
	v->rest = tsr_slice_sub(v->rest, 4, v->rest.len);
	v->n--;
	return true;
}

struct tsr_slice tsr_rpm_string(const struct tsr_rpm_header *h, enum tsr_rpm_tag tag)
{
	struct tsr_rpm_values v = tsr_rpm_strings(h, tag);
	struct tsr_slice s = TSR_SLICE_NONE;

	tsr_rpm_next_string(&v, &s);
	return s;
}
