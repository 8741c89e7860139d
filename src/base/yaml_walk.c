/* SPDX-License-Identifier: Apache-2.0 */
#include "base/yaml_walk.h"

#include <yaml.h>

#include "base/mem.h"

/* An open mapping or sequence. Its key is path[i]: the memory is `key`. */
struct level {
	char *key;
	bool mapping;
};

struct walk {
	tsr_yaml_visit *visit;
	void *ctx;
	struct level stack[TSR_YAML_DEPTH];
	struct tsr_slice path[TSR_YAML_DEPTH];
	size_t depth;
	uint32_t documents;
};

static void set_key(struct walk *w, struct tsr_slice key)
{
	struct level *top = &w->stack[w->depth - 1];

	top->key = tsr_xstrndup(key.ptr, key.len);
	w->path[w->depth - 1] = tsr_slice_of(top->key, key.len);
}

/* A value is complete: the mapping that it stands in waits for a key again. */
static void value_done(struct walk *w)
{
	if (!w->depth)
		return;
	free(w->stack[w->depth - 1].key);
	w->stack[w->depth - 1].key = NULL;
	w->path[w->depth - 1] = TSR_SLICE_NONE;
}

static bool wants_key(const struct walk *w)
{
	return w->depth && w->stack[w->depth - 1].mapping && !w->stack[w->depth - 1].key;
}

static void on_scalar(struct walk *w, const yaml_event_t *e)
{
	const struct tsr_slice text = tsr_slice_of(e->data.scalar.value, e->data.scalar.length);
	const struct tsr_yaml_scalar s = {
		.path = w->path,
		.depth = w->depth,
		.value = text,
		.plain = e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE,
		.tagged = e->data.scalar.tag != NULL,
		.document = w->documents ? w->documents - 1 : 0,
		.line = (uint32_t)e->start_mark.line + 1,
	};

	if (wants_key(w)) {
		set_key(w, text);
		return;
	}
	w->visit(w->ctx, &s);
	value_done(w);
}

/* False: too deep. A key that is no scalar counts as an empty one. */
static bool open_container(struct walk *w, bool mapping)
{
	if (w->depth == TSR_YAML_DEPTH)
		return false;
	if (wants_key(w))
		set_key(w, TSR_SLICE(""));
	w->path[w->depth] = TSR_SLICE_NONE;
	w->stack[w->depth++] = (struct level){ NULL, mapping };
	return true;
}

static bool on_event(struct walk *w, const yaml_event_t *e)
{
	switch (e->type) {
	case YAML_DOCUMENT_START_EVENT:
		w->documents++;
		return true;
	case YAML_SCALAR_EVENT:
		on_scalar(w, e);
		return true;
	case YAML_ALIAS_EVENT:
		if (wants_key(w))
			set_key(w, TSR_SLICE(""));
		else
			value_done(w);
		return true;
	case YAML_SEQUENCE_START_EVENT:
		return open_container(w, false);
	case YAML_MAPPING_START_EVENT:
		return open_container(w, true);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		free(w->stack[--w->depth].key);
		value_done(w);
		return true;
	default:
		return e->type != YAML_STREAM_END_EVENT;
	}
}

void tsr_yaml_walk(struct tsr_slice text, tsr_yaml_visit *visit, void *ctx)
{
	struct walk w = { .visit = visit, .ctx = ctx };
	yaml_parser_t parser;
	yaml_event_t e;
	bool more = true;

	if (!yaml_parser_initialize(&parser))
		return;
	yaml_parser_set_input_string(&parser, (const unsigned char *)(text.len ? text.ptr : ""), text.len);
	while (more && yaml_parser_parse(&parser, &e)) {
		more = on_event(&w, &e);
		yaml_event_delete(&e);
	}
	while (w.depth)
		free(w.stack[--w.depth].key);
	yaml_parser_delete(&parser);
}
