/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/view.h"

#include <stdlib.h>

#include "base/mem.h"
#include "scan/view_impl.h"

enum tsr_view_kind tsr_view_kind_of(enum tsr_form form)
{
	if (form == TSR_FORM_PLAIN)
		return TSR_VIEW_PLAIN;
	if (form == TSR_FORM_UTF16)
		return TSR_VIEW_UTF16;
	if (form <= TSR_FORM_BASE64_2)
		return TSR_VIEW_BASE64;
	if (form <= TSR_FORM_TWICE_22)
		return TSR_VIEW_TWICE;
	return form == TSR_FORM_HEX ? TSR_VIEW_HEX : TSR_VIEW_ESCAPED;
}

size_t tsr_view_behind(enum tsr_form form, size_t behind)
{
	switch (tsr_view_kind_of(form)) {
	case TSR_VIEW_UTF16:
		return behind * 2 + 2;
	case TSR_VIEW_BASE64:
		return tsr_base64_behind(behind);
	case TSR_VIEW_TWICE:
		return tsr_base64_behind(tsr_base64_behind(behind));
	case TSR_VIEW_ESCAPED:
		return behind * 8 + 16;
	case TSR_VIEW_HEX:
		return behind * 2 + 64;
	default:
		return behind;
	}
}

/*
 * The longest escape takes six bytes and more, and the widest rule (a private key) looks at 16 KiB: so
 * much of it waits for no hit. A key of 4096 bits has 20 KB when every character of it is escaped.
 */
static size_t at_most(size_t n)
{
	return n < 2 * TSR_WIDTH_MAX ? n : 2 * TSR_WIDTH_MAX;
}

size_t tsr_view_ahead(enum tsr_form form, size_t ahead)
{
	switch (tsr_view_kind_of(form)) {
	case TSR_VIEW_UTF16:
		return ahead * 2 + 2;
	case TSR_VIEW_BASE64:
		return tsr_base64_ahead(ahead);
	case TSR_VIEW_TWICE:
		return at_most(tsr_base64_ahead(tsr_base64_ahead(ahead)));
	case TSR_VIEW_ESCAPED:
		return at_most(ahead * 8 + 16);
	case TSR_VIEW_HEX:
		return at_most(ahead * 2 + ahead / 4 + 64);
	default:
		return ahead;
	}
}

void tsr_view_room(struct tsr_view *v, size_t need)
{
	v->room = tsr_grow(v->room, &v->cap, need, 1);
}

void tsr_view_release(struct tsr_view *v)
{
	if (v->room)
		explicit_bzero(v->room, v->cap);
	if (v->outer_room)
		explicit_bzero(v->outer_room, v->outer_cap);
	free(v->room);
	free(v->outer_room);
	*v = (struct tsr_view){ .kind = TSR_VIEW_PLAIN };
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
	tsr_view_room(v, back + forth + 1);
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

bool tsr_view_make(struct tsr_view *v, enum tsr_form form, const struct tsr_view_in *in)
{
	bool made = true;

	v->kind = tsr_view_kind_of(form);
	switch (v->kind) {
	case TSR_VIEW_UTF16:
		made = make_utf16(v, in);
		break;
	case TSR_VIEW_BASE64:
		made = tsr_view_base64(v, (unsigned)form - TSR_FORM_BASE64_0, in);
		break;
	case TSR_VIEW_TWICE:
		made = tsr_view_twice(v, (unsigned)form - TSR_FORM_TWICE_00, in);
		break;
	case TSR_VIEW_ESCAPED:
		made = tsr_view_escaped(v, form, in);
		break;
	case TSR_VIEW_HEX:
		made = tsr_view_hex(v, in);
		break;
	default:
		v->via = NULL;
		v->text = in->raw;
		v->hit = in->hit;
		v->raw = 0;
		v->at_start = v->at_end = true;
		return true;
	}
	return made && literal_is_at(v->text, v->hit, in->literal);
}

/* `end`: behind the byte before text[at]. */
static size_t raw_index(const struct tsr_view *v, struct tsr_slice raw, size_t at, bool end)
{
	switch (v->kind) {
	case TSR_VIEW_UTF16:
		return v->raw + at * 2;
	case TSR_VIEW_BASE64:
		return tsr_base64_index(raw, v->raw, at, end);
	case TSR_VIEW_TWICE:
		return tsr_base64_index(raw, v->outer_raw, tsr_base64_index(v->outer, v->raw, at, end), end);
	case TSR_VIEW_ESCAPED:
		return tsr_escaped_index(v, raw, at);
	case TSR_VIEW_HEX:
		return tsr_hex_index(v, raw, at);
	default:
		return at;
	}
}

size_t tsr_view_begin(const struct tsr_view *v, struct tsr_slice raw, size_t at)
{
	return raw_index(v, raw, at, false);
}

size_t tsr_view_end(const struct tsr_view *v, struct tsr_slice raw, size_t at)
{
	return raw_index(v, raw, at, true);
}
