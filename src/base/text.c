/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

#include <stdint.h>

#include "base/mem.h"

int tsr_utf8_len(const unsigned char *s, size_t len)
{
	unsigned char lo = 0x80, hi = 0xbf;
	int i, n;

	if (len == 0)
		return 0;
	if (s[0] < 0x80)
		return 1;
	if (s[0] < 0xc2 || s[0] > 0xf4)
		return 0;
	n = s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
	if (len < (size_t)n)
		return 0;
	/* Overlong forms, surrogates and what lies above U+10FFFF show in the second byte. */
	if (s[0] == 0xe0)
		lo = 0xa0;
	else if (s[0] == 0xed)
		hi = 0x9f;
	else if (s[0] == 0xf0)
		lo = 0x90;
	else if (s[0] == 0xf4)
		hi = 0x8f;
	if (s[1] < lo || s[1] > hi)
		return 0;
	for (i = 2; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	return n;
}

static uint32_t decode(const unsigned char *s, int n)
{
	uint32_t c;
	int i;

	if (n == 1)
		return s[0];
	c = s[0] & (0x7fu >> n);
	for (i = 1; i < n; i++)
		c = c << 6 | (s[i] & 0x3fu);
	return c;
}

static bool is_shown(uint32_t c)
{
	static const struct {
		uint32_t from, to;
	} hidden[] = {
		{ 0x00, 0x1f },	    { 0x7f, 0x9f },	{ 0x61c, 0x61c },
		{ 0x200e, 0x200f }, { 0x2028, 0x2029 }, { 0x202a, 0x202e },
		{ 0x2066, 0x2069 }, { 0xfeff, 0xfeff }, { 0xfffe, 0xffff },
	};
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(hidden); i++)
		if (c >= hidden[i].from && c <= hidden[i].to)
			return false;
	return true;
}

/* Length of the sequence at s if it is shown as it is, else 0. */
static int shown_len(const unsigned char *s, size_t len)
{
	int n;

	if (s[0] >= 0x20 && s[0] < 0x7f)
		return 1;
	n = tsr_utf8_len(s, len);
	return n && is_shown(decode(s, n)) ? n : 0;
}

/* Length of the longest prefix that is shown as it is. */
static size_t shown_prefix(const unsigned char *s, size_t len)
{
	size_t i = 0;
	int n;

	while (i < len && (n = shown_len(s + i, len - i)) > 0)
		i += (size_t)n;
	return i;
}

/* Doubles the backslashes of a run that is otherwise shown as it is. */
static void add_run(struct tsr_buf *out, struct tsr_slice run)
{
	size_t from = 0;

	while (from < run.len) {
		size_t at = tsr_slice_find(run, '\\', from);

		tsr_buf_addsl(out, tsr_slice_sub(run, from, at));
		if (at < run.len)
			tsr_buf_adds(out, "\\\\");
		from = at + 1;
	}
}

bool tsr_text_escape(struct tsr_slice s, struct tsr_buf *out)
{
	static const char hex[] = "0123456789abcdef";
	const unsigned char *p = (const unsigned char *)s.ptr;
	size_t i = shown_prefix(p, s.len);

	if (i == s.len) {
		tsr_buf_addsl(out, s);
		return false;
	}
	for (i = 0; i < s.len && !out->full;) {
		size_t run = shown_prefix(p + i, s.len - i), n, k;

		add_run(out, tsr_slice_sub(s, i, i + run));
		i += run;
		if (i == s.len)
			break;
		/* A hidden character goes as a whole, an invalid byte alone. */
		n = (size_t)tsr_utf8_len(p + i, s.len - i);
		n = n ? n : 1;
		for (k = 0; k < n; k++, i++) {
			char x[4] = { '\\', 'x', hex[p[i] >> 4], hex[p[i] & 15] };

			tsr_buf_add(out, x, sizeof(x));
		}
	}
	return true;
}

struct tsr_text tsr_text_escaped(struct tsr_arena *a, struct tsr_slice s)
{
	TSR_AUTO(tsr_buf) struct tsr_buf b = TSR_BUF_INIT(s.len > SIZE_MAX / 4 ? SIZE_MAX : s.len * 4);
	const unsigned char *p = (const unsigned char *)s.ptr;

	if (shown_prefix(p, s.len) == s.len)
		return (struct tsr_text){ tsr_arena_str(a, s), false };
	tsr_text_escape(s, &b);
	return (struct tsr_text){ tsr_arena_str(a, tsr_buf_slice(&b)), true };
}
