/* SPDX-License-Identifier: Apache-2.0 */
#include "base/escape.h"
#include "base/mem.h"
#include "scan/view_impl.h"

/*
 * Texts of which all or some characters are escaped, and hex. Both are walked back from
 * the hit, one character after the other, and then decoded forwards, which must
 * come to the hit again.
 */

/* As hex dumps and PEM in hex are wrapped. */
#define INDENT_MAX 16u

static unsigned kinds_of(enum tsr_form form)
{
	return form == TSR_FORM_PERCENT	    ? TSR_ESCAPE_PERCENT
	       : form == TSR_FORM_BACKSLASH ? TSR_ESCAPE_BACKSLASH
					    : TSR_ESCAPE_ENTITY;
}

/* The name of what stands at raw[at], as reports show it. */
static const char *via_of(struct tsr_slice raw, size_t at)
{
	if (at < raw.len && raw.ptr[at] == '&')
		return "html";
	if (at >= raw.len || raw.ptr[at] != '\\')
		return "percent";
	while (at < raw.len && raw.ptr[at] == '\\')
		at++;
	if (at < raw.len && raw.ptr[at] == 'u')
		return "unicode-escape";
	if (at < raw.len && raw.ptr[at] == 'x')
		return "hex-escape";
	return at < raw.len && raw.ptr[at] >= '0' && raw.ptr[at] <= '7' ? "octal-escape" : "escape";
}

/* The character at raw[*at], *at then behind it. */
static unsigned char step(const struct tsr_view *v, struct tsr_slice raw, size_t *at)
{
	unsigned char plain = (unsigned char)raw.ptr[*at];
	size_t end;
	int c = plain == '%' || plain == '\\' || plain == '&' ? tsr_escape_read(raw, *at, v->escapes, &end) : -1;

	if (c >= 0) {
		*at = end;
		return c < 0x80 ? (unsigned char)c : 0xff;
	}
	++*at;
	return plain == '+' && v->plus ? ' ' : plain;
}

static size_t walk(const struct tsr_view *v, struct tsr_slice raw, size_t at, size_t count, unsigned char *out,
		   size_t *n)
{
	size_t i = 0;

	for (; i < count && at < raw.len; i++) {
		unsigned char c = step(v, raw, &at);

		if (out)
			out[i] = c;
	}
	if (n)
		*n = i;
	return at;
}

static bool has_space(const struct tsr_literal *l)
{
	return memchr(l->bytes, ' ', l->len) != NULL;
}

bool tsr_view_escaped(struct tsr_view *v, enum tsr_form form, const struct tsr_view_in *in)
{
	struct tsr_slice raw = in->raw, needle = tsr_slice_sub(raw, in->hit, in->hit + in->needle_len);
	size_t at = in->hit, back = 0, behind = 0, n;

	v->escapes = kinds_of(form);
	/* The needle itself says how a space is written. */
	v->plus = form == TSR_FORM_PERCENT && has_space(in->literal) &&
		  tsr_slice_find(needle, '+', 0) < needle.len;
	for (; at && back < in->behind; back++) {
		size_t before = tsr_escape_before(raw, at, v->escapes);

		at = before < at ? before : at - 1;
	}
	tsr_view_room(v, back + in->ahead + 1);
	/* What looked like an escape from behind may be the rest of another one: then the text begins at the hit. */
	if (walk(v, raw, at, back, v->room, &behind) != in->hit || behind != back) {
		at = in->hit;
		behind = 0;
	}
	v->at_end = walk(v, raw, in->hit, in->ahead, v->room + behind, &n) >= raw.len;
	v->at_start = at == 0;
	v->text = tsr_slice_of(v->room, behind + n);
	v->hit = behind;
	v->raw = at;
	v->via = NULL;
	for (size_t i = at; i < raw.len && !v->via; i++)
		if (strchr("%\\&", raw.ptr[i]) && raw.ptr[i] && tsr_escape_read(raw, i, v->escapes, &n) >= 0)
			v->via = via_of(raw, i);
	if (!v->via)
		v->via = "percent"; /* forms of URLs: a plus for a space, and nothing else was escaped */
	return true;
}

size_t tsr_escaped_index(const struct tsr_view *v, struct tsr_slice raw, size_t at)
{
	return walk(v, raw, v->raw, at, NULL, NULL);
}

/* Kinds of what is escaped in s[at, end). White space and what is not ASCII end a pattern, escaped or not. */
static unsigned kinds_in(struct tsr_slice s, size_t at, size_t end)
{
	unsigned kinds = 0;

	for (; at < end && s.ptr[at] != '\n'; at++) {
		unsigned kind = s.ptr[at] == '%'    ? TSR_ESCAPE_PERCENT
				: s.ptr[at] == '\\' ? TSR_ESCAPE_BACKSLASH
				: s.ptr[at] == '&'  ? TSR_ESCAPE_ENTITY
						    : 0;
		size_t behind;

		if (kind & ~kinds) {
			int c = tsr_escape_read(s, at, kind, &behind);

			kinds |= c > ' ' && c < 0x7f ? kind : 0;
		}
	}
	return kinds;
}

unsigned tsr_view_escapes_near(struct tsr_slice raw, size_t hit, size_t behind, size_t ahead)
{
	size_t from = hit, to = raw.len - hit > ahead ? hit + ahead : raw.len;
	const char *line = memchr(raw.ptr + hit, '\n', to - hit);

	while (from && hit - from < behind && raw.ptr[from - 1] != '\n')
		from--;
	return kinds_in(raw, from, line ? (size_t)(line - raw.ptr) : to);
}

size_t tsr_view_first_mark(struct tsr_slice raw, size_t at)
{
	while (at < raw.len && raw.ptr[at] != '%' && raw.ptr[at] != '\\' && raw.ptr[at] != '&')
		at++;
	return at;
}

static int byte_at(struct tsr_slice raw, size_t at)
{
	int hi = at + 1 < raw.len ? tsr_hex_value((unsigned char)raw.ptr[at]) : -1;
	int lo = hi < 0 ? -1 : tsr_hex_value((unsigned char)raw.ptr[at + 1]);

	return lo < 0 ? -1 : hi << 4 | lo;
}

/* Past a line end and indentation, if hex goes on behind it; else `at` as it was. */
static size_t next_line(struct tsr_slice raw, size_t at)
{
	size_t i = at;

	if (i < raw.len && raw.ptr[i] == '\r')
		i++;
	if (i >= raw.len || raw.ptr[i] != '\n')
		return at;
	i++;
	for (unsigned k = 0; k < INDENT_MAX && i < raw.len && (raw.ptr[i] == ' ' || raw.ptr[i] == '\t'); k++)
		i++;
	return byte_at(raw, i) >= 0 ? i : at;
}

/* The start of the two digits before raw[at], also in the line before; `at` if there are none. */
static size_t byte_before(struct tsr_slice raw, size_t at)
{
	size_t i = at;

	if (i >= 2 && byte_at(raw, i - 2) >= 0)
		return i - 2;
	for (unsigned k = 0; k < INDENT_MAX && i && (raw.ptr[i - 1] == ' ' || raw.ptr[i - 1] == '\t'); k++)
		i--;
	if (!i || raw.ptr[i - 1] != '\n')
		return at;
	i--;
	i -= i && raw.ptr[i - 1] == '\r';
	return i >= 2 && byte_at(raw, i - 2) >= 0 ? i - 2 : at;
}

static size_t hex_walk(struct tsr_slice raw, size_t at, size_t count, unsigned char *out, size_t *n)
{
	size_t i = 0;

	while (i < count) {
		int c = byte_at(raw, at);

		if (c < 0) {
			size_t next = next_line(raw, at);

			if (next == at)
				break;
			at = next;
			continue;
		}
		if (out)
			out[i] = (unsigned char)c;
		i++;
		at += 2;
	}
	if (n)
		*n = i;
	return at;
}

bool tsr_view_hex(struct tsr_view *v, const struct tsr_view_in *in)
{
	size_t at = in->hit, back = 0, n;

	v->at_start = false;
	for (; back < in->behind; back++) {
		size_t before = byte_before(in->raw, at);

		v->at_start = before == at;
		if (v->at_start)
			break;
		at = before;
	}
	tsr_view_room(v, back + in->ahead + 1);
	hex_walk(in->raw, at, back + in->ahead, v->room, &n);
	v->at_end = n < back + in->ahead;
	v->text = tsr_slice_of(v->room, n);
	v->hit = back;
	v->raw = at;
	v->via = "hex";
	return true;
}

size_t tsr_hex_index(const struct tsr_view *v, struct tsr_slice raw, size_t at)
{
	return hex_walk(raw, v->raw, at, NULL, NULL);
}
