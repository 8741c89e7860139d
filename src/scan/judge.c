/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/trial.h"

#include "rule/needles.h"

/* Work that one rule may do in one region: see the design of the work budget in scanner.h. */
#define BUDGET_FACTOR 32u
#define BUDGET_BASE (1u << 20)
/* A size that is only claimed counts this far beyond what was seen. */
#define CLAIM_MAX (16u << 20)

static struct rule_state *state_of(struct tsr_scanner *s, uint32_t rule, const struct region *r)
{
	struct rule_state *st = &s->state[rule];

	if (st->seq != r->seq)
		*st = (struct rule_state){ .seq = r->seq, .scope = st->scope };
	return st;
}

static void put_in_scope(void *ctx, unsigned rule)
{
	struct trial *t = ctx;

	t->s->state[rule].scope = t->region->seq;
}

/* All such rules are asked at once, when the first of them has a hit in the region. */
static bool path_in_scope(struct trial *t)
{
	struct tsr_slice path = tsr_slice_of(t->s->paths.ptr + t->region->path, t->region->path_len);

	if (!t->info->content->paths)
		return true;
	if (!path.len)
		return t->info->content->config;
	if (!t->region->scoped) {
		tsr_globset_match(t->s->rs->scopes, path, put_in_scope, t);
		t->region->scoped = true;
	}
	return t->state->scope == t->region->seq;
}

/* UTF-16 is full of NULs: it is text if the region says so by its first two bytes. */
static bool kind_in_scope(const struct trial *t)
{
	if (!t->region->binary)
		return true;
	if (!t->info->content->text_only)
		return tsr_form_in_binaries(t->form, 0);
	return t->form == TSR_FORM_UTF16 && t->region->bom;
}

/* Puts the raw window on the account; false when it is overdrawn. */
static bool afford(struct trial *t, size_t window)
{
	const struct region *r = t->region;
	struct tsr_scanner_limits *l = &t->s->limits;
	uint64_t end = r->told, seen = t->hit->start + t->s->ahead;
	uint64_t size;

	/* What is told counts even where the stream ends before: the same for all chunk sizes. */
	if (end == UINT64_MAX)
		end = r->end;
	else
		seen += CLAIM_MAX;
	size = (end < seen ? end : seen) - r->start;

	t->state->spent += window;
	if (t->state->spent <= BUDGET_FACTOR * size + BUDGET_BASE)
		return true;
	if (!l->over_budget && !l->match_limit) {
		l->rule = t->use->rule;
		l->region = r->number;
	}
	l->over_budget++;
	return false;
}

/* The region's bytes around the hit that this form and rule may look at. */
static void cut_window(struct trial *t)
{
	const struct tsr_scanner *s = t->s;
	uint64_t lo = t->hit->start, hi = t->hit->start;
	size_t behind = tsr_view_behind(t->form, t->info->behind);
	size_t ahead = tsr_view_ahead(t->form, t->info->ahead);
	uint64_t end = t->region->end < s->fed ? t->region->end : s->fed;

	lo = lo - t->region->start > behind ? lo - behind : t->region->start;
	hi = end - hi > ahead ? hi + ahead : end;
	t->raw = tsr_slice_of(s->view + (lo - s->view_at), (size_t)(hi - lo));
	t->raw_hit = (size_t)(t->hit->start - lo);
}

int tsr_trial_run(struct trial *t, const pcre2_code *code, bool jit, struct tsr_slice subject, size_t at,
		       uint32_t options)
{
	struct tsr_scanner *s = t->s;
	struct tsr_scanner_limits *l = &s->limits;
	int rc;

	if (jit)
		rc = pcre2_jit_match(code, (PCRE2_SPTR)subject.ptr, subject.len, at, options, s->match,
				     s->context);
	else
		rc = pcre2_match(code, (PCRE2_SPTR)subject.ptr, subject.len, at, options, s->match,
				 s->context);
	if (rc >= 0 || rc == PCRE2_ERROR_NOMATCH)
		return rc;
	if (!l->over_budget && !l->match_limit) {
		l->rule = t->use->rule;
		l->region = t->region->number;
	}
	l->match_limit++;
	return rc;
}

/*
 * Matches that cover the literal, the leftmost first. Without `before` the
 * pattern is anchored at the literal and there is one try. Did it match, whatever was made of it?
 */
static bool look_for_match(struct trial *t)
{
	const struct tsr_rule_content *c = t->info->content;
	const struct tsr_view *v = t->view;
	const struct tsr_literal *literal = &c->literals[t->use->literal];
	size_t from = v->hit > c->before ? v->hit - c->before : 0;
	size_t to = v->text.len - v->hit > c->width + 1 ? v->hit + c->width + 1 : v->text.len;
	size_t base = from ? from - 1 : 0; /* one byte for \b and the like */
	struct tsr_slice subject = tsr_slice_sub(v->text, base, to);
	size_t hit = v->hit - base, at = from - base;
	uint64_t resume = t->state->resume[v->kind], origin = t->hit->start - t->raw_hit;
	uint32_t options = (base || !v->at_start ? PCRE2_NOTBOL : 0) |
			   (to < v->text.len || !v->at_end ? PCRE2_NOTEOL : 0);

	bool any = false;

	while (at <= hit) {
		const size_t *pair = pcre2_get_ovector_pointer(t->s->match);
		size_t start;

		if (tsr_trial_run(t, t->s->rs->patterns[t->use->rule], t->info->jit, subject, at, options) < 0)
			return any;
		start = pair[0];
		if (start > hit)
			return any;
		any |= pair[1] >= hit + literal->len;
		if (pair[1] >= hit + literal->len &&
		    (!resume || origin + tsr_view_begin(v, t->raw, base + start) >= resume) &&
		    tsr_trial_accept(t, subject.ptr))
			return true;
		at = start + 1;
		if (!c->before)
			return any;
	}
	return any;
}

/* So much of an escaped text is looked at first. */
#define FIRST_LOOK 48u

/*
 * Can the pattern match at `hit` if the text goes on behind what is there of it? Links are many and
 * passwords in them few, so this spares nearly all of them the decoding of a whole window.
 */
static bool could_match(struct trial *t, struct tsr_slice text, size_t hit)
{
	if (t->info->content->before)
		return true;
	return pcre2_match(t->s->rs->patterns[t->use->rule], (PCRE2_SPTR)text.ptr, text.len, hit,
			   PCRE2_PARTIAL_SOFT | PCRE2_NOTBOL | PCRE2_NOTEOL, t->s->match, t->s->context) != PCRE2_ERROR_NOMATCH;
}

static bool first_look(struct trial *t, const struct tsr_view_in *in)
{
	struct tsr_view_in part = *in;

	part.behind = part.behind < 1 ? part.behind : 1;
	part.ahead = part.ahead < FIRST_LOOK ? part.ahead : FIRST_LOOK;
	return tsr_view_make(t->view, t->form, &part) &&
	       (part.ahead == in->ahead || could_match(t, t->view->text, t->view->hit));
}

/*
 * Work on an escaped text is measured by what it shows, not by what that is written with. That a plain hit is looked at
 * through escapes, too, costs at most three times what was paid for it.
 */
static size_t price_of(const struct trial *t)
{
	size_t shown = t->info->behind + t->info->ahead;

	if (t->form != t->use->form)
		return 0;
	return tsr_view_kind_of(t->form) == TSR_VIEW_ESCAPED && shown < t->raw.len ? shown : t->raw.len;
}

/* Judges the hit in one form, of which `len` bytes were seen. Did the pattern match? */
static bool look_through(struct trial *t, enum tsr_form form, uint32_t len)
{
	enum tsr_view_kind kind = tsr_view_kind_of(form);
	bool raw_start, raw_end;
	struct tsr_view_in in;

	t->form = form;
	if (!t->info->content->before && t->hit->start < t->state->resume[kind])
		return true;
	if (!kind_in_scope(t) || !path_in_scope(t))
		return true;
	cut_window(t);
	if (!afford(t, price_of(t)))
		return true;
	in = (struct tsr_view_in){ .raw = t->raw,
				   .hit = t->raw_hit,
				   .needle_len = len,
				   .place = t->hit->start - t->region->start,
				   .literal = &t->info->content->literals[t->use->literal],
				   .behind = t->info->behind,
				   .ahead = t->info->ahead };
	t->view = &t->s->decoded;
	if (kind == TSR_VIEW_ESCAPED && !first_look(t, &in))
		return false;
	if (!tsr_view_make(t->view, form, &in))
		return false;
	raw_start = t->hit->start - t->raw_hit == t->region->start;
	raw_end = t->hit->start - t->raw_hit + t->raw.len == t->region->end;
	if (kind != TSR_VIEW_BASE64 && kind != TSR_VIEW_TWICE && kind != TSR_VIEW_HEX) {
		t->view->at_start = t->view->at_start && raw_start;
		t->view->at_end = t->view->at_end && raw_end;
	}
	return look_for_match(t);
}

/* How far around a plain hit that is no match escapes are looked for, besides the pattern's own `before`. */
#define ESCAPES_NEAR 64u

/* The literal is plain and something beside it may be escaped: "AWS_SECRET…%3D…", "…\/…" */
static void look_through_escapes(struct trial *t, uint32_t len)
{
	static const enum tsr_form forms[] = { TSR_FORM_PERCENT, TSR_FORM_BACKSLASH, TSR_FORM_ENTITY };
	struct tsr_slice near = tsr_slice_sub(t->raw, 0, t->raw_hit + len + ESCAPES_NEAR);
	size_t mark = tsr_view_first_mark(near, t->raw_hit);
	unsigned kinds;

	/* A pattern that begins before its literal may want what is escaped there. */
	if (!t->info->content->before && (mark == near.len || !could_match(t, tsr_slice_sub(near, 0, mark), t->raw_hit)))
		return;
	kinds = tsr_view_escapes_near(t->raw, t->raw_hit, t->info->content->before, len + ESCAPES_NEAR);
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (kinds >> i & 1 && look_through(t, forms[i], len))
			return;
}

static void try_use(struct trial *t)
{
	uint32_t len = t->s->rs->needles[t->hit->needle].len;

	t->info = &t->s->info[t->use->rule];
	if (!t->info->content)
		return;
	t->state = state_of(t->s, t->use->rule, t->region);
	if (!look_through(t, t->use->form, len) && t->use->form == TSR_FORM_PLAIN &&
	    t->info->content->encode & TSR_ENCODE_ESCAPES)
		look_through_escapes(t, len);
}

void tsr_judge(struct tsr_scanner *s, struct region *r, const struct hit *h)
{
	const struct tsr_needle *needle = &s->rs->needles[h->needle];
	struct trial t = { .s = s, .region = r, .hit = h };

	for (uint32_t i = needle->first; i < needle->first + needle->n; i++) {
		t.use = &s->rs->uses[i];
		try_use(&t);
	}
}
