/* SPDX-License-Identifier: Apache-2.0 */
#include <openssl/crypto.h>

#include "base/base64.h"
#include "base/text.h"
#include "scan/check_impl.h"
#include "scan/crc.h"
#include "scan/placeholder.h"

#define DECODED_MAX 1024u

static void fail(struct tsr_check_out *out, const char *note)
{
	out->result = TSR_CHECK_FAIL;
	out->note = note;
}

static bool printable(struct tsr_slice s)
{
	const unsigned char *p = (const unsigned char *)s.ptr;

	for (size_t i = 0; i < s.len;) {
		int n = tsr_utf8_len(p + i, s.len - i);

		if (n == 0 || p[i] < 0x20 || p[i] == 0x7f)
			return false;
		i += (size_t)n;
	}
	return true;
}

static void judge_password(struct tsr_slice user, struct tsr_slice password, struct tsr_check_out *out)
{
	if (!password.len || tsr_placeholder_template(password))
		out->result = TSR_CHECK_REJECT;
	else if (tsr_placeholder_word(password) || tsr_slice_eq(user, password))
		fail(out, "a user and password as in documentation");
	else
		out->result = TSR_CHECK_PASS;
}

/* "Authorization: Basic …", docker's auths: base64 of user:password. */
void tsr_check_basic_auth(const struct tsr_check_in *in, struct tsr_check_out *out)
{
	uint8_t bytes[DECODED_MAX];
	long n = tsr_base64_decode(in->secret, bytes, sizeof(bytes));
	struct tsr_slice s = tsr_slice_of(bytes, n > 0 ? (size_t)n : 0);
	size_t colon = tsr_slice_find(s, ':', 0);

	if (n < 3 || colon == s.len || !printable(s))
		out->result = TSR_CHECK_REJECT;
	else
		judge_password(tsr_slice_sub(s, 0, colon), tsr_slice_sub(s, colon + 1, s.len), out);
	OPENSSL_cleanse(bytes, sizeof(bytes));
}

/* Exactly so many bytes. */
void tsr_check_base64_bytes(const struct tsr_check_in *in, struct tsr_check_out *out)
{
	uint8_t bytes[DECODED_MAX];
	long n = tsr_base64_decode(in->secret, bytes, sizeof(bytes));

	OPENSSL_cleanse(bytes, sizeof(bytes));
	if (n != (long)in->param)
		fail(out, "not base64 of the right length");
	else
		(void)tsr_check_is_published(in->secret, out);
}

/* pypi- and a macaroon, version 2: its first field is the location. */
void tsr_check_pypi_token(const struct tsr_check_in *in, struct tsr_check_out *out)
{
	static const char real[] = "\x02\x01\x08pypi.org\x02", test[] = "\x02\x01\x0dtest.pypi.org\x02";
	struct tsr_slice body = in->secret;
	uint8_t bytes[DECODED_MAX];
	long n;

	if (tsr_slice_starts(body, "pypi-"))
		body = tsr_slice_sub(body, 5, body.len);
	body.len -= body.len % 4 == 1;
	n = tsr_base64_decode(body, bytes, sizeof(bytes));
	if ((n > 60 && memcmp(bytes, real, sizeof(real) - 1) == 0) ||
	    (n > 60 && memcmp(bytes, test, sizeof(test) - 1) == 0))
		out->result = TSR_CHECK_PASS;
	else
		fail(out, "no macaroon of pypi.org");
	OPENSSL_cleanse(bytes, sizeof(bytes));
}

/* The first of three parts is the user's number in base64. */
void tsr_check_discord_token(const struct tsr_check_in *in, struct tsr_check_out *out)
{
	struct tsr_slice rest = in->secret, first;
	uint8_t bytes[64];
	unsigned long long number;
	long n = -1;

	if (tsr_slice_next(&rest, '.', &first))
		n = tsr_base64_decode(first, bytes, sizeof(bytes));
	if (n >= 15 && n <= 20 && tsr_slice_u64(tsr_slice_of(bytes, (size_t)n), &number) == 0)
		out->result = TSR_CHECK_PASS;
	else
		fail(out, "its first part is no account number");
}

/* Bech32 (BIP 173): age secret keys, all upper or all lower case. */
void tsr_check_bech32(const struct tsr_check_in *in, struct tsr_check_out *out)
{
	uint32_t sum;

	if (!tsr_bech32_sum(in->secret, &sum))
		fail(out, "no Bech32");
	else if (sum != 1)
		fail(out, "checksum does not match");
	else if (!tsr_check_is_published(in->secret, out))
		out->result = TSR_CHECK_PASS;
}
