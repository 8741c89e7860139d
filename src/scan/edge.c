/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/edge.h"

#include "base/escape.h"

/*
 * What stands beside a secret decides whether it is one or a piece of something
 * longer. WORD forbids [0-9A-Za-z_]. TOKEN forbids '-' too, and
 *
 *	'.' behind which (before which, on the left) five or more such characters
 *	    go on: a part of a dotted token or an identifier. A file suffix or the end of a sentence is none.
 *	'/' and '+' behind which base64 goes on: 16 characters of its alphabet,
 *	    upper case, lower case and digits among them. The '/' of a URL, a path or a
 *	    presigned request ("<key id>/20240101/us-east-1") is none.
 *
 * An escape is the character that it stands for: \n \t \u003d \x3d %3D &#61; &quot;
 */

#define DOT_RUN 5u
#define BASE64_RUN 16u

static bool is_digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}

static bool is_upper(unsigned char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool is_lower(unsigned char c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_word(unsigned char c)
{
	return is_digit(c) || is_upper(c) || is_lower(c) || c == '_';
}

static bool is_token(unsigned char c)
{
	return is_word(c) || c == '-';
}

/* The i-th byte from `at` on in direction `step`; NUL beyond the view. */
static unsigned char look(struct tsr_slice view, size_t at, int step, size_t i)
{
	if (step > 0)
		return at + i < view.len ? (unsigned char)view.ptr[at + i] : 0;
	return at > i ? (unsigned char)view.ptr[at - 1 - i] : 0;
}

static bool base64_goes_on(struct tsr_slice view, size_t at, int step)
{
	bool upper = false, lower = false, digit = false;

	for (size_t i = 1; i <= BASE64_RUN; i++) {
		unsigned char c = look(view, at, step, i);

		if (is_upper(c))
			upper = true;
		else if (is_lower(c))
			lower = true;
		else if (is_digit(c))
			digit = true;
		else if (c != '+' && c != '/')
			return false;
	}
	return upper && lower && digit;
}

static bool token_goes_on(struct tsr_slice view, size_t at, int step)
{
	for (size_t i = 1; i <= DOT_RUN; i++)
		if (!is_token(look(view, at, step, i)))
			return false;
	return true;
}

/* May `c` stand beside a secret? It is the byte at `at`, in direction `step`, or the escape that ends there is. */
static bool allowed(struct tsr_slice view, size_t at, int step, unsigned char c, enum tsr_boundary kind)
{
	switch (kind) {
	case TSR_EDGE_NONE:
		return true;
	case TSR_EDGE_WORD:
		return !is_word(c);
	case TSR_EDGE_TOKEN:
		if (c == '.')
			return !token_goes_on(view, at, step);
		if (c == '/' || c == '+')
			return !base64_goes_on(view, at, step);
		return !is_token(c);
	}
	return true;
}

/* Beyond ASCII nothing is forbidden. */
static unsigned char stands_for(struct tsr_slice view, size_t at)
{
	size_t end;
	int c = tsr_escape_read(view, at, TSR_ESCAPE_ANY, &end);

	return c >= 0 && c < 0x80 ? (unsigned char)c : 0xff;
}

bool tsr_edge_left(struct tsr_slice view, size_t at, enum tsr_boundary kind)
{
	size_t escape = tsr_escape_before(view, at, TSR_ESCAPE_ANY);

	if (at == 0)
		return true;
	if (escape < at)
		return allowed(view, escape + 1, -1, stands_for(view, escape), kind);
	return allowed(view, at, -1, look(view, at, -1, 0), kind);
}

bool tsr_edge_right(struct tsr_slice view, size_t end, enum tsr_boundary kind)
{
	size_t behind;

	if (end >= view.len)
		return true;
	if (tsr_escape_read(view, end, TSR_ESCAPE_ANY, &behind) >= 0)
		return allowed(view, behind - 1, 1, stands_for(view, end), kind);
	return allowed(view, end, 1, look(view, end, 1, 0), kind);
}

bool tsr_edge_length_byte(struct tsr_slice view, size_t at, size_t end)
{
	return at && end - at <= 0xff && (unsigned char)view.ptr[at - 1] == end - at;
}
