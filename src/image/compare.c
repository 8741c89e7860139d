/* SPDX-License-Identifier: Apache-2.0 */
#include "image/build.h"

#include "base/mem.h"

/*
 * Holds manifest.json against index.json. docker's graph driver, syft, trivy and
 * crane read the first, containerd, podman and docker with the containerd store
 * the second: where they differ, what is audited by one is not what runs
 * under the other. Images that both describe were joined before; what is left here
 * differs, or is described once.
 *
 * Not a disagreement: an index that lists nothing (docker 25.0.0 to 25.0.2, saved
 * by ID), an untagged image that the index lacks (docker to this day), the other
 * platforms of an entry of which manifest.json has one (containerd).
 */

static bool only_from(const struct tsr_draft *d, unsigned from)
{
	return !d->dropped && (d->from & (TSR_FROM_MANIFEST_JSON | TSR_FROM_INDEX)) == from;
}

static bool share_name(const struct tsr_draft *a, const struct tsr_draft *b)
{
	size_t i, j;

	for (i = 0; i < a->names.n; i++)
		for (j = 0; j < b->names.n; j++)
			if (tsr_slice_eq(a->names.list[i], b->names.list[j]))
				return true;
	return false;
}

static bool has_layer(const struct tsr_draft *d, const struct tsr_blob *blob)
{
	size_t i;

	for (i = 0; i < d->img.n_layers; i++)
		if (d->img.layers[i].blob == blob)
			return true;
	return false;
}

/*
 * docker 25.0.0 wrote the layers of the index's manifest in random order and without
 * repetitions, its release candidates wrote none. Its layers are plain, so their
 * digests are their diff IDs, and the config can decide.
 */
static bool is_docker_25(const struct tsr_draft *manifest, const struct tsr_draft *index)
{
	const struct tsr_image *img = &manifest->img;
	size_t i;

	if (!manifest->doc || !img->n_layers || manifest->doc->config.n_diff_ids != img->n_layers ||
	    index->img.n_layers > img->n_layers)
		return false;
	for (i = 0; i < img->n_layers; i++)
		if (!img->layers[i].blob ||
		    !tsr_digest_eq(&img->layers[i].blob->digest, &manifest->doc->config.diff_ids[i]))
			return false;
	for (i = 0; i < index->img.n_layers; i++)
		if (!has_layer(manifest, index->img.layers[i].blob))
			return false;
	return true;
}

/* The first image that only the index has and that goes with this one by config, else by name. */
static struct tsr_draft *counterpart(struct tsr_build *b, const struct tsr_draft *d, bool by_config)
{
	size_t i;

	for (i = 0; i < b->n_drafts; i++) {
		struct tsr_draft *o = &b->drafts[i];

		if (only_from(o, TSR_FROM_INDEX) && !o->mismatch &&
		    (by_config ? tsr_build_same_config(d, o) : share_name(d, o)))
			return o;
	}
	return NULL;
}

static void compare_one(struct tsr_build *b, struct tsr_draft *d)
{
	struct tsr_draft *o = counterpart(b, d, true);

	if (o && is_docker_25(d, o)) {
		tsr_build_join(b, d, o);
		o->dropped = true;
		d->mismatch = "index.json gives other layers than manifest.json, as docker 25.0.0 wrote them; "
			      "the config's diff IDs agree with manifest.json, which is what was audited";
	} else if (o) {
		d->mismatch = o->mismatch = "manifest.json and index.json give one config different layers; "
					    "both images were audited";
	} else if ((o = counterpart(b, d, false))) {
		d->mismatch = o->mismatch = "manifest.json and index.json give one name different images; "
					    "both were audited";
	} else if (d->names.n) {
		d->mismatch = "manifest.json has this image, index.json has not";
	}
}

/* Is anything under this entry of index.json in manifest.json as well, or was it found to differ? */
static bool *matched_groups(struct tsr_build *b, size_t *n)
{
	bool *matched;
	size_t i;

	*n = 0;
	for (i = 0; i < b->n_groups; i++)
		if (b->groups[i].group != TSR_DIR_GROUP && b->groups[i].group >= *n)
			*n = (size_t)b->groups[i].group + 1;
	matched = tsr_xcalloc(*n + 1, sizeof(*matched));
	for (i = 0; i < b->n_groups; i++) {
		const struct tsr_draft *d = &b->drafts[b->groups[i].draft];

		if (b->groups[i].group < *n && (d->dropped || d->mismatch || (d->from & TSR_FROM_MANIFEST_JSON)))
			matched[b->groups[i].group] = true;
	}
	return matched;
}

void tsr_build_compare(struct tsr_build *b)
{
	bool *matched;
	size_t i, n;

	if (!b->manifest_read || !b->index_read)
		return;
	for (i = 0; i < b->n_drafts; i++)
		if (only_from(&b->drafts[i], TSR_FROM_MANIFEST_JSON))
			compare_one(b, &b->drafts[i]);
	matched = matched_groups(b, &n);
	for (i = 0; i < b->n_groups; i++) {
		struct tsr_draft *d = &b->drafts[b->groups[i].draft];

		if (b->groups[i].group < n && !matched[b->groups[i].group] && only_from(d, TSR_FROM_INDEX) &&
		    !d->mismatch)
			d->mismatch = "index.json has this image, manifest.json has not";
	}
	free(matched);
}
