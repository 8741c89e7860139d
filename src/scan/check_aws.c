/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/check_impl.h"

static int base32_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= '2' && c <= '7')
		return c - '2' + 26;
	return -1;
}

/*
 * An access key id is four letters of kind and 16 characters of base 32, the first
 * nine of which hold the account number (ids made before 2019, whose fifth character is below Q, hold none).
 * That is too little to confirm one: nine of ten random ids have a possible account. So nothing passes here.
 */
void tsr_check_aws_key_id(const struct tsr_check_in *in, struct tsr_check_out *out)
{
	struct tsr_slice s = in->secret;
	uint64_t bits = 0;

	if (s.len != 20)
		return;
	for (size_t i = 4; i + 7 <= s.len; i++) {
		if (memcmp(s.ptr + i, "EXAMPLE", 7) == 0) {
			out->result = TSR_CHECK_FAIL;
			out->note = "an id from the documentation";
			return;
		}
	}
	for (size_t i = 4; i < s.len; i++) {
		int v = base32_value(s.ptr[i]);

		if (v < 0) {
			out->result = TSR_CHECK_FAIL;
			out->note = "no base 32";
			return;
		}
		if (i < 13) /* 45 bits: one is not the account's, 40 are */
			bits = bits << 5 | (uint64_t)v;
	}
	if (base32_value(s.ptr[4]) < base32_value('Q'))
		return;
	if ((bits >> 4 & 0xffffffffff) > 999999999999u) {
		out->result = TSR_CHECK_FAIL;
		out->note = "no account number decodes from it";
	}
}
