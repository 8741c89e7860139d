/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/view.h"

#include "base/base64.h"
#include "base/mem.h"

/*
 * Base64 that is wrapped (MIME, `base64` of coreutils) goes on in the next line if
 * the line is one of at least so many characters, in whole groups of four.
 */
#define WRAP_MIN 60u
#define WRAP_MAX 128u
#define INDENT_MAX 16u

static enum tsr_view_kind kind_of(enum tsr_form form)
{
	return form == TSR_FORM_PLAIN	? TSR_VIEW_PLAIN
	       : form == TSR_FORM_UTF16 ? TSR_VIEW_UTF16
					: TSR_VIEW_BASE64;
}

size_t tsr_view_behind(enum tsr_form form, size_t behind)
{
	switch (kind_of(form)) {
	case TSR_VIEW_UTF16:
		return behind * 2 + 2;
	case TSR_VIEW_BASE64:
		return behind / 3 * 4 + 8 + WRAP_MAX;
	default:
		return behind;
	}
}

size_t tsr_view_ahead(enum tsr_form form, size_t ahead)
{
	switch (kind_of(form)) {
	case TSR_VIEW_UTF16:
		return ahead * 2 + 2;
	case TSR_VIEW_BASE64: /* and line ends with some indentation */
		return ahead / 3 * 4 + 8 + ahead / 3 * 4 / WRAP_MIN * 8;
	default:
		return ahead;
	}
}

static void make_room(struct tsr_view *v, size_t need)
{
	v->room = tsr_grow(v->room, &v->cap, need, 1);
}

static bool literal_is_at(struct tsr_slice text, size_t at, const struct tsr_literal *l)
{
	struct tsr_slice part = tsr_slice_sub(text, at, at + l->len);

	if (part.len != l->len)
		return false;
	for (size_t i = 0; i < l->len; i++) {
		unsigned char a = (unsigned char)part.ptr[i], b = (unsigned char)l->bytes[i];

		if (l->nocase) {
			a = a >= 'A' && a <= 'Z' ? (unsigned char)(a + 32) : a;
			b = b >= 'A' && b <= 'Z' ? (unsigned char)(b + 32) : b;
		}
		if (a != b)
			return false;
	}
	return true;
}

/*
 * The needle g\0h\0p\0_ serves both byte orders. Little-endian, a NUL must follow
 * it; big-endian, a NUL must stand before it. In the middle of a text both are the
 * case and both readings give the same characters; then the parity of the place decides.
 */
static bool make_utf16(struct tsr_view *v, const struct tsr_view_in *in)
{
	const unsigned char *p = (const unsigned char *)in->raw.ptr;
	size_t after = in->hit + in->needle_len, len = in->raw.len, n = 0, back, forth, first;
	bool le = after < len && !p[after];
	bool be = in->hit > 0 && !p[in->hit - 1];

	if (!le && !be)
		return false;
	if (le && be)
		be = in->place % 2 != 0;
	first = in->hit - be; /* the unit of the literal's first character */
	back = first / 2 < in->behind ? first / 2 : in->behind;
	forth = (len - first) / 2 < in->ahead ? (len - first) / 2 : in->ahead;
	make_room(v, back + forth + 1);
	for (size_t i = first - back * 2; n < back + forth; i += 2, n++) {
		unsigned char lo = p[i + be], hi = p[i + !be];

		v->room[n] = hi == 0 && lo < 0x80 ? lo : 0xff;
	}
	v->via = be ? "utf-16be" : "utf-16le";
	v->text = tsr_slice_of(v->room, n);
	v->hit = back;
	v->raw = first - back * 2;
	v->at_start = v->raw < 2;
	v->at_end = v->raw + n * 2 + 1 >= len;
	return true;
}

/* Past a line end and indentation, if base64 goes on behind it; else `at` as it was. */
static size_t unwrap(struct tsr_slice raw, size_t at, size_t line)
{
	size_t i = at;

	if (line < WRAP_MIN || line % 4)
		return at;
	if (i < raw.len && raw.ptr[i] == '\r')
		i++;
	if (i >= raw.len || raw.ptr[i] != '\n')
		return at;
	i++;
	for (unsigned k = 0; k < INDENT_MAX && i < raw.len && (raw.ptr[i] == ' ' || raw.ptr[i] == '\t'); k++)
		i++;
	return i < raw.len && tsr_base64_value((unsigned char)raw.ptr[i]) >= 0 ? i : at;
}

/* Characters of base64 directly before raw[at], at most `max`. */
static size_t base64_before(struct tsr_slice raw, size_t at, size_t max)
{
	size_t n = 0;

	while (n < max && n < at && tsr_base64_value((unsigned char)raw.ptr[at - 1 - n]) >= 0)
		n++;
	return n;
}

/* Decodes up to `count` characters from raw[at] on, lines unwrapped; returns the index behind them. */
static size_t base64_walk(struct tsr_slice raw, size_t at, size_t count, unsigned char *out, size_t *decoded)
{
	size_t line = base64_before(raw, at, WRAP_MAX), n = 0, len = 0;
	uint32_t bits = 0;
	unsigned have = 0;

	while (n < count) {
		int value = at < raw.len ? tsr_base64_value((unsigned char)raw.ptr[at]) : -1;

		if (value < 0) {
			size_t next = unwrap(raw, at, line);

			if (next == at)
				break;
			at = next;
			line = 0;
			continue;
		}
		bits = (bits << 6 | (uint32_t)value) & 0xffffff;
		have += 6;
		if (have >= 8) {
			have -= 8;
			if (out)
				out[len++] = (unsigned char)(bits >> have);
		}
		at++;
		n++;
		line++;
	}
	if (decoded)
		*decoded = len;
	return at;
}

static bool make_base64(struct tsr_view *v, unsigned phase, const struct tsr_view_in *in)
{
	/* Of the group in which the literal begins, so many characters hold bits of what stands before it. */
	static const size_t lead[3] = { 0, 2, 3 };
	size_t want = (in->behind + 2) / 3 * 4, before, groups, first, chars, n;

	before = base64_before(in->raw, in->hit, lead[phase] + want);
	if (before < lead[phase])
		return false;
	groups = (before - lead[phase]) / 4;
	first = in->hit - lead[phase] - groups * 4;
	chars = groups * 4 + (phase + in->ahead + 2) / 3 * 4;
	make_room(v, chars / 4 * 3 + 3);
	base64_walk(in->raw, first, chars, v->room, &n);
	v->via = "base64";
	v->text = tsr_slice_of(v->room, n);
	v->hit = groups * 3 + phase;
	v->raw = first;
	v->at_start = before - lead[phase] < want;
	v->at_end = n < chars / 4 * 3;
	return true;
}

bool tsr_view_make(struct tsr_view *v, enum tsr_form form, const struct tsr_view_in *in)
{
	v->kind = kind_of(form);
	switch (v->kind) {
	case TSR_VIEW_UTF16:
		if (!make_utf16(v, in))
			return false;
		break;
	case TSR_VIEW_BASE64:
		if (!make_base64(v, (unsigned)form - TSR_FORM_BASE64_0, in))
			return false;
		break;
	default:
		v->via = NULL;
		v->text = in->raw;
		v->hit = in->hit;
		v->raw = 0;
		v->at_start = v->at_end = true;
		return true;
	}
	return literal_is_at(v->text, v->hit, in->literal);
}

static size_t raw_index(const struct tsr_view *v, struct tsr_slice raw, size_t at, size_t chars)
{
	switch (v->kind) {
	case TSR_VIEW_UTF16:
		return v->raw + at * 2;
	case TSR_VIEW_BASE64:
		return base64_walk(raw, v->raw, at / 3 * 4 + chars, NULL, NULL);
	default:
		return at;
	}
}

size_t tsr_view_begin(const struct tsr_view *v, struct tsr_slice raw, size_t at)
{
	return raw_index(v, raw, at, at % 3);
}

size_t tsr_view_end(const struct tsr_view *v, struct tsr_slice raw, size_t at)
{
	return raw_index(v, raw, at, at % 3 ? at % 3 + 1 : 0);
}
