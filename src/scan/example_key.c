/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/example_key.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include "base/base64.h"
#include "base/mem.h"

#define RSA_BITS 1024u /* small: it is an example */
#define BYTES_MAX 256u

static void put_base64(struct tsr_buf *out, const uint8_t *p, size_t n, bool url)
{
	char text[4 * BYTES_MAX / 3 + 8];
	size_t len = tsr_base64_encode(p, n, text);

	while (url && len && text[len - 1] == '=')
		len--;
	for (size_t i = 0; url && i < len; i++)
		text[i] = text[i] == '+' ? '-' : text[i] == '/' ? '_' : text[i];
	tsr_buf_add(out, text, len);
}

/* before, a number of the key in base64, behind. */
static void put_number(struct tsr_buf *out, EVP_PKEY *key, const char *param, const char *before, const char *behind, int width)
{
	uint8_t bytes[BYTES_MAX];
	BIGNUM *n = NULL;
	int len;

	if (!EVP_PKEY_get_bn_param(key, param, &n))
		return;
	len = width ? BN_bn2binpad(n, bytes, width) : BN_bn2bin(n, bytes);
	tsr_buf_adds(out, before);
	put_base64(out, bytes, len > 0 ? (size_t)len : 0, before[0] == '"' || before[0] == ',');
	tsr_buf_adds(out, behind);
	BN_clear_free(n);
}

struct part {
	const char *before, *param, *behind;
	int width;
};

static int put_parts(struct tsr_buf *out, const char *type, const struct part *parts, const char *head, const char *tail)
{
	EVP_PKEY *key = type[0] == 'R' ? EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)RSA_BITS) :
					 EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");

	if (!key)
		return -1;
	tsr_buf_adds(out, head);
	for (; parts->param; parts++)
		put_number(out, key, parts->param, parts->before, parts->behind, parts->width);
	tsr_buf_adds(out, tail);
	EVP_PKEY_free(key);
	return 0;
}

static const struct part jwk[] = {
	{ ",\"n\":\"", OSSL_PKEY_PARAM_RSA_N, "\"", 0 },       { ",\"e\":\"", OSSL_PKEY_PARAM_RSA_E, "\"", 0 },
	{ ",\"d\":\"", OSSL_PKEY_PARAM_RSA_D, "\"", 0 },       { ",\"p\":\"", OSSL_PKEY_PARAM_RSA_FACTOR1, "\"", 0 },
	{ ",\"q\":\"", OSSL_PKEY_PARAM_RSA_FACTOR2, "\"", 0 }, { NULL, NULL, NULL, 0 },
};
static const struct part jwk_ec[] = {
	{ "\"d\":\"", OSSL_PKEY_PARAM_PRIV_KEY, "\",\"kty\":\"EC\",\"crv\":\"P-256\"", 32 },
	{ ",\"x\":\"", OSSL_PKEY_PARAM_EC_PUB_X, "\"", 32 },
	{ ",\"y\":\"", OSSL_PKEY_PARAM_EC_PUB_Y, "\"", 32 },
	{ NULL, NULL, NULL, 0 },
};
static const struct part xml[] = {
	{ "<Modulus>", OSSL_PKEY_PARAM_RSA_N, "</Modulus>", 0 },
	{ "<Exponent>", OSSL_PKEY_PARAM_RSA_E, "</Exponent>", 0 },
	{ "<P>", OSSL_PKEY_PARAM_RSA_FACTOR1, "</P>", 0 },
	{ "<Q>", OSSL_PKEY_PARAM_RSA_FACTOR2, "</Q>", 0 },
	{ "<D>", OSSL_PKEY_PARAM_RSA_D, "</D>", 0 },
	{ NULL, NULL, NULL, 0 },
};
static const struct part bind[] = {
	{ "Modulus: ", OSSL_PKEY_PARAM_RSA_N, "\n", 0 },
	{ "PublicExponent: ", OSSL_PKEY_PARAM_RSA_E, "\n", 0 },
	{ "PrivateExponent: ", OSSL_PKEY_PARAM_RSA_D, "\n", 0 },
	{ "Prime1: ", OSSL_PKEY_PARAM_RSA_FACTOR1, "\n", 0 },
	{ "Prime2: ", OSSL_PKEY_PARAM_RSA_FACTOR2, "\n", 0 },
	{ NULL, NULL, NULL, 0 },
};
static const struct part bind_ec[] = {
	{ "PrivateKey: ", OSSL_PKEY_PARAM_PRIV_KEY, "\n", 32 },
	{ NULL, NULL, NULL, 0 },
};

/* An Ed25519 key between a head and zeros, in base64. */
static int put_ed25519(struct tsr_buf *out, const char *comment, const uint8_t *head, size_t n_head, size_t n_before,
		       size_t n_behind, bool ppk)
{
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	uint8_t bytes[BYTES_MAX] = { 0 }, blob[51] = "\0\0\0\x0bssh-ed25519\0\0\0\x20";
	size_t n = 32, m = 32;
	int ok;

	memcpy(bytes, head, n_head);
	ok = key && RAND_bytes(bytes + n_head, (int)(n_before - n_head)) == 1 &&
	     EVP_PKEY_get_raw_private_key(key, bytes + n_before, &n) == 1 &&
	     EVP_PKEY_get_raw_public_key(key, bytes + n_before + 32, &m) == 1;
	tsr_buf_adds(out, comment);
	if (ppk) {
		memcpy(blob + 19, bytes + n_before + 32, 32);
		put_base64(out, blob, sizeof(blob), false);
		tsr_buf_adds(out, "\nPrivate-Lines: 1\n");
		put_base64(out, bytes, n_before + 32, false);
	} else {
		put_base64(out, bytes, n_before + 64 + n_behind, false);
	}
	tsr_buf_addc(out, '\n');
	EVP_PKEY_free(key);
	return ok ? 0 : -1;
}

int tsr_example_key(struct tsr_slice kind, struct tsr_buf *out)
{
	static const uint8_t signify[] = { 'E', 'd', 'B', 'K', 0, 0, 0, 0 }, minisign[] = { 'E', 'd', 0, 0, 'B', '2' },
			     ppk[] = { 0, 0, 0, 0x20 };
	static const struct {
		const char *name, *type, *head, *tail;
		const struct part *parts;
	} texts[] = {
		{ "jwk", "RSA", "{\"kty\":\"RSA\"", "}", jwk },
		{ "jwk-ec", "EC", "{", "}", jwk_ec },
		{ "rsa-xml", "RSA", "<RSAKeyValue>", "</RSAKeyValue>", xml },
		{ "bind", "RSA", "Private-key-format: v1.3\nAlgorithm: 8 (RSASHA256)\n", "", bind },
		{ "bind-ec", "EC", "Private-key-format: v1.3\nAlgorithm: 13 (ECDSAP256SHA256)\n", "", bind_ec },
	};

	for (size_t i = 0; i < TSR_ARRAY_LEN(texts); i++)
		if (tsr_slice_eq_str(kind, texts[i].name))
			return put_parts(out, texts[i].type, texts[i].parts, texts[i].head, texts[i].tail);
	if (tsr_slice_eq_str(kind, "signify"))
		return put_ed25519(out, "untrusted comment: signify secret key\n", signify, 8, 40, 0, false);
	if (tsr_slice_eq_str(kind, "minisign"))
		return put_ed25519(out, "untrusted comment: minisign secret key\n", minisign, 6, 62, 32, false);
	if (tsr_slice_eq_str(kind, "ppk"))
		return put_ed25519(out,
				   "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: x\nPublic-Lines: 1\n", ppk,
				   4, 4, 0, true);
	return -1;
}
