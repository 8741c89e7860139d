/* SPDX-License-Identifier: Apache-2.0 */
#include "image/build.h"

#include <string.h>

#include "base/mem.h"
#include "base/path.h"

/*
 * What docker save wrote before 1.10, and what Bazel and others still can: no
 * manifest.json, but <id>/json and <id>/layer.tar for each layer, chained by
 * `parent`, and `repositories` with the tags. There are no diff IDs; nothing in
 * such an archive can be verified.
 */

struct v1_node {
	struct tsr_slice id; /* directory's name */
	struct tsr_blob *json;
	struct tsr_slice parent; /* arena */
	struct tsr_history step; /* what made its layer */
	bool has_layer, has_child;
	uint32_t draft; /* of the image whose topmost layer this is */
};

struct v1_set {
	struct v1_node *list;
	size_t n, cap;
};

static struct tsr_slice member_name(struct tsr_build *b, struct tsr_slice id, const char *file)
{
	return tsr_slice_str(tsr_arena_printf(b->arena, "%.*s/%s", TSR_SLICE_ARG(id), file));
}

/* "<id>" of "<id>/json": one directory, of hex digits. */
static bool is_node_name(struct tsr_slice name, struct tsr_slice *id)
{
	size_t slash = tsr_slice_find(name, '/', 0), i;

	if (!slash || !tsr_slice_eq_str(tsr_slice_sub(name, slash, name.len), "/json"))
		return false;
	*id = tsr_slice_sub(name, 0, slash);
	for (i = 0; i < id->len; i++)
		if (!strchr("0123456789abcdefABCDEF", id->ptr[i]))
			return false;
	return true;
}

static bool recognise(struct tsr_build *b)
{
	struct tsr_slice id;
	size_t i;

	/* An index does not keep docker's graph driver from loading these folders. */
	if (tsr_members_find(b->members, TSR_SLICE("manifest.json"), NULL))
		return false;
	for (i = 0; i < b->members->n; i++)
		if (is_node_name(b->members->list[i].name, &id) &&
		    tsr_members_find(b->members, member_name(b, id, "layer.tar"), NULL))
			return true;
	return false;
}

static int by_id(const void *a, const void *b)
{
	const struct v1_node *x = a, *y = b;

	return tsr_slice_cmp(x->id, y->id);
}

static struct v1_node *find_node(const struct v1_set *set, struct tsr_slice id)
{
	const struct v1_node key = { .id = id };

	return set->n ? bsearch(&key, set->list, set->n, sizeof(key), by_id) : NULL;
}

static json_t *node_json(struct tsr_build *b, const struct v1_node *node, bool *duplicate)
{
	struct tsr_json_notes notes = { false, false };
	json_t *root = NULL;

	if (node->json->json.len)
		tsr_json_load(node->json->json, &b->json_limits, &root, &notes, NULL);
	if (duplicate)
		*duplicate = notes.duplicate_keys;
	return root;
}

static void collect(struct tsr_build *b, struct v1_set *set)
{
	size_t i, n = 0;

	for (i = 0; i < b->members->n; i++) {
		struct tsr_slice id, parent;
		struct tsr_blob *blob;
		unsigned copies = 0;
		json_t *root;

		if (!is_node_name(b->members->list[i].name, &id))
			continue;
		blob = tsr_members_find(b->members, b->members->list[i].name, &copies);
		if (!blob)
			continue;
		tsr_build_copies(b, blob, b->members->list[i].name, copies);
		set->list = tsr_grow(set->list, &set->cap, set->n + 1, sizeof(*set->list));
		set->list[set->n] = (struct v1_node){ .id = id, .json = blob, .draft = TSR_NO_DRAFT };
		root = node_json(b, &set->list[set->n], NULL);
		parent = tsr_json_get_string(root, "parent", NULL);
		if (parent.len)
			set->list[set->n].parent = tsr_arena_dup(b->arena, parent);
		tsr_config_read_v1_step(&set->list[set->n].step, root, b->arena);
		json_decref(root);
		set->list[set->n].has_layer =
			tsr_members_find(b->members, member_name(b, id, "layer.tar"), NULL);
		set->n++;
	}
	if (!set->n)
		return;
	qsort(set->list, set->n, sizeof(*set->list), by_id);
	/* A name that occurs twice is one node: both members resolve to the same blob. */
	for (i = 1; i < set->n; i++)
		if (!tsr_slice_eq(set->list[n].id, set->list[i].id))
			set->list[++n] = set->list[i];
	set->n = n + 1;
	for (i = 0; i < set->n; i++) {
		struct v1_node *parent = find_node(set, set->list[i].parent);

		if (parent)
			parent->has_child = true;
	}
}

/* Length of the chain from `top` down, at most `max`; a parent that is absent or comes again ends it. */
static size_t chain_length(const struct v1_set *set, const struct v1_node *top, size_t max,
			   const char **broken)
{
	const struct v1_node *node = top;
	size_t n = 1;

	while (node->parent.len && n < max) {
		node = find_node(set, node->parent);
		if (!node) {
			*broken = "a parent layer is not in the archive";
			return n;
		}
		n++;
	}
	if (node->parent.len)
		*broken = "the chain of parents is longer than the limit, or a circle";
	return n;
}

static void fill_layer(struct tsr_build *b, struct tsr_layer_ref *l, struct tsr_history *h,
		       const struct v1_node *node, uint32_t position)
{
	unsigned copies = 0;

	*h = node->step;
	h->layer = position;
	l->created_by = h->created_by;
	l->name = member_name(b, node->id, "layer.tar");
	l->blob = tsr_members_find(b->members, l->name, &copies);
	if (l->blob)
		tsr_build_copies(b, l->blob, l->name, copies);
	else
		l->presence = TSR_LAYER_MISSING;
}

static void read_chain(struct tsr_build *b, const struct v1_set *set, struct v1_node *top)
{
	struct tsr_draft d = { .from = TSR_FROM_V1, .config_name = member_name(b, top->id, "json") };
	struct tsr_config_doc *doc = tsr_arena_alloc(b->arena, 1, sizeof(*doc));
	const struct v1_node *node = top;
	const char *broken = NULL;
	bool duplicate = false;
	json_t *root = node_json(b, top, &duplicate);
	size_t i;

	tsr_config_read_v1(doc, root, duplicate, b->arena);
	json_decref(root);
	tsr_build_layers(b, &d, chain_length(set, top, (size_t)b->limits->layers, &broken));
	if (broken)
		tsr_build_unreadable(b, d.config_name, broken, false);
	if (d.img.n_layers)
		doc->config.history = tsr_arena_alloc(b->arena, d.img.n_layers, sizeof(*doc->config.history));
	doc->config.n_history = d.img.n_layers;
	doc->n_made = d.img.n_layers;
	for (i = d.img.n_layers; i-- > 0; node = find_node(set, node->parent))
		fill_layer(b, &d.img.layers[i], &doc->config.history[i], node, (uint32_t)i);
	d.img.config_blob = top->json;
	d.img.config_digest = top->json->digest;
	d.doc = doc;
	top->draft = tsr_build_add(b, &d);
}

static void read_image(struct tsr_build *b, const struct v1_set *set, struct v1_node *top,
		       struct tsr_slice tag)
{
	if (top->draft == TSR_NO_DRAFT)
		read_chain(b, set, top);
	if (top->draft != TSR_NO_DRAFT)
		tsr_build_name(b, &b->drafts[top->draft].names, tag);
}

/* repositories: {"name": {"tag": "<id>"}}. The keys are names, so nothing folds. */
static void read_tags(struct tsr_build *b, struct v1_set *set)
{
	struct tsr_blob *blob = tsr_members_find(b->members, TSR_SLICE("repositories"), NULL);
	const char *why = NULL, *name, *tag;
	bool serious;
	json_t *root, *tags, *id;

	if (!blob)
		return;
	root = tsr_build_json(b, blob, TSR_SLICE("repositories"), &why, &serious);
	if (!root)
		tsr_build_unreadable(b, TSR_SLICE("repositories"), why, serious);
	json_object_foreach(root, name, tags)
	{
		json_object_foreach(tags, tag, id)
		{
			struct v1_node *top = find_node(set, tsr_json_str(id));

			if (b->full)
				break;
			if (!top) {
				tsr_build_unreadable(b, TSR_SLICE("repositories"),
						     "it names a layer that is not here", true);
				continue;
			}
			read_image(b, set, top,
				   tsr_slice_str(tsr_arena_printf(b->arena, "%s:%s", name, tag)));
		}
	}
	json_decref(root);
}

static void read_archive(struct tsr_build *b)
{
	struct v1_set set = { NULL, 0, 0 };
	size_t i;

	b->nothing = "no image is complete";
	collect(b, &set);
	read_tags(b, &set);
	/* A head without a tag is an image that was saved by its ID. */
	for (i = 0; i < set.n && !b->full; i++)
		if (!set.list[i].has_child && set.list[i].has_layer)
			read_image(b, &set, &set.list[i], TSR_SLICE_NONE);
	for (i = 0; i < set.n; i++)
		tsr_build_role(set.list[i].json, "legacy");
	free(set.list);
	if (b->n_drafts)
		tsr_build_note(b, "archive/legacy-format", TSR_SLICE_NONE,
			       "an archive without manifest.json: digests and layer order cannot be verified",
			       NULL);
}

static const char *format(struct tsr_build *b)
{
	(void)b;
	return "docker-archive-v1";
}

const struct tsr_reader tsr_reader_v1 = {
	.name = "v1",
	.help = "docker save before 1.10: repositories, <id>/json, <id>/layer.tar",
	.recognise = recognise,
	.read = read_archive,
	.format = format,
};
