/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_RULE_MAGIC_H
#define TSR_RULE_MAGIC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

/*
 * The first bytes by which a format is known, as rule files write them: pairs of
 * hexadecimal digits, or ?? for a byte of any value ("3082????020103").
 */
#define TSR_MAGIC_MAX 32u
#define TSR_MAGIC_FIXED_MIN 3u

struct tsr_magic {
	uint8_t bytes[TSR_MAGIC_MAX], mask[TSR_MAGIC_MAX];
	uint32_t len;
	uint32_t rule; /* index in the ruleset */
};

/* NULL, or (static) what is wrong with it. */
const char *tsr_magic_parse(const char *text, struct tsr_magic *out);
/* `head` is the file's beginning; a shorter one than the magic does not match. */
bool tsr_magic_match(const struct tsr_magic *m, struct tsr_slice head);

#endif
