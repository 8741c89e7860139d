/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "archive/tar_walk.h"
#include "audit/image_fold.h"
#include "base/mem.h"
#include "base/path.h"

static const char *presence_status(enum tsr_layer_presence p)
{
	switch (p) {
	case TSR_LAYER_PRESENT:
		return NULL;
	case TSR_LAYER_MISSING:
		return "missing";
	case TSR_LAYER_FOREIGN:
		return "foreign";
	case TSR_LAYER_ENCRYPTED:
		return "encrypted";
	case TSR_LAYER_UNSUPPORTED:
		return "unsupported";
	}
	return "unsupported";
}

/* Is the computed diffID the config's? -1: it cannot be said. */
static int diff_id_matches(const struct tsr_layer_ref *ref, const struct tsr_facts *facts)
{
	if (ref->diff_id.alg == TSR_DIGEST_SHA256)
		return tsr_digest_eq(&ref->diff_id, &facts->diff_id);
	if (ref->diff_id.alg == facts->diff_other.alg)
		return tsr_digest_eq(&ref->diff_id, &facts->diff_other);
	return -1;
}

/* A layer that is there: graded, and its diffID compared. */
static const char *judge_layer(struct tsr_image_fold *x, uint32_t i, const struct tsr_facts *facts)
{
	const struct tsr_layer_ref *ref = &x->image->layers[i];
	const char *status = tsr_fold_grade_name(facts), *why = tsr_facts_text(facts, facts->why);
	int same;

	if (facts->kind != TSR_BLOB_TAR && facts->kind != TSR_BLOB_EMPTY) {
		why = facts->grade == TSR_GRADE_DAMAGED ? why : "it is no tar";
		tsr_image_emit_layer(x, TSR_BUILTIN_LAYER_UNSUPPORTED, "The layer is no tar: its bytes were scanned, its files are unknown", i);
		tsr_fold_skip(x->f, &x->out->coverage, "layer", why, i, facts->unpacked);
		return "unsupported";
	}
	if (facts->grade != TSR_GRADE_AUDITED) {
		if (facts->grade == TSR_GRADE_AMBIGUOUS)
			tsr_image_emit_layer(x, TSR_BUILTIN_LAYER_AMBIGUOUS, tsr_arena_printf(&x->f->run->arena, "%s", why), i);
		else if (facts->grade == TSR_GRADE_DAMAGED)
			tsr_image_emit_layer(x, TSR_BUILTIN_LAYER_DAMAGED, tsr_arena_printf(&x->f->run->arena, "%s", why), i);
		tsr_fold_skip(x->f, &x->out->coverage, "layer", why, i, 0);
		return status;
	}
	if (ref->diff_id.alg == TSR_DIGEST_NONE)
		return status;
	same = diff_id_matches(ref, facts);
	if (same == 0) {
		tsr_image_emit_layer(x, TSR_BUILTIN_LAYER_DIFF_ID,
			     "The layer's content is not what the config's diffID says: it was changed, or another layer stands here", i);
		tsr_fold_skip(x->f, &x->out->coverage, "layer", "its diffID does not match its content", i, 0);
		return "damaged";
	}
	if (same < 0) {
		tsr_fold_skip(x->f, &x->out->coverage, "layer", "its diffID is of an algorithm that was not computed", i, 0);
		return "unverifiable";
	}
	if (ref->blob->flags & TSR_BLOB_MISMATCH)
		return "damaged"; /* the model's note says why */
	return status;
}

static void fill_layer(struct tsr_image_fold *x, uint32_t i)
{
	const struct tsr_layer_ref *ref = &x->image->layers[i];
	const struct tsr_facts *facts = ref->blob ? ref->blob->facts : NULL;
	struct tsr_run_layer *l = &x->out->layers[i];
	const char *absent = presence_status(ref->presence);
	struct tsr_fold *f = x->f;

	l->index = i;
	l->digest = tsr_fold_digest(f, facts ? &facts->blob : &ref->digest);
	l->diff_id = tsr_fold_digest(f, ref->diff_id.alg || !facts ? &ref->diff_id : &facts->diff_id);
	l->media_type = tsr_mask_text(f->maker.scanner, f->maker.arena, ref->media_type, TSR_MASK_TEXT);
	l->created_by = tsr_mask_text(f->maker.scanner, f->maker.arena, ref->created_by, TSR_MASK_INSTRUCTION);
	l->compression = "";
	l->size = ref->has_size ? ref->size : 0;
	if (facts) {
		l->compression = ref->blob->codec ? ref->blob->codec->name : "none";
		l->size = facts->stored;
		l->uncompressed_size = facts->unpacked;
		l->entries = facts->n_entries;
	}
	l->excused = tsr_fold_foreign_allowed(f, ref);
	if (absent)
		l->status = absent;
	else if (!facts)
		l->status = "missing";
	else
		l->status = judge_layer(x, i, facts);
}

/* The first position of the same blob, and whether this is it. */
static bool first_position(const struct tsr_image *image, uint32_t i)
{
	for (uint32_t k = 0; k < i; k++)
		if (image->layers[k].blob == image->layers[i].blob)
			return false;
	return true;
}

static void positions(struct tsr_image_fold *x, uint32_t i, struct tsr_layer_place *place)
{
	const struct tsr_image *image = x->image;
	uint32_t *list, n = 0;

	for (uint32_t k = i; k < image->n_layers; k++)
		n += image->layers[k].blob == image->layers[i].blob;
	if (n < 2)
		return;
	list = tsr_arena_alloc(&x->f->run->arena, n, sizeof(*list));
	n = 0;
	for (uint32_t k = i; k < image->n_layers; k++)
		if (image->layers[k].blob == image->layers[i].blob)
			list[n++] = k;
	place->layers = list;
	place->n_layers = n;
}

/* A symbolic link counts from its directory, a hard link from the root. */
static bool link_climbs(const struct tsr_facts *f, const struct tsr_entry *e)
{
	TSR_AUTO(tsr_buf) struct tsr_buf path = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	struct tsr_slice target = tsr_slice_of(tsr_facts_text(f, e->link), e->link_len);

	if ((e->type != '1' && e->type != '2') || !tsr_slice_casehas(target, ".."))
		return false;
	if (e->type == '2')
		tsr_facts_path(f, f->nodes[e->node].parent, &path);
	return tsr_path_climbs(tsr_buf_slice(&path), target);
}

/* Forms that a scanner and a runtime may see differently, one finding per layer and kind. */
static void layer_oddities(struct tsr_image_fold *x, uint32_t i, const struct tsr_facts *facts)
{
	uint32_t tricks = 0, unsafe = 0, odd = 0;

	for (uint32_t e = 0; e < facts->n_entries; e++) {
		const struct tsr_entry *entry = &facts->entries[e];

		tricks += (entry->type == '3' && (entry->flags & TSR_ENTRY_WHITEOUT)) ||
			  (entry->flags & TSR_ENTRY_OVERLAY_XATTR);
		unsafe += (entry->flags & TSR_ENTRY_DOTDOT) || link_climbs(facts, entry);
		odd += (entry->flags & TSR_ENTRY_ODD_MODE) != 0;
	}
	if (facts->doubts & TSR_TAR_AFTER_END)
		tsr_image_emit_layer(x, TSR_BUILTIN_LAYER_TRAILING,
			     "Bytes stand behind the end of the layer's tar: no reader shows them as files; they were scanned", i);
	if (tricks)
		tsr_image_emit_layer(x, TSR_BUILTIN_LAYER_OVERLAY_TRICK,
			     tsr_arena_printf(&x->f->run->arena,
					      "%u entries are 0:0 devices or carry overlay attributes: they hide or redirect files at run time",
					      tricks), i);
	if (odd)
		tsr_image_emit_layer(x, TSR_BUILTIN_LAYER_ODD_MODE,
			     tsr_arena_printf(&x->f->run->arena, "%u entries have mode bits that no file has", odd), i);
	if (unsafe)
		tsr_image_emit_layer(x, TSR_BUILTIN_LAYER_UNSAFE_PATH,
			     tsr_arena_printf(&x->f->run->arena, "%u entries have \"..\" in their path, or are links that climb above the root", unsafe), i);
}

static void fold_layers(struct tsr_image_fold *x)
{
	struct tsr_coverage *c = &x->out->coverage;

	for (uint32_t i = 0; i < x->image->n_layers; i++) {
		const struct tsr_facts *facts = x->facts[i];
		struct tsr_layer_place place = { .layer = i, .rootfs = x->rootfs, .owners = x->owners };

		if (!facts || !first_position(x->image, i))
			continue;
		place.diff_id = x->out->layers[i].diff_id;
		place.created_by = x->out->layers[i].created_by;
		positions(x, i, &place);
		tsr_fold_untold(x->f, c, tsr_make_layer_raws(&x->f->maker, facts, &place, &x->sink), i);
		layer_oddities(x, i, facts);
		tsr_fold_ledger(x->f, facts, c, i);
		c->entries += facts->n_entries;
		c->bytes += facts->unpacked;
		c->bytes_scanned += facts->unpacked - facts->skipped;
	}
}

/* What the overlay met that appliers treat differently. */
static void fold_doubts(struct tsr_image_fold *x)
{
	const struct tsr_rootfs_doubts *d = tsr_rootfs_doubts(x->rootfs);

	if (d->duplicate_paths)
		tsr_image_emit_layer(x, TSR_BUILTIN_LAYER_DUPLICATE_PATH,
			     tsr_arena_printf(&x->f->run->arena, "%u paths occur more than once in their layer", d->duplicate_paths), TSR_NO_LAYER);
	if (d->limited)
		tsr_fold_skip(x->f, &x->out->coverage, "file system",
			      "the image has more entries than its layers can be folded for: states of files are not known",
			      TSR_NO_LAYER, 0);
	if (d->costly)
		tsr_fold_skip(x->f, &x->out->coverage, "file system",
			      "its symbolic links cost more than is spent on them: where some paths lead is not known", TSR_NO_LAYER, 0);
}

/* The config's bytes are in the ledger like a layer's. */
static void fold_config(struct tsr_image_fold *x)
{
	const struct tsr_facts *facts = x->image->config_blob ? x->image->config_blob->facts : NULL;
	struct tsr_coverage *c = &x->out->coverage;

	if (!facts)
		return;
	tsr_fold_untold(x->f, c, tsr_make_config_raws(&x->f->maker, facts, x->image, &x->sink), TSR_NO_LAYER);
	tsr_fold_ledger(x->f, facts, c, TSR_NO_LAYER);
	c->bytes += facts->unpacked;
	c->bytes_scanned += facts->unpacked - facts->skipped;
	if (facts->grade == TSR_GRADE_LIMITED || facts->grade == TSR_GRADE_DAMAGED)
		tsr_fold_skip(x->f, c, "config", tsr_facts_text(facts, facts->why), TSR_NO_LAYER, 0);
}

static void describe(struct tsr_image_fold *x)
{
	const struct tsr_image *image = x->image;
	struct tsr_run_image *out = x->out;
	struct tsr_arena *a = &x->f->run->arena;
	struct tsr_buf platform = TSR_BUF_INIT(4096);

	out->source = x->f->source;
	out->names = tsr_arena_alloc(a, image->n_names + 1, sizeof(*out->names));
	for (size_t i = 0; i < image->n_names; i++)
		out->names[i] = tsr_mask_text(x->f->maker.scanner, a, image->names[i], TSR_MASK_TEXT);
	out->n_names = image->n_names;
	if (image->os.len || image->architecture.len) {
		tsr_buf_addsl(&platform, image->os);
		tsr_buf_addc(&platform, '/');
		tsr_buf_addsl(&platform, image->architecture);
		if (image->variant.len) {
			tsr_buf_addc(&platform, '/');
			tsr_buf_addsl(&platform, image->variant);
		}
	}
	out->platform = tsr_mask_text(x->f->maker.scanner, a, tsr_buf_slice(&platform), TSR_MASK_TEXT);
	tsr_buf_release(&platform);
	out->config_digest = tsr_fold_digest(x->f, &image->config_digest);
	out->manifest_digest = image->manifest_digest.alg ? tsr_fold_digest(x->f, &image->manifest_digest) : NULL;
	out->base_digest = image->base_digest.alg ? tsr_fold_digest(x->f, &image->base_digest) : NULL;
	out->layers = tsr_arena_alloc(a, image->n_layers + 1, sizeof(*out->layers));
	out->n_layers = image->n_layers;
	out->coverage.layers = image->n_layers;
}

static void fold_notes(struct tsr_image_fold *x)
{
	for (size_t i = 0; i < x->f->model->n_notes; i++)
		if (x->f->model->notes[i].image == x->number)
			tsr_fold_note(x->f, &x->f->model->notes[i], &x->out->coverage, &x->sink);
	if (x->image->limited)
		tsr_fold_skip(x->f, &x->out->coverage, "layers", "it has more layers than --max-layers allows", TSR_NO_LAYER, 0);
}

static void (*const checks[])(struct tsr_image_fold *x) = {
#define IMAGE_CHECK(name) tsr_image_check_##name,
#include "audit/image_checks.def"
#undef IMAGE_CHECK
};

void tsr_fold_image(struct tsr_fold *f, uint32_t number)
{
	struct tsr_image_fold x = { .f = f, .image = &f->model->images[number], .number = number };
	size_t n = x.image->n_layers;

	x.out = tsr_run_add_image(f->run);
	x.sink = (struct tsr_sink){ tsr_run_image_emit, x.out };
	x.rootfs = tsr_rootfs_new();
	x.facts = tsr_xcalloc(n + 1, sizeof(*x.facts));
	describe(&x);
	for (uint32_t i = 0; i < n; i++) {
		const struct tsr_blob *b = x.image->layers[i].blob;

		x.facts[i] = b ? b->facts : NULL;
		tsr_rootfs_add(x.rootfs, x.facts[i]);
	}
	tsr_rootfs_settle(x.rootfs);
	x.owners = tsr_owners_new(x.rootfs, x.facts, (uint32_t)n);
	tsr_waste_count(&x.waste, x.rootfs, x.facts, n);
	for (uint32_t i = 0; i < n; i++)
		fill_layer(&x, i);
	fold_notes(&x);
	fold_layers(&x);
	fold_config(&x);
	for (size_t i = 0; i < TSR_ARRAY_LEN(checks); i++)
		checks[i](&x);
	tsr_fold_untold(f, &x.out->coverage, x.untold, TSR_NO_LAYER);
	fold_doubts(&x); /* what the checks asked may have made some */
	tsr_image_describe(&x);
	tsr_waste_release(&x.waste);
	tsr_owners_free(x.owners);
	tsr_rootfs_free(x.rootfs);
	free(x.facts);
}
