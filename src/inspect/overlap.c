/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "inspect/inspect_priv.h"

/*
 * After the last byte, when all raws of the blob are there: of matches that
 * overlap in one stream the more specific stays; of more than TSR_OCCURRENCES_MAX raws of one rule in one
 * entry the first stays, with its count; what a JSON blob's raw bytes and its
 * parsed strings both show is told once, with the pointer.
 */
struct order {
	const struct tsr_raw *raws;
	const struct tsr_span *spans;
};

static int by_place(const void *a, const void *b, void *ctx)
{
	const struct order *o = ctx;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	if (o->raws[x].entry != o->raws[y].entry)
		return o->raws[x].entry < o->raws[y].entry ? -1 : 1;
	if (o->raws[x].pointer != o->raws[y].pointer) /* in the order the strings were seen */
		return o->raws[x].pointer < o->raws[y].pointer ? -1 : 1;
	if (o->spans[x].start != o->spans[y].start)
		return o->spans[x].start < o->spans[y].start ? -1 : 1;
	return x < y ? -1 : x > y;
}

static bool same_stream(const struct tsr_raw *a, const struct tsr_raw *b)
{
	return a->entry == b->entry && a->pointer == b->pointer && a->is_key == b->is_key;
}

/* The better of two that overlap: more specific, then surer, then the earlier. */
static bool beats(const struct order *o, uint32_t x, uint32_t y)
{
	if (o->spans[x].specificity != o->spans[y].specificity)
		return o->spans[x].specificity > o->spans[y].specificity;
	if (o->raws[x].confidence != o->raws[y].confidence)
		return o->raws[x].confidence > o->raws[y].confidence;
	return x < y;
}

static void drop_overlapped(const struct order *o, uint32_t n, uint8_t *keep)
{
	uint32_t *at = tsr_xcalloc(n + 1, sizeof(*at)), m = 0, best;

	for (uint32_t i = 0; i < n; i++)
		if (o->spans[i].end > o->spans[i].start)
			at[m++] = i;
	qsort_r(at, m, sizeof(*at), by_place, (void *)(uintptr_t)o);
	best = m ? at[0] : 0;
	for (uint32_t i = 1; i < m; i++) {
		uint32_t x = at[i];

		if (!same_stream(&o->raws[best], &o->raws[x]) || o->spans[x].start >= o->spans[best].end) {
			best = x;
		} else if (beats(o, x, best)) {
			keep[best] = 0;
			best = x;
		} else {
			keep[x] = 0;
		}
	}
	free(at);
}

static void merge_many(const struct tsr_raw *raws, uint32_t n, uint8_t *keep)
{
	for (uint32_t i = 0; i < n; i++) {
		if (raws[i].occurrences <= TSR_OCCURRENCES_MAX)
			continue;
		for (uint32_t k = i + 1; k < n && raws[k].entry == raws[i].entry; k++)
			if (raws[k].rule == raws[i].rule)
				keep[k] = 0;
	}
}

static void prefer_parsed(const struct tsr_raw *raws, uint32_t n, uint8_t *keep)
{
	static const uint8_t none[16];
	uint32_t first = 0;

	while (first < n && !raws[first].pointer)
		first++;
	for (uint32_t i = 0; i < first; i++)
		for (uint32_t k = first; k < n && keep[i]; k++)
			if (raws[k].rule == raws[i].rule && (!memcmp(raws[i].secret_id, none, sizeof(none)) ||
							      !memcmp(raws[i].secret_id, raws[k].secret_id, sizeof(none))))
				keep[i] = 0;
}

void tsr_overlap_end(struct tsr_inspect *in)
{
	uint32_t n;
	struct tsr_raw *raws = tsr_builder_raws(in->b, &n);
	struct order o = { raws, in->spans };
	uint8_t *keep;

	if (!n)
		return;
	keep = tsr_xmalloc(n);
	memset(keep, 1, n);
	drop_overlapped(&o, n, keep);
	merge_many(raws, n, keep);
	prefer_parsed(raws, n, keep);
	tsr_builder_filter_raws(in->b, keep);
	free(keep);
}
