/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/pem.h"

#include "base/base64.h"
#include "base/escape.h"
#include "base/mem.h"

#define LABEL_MAX 64u
/* Between two string literals of a concatenation. */
#define GLUE_MAX 256u

static const char begin_mark[] = "-----BEGIN ", end_mark[] = "-----END ", dashes[] = "-----";

static size_t find(struct tsr_slice s, const char *what, size_t from)
{
	const char *p = from < s.len ? memmem(s.ptr + from, s.len - from, what, strlen(what)) : NULL;

	return p ? (size_t)(p - s.ptr) : s.len;
}

/*
 * The character that the escape at s[*at] stands for, *at then behind it; white space is a line
 * end. 0: none, and *at is behind the backslashes; -1: not an escape.
 */
static int unescape(struct tsr_slice s, size_t *at)
{
	static const char *const breaks[] = { "<br>", "<br/>", "<br />" };
	size_t end;
	int c = tsr_escape_read(s, *at, TSR_ESCAPE_ANY, &end);

	if (c > 0 && c < 0x80) {
		*at = end;
		return c == '\r' || c == '\t' ? '\n' : c;
	}
	if (s.ptr[*at] == '\\') {
		while (*at < s.len && s.ptr[*at] == '\\')
			++*at;
		return 0;
	}
	for (size_t k = 0; k < TSR_ARRAY_LEN(breaks); k++) {
		size_t n = strlen(breaks[k]);

		if (tsr_slice_caseeq_str(tsr_slice_sub(s, *at, *at + n), breaks[k])) {
			*at += n;
			return '\n';
		}
	}
	return -1;
}

/* From behind a closing quote to behind the opening quote of the next literal; 0: the text ends here. */
static size_t next_literal(struct tsr_slice s, size_t at, char quote)
{
	size_t end = s.len - at > GLUE_MAX ? at + GLUE_MAX : s.len;

	while (at < end && strchr(" \t\r\n+.,()&\\", s.ptr[at]) && s.ptr[at])
		at++;
	return at < end && s.ptr[at] == quote ? at + 1 : 0;
}

struct normal {
	char text[TSR_WIDTH_MAX];
	size_t len;
	size_t used;  /* of the input */
	bool at_line; /* at the start of a line */
};

static void put(struct normal *n, char c)
{
	if (c == '\r')
		c = '\n';
	/* A comment's or a quotation's mark at the start of a line. */
	if (n->at_line && (strchr(" \t#>*|;", c) || c == '\n'))
		return;
	n->text[n->len++] = c;
	n->at_line = c == '\n';
}

/* The plain text of the body, up to and with the mark of its end. */
static void normalise(struct tsr_slice s, size_t at, struct normal *n)
{
	n->len = 0;
	n->at_line = false;
	while (at < s.len && n->len < sizeof(n->text) && s.ptr[at] && !((unsigned char)s.ptr[at] & 0x80)) {
		int c = (unsigned char)s.ptr[at];
		size_t next = at + 1;

		if (strchr("\\&%<", c)) {
			next = at;
			c = unescape(s, &next);
			if (c < 0)
				break;
		}
		if (c == '"' || c == '\'' || c == '`') {
			next = next_literal(s, next, (char)c);
			if (!next)
				break;
			c = '\n';
		}
		at = next;
		if (c)
			put(n, (char)c);
		if (c == ' ' && n->len >= sizeof(end_mark) - 1 &&
		    memcmp(n->text + n->len - (sizeof(end_mark) - 1), end_mark, sizeof(end_mark) - 1) == 0)
			break;
	}
	n->used = at;
}

/* Skips "Name: value" lines; the base64 begins behind them. */
static struct tsr_slice skip_headers(struct tsr_slice s, bool *encrypted)
{
	struct tsr_slice rest = s, line;

	*encrypted = false;
	while (s.len && (s.ptr[0] == '\n' || s.ptr[0] == ' '))
		s = tsr_slice_sub(s, 1, s.len);
	for (rest = s; tsr_slice_next(&rest, '\n', &line); s = rest) {
		if (tsr_slice_find(line, ':', 0) == line.len)
			break;
		if (tsr_slice_starts(line, "Proc-Type") && find(line, "ENCRYPTED", 0) < line.len)
			*encrypted = true;
	}
	return s;
}

/* Decodes what is base64, white space apart; returns the index behind it. */
static size_t decode(struct tsr_slice s, struct tsr_pem *out)
{
	uint32_t bits = 0;
	unsigned have = 0;
	size_t i = 0, run = 0;
	bool broken = false;

	out->der_len = 0;
	out->first_run = 0;
	for (; i < s.len; i++) {
		int v = tsr_base64_value((unsigned char)s.ptr[i]);

		if (s.ptr[i] == '\n' || s.ptr[i] == ' ') {
			broken = run > 0;
			continue;
		}
		/* base64url has no place in PEM, and '-' begins its end. */
		if (v < 0 || s.ptr[i] == '-' || s.ptr[i] == '_')
			break;
		if (!broken)
			out->first_run = ++run;
		bits = (bits << 6 | (uint32_t)v) & 0xffffff;
		have += 6;
		if (have >= 8) {
			have -= 8;
			out->der[out->der_len++] = (uint8_t)(bits >> have);
		}
	}
	return i;
}

/* Padding, and OpenPGP's "=XXXX"; then nothing but the end's mark may follow. */
static void read_tail(struct tsr_slice s, struct tsr_pem *out)
{
	char tail[12];
	size_t n = 0, i = 0;

	for (; i < s.len && s.ptr[i] != '-' && n < sizeof(tail); i++)
		if (s.ptr[i] != '\n' && s.ptr[i] != ' ')
			tail[n++] = s.ptr[i];
	out->has_crc = false;
	out->clean = tsr_slice_starts(tsr_slice_sub(s, i, s.len), end_mark);
	if (n >= 5 && tail[n - 5] == '=') {
		uint8_t sum[3];

		out->has_crc = tsr_base64_decode(tsr_slice_of(tail + n - 4, 4), sum, sizeof(sum)) == 3;
		if (out->has_crc)
			out->crc = (uint32_t)sum[0] << 16 | (uint32_t)sum[1] << 8 | sum[2];
		n -= 5;
	}
	for (size_t k = 0; k < n; k++)
		if (tail[k] != '=' || n > 2)
			out->clean = false;
}

bool tsr_pem_read(struct tsr_slice in, struct tsr_pem *out)
{
	size_t at = find(in, begin_mark, 0), after, end;
	struct normal n;
	struct tsr_slice body;

	if (at == in.len)
		return false;
	at += sizeof(begin_mark) - 1;
	after = find(in, dashes, at);
	if (after == in.len || after - at > LABEL_MAX)
		return false;
	out->label = tsr_slice_sub(in, at, after);
	normalise(in, after + sizeof(dashes) - 1, &n);
	body = skip_headers(tsr_slice_of(n.text, n.len), &out->encrypted);
	at = decode(body, out);
	read_tail(tsr_slice_sub(body, at, body.len), out);
	out->length = n.used;
	if (out->clean) {
		end = find(in, dashes, n.used);
		if (end < in.len)
			out->length = end + sizeof(dashes) - 1;
	}
	explicit_bzero(&n, sizeof(n));
	return true;
}
