/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/scanner_impl.h"

#include "base/mem.h"

/*
 * Which bytes go through which database of literals (enum tsr_sieve).
 *
 * A region is scanned by one of them from its first byte to its last. What it is may not be known
 * at its first bytes; then it is taken for a text: that sieve finds all that the other one finds, and
 * what is not meant for a binary is dropped when it is judged. So the choice costs time, never a hit.
 * Regions that follow one another in the same sieve are one run of its stream, with one call for what they
 * have in a chunk; hits across a border between them are dropped when they are judged.
 */

#define HS_SCAN_MAX (1u << 30)

/* Framing between texts, up to here, is not worth a change of the sieve. */
#define GAP_MAX 4096u

/* Hits come by their ends; needles differ little in length, so each finds its place in a few steps. */
static int on_hit(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *ctx)
{
	struct tsr_scanner *s = ctx;
	struct hit h = { .needle = id };
	size_t i;

	(void)from;
	(void)flags;
	if (id >= s->rs->n_needles)
		return 0;
	h.start = s->run_start + to - s->rs->needles[id].len;
	s->hits = tsr_grow(s->hits, &s->cap_hits, s->n_hits + 1, sizeof(*s->hits));
	for (i = s->n_hits++; i > 0; i--) {
		const struct hit *b = &s->hits[i - 1];

		if (b->start < h.start || (b->start == h.start && b->needle < h.needle))
			break;
		s->hits[i] = *b;
	}
	s->hits[i] = h;
	return 0;
}

int tsr_sieve_open(struct tsr_scanner *s)
{
	for (int i = 0; i < TSR_SIEVES; i++) {
		struct hs_database *db = s->rs->literals[i];

		if (db && (hs_alloc_scratch(db, &s->scratch) != HS_SUCCESS ||
			   hs_open_stream(db, 0, &s->streams[i]) != HS_SUCCESS))
			return -1;
	}
	return 0;
}

void tsr_sieve_close(struct tsr_scanner *s)
{
	for (int i = 0; i < TSR_SIEVES; i++)
		if (s->streams[i])
			hs_close_stream(s->streams[i], s->scratch, NULL, NULL);
	hs_free_scratch(s->scratch);
}

void tsr_sieve_begin(struct tsr_scanner *s)
{
	s->scanned = s->run_start = 0;
	s->sieve = TSR_SIEVES;
}

/* Scans up to `to`, in the sieve of the run. */
static void scan(struct tsr_scanner *s, uint64_t to)
{
	hs_stream_t *stream = s->sieve < TSR_SIEVES ? s->streams[s->sieve] : NULL;

	while (stream && s->scanned < to) {
		const char *data = (const char *)s->view + (s->scanned - s->view_at);
		unsigned n = to - s->scanned < HS_SCAN_MAX ? (unsigned)(to - s->scanned) : HS_SCAN_MAX;

		if (hs_scan_stream(stream, data, n, 0, s->scratch, on_hit, s) != HS_SUCCESS)
			TSR_BUG("hs_scan_stream");
		s->scanned += n;
	}
	s->scanned = to;
}

static enum tsr_sieve sieve_for(const struct tsr_scanner *s, const struct region *r)
{
	if (!r->binary || r->bom)
		return TSR_SIEVE_TEXT;
	if (r->filler && r->end - r->start <= GAP_MAX && s->sieve == TSR_SIEVE_TEXT)
		return TSR_SIEVE_TEXT;
	return TSR_SIEVE_BINARY;
}

static void start_run(struct tsr_scanner *s, enum tsr_sieve sieve, uint64_t at)
{
	if (sieve == s->sieve)
		return;
	scan(s, at);
	s->sieve = sieve;
	s->run_start = at;
	if (s->streams[sieve] && hs_reset_stream(s->streams[sieve], 0, s->scratch, NULL, NULL) != HS_SUCCESS)
		TSR_BUG("hs_reset_stream");
}

void tsr_sieve_scan(struct tsr_scanner *s)
{
	uint64_t to = s->scanned;

	for (size_t i = 0; i < s->n_regions; i++) {
		const struct region *r = &s->regions[i];

		if (r->end <= to || r->start >= s->fed)
			continue;
		if (r->start == to)
			start_run(s, sieve_for(s, r), to);
		to = r->end < s->fed ? r->end : s->fed;
	}
	scan(s, to);
}
