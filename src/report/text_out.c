/* SPDX-License-Identifier: Apache-2.0 */
#include "report/text_out.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/mem.h"
#include "base/text.h"

void tsr_text_out_count(struct tsr_buf *out, uint64_t n)
{
	char digits[24];
	int len = snprintf(digits, sizeof(digits), "%" PRIu64, n), i;

	for (i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			tsr_buf_addc(out, ',');
		tsr_buf_addc(out, digits[i]);
	}
}

void tsr_text_out_size(struct tsr_buf *out, uint64_t n)
{
	static const char *const units[] = { "bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
	uint64_t whole = n, rest = 0;
	size_t unit = 0;

	for (; whole >= 1024 && unit + 1 < TSR_ARRAY_LEN(units); unit++) {
		rest = whole % 1024;
		whole /= 1024;
	}
	if (unit == 0)
		tsr_text_out_plural(out, n, "byte", "bytes");
	else if (whole < 10)
		tsr_buf_printf(out, "%" PRIu64 ".%" PRIu64 " %s", whole, rest * 10 / 1024, units[unit]);
	else
		tsr_buf_printf(out, "%" PRIu64 " %s", whole, units[unit]);
}

void tsr_text_out_plural(struct tsr_buf *out, uint64_t n, const char *one, const char *many)
{
	tsr_text_out_count(out, n);
	tsr_buf_printf(out, " %s", n == 1 ? one : many);
}

void tsr_text_out_digest(struct tsr_buf *out, const char *digest)
{
	const char *colon = digest ? strchr(digest, ':') : NULL;

	if (!colon)
		tsr_buf_adds(out, "-");
	else
		tsr_buf_addsl(out, tsr_slice_sub(tsr_slice_str(digest), 0, (size_t)(colon - digest) + 13));
}

static size_t width(struct tsr_slice s)
{
	size_t i, n = 0;

	for (i = 0; i < s.len; i++)
		n += ((unsigned char)s.ptr[i] & 0xc0) != 0x80;
	return n;
}

size_t tsr_text_out_width(const char *text)
{
	return width(tsr_slice_str(text));
}

void tsr_text_out_cut(struct tsr_buf *out, const char *text, size_t columns)
{
	size_t end, n = 0;

	if (!columns || tsr_text_out_width(text) <= columns) {
		tsr_buf_adds(out, text);
		return;
	}
	/* Bytes that go on a character are no column of their own. */
	for (end = 0; n < columns || ((unsigned char)text[end] & 0xc0) == 0x80; end++)
		n += ((unsigned char)text[end] & 0xc0) != 0x80;
	while (((unsigned char)text[--end] & 0xc0) == 0x80)
		;
	tsr_buf_add(out, text, end);
	tsr_buf_adds(out, "…");
}

static void wrap(struct tsr_buf *out, const char *words, size_t indent, size_t column, bool escape)
{
	static const char blank[] = " \t\r\n\f\v";
	size_t i, len, w;
	bool first = true;

	for (words += strspn(words, blank); *words; words += len + strspn(words + len, blank)) {
		TSR_AUTO(tsr_buf) struct tsr_buf word = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);

		len = strcspn(words, blank);
		if (escape)
			tsr_text_escape(tsr_slice_of(words, len), &word);
		else
			tsr_buf_add(&word, words, len);
		w = width(tsr_buf_slice(&word));
		if (!first && column + 1 + w > TSR_COLUMNS) {
			tsr_buf_addc(out, '\n');
			for (i = 0; i < indent; i++)
				tsr_buf_addc(out, ' ');
			column = indent;
		} else if (!first) {
			tsr_buf_addc(out, ' ');
			column++;
		}
		tsr_buf_addsl(out, tsr_buf_slice(&word));
		column += w;
		first = false;
	}
	tsr_buf_addc(out, '\n');
}

void tsr_text_out_wrap(struct tsr_buf *out, const char *words, size_t indent, size_t column)
{
	wrap(out, words, indent, column, true);
}

void tsr_text_out_wrap_shown(struct tsr_buf *out, const char *words, size_t indent, size_t column)
{
	wrap(out, words, indent, column, false);
}
