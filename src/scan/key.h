/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_SCAN_KEY_H
#define TSR_SCAN_KEY_H

#include "scan/check.h"

/*
 * Private keys of every form end here. What names a key is the SHA-256 of its DER
 * SubjectPublicKeyInfo, so that one key has one name in all of them, and the list of
 * published keys (scan/published.h) applies. Functions fill result, note and id.
 */
struct evp_pkey_st;
struct ossl_param_bld_st;

/* A public key of an OpenSSL type ("RSA") from its parameters; NULL if they make none. The caller's (EVP_PKEY_free). */
struct evp_pkey_st *tsr_key_public(const char *type, struct ossl_param_bld_st *params);

/* The id of a key that has a public part; false if it has none. NULL has none. */
bool tsr_key_id(struct evp_pkey_st *key, struct tsr_check_out *out);

/* Plain PKCS#1, SEC1, DSA and PKCS#8: OpenSSL finds out which. false: none of them, and *out is as it was. */
bool tsr_key_der(struct tsr_slice der, struct tsr_check_out *out);

/* The same for EncryptedPrivateKeyInfo (PKCS#8): encrypted by an algorithm for passwords. */
bool tsr_key_der_encrypted(struct tsr_slice der, struct tsr_check_out *out);

/* Big-endian numbers as formats other than DER have them; an empty slice is one that is not there. */
struct tsr_key_numbers {
	struct tsr_slice n, e, p, q, d; /* RSA; all but p and q are required */
	const char *curve;              /* OpenSSL's name of an EC group, or "ED25519", "ED448", "X25519", "X448" */
	struct tsr_slice x, y;          /* the public point, where it is told */
};

/*
 * PASS if they make a key: RSA's primes have the modulus for their product, an EC key's public
 * point is the one that d gives. FAIL if not; REJECT if a number that every key has is missing.
 */
void tsr_key_rsa(const struct tsr_key_numbers *k, struct tsr_check_out *out);
void tsr_key_ec(const struct tsr_key_numbers *k, struct tsr_check_out *out);

/* A key that everybody has is PUBLISHED, whatever else it is. */
void tsr_key_published_check(struct tsr_check_out *out);

#endif
