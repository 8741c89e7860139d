/* SPDX-License-Identifier: Apache-2.0 */
#include "image/build.h"

#include <string.h>

#include "base/path.h"

/* --- names that claim a digest ---------------------------------------------------- */

/* "blobs/<alg>/<hex>", and "<hex>" in a docker dir. */
static bool claim_of(const struct tsr_build *b, struct tsr_slice name, struct tsr_digest *out)
{
	size_t slash;

	if (b->docker_dir && tsr_digest_parse2(TSR_SLICE("sha256"), name, out) == 0)
		return true;
	if (!tsr_slice_starts(name, "blobs/"))
		return false;
	name = tsr_slice_sub(name, 6, name.len);
	slash = tsr_slice_find(name, '/', 0);
	return slash < name.len && tsr_digest_parse2(tsr_slice_sub(name, 0, slash),
						     tsr_slice_sub(name, slash + 1, name.len), out) == 0;
}

void tsr_build_verify_names(struct tsr_build *b)
{
	size_t i;

	for (i = 0; i < b->members->n; i++) {
		const struct tsr_member *m = &b->members->list[i];
		const struct tsr_digest *computed;
		struct tsr_digest claim;
		struct tsr_blob *blob;

		if (m->blob == TSR_NO_BLOB || !claim_of(b, m->name, &claim))
			continue;
		blob = &b->members->blobs[m->blob];
		computed = claim.alg == TSR_DIGEST_SHA256 ? &blob->digest : &blob->other;
		if (!blob->digest.alg)
			continue; /* not analysed: cut off, which is said elsewhere */
		if (computed->alg != claim.alg) {
			tsr_build_note(b, "archive/digest-mismatch", m->raw,
				       "its digest is of an algorithm that cannot be verified",
				       "a digest that cannot be verified");
		} else if (!tsr_digest_eq(computed, &claim)) {
			blob->flags |= TSR_BLOB_MISMATCH;
			tsr_build_slot(b, blob)->claim = m->raw;
		}
	}
}

/* --- blobs that no image names ---------------------------------------------------- */

static bool is_hex_id(struct tsr_slice s)
{
	size_t i;

	for (i = 0; i < s.len; i++)
		if (!((s.ptr[i] >= '0' && s.ptr[i] <= '9') || (s.ptr[i] >= 'a' && s.ptr[i] <= 'f')))
			return false;
	return s.len == 64;
}

/* docker 25 and later writes one such document for each layer, and nothing refers to them. */
static bool is_legacy(const json_t *root)
{
	return is_hex_id(tsr_json_get_string(root, "id", NULL)) && !tsr_json_get(root, "rootfs", NULL) &&
	       !tsr_json_get(root, "layers", NULL) && !tsr_json_get(root, "manifests", NULL) &&
	       (tsr_json_get(root, "created", NULL) || tsr_json_get(root, "config", NULL) ||
		tsr_json_get(root, "container_config", NULL));
}

static bool has_role(struct tsr_build *b, const json_t *descriptor, const char *role)
{
	struct tsr_descriptor d;
	const struct tsr_blob *blob;
	unsigned copies;

	tsr_descriptor_read(descriptor, &d);
	blob = tsr_build_blob(b, &d, &copies);
	return blob && blob->role && !strcmp(blob->role, role);
}

/*
 * The manifest of an image that manifest.json named, where the index lists
 * nothing: docker 25.0.0 to 25.0.2, saved by ID. All that it names was audited.
 */
static bool is_known_manifest(struct tsr_build *b, const json_t *root)
{
	const json_t *layers = tsr_json_get_array(root, "layers", NULL);
	size_t i;

	if (!has_role(b, tsr_json_get_object(root, "config", NULL), "config"))
		return false;
	for (i = 0; i < json_array_size(layers); i++)
		if (!has_role(b, json_array_get(layers, i), "layer"))
			return false;
	return true;
}

static const char *role_of_json(struct tsr_build *b, const struct tsr_blob *blob)
{
	const char *role = "unreferenced";
	json_t *root = NULL;

	if (!blob->json.len || tsr_json_load(blob->json, &b->json_limits, &root, NULL, NULL) < 0)
		return role;
	if (is_legacy(root))
		role = "legacy";
	else if (is_known_manifest(b, root))
		role = "manifest";
	json_decref(root);
	return role;
}

/* Files that a format has beside images. Small ones only: what hides under such a name is unreferenced. */
static bool is_furniture(const struct tsr_build *b, struct tsr_slice name, const struct tsr_blob *blob)
{
	if (tsr_slice_eq_str(name, "repositories"))
		return blob->kind == TSR_BLOB_JSON;
	if (tsr_slice_eq_str(name, "oci-layout"))
		return blob->kind == TSR_BLOB_JSON && blob->size <= 4096;
	if (tsr_slice_eq_str(tsr_path_base(name), "VERSION") ||
	    (b->docker_dir && tsr_slice_eq_str(name, "version")))
		return blob->size <= 64;
	return b->docker_dir && tsr_slice_starts(name, "signature-") && blob->size <= 64u << 10;
}

void tsr_build_rest(struct tsr_build *b)
{
	size_t i;

	for (i = 0; i < b->members->n; i++) {
		const struct tsr_member *m = &b->members->list[i];
		struct tsr_blob *blob;

		if (m->blob == TSR_NO_BLOB)
			continue;
		blob = &b->members->blobs[m->blob];
		if (blob->role)
			continue;
		if (is_furniture(b, m->name, blob))
			blob->role = "other";
		else
			blob->role = role_of_json(b, blob);
	}
}
