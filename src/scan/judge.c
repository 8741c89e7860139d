/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/scanner_impl.h"

#include <math.h>

#include "rule/needles.h"
#include "scan/comment.h"
#include "scan/edge.h"
#include "scan/placeholder.h"
#include "scan/sample.h"

/* Work that one rule may do in one region: see the design of the work budget in scanner.h. */
#define BUDGET_FACTOR 32u
#define BUDGET_BASE (1u << 20)
/* A size that is only claimed counts this far beyond what was seen. */
#define CLAIM_MAX (16u << 20)

/* One use of a needle at one place: what the steps of the judgement hand on. */
struct trial {
	struct tsr_scanner *s;
	struct region *region;
	const struct hit *hit;
	const struct tsr_use *use;
	enum tsr_form form; /* the use's, or one that a plain hit is looked at through */
	const struct rule_info *info;
	struct rule_state *state;
	struct tsr_slice raw; /* the region's bytes around the hit */
	size_t raw_hit;
	struct tsr_view *view;
	struct tsr_slice match, secret, key; /* in view->text */
	size_t begin, end;		     /* of the secret in view->text */
};

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

static int run_pattern(struct trial *t, const pcre2_code *code, bool jit, struct tsr_slice subject, size_t at,
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

static double entropy_x100(struct tsr_slice s)
{
	size_t count[256] = { 0 };
	double bits = 0;

	for (size_t i = 0; i < s.len; i++)
		count[(unsigned char)s.ptr[i]]++;
	for (int c = 0; c < 256; c++)
		if (count[c])
			bits -= (double)count[c] / (double)s.len * log2((double)count[c] / (double)s.len);
	return bits * 100;
}

static bool companion_is_near(struct trial *t)
{
	const struct tsr_rule_content *c = t->info->content;
	struct tsr_slice text = t->view->text, window;
	size_t from = (size_t)(t->match.ptr - text.ptr), to = from + t->match.len;

	if (!c->near_pattern)
		return true;
	from = from > c->near_within ? from - c->near_within : 0;
	to = text.len - to > c->near_within ? to + c->near_within : text.len;
	window = tsr_slice_sub(text, from, to);
	return run_pattern(t, t->s->rs->near[t->use->rule], t->info->near_jit, window, 0,
			   PCRE2_NOTBOL | PCRE2_NOTEOL) >= 0;
}

static void run_check(struct trial *t, struct tsr_check_out *out)
{
	struct tsr_slice text = t->view->text;
	size_t from = (size_t)(t->match.ptr - text.ptr), reach = t->info->content->reach;
	struct tsr_check_in in = { .secret = t->secret, .match = t->match };

	if (!t->info->check)
		return;
	in.ahead = tsr_slice_sub(text, from, from + (reach > t->match.len ? reach : t->match.len));
	in.param = t->info->check->param;
	in.key = t->key;
	in.behind = tsr_slice_sub(text, 0, t->key.len ? (size_t)(t->key.ptr - text.ptr) : from);
	in.path = tsr_slice_of(t->s->paths.ptr + t->region->path, t->region->path_len);
	t->info->check->run(&in, out);
}

/*
 * A neighbour that may not stand there is forgiven if, in binary data, a length
 * byte explains it (strings are glued together there), or if a checksum speaks for itself.
 */
static bool edges_hold(const struct trial *t, const struct tsr_check_out *check)
{
	const struct tsr_rule_content *c = t->info->content;
	struct tsr_slice text = t->view->text;

	if (check->result == TSR_CHECK_PASS)
		return true;
	if (t->region->binary && tsr_edge_length_byte(text, t->begin, t->end))
		return true;
	return tsr_edge_left(text, t->begin, c->left) && tsr_edge_right(text, t->end, c->right);
}

/* Where the match is told to be; `base` is the offset of raw[0] in the region. */
static void tell_way_in(const struct trial *t, uint64_t base, struct tsr_match *m)
{
	const struct tsr_view *v = t->view;

	m->via = v->via;
	m->offset = m->raw;
	if (v->kind == TSR_VIEW_TWICE) {
		m->outer = v->via;
		m->outer_offset = base + v->outer_raw;
		m->via_offset = v->raw;
		m->offset = t->begin;
	} else if (v->kind == TSR_VIEW_BASE64) {
		m->via_offset = base + v->raw;
		m->offset = t->begin;
	} else if (v->kind != TSR_VIEW_PLAIN) {
		m->via_offset = m->raw;
		m->offset = 0;
	}
}

static void report(struct trial *t, const struct tsr_check_out *check)
{
	const struct tsr_view *v = t->view;
	uint64_t base = t->hit->start - t->raw_hit; /* stream offset of raw[0] */
	size_t end = t->begin + (check->length > t->secret.len ? check->length : t->secret.len);
	size_t hidden = t->info->content->public_prefix;
	size_t raw_begin, raw_end;
	struct tsr_match m = { .rule = t->use->rule,
			       .region = t->region->number,
			       .region_start = t->region->start,
			       .secret = t->secret,
			       .key = t->key,
			       .check = *check };

	end = end < v->text.len ? end : v->text.len;
	raw_begin = tsr_view_begin(v, t->raw, t->begin);
	raw_end = tsr_view_end(v, t->raw, end);
	m.raw = base + raw_begin - t->region->start;
	m.raw_len = raw_end - raw_begin;
	tell_way_in(t, base - t->region->start, &m);
	m.line = tsr_region_line(t->s, t->region, base + raw_begin);
	m.comment = !t->region->binary && tsr_comment_line(v->text, (size_t)(t->match.ptr - v->text.ptr));
	m.placeholder = tsr_placeholder(tsr_slice_sub(t->secret, hidden, t->secret.len)) ||
			tsr_published_sample(t->secret);
	t->state->resume[v->kind] =
		base + tsr_view_end(v, t->raw, (size_t)(t->match.ptr + t->match.len - v->text.ptr));
	if (t->state->resume[v->kind] < base + raw_end)
		t->state->resume[v->kind] = base + raw_end;
	t->s->emit(t->s->ctx, &m);
}

static bool is_name(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c == '-' ||
	       c == '.';
}

/*
 * A pattern that begins in the middle of a name (DB_PASSWORD at `assword`) means the
 * whole of it, as far as every window goes.
 */
static struct tsr_slice whole_name(const struct trial *t, struct tsr_slice key)
{
	const char *text = t->view->text.ptr;
	size_t at = (size_t)(key.ptr - text), least = at > TSR_EDGE_REACH ? at - TSR_EDGE_REACH : 0, begin = at;

	if (key.ptr != t->match.ptr)
		return key;
	while (begin > least && is_name((unsigned char)text[begin - 1]))
		begin--;
	return tsr_slice_of(text + begin, key.len + (at - begin));
}

/* "d41d8c…  usr/lib/twilio.py": a line of md5sums and the like, whatever name the line before ends with. */
static bool digest_of_a_list(const struct trial *t)
{
	struct tsr_slice text = t->view->text, s = t->secret;

	if ((t->begin && text.ptr[t->begin - 1] != '\n') || t->end + 2 >= text.len || text.ptr[t->end] != ' ' ||
	    (text.ptr[t->end + 1] != ' ' && text.ptr[t->end + 1] != '*'))
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (!(s.ptr[i] >= '0' && s.ptr[i] <= '9') && !(s.ptr[i] >= 'a' && s.ptr[i] <= 'f'))
			return false;
	return s.len >= 32;
}

/* The match is there: is it a secret? */
static bool accept(struct trial *t, const char *subject)
{
	const size_t *pair = pcre2_get_ovector_pointer(t->s->match);
	uint32_t groups = pcre2_get_ovector_count(t->s->match);
	uint32_t g = t->info->secret, k = t->info->key;
	struct tsr_check_out check = { .result = TSR_CHECK_NONE };

	if (g >= groups || pair[2 * g] == PCRE2_UNSET || pair[2 * g + 1] < pair[2 * g])
		g = 0;
	t->match = tsr_slice_of(subject + pair[0], pair[1] - pair[0]);
	t->secret = tsr_slice_of(subject + pair[2 * g], pair[2 * g + 1] - pair[2 * g]);
	t->key = TSR_SLICE_NONE;
	if (k && k < groups && pair[2 * k] != PCRE2_UNSET)
		t->key = whole_name(t, tsr_slice_of(subject + pair[2 * k], pair[2 * k + 1] - pair[2 * k]));
	t->begin = (size_t)(t->secret.ptr - t->view->text.ptr);
	t->end = t->begin + t->secret.len;
	if ((!t->info->check && !edges_hold(t, &check)) || digest_of_a_list(t))
		return false;
	if (t->info->content->min_entropy_x100 &&
	    entropy_x100(t->secret) < t->info->content->min_entropy_x100)
		return false;
	if (!companion_is_near(t))
		return false;
	run_check(t, &check);
	if (check.result == TSR_CHECK_REJECT || !edges_hold(t, &check))
		return false;
	report(t, &check);
	return true;
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

		if (run_pattern(t, t->s->rs->patterns[t->use->rule], t->info->jit, subject, at, options) < 0)
			return any;
		start = pair[0];
		if (start > hit)
			return any;
		any |= pair[1] >= hit + literal->len;
		if (pair[1] >= hit + literal->len &&
		    (!resume || origin + tsr_view_begin(v, t->raw, base + start) >= resume) &&
		    accept(t, subject.ptr))
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
