/* SPDX-License-Identifier: Apache-2.0 */
#include "base/base64.h"
#include "scan/check_impl.h"
#include "scan/crc.h"
#include "scan/rarity.h"

/* Below this, a body of 30 characters is made of words: one that chance makes has 110 and more. */
#define WORDY 84u

static void verdict(struct tsr_check_out *out, bool ok)
{
	out->result = ok ? TSR_CHECK_PASS : TSR_CHECK_FAIL;
	out->note = ok ? "checksum matches" : "checksum does not match";
}

static bool base62_tail(struct tsr_slice body)
{
	char want[6];

	tsr_crc_digits(tsr_crc32(body.ptr, body.len - 6), 62, 6, want);
	return memcmp(want, body.ptr + body.len - 6, 6) == 0;
}

/* ghp_ + 30 random characters + 6 of checksum: the prefix, up to its underscore, is not summed. */
void tsr_check_crc32_base62(const struct tsr_check_in *in, struct tsr_check_out *out)
{
	struct tsr_slice body = in->secret;

	for (size_t i = body.len; i > 0; i--) {
		if (body.ptr[i - 1] == '_') {
			body = tsr_slice_sub(body, i, body.len);
			break;
		}
	}
	if (body.len >= 12 && base62_tail(body)) {
		verdict(out, true);
	} else if (body.len >= 30 && tsr_rarity(body) < WORDY) {
		out->result = TSR_CHECK_SAMPLE;
		out->note = "checksum does not match, and it is made of words";
	} else if (body.len == in->param) {
		verdict(out, false);
	}
	/* Another length is another kind of token, of which nothing is known. */
}

/*
 * glpat-<payload>.<length of the payload, 2 digits><checksum, 7 digits>, or with a
 * version between: everything before the checksum is summed. Classic tokens have no dot.
 */
void tsr_check_crc32_base36(const struct tsr_check_in *in, struct tsr_check_out *out)
{
	struct tsr_slice s = in->secret;
	size_t dot = s.len, dash;
	char want[7];

	while (dot && s.ptr[dot - 1] != '.')
		dot--;
	if (!dot || s.len - dot != 9)
		return;
	tsr_crc_digits(tsr_crc32(s.ptr, s.len - 7), 36, 7, want);
	if (memcmp(want, s.ptr + s.len - 7, 7) == 0) {
		verdict(out, true);
		return;
	}
	dash = tsr_slice_find(s, '-', 0) + 1;
	if (dash < s.len - 9) {
		tsr_crc_digits(tsr_crc32(s.ptr + dash, s.len - 7 - dash), 36, 7, want);
		verdict(out, memcmp(want, s.ptr + s.len - 7, 7) == 0);
		return;
	}
	verdict(out, false);
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static bool hex32(struct tsr_slice s, uint32_t *out)
{
	*out = 0;
	for (size_t i = 0; i < s.len; i++) {
		int v = hex_value(s.ptr[i]);

		if (v < 0)
			return false;
		*out = *out << 4 | (uint32_t)v;
	}
	return s.len == 8;
}

/*
 * Vendors differ in what they sum: with or without the prefix, the separator before
 * the sum, and in the byte order. All are tried; chance passes one in 2^28.
 */
static bool sum_fits(struct tsr_slice s, uint32_t sum, size_t width)
{
	size_t ends[2] = { s.len - width, s.len - width - 1 }, begins[3] = { 0, 0, 4 };

	begins[1] = tsr_slice_find(s, '_', 0) + 1;
	for (size_t b = 0; b < 3; b++) {
		for (size_t e = 0; e < 2; e++) {
			uint32_t c;

			if (begins[b] >= ends[e])
				continue;
			c = tsr_crc32(s.ptr + begins[b], ends[e] - begins[b]);
			if (c == sum || __builtin_bswap32(c) == sum)
				return true;
		}
	}
	return false;
}

void tsr_check_crc32_hex(const struct tsr_check_in *in, struct tsr_check_out *out)
{
	uint32_t sum;

	if (in->secret.len < 24 || !hex32(tsr_slice_sub(in->secret, in->secret.len - 8, in->secret.len), &sum))
		return;
	verdict(out, sum_fits(in->secret, sum, 8));
}

/*
 * Of vendors that say that there is a sum, and not over what: one that fits confirms, one that does not may
 * be our ignorance. param: 16 for hexadecimal digits, 64 for base64.
 */
void tsr_check_crc32_hint(const struct tsr_check_in *in, struct tsr_check_out *out)
{
	struct tsr_slice s = in->secret;
	size_t width = in->param == 16 ? 8 : 6;
	uint8_t bytes[4];
	uint32_t sum;

	if (s.len < 24)
		return;
	if (in->param == 16) {
		if (!hex32(tsr_slice_sub(s, s.len - 8, s.len), &sum))
			return;
	} else {
		if (tsr_base64_decode(tsr_slice_sub(s, s.len - 6, s.len), bytes, sizeof(bytes)) != 4)
			return;
		sum = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
	}
	if (sum_fits(s, sum, width))
		verdict(out, true);
}
