/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/mem.h"
#include "inspect/inspect_priv.h"
#include "inspect/parser.h"
#include "rule/content_test.h"

/*
 * One file, an entry of the blob or a stream inside another file: what its name says,
 * what its first bytes say, and, where somebody wants it whole, its content.
 */

static void skip_too_large(struct tsr_file *f)
{
	tsr_inspect_skip(f, "parsed view of the file", "it is larger than --max-retain allows; its bytes were scanned", false,
			 f->outer ? f->got : f->size);
}

static void count_hit(void *ctx, unsigned rule)
{
	(void)rule;
	++*(unsigned *)ctx;
}

/* The fold's records are of the layer's own files. */
static const struct tsr_extractor *extractor_of(const struct tsr_file *f)
{
	return f->outer ? NULL : tsr_extractor_find(tsr_buf_slice(&f->path));
}

static void on_content(void *ctx, unsigned assertion)
{
	struct tsr_file *f = ctx;
	struct tsr_content_verdict v = tsr_content_test(f->in->rs->content_tests, assertion, tsr_buf_slice(&f->kept));
	const struct tsr_extract x = {
		.kind = TSR_EXTRACT_CONTENT,
		.entry = f->entry,
		.x = assertion,
		.y = v.result,
		.z = v.pattern,
	};

	tsr_builder_add_extract(f->in->b, &x);
}

/* Assertions of the policy are about files of the image, not about those inside others. */
static void each_content_test(struct tsr_file *f, void (*hit)(void *ctx, unsigned assertion), void *ctx)
{
	if (!f->outer)
		tsr_content_tests_of(f->in->rs->content_tests, tsr_buf_slice(&f->path), hit, ctx);
}

/* The most of a file that may be kept. Of one inside another the size is not known before, and there may be several at once. */
static uint64_t retain_of(const struct tsr_file *f)
{
	uint64_t retain = f->in->limits->retain;

	return f->outer && retain > TSR_RETAIN_EACH ? TSR_RETAIN_EACH : retain;
}

/* Waits until no other thread keeps a large file. */
static void take_turn(struct tsr_file *f)
{
	if (f->large || f->outer || f->size <= TSR_RETAIN_EACH || f->want <= TSR_RETAIN_EACH)
		return;
	f->large = true;
	if (f->in->large)
		pthread_mutex_lock(f->in->large);
}

void tsr_file_end_turn(struct tsr_file *f)
{
	if (!f->large)
		return;
	tsr_buf_wipe(&f->kept);
	tsr_buf_release(&f->kept);
	if (f->in->large)
		pthread_mutex_unlock(f->in->large);
	f->large = false;
}

static void keep(struct tsr_file *f, uint64_t want)
{
	tsr_buf_reset(&f->kept);
	f->want = want;
	f->keeping = true;
	take_turn(f);
}

/* Decided at a file's start: does its name say that its content is wanted, and how much of it? */
static void decide_by_name(struct tsr_file *f)
{
	const struct tsr_extractor *x = extractor_of(f);
	uint64_t retain = retain_of(f);
	unsigned structured = 0;

	tsr_globset_match(f->in->rs->structured, tsr_buf_slice(&f->path), count_hit, &structured);
	each_content_test(f, count_hit, &structured);
	if (!x && !structured)
		return;
	if (f->size > retain && f->size != UINT64_MAX && ((x && x->whole) || structured))
		skip_too_large(f);
	else
		keep(f, x && !x->whole && !structured ? x->max : retain);
}

void tsr_file_begin(struct tsr_file *f, uint32_t entry, struct tsr_slice path, uint64_t size)
{
	f->entry = entry;
	f->size = size;
	f->step = TSR_NONE;
	f->keeping = false;
	f->got = 0;
	f->probing = size > 0;
	f->feeding = false;
	f->script = false;
	f->container = NULL;
	f->n_head = 0;
	tsr_buf_reset(&f->path);
	tsr_buf_addsl(&f->path, path);
	if (!f->outer)
		tsr_nested_entry(f->in);
	if (size)
		decide_by_name(f);
}

static bool has_magic(const struct tsr_inspect *in, struct tsr_slice head)
{
	for (uint32_t i = 0; i < in->rs->n_magics; i++)
		if (tsr_magic_match(&in->rs->magics[i], head))
			return true;
	return false;
}

/* It is read front to back as it comes, if its format allows that. */
static void feed(struct tsr_file *f, struct tsr_slice first)
{
	if (f->container->whole && !f->container->streamed) {
		skip_too_large(f);
		return;
	}
	if (f->container->whole)
		f->container = f->container->streamed;
	f->feeding = true;
	tsr_nested_feed(f, first);
}

/* Its first bytes are there: do they say that its content is wanted? `before`: of them, those that came in earlier pieces. */
static void decide_by_head(struct tsr_file *f, uint32_t before)
{
	struct tsr_slice head = tsr_slice_of(f->head, f->n_head);
	uint64_t retain = retain_of(f);
	bool wanted, fits;

	f->probing = false;
	if (!f->outer && f->entry != TSR_NONE)
		f->script = tsr_script_head(f->in, f->entry, head) && f->size <= TSR_ENTRY_SCRIPT_MAX;
	f->container = tsr_container_sniff(head);
	if (f->keeping && f->want + f->kept.len >= retain)
		return;
	/* What is inside another file and can be read front to back is, as its bytes come (inspect/nested.c). */
	wanted = f->script || has_magic(f->in, head) || (f->container && (f->container->whole || !f->outer));
	if (!wanted)
		return;
	fits = f->size <= retain || f->outer;
	if (!f->outer && f->container && f->size > (f->container->whole ? retain : TSR_RETAIN_EACH))
		feed(f, tsr_slice_sub(head, 0, before));
	else if (!fits)
		skip_too_large(f);
	if (!fits || f->feeding)
		return;
	if (!f->keeping) {
		keep(f, retain);
		tsr_buf_addsl(&f->kept, tsr_slice_sub(head, 0, before));
	}
	f->want = retain - f->kept.len;
	take_turn(f);
}

static void probe(struct tsr_file *f, struct tsr_slice bytes)
{
	struct tsr_slice part = tsr_slice_sub(bytes, 0, sizeof(f->head) - f->n_head);
	uint32_t before = f->n_head;

	memcpy(f->head + f->n_head, part.ptr, part.len);
	f->n_head += (uint32_t)part.len;
	if (f->n_head == sizeof(f->head) || f->n_head == f->size)
		decide_by_head(f, before);
}

void tsr_file_data(struct tsr_file *f, struct tsr_slice bytes)
{
	f->got += bytes.len;
	if (f->probing && bytes.len)
		probe(f, bytes);
	if (f->feeding)
		tsr_nested_feed(f, bytes);
	if (!f->keeping || !f->want)
		return;
	bytes = tsr_slice_sub(bytes, 0, f->want);
	f->want -= bytes.len;
	tsr_buf_addsl(&f->kept, bytes);
}

static void on_structured(void *ctx, unsigned rule)
{
	struct tsr_file *f = ctx;
	const struct tsr_parser *p = tsr_parser_find(f->in->rs->rules[rule]->structured->parser);

	p->parse(f->in, rule, tsr_buf_slice(&f->kept));
}

/* Rules that the file's first bytes call, if its name did not. */
static void run_magics(struct tsr_file *f)
{
	const struct tsr_inspect *in = f->in;
	uint32_t last = TSR_NONE;

	for (uint32_t i = 0; i < in->rs->n_magics; i++) {
		const struct tsr_magic *m = &in->rs->magics[i];

		if (m->rule == last || !tsr_magic_match(m, tsr_buf_slice(&f->kept)))
			continue;
		last = m->rule; /* a rule's magics stand together */
		if (!tsr_glob_any(in->rs->rules[m->rule]->structured->globs, tsr_buf_slice(&f->path)))
			on_structured(f, m->rule);
	}
}

static void parse(struct tsr_file *f)
{
	const struct tsr_extractor *x = extractor_of(f);

	if (f->outer && f->got > retain_of(f)) {
		skip_too_large(f);
		return;
	}
	if (x)
		x->parse(f->in, tsr_buf_slice(&f->kept));
	tsr_globset_match(f->in->rs->structured, tsr_buf_slice(&f->path), on_structured, f);
	each_content_test(f, on_content, f);
	run_magics(f);
	if (f->script && f->kept.len == f->size)
		tsr_entry_script(f->in, f->entry, tsr_buf_slice(&f->kept));
	if (f->container && (f->container->whole || !f->outer) && !f->feeding)
		tsr_nested_look(f, tsr_buf_slice(&f->kept));
}

void tsr_file_short(struct tsr_file *f)
{
	if (f->probing && f->n_head)
		decide_by_head(f, f->n_head);
}

void tsr_file_end(struct tsr_file *f)
{
	tsr_file_short(f);
	if (f->feeding)
		tsr_nested_feed_end(f);
	if (f->keeping) {
		parse(f);
		/* Always after use, so there is nothing above its length; its capacity is that of the largest file so far. */
		explicit_bzero(f->kept.ptr, f->kept.len);
		tsr_buf_reset(&f->kept);
	}
	tsr_file_end_turn(f);
	f->keeping = f->probing = f->feeding = false;
	f->container = NULL;
}
