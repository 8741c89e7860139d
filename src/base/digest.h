/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_BASE_DIGEST_H
#define TSR_BASE_DIGEST_H

#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"

/*
 * Digests as the OCI image specification writes them (descriptor.md, Digests):
 * algorithm ":" encoded. SHA-256, SHA-384 and SHA-512 are computed by OpenSSL;
 * other algorithms that fit the grammar are TSR_DIGEST_OTHER and cannot be
 * verified.
 */
enum tsr_digest_alg {
	TSR_DIGEST_NONE = 0, /* no digest */
	TSR_DIGEST_SHA256,
	TSR_DIGEST_SHA384,
	TSR_DIGEST_SHA512,
	TSR_DIGEST_OTHER, /* grammatical, unknown here; bytes are the SHA-256 of its text */
};

struct tsr_digest {
	uint8_t alg; /* enum tsr_digest_alg */
	uint8_t bytes[64];
};

#define TSR_DIGEST_STR_MAX 144 /* "sha512:" + 128 digits + NUL, rounded up */

/* Parses "sha256:…" (lower-case hex of the right length). -1: not a digest. */
int tsr_digest_parse(struct tsr_slice s, struct tsr_digest *out);
/* Parses algorithm and encoded part given apart, as in "blobs/sha256/…". */
int tsr_digest_parse2(struct tsr_slice alg, struct tsr_slice hex, struct tsr_digest *out);
/* Writes "sha256:…" into `out` and returns it; "" for NONE and OTHER. */
const char *tsr_digest_str(const struct tsr_digest *d, char out[TSR_DIGEST_STR_MAX]);
bool tsr_digest_eq(const struct tsr_digest *a, const struct tsr_digest *b); /* false if either is NONE */
size_t tsr_digest_size(enum tsr_digest_alg alg);                            /* 32, 48, 64 or 0 */

/* One running hash. */
struct tsr_hash {
	void *ctx; /* EVP_MD_CTX */
	enum tsr_digest_alg alg;
};

int tsr_hash_init(struct tsr_hash *h, enum tsr_digest_alg alg, struct tsr_err *err);
void tsr_hash_update(struct tsr_hash *h, const void *p, size_t len);
void tsr_hash_final(struct tsr_hash *h, struct tsr_digest *out); /* releases h */
void tsr_hash_release(struct tsr_hash *h);

/* SHA-256 of one run of bytes. */
void tsr_sha256(const void *p, size_t len, uint8_t out[32]);

#endif
