/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/check_impl.h"
#include "scan/filekind.h"

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

static bool is_base64(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
}

/* Digits, upper and lower case letters: 40 random characters of base64 lack one once in a thousand. */
static bool mixed(struct tsr_slice s)
{
	unsigned seen = 0, slashes = 0;

	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		seen |= c >= 'a' && c <= 'z' ? 1u : c >= 'A' && c <= 'Z' ? 2u : c >= '0' && c <= '9' ? 4u : 0u;
		slashes += c == '/';
	}
	return seen == 7 && slashes <= 6;
}

/*
 * The secret half: nothing about it can be computed, but 40 characters of hexadecimal are a digest, and what has no
 * upper case is a path. Beside an id from which an account decodes it is as good as confirmed.
 */
void tsr_check_aws_secret(const struct tsr_check_in *in, struct tsr_check_out *out)
{
	struct tsr_check_in id = { .secret = tsr_slice_sub(in->match, 0, 20) };
	size_t end = (size_t)(in->secret.ptr - in->match.ptr) + in->secret.len;
	struct tsr_check_out of_id = { .result = TSR_CHECK_NONE };
	char next = end < in->ahead.len ? in->ahead.ptr[end] : '\0';

	if (!mixed(in->secret)) {
		out->result = TSR_CHECK_FAIL;
		out->note = "rather a digest or a path";
		return;
	}
	if (in->match.len < 60 || !(tsr_slice_starts(in->match, "AKIA") || tsr_slice_starts(in->match, "ASIA")))
		return;
	tsr_check_aws_key_id(&id, &of_id);
	/* Tests have pairs as well, and a pair that is none confirms nothing. */
	if (tsr_filekind(in->path) == TSR_FILE_TEXT || tsr_filekind_is_test(in->path) || of_id.result != TSR_CHECK_NONE ||
	    is_base64(next) || next == '=' || next == '-' || next == '_')
		return;
	out->result = TSR_CHECK_PASS;
	out->note = "it stands with its key id";
}
