/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>

#include "base/escape.h"
#include "inspect/fields.h"

/*
 * As much of XML as configuration files use: elements, attributes, texts, CDATA, the
 * entities of HTML. No others, no namespaces, nothing is loaded. What is not well-formed is read on as
 * text; an end tag closes the innermost element, whatever its name.
 */
struct walk {
	tsr_field_visit *visit;
	void *ctx;
	struct tsr_slice s, path[TSR_FIELD_DEPTH];
	size_t at, depth; /* depth may be above TSR_FIELD_DEPTH: those are not visited */
	size_t counted;
	uint32_t line;
	struct tsr_buf plain; /* the value without entities */
};

/* Nobody writes a longer secret in entities. */
#define PLAIN_MAX 65536u

#define ENTITIES (TSR_ESCAPE_ENTITY | TSR_ESCAPE_ONCE)

static void tell(struct walk *w, struct tsr_slice value, size_t depth, unsigned kinds)
{
	struct tsr_field f = { .path = w->path, .depth = depth, .value = value, .raw = value };
	size_t to = (size_t)(value.ptr - w->s.ptr);

	if (depth > TSR_FIELD_DEPTH || !value.len)
		return;
	for (; w->counted < to; w->counted++)
		w->line += w->s.ptr[w->counted] == '\n';
	f.line = w->line;
	if (value.len < PLAIN_MAX && tsr_slice_find(value, '&', 0) < value.len)
		f.value = tsr_escape_undo(value, kinds, &w->plain);
	w->visit(w->ctx, &f);
}

/* The offset of `text` from w->at on, or the end. */
static size_t find(const struct walk *w, const char *text)
{
	const char *p =
		w->at < w->s.len ? memmem(w->s.ptr + w->at, w->s.len - w->at, text, strlen(text)) : NULL;

	return p ? (size_t)(p - w->s.ptr) : w->s.len;
}

/* Behind the next `text`. */
static void skip_past(struct walk *w, const char *text)
{
	w->at = find(w, text) + strlen(text);
	if (w->at > w->s.len)
		w->at = w->s.len;
}

static bool is_name(char c)
{
	return isalnum((unsigned char)c) || strchr("_-.:", c);
}

static struct tsr_slice name(struct walk *w)
{
	size_t from = w->at;

	while (w->at < w->s.len && w->s.ptr[w->at] && is_name(w->s.ptr[w->at]))
		w->at++;
	return tsr_slice_sub(w->s, from, w->at);
}

static void skip_space(struct walk *w)
{
	while (w->at < w->s.len && isspace((unsigned char)w->s.ptr[w->at]))
		w->at++;
}

/* name="value", at the name; anything else is one byte on. */
static void attribute(struct walk *w)
{
	struct tsr_slice key = name(w);
	char quote;
	size_t end;

	if (!key.len) {
		w->at++;
		return;
	}
	skip_space(w);
	if (w->at == w->s.len || w->s.ptr[w->at] != '=')
		return;
	w->at++;
	skip_space(w);
	quote = w->at < w->s.len ? w->s.ptr[w->at] : '\0';
	if (quote != '"' && quote != '\'')
		return;
	end = tsr_slice_find(w->s, quote, w->at + 1);
	if (w->depth < TSR_FIELD_DEPTH)
		w->path[w->depth] = key;
	tell(w, tsr_slice_sub(w->s, w->at + 1, end), w->depth + 1, ENTITIES);
	w->at = end + (end < w->s.len);
}

/* Behind '<' of a start tag. */
static void element(struct walk *w)
{
	struct tsr_slice tag = name(w);
	bool empty = false;

	if (!tag.len)
		return;
	if (w->depth < TSR_FIELD_DEPTH)
		w->path[w->depth] = tag;
	w->depth++;
	while (w->at < w->s.len && w->s.ptr[w->at] != '>') {
		empty = w->s.ptr[w->at] == '/';
		skip_space(w);
		if (w->at < w->s.len && w->s.ptr[w->at] != '>')
			attribute(w);
	}
	w->at += w->at < w->s.len;
	w->depth -= empty;
}

static void markup(struct walk *w)
{
	struct tsr_slice rest = tsr_slice_sub(w->s, w->at, w->s.len);
	size_t from;

	if (tsr_slice_starts(rest, "<!--")) {
		skip_past(w, "-->");
	} else if (tsr_slice_starts(rest, "<![CDATA[")) {
		from = w->at + 9;
		tell(w, tsr_slice_sub(w->s, from, find(w, "]]>")), w->depth, 0);
		skip_past(w, "]]>");
	} else if (tsr_slice_starts(rest, "<?") || tsr_slice_starts(rest, "<!")) {
		skip_past(w, ">");
	} else if (tsr_slice_starts(rest, "</")) {
		w->depth -= w->depth > 0;
		skip_past(w, ">");
	} else {
		w->at++;
		element(w);
	}
}

void tsr_fields_xml(struct tsr_slice content, const struct tsr_limits *limits, tsr_field_visit *visit,
		    void *ctx)
{
	struct walk w = { .visit = visit, .ctx = ctx, .s = content, .line = 1, .plain = TSR_BUF_INIT(PLAIN_MAX) };

	(void)limits;
	while (w.at < w.s.len) {
		size_t end = tsr_slice_find(w.s, '<', w.at);

		if (w.depth)
			tell(&w, tsr_slice_trim(tsr_slice_sub(w.s, w.at, end)), w.depth, ENTITIES);
		w.at = end;
		if (end < w.s.len)
			markup(&w);
	}
	tsr_buf_wipe(&w.plain);
	tsr_buf_release(&w.plain);
}
