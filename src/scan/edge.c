/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/edge.h"

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
 * On the left a forbidden character does not count if it ends an escape that stands
 * for another one: \n \t \u003d \x3d %3D.
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

static bool is_hex(unsigned char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
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

static bool allowed(struct tsr_slice view, size_t at, int step, enum tsr_boundary kind)
{
	unsigned char c = look(view, at, step, 0);

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

/* Do the bytes before `at` end in an escape? */
static bool escape_before(struct tsr_slice view, size_t at)
{
	unsigned char c = look(view, at, -1, 0), b = look(view, at, -1, 1), a = look(view, at, -1, 2);

	if (b == '\\')
		return c == 'n' || c == 'r' || c == 't' || c == 'b' || c == 'f' || c == 'v' || c == '0';
	if (!is_hex(c) || !is_hex(b))
		return false;
	if (a == '%')
		return true;
	if (a == 'x')
		return look(view, at, -1, 3) == '\\';
	return is_hex(a) && is_hex(look(view, at, -1, 3)) && look(view, at, -1, 4) == 'u' &&
	       look(view, at, -1, 5) == '\\';
}

bool tsr_edge_left(struct tsr_slice view, size_t at, enum tsr_boundary kind)
{
	return at == 0 || allowed(view, at, -1, kind) || escape_before(view, at);
}

bool tsr_edge_right(struct tsr_slice view, size_t end, enum tsr_boundary kind)
{
	return end >= view.len || allowed(view, end, 1, kind);
}

bool tsr_edge_length_byte(struct tsr_slice view, size_t at, size_t end)
{
	return at && end - at <= 0xff && (unsigned char)view.ptr[at - 1] == end - at;
}
