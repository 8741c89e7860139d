/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_TESTS_ANALYSE_BUILD_H
#define TSR_TESTS_ANALYSE_BUILD_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "audit/analyse.h"
#include "base/mem.h"
#include "finding/finding.h"
#include "scan/example.h"
#include "tar_build.h"

/* Blobs in memory through the analysis, and what came out of it as text. */

static inline struct tsr_ruleset *catalogue(void)
{
	struct tsr_err err = TSR_ERR_INIT;
	struct tsr_ruleset *rs = NULL;

	cr_assert(tsr_ruleset_new(&rs, NULL, 0, &err) == 0, "%s", err.msg);
	return rs;
}

/* A secret made now: see scan/example.h. Replaces what is in out. */
static inline const char *made(struct tsr_buf *out, const char *form, uint64_t seed)
{
	struct tsr_err err = TSR_ERR_INIT;

	tsr_buf_reset(out);
	cr_assert(tsr_example_expand(form, seed, out, &err) == 0, "%s", err.msg);
	return out->ptr;
}

#define TOKEN "{\"ghp_\"}{base62:30}{crc32-base62}"

struct bench {
	struct tsr_ruleset *rs;
	struct tsr_limits limits;
	struct tsr_analyser *a;
	struct tsr_pool *pool; /* NULL: none */
	size_t chunk;
	int64_t deadline;
	bool want_digests;
};

static inline struct bench bench_new(void)
{
	struct bench b = { .rs = catalogue(), .limits = tsr_limits_default, .chunk = TSR_CHUNK_SIZE };

	return b;
}

static inline void bench_free(struct bench *b)
{
	tsr_analyser_free(b->a);
	tsr_ruleset_free(b->rs);
}

static inline struct tsr_analysis bench_run(struct bench *b, const void *p, size_t n)
{
	struct tsr_memory_reader memory;
	struct tsr_analysis_input input = { .in = tsr_memory_reader(&memory, p, n),
					    .chunk_size = b->chunk,
					    .deadline = b->deadline,
					    .keep_json = 8u << 20,
					    .want_digests = b->want_digests,
					    .pool = b->pool };
	struct tsr_err err = TSR_ERR_INIT;
	struct tsr_analysis out;

	if (!b->a)
		b->a = tsr_analyser_new(b->rs, &b->limits, &err);
	cr_assert(b->a, "%s", err.msg);
	cr_assert(tsr_analyse(b->a, &input, &out, &err) == 0, "%s", err.msg);
	cr_assert(out.facts->content + out.facts->framing + out.facts->skipped == out.facts->unpacked);
	return out;
}

static inline void analysis_free(struct tsr_analysis *a)
{
	tsr_facts_free(a->facts);
	free(a->json);
}

/* The facts of a tar, which is freed. */
static inline struct tsr_facts *facts_of(struct bench *b, struct tar_build *t)
{
	struct tsr_analysis a = bench_run(b, t->p, t->len);

	free(a.json);
	tb_free(t);
	return a.facts;
}

static inline const char *raw_id(const struct tsr_ruleset *rs, const struct tsr_raw *r)
{
	return rs->rules[r->rule]->id;
}

static inline void tell_raw(const struct tsr_ruleset *rs, const struct tsr_facts *f, const struct tsr_raw *r,
			    struct tsr_buf *out)
{
	tsr_buf_printf(out, "%s /", raw_id(rs, r));
	if (r->entry != TSR_NONE)
		tsr_facts_path(f, f->entries[r->entry].node, out);
	tsr_buf_printf(out, "%s at %lld via %s %llu line %u len %u x%u nth %u sev %d %d conf %d check %d key %d [%s] {%s} (%s) <%s>\n",
		       tsr_facts_text(f, r->pointer), (long long)r->offset, r->step == TSR_NONE ? "" : tsr_facts_text(f, f->steps[r->step].kind),
		       r->step == TSR_NONE ? 0ull : (unsigned long long)f->steps[r->step].offset, r->line, r->length, r->occurrences, r->nth, r->severity,
		       r->severity_hidden, r->confidence, r->check, r->is_key, tsr_facts_text(f, r->redacted),
		       tsr_facts_text(f, r->message), tsr_facts_text(f, r->tags), tsr_facts_text(f, r->key));
}

/* All of it, texts resolved: two facts that mean the same tell the same. */
static inline void tell_facts(const struct tsr_ruleset *rs, const struct tsr_facts *f, struct tsr_buf *out)
{
	char digest[TSR_DIGEST_STR_MAX];

	tsr_buf_printf(out, "grade %u kind %u why %s doubts %x warnings %u\n", f->grade, f->kind,
		       tsr_facts_text(f, f->why), f->doubts, f->warnings);
	tsr_buf_printf(out, "%s ", tsr_digest_str(&f->blob, digest));
	tsr_buf_printf(out, "%s %llu %llu %llu %llu\n", tsr_digest_str(&f->diff_id, digest), (unsigned long long)f->stored,
		       (unsigned long long)f->unpacked, (unsigned long long)f->content, (unsigned long long)f->framing);
	for (uint32_t i = 0; i < f->n_entries; i++) {
		const struct tsr_entry *e = &f->entries[i];

		tsr_facts_path(f, e->node, out);
		tsr_buf_printf(out, " %c %o %lld %lld %llu %llu %llu flags %x > ", e->type, e->mode, (long long)e->uid,
			       (long long)e->gid, (unsigned long long)e->size, (unsigned long long)e->header,
			       (unsigned long long)e->data, e->flags);
		tsr_buf_add(out, tsr_facts_text(f, e->link), e->link_len);
		tsr_buf_addc(out, '\n');
	}
	for (uint32_t i = 0; i < f->n_raws; i++)
		tell_raw(rs, f, &f->raws[i], out);
	for (uint32_t i = 0; i < f->n_extracts; i++) {
		const struct tsr_extract *x = &f->extracts[i];

		tsr_buf_printf(out, "extract %u of %u: %s %s %llu %llu %llu\n", x->kind, x->entry, tsr_facts_text(f, x->a),
			       tsr_facts_text(f, x->b), (unsigned long long)x->x, (unsigned long long)x->y,
			       (unsigned long long)x->z);
	}
	for (uint32_t i = 0; i < f->n_skips; i++)
		tsr_buf_printf(out, "skip %s: %s %llu\n", tsr_facts_text(f, f->skips[i].what),
			       tsr_facts_text(f, f->skips[i].why), (unsigned long long)f->skips[i].bytes);
	cr_assert(!out->full);
}

/* How many raws of a rule; *last gets the last of them (may be NULL). */
static inline uint32_t raws_of(const struct bench *b, const struct tsr_facts *f, const char *rule,
			       const struct tsr_raw **last)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < f->n_raws; i++) {
		if (strcmp(raw_id(b->rs, &f->raws[i]), rule))
			continue;
		n++;
		if (last)
			*last = &f->raws[i];
	}
	return n;
}

#endif
