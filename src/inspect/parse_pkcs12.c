/* SPDX-License-Identifier: Apache-2.0 */
#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include "inspect/keyfile.h"
#include "inspect/parser.h"

/*
 * PKCS#12 stores (RFC 7292; .p12, .pfx and Java's keystores since version 9). The store is opened with
 * passwords that everybody tries; the work that its iteration counts ask for is limited, since a store
 * may ask for hours of it. A store of certificates alone is nothing. Keys, encrypted each for itself,
 * stand outside of what is encrypted as a whole in the stores of all that make them (OpenSSL, Java,
 * NSS, Windows); so a store that stays shut and shows no key holds certificates.
 */
#define ITERATIONS_MAX 1000000 /* in all, for one store: about a second */
#define SCRYPT_COST 100000
#define DEPTH_MAX 4u
#define KEYS_MAX 64u

struct store {
	struct tsr_inspect *in;
	uint32_t rule;
	struct tsr_slice content;
	long budget;	      /* iterations left */
	bool has_mac;
	bool open;	      /* password is right, or none is needed */
	const char *password; /* of the store; NULL: none at all */
	unsigned keys;
};

static bool afford(struct store *st, long iterations)
{
	if (iterations < 0 || iterations > st->budget)
		return false;
	st->budget -= iterations;
	return true;
}

/* What PBKDF2 within PBES2 asks for. scrypt has other numbers, which OpenSSL limits to 32 MB: that much work. */
static long pbes2_iterations(const ASN1_STRING *params)
{
	const unsigned char *p = ASN1_STRING_get0_data(params);
	PBE2PARAM *pbe = d2i_PBE2PARAM(NULL, &p, ASN1_STRING_length(params));
	PBKDF2PARAM *kdf = NULL;
	long n = SCRYPT_COST;

	if (!pbe)
		return -1;
	if (OBJ_obj2nid(pbe->keyfunc->algorithm) == NID_id_pbkdf2) {
		kdf = ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBKDF2PARAM), pbe->keyfunc->parameter);
		n = kdf ? ASN1_INTEGER_get(kdf->iter) : -1;
	}
	PBKDF2PARAM_free(kdf);
	PBE2PARAM_free(pbe);
	return n;
}

/* -1: it cannot be told. */
static long iterations(const X509_ALGOR *algorithm)
{
	const ASN1_OBJECT *oid;
	const unsigned char *p;
	PBEPARAM *pbe;
	const void *params;
	int type;
	long n = -1;

	X509_ALGOR_get0(&oid, &type, &params, algorithm);
	if (type != V_ASN1_SEQUENCE)
		return -1;
	if (OBJ_obj2nid(oid) == NID_pbes2)
		return pbes2_iterations(params);
	p = ASN1_STRING_get0_data(params);
	pbe = d2i_PBEPARAM(NULL, &p, ASN1_STRING_length(params));
	if (pbe)
		n = pbe->iter ? ASN1_INTEGER_get(pbe->iter) : 1;
	PBEPARAM_free(pbe);
	return n;
}

static int length_of(const char *password)
{
	return password ? (int)strlen(password) : 0;
}

static bool try_mac(struct store *st, PKCS12 *p12, const char *password, long cost)
{
	if (!afford(st, cost) || PKCS12_verify_mac(p12, password, length_of(password)) != 1)
		return false;
	st->open = true;
	st->password = password;
	return true;
}

static void find_password(struct store *st, PKCS12 *p12)
{
	const ASN1_INTEGER *count = NULL;
	long cost;

	st->has_mac = PKCS12_mac_present(p12);
	if (!st->has_mac) {
		st->open = true; /* as far as it is not encrypted */
		return;
	}
	PKCS12_get0_mac(NULL, NULL, NULL, &count, p12);
	cost = count ? ASN1_INTEGER_get(count) : 1;
	if (try_mac(st, p12, NULL, cost))
		return;
	for (size_t i = 0; tsr_keyfile_password(i); i++)
		if (try_mac(st, p12, tsr_keyfile_password(i), cost))
			return;
}

static void tell(struct store *st, PKCS12_SAFEBAG *bag, struct tsr_check_out *out)
{
	char *name = PKCS12_get_friendlyname(bag);

	st->keys++;
	tsr_keyfile_tell(st->in, st->rule, st->content, tsr_slice_str(name), out);
	OPENSSL_free(name);
}

static void tell_key(struct store *st, PKCS12_SAFEBAG *bag, const PKCS8_PRIV_KEY_INFO *p8, const char *note)
{
	struct tsr_check_out out = { .result = TSR_CHECK_PASS, .note = note };
	EVP_PKEY *key = EVP_PKCS82PKEY(p8);

	tsr_key_id(key, &out);
	EVP_PKEY_free(key);
	tell(st, bag, &out);
}

static void shrouded(struct store *st, PKCS12_SAFEBAG *bag)
{
	struct tsr_check_out out = { .result = TSR_CHECK_ENCRYPTED };
	const X509_ALGOR *algorithm = NULL;
	PKCS8_PRIV_KEY_INFO *p8 = NULL;

	X509_SIG_get0(PKCS12_SAFEBAG_get0_pkcs8(bag), &algorithm, NULL);
	if (st->open && afford(st, iterations(algorithm)))
		p8 = PKCS12_decrypt_skey(bag, st->password, length_of(st->password));
	for (size_t i = 0; !p8 && !st->has_mac && tsr_keyfile_password(i); i++)
		if (afford(st, iterations(algorithm)))
			p8 = PKCS12_decrypt_skey(bag, tsr_keyfile_password(i), length_of(tsr_keyfile_password(i)));
	if (p8) {
		tell_key(st, bag, p8, "the keystore opens with a password that everybody tries");
	} else {
		out.note = st->open && st->password ? "the key has another password than its keystore" :
						      "the key is protected by a password";
		tell(st, bag, &out);
	}
	PKCS8_PRIV_KEY_INFO_free(p8);
}

static void read_bags(struct store *st, const STACK_OF(PKCS12_SAFEBAG) *bags, unsigned depth)
{
	for (int i = 0; i < sk_PKCS12_SAFEBAG_num(bags) && depth < DEPTH_MAX && st->keys < KEYS_MAX; i++) {
		PKCS12_SAFEBAG *bag = sk_PKCS12_SAFEBAG_value(bags, i);

		switch (PKCS12_SAFEBAG_get_nid(bag)) {
		case NID_keyBag:
			tell_key(st, bag, PKCS12_SAFEBAG_get0_p8inf(bag), "the key is not encrypted");
			break;
		case NID_pkcs8ShroudedKeyBag:
			shrouded(st, bag);
			break;
		case NID_safeContentsBag:
			read_bags(st, PKCS12_SAFEBAG_get0_safes(bag), depth + 1);
			break;
		default: /* certificates, revocation lists */
			break;
		}
	}
}

static STACK_OF(PKCS12_SAFEBAG) *unseal(struct store *st, PKCS7 *p7)
{
	const X509_ALGOR *algorithm;

	if (PKCS7_type_is_data(p7))
		return PKCS12_unpack_p7data(p7);
	if (!PKCS7_type_is_encrypted(p7) || !p7->d.encrypted || !p7->d.encrypted->enc_data)
		return NULL;
	algorithm = p7->d.encrypted->enc_data->algorithm;
	if (!st->open || !algorithm || !afford(st, iterations(algorithm)))
		return NULL;
	return PKCS12_unpack_p7encdata(p7, st->password, length_of(st->password));
}

static void read_store(struct store *st, PKCS12 *p12)
{
	STACK_OF(PKCS7) *safes;

	find_password(st, p12);
	safes = PKCS12_unpack_authsafes(p12);
	for (int i = 0; i < sk_PKCS7_num(safes); i++) {
		STACK_OF(PKCS12_SAFEBAG) *bags = unseal(st, sk_PKCS7_value(safes, i));

		if (bags)
			read_bags(st, bags, 0);
		sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
	}
	sk_PKCS7_pop_free(safes, PKCS7_free);
}

static void parse_pkcs12(struct tsr_inspect *in, uint32_t rule, struct tsr_slice content)
{
	struct store st = { .in = in, .rule = rule, .content = content, .budget = ITERATIONS_MAX };
	const unsigned char *p = (const unsigned char *)content.ptr;
	PKCS12 *p12 = content.len ? d2i_PKCS12(NULL, &p, (long)content.len) : NULL;

	if (p12)
		read_store(&st, p12);
	PKCS12_free(p12);
	ERR_clear_error();
}

const struct tsr_parser tsr_parser_pkcs12 = { "pkcs12", "private keys in PKCS#12 stores (.p12, .pfx)", parse_pkcs12 };
