/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/scanner_impl.h"

#include <stdlib.h>

#include "base/mem.h"
#include "rule/stress.h"
#include "scan/edge.h"

/*
 * How a stream is scanned.
 *
 * Vectorscan sees every byte once (sieve.c), in streaming mode, and reports (needle,
 * end): a literal of some rules in some form (as it is, in UTF-16, in base64). Reports
 * cross chunk borders by themselves. Everything else works on the view, a linear
 * piece of the stream
 *
 *	view_at                          fed - len              fed
 *	   | carry: bytes of earlier chunks | the chunk just fed |
 *
 * which is made by copying the carry into the headroom before the chunk. A hit
 * waits in `hits` until `ahead` bytes follow its start, or its region or the
 * stream ends; then it is judged (judge.c) and forgotten. What it may look at is
 * the stretch [start - behind, start + ahead) clipped to its region: the same
 * whatever the chunks are. The carry reaches back to what the first waiting hit, or
 * a hit that Vectorscan has only half seen, may need.
 *
 * Hits are judged by ascending start, so what was decided for a rule before in
 * the region (work spent, where its last match ended) is one small record per rule,
 * void when the region changes. No hit, match or entry allocates anything.
 *
 * A region's kind (binary or text) is known from its first 4096 bytes, and `ahead`
 * is at least that, so a hit is never judged before it is known.
 */

#define JIT_STACK_START (32u << 10)
#define JIT_STACK_MAX (1u << 20)
#define HEAP_LIMIT_KIB 4096u
#define DEPTH_LIMIT 10000u

static void rule_bounds(const struct tsr_rule_content *c, uint32_t *behind, uint32_t *ahead)
{
	uint32_t near = c->near_pattern ? c->near_within : 0;

	*behind = c->before + (near > TSR_EDGE_REACH ? near : TSR_EDGE_REACH);
	*ahead = (c->width > c->reach ? c->width : c->reach) + near + TSR_EDGE_REACH;
}

/* The stream bytes around a hit's start that any rule may look at, and the longest needle. */
static void stream_bounds(const struct tsr_ruleset *rs, size_t *behind, size_t *ahead, size_t *needle)
{
	*behind = 0;
	*ahead = BINARY_PREFIX;
	*needle = 1;
	for (uint32_t n = 0; n < rs->n_needles; n++) {
		const struct tsr_needle *nd = &rs->needles[n];

		*needle = nd->len > *needle ? nd->len : *needle;
		for (uint32_t i = nd->first; i < nd->first + nd->n; i++) {
			uint32_t b, a;
			size_t raw_b, raw_a;

			rule_bounds(rs->rules[rs->uses[i].rule]->content, &b, &a);
			raw_b = tsr_view_behind(rs->uses[i].form, b);
			raw_a = tsr_view_ahead(rs->uses[i].form, a);
			*behind = raw_b > *behind ? raw_b : *behind;
			*ahead = raw_a > *ahead ? raw_a : *ahead;
		}
	}
}

size_t tsr_scanner_headroom(const struct tsr_ruleset *rs)
{
	size_t behind, ahead, needle;

	stream_bounds(rs, &behind, &ahead, &needle);
	return behind + (ahead > needle ? ahead : needle);
}

static uint32_t group_number(const pcre2_code *code, const char *name)
{
	int n = pcre2_substring_number_from_name(code, (PCRE2_SPTR)name);

	return n > 0 ? (uint32_t)n : 0;
}

static bool has_jit(const pcre2_code *code)
{
	size_t size = 0;

	return code && pcre2_pattern_info(code, PCRE2_INFO_JITSIZE, &size) == 0 && size;
}

/* Whole match, `secret`, `key`: rules can have no other groups. */
#define GROUPS 3

static void know_rules(struct tsr_scanner *s)
{
	const struct tsr_ruleset *rs = s->rs;

	s->info = tsr_xcalloc(rs->n_rules + 1, sizeof(*s->info));
	s->state = tsr_xcalloc(rs->n_rules + 1, sizeof(*s->state));
	for (uint32_t i = 0; i < rs->n_rules; i++) {
		const struct tsr_rule_content *c = rs->rules[i]->content;

		if (!c)
			continue;
		s->info[i].content = c;
		s->info[i].check = c->check ? tsr_check_find(c->check) : NULL;
		rule_bounds(c, &s->info[i].behind, &s->info[i].ahead);
	}
}

/* A rule's literal was hit for the first time: its pattern is needed. */
static void learn_pattern(struct tsr_scanner *s, uint32_t rule)
{
	struct rule_info *info = &s->info[rule];

	if (info->learnt || !info->content)
		return;
	tsr_ruleset_compile(s->rs, rule);
	info->secret = group_number(s->rs->patterns[rule], "secret");
	info->key = group_number(s->rs->patterns[rule], "key");
	info->jit = has_jit(s->rs->patterns[rule]);
	info->near_jit = has_jit(s->rs->near[rule]);
	info->learnt = true;
}

static void learn_patterns(struct tsr_scanner *s, const struct hit *h)
{
	const struct tsr_needle *n = &s->rs->needles[h->needle];

	for (uint32_t i = 0; i < n->n; i++)
		learn_pattern(s, s->rs->uses[n->first + i].rule);
}

struct tsr_scanner *tsr_scanner_new(const struct tsr_ruleset *rs, struct tsr_err *err)
{
	struct tsr_scanner *s = tsr_xcalloc(1, sizeof(*s));

	s->rs = rs;
	tsr_buf_init(&s->paths, TSR_BUF_TEXT_MAX);
	stream_bounds(rs, &s->behind, &s->ahead, &s->longest_needle);
	know_rules(s);
	s->match = pcre2_match_data_create(GROUPS, NULL);
	s->context = pcre2_match_context_create(NULL);
	s->stack = pcre2_jit_stack_create(JIT_STACK_START, JIT_STACK_MAX, NULL);
	if (!s->match || !s->context) {
		tsr_err_set(err, TSR_EINTERNAL, "PCRE2 refuses to work");
		tsr_scanner_free(s);
		return NULL;
	}
	pcre2_set_match_limit(s->context, TSR_MATCH_LIMIT);
	pcre2_set_depth_limit(s->context, DEPTH_LIMIT);
	pcre2_set_heap_limit(s->context, HEAP_LIMIT_KIB);
	if (s->stack)
		pcre2_jit_stack_assign(s->context, NULL, s->stack);
	if (tsr_sieve_open(s)) {
		tsr_err_set(err, TSR_EINTERNAL, "Vectorscan refuses to work on this machine");
		tsr_scanner_free(s);
		return NULL;
	}
	s->carry_cap = tsr_scanner_headroom(rs);
	s->carry = tsr_xmalloc(s->carry_cap + 1);
	return s;
}

void tsr_scanner_free(struct tsr_scanner *s)
{
	if (!s)
		return;
	tsr_sieve_close(s);
	pcre2_match_data_free(s->match);
	pcre2_match_context_free(s->context);
	pcre2_jit_stack_free(s->stack);
	if (s->carry)
		explicit_bzero(s->carry, s->carry_cap);
	tsr_view_release(&s->decoded);
	free(s->carry);
	free(s->info);
	free(s->state);
	free(s->hits);
	free(s->regions);
	tsr_buf_release(&s->paths);
	free(s);
}

void tsr_scanner_begin(struct tsr_scanner *s, tsr_scanner_emit *emit, void *ctx)
{
	tsr_sieve_begin(s);
	s->view = NULL;
	s->view_at = s->fed = 0;
	s->ended = false;
	s->carry_len = s->n_hits = s->n_regions = 0;
	tsr_buf_reset(&s->paths);
	s->emit = emit;
	s->ctx = ctx;
	s->last_binary = false;
	s->limits = (struct tsr_scanner_limits){ 0 };
	tsr_region_push(s, UINT32_MAX, 0, UINT64_MAX, TSR_SLICE_NONE, true);
}

void tsr_scanner_feed(struct tsr_scanner *s, unsigned char *data, size_t len)
{
	memcpy(data - s->carry_len, s->carry, s->carry_len);
	s->view = data - s->carry_len;
	s->view_at = s->fed - s->carry_len;
	s->fed += len;
	s->settled = false;
}

static struct region *last_region(struct tsr_scanner *s)
{
	return &s->regions[s->n_regions - 1];
}

/* The last region ends at `at` at the latest. */
static void close_region(struct tsr_scanner *s, uint64_t at)
{
	struct region *r = last_region(s);

	if (r->end > at)
		r->end = at;
	tsr_region_sniff(s, r);
	if (!r->filler)
		s->last_binary = r->binary;
}

void tsr_scanner_region(struct tsr_scanner *s, uint32_t region, uint64_t start, uint64_t end,
			struct tsr_slice path)
{
	uint64_t gap;

	close_region(s, start);
	gap = last_region(s)->end;
	if (gap < start)
		tsr_region_push(s, UINT32_MAX, gap, start, TSR_SLICE_NONE, true);
	if (last_region(s)->filler && last_region(s)->start == start)
		s->n_regions--;
	tsr_region_push(s, region, start, end < start ? start : end, path, false);
}

/* Keeps what later hits and those that wait may need. */
static void save_carry(struct tsr_scanner *s)
{
	uint64_t keep = s->fed - (s->fed < s->longest_needle ? s->fed : s->longest_needle);

	if (s->n_hits && s->hits[0].start < keep)
		keep = s->hits[0].start;
	keep = keep - s->view_at > s->behind ? keep - s->behind : s->view_at;
	tsr_region_trim(s, keep);
	s->carry_len = (size_t)(s->fed - keep);
	memcpy(s->carry, s->view + (keep - s->view_at), s->carry_len);
}

void tsr_scanner_settle(struct tsr_scanner *s)
{
	size_t n = 0, at = 0;

	if (last_region(s)->end < s->fed) {
		uint64_t gap = last_region(s)->end;

		close_region(s, gap);
		tsr_region_push(s, UINT32_MAX, gap, UINT64_MAX, TSR_SLICE_NONE, true);
	}
	for (size_t i = 0; i < s->n_regions; i++)
		tsr_region_sniff(s, &s->regions[i]);
	tsr_sieve_scan(s);
	for (; n < s->n_hits; n++) {
		const struct hit *h = &s->hits[n];

		while (at + 1 < s->n_regions && s->regions[at + 1].start <= h->start)
			at++;
		if (!s->ended && s->fed - h->start < s->ahead && s->regions[at].end > s->fed)
			break;
		/* One that lies across a border belongs to neither side. */
		if (h->start + s->rs->needles[h->needle].len > s->regions[at].end)
			continue;
		learn_patterns(s, h);
		tsr_judge(s, &s->regions[at], h);
	}
	if (n) {
		s->n_hits -= n;
		memmove(s->hits, s->hits + n, s->n_hits * sizeof(*s->hits));
	}
	if (s->view && !s->ended)
		save_carry(s);
	s->settled = true;
}

void tsr_scanner_end(struct tsr_scanner *s)
{
	if (!s->view)
		return;
	if (!s->settled)
		tsr_scanner_settle(s);
	/* The chunk may be gone: what is left stands in the carry. */
	s->view = s->carry;
	s->view_at = s->fed - s->carry_len;
	s->ended = true;
	close_region(s, s->fed);
	tsr_scanner_settle(s);
	s->view = NULL;
	s->carry_len = 0;
}

const struct tsr_ruleset *tsr_scanner_ruleset(const struct tsr_scanner *s)
{
	return s->rs;
}

const struct tsr_scanner_limits *tsr_scanner_limits(const struct tsr_scanner *s)
{
	return &s->limits;
}

bool tsr_scanner_binary(const struct tsr_scanner *s)
{
	const struct region *r = s->n_regions ? &s->regions[s->n_regions - 1] : NULL;

	return r && !r->filler ? tsr_region_binary(s, r) : s->last_binary;
}

void tsr_scanner_text(struct tsr_scanner *s, struct tsr_slice text, struct tsr_slice path,
		      tsr_scanner_emit *emit, void *ctx)
{
	tsr_scanner_begin(s, emit, ctx);
	if (!text.len)
		return;
	s->view = (const unsigned char *)text.ptr;
	s->fed = text.len;
	tsr_scanner_region(s, 0, 0, text.len, path);
	close_region(s, text.len);
	s->ended = true;
	tsr_scanner_settle(s);
	s->view = NULL;
}
