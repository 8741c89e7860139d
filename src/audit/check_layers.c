/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/image_fold.h"

#include <inttypes.h>

#include "inspect/layer_mix.h"

/*
 * What the layers ship: layer/wasted-bytes, layer/deleted-but-shipped,
 * layer/duplicate-file, layer/large-file, layer/deps-with-source. One finding a layer; the
 * figures are those of rootfs/waste.h.
 */
#define MIB (1ull << 20)
#define NOTICED MIB              /* less than this is no finding */
#define WORTH_AN_EFFORT (20 * MIB) /* less than this is one class less grave */
#define EFFICIENT 900000u        /* as dive's lowestEfficiency */
#define LARGE (100 * MIB)

static double mib(uint64_t n)
{
	return (double)n / (double)MIB;
}

static void wasted(struct tsr_image_fold *x)
{
	uint64_t hidden = tsr_waste_total(&x->waste);
	uint32_t efficiency = tsr_waste_efficiency(&x->waste);

	if (hidden < NOTICED)
		return;
	tsr_image_emit_layer_lower(x, TSR_BUILTIN_LAYER_WASTED_BYTES,
				   tsr_arena_printf(&x->f->run->arena,
						    "%.1f MiB of files are shipped that later layers remove or overwrite; the layers are %u.%u %% efficient",
						    mib(hidden), efficiency / 10000, efficiency / 1000 % 10),
				   TSR_NO_LAYER, efficiency >= EFFICIENT || hidden < WORTH_AN_EFFORT);
}

static void of_layer(struct tsr_image_fold *x, uint32_t i)
{
	const struct tsr_waste_layer *w = &x->waste.layers[i];

	if (w->deleted_bytes >= NOTICED)
		tsr_image_emit_layer_lower(x, TSR_BUILTIN_LAYER_DELETED,
					   tsr_arena_printf(&x->f->run->arena,
							    "%" PRIu64 " files (%.1f MiB) are in this layer that later layers remove",
							    w->deleted, mib(w->deleted_bytes)),
					   i, w->deleted_bytes < WORTH_AN_EFFORT);
	if (w->repeated_bytes >= NOTICED)
		tsr_image_emit_layer(x, TSR_BUILTIN_LAYER_DUPLICATE_FILE,
				     tsr_arena_printf(&x->f->run->arena,
						      "%" PRIu64 " files (%.1f MiB) are here again that a lower layer has at the same path in the same size",
						      w->repeated, mib(w->repeated_bytes)), i);
}

/* By what it takes of the layer: holes cost nothing. */
static uint64_t stored_size(const struct tsr_facts *f, uint32_t entry)
{
	const struct tsr_entry *e = &f->entries[entry];
	uint64_t end = entry + 1 < f->n_entries ? f->entries[entry + 1].header : f->unpacked;
	uint64_t room = end > e->data ? end - e->data : 0;

	return e->size < room ? e->size : room;
}

static void large(struct tsr_image_fold *x, uint32_t i)
{
	const struct tsr_facts *f = x->facts[i];

	for (uint32_t e = 0; e < f->n_entries; e++) {
		uint64_t size = f->entries[e].type == '0' && f->entries[e].size >= LARGE ? stored_size(f, e) : 0;

		if (size >= LARGE)
			tsr_image_emit_file(x, TSR_BUILTIN_LAYER_LARGE_FILE,
					    tsr_arena_printf(&x->f->run->arena, "The file has %.0f MiB", mib(size)), i, e);
	}
}

static void mixed(struct tsr_image_fold *x, uint32_t i)
{
	struct tsr_layer_mix mix;

	tsr_layer_mix(x->facts[i], &mix);
	if (mix.packages && mix.sources)
		tsr_image_emit_layer(x, TSR_BUILTIN_LAYER_DEPS_WITH_SOURCE,
				     tsr_arena_printf(&x->f->run->arena,
						      "%u installed packages (%s) and %u source files (%s) are in one layer", mix.packages,
						      tsr_make_path(&x->f->maker, x->facts[i], mix.package).ptr, mix.sources,
						      tsr_make_path(&x->f->maker, x->facts[i], mix.source).ptr), i);
}

/* A layer that stands at several positions ships its files once. */
static bool seen_before(const struct tsr_image_fold *x, uint32_t i)
{
	for (uint32_t k = 0; k < i; k++)
		if (x->facts[k] == x->facts[i])
			return true;
	return false;
}

void tsr_image_check_layers(struct tsr_image_fold *x)
{
	wasted(x);
	for (uint32_t i = 0; i < x->image->n_layers; i++) {
		if (!x->facts[i])
			continue;
		of_layer(x, i);
		if (seen_before(x, i))
			continue;
		large(x, i);
		mixed(x, i);
	}
}
