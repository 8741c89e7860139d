/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"
#include "base/json.h"
#include "inspect/fields.h"

struct walk {
	tsr_field_visit *visit;
	void *ctx;
	struct tsr_slice path[TSR_FIELD_DEPTH];
};

static void walk_value(struct walk *w, const json_t *v, size_t depth)
{
	struct tsr_field f = { .path = w->path, .depth = depth };
	const char *name;
	const json_t *member;
	size_t i, len;

	if (json_is_string(v)) {
		f.value = tsr_json_str(v);
		w->visit(w->ctx, &f);
	}
	if (depth == TSR_FIELD_DEPTH)
		return;
	w->path[depth] = TSR_SLICE_NONE;
	json_array_foreach(v, i, member) walk_value(w, member, depth + 1);
	/* json_object_foreach() takes no const object. */
	for (void *at = json_object_iter((json_t *)(uintptr_t)v); at;
	     at = json_object_iter_next((json_t *)(uintptr_t)v, at)) {
		name = json_object_iter_key(at);
		len = strlen(name);
		w->path[depth] = tsr_slice_of(name, len);
		walk_value(w, json_object_iter_value(at), depth + 1);
	}
}

/* Behind the comment that begins at `i`, or `i` where none does. */
static size_t skip_comment(struct tsr_slice s, size_t i)
{
	struct tsr_slice rest = tsr_slice_sub(s, i, s.len);

	if (tsr_slice_starts(rest, "//"))
		return tsr_slice_find(s, '\n', i);
	if (!tsr_slice_starts(rest, "/*"))
		return i;
	for (i += 2; i + 1 < s.len; i++)
		if (s.ptr[i] == '*' && s.ptr[i + 1] == '/')
			return i + 2;
	return s.len;
}

static size_t string_end(struct tsr_slice s, size_t i)
{
	for (i++; i < s.len && s.ptr[i] != '"'; i++)
		i += s.ptr[i] == '\\';
	return i < s.len ? i + 1 : s.len;
}

/* Without comments, and without a comma that only a bracket follows. */
static void plain_json(struct tsr_slice s, struct tsr_buf *out)
{
	size_t comma = SIZE_MAX, i = 0;

	while (i < s.len) {
		size_t end = skip_comment(s, i);
		char c = s.ptr[i];

		if (end > i) {
			i = end;
			continue;
		}
		end = c == '"' ? string_end(s, i) : i + 1;
		if ((c == '}' || c == ']') && comma != SIZE_MAX)
			out->ptr[comma] = ' ';
		if (c == ',')
			comma = out->len;
		else if (!strchr(" \t\r\n", c))
			comma = SIZE_MAX;
		tsr_buf_addsl(out, tsr_slice_sub(s, i, end));
		i = end;
	}
}

void tsr_fields_json(struct tsr_slice content, const struct tsr_limits *limits, tsr_field_visit *visit,
		     void *ctx)
{
	const struct tsr_json_limits l = { limits->json_bytes, (uint32_t)limits->json_values };
	struct tsr_buf plain = TSR_BUF_INIT(content.len);
	struct walk w = { .visit = visit, .ctx = ctx };
	json_t *root = NULL;

	if (tsr_slice_starts(content, "\xef\xbb\xbf"))
		content = tsr_slice_sub(content, 3, content.len);
	plain_json(content, &plain);
	if (!tsr_json_load(tsr_buf_slice(&plain), &l, &root, NULL, NULL))
		walk_value(&w, root, 0);
	json_decref(root);
	tsr_buf_wipe(&plain);
	tsr_buf_release(&plain);
}
