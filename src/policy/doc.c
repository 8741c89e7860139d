/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/doc.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include "base/mem.h"
#include "base/nearest.h"
#include "base/text.h"
#include "rule/glob.h"

int tsr_doc_parse(struct tsr_doc *doc, struct tsr_slice text, const char *name, struct tsr_arena *arena, struct tsr_err *err)
{
	*doc = (struct tsr_doc){ .path = name, .name = tsr_text_escaped(arena, tsr_slice_str(name)).ptr, .arena = arena };
	return tsr_yaml_load_marked(text, doc->name, &doc->marks, &doc->root, err);
}

void tsr_doc_release(struct tsr_doc *doc)
{
	json_decref(doc->root);
	doc->root = NULL;
	tsr_yaml_marks_release(&doc->marks);
}

struct tsr_value tsr_doc_root(const struct tsr_doc *doc)
{
	return (struct tsr_value){ doc, doc->root, { 1, 1 }, "" };
}

const char *tsr_value_place(const struct tsr_value *v)
{
	return tsr_arena_printf(v->doc->arena, "%s:%zu:%zu", v->doc->name, v->at.line, v->at.column);
}

int tsr_value_fail(const struct tsr_value *v, struct tsr_err *err, const char *fmt, ...)
{
	char why[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	return tsr_err_set(err, TSR_EUSAGE, "%s:%zu:%zu: %s%s%s", v->doc->name, v->at.line, v->at.column, v->key, *v->key ? ": " : "", why);
}

bool tsr_value_next(const struct tsr_value *v, struct tsr_walk *walk, struct tsr_value *member)
{
	json_t *object = (json_t *)(uintptr_t)v->json;

	walk->at = walk->nth ? json_object_iter_next(object, walk->at) : json_object_iter(object);
	if (!walk->at)
		return false;
	*member = (struct tsr_value){ v->doc, json_object_iter_value(walk->at),
				      tsr_yaml_place(&v->doc->marks, object, walk->nth++),
				      tsr_text_escaped(v->doc->arena, tsr_slice_str(json_object_iter_key(walk->at))).ptr };
	return true;
}

bool tsr_value_item(const struct tsr_value *v, size_t nth, struct tsr_value *item)
{
	if (nth >= json_array_size(v->json))
		return false;
	*item = (struct tsr_value){ v->doc, json_array_get(v->json, nth), tsr_yaml_place(&v->doc->marks, v->json, nth), v->key };
	return true;
}

size_t tsr_value_count(const struct tsr_value *v)
{
	return json_is_array(v->json) ? json_array_size(v->json) : json_object_size(v->json);
}

bool tsr_value_is(const struct tsr_value *v, const char *word)
{
	return json_is_string(v->json) &&
	       tsr_slice_eq_str(tsr_slice_of(json_string_value(v->json), json_string_length(v->json)), word);
}

static bool is_empty_file(const struct tsr_value *v)
{
	return json_is_null(v->json) && v->json == v->doc->root;
}

int tsr_value_want_mapping(const struct tsr_value *v, struct tsr_err *err)
{
	return json_is_object(v->json) || is_empty_file(v) ? 0 : tsr_value_fail(v, err, "a mapping (key: value) is wanted");
}

int tsr_value_want_list(const struct tsr_value *v, struct tsr_err *err)
{
	return json_is_array(v->json) || is_empty_file(v) ? 0 : tsr_value_fail(v, err, "a list is wanted");
}

static int no_such_key(const struct tsr_value *v, const struct tsr_value *member, const struct tsr_setting *table,
		       struct tsr_err *err)
{
	struct tsr_nearest near = TSR_NEAREST_INIT(tsr_slice_str(member->key));
	const struct tsr_value at = { v->doc, v->json, member->at, v->key };
	const char *all = "";

	for (; table->name; table++) {
		tsr_nearest_try(&near, table->name);
		all = tsr_arena_printf(v->doc->arena, "%s%s%s", all, *all ? ", " : "", table->name);
	}
	if (near.best)
		return tsr_value_fail(&at, err, "no such key '%s' (did you mean '%s'?)", member->key, near.best);
	return tsr_value_fail(&at, err, "no such key '%s' (there are %s)", member->key, all);
}

int tsr_value_members(const struct tsr_value *v, const struct tsr_setting *table, void *to, struct tsr_err *err)
{
	struct tsr_walk walk = { NULL, 0 };
	struct tsr_value member;

	if (tsr_value_want_mapping(v, err))
		return -1;
	while (tsr_value_next(v, &walk, &member)) {
		const struct tsr_setting *s = table;

		while (s->name && strcmp(s->name, member.key) != 0)
			s++;
		if (!s->name)
			return no_such_key(v, &member, table, err);
		if (s->set(&member, (char *)to + s->field, err))
			return -1;
	}
	return 0;
}

/* --- setters ------------------------------------------------------------------ */

int tsr_set_string(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	size_t len = json_string_length(v->json);

	if (!json_is_string(v->json))
		return tsr_value_fail(v, err, "text is wanted%s", json_is_integer(v->json) ? ", in quotes" : "");
	if (len == 0 || memchr(json_string_value(v->json), '\0', len))
		return tsr_value_fail(v, err, "%s", len ? "it holds a NUL" : "it is empty");
	*(const char **)to = tsr_arena_str(v->doc->arena, tsr_slice_of(json_string_value(v->json), len));
	return 0;
}

int tsr_set_word(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	if (!json_is_integer(v->json))
		return tsr_set_string(v, to, err);
	*(const char **)to = tsr_arena_printf(v->doc->arena, "%" JSON_INTEGER_FORMAT, json_integer_value(v->json));
	return 0;
}

int tsr_set_glob(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	const char *why;

	if (tsr_set_word(v, to, err))
		return -1;
	why = tsr_glob_check(*(const char **)to);
	return why ? tsr_value_fail(v, err, "not a glob: %s", why) : 0;
}

int tsr_set_list(const struct tsr_value *v, void *to, int (*set)(const struct tsr_value *v, void *to, struct tsr_err *err),
		 struct tsr_err *err)
{
	const char **list;
	struct tsr_value item;
	size_t i;

	if (tsr_value_want_list(v, err))
		return -1;
	list = tsr_arena_alloc(v->doc->arena, json_array_size(v->json) + 1, sizeof(*list));
	for (i = 0; tsr_value_item(v, i, &item); i++)
		if (set(&item, &list[i], err))
			return -1;
	*(const char *const **)to = list;
	return 0;
}

int tsr_set_words(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	return tsr_set_list(v, to, tsr_set_word, err);
}

int tsr_set_digest(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	const char *s;

	if (tsr_set_string(v, to, err))
		return -1;
	s = *(const char **)to;
	if (strncmp(s, "sha256:", 7) == 0 && strlen(s) == 71 && strspn(s + 7, "0123456789abcdef") == 64)
		return 0;
	return tsr_value_fail(v, err, "a digest is wanted: sha256: and 64 hexadecimal digits");
}

int tsr_set_bool(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	if (!json_is_boolean(v->json))
		return tsr_value_fail(v, err, "true or false is wanted");
	*(bool *)to = json_is_true(v->json);
	return 0;
}

int tsr_set_size(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	static const char units[] = "KMGT";
	struct tsr_slice s = tsr_slice_of(json_string_value(v->json), json_string_length(v->json));
	const char *unit = s.len ? strchr(units, s.ptr[s.len - 1]) : NULL;
	uint64_t factor = unit && *unit ? 1ull << (10 * (unit - units + 1)) : 1, *out = to;
	unsigned long long n = 0;

	if (json_is_integer(v->json) && json_integer_value(v->json) > 0) {
		*out = (uint64_t)json_integer_value(v->json);
		return 0;
	}
	if (factor == 1 || tsr_slice_u64(tsr_slice_sub(s, 0, s.len - 1), &n) || !n ||
	    __builtin_mul_overflow((uint64_t)n, factor, out) || *out > INT64_MAX)
		return tsr_value_fail(v, err, "a size of at least 1 is wanted (8388608, 8M)");
	return 0;
}

int tsr_set_severity(const struct tsr_value *v, void *to, struct tsr_err *err)
{
	struct tsr_slice s = tsr_slice_of(json_string_value(v->json), json_string_length(v->json));

	if (!json_is_string(v->json) || tsr_severity_parse(s, (enum tsr_severity *)to))
		return tsr_value_fail(v, err, "critical, high, medium, low or info is wanted");
	return 0;
}
