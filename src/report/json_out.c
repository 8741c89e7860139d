/* SPDX-License-Identifier: Apache-2.0 */
#include "report/json_out.h"

#include <inttypes.h>

#include "base/text.h"

void tsr_json_out_init(struct tsr_json_out *o, struct tsr_buf *buf)
{
	*o = (struct tsr_json_out){ .buf = buf };
}

static void newline(struct tsr_json_out *o)
{
	unsigned i;

	tsr_buf_addc(o->buf, '\n');
	for (i = 0; i < o->depth; i++)
		tsr_buf_add(o->buf, "  ", 2);
}

/* Length of the longest prefix that stands in a JSON string as it is. */
static size_t plain_prefix(const unsigned char *s, size_t len)
{
	size_t i = 0;
	int n;

	while (i < len && s[i] >= 0x20 && s[i] != '"' && s[i] != '\\' && s[i] != 0x7f) {
		n = s[i] < 0x80 ? 1 : tsr_utf8_len(s + i, len - i);
		if (n == 0)
			break;
		i += (size_t)n;
	}
	return i;
}

static void quote(struct tsr_buf *b, const char *value)
{
	const unsigned char *s = (const unsigned char *)value;
	size_t len = strlen(value), i = 0;

	tsr_buf_addc(b, '"');
	while (i < len && !b->full) {
		size_t run = plain_prefix(s + i, len - i);

		tsr_buf_add(b, value + i, run);
		i += run;
		if (i == len)
			break;
		if (s[i] == '"' || s[i] == '\\')
			tsr_buf_printf(b, "\\%c", s[i]);
		else if (s[i] == '\n')
			tsr_buf_adds(b, "\\n");
		else if (s[i] == '\t')
			tsr_buf_adds(b, "\\t");
		else if (s[i] < 0x80)
			tsr_buf_printf(b, "\\u%04x", s[i]);
		else
			tsr_buf_adds(b, "\xef\xbf\xbd");
		i++;
	}
	tsr_buf_addc(b, '"');
}

/* The comma, the line break and the key in front of a value. */
static void lead(struct tsr_json_out *o, const char *key)
{
	if (o->filled)
		tsr_buf_addc(o->buf, ',');
	if (o->depth)
		newline(o);
	o->filled = true;
	if (key) {
		quote(o->buf, key);
		tsr_buf_add(o->buf, ": ", 2);
	}
}

void tsr_json_out_begin(struct tsr_json_out *o, const char *key, char bracket)
{
	lead(o, key);
	tsr_buf_addc(o->buf, bracket);
	o->depth++;
	o->filled = false;
}

void tsr_json_out_end(struct tsr_json_out *o, char bracket)
{
	o->depth--;
	if (o->filled)
		newline(o);
	tsr_buf_addc(o->buf, bracket);
	o->filled = true;
	if (o->depth == 0)
		tsr_buf_addc(o->buf, '\n');
}

void tsr_json_out_str(struct tsr_json_out *o, const char *key, const char *value)
{
	lead(o, key);
	quote(o->buf, value ? value : "");
}

void tsr_json_out_str_or_null(struct tsr_json_out *o, const char *key, const char *value)
{
	if (value && *value)
		tsr_json_out_str(o, key, value);
	else
		tsr_json_out_null(o, key);
}

void tsr_json_out_u64(struct tsr_json_out *o, const char *key, uint64_t value)
{
	lead(o, key);
	tsr_buf_printf(o->buf, "%" PRIu64, value);
}

void tsr_json_out_document(struct tsr_json_out *o, struct tsr_buf *buf)
{
	tsr_json_out_init(o, buf);
	tsr_json_out_begin(o, NULL, '{');
	tsr_json_out_u64(o, "schemaVersion", 1);
}

void tsr_json_out_millionths(struct tsr_json_out *o, const char *key, uint32_t value)
{
	lead(o, key);
	tsr_buf_printf(o->buf, "%u.%06u", value / 1000000, value % 1000000);
}

void tsr_json_out_bool(struct tsr_json_out *o, const char *key, bool value)
{
	lead(o, key);
	tsr_buf_adds(o->buf, value ? "true" : "false");
}

void tsr_json_out_null(struct tsr_json_out *o, const char *key)
{
	lead(o, key);
	tsr_buf_adds(o->buf, "null");
}
