/* SPDX-License-Identifier: Apache-2.0 */
#include "image/oci_manifest.h"

#include "base/mem.h"

/*
 * OCI image layouts (image-spec image-layout.md), as archive or directory, and
 * skopeo's dir:, whose manifest.json is a single manifest or list. From index.json
 * down, indexes may nest. Cycles need a digest that does not verify, which
 * nothing here relies on: an index is visited once for each entry of index.json.
 */

#define DEPTH_MAX 8
/* Descriptors followed, and bytes of indexes parsed, over the whole archive: nested indexes may share children. */
#define VISITS_MAX 200000
#define BYTES_MAX (256u << 20)

struct walk {
	struct tsr_build *b;
	uint32_t group; /* entry of index.json, TSR_DIR_GROUP for docker dir */
	size_t visits, bytes;
	bool stopped;
	struct tsr_name_list names, tags; /* of the entry */
};

static void read_document(struct walk *w, const struct tsr_descriptor *d, struct tsr_blob *blob,
			  struct tsr_slice name, const json_t *root, unsigned depth);

static struct tsr_blob *root_blob(struct tsr_build *b, const char *name, unsigned *copies)
{
	return tsr_members_find(b->members, tsr_slice_str(name), copies);
}

static bool recognise(struct tsr_build *b)
{
	return root_blob(b, "index.json", NULL) || root_blob(b, "oci-layout", NULL) || b->docker_dir;
}

/* Full names are told from tags by their '/' or ':' . */
static void add_names(struct walk *w, const struct tsr_descriptor *d)
{
	struct tsr_slice ref = d->ref_name;
	bool full = tsr_slice_find(ref, '/', 0) < ref.len || tsr_slice_find(ref, ':', 0) < ref.len;

	tsr_build_name(w->b, &w->names, d->image_name);
	tsr_build_name(w->b, full ? &w->names : &w->tags, ref);
}

static bool over_budget(struct walk *w, size_t bytes)
{
	w->visits++;
	w->bytes += bytes;
	if (!w->stopped && (w->visits > VISITS_MAX || w->bytes > BYTES_MAX)) {
		w->stopped = true;
		tsr_build_unreadable(w->b, TSR_SLICE("index.json"), "indexes list more than can be followed",
				     true);
	}
	return w->stopped;
}

/* The parsed document of a descriptor, from its blob or, if that is absent, its data. */
static json_t *load(struct walk *w, const struct tsr_descriptor *d, const struct tsr_blob *blob,
		    struct tsr_slice name, const char **why, bool *serious)
{
	TSR_AUTO(tsr_buf) struct tsr_buf bytes = TSR_BUF_INIT(w->b->json_limits.bytes);
	struct tsr_digest computed = { .alg = TSR_DIGEST_SHA256 };

	if (blob)
		return tsr_build_json(w->b, blob, name, why, serious);
	*serious = true;
	*why = "its data field is not what its digest says";
	if (tsr_descriptor_data(d->data, &bytes) < 0)
		return NULL;
	tsr_sha256(bytes.ptr, bytes.len, computed.bytes);
	if (!tsr_digest_eq(&computed, &d->digest))
		return NULL;
	return tsr_build_json_text(w->b, tsr_buf_slice(&bytes), name, why);
}

static void follow(struct walk *w, const json_t *json, unsigned depth)
{
	struct tsr_build *b = w->b;
	struct tsr_slice name = TSR_SLICE_NONE;
	struct tsr_blob_slot *slot;
	struct tsr_descriptor d;
	struct tsr_blob *blob;
	const char *why = NULL;
	bool serious = false;
	unsigned copies = 0;
	json_t *root;

	tsr_descriptor_read(json, &d);
	if (d.ambiguous)
		tsr_build_ambiguous(b, TSR_SLICE("index.json"));
	if (!d.digest.alg) {
		tsr_build_unreadable(b, TSR_SLICE("index.json"), "a descriptor has no digest", true);
		return;
	}
	name = tsr_build_blob_name(b, d.digest_text);
	blob = tsr_build_blob(b, &d, &copies);
	if (over_budget(w, blob ? blob->json.len : d.data.len))
		return;
	if (!blob && !d.data.len) {
		if (!tsr_descriptor_is_artifact(&d))
			tsr_oci_absent(b, name);
		return;
	}
	if (blob) {
		struct tsr_oci_ref ref = { &d, blob, name, w->group, &w->names, &w->tags, depth > 0 };

		tsr_build_copies(b, blob, name, copies);
		slot = tsr_build_slot(b, blob);
		if (slot->is_manifest) {
			tsr_oci_manifest_again(b, &ref, slot->draft);
			return;
		}
		if (slot->visited == w->group)
			return;
		slot->visited = w->group;
	}
	tsr_oci_verify(b, &d, blob, name);
	root = load(w, &d, blob, name, &why, &serious);
	if (root && !blob)
		tsr_build_note(b, "archive/manifest-unreadable", name,
			       "the document stands in a descriptor only; its bytes were not scanned",
			       "a document in a descriptor was not scanned");
	if (root)
		read_document(w, &d, blob, name, root, depth);
	else if (!tsr_descriptor_is_artifact(&d) || serious)
		tsr_build_unreadable(b, name, why, true);
	else if (blob)
		tsr_build_role(blob, "artifact");
	json_decref(root);
}

/* What the document is, is told by what is in it: media types lie, or are absent. */
static void read_document(struct walk *w, const struct tsr_descriptor *d, struct tsr_blob *blob,
			  struct tsr_slice name, const json_t *root, unsigned depth)
{
	struct tsr_build *b = w->b;
	json_t *manifests, *config, *layers;
	bool wrong = false, ambiguous = false;
	size_t i;

	tsr_json_get(root, "manifests", &ambiguous);
	if (ambiguous)
		tsr_build_ambiguous(b, name);
	manifests = tsr_json_get_array(root, "manifests", &wrong);
	config = tsr_json_get_object(root, "config", &wrong);
	layers = tsr_json_get_array(root, "layers", &wrong);
	if (wrong || !json_is_object(root)) {
		tsr_build_unreadable(b, name, "a field of it has a type that no runtime accepts", true);
	} else if (tsr_json_get(root, "fsLayers", NULL)) {
		tsr_build_unreadable(b, name, "a schema 1 manifest, which no current runtime reads", true);
		return;
	}
	if (manifests && (config || layers))
		tsr_build_note(b, "archive/index-mismatch", name,
			       "it is an index and a manifest at once; readers take it for one or the other",
			       NULL);
	if (config || layers) {
		struct tsr_oci_ref ref = { d, blob, name, w->group, &w->names, &w->tags, depth > 0 };

		if (blob)
			tsr_build_slot(b, blob)->is_manifest = true;
		tsr_oci_manifest(b, &ref, root);
	} else if (blob) {
		tsr_build_role(blob, tsr_json_get(root, "manifests", NULL) ? "index" : "artifact");
	}
	if (manifests && depth >= DEPTH_MAX) {
		tsr_build_unreadable(b, name, "indexes are nested too deeply", true);
		return;
	}
	for (i = 0; i < json_array_size(manifests) && !b->full && !w->stopped; i++)
		follow(w, json_array_get(manifests, i), depth + 1);
}

/*
 * The entries of index.json, each a group: names stand only here, and several
 * entries with one digest are several names of one image.
 */
static void read_entries(struct walk *w, const json_t *manifests)
{
	size_t i;

	for (i = 0; i < json_array_size(manifests) && !w->b->full && !w->stopped; i++) {
		const json_t *entry = json_array_get(manifests, i);
		struct tsr_descriptor d;

		w->group = (uint32_t)i;
		w->names = w->tags = (struct tsr_name_list){ NULL, 0, 0 };
		tsr_descriptor_read(entry, &d);
		add_names(w, &d);
		follow(w, entry, 0);
	}
}

static void read_index(struct walk *w)
{
	struct tsr_slice name = TSR_SLICE("index.json");
	const struct tsr_descriptor none = { 0 };
	struct tsr_build *b = w->b;
	bool serious = false, ambiguous = false;
	const char *why = NULL;
	unsigned copies = 0;
	struct tsr_blob *blob = root_blob(b, "index.json", &copies);
	json_t *root, *manifests;

	if (!blob)
		return;
	tsr_build_role(blob, "index");
	tsr_build_copies(b, blob, name, copies);
	root = tsr_build_json(b, blob, name, &why, &serious);
	if (!root) {
		if (!b->nothing)
			b->nothing = "index.json cannot be read";
		tsr_build_unreadable(b, name, why, serious);
		return;
	}
	manifests = tsr_json_get_array(root, "manifests", NULL);
	if (tsr_json_get(root, "config", NULL) || tsr_json_get(root, "layers", NULL)) {
		/* A manifest in the place of the index. */
		read_document(w, &none, blob, name, root, 0);
	} else {
		tsr_json_get(root, "manifests", &ambiguous);
		if (ambiguous)
			tsr_build_ambiguous(b, name);
		if (!b->nothing)
			b->nothing = json_array_size(manifests)
					     ? "none of the manifests that index.json lists is here"
					     : "index.json lists no manifest";
		b->index_read = true;
		read_entries(w, manifests);
	}
	json_decref(root);
}

/* skopeo's dir: manifest.json is the manifest or list itself. */
static void read_docker_dir(struct walk *w)
{
	struct tsr_slice name = TSR_SLICE("manifest.json");
	const struct tsr_descriptor none = { 0 };
	struct tsr_build *b = w->b;
	bool serious = false;
	const char *why = NULL;
	unsigned copies = 0;
	struct tsr_blob *blob = root_blob(b, "manifest.json", &copies);
	json_t *root = tsr_build_json(b, blob, name, &why, &serious);

	tsr_build_copies(b, blob, name, copies);
	tsr_build_role(blob, "manifest");
	w->group = TSR_DIR_GROUP;
	w->names = w->tags = (struct tsr_name_list){ NULL, 0, 0 };
	if (!b->nothing)
		b->nothing = "manifest.json lists no image";
	if (root)
		read_document(w, &none, blob, name, root, 0);
	else
		tsr_build_unreadable(b, name, why, serious);
	json_decref(root);
}

static void read_layout(struct tsr_build *b)
{
	struct walk w = { .b = b };

	b->nothing = b->nothing				? b->nothing
		     : root_blob(b, "index.json", NULL) ? NULL
							: "index.json is not there";
	read_index(&w);
	if (b->docker_dir)
		read_docker_dir(&w);
}

static const char *format(struct tsr_build *b)
{
	if (!root_blob(b, "index.json", NULL))
		return "docker-dir";
	return b->is_dir ? "oci-layout" : "oci-archive";
}

const struct tsr_reader tsr_reader_oci = {
	.name = "oci",
	.help = "OCI image layout: oci-layout, index.json, blobs; skopeo's dir:",
	.recognise = recognise,
	.read = read_layout,
	.format = format,
};
