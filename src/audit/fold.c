/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/fold.h"

#include <stdio.h>

#include "base/mem.h"

const char *tsr_fold_digest(struct tsr_fold *f, const struct tsr_digest *d)
{
	char s[TSR_DIGEST_STR_MAX];

	return tsr_arena_str(&f->run->arena, tsr_slice_str(tsr_digest_str(d, s)));
}

void tsr_fold_skip(struct tsr_fold *f, struct tsr_coverage *c, const char *what, const char *why, uint32_t layer, uint64_t bytes)
{
	struct tsr_arena *a = &f->run->arena;
	const struct tsr_skip_row row = {
		.what = tsr_text_ours(tsr_arena_str(a, tsr_slice_str(what))),
		.why = tsr_text_ours(tsr_arena_str(a, tsr_slice_str(why))),
		.path = TSR_TEXT_NONE,
		.layer = layer,
		.bytes = bytes,
	};
	const char *message = layer == TSR_NO_LAYER ? tsr_arena_printf(a, "%s: %s", what, why) :
						      tsr_arena_printf(a, "layer %u: %s: %s", layer, what, why);

	tsr_coverage_skip(c, &row);
	tsr_run_add_error(f->run, f->source, tsr_text_ours(message), 4);
}

void tsr_fold_untold(struct tsr_fold *f, struct tsr_coverage *c, uint32_t n, uint32_t layer)
{
	char why[80];

	if (!n)
		return;
	snprintf(why, sizeof(why), "%u more than --max-findings allows were left out", n);
	tsr_fold_skip(f, c, "findings", why, layer, 0);
}

bool tsr_fold_foreign_allowed(const struct tsr_fold *f, const struct tsr_layer_ref *layer)
{
	const char *const *p = f->o->demands ? f->o->demands->foreign : NULL;
	char digest[TSR_DIGEST_STR_MAX];

	if (layer->presence != TSR_LAYER_FOREIGN)
		return false;
	tsr_digest_str(&layer->digest, digest);
	while (p && *p && strcmp(*p, digest) != 0)
		p++;
	return p && *p;
}

/* The note is of a layer that is kept elsewhere, and may be. */
static bool is_allowed(const struct tsr_fold *f, const struct tsr_note *note)
{
	const struct tsr_image *image = note->image < f->model->n_images ? &f->model->images[note->image] : NULL;

	return image && note->layer < image->n_layers && tsr_fold_foreign_allowed(f, &image->layers[note->layer]);
}

void tsr_fold_note(struct tsr_fold *f, const struct tsr_note *note, struct tsr_coverage *c, const struct tsr_sink *sink)
{
	const char *message = tsr_arena_str(&f->run->arena, tsr_slice_str(note->message));
	struct tsr_finding out;
	uint32_t rule;

	if (!tsr_ruleset_find(f->maker.rules, tsr_slice_str(note->rule), &rule))
		TSR_BUG("a note of a rule that the catalogue lacks");
	tsr_make(&f->maker, rule, &out);
	out.message = tsr_text_ours(message);
	out.where.kind = note->layer != UINT32_MAX ? TSR_PLACE_LAYER : TSR_PLACE_ARCHIVE;
	out.where.layer = note->layer != UINT32_MAX ? note->layer : TSR_NO_LAYER;
	if (note->path.len)
		out.where.path = tsr_mask_text(f->maker.scanner, f->maker.arena, note->path, TSR_MASK_TEXT);
	tsr_make_done(&out);
	sink->emit(sink->ctx, &out);
	if (note->incomplete && !is_allowed(f, note))
		tsr_fold_skip(f, c, note->layer != UINT32_MAX ? "layer" : out.where.path.ptr[0] ? out.where.path.ptr : "archive",
			      note->incomplete, out.where.layer, 0);
}

/* One line for all rows of a blob that make the audit incomplete; the coverage has each. */
static void say_derived(struct tsr_fold *f, const struct tsr_skip_row *first, uint32_t n)
{
	struct tsr_buf line = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);

	if (first->layer != TSR_NO_LAYER)
		tsr_buf_printf(&line, "layer %u: ", first->layer);
	if (first->path.ptr && *first->path.ptr)
		tsr_buf_printf(&line, "%s: ", first->path.ptr);
	tsr_buf_printf(&line, "%s: %s", first->what.ptr, first->why.ptr);
	if (n > 1)
		tsr_buf_printf(&line, " (and %u more)", n - 1);
	tsr_run_add_error(f->run, f->source, tsr_text_ours(tsr_arena_str(&f->run->arena, tsr_buf_slice(&line))), 4);
	tsr_buf_release(&line);
}

void tsr_fold_ledger(struct tsr_fold *f, const struct tsr_facts *facts, struct tsr_coverage *c, uint32_t layer)
{
	struct tsr_arena *a = &f->run->arena;
	bool strict = f->o->demands && f->o->demands->nested_strict;
	struct tsr_skip_row first = { .fatal = false };
	uint32_t n_fatal = 0;

	for (uint32_t i = 0; i < facts->n_skips; i++) {
		const struct tsr_skip *s = &facts->skips[i];
		const char *what = tsr_facts_text(facts, s->what), *why = tsr_facts_text(facts, s->why);
		struct tsr_skip_row row = { .layer = layer, .bytes = s->bytes, .fatal = s->fatal || strict, .path = TSR_TEXT_NONE };

		if (!s->derived) {
			tsr_fold_skip(f, c, what, why, layer, s->bytes);
			continue;
		}
		row.what = tsr_text_ours(tsr_arena_str(a, tsr_slice_str(what)));
		row.why = tsr_text_ours(tsr_arena_str(a, tsr_slice_str(why)));
		if (s->entry != TSR_NONE) {
			struct tsr_buf path = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);

			tsr_buf_addc(&path, '/');
			tsr_facts_path(facts, facts->entries[s->entry].node, &path);
			tsr_facts_step_names(facts, s->step, &path);
			row.path = tsr_mask_text(f->maker.scanner, a, tsr_buf_slice(&path), TSR_MASK_TEXT);
			tsr_buf_release(&path);
		}
		tsr_coverage_derive(c, &row);
		if (row.fatal && !n_fatal++)
			first = row;
	}
	if (n_fatal)
		say_derived(f, &first, n_fatal);
}

const char *tsr_fold_grade_name(const struct tsr_facts *facts)
{
	switch ((enum tsr_grade)facts->grade) {
	case TSR_GRADE_AUDITED:
	case TSR_GRADE_OPAQUE: /* scanned as bytes; whether that will do depends on its role */
		return "audited";
	case TSR_GRADE_DAMAGED:
		return "damaged";
	case TSR_GRADE_AMBIGUOUS:
		return "ambiguous";
	case TSR_GRADE_LIMITED:
		return "limited";
	}
	return "limited";
}
