/* SPDX-License-Identifier: Apache-2.0 */
#include "inspect/inspect.h"

#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "inspect/inspect_priv.h"
#include "inspect/packages.h"
#include "inspect/parser.h"
#include "scan/mask.h"

struct tsr_inspect *tsr_inspect_new(const struct tsr_ruleset *rs, const struct tsr_limits *limits, struct tsr_scanner *scanner,
				    struct tsr_builder *b)
{
	struct tsr_inspect *in = tsr_xcalloc(1, sizeof(*in));

	in->rs = rs;
	in->limits = limits;
	in->scanner = scanner;
	in->b = b;
	in->entry = TSR_NONE;
	tsr_buf_init(&in->path, limits->path);
	tsr_buf_init(&in->kept, limits->retain);
	in->counts = tsr_xcalloc(2 * ((size_t)rs->n_rules + 1), sizeof(*in->counts));
	in->python = tsr_python_new();
	in->owned = tsr_owned_new(limits->retain);
	return in;
}

void tsr_inspect_free(struct tsr_inspect *in)
{
	if (!in)
		return;
	tsr_buf_wipe(&in->kept);
	tsr_buf_release(&in->kept);
	tsr_buf_release(&in->path);
	free(in->counts);
	free(in->spans);
	tsr_python_free(in->python);
	tsr_owned_free(in->owned);
	free(in);
}

static bool any_glob(const char *const *globs, struct tsr_slice path)
{
	for (; globs && *globs; globs++)
		if (tsr_glob_match(*globs, path))
			return true;
	return false;
}

/* A hard link has no size of its own; its target's counts, where this layer has it. */
static bool is_empty(struct tsr_inspect *in, const struct tsr_entry *e)
{
	struct tsr_buf target = TSR_BUF_INIT(in->limits->path);
	uint32_t node = TSR_NONE, entry = TSR_NONE;

	if (e->type != '1')
		return e->size == 0;
	if (tsr_path_clean(tsr_builder_get(in->b, e->link), &target) >= 0)
		node = tsr_builder_find(in->b, tsr_buf_slice(&target));
	tsr_buf_release(&target);
	if (node != TSR_NONE)
		entry = tsr_builder_entry_of(in->b, node);
	return entry != TSR_NONE && tsr_builder_entry(in->b, entry)->type == '0' && tsr_builder_entry(in->b, entry)->size == 0;
}

static void on_path_rule(void *ctx, unsigned rule)
{
	struct tsr_inspect *in = ctx;
	const struct tsr_rule_path *p = in->rs->rules[rule]->path;
	const struct tsr_entry *e = tsr_builder_entry(in->b, in->entry);
	struct tsr_slice path = tsr_buf_slice(&in->path);

	if (!strchr(p->types, e->type) || any_glob(p->excludes, path))
		return;
	if (any_glob(p->templates, path))
		tsr_inspect_say_info(in, rule, in->entry, "A template of such a file: it should hold no real values", "template");
	else if (p->empty_is_info && is_empty(in, e))
		tsr_inspect_say_info(in, rule, in->entry, "The file is empty", "empty");
	else
		tsr_inspect_say(in, rule, in->entry, NULL);
}

static void skip_too_large(struct tsr_inspect *in, uint64_t size)
{
	const struct tsr_skip s = {
		.what = tsr_builder_text(in->b, TSR_SLICE("parsed view of the file")),
		.why = tsr_builder_text(in->b, TSR_SLICE("it is larger than --max-retain allows; its bytes were scanned")),
		.entry = in->entry,
		.derived = 1,
		.bytes = size,
	};

	tsr_builder_add_skip(in->b, &s);
}

static void count_hit(void *ctx, unsigned rule)
{
	(void)rule;
	++*(unsigned *)ctx;
}

/* Decided at an entry's start: is its content wanted, and how much of it? */
static void decide_keeping(struct tsr_inspect *in, const struct tsr_entry *e)
{
	const struct tsr_extractor *x = tsr_extractor_find(tsr_buf_slice(&in->path));
	unsigned structured = 0;

	in->keeping = false;
	in->want = 0;
	if (e->type != '0' || !e->size)
		return;
	in->probing = in->rs->n_magics > 0;
	in->n_head = 0;
	tsr_globset_match(in->rs->structured, tsr_buf_slice(&in->path), count_hit, &structured);
	if (!x && !structured)
		return;
	in->want = x && !x->whole && !structured ? x->max : in->limits->retain;
	if (e->size > in->limits->retain && ((x && x->whole) || structured)) {
		skip_too_large(in, e->size);
		return;
	}
	tsr_buf_reset(&in->kept);
	in->keeping = true;
}

static bool has_magic(const struct tsr_inspect *in, struct tsr_slice head)
{
	for (uint32_t i = 0; i < in->rs->n_magics; i++)
		if (tsr_magic_match(&in->rs->magics[i], head))
			return true;
	return false;
}

/*
 * The first bytes of an entry whose name decided nothing: when there are enough
 * of them, its content is wanted after all or is not.
 */
static void probe(struct tsr_inspect *in, struct tsr_slice bytes)
{
	const struct tsr_entry *e = tsr_builder_entry(in->b, in->entry);
	struct tsr_slice part = tsr_slice_sub(bytes, 0, TSR_MAGIC_MAX - in->n_head);
	struct tsr_slice head = tsr_slice_of(in->head, in->n_head + part.len);

	memcpy(in->head + in->n_head, part.ptr, part.len);
	in->n_head += (uint32_t)part.len;
	if (in->n_head < TSR_MAGIC_MAX && in->n_head < e->size)
		return;
	in->probing = false;
	if (!has_magic(in, head))
		return;
	if (e->size > in->limits->retain) {
		skip_too_large(in, e->size);
		return;
	}
	tsr_buf_reset(&in->kept);
	/* What came before this piece; the piece itself is added as any other. */
	tsr_buf_addsl(&in->kept, tsr_slice_sub(head, 0, head.len - part.len));
	in->want = in->limits->retain - in->kept.len;
	in->keeping = true;
}

void tsr_inspect_entry(struct tsr_inspect *in, uint32_t entry, struct tsr_slice path)
{
	const struct tsr_entry *e = tsr_builder_entry(in->b, entry);

	in->entry = entry;
	in->keeping = in->probing = in->seen = false;
	tsr_buf_reset(&in->path);
	tsr_buf_addsl(&in->path, path);
	tsr_owned_entry(in, e);
	if (e->flags & (TSR_ENTRY_WHITEOUT | TSR_ENTRY_OPAQUE | TSR_ENTRY_AUFS) || e->type == 'g')
		return;
	tsr_globset_match(in->rs->paths, path, on_path_rule, in);
	tsr_python_entry(in, entry, path);
	decide_keeping(in, tsr_builder_entry(in->b, entry));
}

void tsr_inspect_data(struct tsr_inspect *in, struct tsr_slice bytes)
{
	in->seen |= bytes.len > 0;
	tsr_owned_data(in, bytes);
	if (in->probing && !in->keeping && bytes.len)
		probe(in, bytes);
	if (!in->keeping || !in->want)
		return;
	bytes = tsr_slice_sub(bytes, 0, in->want);
	in->want -= bytes.len;
	tsr_buf_addsl(&in->kept, bytes);
}

static void on_structured(void *ctx, unsigned rule)
{
	struct tsr_inspect *in = ctx;
	const struct tsr_parser *p = tsr_parser_find(in->rs->rules[rule]->structured->parser);

	p->parse(in, rule, tsr_buf_slice(&in->kept));
}

/* Rules that the file's first bytes call, if its name did not. */
static void run_magics(struct tsr_inspect *in)
{
	uint32_t last = TSR_NONE;

	for (uint32_t i = 0; i < in->rs->n_magics; i++) {
		const struct tsr_magic *m = &in->rs->magics[i];

		if (m->rule == last || !tsr_magic_match(m, tsr_buf_slice(&in->kept)))
			continue;
		last = m->rule; /* a rule's magics stand together */
		if (!any_glob(in->rs->rules[m->rule]->structured->globs, tsr_buf_slice(&in->path)))
			on_structured(in, m->rule);
	}
}

/* Always after use, so there is nothing above its length; its capacity is that of the largest file so far. */
static void wipe_kept(struct tsr_inspect *in)
{
	explicit_bzero(in->kept.ptr, in->kept.len);
	tsr_buf_reset(&in->kept);
}

void tsr_inspect_entry_end(struct tsr_inspect *in, bool whole)
{
	const struct tsr_extractor *x;

	/* A layer that was cut is graded as such; what is there of a file is read. */
	tsr_owned_entry_end(in, whole);
	/* Without stored bytes it has no region, and the scanner would tell of the one before. */
	if (in->seen && tsr_scanner_binary(in->scanner))
		tsr_builder_entry_edit(in->b, in->entry)->flags |= TSR_ENTRY_BINARY;
	if (in->keeping) {
		x = tsr_extractor_find(tsr_buf_slice(&in->path));
		if (x)
			x->parse(in, tsr_buf_slice(&in->kept));
		tsr_globset_match(in->rs->structured, tsr_buf_slice(&in->path), on_structured, in);
		run_magics(in);
		wipe_kept(in);
	}
	in->keeping = in->probing = false;
	in->entry = TSR_NONE;
}

void tsr_inspect_settle(struct tsr_inspect *in)
{
	tsr_owned_settle(in);
}

/* A pointer longer than this is cut: every finding has its own copy of the keys. */
#define POINTER_MAX 1024u

/* A pointer is made of the image's own keys, so it is masked like any text of the image. */
static void set_pointer(struct tsr_inspect *in, size_t first, const char *pointer)
{
	struct tsr_arena a = TSR_ARENA_INIT;
	struct tsr_slice head = tsr_slice_sub(tsr_slice_str(pointer), 0, POINTER_MAX);
	struct tsr_text shown = tsr_mask_text(in->scanner, &a, head, TSR_MASK_TEXT);
	uint32_t text = tsr_builder_text(in->b, tsr_slice_str(shown.ptr)), n;
	struct tsr_raw *raws = tsr_builder_raws(in->b, &n);

	for (size_t i = first; i < n; i++)
		raws[i].pointer = text;
	tsr_arena_release(&a);
}

static void on_string(void *ctx, const char *pointer, struct tsr_slice string, bool is_key)
{
	struct tsr_inspect *in = ctx;
	const struct tsr_scanner_limits *l;
	size_t first = in->n_spans;

	in->in_json = true;
	in->is_key = is_key;
	in->string++;
	tsr_scanner_text(in->scanner, string, TSR_SLICE_NONE, tsr_inspect_match, in);
	l = tsr_scanner_limits(in->scanner);
	if (l->match_limit || l->over_budget)
		tsr_builder_grade(in->b, TSR_GRADE_LIMITED, "a rule was given up in one of its strings");
	if (in->n_spans > first)
		set_pointer(in, first, pointer);
}

void tsr_inspect_json(struct tsr_inspect *in, const json_t *root)
{
	tsr_json_each_string(root, on_string, in);
	in->in_json = false;
}

void tsr_inspect_aside(struct tsr_inspect *in, struct tsr_slice bytes)
{
	size_t first = in->n_spans;
	struct tsr_raw *raws;
	uint32_t n, via;

	in->in_json = true; /* no entry, and counted on its own */
	in->is_key = false;
	tsr_scanner_text(in->scanner, bytes, TSR_SLICE_NONE, tsr_inspect_match, in);
	in->in_json = false;
	via = tsr_builder_text(in->b, TSR_SLICE("stream-fields"));
	raws = tsr_builder_raws(in->b, &n);
	for (size_t i = first; i < n; i++) {
		raws[i].via = via;
		raws[i].offset = raws[i].via_offset = 0;
		raws[i].line = 0;
	}
}

void tsr_inspect_end(struct tsr_inspect *in)
{
	tsr_python_end(in);
	tsr_overlap_end(in);
}
