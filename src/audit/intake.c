/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/intake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static const char framing_is_long[] = "its own headers and padding are longer than --max-framing allows";

struct tsr_analyser *tsr_intake_analyser(struct tsr_intake *in, unsigned thread, struct tsr_err *err)
{
	if (!in->analysers[thread])
		in->analysers[thread] = tsr_analyser_new(in->o->rules, &in->o->limits, err);
	return in->analysers[thread];
}

struct intake_body *tsr_intake_body(struct tsr_intake *in)
{
	in->bodies = tsr_grow(in->bodies, &in->cap_bodies, in->n_bodies + 1, sizeof(*in->bodies));
	in->bodies[in->n_bodies] = (struct intake_body){ 0 };
	return &in->bodies[in->n_bodies++];
}

size_t tsr_intake_json_share(struct tsr_intake *in, uint64_t size)
{
	if (size > in->o->limits.json_bytes || size > in->json_left)
		return 0;
	in->json_left -= size;
	return (size_t)size;
}

bool tsr_intake_member(struct tsr_intake *in, const struct tsr_tar_entry *t, uint64_t offset, struct tsr_blob **blob)
{
	struct tsr_member *m;

	*blob = NULL;
	if (t->type == 'g')
		return true;
	if (in->members.n >= in->o->limits.members) {
		snprintf(in->limited, sizeof(in->limited), "it has more members than --max-members allows");
		return false;
	}
	m = tsr_members_add(&in->members, t->name, t->type == 'S' ? '0' : t->type, t->link);
	if (m->type != '0' && !t->size)
		return true;
	*blob = tsr_members_add_blob(&in->members, m, offset, t->size);
	tsr_intake_body(in);
	return true;
}

void tsr_intake_padding(struct tsr_intake *in, const unsigned char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!p[i])
			continue;
		if (tsr_buf_add(&in->stray, p, n))
			snprintf(in->limited, sizeof(in->limited), "%s", framing_is_long);
		return;
	}
}

void tsr_intake_cut(struct tsr_intake *in, uint64_t at)
{
	if (!in->damaged[0])
		snprintf(in->damaged, sizeof(in->damaged), "the archive ends inside a member, at byte %llu",
			 (unsigned long long)at);
}

/* The further digest that a body's name calls for. */
static enum tsr_digest_alg other_digest(const struct tsr_blob *b)
{
	return b->claimed.alg == TSR_DIGEST_SHA384 || b->claimed.alg == TSR_DIGEST_SHA512 ? b->claimed.alg : TSR_DIGEST_NONE;
}

static void take_result(struct tsr_blob *b, struct intake_body *body, const struct tsr_analysis *a)
{
	body->facts = a->facts;
	body->json = a->json;
	b->facts = a->facts;
	b->json = tsr_slice_of(a->json, a->json_len);
	b->size = a->facts->stored;
	b->digest = a->facts->blob;
	b->other = a->facts->blob_other;
	b->kind = a->kind;
	b->codec = a->codec;
	if (a->json_too_long)
		b->flags |= TSR_BLOB_TOO_LONG;
	if (a->unread)
		b->flags |= TSR_BLOB_CUT;
}

int tsr_intake_analyse(struct tsr_intake *in, size_t i, unsigned thread, struct tsr_reader r, bool pooled, struct tsr_err *err)
{
	struct tsr_blob *b = &in->members.blobs[i];
	const struct tsr_analysis_input input = {
		.in = r,
		.chunk_size = in->o->chunk_size ? in->o->chunk_size : TSR_CHUNK_SIZE,
		.other = other_digest(b),
		.deadline = in->deadline,
		.keep_json = in->bodies[i].keep,
		.want_digests = in->o->want_files,
		.pool = pooled ? in->pool : NULL,
	};
	struct tsr_analyser *a = tsr_intake_analyser(in, thread, err);
	struct tsr_analysis out;

	if (!a || tsr_analyse(a, &input, &out, err))
		return -1;
	take_result(&in->members.blobs[i], &in->bodies[i], &out);
	return 0;
}

struct blob_jobs {
	struct tsr_intake *in;
	int (*job)(struct tsr_intake *in, size_t blob, unsigned thread, struct tsr_err *err);
	struct sized {
		uint64_t size;
		size_t blob;
	} *order;
	struct tsr_err *failed; /* one per thread */
};

static void run_blob_job(void *ctx, size_t i, unsigned thread)
{
	struct blob_jobs *jobs = ctx;
	struct tsr_intake *in = jobs->in;

	if (jobs->failed[thread].kind == TSR_ENONE)
		jobs->job(in, jobs->order[i].blob, thread, &jobs->failed[thread]);
	atomic_fetch_add(&in->done, jobs->order[i].size);
	if (!thread && in->o->progress)
		in->o->progress(in->o->progress_ctx, atomic_load(&in->done), in->total);
}

static int by_size(const void *a, const void *b)
{
	const struct sized *x = a, *y = b;

	if (x->size != y->size)
		return x->size < y->size ? 1 : -1;
	return x->blob < y->blob ? -1 : x->blob > y->blob;
}

int tsr_intake_each_blob(struct tsr_intake *in, int (*job)(struct tsr_intake *in, size_t blob, unsigned thread, struct tsr_err *err),
			 struct tsr_err *err)
{
	struct blob_jobs jobs = { .in = in, .job = job };
	size_t n = in->members.n_blobs;
	unsigned threads = tsr_pool_threads(in->pool);
	int r = 0;

	jobs.order = tsr_xcalloc(n + 1, sizeof(*jobs.order));
	jobs.failed = tsr_xcalloc(threads, sizeof(*jobs.failed));
	for (size_t i = 0; i < n; i++) {
		jobs.order[i] = (struct sized){ in->members.blobs[i].size, i };
		in->total += in->members.blobs[i].size;
	}
	qsort(jobs.order, n, sizeof(*jobs.order), by_size);
	tsr_pool_run(in->pool, n, run_blob_job, &jobs);
	for (unsigned t = 0; t < threads && !r; t++)
		if (jobs.failed[t].kind != TSR_ENONE)
			r = tsr_err_set(err, jobs.failed[t].kind, "%s", jobs.failed[t].msg);
	free(jobs.order);
	free(jobs.failed);
	return r;
}

/* The archive's own bytes: compared by two readers, and scanned like everything else. */
/* From places in the joined framing to places in the archive; stray padding has none. */
static void place_framing_raws(const struct tsr_tar_framing *f, struct tsr_facts *facts)
{
	for (uint32_t i = 0; i < facts->n_raws; i++)
		facts->raws[i].offset = tsr_tar_framing_offset(f, facts->raws[i].offset);
}

static int finish_framing(struct tsr_intake *in, struct tsr_err *err)
{
	struct tsr_analyser *a = tsr_intake_analyser(in, 0, err);
	struct tsr_memory_reader memory;
	struct tsr_analysis_input input = { .chunk_size = TSR_CHUNK_SIZE, .opaque = true };
	struct tsr_analysis out;

	if (!a || tsr_tar_framing_check(&in->framing, &in->check, err))
		return -1;
	if (tsr_buf_addsl(&in->framing.bytes, tsr_buf_slice(&in->stray)))
		snprintf(in->limited, sizeof(in->limited), "%s", framing_is_long);
	input.in = tsr_memory_reader(&memory, in->framing.bytes.ptr, in->framing.bytes.len);
	if (tsr_analyse(a, &input, &out, err))
		return -1;
	in->framing_facts = out.facts;
	place_framing_raws(&in->framing, in->framing_facts);
	free(out.json);
	return 0;
}

int tsr_intake_run(struct tsr_intake *in, const struct tsr_audit_options *o, struct tsr_source *source, struct tsr_pool *pool,
		   int64_t deadline, struct tsr_err *err)
{
	int r = -1;

	*in = (struct tsr_intake){ .o = o, .source = source, .pool = pool, .deadline = deadline };
	in->arena = (struct tsr_arena)TSR_ARENA_INIT;
	in->json_left = o->limits.json_total;
	in->analysers = tsr_xcalloc(tsr_pool_threads(pool), sizeof(struct tsr_analyser *));
	tsr_members_init(&in->members, &in->arena);
	tsr_tar_framing_init(&in->framing, o->limits.framing);
	tsr_buf_init(&in->stray, o->limits.framing);
	switch (source->kind) {
	case TSR_SOURCE_FILE:
		r = tsr_intake_file(in, err);
		break;
	case TSR_SOURCE_DIR:
		r = tsr_intake_dir(in, err);
		break;
	case TSR_SOURCE_STREAM:
		r = tsr_intake_stream(in, err);
		break;
	}
	if (!r && source->kind != TSR_SOURCE_DIR)
		r = finish_framing(in, err);
	if (!r)
		tsr_members_settle(&in->members);
	return r;
}

void tsr_intake_release(struct tsr_intake *in)
{
	for (size_t i = 0; i < in->n_bodies; i++) {
		tsr_facts_free(in->bodies[i].facts);
		free(in->bodies[i].json);
	}
	free(in->bodies);
	tsr_facts_free(in->framing_facts);
	for (unsigned t = 0; in->analysers && t < tsr_pool_threads(in->pool); t++)
		tsr_analyser_free(in->analysers[t]);
	free(in->analysers);
	tsr_tar_framing_release(&in->framing);
	tsr_buf_release(&in->stray);
	tsr_members_release(&in->members);
	tsr_arena_release(&in->arena);
}
