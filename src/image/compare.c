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

/* Names of the images that only the index has, sorted: with many names of many images pairs would be too many. */
struct named {
	struct tsr_slice name;
	struct tsr_draft *draft;
};

struct name_table {
	struct named *list;
	size_t n, cap;
};

static int cmp_named(const void *pa, const void *pb)
{
	const struct named *a = pa, *b = pb;
	int c = tsr_slice_cmp(a->name, b->name);

	return c ? c : (a->draft > b->draft) - (a->draft < b->draft);
}

static void collect_names(struct tsr_build *b, struct name_table *t)
{
	size_t i, k;

	for (i = 0; i < b->n_drafts; i++)
		for (k = 0; only_from(&b->drafts[i], TSR_FROM_INDEX) && k < b->drafts[i].names.n; k++) {
			t->list = tsr_grow(t->list, &t->cap, t->n + 1, sizeof(*t->list));
			t->list[t->n++] = (struct named){ b->drafts[i].names.list[k], &b->drafts[i] };
		}
	if (t->n)
		qsort(t->list, t->n, sizeof(*t->list), cmp_named);
}

static bool is_free(const struct tsr_draft *d)
{
	return only_from(d, TSR_FROM_INDEX) && !d->mismatch;
}

/* An image that only the index has, under one of these names. */
static struct tsr_draft *by_name(const struct name_table *t, const struct tsr_draft *d)
{
	size_t i;

	for (i = 0; i < d->names.n; i++) {
		size_t from = 0, to = t->n;

		while (from < to) {
			size_t mid = from + (to - from) / 2;

			if (tsr_slice_cmp(t->list[mid].name, d->names.list[i]) < 0)
				from = mid + 1;
			else
				to = mid;
		}
		for (; from < t->n && tsr_slice_eq(t->list[from].name, d->names.list[i]); from++)
			if (is_free(t->list[from].draft))
				return t->list[from].draft;
	}
	return NULL;
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

/* An image that only the index has, with the same config. */
static struct tsr_draft *by_config(struct tsr_build *b, const struct tsr_draft *d)
{
	size_t i;

	for (i = 0; i < b->n_drafts; i++)
		if (is_free(&b->drafts[i]) && tsr_build_same_config(d, &b->drafts[i]))
			return &b->drafts[i];
	return NULL;
}

static void compare_one(struct tsr_build *b, const struct name_table *names, struct tsr_draft *d)
{
	struct tsr_draft *o = by_config(b, d);

	if (o && is_docker_25(d, o)) {
		tsr_build_join(b, d, o);
		o->dropped = true;
		d->mismatch =
			"index.json gives other layers than manifest.json, as docker 25.0.0 wrote them; "
			"the config's diff IDs agree with manifest.json, which is what was audited";
	} else if (o) {
		d->mismatch = o->mismatch = "manifest.json and index.json give one config different layers; "
					    "both images were audited";
	} else if ((o = by_name(names, d))) {
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

		if (b->groups[i].group < *n &&
		    (d->dropped || d->mismatch || (d->from & TSR_FROM_MANIFEST_JSON)))
			matched[b->groups[i].group] = true;
	}
	return matched;
}

void tsr_build_compare(struct tsr_build *b)
{
	struct name_table names = { NULL, 0, 0 };
	bool *matched;
	size_t i, n;

	if (!b->manifest_read || !b->index_read)
		return;
	collect_names(b, &names);
	for (i = 0; i < b->n_drafts; i++)
		if (only_from(&b->drafts[i], TSR_FROM_MANIFEST_JSON))
			compare_one(b, &names, &b->drafts[i]);
	free(names.list);
	matched = matched_groups(b, &n);
	for (i = 0; i < b->n_groups; i++) {
		struct tsr_draft *d = &b->drafts[b->groups[i].draft];

		if (b->groups[i].group < n && !matched[b->groups[i].group] && only_from(d, TSR_FROM_INDEX) &&
		    !d->mismatch)
			d->mismatch = "index.json has this image, manifest.json has not";
	}
	free(matched);
}
