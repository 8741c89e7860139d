/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/key.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>

#include "scan/check_impl.h"
#include "scan/published.h"

#define RSA_BYTES_MIN 32u
#define RSA_BYTES_MAX 2048u
#define POINT_MAX 160u

static void set(struct tsr_check_out *out, enum tsr_check_result result, const char *note)
{
	out->result = result;
	out->note = note;
}

bool tsr_key_id(EVP_PKEY *key, struct tsr_check_out *out)
{
	unsigned char *spki = NULL;
	int n = key ? i2d_PUBKEY(key, &spki) : 0;

	if (n > 0)
		tsr_check_set_id(out, spki, (size_t)n);
	OPENSSL_free(spki);
	return n > 0;
}

bool tsr_key_der(struct tsr_slice der, struct tsr_check_out *out)
{
	const unsigned char *p = (const unsigned char *)der.ptr;
	EVP_PKEY *key = d2i_AutoPrivateKey(NULL, &p, (long)der.len);
	bool parsed = key != NULL;

	if (parsed) {
		set(out, TSR_CHECK_PASS, "the key parses");
		tsr_key_id(key, out);
	}
	EVP_PKEY_free(key);
	ERR_clear_error();
	return parsed;
}

bool tsr_key_der_encrypted(struct tsr_slice der, struct tsr_check_out *out)
{
	const unsigned char *p = (const unsigned char *)der.ptr;
	X509_SIG *sig = d2i_X509_SIG(NULL, &p, (long)der.len);
	const X509_ALGOR *algorithm = NULL;
	const ASN1_OBJECT *oid = NULL;
	bool known = false;

	if (sig) {
		/* A DigestInfo has the same form, so the algorithm decides. */
		X509_SIG_get0(sig, &algorithm, NULL);
		X509_ALGOR_get0(&oid, NULL, NULL, algorithm);
		known = EVP_PBE_find(EVP_PBE_TYPE_OUTER, OBJ_obj2nid(oid), NULL, NULL, NULL) == 1;
	}
	if (known)
		set(out, TSR_CHECK_ENCRYPTED, "the key is encrypted");
	X509_SIG_free(sig);
	ERR_clear_error();
	return known;
}

EVP_PKEY *tsr_key_public(const char *type, OSSL_PARAM_BLD *b)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(b);
	EVP_PKEY *key = NULL;

	if (ctx && params && EVP_PKEY_fromdata_init(ctx) > 0)
		EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params);
	OSSL_PARAM_free(params);
	EVP_PKEY_CTX_free(ctx);
	return key;
}

static BIGNUM *number(struct tsr_slice s)
{
	return BN_bin2bn((const unsigned char *)s.ptr, (int)s.len, NULL);
}

static void rsa_id(const BIGNUM *n, const BIGNUM *e, struct tsr_check_out *out)
{
	OSSL_PARAM_BLD *b = OSSL_PARAM_BLD_new();
	EVP_PKEY *key = NULL;

	if (b && OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_RSA_N, n) &&
	    OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_RSA_E, e))
		key = tsr_key_public("RSA", b);
	tsr_key_id(key, out);
	EVP_PKEY_free(key);
	OSSL_PARAM_BLD_free(b);
}

void tsr_key_rsa(const struct tsr_key_numbers *k, struct tsr_check_out *out)
{
	BN_CTX *ctx;
	BIGNUM *n, *e, *p, *q, *product;
	bool fits;

	set(out, TSR_CHECK_REJECT, NULL);
	if (!k->n.len || !k->e.len || !k->d.len)
		return;
	set(out, TSR_CHECK_FAIL, "its numbers make no key");
	if (k->n.len < RSA_BYTES_MIN || k->n.len > RSA_BYTES_MAX || k->e.len > 32 || k->d.len > k->n.len + 1 ||
	    k->d.len < k->n.len / 4 || k->p.len > k->n.len || k->q.len > k->n.len)
		return;
	ctx = BN_CTX_new();
	n = number(k->n);
	e = number(k->e);
	p = number(k->p);
	q = number(k->q);
	product = BN_new();
	fits = ctx && n && e && p && q && product && BN_is_odd(n) && BN_is_odd(e);
	if (fits && k->p.len && k->q.len)
		fits = BN_mul(product, p, q, ctx) && !BN_cmp(product, n);
	if (fits) {
		set(out, TSR_CHECK_PASS, "the key parses");
		rsa_id(n, e, out);
	}
	BN_free(product);
	BN_clear_free(q);
	BN_clear_free(p);
	BN_free(e);
	BN_free(n);
	BN_CTX_free(ctx);
	ERR_clear_error();
}

/* Ed25519 and its like: the private part is a string of bytes. */
static bool raw_key(const struct tsr_key_numbers *k, struct tsr_check_out *out)
{
	unsigned char pub[64];
	size_t n = sizeof(pub);
	EVP_PKEY *key = EVP_PKEY_new_raw_private_key_ex(NULL, k->curve, NULL, (const unsigned char *)k->d.ptr,
							k->d.len);
	bool fits = key && EVP_PKEY_get_raw_public_key(key, pub, &n) == 1 &&
		    (!k->x.len || tsr_slice_eq(k->x, tsr_slice_of(pub, n)));

	if (fits)
		tsr_key_id(key, out);
	EVP_PKEY_free(key);
	return fits;
}

/* The uncompressed point that d gives, in at most POINT_MAX bytes; 0: d is no private key of the curve. */
static size_t public_point(const EC_GROUP *group, struct tsr_slice d, unsigned char *point)
{
	BN_CTX *ctx = BN_CTX_new();
	BIGNUM *scalar = number(d);
	EC_POINT *at = EC_POINT_new(group);
	size_t n = 0;

	if (ctx && scalar && at && !BN_is_zero(scalar) && BN_cmp(scalar, EC_GROUP_get0_order(group)) < 0 &&
	    EC_POINT_mul(group, at, scalar, NULL, NULL, ctx))
		n = EC_POINT_point2oct(group, at, POINT_CONVERSION_UNCOMPRESSED, point, POINT_MAX, ctx);
	EC_POINT_free(at);
	BN_clear_free(scalar);
	BN_CTX_free(ctx);
	return n;
}

static bool curve_key(const struct tsr_key_numbers *k, EC_GROUP *group, struct tsr_check_out *out)
{
	unsigned char point[POINT_MAX];
	size_t n = public_point(group, k->d, point), half = n / 2;
	OSSL_PARAM_BLD *b;
	EVP_PKEY *key = NULL;

	if (!n || (k->x.len && !tsr_slice_eq(k->x, tsr_slice_of(point + 1, half))) ||
	    (k->y.len && !tsr_slice_eq(k->y, tsr_slice_of(point + 1 + half, half))))
		return false;
	b = OSSL_PARAM_BLD_new();
	if (b && OSSL_PARAM_BLD_push_utf8_string(b, OSSL_PKEY_PARAM_GROUP_NAME, k->curve, 0) &&
	    OSSL_PARAM_BLD_push_octet_string(b, OSSL_PKEY_PARAM_PUB_KEY, point, n))
		key = tsr_key_public("EC", b);
	tsr_key_id(key, out);
	EVP_PKEY_free(key);
	OSSL_PARAM_BLD_free(b);
	return true;
}

void tsr_key_ec(const struct tsr_key_numbers *k, struct tsr_check_out *out)
{
	int nid = k->curve ? OBJ_sn2nid(k->curve) : NID_undef;
	EC_GROUP *group = nid == NID_undef ? NULL : EC_GROUP_new_by_curve_name(nid);
	bool fits;

	set(out, TSR_CHECK_REJECT, NULL);
	if (k->curve && k->d.len) {
		fits = group ? curve_key(k, group, out) : raw_key(k, out);
		set(out, fits ? TSR_CHECK_PASS : TSR_CHECK_FAIL,
		    fits ? "the key parses" : "its numbers make no key");
	}
	EC_GROUP_free(group);
	ERR_clear_error();
}

void tsr_key_published_check(struct tsr_check_out *out)
{
	if (out->result != TSR_CHECK_REJECT && out->id.len == sizeof(out->id_bytes) &&
	    tsr_key_published(out->id_bytes))
		set(out, TSR_CHECK_PUBLISHED, "the key is published: everybody has it");
}
