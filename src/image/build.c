/* SPDX-License-Identifier: Apache-2.0 */
#include "image/build.h"

#include <string.h>

#include "base/mem.h"
#include "base/text.h"

#define NOTES_IN_A_ROW 100
/* Layers of all images together: 250 bytes each, and a manifest can name a layer in some 80. */
#define LAYER_REFS_MAX 200000

void tsr_build_init(struct tsr_build *b, struct tsr_model *m, struct tsr_members *members, bool is_dir,
		    const struct tsr_limits *limits)
{
	const struct tsr_blob *manifest = tsr_members_find(members, TSR_SLICE("manifest.json"), NULL);
	size_t i;

	*b = (struct tsr_build){ .m = m, .members = members, .arena = members->arena, .limits = limits };
	b->is_dir = is_dir;
	b->docker_dir = manifest && tsr_slice_starts(tsr_slice_trim(manifest->json), "{");
	b->json_limits.bytes = (size_t)limits->json_bytes;
	b->json_limits.values = (uint32_t)limits->json_values;
	b->slots = tsr_xcalloc(members->n_blobs + 1, sizeof(*b->slots));
	for (i = 0; i < members->n_blobs; i++) {
		b->slots[i].draft = TSR_NO_DRAFT;
		b->slots[i].visited = TSR_NO_GROUP;
	}
}

void tsr_build_release(struct tsr_build *b)
{
	free(b->slots);
	free(b->drafts);
	free(b->groups);
	*b = (struct tsr_build){ 0 };
}

struct tsr_blob_slot *tsr_build_slot(struct tsr_build *b, const struct tsr_blob *blob)
{
	return &b->slots[blob - b->members->blobs];
}

/* --- notes -------------------------------------------------------------------- */

void tsr_build_image_note(struct tsr_build *b, const char *rule, uint32_t image, uint32_t layer,
			  struct tsr_slice path, const char *message, const char *incomplete)
{
	struct tsr_model *m = b->m;

	if (rule != b->note_rule || image != b->note_image)
		b->note_run = 0;
	b->note_rule = rule;
	b->note_image = image;
	if (++b->note_run > NOTES_IN_A_ROW)
		return;
	m->notes = tsr_grow(m->notes, &m->cap_notes, m->n_notes + 1, sizeof(*m->notes));
	m->notes[m->n_notes++] = (struct tsr_note){
		.rule = rule,
		.message =
			b->note_run < NOTES_IN_A_ROW
				? message
				: tsr_arena_printf(b->arena, "%s (and more of these, not listed)", message),
		.path = path.len ? tsr_arena_dup(b->arena, path) : TSR_SLICE_NONE,
		.image = image,
		.layer = layer,
		.incomplete = incomplete,
	};
}

void tsr_build_note(struct tsr_build *b, const char *rule, struct tsr_slice path, const char *message,
		    const char *incomplete)
{
	tsr_build_image_note(b, rule, UINT32_MAX, UINT32_MAX, path, message, incomplete);
}

void tsr_build_unreadable(struct tsr_build *b, struct tsr_slice path, const char *why, bool serious)
{
	if (serious && !b->unreadable)
		b->unreadable_why = why;
	b->unreadable |= serious;
	tsr_build_note(b, "archive/manifest-unreadable", path,
		       tsr_arena_printf(b->arena, "an index or manifest cannot be read: %s", why), why);
}

void tsr_build_copies(struct tsr_build *b, const struct tsr_blob *blob, struct tsr_slice name,
		      unsigned copies)
{
	struct tsr_blob_slot *slot = tsr_build_slot(b, blob);

	if (copies < 2 || slot->copies_noted)
		return;
	slot->copies_noted = true;
	tsr_build_note(b, "archive/duplicate-member", name,
		       tsr_arena_printf(
			       b->arena,
			       "%u members of this name differ; some readers take the first, others the last",
			       copies),
		       NULL);
}

void tsr_build_ambiguous(struct tsr_build *b, struct tsr_slice path)
{
	tsr_build_note(b, "config/ambiguous-keys", path,
		       "several keys mean the same field; readers may differ", NULL);
}

/* --- JSON --------------------------------------------------------------------- */

json_t *tsr_build_json_text(struct tsr_build *b, struct tsr_slice text, struct tsr_slice path,
			    const char **why)
{
	struct tsr_json_notes notes;
	struct tsr_err err = TSR_ERR_INIT;
	json_t *root;

	if (tsr_json_load(text, &b->json_limits, &root, &notes, &err) < 0) {
		*why = tsr_arena_printf(b->arena, "%s", err.msg);
		return NULL;
	}
	if (notes.duplicate_keys)
		tsr_build_note(b, "config/ambiguous-keys", path, "an object has the same key twice", NULL);
	return root;
}

/* Does the text look as if it were meant as an index or manifest? Case-insensitive, as its readers are. */
static bool looks_like_manifest(struct tsr_slice text)
{
	static const char *const words[] = { "\"config\"", "\"layers\"", "\"manifests\"", "sha256:" };
	size_t at, i;

	for (at = 0; at < text.len; at++)
		for (i = 0; i < TSR_ARRAY_LEN(words); i++) {
			size_t n = strlen(words[i]);

			if (n <= text.len - at &&
			    tsr_slice_caseeq_str(tsr_slice_sub(text, at, at + n), words[i]))
				return true;
		}
	return false;
}

json_t *tsr_build_json(struct tsr_build *b, const struct tsr_blob *blob, struct tsr_slice path,
		       const char **why, bool *serious)
{
	json_t *root;

	*serious = false;
	if (!blob->json.len) {
		*serious = blob->kind == TSR_BLOB_JSON || (blob->flags & TSR_BLOB_TOO_LONG);
		*why = *serious ? "the document is above the limit for JSON" : "it is not JSON";
		return NULL;
	}
	root = tsr_build_json_text(b, blob->json, path, why);
	if (!root)
		*serious = looks_like_manifest(blob->json);
	return root;
}

/* --- blobs -------------------------------------------------------------------- */

struct tsr_slice tsr_build_blob_name(struct tsr_build *b, struct tsr_slice digest_text)
{
	size_t colon = tsr_slice_find(digest_text, ':', 0);

	return tsr_slice_str(tsr_arena_printf(
		b->arena, "blobs/%.*s/%.*s", TSR_SLICE_ARG(tsr_slice_sub(digest_text, 0, colon)),
		TSR_SLICE_ARG(tsr_slice_sub(digest_text, colon + 1, digest_text.len))));
}

/* skopeo's dir: names blobs by the digits alone. */
static struct tsr_slice bare_name(struct tsr_slice digest_text)
{
	return tsr_slice_sub(digest_text, tsr_slice_find(digest_text, ':', 0) + 1, digest_text.len);
}

/*
 * By name first: that is the file which every loader opens, and most of them do
 * not check what is in it.
 */
struct tsr_blob *tsr_build_blob(struct tsr_build *b, const struct tsr_descriptor *d, unsigned *copies)
{
	struct tsr_blob *blob;

	*copies = 0;
	if (d->digest.alg == TSR_DIGEST_NONE)
		return NULL;
	blob = tsr_members_find(b->members, tsr_build_blob_name(b, d->digest_text), copies);
	if (!blob && b->docker_dir)
		blob = tsr_members_find(b->members, bare_name(d->digest_text), copies);
	if (!blob)
		blob = tsr_members_by_digest(b->members, &d->digest);
	if (!blob)
		blob = tsr_members_by_claim(b->members, &d->digest);
	return blob;
}

/* The name without directory and known endings, as a digest: "<hex>.json", "sha256:<hex>", "blobs/sha256/<hex>". */
void tsr_build_name_claim(struct tsr_slice name, struct tsr_digest *out)
{
	size_t slash = name.len;
	struct tsr_slice base;

	while (slash && name.ptr[slash - 1] != '/')
		slash--;
	base = tsr_slice_sub(name, slash, name.len);
	if (tsr_slice_ends(base, ".json"))
		base.len -= 5;
	*out = (struct tsr_digest){ 0 };
	if (tsr_digest_parse(base, out) < 0 && tsr_digest_parse2(TSR_SLICE("sha256"), base, out) < 0)
		*out = (struct tsr_digest){ 0 };
}

void tsr_build_role(struct tsr_blob *blob, const char *role)
{
	static const char *const rank[] = { "unreferenced", "other",	"legacy", "artifact", "attestation",
					    "index",	    "manifest", "config", "layer" };
	size_t old = 0, new = 0, i;

	for (i = 0; i < TSR_ARRAY_LEN(rank); i++) {
		if (blob->role && !strcmp(blob->role, rank[i]))
			old = i;
		if (!strcmp(role, rank[i]))
			new = i;
	}
	if (!blob->role || new > old)
		blob->role = rank[new];
}

/* The config document of a blob, read once. */
static const struct tsr_config_doc *config_of(struct tsr_build *b, struct tsr_blob *blob)
{
	struct tsr_blob_slot *slot = tsr_build_slot(b, blob);
	struct tsr_config_doc *doc;
	struct tsr_json_notes notes = { false, false };
	struct tsr_err err = TSR_ERR_INIT;
	json_t *root = NULL;

	if (slot->doc)
		return slot->doc;
	doc = tsr_arena_alloc(b->arena, 1, sizeof(*doc));
	if (!blob->json.len)
		doc->why = blob->kind == TSR_BLOB_JSON || (blob->flags & TSR_BLOB_TOO_LONG)
				   ? "the config is above the limit for JSON"
				   : "the config is not JSON";
	else if (tsr_json_load(blob->json, &b->json_limits, &root, &notes, &err) < 0)
		doc->why = tsr_arena_printf(b->arena, "%s", err.msg);
	else
		tsr_config_read(doc, root, notes.duplicate_keys, b->arena, b->limits);
	json_decref(root);
	slot->doc = doc;
	return doc;
}

void tsr_build_set_config(struct tsr_build *b, struct tsr_draft *d, struct tsr_blob *blob,
			  struct tsr_slice name, const struct tsr_digest *claimed)
{
	d->config_name = name;
	d->img.config_digest = *claimed;
	if (!blob)
		return;
	d->img.config_blob = blob;
	if (blob->digest.alg)
		d->img.config_digest = blob->digest;
	d->doc = config_of(b, blob);
}

/* --- drafts ------------------------------------------------------------------- */

void tsr_build_name(struct tsr_build *b, struct tsr_name_list *l, struct tsr_slice name)
{
	struct tsr_slice *grown;
	size_t i;

	if (!name.len)
		return;
	for (i = 0; i < l->n; i++)
		if (tsr_slice_eq(l->list[i], name))
			return;
	if (l->n == TSR_NAMES_MAX) {
		tsr_build_note(b, "archive/manifest-unreadable", TSR_SLICE_NONE,
			       "an image has more than 1000 names", "more than 1000 names of an image");
		return;
	}
	if (l->n == l->cap) {
		l->cap = l->cap ? 2 * l->cap : 4;
		grown = tsr_arena_alloc(b->arena, l->cap, sizeof(*grown));
		if (l->n)
			memcpy(grown, l->list, l->n * sizeof(*grown));
		l->list = grown;
	}
	l->list[l->n++] = tsr_arena_dup(b->arena, name);
}

void tsr_build_layers(struct tsr_build *b, struct tsr_draft *d, size_t n)
{
	size_t max = (size_t)b->limits->layers, left = LAYER_REFS_MAX - b->layer_refs;

	if (max > left)
		max = left;
	d->img.limited = n > max;
	d->img.n_layers = n > max ? max : n;
	b->layer_refs += d->img.n_layers;
	if (d->img.n_layers)
		d->img.layers = tsr_arena_alloc(b->arena, d->img.n_layers, sizeof(*d->img.layers));
}

bool tsr_build_same_config(const struct tsr_draft *a, const struct tsr_draft *b)
{
	if (a->img.config_blob || b->img.config_blob)
		return a->img.config_blob == b->img.config_blob;
	return tsr_digest_eq(&a->img.config_digest, &b->img.config_digest);
}

static bool same_layer(const struct tsr_layer_ref *a, const struct tsr_layer_ref *b)
{
	if (a->blob || b->blob)
		return a->blob == b->blob;
	/* Both absent: manifest.json has only names, so the diff ID must do. */
	if (a->digest.alg && b->digest.alg)
		return tsr_digest_eq(&a->digest, &b->digest);
	if (a->diff_id.alg && b->diff_id.alg)
		return tsr_digest_eq(&a->diff_id, &b->diff_id);
	return tsr_slice_eq(a->name, b->name);
}

static bool same_layers(const struct tsr_draft *a, const struct tsr_draft *b)
{
	size_t i;

	if (a->img.n_layers != b->img.n_layers || a->img.limited != b->img.limited)
		return false;
	for (i = 0; i < a->img.n_layers; i++)
		if (!same_layer(&a->img.layers[i], &b->img.layers[i]))
			return false;
	return true;
}

/* Layers of the index know media type, size and digest; those of manifest.json their member's name. */
static void join_layers(struct tsr_draft *to, const struct tsr_draft *from)
{
	size_t i;

	for (i = 0; i < to->img.n_layers && i < from->img.n_layers; i++) {
		struct tsr_layer_ref *a = &to->img.layers[i];
		const struct tsr_layer_ref *o = &from->img.layers[i];

		if (!same_layer(a, o))
			continue;
		if (!a->digest.alg)
			a->digest = o->digest;
		if (!a->media_type.len)
			a->media_type = o->media_type;
		if (!a->name.len)
			a->name = o->name;
		if (!a->has_size) {
			a->has_size = o->has_size;
			a->size = o->size;
		}
		if (a->presence < o->presence)
			a->presence = o->presence;
	}
}

void tsr_build_join(struct tsr_build *b, struct tsr_draft *to, const struct tsr_draft *from)
{
	size_t i;

	for (i = 0; i < from->names.n; i++)
		tsr_build_name(b, &to->names, from->names.list[i]);
	for (i = 0; i < from->tags.n; i++)
		tsr_build_name(b, &to->tags, from->tags.list[i]);
	to->from |= from->from;
	if (!to->img.manifest_digest.alg) {
		to->img.manifest_digest = from->img.manifest_digest;
		to->img.base_digest = from->img.base_digest;
		to->manifest_name = from->manifest_name;
	}
	if (!to->img.os.len) {
		to->img.os = from->img.os;
		to->img.architecture = from->img.architecture;
		to->img.variant = from->img.variant;
	}
	if (!to->has_config_size) {
		to->has_config_size = from->has_config_size;
		to->config_size = from->config_size;
	}
	join_layers(to, from);
}

uint32_t tsr_build_add(struct tsr_build *b, const struct tsr_draft *d)
{
	size_t i;

	for (i = 0; i < b->n_drafts; i++)
		if (tsr_build_same_config(&b->drafts[i], d) && same_layers(&b->drafts[i], d)) {
			tsr_build_join(b, &b->drafts[i], d);
			b->layer_refs -= d->img.n_layers;
			return (uint32_t)i;
		}
	if (b->n_drafts >= b->limits->images) {
		if (!b->full)
			tsr_build_note(b, "archive/manifest-unreadable", TSR_SLICE_NONE,
				       "the archive has more images than the limit; the rest was not audited",
				       "more images than the limit");
		b->full = true;
		return TSR_NO_DRAFT;
	}
	b->drafts = tsr_grow(b->drafts, &b->cap_drafts, b->n_drafts + 1, sizeof(*b->drafts));
	b->drafts[b->n_drafts] = *d;
	return (uint32_t)b->n_drafts++;
}
