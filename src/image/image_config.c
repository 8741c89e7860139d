/* SPDX-License-Identifier: Apache-2.0 */
#include "image/image_config.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

/* A string field into the arena; another type is what Go's decoder refuses. */
static struct tsr_slice string_field(struct tsr_config_doc *doc, const json_t *object, const char *key,
				     struct tsr_arena *arena)
{
	bool wrong = false;
	struct tsr_slice s;

	tsr_json_get(object, key, &doc->ambiguous);
	s = tsr_json_get_string(object, key, &wrong);
	if (wrong)
		doc->why = "a field has a type that no runtime accepts";
	return s.len ? tsr_arena_dup(arena, s) : TSR_SLICE_NONE;
}

/* A field of another type than string, by the getter of its type. */
static json_t *typed_field(struct tsr_config_doc *doc, const json_t *object, const char *key,
			   json_t *(*get)(const json_t *object, const char *key, bool *wrong))
{
	bool wrong = false;
	json_t *value;

	tsr_json_get(object, key, &doc->ambiguous);
	value = get(object, key, &wrong);
	if (wrong)
		doc->why = "a field has a type that no runtime accepts";
	return value;
}

static void read_platform(struct tsr_config_doc *doc, const json_t *root, struct tsr_arena *arena)
{
	doc->config.os = string_field(doc, root, "os", arena);
	doc->config.architecture = string_field(doc, root, "architecture", arena);
	doc->config.variant = string_field(doc, root, "variant", arena);
	doc->config.os_version = string_field(doc, root, "os.version", arena);
}

/* Fields that change what a container does: if two keys fold to one of them, readers may differ. */
static void look_for_twins(struct tsr_config_doc *doc, const json_t *run)
{
	static const char *const fields[] = {
		"User",	  "Env",     "Cmd",	    "Entrypoint", "WorkingDir", "ExposedPorts",
		"Labels", "Volumes", "Healthcheck", "OnBuild",	  "StopSignal", "Shell",
	};
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(fields); i++)
		tsr_json_get(run, fields[i], &doc->ambiguous);
}

static void read_rootfs(struct tsr_config_doc *doc, const json_t *root, struct tsr_arena *arena,
			const struct tsr_limits *limits)
{
	json_t *rootfs = typed_field(doc, root, "rootfs", tsr_json_get_object);
	struct tsr_slice type = string_field(doc, rootfs, "type", arena);
	json_t *ids = typed_field(doc, rootfs, "diff_ids", tsr_json_get_array);
	size_t n = json_array_size(ids), i;

	if (rootfs && !tsr_slice_eq_str(type, "layers"))
		doc->why = "rootfs.type is not \"layers\"";
	if (n > limits->layers) {
		n = (size_t)limits->layers;
		doc->limited = true;
	}
	if (!n)
		return;
	doc->config.diff_ids = tsr_arena_alloc(arena, n, sizeof(*doc->config.diff_ids));
	doc->config.n_diff_ids = n;
	for (i = 0; i < n; i++)
		if (tsr_digest_parse(tsr_json_str(json_array_get(ids, i)), &doc->config.diff_ids[i]) < 0) {
			doc->config.diff_ids[i] = (struct tsr_digest){ 0 };
			doc->why = "rootfs.diff_ids holds what is no digest";
		}
}

static void read_history(struct tsr_config_doc *doc, const json_t *root, struct tsr_arena *arena,
			 const struct tsr_limits *limits)
{
	json_t *list = typed_field(doc, root, "history", tsr_json_get_array);
	size_t n = json_array_size(list), i;

	/* Twice as many: most instructions make no layer. */
	if (n > 2 * limits->layers) {
		n = (size_t)(2 * limits->layers);
		doc->limited = true;
	}
	if (!n)
		return;
	doc->config.history = tsr_arena_alloc(arena, n, sizeof(*doc->config.history));
	doc->config.n_history = n;
	for (i = 0; i < n; i++) {
		struct tsr_history *h = &doc->config.history[i];
		const json_t *item = json_array_get(list, i);

		h->created_by = string_field(doc, item, "created_by", arena);
		h->comment = string_field(doc, item, "comment", arena);
		h->author = string_field(doc, item, "author", arena);
		h->created = string_field(doc, item, "created", arena);
		h->empty_layer = json_is_true(tsr_json_get(item, "empty_layer", &doc->ambiguous));
		h->layer = UINT32_MAX;
		doc->n_made += !h->empty_layer;
	}
}

/* The k-th item that made a layer made layer k: true only when the counts agree. */
static bool number_layers(struct tsr_history *history, size_t n, size_t made, size_t n_layers)
{
	uint32_t layer = 0;
	size_t i;

	for (i = 0; i < n; i++)
		history[i].layer = made == n_layers && !history[i].empty_layer ? layer++ : UINT32_MAX;
	return made == n_layers;
}

void tsr_config_read(struct tsr_config_doc *out, const json_t *root, bool duplicate, struct tsr_arena *arena,
		     const struct tsr_limits *limits)
{
	json_t *run;

	*out = (struct tsr_config_doc){ .ambiguous = duplicate };
	if (!json_is_object(root)) {
		out->why = "the config is no JSON object";
		return;
	}
	out->readable = true;
	read_platform(out, root, arena);
	run = typed_field(out, root, "config", tsr_json_get_object);
	look_for_twins(out, run);
	out->config.user = string_field(out, run, "User", arena);
	read_rootfs(out, root, arena, limits);
	read_history(out, root, arena, limits);
	number_layers(out->config.history, out->config.n_history, out->n_made, out->config.n_diff_ids);
}

void tsr_config_read_v1(struct tsr_config_doc *out, const json_t *root, bool duplicate,
			struct tsr_arena *arena)
{
	json_t *run;

	*out = (struct tsr_config_doc){ .ambiguous = duplicate };
	if (!json_is_object(root)) {
		out->why = "the config is no JSON object";
		return;
	}
	out->readable = true;
	read_platform(out, root, arena);
	run = typed_field(out, root, "config", tsr_json_get_object);
	if (!run)
		run = typed_field(out, root, "container_config", tsr_json_get_object);
	look_for_twins(out, run);
	out->config.user = string_field(out, run, "User", arena);
}

void tsr_config_read_v1_step(struct tsr_history *out, const json_t *root, struct tsr_arena *arena)
{
	struct tsr_config_doc ignored = { 0 };
	json_t *cmd = tsr_json_get_array(tsr_json_get_object(root, "container_config", NULL), "Cmd", NULL);
	TSR_AUTO(tsr_buf) struct tsr_buf b = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	size_t i;

	/* As docker's conversion to history does: the words joined by spaces. */
	for (i = 0; i < json_array_size(cmd); i++) {
		if (i)
			tsr_buf_addc(&b, ' ');
		tsr_buf_addsl(&b, tsr_json_str(json_array_get(cmd, i)));
	}
	*out = (struct tsr_history){ .layer = UINT32_MAX };
	if (b.len)
		out->created_by = tsr_arena_dup(arena, tsr_buf_slice(&b));
	out->comment = string_field(&ignored, root, "comment", arena);
	out->author = string_field(&ignored, root, "author", arena);
	out->created = string_field(&ignored, root, "created", arena);
}

const struct tsr_config *tsr_config_align(const struct tsr_config_doc *doc, size_t n_layers,
					  struct tsr_arena *arena, bool *aligned)
{
	bool numbered = doc->n_made == doc->config.n_diff_ids;
	struct tsr_config *copy;

	*aligned = doc->n_made == n_layers;
	if (!doc->config.n_history || (*aligned ? numbered : !numbered))
		return &doc->config;
	copy = tsr_arena_alloc(arena, 1, sizeof(*copy));
	*copy = doc->config;
	copy->history = tsr_arena_alloc(arena, copy->n_history, sizeof(*copy->history));
	memcpy(copy->history, doc->config.history, copy->n_history * sizeof(*copy->history));
	number_layers(copy->history, copy->n_history, doc->n_made, n_layers);
	return copy;
}
