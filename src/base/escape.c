/* SPDX-License-Identifier: Apache-2.0 */
#include "base/escape.h"

#include <ctype.h>

#include "base/mem.h"

/* How often over something may have been escaped, in backslashes (7 are three times). */
#define BACKSLASHES_MAX 8u
#define REPEATS_MAX 4u
/* The longest escape apart from backslashes: &amp; four times and a number with leading zeros. */
#define BODY_MAX 40u
#define CODE_MAX 0x10ffff

int tsr_hex_value(unsigned char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 32;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static unsigned char look(struct tsr_slice s, size_t at)
{
	return at < s.len ? (unsigned char)s.ptr[at] : 0;
}

/* A number of `base` at s[*at], of `least` to `most` digits; -1: there is none. */
static int number(struct tsr_slice s, size_t *at, unsigned base, unsigned least, unsigned most)
{
	unsigned n = 0, v = 0;

	for (; n < most; n++) {
		int d = tsr_hex_value(look(s, *at + n));

		if (d < 0 || (unsigned)d >= base)
			break;
		v = v * base + (unsigned)d;
	}
	if (n < least || v > CODE_MAX)
		return -1;
	*at += n;
	return (int)v;
}

static int percent(struct tsr_slice s, size_t at, unsigned repeats, size_t *end)
{
	int v;

	at++;
	for (unsigned i = 0; i < repeats && look(s, at) == '2' && look(s, at + 1) == '5'; i++) {
		if (tsr_hex_value(look(s, at + 2)) < 0 || tsr_hex_value(look(s, at + 3)) < 0)
			break;
		at += 2;
	}
	v = number(s, &at, 16, 2, 2);
	*end = at;
	return v;
}

/* Behind \u. */
static int unicode(struct tsr_slice s, size_t at, size_t *end)
{
	bool braces = look(s, at) == '{';
	int v;

	at += braces;
	v = number(s, &at, 16, braces ? 1 : 4, braces ? 6 : 4);
	if (braces && look(s, at++) != '}')
		return -1;
	*end = at;
	return v;
}

static int backslash(struct tsr_slice s, size_t at, unsigned repeats, size_t *end)
{
	static const char letters[] = "nrtbfv", stand_for[] = "\n\r\t\b\f\v";
	const char *letter;
	int v;

	for (unsigned i = 0; i < repeats && look(s, at) == '\\'; i++)
		at++;
	letter = look(s, at) ? strchr(letters, look(s, at)) : NULL;
	if (letter) {
		*end = at + 1;
		return stand_for[letter - letters];
	}
	if (ispunct(look(s, at)) && look(s, at) != '\\') {
		*end = at + 1;
		return look(s, at);
	}
	if (look(s, at) == 'u')
		return unicode(s, at + 1, end);
	if (look(s, at) == 'x') {
		at++;
		v = number(s, &at, 16, 2, 2);
	} else {
		v = look(s, at) > '3' ? -1 : number(s, &at, 8, 3, 3);
		if (v < 0 && look(s, at) == '0' && tsr_hex_value(look(s, at + 1)) < 0) {
			at++;
			v = 0;
		}
	}
	*end = at;
	return v;
}

/* Behind the '&' and whatever amp; stands there. */
static int entity_body(struct tsr_slice s, size_t at, size_t *end)
{
	static const struct {
		const char *name;
		char c;
	} names[] = {
		{ "quot;", '"' },   { "amp;", '&' },	 { "lt;", '<' },     { "gt;", '>' },	 { "apos;", '\'' },
		{ "nbsp;", ' ' },   { "NewLine;", '\n' }, { "Tab;", '\t' },  { "plus;", '+' },   { "sol;", '/' },
		{ "equals;", '=' }, { "colon;", ':' },	 { "commat;", '@' }, { "period;", '.' }, { "lowbar;", '_' },
		{ "num;", '#' },    { "percnt;", '%' },	 { "dollar;", '$' }, { "excl;", '!' },	 { "semi;", ';' },
		{ "ast;", '*' },    { "quest;", '?' },	 { "bsol;", '\\' },  { "lpar;", '(' },	 { "rpar;", ')' },
		{ "comma;", ',' },  { "grave;", '`' },	 { "verbar;", '|' }, { "Hat;", '^' },
	};

	if (look(s, at) == '#') {
		bool hex = (look(s, at + 1) | 32) == 'x';
		int v;

		at += 1 + hex;
		v = number(s, &at, hex ? 16 : 10, 1, 8);
		*end = at + 1;
		return look(s, at) == ';' ? v : -1;
	}
	for (size_t i = 0; i < TSR_ARRAY_LEN(names); i++) {
		size_t n;

		if ((names[i].name[0] ^ look(s, at)) & ~32)
			continue;
		n = strlen(names[i].name);
		if (tsr_slice_caseeq_str(tsr_slice_sub(s, at, at + n), names[i].name)) {
			*end = at + n;
			return names[i].c;
		}
	}
	return -1;
}

static int entity(struct tsr_slice s, size_t at, unsigned repeats, size_t *end)
{
	size_t body = at + 1;
	int v;

	for (unsigned i = 0; i < repeats && tsr_slice_starts(tsr_slice_sub(s, body, s.len), "amp;"); i++)
		body += 4;
	v = entity_body(s, body, end);
	/* &amp; and then something else. */
	return v < 0 && body > at + 1 ? entity_body(s, at + 1, end) : v;
}

static int property(struct tsr_slice s, size_t at, size_t *end)
{
	unsigned char c = look(s, at + 1);

	if (c == 'u')
		return unicode(s, at + 2, end);
	*end = at + 2;
	return ispunct(c) || c == ' ' ? c : -1;
}

int tsr_escape_read(struct tsr_slice s, size_t at, unsigned kinds, size_t *end)
{
	bool once = kinds & TSR_ESCAPE_ONCE;

	switch (look(s, at)) {
	case '%':
		return kinds & TSR_ESCAPE_PERCENT ? percent(s, at, once ? 0 : REPEATS_MAX, end) : -1;
	case '\\':
		if (kinds & TSR_ESCAPE_PROPERTY)
			return property(s, at, end);
		return kinds & TSR_ESCAPE_BACKSLASH ? backslash(s, at, once ? 1 : BACKSLASHES_MAX, end) : -1;
	case '&':
		return kinds & TSR_ESCAPE_ENTITY ? entity(s, at, once ? 0 : REPEATS_MAX, end) : -1;
	default:
		return -1;
	}
}

/* The last `c` in s[end - reach, end). */
static size_t last(struct tsr_slice s, size_t end, unsigned char c, size_t reach)
{
	for (size_t i = 1; i <= reach && i <= end; i++)
		if ((unsigned char)s.ptr[end - i] == c)
			return end - i;
	return end;
}

size_t tsr_escape_before(struct tsr_slice s, size_t end, unsigned kinds)
{
	static const unsigned char marks[] = { '%', '\\', '&' };
	static const size_t reach[] = { 3 + 2 * REPEATS_MAX, 10, BODY_MAX };
	size_t behind;

	/* An entity has an end of its own; without this look, a run of text is searched again at every byte. */
	if (end && s.ptr[end - 1] != ';')
		kinds &= ~(unsigned)TSR_ESCAPE_ENTITY;
	for (size_t k = 0; k < TSR_ARRAY_LEN(marks); k++) {
		size_t at = kinds >> k & 1 ? last(s, end, marks[k], reach[k]) : end;

		for (unsigned i = 1; k == 1 && i < BACKSLASHES_MAX && at && at < end && s.ptr[at - 1] == '\\'; i++)
			at--;
		if (at < end && tsr_escape_read(s, at, kinds, &behind) >= 0 && behind == end)
			return at;
	}
	return end;
}

static void put_utf8(struct tsr_buf *out, unsigned c)
{
	if (c < 0x80) {
		tsr_buf_addc(out, (char)c);
		return;
	}
	if (c < 0x800) {
		tsr_buf_addc(out, (char)(0xc0 | c >> 6));
	} else {
		if (c < 0x10000) {
			tsr_buf_addc(out, (char)(0xe0 | c >> 12));
		} else {
			tsr_buf_addc(out, (char)(0xf0 | c >> 18));
			tsr_buf_addc(out, (char)(0x80 | (c >> 12 & 0x3f)));
		}
		tsr_buf_addc(out, (char)(0x80 | (c >> 6 & 0x3f)));
	}
	tsr_buf_addc(out, (char)(0x80 | (c & 0x3f)));
}

struct tsr_slice tsr_escape_undo(struct tsr_slice s, unsigned kinds, struct tsr_buf *room)
{
	bool any = false;

	tsr_buf_reset(room);
	for (size_t at = 0; at < s.len;) {
		size_t end = at;
		int c = tsr_escape_read(s, at, kinds, &end);

		if (c < 0) {
			tsr_buf_addc(room, s.ptr[at++]);
			continue;
		}
		put_utf8(room, (unsigned)c);
		any = true;
		at = end;
	}
	return any && !room->full ? tsr_buf_slice(room) : s;
}
