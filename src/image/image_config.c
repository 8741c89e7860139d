/* SPDX-License-Identifier: Apache-2.0 */
#include "image/image_config.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

static void refuse(struct tsr_config_doc *doc)
{
	doc->why = "a field has a type that no runtime accepts";
}

/* A string field into the arena; another type is what Go's decoder refuses. */
static struct tsr_slice string_field(struct tsr_config_doc *doc, const json_t *object, const char *key,
				     struct tsr_arena *arena)
{
	bool wrong = false;
	struct tsr_slice s;

	tsr_json_get(object, key, &doc->ambiguous);
	s = tsr_json_get_string(object, key, &wrong);
	if (wrong)
		refuse(doc);
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
		refuse(doc);
	return value;
}

static void read_platform(struct tsr_config_doc *doc, const json_t *root, struct tsr_arena *arena)
{
	doc->config.os = string_field(doc, root, "os", arena);
	doc->config.architecture = string_field(doc, root, "architecture", arena);
	doc->config.variant = string_field(doc, root, "variant", arena);
	doc->config.os_version = string_field(doc, root, "os.version", arena);
}

/* An element of a list or a value of a map that must be a string; null is the empty one, as in Go. */
static struct tsr_slice string_item(struct tsr_config_doc *doc, const json_t *item, struct tsr_arena *arena)
{
	struct tsr_slice s = tsr_json_str(item);

	if (!json_is_string(item) && !json_is_null(item))
		refuse(doc);
	return s.len ? tsr_arena_dup(arena, s) : TSR_SLICE_NONE;
}

static struct tsr_slices string_list(struct tsr_config_doc *doc, const json_t *object, const char *key,
				     struct tsr_arena *arena)
{
	const json_t *list = typed_field(doc, object, key, tsr_json_get_array);
	struct tsr_slices out = { NULL, json_array_size(list) };

	if (out.n)
		out.at = tsr_arena_alloc(arena, out.n, sizeof(*out.at));
	for (size_t i = 0; i < out.n; i++)
		out.at[i] = string_item(doc, json_array_get(list, i), arena);
	return out;
}

/* A command: docker takes a string for a list of one. */
static struct tsr_slices command(struct tsr_config_doc *doc, const json_t *object, const char *key,
				 struct tsr_arena *arena)
{
	struct tsr_slices out = { NULL, 1 };

	if (!json_is_string(tsr_json_get(object, key, NULL)))
		return string_list(doc, object, key, arena);
	out.at = tsr_arena_alloc(arena, 1, sizeof(*out.at));
	out.at[0] = string_field(doc, object, key, arena);
	return out;
}

/* The keys of a map to empty objects. */
static struct tsr_slices key_set(struct tsr_config_doc *doc, const json_t *object, const char *key,
				 struct tsr_arena *arena)
{
	json_t *map = typed_field(doc, object, key, tsr_json_get_object), *value;
	struct tsr_slices out = { NULL, 0 };
	const char *name;

	if (json_object_size(map))
		out.at = tsr_arena_alloc(arena, json_object_size(map), sizeof(*out.at));
	json_object_foreach(map, name, value) {
		if (!json_is_object(value) && !json_is_null(value))
			refuse(doc);
		out.at[out.n++] = tsr_arena_dup(arena, tsr_slice_str(name));
	}
	return out;
}

static void read_labels(struct tsr_config_doc *doc, const json_t *run, struct tsr_arena *arena)
{
	json_t *map = typed_field(doc, run, "Labels", tsr_json_get_object), *value;
	const char *name;

	if (json_object_size(map))
		doc->config.labels = tsr_arena_alloc(arena, json_object_size(map), sizeof(*doc->config.labels));
	json_object_foreach(map, name, value) {
		struct tsr_label *label = &doc->config.labels[doc->config.n_labels++];

		label->name = tsr_arena_dup(arena, tsr_slice_str(name));
		label->value = string_item(doc, value, arena);
	}
}

static int64_t integer(struct tsr_config_doc *doc, const json_t *object, const char *key)
{
	const json_t *value = tsr_json_get(object, key, &doc->ambiguous);

	if (json_is_integer(value))
		return json_integer_value(value);
	/* All integers are reals in a document in which one did not fit. */
	if (json_is_real(value) && json_real_value(value) > -9e15 && json_real_value(value) < 9e15 &&
	    (double)(int64_t)json_real_value(value) == json_real_value(value))
		return (int64_t)json_real_value(value);
	if (value && !json_is_null(value))
		refuse(doc);
	return 0;
}

static void read_healthcheck(struct tsr_config_doc *doc, const json_t *run, struct tsr_arena *arena)
{
	const json_t *object = typed_field(doc, run, "Healthcheck", tsr_json_get_object);
	struct tsr_healthcheck *h = &doc->config.healthcheck;

	h->present = object != NULL;
	h->test = string_list(doc, object, "Test", arena);
	h->interval = integer(doc, object, "Interval");
	h->timeout = integer(doc, object, "Timeout");
	h->start_period = integer(doc, object, "StartPeriod");
	h->start_interval = integer(doc, object, "StartInterval");
	h->retries = integer(doc, object, "Retries");
}

/* What a container is made with: the object `config`. */
static void read_run(struct tsr_config_doc *doc, const json_t *run, struct tsr_arena *arena)
{
	struct tsr_config *c = &doc->config;

	c->user = string_field(doc, run, "User", arena);
	c->env = string_list(doc, run, "Env", arena);
	c->entrypoint = command(doc, run, "Entrypoint", arena);
	c->cmd = command(doc, run, "Cmd", arena);
	c->shell = command(doc, run, "Shell", arena);
	c->exposed_ports = key_set(doc, run, "ExposedPorts", arena);
	c->volumes = key_set(doc, run, "Volumes", arena);
	c->on_build = string_list(doc, run, "OnBuild", arena);
	c->working_dir = string_field(doc, run, "WorkingDir", arena);
	c->stop_signal = string_field(doc, run, "StopSignal", arena);
	read_labels(doc, run, arena);
	read_healthcheck(doc, run, arena);
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
	read_run(out, run, arena);
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
	read_run(out, run, arena);
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
