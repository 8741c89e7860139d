/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/example.h"

#include <stdio.h>

#include "base/mem.h"
#include "scan/scanner.h"

#define EXAMPLE_MAX (64u << 10)
/* Chunks of this size cut every example at every place while it moves through one. */
#define SMALL_CHUNK 64u
#define NOISE 256u

struct tester {
	const struct tsr_ruleset *rs;
	uint32_t rule;
	struct tsr_scanner *scanner;
	struct tsr_buf path;
	unsigned char *room; /* headroom and a small chunk */
	size_t headroom;
	bool found; /* by the last scan */
	unsigned failures;
	void (*say)(void *ctx, const char *line);
	void *ctx;
};

static void fault(struct tester *t, const char *what, size_t nth, const char *why)
{
	char line[256];

	t->failures++;
	if (nth)
		snprintf(line, sizeof(line), "%s: %s %zu: %s", t->rs->rules[t->rule]->id, what, nth, why);
	else
		snprintf(line, sizeof(line), "%s: %s: %s", t->rs->rules[t->rule]->id, what, why);
	t->say(t->ctx, line);
}

/* More than information: made-up secrets are lowered to that, what a validator fails by one class. */
static void on_match(void *ctx, const struct tsr_match *m)
{
	struct tester *t = ctx;
	enum tsr_severity sev = t->rs->rules[t->rule]->severity;

	if (m->rule != t->rule || m->placeholder || m->check.result == TSR_CHECK_SAMPLE ||
	    m->check.result == TSR_CHECK_PUBLISHED)
		return;
	if (m->check.result == TSR_CHECK_FAIL && sev != TSR_INFO && tsr_severity_lower(sev) == TSR_INFO)
		return;
	t->found = true;
}

static bool scan_alone(struct tester *t, struct tsr_slice text)
{
	t->found = false;
	tsr_scanner_text(t->scanner, text, tsr_buf_slice(&t->path), on_match, t);
	return t->found;
}

/* In small chunks, behind `pad` line ends. */
static bool scan_in_chunks(struct tester *t, struct tsr_slice text, size_t pad)
{
	size_t total = pad + text.len;

	t->found = false;
	tsr_scanner_begin(t->scanner, on_match, t);
	for (size_t at = 0; at < total; at += SMALL_CHUNK) {
		size_t n = total - at < SMALL_CHUNK ? total - at : SMALL_CHUNK;
		unsigned char *data = t->room + t->headroom;

		for (size_t i = 0; i < n; i++)
			data[i] = at + i < pad ? '\n' : (unsigned char)text.ptr[at + i - pad];
		tsr_scanner_feed(t->scanner, data, n);
		if (at == 0)
			tsr_scanner_region(t->scanner, 0, 0, total, tsr_buf_slice(&t->path));
		tsr_scanner_settle(t->scanner);
	}
	tsr_scanner_end(t->scanner);
	return t->found;
}

/* As in an executable: bytes of any value around, but a string is a string. */
static bool scan_in_noise(struct tester *t, struct tsr_slice text)
{
	struct tsr_buf all;
	uint32_t x = 12345;
	bool found;

	tsr_buf_init(&all, EXAMPLE_MAX + 2 * NOISE + 4);
	for (unsigned i = 0; i < 2 * NOISE; i++) {
		x = x * 1664525 + 1013904223;
		tsr_buf_addc(&all, (char)(x >> 24));
		if (i + 1 == NOISE) {
			tsr_buf_add(&all, "\0\n", 2);
			tsr_buf_addsl(&all, text);
			tsr_buf_add(&all, "\n\0", 2);
		}
	}
	found = scan_alone(t, tsr_buf_slice(&all));
	tsr_buf_wipe(&all);
	tsr_buf_release(&all);
	return found;
}

/* A path that the rule's first glob matches. */
static void make_path(const struct tsr_rule_content *c, struct tsr_buf *out)
{
	const char *g = c->paths ? c->paths[0] : NULL;
	bool skip = false;

	for (; g && *g; g++) {
		if (*g == '*') {
			g += g[1] == '*';
			tsr_buf_addc(out, 'x');
		} else if (*g == '?') {
			tsr_buf_addc(out, 'x');
		} else if (*g == '[') {
			tsr_buf_addc(out, g[1]);
			while (g[1] && *g != ']')
				g++;
		} else if (*g == '{') {
			skip = false;
		} else if (*g == ',') {
			skip = true;
		} else if (*g == '}') {
			skip = false;
		} else if (!skip) {
			tsr_buf_addc(out, *g);
		}
	}
}

static bool contains(struct tsr_slice text, const struct tsr_literal *l)
{
	for (size_t i = 0; i + l->len <= text.len; i++) {
		size_t k = 0;

		while (k < l->len) {
			char a = text.ptr[i + k], b = l->bytes[k];

			if (l->nocase) {
				a = a >= 'A' && a <= 'Z' ? (char)(a + 32) : a;
				b = b >= 'A' && b <= 'Z' ? (char)(b + 32) : b;
			}
			if (a != b)
				break;
			k++;
		}
		if (k == l->len)
			return true;
	}
	return false;
}

/* Finds it everywhere that it should. Returns false if something was said. */
static void check_example(struct tester *t, struct tsr_slice text, size_t nth)
{
	const struct tsr_rule_content *c = t->rs->rules[t->rule]->content;

	if (!scan_alone(t, text)) {
		fault(t, "example", nth, "not found");
		return;
	}
	for (size_t pad = 0; pad < SMALL_CHUNK; pad++) {
		if (!scan_in_chunks(t, text, pad)) {
			fault(t, "example", nth, "not found across a chunk border");
			return;
		}
	}
	if (!c->text_only && !scan_in_noise(t, text))
		fault(t, "example", nth, "not found inside binary noise");
}

/* Expands all generators of a list; `seen` tells which literals stand in an example. */
static void check_list(struct tester *t, const char *const *list, bool wanted, bool *seen)
{
	const struct tsr_rule_content *c = t->rs->rules[t->rule]->content;
	const char *what = wanted ? "example" : "counter-example";
	struct tsr_buf text;

	tsr_buf_init(&text, EXAMPLE_MAX);
	for (size_t i = 0; list && list[i]; i++) {
		struct tsr_err err = TSR_ERR_INIT;

		tsr_buf_reset(&text);
		if (tsr_example_expand(list[i], i + 1, &text, &err) != 0) {
			fault(t, what, i + 1, err.msg);
			continue;
		}
		for (uint32_t k = 0; wanted && k < c->n_literals; k++)
			seen[k] = seen[k] || contains(tsr_buf_slice(&text), &c->literals[k]);
		if (wanted)
			check_example(t, tsr_buf_slice(&text), i + 1);
		else if (scan_alone(t, tsr_buf_slice(&text)))
			fault(t, what, i + 1, "found, though it should not be");
		tsr_buf_wipe(&text);
	}
	tsr_buf_release(&text);
}

unsigned tsr_example_check(const struct tsr_ruleset *rs, uint32_t rule,
			   void (*say)(void *ctx, const char *line), void *ctx)
{
	const struct tsr_rule *r = rs->rules[rule];
	struct tester t = {
		.rs = rs, .rule = rule, .say = say, .ctx = ctx, .headroom = tsr_scanner_headroom(rs)
	};
	struct tsr_err err = TSR_ERR_INIT;
	tsr_autofree bool *seen = NULL;

	if (r->kind != TSR_RULE_CONTENT)
		return 0;
	t.scanner = tsr_scanner_new(rs, &err);
	if (!t.scanner) {
		fault(&t, "examples", 0, err.msg);
		return t.failures;
	}
	seen = tsr_xcalloc(r->content->n_literals + 1, sizeof(*seen));
	t.room = tsr_xcalloc(t.headroom + SMALL_CHUNK, 1);
	tsr_buf_init(&t.path, 4096);
	make_path(r->content, &t.path);
	check_list(&t, r->examples, true, seen);
	check_list(&t, r->counter_examples, false, seen);
	for (uint32_t k = 0; k < r->content->n_literals; k++)
		if (!seen[k])
			fault(&t, "literal", k + 1, "in no example");
	tsr_buf_release(&t.path);
	free(t.room);
	tsr_scanner_free(t.scanner);
	return t.failures;
}
