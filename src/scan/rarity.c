/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/rarity.h"

#include "scan/bigrams.h"

/* In sixteenths of a bit: which of ten digits, and which of the usual separators. */
#define DIGIT_BITS 53u
#define SEPARATOR_BITS 24u

enum { LETTERS = 26, DIGIT = 26, SEPARATOR = 27, EDGE = 28 };

static unsigned symbol(unsigned char c, bool *upper)
{
	*upper = c >= 'A' && c <= 'Z';
	if (*upper)
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a';
	return c >= '0' && c <= '9' ? DIGIT : SEPARATOR;
}

unsigned tsr_rarity(struct tsr_slice s)
{
	unsigned before = EDGE, now;
	bool was_upper = false, upper;
	size_t sum = 0;

	for (size_t i = 0; i < s.len; i++) {
		now = symbol((unsigned char)s.ptr[i], &upper);
		sum += bigram_bits[before][now];
		if (now == DIGIT)
			sum += DIGIT_BITS;
		else if (now == SEPARATOR)
			sum += SEPARATOR_BITS;
		else if (before < LETTERS)
			sum += case_bits[was_upper][upper];
		before = now;
		was_upper = upper;
	}
	return s.len ? (unsigned)(sum / s.len) : 0;
}
