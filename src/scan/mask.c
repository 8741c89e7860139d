/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/mask.h"

#include <stdlib.h>

#include "base/mem.h"
#include "finding/redact.h"

/* A stretch of the text that may not be shown, and what stands there instead. */
struct span {
	size_t begin, end;
	size_t text, text_len; /* in spans.words; none: an ellipsis */
};

struct spans {
	const struct tsr_ruleset *rs;
	struct span *list;
	size_t n, cap;
	struct tsr_buf words;
};

static const char ellipsis[] = "\xe2\x80\xa6";

static struct span *add_span(struct spans *sp, size_t begin, size_t end)
{
	sp->list = tsr_grow(sp->list, &sp->cap, sp->n + 1, sizeof(*sp->list));
	sp->list[sp->n] = (struct span){ .begin = begin, .end = end };
	return &sp->list[sp->n++];
}

static void on_match(void *ctx, const struct tsr_match *m)
{
	struct spans *sp = ctx;
	const struct tsr_rule_content *c = sp->rs->rules[m->rule]->content;
	struct span *span = add_span(sp, (size_t)m->raw, (size_t)(m->raw + m->raw_len));

	if (m->via)
		return;
	span->text = sp->words.len;
	tsr_redact(m->secret, c->public_prefix, c->hashable, &sp->words);
	span->text_len = sp->words.len - span->text;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_name(char c, bool first)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' ||
	       (!first && c >= '0' && c <= '9');
}

/*
 * The index behind the '=' of a NAME= at s[at], or 0. Behind the first name, lower
 * case is taken for a part of a value.
 */
static size_t name_at(struct tsr_slice s, size_t at, bool first)
{
	size_t i = at;

	for (; i < s.len && is_name(s.ptr[i], i == at); i++)
		if (!first && s.ptr[i] >= 'a' && s.ptr[i] <= 'z')
			return 0;
	return i > at && i < s.len && s.ptr[i] == '=' ? i + 1 : 0;
}

/*
 * NAME=value NAME=value …, where values may hold unquoted blanks: up to `end`
 * everything but the names is masked.
 */
static void mask_pairs(struct spans *sp, struct tsr_slice s, size_t at, size_t end)
{
	struct tsr_slice part = tsr_slice_sub(s, 0, end);
	size_t value = name_at(part, at, true);

	if (!value) { /* "ENV NAME value", "ARG NAME" */
		while (at < end && !is_space(s.ptr[at]))
			at++;
		if (at + 1 < end)
			add_span(sp, at + 1, end);
		return;
	}
	for (size_t i = value; i < end; i++) {
		size_t next = is_space(s.ptr[i]) ? name_at(part, i + 1, false) : 0;

		if (next) {
			if (i > value)
				add_span(sp, value, i);
			value = next;
			i = next - 1;
		}
	}
	if (end > value)
		add_span(sp, value, end);
}

/* Where the command behind the build arguments begins: after the n-th name, since values hold anything. */
static size_t command_start(struct tsr_slice s, size_t at, unsigned long long n)
{
	static const char *const shells[] = { " /bin/", " /usr/",      " /busybox", " sh -c", " bash -c",
					      " cmd ",	" powershell", " pwsh",	    " [" };
	unsigned long long seen = 0;

	for (size_t i = at; i < s.len; i++) {
		if ((i == at || is_space(s.ptr[i - 1])) && name_at(s, i, true))
			seen++;
		if (seen < n || !is_space(s.ptr[i]))
			continue;
		for (size_t k = 0; k < TSR_ARRAY_LEN(shells); k++)
			if (tsr_slice_starts(tsr_slice_sub(s, i, s.len), shells[k]))
				return i;
	}
	return s.len;
}

/* "|2 A=1 B=2 /bin/sh -c make" */
static void mask_build_args(struct spans *sp, struct tsr_slice s, size_t bar)
{
	size_t digits = bar + 1;
	unsigned long long n;

	while (digits < s.len && s.ptr[digits] >= '0' && s.ptr[digits] <= '9')
		digits++;
	if (digits >= s.len || s.ptr[digits] != ' ' ||
	    tsr_slice_u64(tsr_slice_sub(s, bar + 1, digits), &n) != 0 || !n)
		return;
	mask_pairs(sp, s, digits + 1, command_start(s, digits + 1, n));
}

/* --build-arg NAME=value and the like, anywhere in a command. */
static void mask_options(struct spans *sp, struct tsr_slice s)
{
	static const char *const options[] = { "--build-arg", "--env", "-e" };

	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] != '-' || (i && !is_space(s.ptr[i - 1])))
			continue;
		for (size_t k = 0; k < TSR_ARRAY_LEN(options); k++) {
			size_t at = i + strlen(options[k]), value, end;
			char quote = 0;

			if (!tsr_slice_starts(tsr_slice_sub(s, i, s.len), options[k]) || at >= s.len ||
			    (s.ptr[at] != ' ' && s.ptr[at] != '='))
				continue;
			at++;
			if (at < s.len && (s.ptr[at] == '"' || s.ptr[at] == '\''))
				quote = s.ptr[at++];
			value = name_at(s, at, true);
			if (!value)
				continue;
			if (!quote && value < s.len && (s.ptr[value] == '"' || s.ptr[value] == '\''))
				quote = s.ptr[value++];
			for (end = value;
			     end < s.len && (quote ? s.ptr[end] != quote : !is_space(s.ptr[end])); end++)
				;
			if (end > value)
				add_span(sp, value, end);
		}
	}
}

static size_t skip_blanks(struct tsr_slice s, size_t at)
{
	while (at < s.len && is_space(s.ptr[at]))
		at++;
	return at;
}

/* The instruction begins the text, or stands behind the "#(nop)" of the classic builder. */
static void mask_instruction(struct spans *sp, struct tsr_slice s)
{
	const char *nop = s.len ? memmem(s.ptr, s.len, "#(nop)", 6) : NULL;
	size_t at = skip_blanks(s, nop ? (size_t)(nop - s.ptr) + 6 : 0), word = at, rest;

	while (word < s.len && !is_space(s.ptr[word]))
		word++;
	rest = skip_blanks(s, word);
	if (tsr_slice_caseeq_str(tsr_slice_sub(s, at, word), "ENV") ||
	    tsr_slice_caseeq_str(tsr_slice_sub(s, at, word), "ARG"))
		mask_pairs(sp, s, rest, s.len);
	else if (at < s.len && s.ptr[at] == '|')
		mask_build_args(sp, s, at);
	else if (rest < s.len && s.ptr[rest] == '|')
		mask_build_args(sp, s, rest);
	mask_options(sp, s);
}

/* By begin; of two at one place the longer first. */
static int cmp_span(const void *a, const void *b)
{
	const struct span *x = a, *y = b;

	if (x->begin != y->begin)
		return x->begin < y->begin ? -1 : 1;
	return x->end > y->end ? -1 : x->end < y->end;
}

static void apply(struct spans *sp, struct tsr_slice raw, struct tsr_buf *out)
{
	size_t at = 0;

	if (sp->n)
		qsort(sp->list, sp->n, sizeof(*sp->list), cmp_span);
	for (size_t i = 0; i < sp->n; i++) {
		const struct span *span = &sp->list[i];
		size_t end = span->end < raw.len ? span->end : raw.len;

		if (end <= at)
			continue;
		if (span->begin >= at) {
			tsr_buf_addsl(out, tsr_slice_sub(raw, at, span->begin));
			/* A part that another span covers may not be shown, not even redacted. */
			if (span->text_len && !(i + 1 < sp->n && sp->list[i + 1].begin < end))
				tsr_buf_addsl(out, tsr_slice_sub(tsr_buf_slice(&sp->words), span->text,
								 span->text + span->text_len));
			else
				tsr_buf_adds(out, ellipsis);
		}
		at = end;
	}
	tsr_buf_addsl(out, tsr_slice_sub(raw, at, raw.len));
}

struct tsr_text tsr_mask_text(struct tsr_scanner *s, struct tsr_arena *a, struct tsr_slice raw,
			      enum tsr_mask how)
{
	struct spans sp = { .rs = tsr_scanner_ruleset(s) };
	struct tsr_buf masked;
	struct tsr_text text;

	tsr_buf_init(&sp.words, SIZE_MAX / 2);
	tsr_buf_init(&masked, SIZE_MAX / 2);
	tsr_scanner_text(s, raw, TSR_SLICE_NONE, on_match, &sp);
	if (how == TSR_MASK_INSTRUCTION)
		mask_instruction(&sp, raw);
	apply(&sp, raw, &masked);
	text = tsr_text_escaped(a, sp.n ? tsr_buf_slice(&masked) : raw);
	tsr_buf_wipe(&sp.words);
	tsr_buf_wipe(&masked);
	tsr_buf_release(&sp.words);
	tsr_buf_release(&masked);
	free(sp.list);
	return text;
}
