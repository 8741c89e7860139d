/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/crc.h"

uint32_t tsr_crc32(const void *p, size_t len)
{
	static const uint32_t nibble[16] = {
		0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4,
		0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
		0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
	};
	const uint8_t *b = p;
	uint32_t c = 0xffffffff;

	for (size_t i = 0; i < len; i++) {
		c ^= b[i];
		c = c >> 4 ^ nibble[c & 15];
		c = c >> 4 ^ nibble[c & 15];
	}
	return ~c;
}

uint32_t tsr_crc24(const void *p, size_t len)
{
	const uint8_t *b = p;
	uint32_t c = 0xb704ce;

	for (size_t i = 0; i < len; i++) {
		c ^= (uint32_t)b[i] << 16;
		for (int k = 0; k < 8; k++) {
			c <<= 1;
			if (c & 0x1000000)
				c ^= 0x1864cfb;
		}
	}
	return c & 0xffffff;
}

void tsr_crc_digits(uint32_t value, unsigned base, unsigned width, char *out)
{
	static const char base62[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
	static const char base36[] = "0123456789abcdefghijklmnopqrstuvwxyz";
	const char *digits = base == 62 ? base62 : base36;

	while (width) {
		out[--width] = digits[value % base];
		value /= base;
	}
}

static uint32_t rotate(uint32_t v, unsigned n)
{
	return v << n | v >> (32 - n);
}

static void marvin_mix(uint32_t *p0, uint32_t *p1)
{
	*p1 ^= *p0;
	*p0 = rotate(*p0, 20) + *p1;
	*p1 = rotate(*p1, 9) ^ *p0;
	*p0 = rotate(*p0, 27) + *p1;
	*p1 = rotate(*p1, 19);
}

uint32_t tsr_marvin32(const void *p, size_t len, uint64_t seed)
{
	const uint8_t *b = p;
	uint32_t p0 = (uint32_t)seed, p1 = (uint32_t)(seed >> 32), rest = 0x80;

	for (; len >= 4; b += 4, len -= 4) {
		p0 += b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
		marvin_mix(&p0, &p1);
	}
	while (len)
		rest = rest << 8 | b[--len];
	p0 += rest;
	marvin_mix(&p0, &p1);
	marvin_mix(&p0, &p1);
	return p0 ^ p1;
}

static uint32_t bech32_step(uint32_t c, uint32_t v)
{
	static const uint32_t generator[5] = { 0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3 };
	uint32_t top = c >> 25;

	c = (c & 0x1ffffff) << 5 ^ v;
	for (int k = 0; k < 5; k++)
		if (top >> k & 1)
			c ^= generator[k];
	return c;
}

static unsigned char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : (unsigned char)c;
}

bool tsr_bech32_sum(struct tsr_slice s, uint32_t *sum)
{
	static const char digits[] = TSR_BECH32_DIGITS;
	size_t one = s.len;
	uint32_t c = 1;

	while (one && s.ptr[one - 1] != '1')
		one--;
	if (one < 2 || s.len - one < 6)
		return false;
	for (size_t i = 0; i < one - 1; i++)
		c = bech32_step(c, lower(s.ptr[i]) >> 5);
	c = bech32_step(c, 0);
	for (size_t i = 0; i < one - 1; i++)
		c = bech32_step(c, lower(s.ptr[i]) & 31);
	for (size_t i = one; i < s.len; i++) {
		const char *digit = s.ptr[i] ? strchr(digits, lower(s.ptr[i])) : NULL;

		if (!digit)
			return false;
		c = bech32_step(c, (uint32_t)(digit - digits));
	}
	*sum = c;
	return true;
}
