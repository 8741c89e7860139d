/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/analyse.h"

#include <string.h>

#include "archive/tar_walk.h"
#include "base/mem.h"
#include "inspect/inspect.h"
#include "layer/layer_walk.h"
#include "scan/scanner.h"

struct tsr_analyser {
	const struct tsr_ruleset *rs;
	const struct tsr_limits *limits;
	struct tsr_scanner *scanner;
};

struct tsr_analyser *tsr_analyser_new(const struct tsr_ruleset *rs, const struct tsr_limits *limits, struct tsr_err *err)
{
	struct tsr_scanner *s = tsr_scanner_new(rs, err);
	struct tsr_analyser *a;

	if (!s)
		return NULL;
	a = tsr_xcalloc(1, sizeof(*a));
	a->rs = rs;
	a->limits = limits;
	a->scanner = s;
	return a;
}

void tsr_analyser_free(struct tsr_analyser *a)
{
	if (!a)
		return;
	tsr_scanner_free(a->scanner);
	free(a);
}

struct tsr_scanner *tsr_analyser_scanner(struct tsr_analyser *a)
{
	return a->scanner;
}

/* One blob on its way. */
struct job {
	struct tsr_analyser *a;
	const struct tsr_analysis_input *input;
	struct tsr_analysis *out;
	struct tsr_pipe *pipe;
	struct tsr_builder *b;
	struct tsr_inspect *inspect;
	struct tsr_layer_sums sums;
};

static void on_bytes(void *ctx, unsigned char *data, size_t len)
{
	tsr_scanner_feed(((struct job *)ctx)->a->scanner, data, len);
}

static void on_region(void *ctx, uint32_t entry, uint64_t start, uint64_t end, struct tsr_slice path)
{
	tsr_scanner_region(((struct job *)ctx)->a->scanner, entry, start, end, path);
}

static void on_entry(void *ctx, uint32_t entry, struct tsr_slice path)
{
	tsr_inspect_entry(((struct job *)ctx)->inspect, entry, path);
}

static void on_data(void *ctx, struct tsr_slice bytes)
{
	tsr_inspect_data(((struct job *)ctx)->inspect, bytes);
}

static void on_entry_end(void *ctx, bool whole)
{
	tsr_inspect_entry_end(((struct job *)ctx)->inspect, whole);
}

static void on_settle(void *ctx)
{
	struct job *j = ctx;

	tsr_scanner_settle(j->a->scanner);
	tsr_inspect_settle(j->inspect);
}

/* By its bytes alone. 1,024 zero bytes are an empty tar (formats: the empty layer of docker). */
static enum tsr_blob_kind kind_of(const struct tsr_chunk *c, const struct tsr_codec *codec)
{
	static const unsigned char zeros[1024];

	if (c->len >= 512 && tsr_tar_is_header(c->data))
		return TSR_BLOB_TAR;
	if (c->len >= sizeof(zeros) && !memcmp(c->data, zeros, sizeof(zeros)))
		return TSR_BLOB_TAR;
	if (!codec && tsr_json_sniff(tsr_slice_of(c->data, c->len)))
		return TSR_BLOB_JSON;
	return TSR_BLOB_OPAQUE;
}

static void grade_limits(struct job *j)
{
	tsr_inspect_limits(j->inspect, tsr_scanner_limits(j->a->scanner));
}

/* The stream ends; what the engine gave up in it is graded before anything else is scanned. */
static void end_scan(struct job *j)
{
	tsr_scanner_end(j->a->scanner);
	grade_limits(j);
}

static int take_tar(struct job *j, struct tsr_chunk *first, struct tsr_err *err)
{
	const struct tsr_layer_events events = {
		.ctx = j,
		.bytes = on_bytes,
		.region = on_region,
		.entry = on_entry,
		.data = on_data,
		.entry_end = on_entry_end,
		.settle = on_settle,
	};

	return tsr_layer_walk(j->pipe, first, j->a->limits, j->b, &events, &j->sums, err);
}

/* Opaque bytes and JSON are one region without an entry. JSON is kept on the way, what else it is looked into. */
static void take_bytes(struct job *j, struct tsr_chunk *c, struct tsr_buf *keep)
{
	bool look = !keep && !j->input->opaque;

	if (look)
		tsr_inspect_opaque(j->inspect);
	tsr_scanner_region(j->a->scanner, TSR_NONE, 0, UINT64_MAX, TSR_SLICE_NONE);
	for (; c; c = tsr_pipe_next(j->pipe)) {
		tsr_scanner_feed(j->a->scanner, c->data, c->len);
		tsr_scanner_settle(j->a->scanner);
		j->sums.content += c->len;
		if (keep)
			tsr_buf_add(keep, c->data, c->len);
		else if (look)
			tsr_inspect_data(j->inspect, tsr_slice_of(c->data, c->len));
	}
	if (look)
		tsr_inspect_entry_end(j->inspect, true);
}

/* Every string of a JSON blob is looked at as itself, so that escapes hide nothing. */
static void inspect_json(struct job *j, struct tsr_slice text)
{
	const struct tsr_json_limits limits = { j->a->limits->json_bytes, (uint32_t)j->a->limits->json_values };
	struct tsr_err err = TSR_ERR_INIT;
	json_t *root = NULL;

	if (!tsr_json_load(text, &limits, &root, NULL, &err)) {
		tsr_inspect_json(j->inspect, root);
		json_decref(root);
	} else if (err.kind == TSR_ELIMIT) {
		tsr_builder_grade(j->b, TSR_GRADE_LIMITED, err.msg);
	}
}

static void take_json(struct job *j, struct tsr_chunk *first)
{
	struct tsr_buf keep = TSR_BUF_INIT(j->a->limits->json_bytes);

	take_bytes(j, first, &keep);
	end_scan(j);
	if (keep.full) {
		j->out->json_too_long = true;
		tsr_builder_grade(j->b, TSR_GRADE_LIMITED, "its JSON is longer than --max-json allows");
	} else {
		inspect_json(j, tsr_buf_slice(&keep));
		if (keep.len <= j->input->keep_json) {
			j->out->json_len = keep.len;
			j->out->json = tsr_buf_take(&keep);
		} else {
			j->out->json_too_long = true;
		}
	}
	tsr_buf_release(&keep);
}

static int take(struct job *j, struct tsr_err *err)
{
	struct tsr_chunk *first = tsr_pipe_next(j->pipe);
	int r = 0;

	j->out->codec = tsr_pipe_codec(j->pipe);
	j->out->kind = first ? kind_of(first, j->out->codec) : TSR_BLOB_EMPTY;
	if (first && j->input->opaque)
		j->out->kind = TSR_BLOB_OPAQUE;
	tsr_scanner_begin(j->a->scanner, tsr_inspect_match, j->inspect);
	switch (j->out->kind) {
	case TSR_BLOB_TAR:
		r = take_tar(j, first, err);
		end_scan(j);
		break;
	case TSR_BLOB_JSON:
		take_json(j, first);
		break;
	case TSR_BLOB_OPAQUE:
		take_bytes(j, first, NULL);
		end_scan(j);
		tsr_builder_grade(j->b, TSR_GRADE_OPAQUE, "it is no tar and no JSON: its bytes were scanned as they are");
		break;
	case TSR_BLOB_EMPTY:
		end_scan(j);
		break;
	}
	return r;
}

static void skip(struct job *j, const char *what, const char *why, uint64_t bytes)
{
	const struct tsr_skip s = {
		.what = tsr_builder_text(j->b, tsr_slice_str(what)),
		.why = tsr_builder_text(j->b, tsr_slice_str(why)),
		.entry = TSR_NONE,
		.step = TSR_NONE,
		.bytes = bytes,
	};

	tsr_builder_add_skip(j->b, &s);
}

/* What was not decoded stands in the ledger. */
static void ledger(struct job *j, const struct tsr_pipe_result *p)
{
	if (p->status != TSR_PIPE_WHOLE)
		tsr_builder_grade(j->b, p->status == TSR_PIPE_LIMITED ? TSR_GRADE_LIMITED : TSR_GRADE_DAMAGED, p->why);
	if (p->undecoded)
		skip(j, "stored bytes that were not decoded", p->why[0] ? p->why : "behind the end of the stream", p->undecoded);
	if (p->aside_full)
		skip(j, "stored bytes outside the stream", "headers or skippable frames are larger than 8 MiB", 0);
}

/* Headers and frames that the unpacked stream lacks can hold anything, so they are scanned too. */
static void scan_aside(struct job *j, const struct tsr_pipe_result *p)
{
	if (!p->aside.len)
		return;
	tsr_inspect_aside(j->inspect, p->aside);
	grade_limits(j);
}

static void publish(struct job *j, const struct tsr_pipe_result *p)
{
	struct tsr_facts head = { 0 };

	ledger(j, p);
	head.blob = p->digest;
	head.diff_id = p->diff_id;
	head.blob_other = p->digest_other;
	head.diff_other = p->diff_id_other;
	head.stored = p->stored;
	head.unpacked = p->unpacked;
	head.content = j->sums.content;
	head.framing = j->sums.framing;
	head.kind = j->out->kind;
	head.doubts = j->sums.doubts;
	head.warnings = j->sums.warnings;
	j->out->unread = p->status == TSR_PIPE_UNREAD;
	j->out->facts = tsr_builder_publish(j->b, &head);
}

int tsr_analyse(struct tsr_analyser *a, const struct tsr_analysis_input *input, struct tsr_analysis *out, struct tsr_err *err)
{
	const struct tsr_pipe_options o = {
		.in = input->in,
		.chunk_size = input->chunk_size,
		.headroom = tsr_scanner_headroom(a->rs),
		.other = input->other,
		.max_unpacked = a->limits->unpacked,
		.max_ratio = a->limits->ratio,
		.deadline = input->deadline,
	};
	struct job j = { .a = a, .input = input, .out = out };
	int r;

	*out = (struct tsr_analysis){ 0 };
	j.pipe = tsr_pipe_new(&o, err);
	if (!j.pipe)
		return -1;
	j.b = tsr_builder_new();
	j.inspect = tsr_inspect_new(a->rs, a->limits, a->scanner, j.b);
	if (input->want_digests)
		tsr_inspect_want_digests(j.inspect);
	if (input->pool)
		tsr_inspect_share(j.inspect, tsr_pool_large(input->pool));
	if (input->pool)
		tsr_pool_offer(input->pool, tsr_pipe_ring(j.pipe));
	r = take(&j, err);
	if (input->pool)
		tsr_pool_retire(input->pool, tsr_pipe_ring(j.pipe));
	if (!r) {
		struct tsr_pipe_result p;

		tsr_pipe_finish(j.pipe, &p);
		scan_aside(&j, &p);
		tsr_inspect_end(j.inspect);
		publish(&j, &p);
	}
	tsr_inspect_free(j.inspect);
	tsr_builder_free(j.b);
	tsr_pipe_free(j.pipe);
	return r;
}
