/* SPDX-License-Identifier: Apache-2.0 */
#include "base/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>

#include "base/mem.h"

static const struct {
	const char *name;
	size_t size;
	const EVP_MD *(*md)(void);
} algs[] = {
	[TSR_DIGEST_NONE] = { "", 0, NULL },
	[TSR_DIGEST_SHA256] = { "sha256", 32, EVP_sha256 },
	[TSR_DIGEST_SHA384] = { "sha384", 48, EVP_sha384 },
	[TSR_DIGEST_SHA512] = { "sha512", 64, EVP_sha512 },
	[TSR_DIGEST_OTHER] = { "", 0, NULL },
};

size_t tsr_digest_size(enum tsr_digest_alg alg)
{
	return (size_t)alg < TSR_ARRAY_LEN(algs) ? algs[alg].size : 0;
}

static int nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int parse_hex(struct tsr_slice hex, uint8_t *out, size_t size)
{
	size_t i;

	if (hex.len != size * 2)
		return -1;
	for (i = 0; i < size; i++) {
		int hi = nibble(hex.ptr[2 * i]), lo = nibble(hex.ptr[2 * i + 1]);

		if (hi < 0 || lo < 0)
			return -1;
		out[i] = (uint8_t)(hi << 4 | lo);
	}
	return 0;
}

static bool is_lower_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* algorithm ::= component (separator component)*; encoded ::= [a-zA-Z0-9=_-]+ */
static bool is_grammatical(struct tsr_slice alg, struct tsr_slice encoded)
{
	bool component = false;
	size_t i;

	for (i = 0; i < alg.len; i++) {
		char c = alg.ptr[i];

		if (!is_lower_alnum(c) && !(component && (c == '+' || c == '.' || c == '_' || c == '-')))
			return false;
		component = is_lower_alnum(c);
	}
	for (i = 0; i < encoded.len; i++) {
		char c = encoded.ptr[i];

		if (!is_lower_alnum(c) && !(c >= 'A' && c <= 'Z') && c != '=' && c != '_' && c != '-')
			return false;
	}
	return component && encoded.len;
}

int tsr_digest_parse2(struct tsr_slice alg, struct tsr_slice hex, struct tsr_digest *out)
{
	struct tsr_digest d = { TSR_DIGEST_OTHER, { 0 } };
	struct tsr_hash h;
	size_t i;

	for (i = TSR_DIGEST_SHA256; i <= TSR_DIGEST_SHA512; i++) {
		if (!tsr_slice_eq_str(alg, algs[i].name))
			continue;
		d.alg = (uint8_t)i;
		if (parse_hex(hex, d.bytes, algs[i].size))
			return -1;
		*out = d;
		return 0;
	}
	if (!is_grammatical(alg, hex) || tsr_hash_init(&h, TSR_DIGEST_SHA256, NULL))
		return -1;
	tsr_hash_update(&h, alg.ptr, alg.len);
	tsr_hash_update(&h, ":", 1);
	tsr_hash_update(&h, hex.ptr, hex.len);
	tsr_hash_final(&h, &d);
	d.alg = TSR_DIGEST_OTHER;
	*out = d;
	return 0;
}

int tsr_digest_parse(struct tsr_slice s, struct tsr_digest *out)
{
	size_t colon = tsr_slice_find(s, ':', 0);

	if (colon == s.len)
		return -1;
	return tsr_digest_parse2(tsr_slice_sub(s, 0, colon), tsr_slice_sub(s, colon + 1, s.len), out);
}

const char *tsr_digest_str(const struct tsr_digest *d, char out[TSR_DIGEST_STR_MAX])
{
	static const char hex[] = "0123456789abcdef";
	size_t i, n, size = tsr_digest_size(d->alg);
	char *p = out;

	if (size) {
		n = strlen(algs[d->alg].name);
		memcpy(p, algs[d->alg].name, n);
		p += n;
		*p++ = ':';
		for (i = 0; i < size; i++) {
			*p++ = hex[d->bytes[i] >> 4];
			*p++ = hex[d->bytes[i] & 15];
		}
	}
	*p = '\0';
	return out;
}

bool tsr_digest_eq(const struct tsr_digest *a, const struct tsr_digest *b)
{
	size_t size = a->alg == TSR_DIGEST_OTHER ? 32 : tsr_digest_size(a->alg);

	return size && a->alg == b->alg && memcmp(a->bytes, b->bytes, size) == 0;
}

int tsr_hash_init(struct tsr_hash *h, enum tsr_digest_alg alg, struct tsr_err *err)
{
	EVP_MD_CTX *ctx;

	*h = (struct tsr_hash){ NULL, alg };
	if (!tsr_digest_size(alg))
		TSR_BUG("digest: hashing with an algorithm that is not computed");
	/* A machine's openssl.cnf must not decide what is loaded into an auditor. */
	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	ctx = EVP_MD_CTX_new();
	if (!ctx || EVP_DigestInit_ex(ctx, algs[alg].md(), NULL) != 1) {
		EVP_MD_CTX_free(ctx);
		return tsr_err_set(err, TSR_EINTERNAL, "OpenSSL refuses %s", algs[alg].name);
	}
	h->ctx = ctx;
	return 0;
}

void tsr_hash_update(struct tsr_hash *h, const void *p, size_t len)
{
	if (len && EVP_DigestUpdate(h->ctx, p, len) != 1)
		TSR_BUG("digest: OpenSSL failed to hash");
}

void tsr_hash_final(struct tsr_hash *h, struct tsr_digest *out)
{
	memset(out, 0, sizeof(*out));
	out->alg = (uint8_t)h->alg;
	if (EVP_DigestFinal_ex(h->ctx, out->bytes, NULL) != 1)
		TSR_BUG("digest: OpenSSL failed to finish a hash");
	tsr_hash_release(h);
}

void tsr_hash_release(struct tsr_hash *h)
{
	EVP_MD_CTX_free(h->ctx);
	h->ctx = NULL;
}

void tsr_sha256(const void *p, size_t len, uint8_t out[32])
{
	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	if (EVP_Digest(len ? p : "", len, out, NULL, EVP_sha256(), NULL) != 1)
		TSR_BUG("digest: OpenSSL failed to hash");
}
