/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_BASE_BASE64_H
#define TSR_BASE_BASE64_H

#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

/* Base64 in both alphabets at once: '+' and '-' are 62, '/' and '_' are 63. */

/* 0 to 63, or -1 for any other byte (also '='). */
int tsr_base64_value(unsigned char c);

/*
 * Decodes `text` (padding may be missing) into out[cap]. Returns the length, or
 * -1: another byte than base64 and closing '=', an impossible length, or no room.
 */
long tsr_base64_decode(struct tsr_slice text, uint8_t *out, size_t cap);

/* Encodes with padding into out, which has room for 4 * ((len + 2) / 3) bytes; returns that. */
size_t tsr_base64_encode(const uint8_t *in, size_t len, char *out);

#endif
