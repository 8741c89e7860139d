/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/trial.h"

#include <math.h>

#include "scan/comment.h"
#include "scan/edge.h"
#include "scan/placeholder.h"
#include "scan/sample.h"

/* A pattern matched: is it a secret, and where does it stand? */

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
	return tsr_trial_run(t, t->s->rs->near[t->use->rule], t->info->near_jit, window, 0,
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
bool tsr_trial_accept(struct trial *t, const char *subject)
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
