/* SPDX-License-Identifier: Apache-2.0 */
#include "report/xml_out.h"

#include "base/text.h"

/* Length of the character at s if XML may hold it, else 0. Surrogates are no UTF-8 to begin with. */
static size_t char_len(const unsigned char *s, size_t len)
{
	int n = tsr_utf8_len(s, len);

	if (n == 1)
		return s[0] >= 0x20 || s[0] == '\t' || s[0] == '\n' || s[0] == '\r';
	/* U+FFFE and U+FFFF. */
	if (n == 3 && s[0] == 0xef && s[1] == 0xbf && s[2] >= 0xbe)
		return 0;
	return (size_t)n;
}

static const char *reference_of(unsigned char c, bool attribute)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '\r':
		return "&#13;";
	case '"':
		return attribute ? "&quot;" : NULL;
	case '\n':
		return attribute ? "&#10;" : NULL;
	case '\t':
		return attribute ? "&#9;" : NULL;
	default:
		return NULL;
	}
}

static void add(struct tsr_buf *out, const char *s, bool attribute)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t len = strlen(s), i = 0;

	while (i < len && !out->full) {
		size_t n = char_len(p + i, len - i);
		const char *reference = reference_of(p[i], attribute);

		if (reference)
			tsr_buf_adds(out, reference);
		else if (n)
			tsr_buf_add(out, s + i, n);
		else
			tsr_buf_printf(out, "\\x%02x", p[i]);
		i += n ? n : 1;
	}
}

void tsr_xml_add_text(struct tsr_buf *out, const char *s)
{
	add(out, s ? s : "", false);
}

void tsr_xml_add_attribute(struct tsr_buf *out, const char *name, const char *value)
{
	tsr_buf_printf(out, " %s=\"", name);
	add(out, value ? value : "", true);
	tsr_buf_addc(out, '"');
}
