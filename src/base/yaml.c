/* SPDX-License-Identifier: Apache-2.0 */
#include "base/yaml.h"

#include <inttypes.h>
#include <yaml.h>

#include "base/buf.h"
#include "base/mem.h"

#define MAX_BYTES (4u << 20)
#define MAX_DEPTH 32

/* An open mapping or sequence; a mapping waits for a key (NULL) or that key's value. */
struct level {
	json_t *container; /* borrowed: the parent holds it, or `root` */
	char *key;
};

struct loader {
	yaml_parser_t parser;
	const char *name;
	struct tsr_err *err;
	struct tsr_slice text;
	struct level stack[MAX_DEPTH];
	size_t depth;
	json_t *root;
	size_t documents;
	struct tsr_yaml_marks *marks; /* or NULL */
};

static int fail(struct loader *l, const yaml_mark_t *at, const char *reason)
{
	return tsr_err_set(l->err, TSR_EUSAGE, "%s:%zu:%zu: %s", l->name, at->line + 1, at->column + 1, reason);
}

static void mark(struct loader *l, const json_t *in, size_t nth, const yaml_mark_t *at)
{
	struct tsr_yaml_marks *m = l->marks;

	if (!m)
		return;
	m->items = tsr_grow(m->items, &m->cap, m->n + 1, sizeof(*m->items));
	m->items[m->n++] = (struct tsr_yaml_mark){ in, nth, { at->line + 1, at->column + 1 } };
}

static bool is_decimal(struct tsr_slice s)
{
	size_t i = s.len && s.ptr[0] == '-', digits = s.len - i;

	if (digits == 0 || (digits > 1 && s.ptr[i] == '0'))
		return false;
	for (; i < s.len; i++)
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return false;
	return true;
}

/* NULL: not UTF-8, which libyaml has ruled out. */
static json_t *scalar_value(struct tsr_slice s, bool plain)
{
	unsigned long long u;
	bool minus = s.len && s.ptr[0] == '-';

	if (plain && tsr_slice_eq_str(s, "true"))
		return json_true();
	if (plain && tsr_slice_eq_str(s, "false"))
		return json_false();
	if (plain && (s.len == 0 || tsr_slice_eq_str(s, "null") || tsr_slice_eq_str(s, "~")))
		return json_null();
	if (plain && is_decimal(s) && tsr_slice_u64(tsr_slice_sub(s, minus, s.len), &u) == 0 &&
	    u <= INT64_MAX)
		return json_integer(minus ? -(json_int_t)u : (json_int_t)u);
	return json_stringn(s.len ? s.ptr : "", s.len);
}

/* Puts `v`, whose reference it takes, where the open container wants it. */
static int place(struct loader *l, json_t *v, const yaml_mark_t *at)
{
	struct level *top = l->depth ? &l->stack[l->depth - 1] : NULL;

	if (!v)
		return fail(l, at, "not valid text");
	if (!top) {
		l->root = v;
		return 0;
	}
	if (json_is_array(top->container)) {
		mark(l, top->container, json_array_size(top->container), at);
		return json_array_append_new(top->container, v) ? fail(l, at, "not valid text") : 0;
	}
	if (!top->key) {
		json_decref(v);
		return fail(l, at, "a key must be a scalar");
	}
	if (json_object_set_new(top->container, top->key, v))
		return fail(l, at, "not valid text");
	free(top->key);
	top->key = NULL;
	return 0;
}

static int take_key(struct loader *l, struct tsr_slice s, bool plain, const yaml_mark_t *at)
{
	struct level *top = &l->stack[l->depth - 1];

	if (plain && tsr_slice_eq_str(s, "<<"))
		return fail(l, at, "merge keys are not supported");
	if (memchr(s.ptr, '\0', s.len))
		return fail(l, at, "a key holds a NUL");
	top->key = tsr_xstrndup(s.ptr, s.len);
	if (json_object_get(top->container, top->key))
		return fail(l, at, "the same key twice in one mapping");
	mark(l, top->container, json_object_size(top->container), at);
	return 0;
}

static int on_scalar(struct loader *l, const yaml_event_t *e)
{
	struct tsr_slice s = tsr_slice_of(e->data.scalar.value, e->data.scalar.length);
	bool plain = e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	struct level *top = l->depth ? &l->stack[l->depth - 1] : NULL;

	if (e->data.scalar.anchor)
		return fail(l, &e->start_mark, "anchors are not supported");
	if (e->data.scalar.tag)
		return fail(l, &e->start_mark, "tags are not supported");
	if (top && json_is_object(top->container) && !top->key)
		return take_key(l, s, plain, &e->start_mark);
	return place(l, scalar_value(s, plain), &e->start_mark);
}

static int open_container(struct loader *l, json_t *v, const yaml_char_t *anchor, const yaml_char_t *tag,
			  const yaml_mark_t *at)
{
	const char *why = NULL;

	if (anchor)
		why = "anchors are not supported";
	else if (tag)
		why = "tags are not supported";
	else if (l->depth == MAX_DEPTH)
		why = "nested too deeply";
	if (why) {
		json_decref(v);
		return fail(l, at, why);
	}
	if (place(l, v, at))
		return -1;
	l->stack[l->depth++] = (struct level){ v, NULL };
	return 0;
}

static int on_event(struct loader *l, const yaml_event_t *e)
{
	switch (e->type) {
	case YAML_DOCUMENT_START_EVENT:
		return ++l->documents > 1 ? fail(l, &e->start_mark, "more than one document") : 0;
	case YAML_ALIAS_EVENT:
		return fail(l, &e->start_mark, "aliases are not supported");
	case YAML_SCALAR_EVENT:
		return on_scalar(l, e);
	case YAML_SEQUENCE_START_EVENT:
		return open_container(l, json_array(), e->data.sequence_start.anchor,
				      e->data.sequence_start.tag, &e->start_mark);
	case YAML_MAPPING_START_EVENT:
		return open_container(l, json_object(), e->data.mapping_start.anchor,
				      e->data.mapping_start.tag, &e->start_mark);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		l->depth--;
		return 0;
	default:
		return 0;
	}
}

static int parse_events(struct loader *l)
{
	for (;;) {
		yaml_event_t e;
		bool end;
		int rc;

		if (!yaml_parser_parse(&l->parser, &e)) {
			/* libyaml's own words; they never quote the text. The reader sets no problem_mark. */
			const char *why = l->parser.problem ? l->parser.problem : "cannot be parsed";
			size_t at = l->parser.problem_mark.index;

			if (l->parser.error == YAML_SCANNER_ERROR && at < l->text.len && l->text.ptr[at] == '\t')
				why = "a tab cannot indent: YAML wants spaces";
			return fail(l,
				    l->parser.error == YAML_READER_ERROR ? &l->parser.mark
									 : &l->parser.problem_mark,
				    why);
		}
		end = e.type == YAML_STREAM_END_EVENT;
		rc = on_event(l, &e);
		yaml_event_delete(&e);
		if (rc || end)
			return rc;
	}
}

static int mark_cmp(const void *a, const void *b)
{
	const struct tsr_yaml_mark *x = a, *y = b;

	if (x->in != y->in)
		return (uintptr_t)x->in < (uintptr_t)y->in ? -1 : 1;
	return (x->nth > y->nth) - (x->nth < y->nth);
}

int tsr_yaml_load_marked(struct tsr_slice text, const char *name, struct tsr_yaml_marks *marks, json_t **out,
			 struct tsr_err *err)
{
	struct loader l = { .name = name, .err = err, .text = text, .marks = marks };
	int rc;

	/* libyaml would count it as a column, and take the second line for one that is less indented. */
	if (tsr_slice_starts(text, "\xef\xbb\xbf"))
		l.text = text = tsr_slice_sub(text, 3, text.len);
	if (text.len > MAX_BYTES)
		return tsr_err_set(err, TSR_EUSAGE, "%s:1:1: larger than 4 MiB", name);
	if (!yaml_parser_initialize(&l.parser))
		return tsr_err_set(err, TSR_EINTERNAL, "%s: libyaml cannot start", name);
	yaml_parser_set_input_string(&l.parser, (const unsigned char *)(text.len ? text.ptr : ""), text.len);
	yaml_parser_set_encoding(&l.parser, YAML_UTF8_ENCODING);
	rc = parse_events(&l);
	if (rc == 0 && !l.root)
		l.root = json_null();
	while (l.depth)
		free(l.stack[--l.depth].key);
	yaml_parser_delete(&l.parser);
	if (rc)
		json_decref(l.root);
	else
		*out = l.root;
	if (marks && marks->n)
		qsort(marks->items, marks->n, sizeof(*marks->items), mark_cmp);
	return rc;
}

int tsr_yaml_load(struct tsr_slice text, const char *name, json_t **out, struct tsr_err *err)
{
	if (tsr_yaml_load_marked(text, name, NULL, out, err))
		return -1;
	if (!json_is_null(*out))
		return 0;
	json_decref(*out);
	*out = NULL;
	return tsr_err_set(err, TSR_EUSAGE, "%s:1:1: no document", name);
}

void tsr_yaml_marks_release(struct tsr_yaml_marks *marks)
{
	free(marks->items);
	*marks = (struct tsr_yaml_marks){ NULL, 0, 0 };
}

struct tsr_yaml_place tsr_yaml_place(const struct tsr_yaml_marks *marks, const json_t *in, size_t nth)
{
	const struct tsr_yaml_mark key = { in, nth, { 0, 0 } };
	const struct tsr_yaml_mark *m =
		marks->n ? bsearch(&key, marks->items, marks->n, sizeof(key), mark_cmp) : NULL;

	return m ? m->at : (struct tsr_yaml_place){ 0, 0 };
}
