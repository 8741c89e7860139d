/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/example_pem.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>

#include "base/base64.h"

/* Small: it is an example, and 2048 bits take a while to find. */
#define RSA_BITS 1024u

static void put_u32(struct tsr_buf *b, uint32_t v)
{
	char bytes[4] = { (char)(v >> 24), (char)(v >> 16), (char)(v >> 8), (char)v };

	tsr_buf_add(b, bytes, 4);
}

static void put_string(struct tsr_buf *b, const void *p, size_t len)
{
	put_u32(b, (uint32_t)len);
	tsr_buf_add(b, p, len);
}

static void put_block(struct tsr_buf *out, const char *label, struct tsr_slice der)
{
	char line[96];

	tsr_buf_printf(out, "-----BEGIN %s-----\n", label);
	for (size_t i = 0; i < der.len; i += 48) {
		struct tsr_slice part = tsr_slice_sub(der, i, i + 48);

		tsr_buf_add(out, line, tsr_base64_encode((const uint8_t *)part.ptr, part.len, line));
		tsr_buf_addc(out, '\n');
	}
	tsr_buf_printf(out, "-----END %s-----\n", label);
}

static int openssh(struct tsr_buf *out)
{
	static const char type[] = "ssh-ed25519";
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	unsigned char pub[32], both[64], check[4];
	size_t n = 32, m = 32;
	struct tsr_buf blob, secret, body;
	int rc = -1;

	tsr_buf_init(&blob, 1024);
	tsr_buf_init(&secret, 1024);
	tsr_buf_init(&body, 4096);
	if (key && EVP_PKEY_get_raw_public_key(key, pub, &n) == 1 &&
	    EVP_PKEY_get_raw_private_key(key, both, &m) == 1 && RAND_bytes(check, sizeof(check)) == 1) {
		memcpy(both + 32, pub, 32);
		put_string(&blob, type, sizeof(type) - 1);
		put_string(&blob, pub, sizeof(pub));
		tsr_buf_add(&secret, check, 4);
		tsr_buf_add(&secret, check, 4);
		tsr_buf_addsl(&secret, tsr_buf_slice(&blob));
		put_string(&secret, both, sizeof(both));
		put_string(&secret, "", 0);
		for (char pad = 1; secret.len % 8; pad++)
			tsr_buf_addc(&secret, pad);
		tsr_buf_add(&body, "openssh-key-v1", 15);
		put_string(&body, "none", 4);
		put_string(&body, "none", 4);
		put_string(&body, "", 0);
		put_u32(&body, 1);
		put_string(&body, blob.ptr, blob.len);
		put_string(&body, secret.ptr, secret.len);
		put_block(out, "OPENSSH PRIVATE KEY", tsr_buf_slice(&body));
		rc = 0;
	}
	tsr_buf_release(&blob);
	tsr_buf_release(&secret);
	tsr_buf_release(&body);
	EVP_PKEY_free(key);
	return rc;
}

int tsr_example_pem(struct tsr_slice kind, struct tsr_buf *out)
{
	bool rsa = tsr_slice_eq_str(kind, "rsa"), encrypted = tsr_slice_eq_str(kind, "encrypted");
	bool traditional = rsa || tsr_slice_eq_str(kind, "ec");
	EVP_PKEY *key;
	BIO *bio;
	char *text = NULL;
	long n;
	int ok;

	if (tsr_slice_eq_str(kind, "openssh"))
		return openssh(out);
	if (!traditional && !encrypted && !tsr_slice_eq_str(kind, "pkcs8"))
		return -1;
	key = rsa ? EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)RSA_BITS)
		  : EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	bio = BIO_new(BIO_s_mem());
	if (encrypted)
		ok = PEM_write_bio_PKCS8PrivateKey(bio, key, EVP_aes_128_cbc(), "passphrase", 10, NULL, NULL);
	else if (traditional)
		ok = PEM_write_bio_PrivateKey_traditional(bio, key, NULL, NULL, 0, NULL, NULL);
	else
		ok = PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL);
	n = ok ? BIO_get_mem_data(bio, &text) : 0;
	tsr_buf_add(out, text, n > 0 ? (size_t)n : 0);
	BIO_free(bio);
	EVP_PKEY_free(key);
	return n > 0 ? 0 : -1;
}
