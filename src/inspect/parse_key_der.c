/* SPDX-License-Identifier: Apache-2.0 */
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "inspect/keyfile.h"
#include "inspect/parser.h"

/* Keys that are a file of their own: DER as openssl(1) and Java write it, and Microsoft's forms. */

static void parse_key_der(struct tsr_inspect *in, uint32_t rule, struct tsr_slice content)
{
	struct tsr_check_out out = { .result = TSR_CHECK_REJECT };
	struct tsr_slice der;

	if (tsr_keyfile_der(content, &der) && (tsr_key_der(der, &out) || tsr_key_der_encrypted(der, &out)))
		tsr_keyfile_tell(in, rule, der, TSR_SLICE_NONE, &out);
}

/* A PRIVATEKEYBLOB (wincrypt.h): 7, 2, algorithm, "RSA2" or "DSS2", bits, numbers in little-endian. */
static bool read_blob(struct tsr_slice blob, struct tsr_check_out *out)
{
	const unsigned char *p = (const unsigned char *)blob.ptr;
	EVP_PKEY *key = blob.len <= 65536 ? b2i_PrivateKey(&p, (long)blob.len) : NULL;
	bool parsed = key != NULL;

	if (parsed) {
		out->result = TSR_CHECK_PASS;
		out->note = "the key parses";
		tsr_key_id(key, out);
	}
	EVP_PKEY_free(key);
	ERR_clear_error();
	return parsed;
}

#define PVK_HEAD 24u

static uint32_t little(struct tsr_slice s, size_t at)
{
	const unsigned char *p = (const unsigned char *)s.ptr + at;

	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* PVK: a head of six words (magic, 0, key type, encrypted, salt's length, key's length), salt, blob. */
static bool read_pvk(struct tsr_slice s, struct tsr_check_out *out)
{
	uint64_t salt, len;

	if (s.len < PVK_HEAD || little(s, 0) != 0xb0b5f11e || little(s, 12) > 1)
		return false;
	salt = little(s, 16);
	len = little(s, 20);
	if (PVK_HEAD + salt + len > s.len || len < 16)
		return false;
	if (!little(s, 12))
		return read_blob(tsr_slice_sub(s, PVK_HEAD + salt, PVK_HEAD + salt + len), out);
	out->result = TSR_CHECK_ENCRYPTED;
	out->note = "the key is encrypted";
	return true;
}

static void parse_microsoft_key(struct tsr_inspect *in, uint32_t rule, struct tsr_slice content)
{
	struct tsr_check_out out = { .result = TSR_CHECK_REJECT };

	if (read_pvk(content, &out) || read_blob(content, &out))
		tsr_keyfile_tell(in, rule, content, TSR_SLICE_NONE, &out);
}

const struct tsr_parser tsr_parser_key_der = { "key_der", "private keys in DER, plain and encrypted", parse_key_der };
const struct tsr_parser tsr_parser_microsoft_key = { "microsoft_key", "PVK files and PRIVATEKEYBLOBs (strong-name keys)",
						     parse_microsoft_key };
