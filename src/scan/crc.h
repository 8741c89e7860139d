/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_SCAN_CRC_H
#define TSR_SCAN_CRC_H

#include <stdint.h>

#include "base/slice.h"

/* CRC-32 as in zlib, over the few bytes of a token: no table beyond 16 entries. */
uint32_t tsr_crc32(const void *p, size_t len);

/* CRC-24 of RFC 9580, the last line of an armored OpenPGP block. */
uint32_t tsr_crc24(const void *p, size_t len);

/* `value` in the digits 0-9A-Za-z (base 62) or 0-9a-z (base 36), left-padded with '0' to exactly `width`. */
void tsr_crc_digits(uint32_t value, unsigned base, unsigned width, char *out);

/* Marvin32, which ends Azure's keys, seeded. */
uint32_t tsr_marvin32(const void *p, size_t len, uint64_t seed);

/*
 * Bech32 (BIP 173): the sum over a whole "prefix1data" in either case, 1 if its
 * last six digits are right. false: it has not that form.
 */
#define TSR_BECH32_DIGITS "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
bool tsr_bech32_sum(struct tsr_slice s, uint32_t *sum);

/* Base 58 as Bitcoin writes it. */
#define TSR_BASE58_DIGITS "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

#endif
