/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_SCAN_PUBLISHED_H
#define TSR_SCAN_PUBLISHED_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Private keys that everybody has: test keys of public repositories and the
 * self-test keys inside crypto libraries (data/README.md). They are no secret of
 * the image. `id` is the SHA-256 of the key's DER SubjectPublicKeyInfo, or of its own
 * DER where OpenSSL does not know the algorithm. The list holds 8 bytes of each: a
 * key that is not in it is taken for one that is once in 2^47.
 */
bool tsr_key_published(const uint8_t id[32]);

#endif
