/* SPDX-License-Identifier: Apache-2.0 */
#include <openssl/crypto.h>

#include "base/base64.h"
#include "base/digest.h"
#include "base/mem.h"
#include "scan/check_impl.h"
#include "scan/crc.h"

/* Tokens that have a structure but no checksum, or one of their own. */

static void fail(struct tsr_check_out *out, const char *note)
{
	out->result = TSR_CHECK_FAIL;
	out->note = note;
}

static bool all_of(struct tsr_slice s, size_t least, size_t most, const char *chars)
{
	for (size_t i = 0; i < s.len; i++)
		if (!s.ptr[i] || !strchr(chars, s.ptr[i]))
			return false;
	return s.len >= least && s.len <= most;
}

/*
 * xoxb-<number>-[<number>-]<secret>, xoxp- with three numbers: behind the kind at least one number, and at the
 * end what is none and long. What people write into manuals seldom is so.
 */
void tsr_check_slack_token(const struct tsr_check_in *in, struct tsr_check_out *out)
{
	struct tsr_slice rest = in->secret, part, last = TSR_SLICE_NONE;
	unsigned numbers = 0, parts = 0;

	while (tsr_slice_next(&rest, '-', &part)) {
		if (parts++ && rest.len && all_of(part, 9, 14, "0123456789"))
			numbers++;
		last = part;
	}
	if (!numbers || parts > 7 || all_of(last, 0, 14, "0123456789") || last.len < 10)
		fail(out, "not built as tokens of Slack are");
}

/* A reference token of Artifactory is base64 of reftkn:01:<time>:<secret>. */
void tsr_check_reftkn(const struct tsr_check_in *in, struct tsr_check_out *out)
{
	uint8_t bytes[128];
	long n = tsr_base64_decode(in->secret, bytes, sizeof(bytes));
	struct tsr_slice rest = tsr_slice_of(bytes, n > 0 ? (size_t)n : 0), part;
	bool fits = tsr_slice_next(&rest, ':', &part) && tsr_slice_eq_str(part, "reftkn") &&
		    tsr_slice_next(&rest, ':', &part) && all_of(part, 2, 2, "0123456789") &&
		    tsr_slice_next(&rest, ':', &part) && all_of(part, 10, 10, "0123456789") && rest.len >= 16;

	OPENSSL_cleanse(bytes, sizeof(bytes));
	if (!tsr_slice_starts(in->secret, "cmVmdGtu"))
		return; /* an API key: nothing is known of its inside */
	if (fits)
		out->result = TSR_CHECK_PASS;
	else
		fail(out, "no reference token decodes from it");
}

/* A token of Jira or Confluence is base64 of a number of twelve digits or so, a colon and 20 bytes. */
void tsr_check_atlassian_server(const struct tsr_check_in *in, struct tsr_check_out *out)
{
	uint8_t bytes[48];
	long n = tsr_base64_decode(in->secret, bytes, sizeof(bytes));
	struct tsr_slice rest = tsr_slice_of(bytes, n > 0 ? (size_t)n : 0), number;
	bool fits = tsr_slice_next(&rest, ':', &number) && all_of(number, 9, 14, "0123456789") && rest.len >= 18;

	OPENSSL_cleanse(bytes, sizeof(bytes));
	out->result = fits ? TSR_CHECK_PASS : TSR_CHECK_REJECT;
	out->note = fits ? "its first part is a number" : NULL;
}

/* Base 58 as Bitcoin writes it, into `size` bytes at the end of out; false: another character, or too large. */
static bool base58_decode(struct tsr_slice s, uint8_t *out, size_t size)
{
	static const char digits[] = TSR_BASE58_DIGITS;

	memset(out, 0, size);
	for (size_t i = 0; i < s.len; i++) {
		const char *digit = s.ptr[i] ? strchr(digits, s.ptr[i]) : NULL;
		unsigned carry = digit ? (unsigned)(digit - digits) : 0;

		for (size_t k = size; k > 0; k--) {
			carry += 58u * out[k - 1];
			out[k - 1] = (uint8_t)carry;
			carry >>= 8;
		}
		if (!digit || carry)
			return false;
	}
	return true;
}

/* Base58Check: the last four bytes are the beginning of SHA-256 of SHA-256 of the others. */
void tsr_check_base58check(const struct tsr_check_in *in, struct tsr_check_out *out)
{
	/* Characters, bytes: WIF of an uncompressed and a compressed key, an extended key. */
	static const size_t sizes[][2] = { { 51, 37 }, { 52, 38 }, { 111, 82 } };
	uint8_t bytes[82], sum[32];

	fail(out, "checksum does not match");
	for (size_t i = 0; i < TSR_ARRAY_LEN(sizes); i++) {
		size_t n = sizes[i][1];

		if (in->secret.len != sizes[i][0] || !base58_decode(in->secret, bytes, n))
			continue;
		tsr_sha256(bytes, n - 4, sum);
		tsr_sha256(sum, sizeof(sum), sum);
		if (memcmp(sum, bytes + n - 4, 4) == 0)
			*out = (struct tsr_check_out){ .result = TSR_CHECK_PASS, .note = "checksum matches" };
	}
	OPENSSL_cleanse(bytes, sizeof(bytes));
}
