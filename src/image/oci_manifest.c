/* SPDX-License-Identifier: Apache-2.0 */
#include "image/oci_manifest.h"

#include "base/mem.h"

/*
 * Not every manifest is an image, and what an index says of one is the word of
 * whoever made it: attestations, signatures and artifacts are told by the layers
 * that they have, so that no label can take an image with tar layers out of
 * the audit.
 */
enum shape {
	SHAPE_IMAGE,
	SHAPE_ARTIFACT,
	SHAPE_ATTESTATION
};

static bool is_layer_like(struct tsr_build *b, const struct tsr_descriptor *d)
{
	unsigned copies;
	const struct tsr_blob *blob;

	if (tsr_media_kind(d->media_type) >= TSR_MEDIA_TAR)
		return true;
	blob = tsr_build_blob(b, d, &copies);
	return blob ? blob->kind == TSR_BLOB_TAR : !d->media_type.len;
}

static enum shape shape_of(struct tsr_build *b, const struct tsr_oci_ref *ref, const json_t *root,
			   const struct tsr_descriptor *config, const json_t *layers)
{
	struct tsr_slice artifact = tsr_json_get_string(root, "artifactType", NULL);
	bool attests = tsr_descriptor_is_attestation(ref->desc) ||
		       tsr_slice_starts(artifact, "application/vnd.docker.attestation.");
	bool layered = false;
	size_t i;

	for (i = 0; i < json_array_size(layers) && !layered; i++) {
		struct tsr_descriptor d;

		tsr_descriptor_read(json_array_get(layers, i), &d);
		layered = is_layer_like(b, &d);
	}
	if (config->media_type.len && tsr_media_kind(config->media_type) != TSR_MEDIA_CONFIG)
		return attests ? SHAPE_ATTESTATION : SHAPE_ARTIFACT;
	if (layered)
		return SHAPE_IMAGE;
	if (attests)
		return SHAPE_ATTESTATION;
	/* An image may have no layers at all; one whose layers are all of other kinds is none (cosign, ORAS). */
	if (json_array_size(layers) || artifact.len || tsr_descriptor_is_artifact(ref->desc))
		return SHAPE_ARTIFACT;
	return SHAPE_IMAGE;
}

static void give_roles(struct tsr_build *b, const struct tsr_oci_ref *ref,
		       const struct tsr_descriptor *config, const json_t *layers, const char *role)
{
	struct tsr_blob *blob;
	unsigned copies;
	size_t i;

	if (ref->blob)
		tsr_build_role(ref->blob, role);
	blob = tsr_build_blob(b, config, &copies);
	if (blob)
		tsr_build_role(blob, role);
	for (i = 0; i < json_array_size(layers); i++) {
		struct tsr_descriptor d;

		tsr_descriptor_read(json_array_get(layers, i), &d);
		blob = tsr_build_blob(b, &d, &copies);
		if (blob)
			tsr_build_role(blob, role);
	}
}

void tsr_oci_verify(struct tsr_build *b, const struct tsr_descriptor *d, const struct tsr_blob *blob,
		    struct tsr_slice name)
{
	TSR_AUTO(tsr_buf) struct tsr_buf bytes = TSR_BUF_INIT(b->json_limits.bytes);
	struct tsr_digest computed = { .alg = TSR_DIGEST_SHA256 };

	if (blob && d->has_size && d->size != blob->size)
		tsr_build_note(b, "archive/size-mismatch", name, "its size is not what its descriptor says",
			       NULL);
	if (!d->data.len || d->digest.alg != TSR_DIGEST_SHA256)
		return;
	if (tsr_descriptor_data(d->data, &bytes) == 0)
		tsr_sha256(bytes.ptr, bytes.len, computed.bytes);
	if (!tsr_digest_eq(&computed, &d->digest))
		tsr_build_note(b, "archive/digest-mismatch", name,
			       "the data field of its descriptor is not what its digest says",
			       "the content of a descriptor's data field was not audited");
}

static void read_layer(struct tsr_build *b, struct tsr_draft *draft, size_t i, const json_t *json,
		       bool *ambiguous)
{
	struct tsr_layer_ref *l = &draft->img.layers[i];
	struct tsr_descriptor d;
	enum tsr_media_kind kind;
	unsigned copies = 0;

	tsr_descriptor_read(json, &d);
	*ambiguous |= d.ambiguous;
	kind = tsr_media_kind(d.media_type);
	l->digest = d.digest;
	l->has_size = d.has_size;
	l->size = d.size;
	if (d.media_type.len)
		l->media_type = tsr_arena_dup(b->arena, d.media_type);
	if (d.digest.alg)
		l->name = tsr_build_blob_name(b, d.digest_text);
	if (draft->doc && i < draft->doc->config.n_diff_ids)
		l->diff_id = draft->doc->config.diff_ids[i];
	l->blob = tsr_build_blob(b, &d, &copies);
	if (l->blob)
		tsr_build_copies(b, l->blob, l->name, copies);
	if (kind == TSR_MEDIA_ENCRYPTED)
		l->presence = TSR_LAYER_ENCRYPTED;
	else if (!l->blob)
		l->presence = kind == TSR_MEDIA_FOREIGN && d.has_urls ? TSR_LAYER_FOREIGN : TSR_LAYER_MISSING;
	else if (kind == TSR_MEDIA_OPAQUE_LAYER ||
		 (kind < TSR_MEDIA_TAR && d.media_type.len && l->blob->kind != TSR_BLOB_TAR))
		l->presence = TSR_LAYER_UNSUPPORTED;
}

/* A config that stands in its descriptor only: it can be understood, but its bytes were not scanned. */
static void inline_config(struct tsr_build *b, struct tsr_draft *d, const struct tsr_descriptor *desc)
{
	TSR_AUTO(tsr_buf) struct tsr_buf bytes = TSR_BUF_INIT(b->json_limits.bytes);
	struct tsr_digest computed = { .alg = TSR_DIGEST_SHA256 };
	struct tsr_config_doc *doc;
	const char *why = NULL;
	json_t *root;

	if (d->img.config_blob || !desc->data.len || tsr_descriptor_data(desc->data, &bytes) < 0)
		return;
	tsr_sha256(bytes.ptr, bytes.len, computed.bytes);
	if (!tsr_digest_eq(&computed, &desc->digest))
		return;
	root = tsr_build_json_text(b, tsr_buf_slice(&bytes), d->config_name, &why);
	if (!root)
		return;
	doc = tsr_arena_alloc(b->arena, 1, sizeof(*doc));
	tsr_config_read(doc, root, false, b->arena, b->limits);
	json_decref(root);
	d->doc = doc;
	d->config_inline = true;
}

static struct tsr_slice known(struct tsr_build *b, struct tsr_slice s)
{
	return s.len && !tsr_slice_eq_str(s, "unknown") ? tsr_arena_dup(b->arena, s) : TSR_SLICE_NONE;
}

static void read_platform(struct tsr_build *b, struct tsr_draft *d, const struct tsr_descriptor *desc)
{
	d->img.os = known(b, desc->os);
	d->img.architecture = known(b, desc->architecture);
	d->img.variant = known(b, desc->variant);
}

/*
 * docker leaves out all that belongs to a manifest if any of it is not in its
 * store: one platform of several whose config and layers are absent was not
 * saved. A manifest that an index names alone is the image.
 */
static bool is_absent_platform(const struct tsr_draft *d, const struct tsr_oci_ref *ref)
{
	size_t i;

	if (!ref->nested || d->doc)
		return false;
	for (i = 0; i < d->img.n_layers; i++)
		if (!d->img.layers[i].blob)
			return true;
	return false;
}

void tsr_oci_absent(struct tsr_build *b, struct tsr_slice name)
{
	b->m->absent_images++;
	tsr_build_note(b, "archive/absent-platform", name,
		       "an index lists an image that is not in the archive; nothing of it was audited", NULL);
}

static void add_to_group(struct tsr_build *b, uint32_t group, uint32_t draft)
{
	if (group == TSR_NO_GROUP || draft == TSR_NO_DRAFT)
		return;
	b->groups = tsr_grow(b->groups, &b->cap_groups, b->n_groups + 1, sizeof(*b->groups));
	b->groups[b->n_groups++] = (struct tsr_group_row){ group, draft };
}

void tsr_oci_manifest_again(struct tsr_build *b, const struct tsr_oci_ref *ref, uint32_t draft)
{
	size_t i;

	if (draft == TSR_NO_DRAFT)
		return;
	for (i = 0; i < ref->names->n; i++)
		tsr_build_name(b, &b->drafts[draft].names, ref->names->list[i]);
	for (i = 0; i < ref->tags->n; i++)
		tsr_build_name(b, &b->drafts[draft].tags, ref->tags->list[i]);
	add_to_group(b, ref->group, draft);
}

/* annotations.md of the image-spec: what BuildKit and buildah say of FROM. */
static void read_base(struct tsr_draft *d, const json_t *root)
{
	const json_t *annotations = tsr_json_get_object(root, "annotations", NULL);

	if (tsr_digest_parse(tsr_json_get_string(annotations, "org.opencontainers.image.base.digest", NULL), &d->img.base_digest))
		d->img.base_digest.alg = TSR_DIGEST_NONE;
}

static void read_image(struct tsr_build *b, const struct tsr_oci_ref *ref, const json_t *root,
		       const struct tsr_descriptor *config, const json_t *layers)
{
	struct tsr_draft d = { .from = TSR_FROM_INDEX, .manifest_name = ref->name };
	struct tsr_slice name = TSR_SLICE_NONE;
	bool ambiguous = config->ambiguous;
	struct tsr_blob *blob;
	unsigned copies = 0;
	uint32_t draft;
	size_t i;

	if (config->digest.alg)
		name = tsr_build_blob_name(b, config->digest_text);
	blob = tsr_build_blob(b, config, &copies);
	if (blob)
		tsr_build_copies(b, blob, name, copies);
	tsr_build_set_config(b, &d, blob, name, &config->digest);
	inline_config(b, &d, config);
	d.has_config_size = config->has_size;
	d.config_size = config->size;
	d.img.manifest_digest = ref->blob && ref->blob->digest.alg ? ref->blob->digest : ref->desc->digest;
	read_base(&d, root);
	read_platform(b, &d, ref->desc);
	tsr_build_layers(b, &d, json_array_size(layers));
	for (i = 0; i < d.img.n_layers; i++)
		read_layer(b, &d, i, json_array_get(layers, i), &ambiguous);
	if (ambiguous)
		tsr_build_ambiguous(b, ref->name);
	if (is_absent_platform(&d, ref)) {
		tsr_oci_absent(b, ref->name);
		return;
	}
	draft = tsr_build_add(b, &d);
	if (ref->blob)
		tsr_build_slot(b, ref->blob)->draft = draft;
	tsr_oci_manifest_again(b, ref, draft);
}

void tsr_oci_manifest(struct tsr_build *b, const struct tsr_oci_ref *ref, const json_t *root)
{
	struct tsr_descriptor config;
	bool ambiguous = false, wrong = false;
	json_t *layers;

	tsr_json_get(root, "config", &ambiguous);
	tsr_json_get(root, "layers", &ambiguous);
	tsr_json_get(root, "mediaType", &ambiguous);
	if (ambiguous)
		tsr_build_ambiguous(b, ref->name);
	tsr_descriptor_read(tsr_json_get(root, "config", NULL), &config);
	layers = tsr_json_get_array(root, "layers", &wrong);
	if (wrong)
		tsr_build_unreadable(b, ref->name, "its layers are no array", true);
	switch (shape_of(b, ref, root, &config, layers)) {
	case SHAPE_ATTESTATION:
		give_roles(b, ref, &config, layers, "attestation");
		break;
	case SHAPE_ARTIFACT:
		give_roles(b, ref, &config, layers, "artifact");
		break;
	case SHAPE_IMAGE:
		if (ref->blob)
			tsr_build_role(ref->blob, "manifest");
		read_image(b, ref, root, &config, layers);
		break;
	}
}
