/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/magic.h"

#include <string.h>

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

const char *tsr_magic_parse(const char *text, struct tsr_magic *out)
{
	size_t n = strlen(text), fixed = 0;

	memset(out, 0, sizeof(*out));
	if (n % 2 || n / 2 > TSR_MAGIC_MAX)
		return "not 1 to 32 pairs of hexadecimal digits or ??";
	for (size_t i = 0; i < n / 2; i++) {
		int high = digit(text[2 * i]), low = digit(text[2 * i + 1]);

		if (text[2 * i] == '?' && text[2 * i + 1] == '?')
			continue;
		if (high < 0 || low < 0)
			return "not pairs of lower-case hexadecimal digits or ??";
		out->bytes[i] = (uint8_t)(high << 4 | low);
		out->mask[i] = 0xff;
		fixed++;
	}
	if (fixed < TSR_MAGIC_FIXED_MIN)
		return "fewer than 3 bytes that are given";
	out->len = (uint32_t)(n / 2);
	return NULL;
}

bool tsr_magic_match(const struct tsr_magic *m, struct tsr_slice head)
{
	if (head.len < m->len)
		return false;
	for (uint32_t i = 0; i < m->len; i++)
		if (((uint8_t)head.ptr[i] & m->mask[i]) != m->bytes[i])
			return false;
	return true;
}
