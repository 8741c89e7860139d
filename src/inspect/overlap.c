/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "inspect/inspect_priv.h"

/*
 * After the last byte, when all raws of the blob are there: of matches that
 * overlap in one stream the most specific stays; what a JSON blob's raw bytes and
 * its parsed strings both show is told once, with the pointer; what the bytes of a container and
 * a file inside it both show (a tar is not compressed) is told of the file inside; of more than
 * TSR_OCCURRENCES_MAX raws of one rule in one stream the first stays, with the count.
 * Raws come as the chunks let them, so they are put in order first.
 */
struct order {
	struct tsr_raw *raws;
	const struct tsr_span *spans;
	uint32_t n;
	uint8_t *keep;
};

#define BY(field)                                           \
	do {                                                \
		if (x->field != y->field)                   \
			return x->field < y->field ? -1 : 1; \
	} while (0)

/* By stream: the entry, a stream inside it, or the string of a JSON blob (pointers ascend as strings were seen). */
static int by_stream(const struct tsr_raw *x, const struct tsr_raw *y)
{
	BY(entry);
	BY(stream);
	BY(pointer);
	BY(is_key);
	return 0;
}

static int by_place(const void *a, const void *b, void *ctx)
{
	const struct order *o = ctx;
	uint32_t i = *(const uint32_t *)a, k = *(const uint32_t *)b;
	int r = by_stream(&o->raws[i], &o->raws[k]);
	const struct tsr_span *x = &o->spans[i], *y = &o->spans[k];

	if (r)
		return r;
	BY(start);
	return i < k ? -1 : i > k;
}

/* The better ones first: more specific, then surer, then the earlier. */
static int by_worth(const void *a, const void *b, void *ctx)
{
	const struct order *o = ctx;
	uint32_t i = *(const uint32_t *)a, k = *(const uint32_t *)b;
	const struct tsr_span *x = &o->spans[k], *y = &o->spans[i];

	BY(specificity);
	if (o->raws[i].confidence != o->raws[k].confidence)
		return o->raws[i].confidence > o->raws[k].confidence ? -1 : 1;
	return by_place(a, b, ctx);
}

static int by_rule(const void *a, const void *b, void *ctx)
{
	const struct order *o = ctx;
	uint32_t i = *(const uint32_t *)a, k = *(const uint32_t *)b;
	const struct tsr_raw *x = &o->raws[i], *y = &o->raws[k];
	int r = by_stream(x, y);

	if (r)
		return r;
	BY(rule);
	return i < k ? -1 : i > k;
}

/* The order of facts: by place, then by rule. No two raws of one rule have the same ordinal. */
static int by_facts(const void *a, const void *b)
{
	const struct tsr_raw *x = a, *y = b;
	int r = by_stream(x, y);

	if (r)
		return r;
	BY(offset);
	BY(rule);
	BY(nth);
	return 0;
}

static void sort(const struct order *o, uint32_t *list, uint32_t n, int (*cmp)(const void *a, const void *b, void *ctx))
{
	qsort_r(list, n, sizeof(*list), cmp, (void *)(uintptr_t)o);
}

/* How many of the kept, by start, begin before `end`. */
static uint32_t kept_before(const struct order *o, const uint32_t *kept, uint32_t n, uint64_t end)
{
	uint32_t lo = 0, hi = n;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (o->spans[kept[mid]].start < end)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/*
 * Raws that hang together by overlaps: each is kept if nothing better that is kept
 * overlaps it. The kept do not overlap each other, so only one neighbour counts.
 */
static void settle_cluster(const struct order *o, uint32_t *list, uint32_t n, uint32_t *kept)
{
	uint32_t n_kept = 0;

	if (n < 2)
		return;
	sort(o, list, n, by_worth);
	for (uint32_t i = 0; i < n; i++) {
		const struct tsr_span *s = &o->spans[list[i]];
		uint32_t at = kept_before(o, kept, n_kept, s->end);

		if (at && o->spans[kept[at - 1]].end > s->start) {
			o->keep[list[i]] = 0;
			continue;
		}
		memmove(kept + at + 1, kept + at, (n_kept - at) * sizeof(*kept));
		kept[at] = list[i];
		n_kept++;
	}
}

static void drop_overlapped(const struct order *o, uint32_t *list, uint32_t *room)
{
	uint32_t m = 0, first = 0;
	uint64_t end = 0;

	for (uint32_t i = 0; i < o->n; i++)
		if (o->spans[i].end > o->spans[i].start)
			list[m++] = i;
	sort(o, list, m, by_place);
	for (uint32_t i = 0; i < m; i++) {
		const struct tsr_span *s = &o->spans[list[i]];

		if (i > first && (by_stream(&o->raws[list[first]], &o->raws[list[i]]) || s->start >= end)) {
			settle_cluster(o, list + first, i - first, room);
			first = i;
		}
		end = i == first || s->end > end ? s->end : end;
	}
	settle_cluster(o, list + first, m - first, room);
}

/* Raws of one rule in one stream: the first that is left stands for all. */
static void merge_group(const struct order *o, const uint32_t *list, uint32_t n)
{
	uint32_t total = 0, best = list[0];
	bool any = false;

	for (uint32_t i = 0; i < n; i++) {
		total = o->raws[list[i]].occurrences > total ? o->raws[list[i]].occurrences : total;
		if (o->keep[list[i]] && !any) {
			best = list[i];
			any = true;
		}
	}
	if (total <= TSR_OCCURRENCES_MAX)
		return;
	/* Even if none of these is left: nobody has looked at those above the maximum. */
	for (uint32_t i = 0; i < n; i++)
		o->keep[list[i]] = 0;
	o->keep[best] = 1;
	o->raws[best].occurrences = total;
}

static void merge_many(const struct order *o, uint32_t *list)
{
	uint32_t first = 0;

	for (uint32_t i = 0; i < o->n; i++)
		list[i] = i;
	sort(o, list, o->n, by_rule);
	for (uint32_t i = 1; i <= o->n; i++) {
		if (i < o->n && !by_stream(&o->raws[list[first]], &o->raws[list[i]]) &&
		    o->raws[list[first]].rule == o->raws[list[i]].rule)
			continue;
		merge_group(o, list + first, i - first);
		first = i;
	}
}

/* Parsed strings' raws, by rule and secret. */
static int by_rule_and_id(const void *a, const void *b, void *ctx)
{
	const struct order *o = ctx;
	uint32_t i = *(const uint32_t *)a, k = *(const uint32_t *)b;
	const struct tsr_raw *x = &o->raws[i], *y = &o->raws[k];
	int c;

	BY(rule);
	c = memcmp(x->secret_id, y->secret_id, sizeof(x->secret_id));
	return c ? c : i < k ? -1 : i > k;
}

/* The first in the list that is not below the rule and the secret; NULL: the first of the rule. */
static uint32_t parsed_from(const struct order *o, const uint32_t *list, uint32_t n, uint32_t rule, const uint8_t *secret_id)
{
	uint32_t lo = 0, hi = n;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		const struct tsr_raw *r = &o->raws[list[mid]];

		if (r->rule < rule || (r->rule == rule && secret_id && memcmp(r->secret_id, secret_id, sizeof(r->secret_id)) < 0))
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* Is what raw bytes show shown by a parsed string too? Of passwords there is no hash to tell. */
static bool is_parsed(const struct order *o, const struct tsr_raw *raw, const uint32_t *list, uint32_t n)
{
	static const uint8_t none[16];
	bool hashed = memcmp(raw->secret_id, none, sizeof(none)) != 0;
	uint32_t at = parsed_from(o, list, n, raw->rule, hashed ? raw->secret_id : NULL);

	return at < n && o->raws[list[at]].rule == raw->rule &&
	       (!hashed || !memcmp(o->raws[list[at]].secret_id, raw->secret_id, sizeof(raw->secret_id)));
}

/* The bytes had more matches than are told: do the strings account for all of them? */
static void settle_count(const struct order *o, struct tsr_raw *raw, const uint32_t *list, uint32_t n)
{
	uint64_t parsed = 0;

	for (uint32_t at = parsed_from(o, list, n, raw->rule, NULL); at < n && o->raws[list[at]].rule == raw->rule; at++)
		parsed += o->raws[list[at]].occurrences;
	if (parsed >= raw->occurrences)
		raw->occurrences = 1;
}

/* Those of raw bytes come first. */
static void prefer_parsed(const struct order *o, uint32_t *list)
{
	uint32_t first = 0, n = 0;

	while (first < o->n && !o->raws[first].pointer)
		first++;
	for (uint32_t k = first; k < o->n; k++)
		list[n++] = k;
	sort(o, list, n, by_rule_and_id);
	for (uint32_t i = 0; n && i < first; i++) {
		if (o->keep[i] && is_parsed(o, &o->raws[i], list, n))
			o->keep[i] = 0;
		if (o->raws[i].occurrences > TSR_OCCURRENCES_MAX)
			settle_count(o, &o->raws[i], list, n);
	}
}

static int by_secret(const void *a, const void *b, void *ctx)
{
	const struct order *o = ctx;
	uint32_t i = *(const uint32_t *)a, k = *(const uint32_t *)b;
	const struct tsr_span *x = &o->spans[i], *y = &o->spans[k];

	if (o->raws[i].entry != o->raws[k].entry)
		return o->raws[i].entry < o->raws[k].entry ? -1 : 1;
	BY(secret);
	if (o->raws[i].stream != o->raws[k].stream)
		return o->raws[i].stream < o->raws[k].stream ? -1 : 1;
	return i < k ? -1 : i > k;
}

/* Raws of one secret in one entry, by stream: those of `stream` are dropped. */
static void drop_stream(const struct order *o, const uint32_t *list, uint32_t n, uint32_t stream)
{
	uint32_t lo = 0, hi = n;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (o->raws[list[mid]].stream < stream)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < n && o->raws[list[lo]].stream == stream && o->keep[list[lo]]; lo++)
		o->keep[list[lo]] = 0;
}

/* Each secret that a stream shows is dropped in the streams around it. */
static void prefer_inner(const struct tsr_inspect *in, const struct order *o, uint32_t *list)
{
	uint32_t n = 0, first = 0;

	for (uint32_t i = 0; i < o->n; i++)
		if (o->spans[i].secret && o->keep[i])
			list[n++] = i;
	sort(o, list, n, by_secret);
	for (uint32_t i = 0; i < n; i++) {
		const struct tsr_raw *r = &o->raws[list[i]];

		if (o->raws[list[first]].entry != r->entry || o->spans[list[first]].secret != o->spans[list[i]].secret)
			first = i;
		for (uint32_t s = r->stream; s && i > first;) {
			s = tsr_nested_outer(in, s);
			drop_stream(o, list + first, i - first, s);
		}
	}
}

/* The order of emission varies with the chunks between streams; ordinals follow the final one. */
static void number(struct tsr_inspect *in, struct tsr_raw *raws, uint32_t n)
{
	memset(in->nth, 0, in->rs->n_rules * sizeof(*in->nth));
	for (uint32_t i = 0; i < n; i++)
		raws[i].nth = in->nth[raws[i].rule]++;
}

void tsr_overlap_end(struct tsr_inspect *in)
{
	struct order o = { .spans = in->spans };
	uint32_t *list;

	o.raws = tsr_builder_raws(in->b, &o.n);
	if (!o.n) {
		tsr_builder_settle_steps(in->b);
		return;
	}
	o.keep = tsr_xmalloc(o.n);
	memset(o.keep, 1, o.n);
	list = tsr_xcalloc(2 * (size_t)o.n, sizeof(*list));
	drop_overlapped(&o, list, list + o.n);
	prefer_parsed(&o, list);
	prefer_inner(in, &o, list);
	merge_many(&o, list);
	tsr_builder_filter_raws(in->b, o.keep);
	free(o.keep);
	free(list);
	o.raws = tsr_builder_raws(in->b, &o.n);
	qsort(o.raws, o.n, sizeof(*o.raws), by_facts);
	number(in, o.raws, o.n);
	tsr_builder_settle_steps(in->b);
}
