/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/needles.h"

#include <hs/hs.h>
#include <stdlib.h>

#include "base/mem.h"

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

struct raw {
	const char *bytes; /* folded if nocase */
	uint32_t len;
	bool nocase, binary;
	struct tsr_use use;
};

struct raws {
	struct raw *list;
	size_t n, cap;
	struct tsr_arena *arena;
};

static void add(struct raws *r, const char *bytes, uint32_t len, bool nocase, bool binary, struct tsr_use use)
{
	char *copy = tsr_arena_alloc(r->arena, len, 1);
	uint32_t i;

	for (i = 0; i < len; i++)
		copy[i] = nocase ? lower(bytes[i]) : bytes[i];
	r->list = tsr_grow(r->list, &r->cap, r->n + 1, sizeof(*r->list));
	r->list[r->n++] = (struct raw){ copy, len, nocase, binary, use };
}

static void add_forms(struct raws *r, const struct tsr_rule_content *c, uint32_t rule, uint32_t literal)
{
	const struct tsr_literal *lit = &c->literals[literal];
	char bytes[TSR_FORM_VARIANTS][TSR_FORM_BYTES_MAX];
	uint32_t len[TSR_FORM_VARIANTS];
	unsigned form, v, same;

	for (form = TSR_FORM_PLAIN; form < TSR_FORMS; form++) {
		struct tsr_use use = { .rule = rule, .literal = literal, .form = (enum tsr_form)form };
		uint32_t word = tsr_form_word(use.form);

		if (word && !(c->encode & word))
			continue;
		for (v = 0; v < TSR_FORM_VARIANTS; v++) {
			len[v] = tsr_needle_form(lit, use.form, v, bytes[v]);
			for (same = 0; same < v; same++)
				if (len[same] == len[v] && memcmp(bytes[same], bytes[v], len[v]) == 0)
					break;
			if (len[v] && same == v)
				add(r, bytes[v], len[v], tsr_form_nocase(lit, use.form),
				    !c->text_only && tsr_form_in_binaries(use.form, v), use);
		}
	}
}

static int cmp_u32(uint32_t a, uint32_t b)
{
	return a < b ? -1 : a > b;
}

static int cmp_needle(const struct raw *x, const struct raw *y)
{
	int c = tsr_slice_cmp(tsr_slice_of(x->bytes, x->len), tsr_slice_of(y->bytes, y->len));

	return c ? c : (int)x->nocase - (int)y->nocase;
}

static int cmp_raw(const void *a, const void *b)
{
	const struct raw *x = a, *y = b;
	int c = cmp_needle(x, y);

	if (c == 0)
		c = cmp_u32(x->use.rule, y->use.rule);
	if (c == 0)
		c = cmp_u32(x->use.literal, y->use.literal);
	return c ? c : cmp_u32(x->use.form, y->use.form);
}

void tsr_needles_make(struct tsr_needle_set *out, const struct tsr_rule *const *rules, uint32_t n,
		      struct tsr_arena *a)
{
	struct raws r = { .list = NULL, .n = 0, .cap = 0, .arena = a };
	uint32_t i, k;

	memset(out, 0, sizeof(*out));
	for (i = 0; i < n; i++)
		for (k = 0; rules[i]->content && k < rules[i]->content->n_literals; k++)
			add_forms(&r, rules[i]->content, i, k);
	if (r.n)
		qsort(r.list, r.n, sizeof(*r.list), cmp_raw);
	out->needles = tsr_arena_alloc(a, r.n + 1, sizeof(*out->needles));
	out->uses = tsr_arena_alloc(a, r.n + 1, sizeof(*out->uses));
	out->bytes = tsr_arena_alloc(a, r.n + 1, sizeof(*out->bytes));
	out->nocase = tsr_arena_alloc(a, r.n + 1, sizeof(*out->nocase));
	out->binary = tsr_arena_alloc(a, r.n + 1, sizeof(*out->binary));
	for (i = 0; i < r.n; i++) {
		if (i == 0 || cmp_needle(&r.list[i - 1], &r.list[i]) != 0) {
			out->needles[out->n_needles] =
				(struct tsr_needle){ .len = r.list[i].len, .first = i, .n = 0 };
			out->bytes[out->n_needles] = r.list[i].bytes;
			out->nocase[out->n_needles++] = r.list[i].nocase;
		}
		out->needles[out->n_needles - 1].n++;
		out->binary[out->n_needles - 1] |= r.list[i].binary;
		out->uses[i] = r.list[i].use;
	}
	out->n_uses = (uint32_t)r.n;
	free(r.list);
}

/*
 * Vectorscan's matcher for many literals tries every place of the data, every second or every fourth, by the
 * length of the shortest literal: fewer places, and more of them that look like a hit. With a thousand
 * literals text is scanned fastest with the first (2.6 GB/s against 0.9), binaries with
 * the second (3.5 against 2.8 and 1.3). So each sieve has one more literal, of that length, which occurs in no text.
 */
static const char *const pads[TSR_SIEVES] = { [TSR_SIEVE_TEXT] = "\xf8\xfb", [TSR_SIEVE_BINARY] = "\xf8\xfb\xfd" };

struct patterns {
	const char **bytes;
	unsigned *flags, *ids;
	size_t *lens;
	unsigned n;
};

static void add_pattern(struct patterns *p, const char *bytes, size_t len, unsigned id, bool nocase)
{
	p->bytes[p->n] = bytes;
	p->lens[p->n] = len;
	p->ids[p->n] = id;
	p->flags[p->n++] = nocase ? HS_FLAG_CASELESS : 0;
}

static int compile(const struct patterns *p, bool generic, struct hs_database **out, struct tsr_err *err)
{
	/* No CPU features: code that every x86-64 machine with SSE4.2 runs. */
	static const hs_platform_info_t any_machine;
	hs_compile_error_t *why = NULL;

	if (hs_valid_platform() != HS_SUCCESS)
		return tsr_err_set(err, TSR_EINTERNAL,
				   "Vectorscan does not run on this processor (on x86 it needs SSE4.2)");
	if (hs_compile_lit_multi(p->bytes, p->flags, p->ids, p->lens, p->n, HS_MODE_STREAM,
				 generic ? &any_machine : NULL, out, &why) == HS_SUCCESS)
		return 0;
	tsr_err_set(err, TSR_EINTERNAL, "Vectorscan cannot compile the literals: %.200s",
		    why ? why->message : "no memory");
	hs_free_compile_error(why);
	return -1;
}

int tsr_needles_compile(const struct tsr_needle_set *set, enum tsr_sieve sieve, bool generic,
			struct hs_database **out, struct tsr_err *err)
{
	tsr_autofree const char **bytes = tsr_xcalloc(set->n_needles + 1, sizeof(*bytes));
	tsr_autofree unsigned *flags = tsr_xcalloc(set->n_needles + 1, sizeof(*flags));
	tsr_autofree unsigned *ids = tsr_xcalloc(set->n_needles + 1, sizeof(*ids));
	tsr_autofree size_t *lens = tsr_xcalloc(set->n_needles + 1, sizeof(*lens));
	struct patterns p = { .bytes = bytes, .flags = flags, .ids = ids, .lens = lens };

	*out = NULL;
	for (uint32_t i = 0; i < set->n_needles; i++)
		if (sieve == TSR_SIEVE_TEXT || set->binary[i])
			add_pattern(&p, set->bytes[i], set->needles[i].len, i, set->nocase[i]);
	if (p.n == 0)
		return 0;
	add_pattern(&p, pads[sieve], strlen(pads[sieve]), set->n_needles, false);
	return compile(&p, generic, out, err);
}
