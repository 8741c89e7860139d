/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_BASE_FILEHASH_H
#define TSR_BASE_FILEHASH_H

#include <stdint.h>

#include "base/slice.h"

/*
 * Digests of a file's content as package managers record them: MD5 by dpkg,
 * SHA-1 by apk, SHA-256 by rpm and Python's wheels. They are compared with such records and prove nothing else.
 */
enum tsr_filehash_alg { TSR_FILEHASH_NONE = 0, TSR_FILEHASH_MD5, TSR_FILEHASH_SHA1, TSR_FILEHASH_SHA256, TSR_FILEHASHES };

/* The first bytes of a digest; all of an MD5. Records are kept at this length. */
#define TSR_FILEHASH_BYTES 16

/* Of the parts as one run of bytes. False: OpenSSL was built or set up without that algorithm. */
bool tsr_filehash(enum tsr_filehash_alg alg, const struct tsr_slice *parts, size_t n, uint8_t out[TSR_FILEHASH_BYTES]);

#endif
