/* SPDX-License-Identifier: Apache-2.0 */
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include "base/mem.h"
#include "scan/check_impl.h"
#include "scan/key.h"

/* openssh-key-v1, as PROTOCOL.key of OpenSSH describes it: big-endian lengths before strings. */

static bool get_u32(struct tsr_slice *s, uint32_t *out)
{
	const unsigned char *p = (const unsigned char *)s->ptr;

	if (s->len < 4)
		return false;
	*out = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
	*s = tsr_slice_sub(*s, 4, s->len);
	return true;
}

static bool get_string(struct tsr_slice *s, struct tsr_slice *out)
{
	uint32_t n;

	if (!get_u32(s, &n) || n > s->len)
		return false;
	*out = tsr_slice_sub(*s, 0, n);
	*s = tsr_slice_sub(*s, n, s->len);
	return true;
}

static bool push_number(OSSL_PARAM_BLD *b, const char *name, struct tsr_slice bytes, BIGNUM **keep)
{
	*keep = BN_bin2bn((const unsigned char *)bytes.ptr, (int)bytes.len, NULL);
	return *keep && OSSL_PARAM_BLD_push_BN(b, name, *keep);
}

/* Public keys of numbers: which parameters the strings of the blob are. */
static const struct {
	const char *ssh, *type;
	const char *numbers[4];
} kinds[] = {
	{ "ssh-rsa", "RSA", { OSSL_PKEY_PARAM_RSA_E, OSSL_PKEY_PARAM_RSA_N, NULL, NULL } },
	{ "ssh-dss",
	  "DSA",
	  { OSSL_PKEY_PARAM_FFC_P, OSSL_PKEY_PARAM_FFC_Q, OSSL_PKEY_PARAM_FFC_G, OSSL_PKEY_PARAM_PUB_KEY } },
};

static EVP_PKEY *numbers_key(size_t kind, struct tsr_slice rest)
{
	OSSL_PARAM_BLD *b = OSSL_PARAM_BLD_new();
	BIGNUM *keep[4] = { NULL };
	EVP_PKEY *key = NULL;
	struct tsr_slice s;
	bool ok = b != NULL;

	for (size_t i = 0; ok && i < 4 && kinds[kind].numbers[i]; i++)
		ok = get_string(&rest, &s) && push_number(b, kinds[kind].numbers[i], s, &keep[i]);
	if (ok)
		key = tsr_key_public(kinds[kind].type, b);
	for (size_t i = 0; i < 4; i++)
		BN_free(keep[i]);
	OSSL_PARAM_BLD_free(b);
	return key;
}

static EVP_PKEY *curve_key(struct tsr_slice rest)
{
	static const struct {
		const char *ssh, *group;
	} curves[] = { { "nistp256", "prime256v1" },
		       { "nistp384", "secp384r1" },
		       { "nistp521", "secp521r1" } };
	OSSL_PARAM_BLD *b = OSSL_PARAM_BLD_new();
	struct tsr_slice curve, point;
	EVP_PKEY *key = NULL;

	if (b && get_string(&rest, &curve) && get_string(&rest, &point)) {
		for (size_t i = 0; i < TSR_ARRAY_LEN(curves) && !key; i++)
			if (tsr_slice_eq_str(curve, curves[i].ssh) &&
			    OSSL_PARAM_BLD_push_utf8_string(b, OSSL_PKEY_PARAM_GROUP_NAME, curves[i].group,
							    0) &&
			    OSSL_PARAM_BLD_push_octet_string(b, OSSL_PKEY_PARAM_PUB_KEY, point.ptr,
							     point.len))
				key = tsr_key_public("EC", b);
	}
	OSSL_PARAM_BLD_free(b);
	return key;
}

/* The public key of the blob, so that the same key has the same id in every format. */
static EVP_PKEY *public_key(struct tsr_slice blob)
{
	struct tsr_slice type, s;

	if (!get_string(&blob, &type))
		return NULL;
	for (size_t i = 0; i < TSR_ARRAY_LEN(kinds); i++)
		if (tsr_slice_eq_str(type, kinds[i].ssh))
			return numbers_key(i, blob);
	if (tsr_slice_starts(type, "ecdsa-sha2-"))
		return curve_key(blob);
	if (tsr_slice_eq_str(type, "ssh-ed25519") && get_string(&blob, &s))
		return EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, (const unsigned char *)s.ptr,
						   s.len);
	return NULL;
}

void tsr_check_ssh_public(struct tsr_slice blob, struct tsr_check_out *out)
{
	EVP_PKEY *key = public_key(blob);

	if (!tsr_key_id(key, out))
		tsr_check_set_id(out, blob.ptr, blob.len);
	EVP_PKEY_free(key);
	ERR_clear_error();
}

void tsr_check_openssh(struct tsr_slice s, struct tsr_check_out *out)
{
	static const char magic[] = "openssh-key-v1"; /* with its NUL */
	struct tsr_slice cipher, kdf, options, blob, secret;
	uint32_t keys, check[2];

	out->result = TSR_CHECK_FAIL;
	out->note = "the body does not parse as an OpenSSH key";
	if (s.len < sizeof(magic) || memcmp(s.ptr, magic, sizeof(magic)) != 0)
		return;
	s = tsr_slice_sub(s, sizeof(magic), s.len);
	if (!get_string(&s, &cipher) || !get_string(&s, &kdf) || !get_string(&s, &options) ||
	    !get_u32(&s, &keys) || keys < 1 || !get_string(&s, &blob) || !get_string(&s, &secret))
		return;
	tsr_check_ssh_public(blob, out);
	if (!tsr_slice_eq_str(cipher, "none")) {
		out->result = TSR_CHECK_ENCRYPTED;
		out->note = "the key is encrypted";
	} else if (get_u32(&secret, &check[0]) && get_u32(&secret, &check[1]) && check[0] == check[1]) {
		out->result = TSR_CHECK_PASS;
		out->note = "the key parses";
	}
}
