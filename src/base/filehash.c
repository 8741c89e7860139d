/* SPDX-License-Identifier: Apache-2.0 */
#include "base/filehash.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

bool tsr_filehash(enum tsr_filehash_alg alg, const struct tsr_slice *parts, size_t n, uint8_t out[TSR_FILEHASH_BYTES])
{
	const EVP_MD *md = alg == TSR_FILEHASH_MD5 ? EVP_md5() : alg == TSR_FILEHASH_SHA1 ? EVP_sha1() : EVP_sha256();
	unsigned char digest[EVP_MAX_MD_SIZE];
	EVP_MD_CTX *ctx;
	bool good;

	/* A machine's openssl.cnf must not decide what is loaded into an auditor. */
	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	ctx = EVP_MD_CTX_new();
	good = ctx && EVP_DigestInit_ex(ctx, md, NULL) == 1;
	for (size_t i = 0; good && i < n; i++)
		good = !parts[i].len || EVP_DigestUpdate(ctx, parts[i].ptr, parts[i].len) == 1;
	good = good && EVP_DigestFinal_ex(ctx, digest, NULL) == 1;
	EVP_MD_CTX_free(ctx);
	if (good)
		memcpy(out, digest, TSR_FILEHASH_BYTES);
	return good;
}
