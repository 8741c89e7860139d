/* SPDX-License-Identifier: Apache-2.0 */
#include "image/build.h"

/*
 * manifest.json as docker save writes it since 1.10, and podman, skopeo, crane,
 * kaniko, jib, Bazel and Nix after it: an array of {Config, RepoTags, Layers,
 * LayerSources}, whose strings are member names. Keys match as Go folds them:
 * old jib wrote them in lower case.
 */

static const struct tsr_slice manifest_name = { "manifest.json", 13 };

/*
 * docker dir (skopeo dir:) has a file of the same name that is an object; the OCI reader
 * takes that.
 */
static bool recognise(struct tsr_build *b)
{
	struct tsr_blob *blob = tsr_members_find(b->members, manifest_name, NULL);

	return blob && !b->docker_dir;
}

/*
 * A layer that was never in the archive because its licence forbids it: before
 * docker 25, LayerSources has an entry only for those.
 */
static void layer_source(struct tsr_layer_ref *layer, const json_t *sources)
{
	char text[TSR_DIGEST_STR_MAX];
	struct tsr_descriptor d;

	if (layer->blob || !sources || !layer->diff_id.alg)
		return;
	tsr_descriptor_read(tsr_json_get(sources, tsr_digest_str(&layer->diff_id, text), NULL), &d);
	if (tsr_media_kind(d.media_type) == TSR_MEDIA_FOREIGN && d.has_urls)
		layer->presence = TSR_LAYER_FOREIGN;
}

static void read_layers(struct tsr_build *b, struct tsr_draft *d, const json_t *layers, const json_t *sources)
{
	unsigned copies;
	size_t i;

	tsr_build_layers(b, d, json_array_size(layers));
	for (i = 0; i < d->img.n_layers; i++) {
		struct tsr_layer_ref *l = &d->img.layers[i];
		struct tsr_slice name = tsr_json_str(json_array_get(layers, i));

		if (d->doc && i < d->doc->config.n_diff_ids)
			l->diff_id = d->doc->config.diff_ids[i];
		if (name.len) {
			l->name = tsr_arena_dup(b->arena, name);
			l->blob = tsr_members_find(b->members, l->name, &copies);
		}
		if (l->blob) {
			tsr_build_copies(b, l->blob, l->name, copies);
		} else {
			l->presence = TSR_LAYER_MISSING;
			layer_source(l, sources);
		}
	}
}

static void read_item(struct tsr_build *b, const json_t *item)
{
	struct tsr_draft d = { .from = TSR_FROM_MANIFEST_JSON };
	bool ambiguous = false, wrong = false;
	struct tsr_slice config;
	struct tsr_digest claimed;
	struct tsr_blob *blob = NULL;
	unsigned copies = 0;
	json_t *tags, *layers, *sources;
	size_t i;

	tsr_json_get(item, "Config", &ambiguous);
	tsr_json_get(item, "RepoTags", &ambiguous);
	tsr_json_get(item, "Layers", &ambiguous);
	tsr_json_get(item, "LayerSources", &ambiguous);
	if (ambiguous)
		tsr_build_ambiguous(b, manifest_name);
	config = tsr_json_get_string(item, "Config", &wrong);
	tags = tsr_json_get_array(item, "RepoTags", &wrong);
	layers = tsr_json_get_array(item, "Layers", &wrong);
	sources = tsr_json_get_object(item, "LayerSources", NULL);
	if (!json_is_object(item) || wrong) {
		tsr_build_unreadable(b, manifest_name, "an item of manifest.json is not as it should be",
				     true);
		if (!json_is_object(item))
			return;
	}
	if (config.len)
		config = tsr_arena_dup(b->arena, config);
	if (config.len)
		blob = tsr_members_find(b->members, config, &copies);
	tsr_build_name_claim(config, &claimed);
	tsr_build_set_config(b, &d, blob, config, &claimed);
	if (blob)
		tsr_build_copies(b, blob, config, copies);
	for (i = 0; i < json_array_size(tags); i++)
		tsr_build_name(b, &d.names, tsr_json_str(json_array_get(tags, i)));
	read_layers(b, &d, layers, sources);
	tsr_build_add(b, &d);
}

static void read_manifest(struct tsr_build *b)
{
	const char *why = NULL;
	bool serious = false;
	unsigned copies = 0;
	struct tsr_blob *blob = tsr_members_find(b->members, manifest_name, &copies);
	json_t *root;
	size_t i;

	if (!blob)
		return;
	tsr_build_role(blob, "manifest");
	tsr_build_copies(b, blob, manifest_name, copies);
	b->nothing = "manifest.json lists no image";
	root = tsr_build_json(b, blob, manifest_name, &why, &serious);
	if (!root) {
		/* `null` is not kept as JSON: something that short names no image. */
		/* docker takes the first value and ignores what follows, so a tar header can be a manifest. */
		serious |= blob->kind == TSR_BLOB_TAR;
		b->manifest_read = !serious && blob->size <= 16;
		if (!b->manifest_read) {
			b->nothing = "manifest.json cannot be read";
			tsr_build_unreadable(b, manifest_name, why, serious);
		}
		return;
	}
	b->manifest_read = json_is_array(root) || json_is_null(root);
	if (!b->manifest_read)
		tsr_build_unreadable(b, manifest_name, "it is no list of images", false);
	for (i = 0; i < json_array_size(root) && !b->full; i++)
		read_item(b, json_array_get(root, i));
	json_decref(root);
}

static const char *format(struct tsr_build *b)
{
	(void)b;
	return "docker-archive";
}

const struct tsr_reader tsr_reader_docker = {
	.name = "docker",
	.help = "docker save, podman save, crane, kaniko, jib, Bazel, Nix: manifest.json",
	.recognise = recognise,
	.read = read_manifest,
	.format = format,
};
