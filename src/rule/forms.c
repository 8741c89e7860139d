/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/mem.h"
#include "rule/needles.h"

#define FORM_MIN 4u
/*
 * Of a literal that is escaped as a whole, so many characters are looked for: escaped letters are
 * rare, and literals of one vendor then share a needle. Hex wants more, and has to stand in one line of a dump.
 */
#define ESCAPED_MAX 3u
#define HEX_MIN 8u

static char base64_digit(unsigned v, bool url)
{
	return (url ? "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
		    : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")[v];
}

/* The characters that depend on `bytes` alone, when these begin at the byte `place` of a group. */
static uint32_t base64(const char *bytes, uint32_t len, unsigned place, bool url, char *out)
{
	unsigned shift = place * 8, i = (shift + 5) / 6, end = (shift + len * 8) / 6, bit, v;
	uint32_t n = 0;

	for (; i < end; i++) {
		for (v = 0, bit = i * 6 - shift; bit < i * 6 - shift + 6; bit++)
			v = v << 1 | ((unsigned char)bytes[bit / 8] >> (7 - bit % 8) & 1);
		out[n++] = base64_digit(v, url);
	}
	return n;
}

static uint32_t base64_form(const struct tsr_literal *lit, unsigned place, bool url, char *out)
{
	return lit->nocase ? 0 : base64(lit->bytes, lit->len, place, url, out);
}

/* Both times in the same alphabet. */
static uint32_t twice_form(const struct tsr_literal *lit, unsigned places, bool url, char *out)
{
	char inner[TSR_FORM_BYTES_MAX];
	uint32_t n = lit->nocase ? 0 : base64(lit->bytes, lit->len, places % 3, url, inner);

	if (n < FORM_MIN || n * 4 / 3 > TSR_FORM_BYTES_MAX)
		return 0;
	return base64(inner, n, places / 3, url, out);
}

/* Both byte orders have these bytes: one begins at them, the other one byte before. */
static uint32_t utf16_form(const struct tsr_literal *lit, char *out)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < lit->len; i++) {
		out[n++] = lit->bytes[i];
		out[n++] = 0;
	}
	return n - 1;
}

static bool is_letter(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/*
 * Encoders differ in what they escape: every character, or those that are neither letter nor digit nor in a
 * list, or those of a list. JSON of PHP has \/ for a slash, Java properties \: for a colon, JavaScript in
 * pages \u002d and \u002F, templates &#x2F;; forms of URLs write a space as a plus.
 */
enum which { ALL, ALL_BUT, ONLY };

static const struct escaping {
	enum tsr_form form;
	unsigned variant;
	enum which which;
	const char *list;
	const char *before;
	unsigned base, digits; /* of the number; base 1: the character itself, 0: nothing */
	const char *behind;
} escapings[] = {
	{ TSR_FORM_PERCENT, 0, ALL, "", "%", 16, 2, "" },
	{ TSR_FORM_PERCENT, 1, ALL_BUT, "-_.~", "%", 16, 2, "" },
	{ TSR_FORM_PERCENT, 2, ONLY, " ", "+", 0, 0, "" },
	{ TSR_FORM_BACKSLASH, 0, ALL, "", "\\x", 16, 2, "" },
	{ TSR_FORM_BACKSLASH, 1, ALL, "", "\\u", 16, 4, "" },
	{ TSR_FORM_BACKSLASH, 2, ALL_BUT, "_.:", "\\u", 16, 4, "" },
	{ TSR_FORM_BACKSLASH, 3, ONLY, "/", "\\", 1, 0, "" },
	{ TSR_FORM_BACKSLASH, 4, ONLY, ":=#!", "\\", 1, 0, "" },
	{ TSR_FORM_ENTITY, 0, ALL, "", "&#", 10, 1, ";" },
	{ TSR_FORM_ENTITY, 1, ALL, "", "&#x", 16, 2, ";" },
	{ TSR_FORM_ENTITY, 2, ALL_BUT, "-_.:", "&#x", 16, 2, ";" },
	{ TSR_FORM_HEX, 0, ALL, "", "", 16, 2, "" },
};

static bool is_meant(const struct escaping *e, unsigned char c)
{
	bool listed = c && strchr(e->list, c);

	if (e->which == ONLY)
		return listed;
	return e->which == ALL || (!listed && !is_letter(c) && !(c >= '0' && c <= '9'));
}

static int write_one(const struct escaping *e, unsigned char c, char *out, size_t cap)
{
	switch (e->base) {
	case 16:
		return snprintf(out, cap, "%s%0*x%s", e->before, (int)e->digits, c, e->behind);
	case 10:
		return snprintf(out, cap, "%s%u%s", e->before, c, e->behind);
	case 1:
		return snprintf(out, cap, "%s%c%s", e->before, c, e->behind);
	default:
		return snprintf(out, cap, "%s", e->before);
	}
}

static uint32_t escaped_form(const struct tsr_literal *lit, const struct escaping *e, char *out)
{
	uint32_t n = 0, max = e->form == TSR_FORM_HEX ? HEX_MIN : ESCAPED_MAX;
	uint32_t len = e->which == ALL && lit->len > max ? max : lit->len;
	bool any = false;

	for (uint32_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)lit->bytes[i];
		char text[16] = { (char)c };
		int k = 1;

		if (is_meant(e, c)) {
			/* The other case of a letter has another number. */
			if (lit->nocase && is_letter(c))
				return 0;
			any = true;
			k = write_one(e, c, text, sizeof(text));
		}
		if (n + (uint32_t)k > TSR_FORM_BYTES_MAX)
			return 0;
		memcpy(out + n, text, (size_t)k);
		n += (uint32_t)k;
	}
	/* What every such needle ends in: Vectorscan sorts literals by their last bytes. */
	if (e->which == ALL && len < lit->len && !lit->nocase) {
		memcpy(out + n, e->before, strlen(e->before));
		n += (uint32_t)strlen(e->before);
		for (uint32_t i = 2; i < e->digits; i++)
			out[n++] = '0';
	}
	return any ? n : 0;
}

static uint32_t table_form(const struct tsr_literal *lit, enum tsr_form form, unsigned variant, char *out)
{
	if (form == TSR_FORM_HEX && lit->len < HEX_MIN)
		return 0;
	for (size_t i = 0; i < TSR_ARRAY_LEN(escapings); i++)
		if (escapings[i].form == form && escapings[i].variant == variant)
			return escaped_form(lit, &escapings[i], out);
	return 0;
}

static bool is_twice(enum tsr_form form)
{
	return form >= TSR_FORM_TWICE_00 && form <= TSR_FORM_TWICE_22;
}

uint32_t tsr_needle_form(const struct tsr_literal *lit, enum tsr_form form, unsigned variant,
			 char out[TSR_FORM_BYTES_MAX])
{
	uint32_t n = 0;

	if (form == TSR_FORM_PLAIN) {
		memcpy(out, lit->bytes, lit->len);
		return variant ? 0 : lit->len;
	}
	if (form == TSR_FORM_UTF16)
		n = variant ? 0 : utf16_form(lit, out);
	else if (form <= TSR_FORM_BASE64_2)
		n = variant > 1 ? 0 : base64_form(lit, (unsigned)(form - TSR_FORM_BASE64_0), variant == 1, out);
	else if (is_twice(form))
		n = variant > 1 ? 0 : twice_form(lit, (unsigned)(form - TSR_FORM_TWICE_00), variant == 1, out);
	else
		n = table_form(lit, form, variant, out);
	return n < FORM_MIN ? 0 : n;
}

uint32_t tsr_form_word(enum tsr_form form)
{
	if (form == TSR_FORM_PLAIN)
		return 0;
	if (form == TSR_FORM_UTF16)
		return TSR_ENCODE_UTF16;
	if (form <= TSR_FORM_BASE64_2)
		return TSR_ENCODE_BASE64;
	if (is_twice(form))
		return TSR_ENCODE_TWICE;
	return form == TSR_FORM_HEX ? TSR_ENCODE_HEX : TSR_ENCODE_ESCAPES;
}

bool tsr_form_in_binaries(enum tsr_form form, unsigned variant)
{
	if (is_twice(form))
		return false;
	for (size_t i = 0; i < TSR_ARRAY_LEN(escapings); i++)
		if (escapings[i].form == form && escapings[i].variant == variant)
			return escapings[i].which == ALL;
	return true;
}

bool tsr_form_nocase(const struct tsr_literal *lit, enum tsr_form form)
{
	if (form == TSR_FORM_PLAIN || form == TSR_FORM_UTF16)
		return lit->nocase;
	/* Of the digits; the view looks at the literal's own letters. */
	return form >= TSR_FORM_PERCENT;
}
