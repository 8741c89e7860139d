/* SPDX-License-Identifier: Apache-2.0 */
#include "image/build.h"

#include "base/mem.h"

#define NO_LAYER UINT32_MAX

static void check_config(struct tsr_build *b, const struct tsr_draft *d, uint32_t image)
{
	const struct tsr_config_doc *doc = d->doc;
	const struct tsr_blob *blob = d->img.config_blob;
	struct tsr_slice path = d->config_name;
	struct tsr_digest claim;
	const char *why;

	if (!doc) {
		why = "the config is not in the archive";
		tsr_build_image_note(b, "config/unreadable", image, NO_LAYER, path, why, why);
		return;
	}
	if (doc->why)
		tsr_build_image_note(b, "config/unreadable", image, NO_LAYER, path, doc->why, doc->why);
	if (d->config_inline) {
		why = "the config stands in a descriptor only; its bytes were not scanned";
		tsr_build_image_note(b, "config/unreadable", image, NO_LAYER, path, why, why);
	}
	if (doc->ambiguous)
		tsr_build_image_note(b, "config/ambiguous-keys", image, NO_LAYER, path,
				     "several keys of the config mean the same field; readers may differ",
				     NULL);
	if (!blob)
		return;
	if (d->has_config_size && d->config_size != blob->size)
		tsr_build_image_note(b, "archive/size-mismatch", image, NO_LAYER, path,
				     "the config's size is not what its descriptor says", NULL);
	tsr_build_name_claim(path, &claim);
	if ((d->from & TSR_FROM_MANIFEST_JSON) && claim.alg == TSR_DIGEST_SHA256 && blob->digest.alg &&
	    !tsr_build_slot(b, blob)->claim.len && !tsr_digest_eq(&claim, &blob->digest))
		tsr_build_image_note(b, "config/name-mismatch", image, NO_LAYER, path,
				     "the config is named by a digest that is not its own", NULL);
}

/* A blob that does not hash to its name: at each place where an image uses it. */
static void check_claim(struct tsr_build *b, const struct tsr_blob *blob, uint32_t image, uint32_t layer)
{
	struct tsr_blob_slot *slot = tsr_build_slot(b, blob);

	if (!slot->claim.len)
		return;
	slot->noted = true;
	tsr_build_image_note(b, "archive/digest-mismatch", image, layer, slot->claim,
			     "its content has another digest than its name says",
			     "its digest is not what it should be");
}

/* What the presence of a layer means: rule, message, why the audit is incomplete. */
static const struct {
	const char *rule, *message, *incomplete;
} presences[] = {
	[TSR_LAYER_PRESENT] = { NULL, NULL, NULL },
	[TSR_LAYER_MISSING] = { "layer/missing", "the layer is not in the archive", "the layer is missing" },
	[TSR_LAYER_FOREIGN] = { "layer/foreign", "the layer is kept elsewhere and is not in the archive",
				"the layer is foreign" },
	[TSR_LAYER_ENCRYPTED] = { "layer/encrypted", "the layer is encrypted", "the layer is encrypted" },
	[TSR_LAYER_UNSUPPORTED] = { "layer/unsupported", "the layer is of a kind that cannot be read",
				    "the layer is of an unsupported kind" },
};

static void check_layer(struct tsr_build *b, const struct tsr_layer_ref *l, uint32_t image, uint32_t i)
{
	if (presences[l->presence].rule)
		tsr_build_image_note(b, presences[l->presence].rule, image, i, l->name,
				     presences[l->presence].message, presences[l->presence].incomplete);
	if (!l->blob)
		return;
	if (l->has_size && l->size != l->blob->size)
		tsr_build_image_note(b, "archive/size-mismatch", image, i, l->name,
				     "the layer's size is not what its descriptor says", NULL);
	check_claim(b, l->blob, image, i);
}

static void check_count(struct tsr_build *b, const struct tsr_draft *d, uint32_t image)
{
	const struct tsr_image *img = &d->img;
	const char *message;
	size_t i;

	if (img->limited) {
		tsr_build_image_note(
			b, "archive/manifest-unreadable", image, NO_LAYER, d->manifest_name,
			"the image has more layers or history than the limit; the rest was not audited",
			"more layers than the limit");
		return;
	}
	if ((d->from & TSR_FROM_V1) || !d->doc || !d->doc->readable ||
	    d->doc->config.n_diff_ids == img->n_layers)
		return;
	for (i = 0; i < img->n_layers; i++)
		if (img->layers[i].presence == TSR_LAYER_MISSING)
			return;
	message = tsr_arena_printf(b->arena, "the manifest lists %zu layers, the config %zu diff IDs",
				   img->n_layers, d->doc->config.n_diff_ids);
	tsr_build_image_note(b, "layer/count-mismatch", image, NO_LAYER, d->config_name, message,
			     "layers and diff IDs do not match");
}

void tsr_build_check(struct tsr_build *b, const uint32_t *order)
{
	size_t i, k;

	for (i = 0; i < b->m->n_images; i++) {
		const struct tsr_draft *d = &b->drafts[order[i]];

		if (d->mismatch)
			tsr_build_image_note(b, "archive/index-mismatch", (uint32_t)i, NO_LAYER,
					     TSR_SLICE_NONE, d->mismatch, NULL);
		check_config(b, d, (uint32_t)i);
		if (d->img.config_blob)
			check_claim(b, d->img.config_blob, (uint32_t)i, NO_LAYER);
		check_count(b, d, (uint32_t)i);
		for (k = 0; k < d->img.n_layers; k++)
			check_layer(b, &d->img.layers[k], (uint32_t)i, (uint32_t)k);
	}
	for (i = 0; i < b->members->n_blobs; i++)
		if (b->slots[i].claim.len && !b->slots[i].noted)
			check_claim(b, &b->members->blobs[i], UINT32_MAX, NO_LAYER);
}
