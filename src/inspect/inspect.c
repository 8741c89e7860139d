/* SPDX-License-Identifier: Apache-2.0 */
#include "inspect/inspect.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "inspect/elf_program.h"
#include "inspect/inspect_priv.h"
#include "inspect/packages.h"
#include "scan/mask.h"

static void file_init(struct tsr_inspect *in, uint32_t depth)
{
	struct tsr_file *f = &in->files[depth];

	f->in = in;
	f->depth = depth;
	f->outer = depth ? f - 1 : NULL;
	f->entry = f->step = TSR_NONE;
	tsr_buf_init(&f->path, in->limits->path);
	tsr_buf_init(&f->kept, in->limits->retain);
}

static void file_release(struct tsr_file *f)
{
	tsr_file_end_turn(f);
	tsr_buf_wipe(&f->kept);
	tsr_buf_release(&f->kept);
	tsr_buf_release(&f->path);
}

struct tsr_inspect *tsr_inspect_new(const struct tsr_ruleset *rs, const struct tsr_limits *limits, struct tsr_scanner *scanner,
				    struct tsr_builder *b)
{
	struct tsr_inspect *in = tsr_xcalloc(1, sizeof(*in));

	in->rs = rs;
	in->limits = limits;
	in->scanner = scanner;
	in->b = b;
	for (uint32_t d = 0; d <= TSR_DEPTH_MAX; d++)
		file_init(in, d);
	in->file = &in->files[0];
	in->counts = tsr_xcalloc(2 * ((size_t)rs->n_rules + 1), sizeof(*in->counts));
	in->nth = tsr_xcalloc((size_t)rs->n_rules + 1, sizeof(*in->nth));
	in->python = tsr_python_new();
	in->owned = tsr_owned_new(limits->retain < TSR_RETAIN_EACH ? limits->retain : TSR_RETAIN_EACH);
	in->program = tsr_elf_program_new();
	in->nested = tsr_nested_new(in);
	return in;
}

void tsr_inspect_share(struct tsr_inspect *in, pthread_mutex_t *large)
{
	in->large = large;
}

void tsr_inspect_want_digests(struct tsr_inspect *in)
{
	in->digest.wanted = true;
}

void tsr_inspect_free(struct tsr_inspect *in)
{
	if (!in)
		return;
	tsr_hash_release(&in->digest.hash);
	tsr_nested_free(in->nested);
	for (uint32_t d = 0; d <= TSR_DEPTH_MAX; d++)
		file_release(&in->files[d]);
	free(in->counts);
	free(in->nth);
	free(in->spans);
	tsr_python_free(in->python);
	tsr_owned_free(in->owned);
	tsr_elf_program_free(in->program);
	free(in);
}

/* A hard link has no size of its own; its target's counts, where this layer has it, else it has some. */
static uint64_t size_of(struct tsr_inspect *in, const struct tsr_entry *e)
{
	struct tsr_buf target = TSR_BUF_INIT(in->limits->path);
	uint32_t node = TSR_NONE, entry = TSR_NONE;

	if (e->type != '1')
		return e->size;
	if (tsr_path_clean(tsr_builder_get(in->b, e->link), &target) >= 0)
		node = tsr_builder_find(in->b, tsr_buf_slice(&target));
	tsr_buf_release(&target);
	if (node != TSR_NONE)
		entry = tsr_builder_entry_of(in->b, node);
	if (entry == TSR_NONE || tsr_builder_entry(in->b, entry)->type != '0')
		return UINT64_MAX;
	return tsr_builder_entry(in->b, entry)->size;
}

void tsr_inspect_entry(struct tsr_inspect *in, uint32_t entry, struct tsr_slice path)
{
	const struct tsr_entry *e = tsr_builder_entry(in->b, entry);
	bool plain = e->type == '0' && e->size;
	struct tsr_named n = { .type = e->type, .mode = e->mode, .uid = e->uid, .gid = e->gid };

	in->seen = false;
	tsr_file_begin(&in->files[0], entry, path, plain ? e->size : 0);
	tsr_owned_entry(in, e);
	tsr_content_digest_entry(in, e);
	tsr_elf_program_entry(in, e);
	if (e->flags & (TSR_ENTRY_WHITEOUT | TSR_ENTRY_OPAQUE | TSR_ENTRY_AUFS) || e->type == 'g') {
		in->files[0].keeping = in->files[0].probing = false;
		return;
	}
	n.size = size_of(in, e);
	tsr_path_rules(&in->files[0], &n);
	tsr_python_entry(in, entry, path);
	tsr_packages_gem(in, entry, path);
	tsr_packages_conda(in, entry, path);
}

void tsr_inspect_opaque(struct tsr_inspect *in)
{
	in->seen = false;
	tsr_file_begin(&in->files[0], TSR_NONE, TSR_SLICE_NONE, UINT64_MAX);
}

void tsr_inspect_data(struct tsr_inspect *in, struct tsr_slice bytes)
{
	in->seen |= bytes.len > 0;
	tsr_owned_data(in, bytes);
	tsr_content_digest_data(in, bytes);
	if (in->files[0].entry != TSR_NONE)
		tsr_elf_program_data(in, bytes);
	tsr_file_data(&in->files[0], bytes);
}

void tsr_inspect_entry_end(struct tsr_inspect *in, bool whole)
{
	/* A layer that was cut is graded as such; what is there of a file is read. */
	tsr_owned_entry_end(in, whole);
	tsr_content_digest_end(in, whole);
	if (in->files[0].entry != TSR_NONE)
		tsr_elf_program_entry_end(in);
	/* Without stored bytes it has no region, and the scanner would tell of the one before. */
	if (in->seen && in->files[0].entry != TSR_NONE && tsr_scanner_binary(in->scanner))
		tsr_builder_entry_edit(in->b, in->files[0].entry)->flags |= TSR_ENTRY_BINARY;
	tsr_file_end(&in->files[0]);
	in->files[0].entry = TSR_NONE;
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
	size_t first = in->n_spans;

	in->in_json = true;
	in->is_key = is_key;
	in->string++;
	tsr_scanner_text(in->scanner, string, TSR_SLICE_NONE, tsr_inspect_match, in);
	tsr_inspect_limits(in, tsr_scanner_limits(in->scanner));
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
	const struct tsr_step view = {
		.outer = TSR_NONE,
		.kind = tsr_builder_text(in->b, TSR_SLICE("stream-fields")),
	};
	size_t first = in->n_spans;
	struct tsr_raw *raws;
	uint32_t n, step;

	in->in_json = true; /* no entry, and counted on its own */
	in->is_key = false;
	tsr_scanner_text(in->scanner, bytes, TSR_SLICE_NONE, tsr_inspect_match, in);
	in->in_json = false;
	step = tsr_builder_add_step(in->b, &view);
	raws = tsr_builder_raws(in->b, &n);
	for (size_t i = first; i < n; i++) {
		raws[i].step = step;
		raws[i].offset = 0;
		raws[i].line = 0;
	}
}

void tsr_inspect_limits(struct tsr_inspect *in, const struct tsr_scanner_limits *l)
{
	char why[256];

	if (!l->match_limit && !l->over_budget)
		return;
	snprintf(why, sizeof(why), "%llu windows were given up at a match limit, %llu were over the work budget; the first by the rule %s",
		 (unsigned long long)l->match_limit, (unsigned long long)l->over_budget, in->rs->rules[l->rule]->id);
	tsr_builder_grade(in->b, TSR_GRADE_LIMITED, why);
}

void tsr_inspect_end(struct tsr_inspect *in)
{
	tsr_python_end(in);
	tsr_inspect_skips_end(in);
	tsr_overlap_end(in);
}
