/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"

#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static size_t skip_space(struct tsr_slice s, size_t i)
{
	while (i < s.len && is_space(s.ptr[i]))
		i++;
	return i;
}

/* --- counting before parsing -------------------------------------------------- */

/* From an opening quote to behind the closing one. */
static size_t skip_string(struct tsr_slice s, size_t i)
{
	for (i++; i < s.len && s.ptr[i] != '"'; i++)
		if (s.ptr[i] == '\\')
			i++;
	return i < s.len ? i + 1 : s.len;
}

static bool is_scalar_char(char c)
{
	return !is_space(c) && c != '"' && c != '{' && c != '}' && c != '[' && c != ']' && c != ',' &&
	       c != ':';
}

/*
 * Walks over the first value without judging it: finds its end, as jansson will
 * if it accepts it, and counts what would become a jansson object. Stops when
 * `max` is passed. Whether it is JSON is jansson's to say.
 */
static size_t measure(struct tsr_slice s, uint64_t max, uint64_t *values)
{
	size_t i = skip_space(s, 0), depth = 0;

	*values = 0;
	while (i < s.len && *values <= max) {
		char c = s.ptr[i];

		if (c == '{' || c == '[') {
			(*values)++;
			depth++;
			i++;
		} else if (c == '}' || c == ']') {
			depth -= depth > 0;
			i++;
		} else if (c == '"') {
			(*values)++;
			i = skip_string(s, i);
		} else if (is_scalar_char(c)) {
			(*values)++;
			while (i < s.len && is_scalar_char(s.ptr[i]))
				i++;
		} else {
			i++;
			continue;
		}
		if (depth == 0)
			break;
	}
	return i;
}

/* --- loading ------------------------------------------------------------------ */

static int refused(struct tsr_err *err, const json_error_t *e)
{
	/* jansson's text may quote the input ("near '...'"): only our words for it. */
	static const struct {
		enum json_error_code code;
		const char *reason;
	} reasons[] = {
		{ json_error_stack_overflow, "nested too deeply" },
		{ json_error_premature_end_of_input, "ends too early" },
		{ json_error_invalid_utf8, "not valid UTF-8" },
		{ json_error_null_byte_in_key, "NUL in a key" },
		{ json_error_null_character, "NUL in a string" },
		{ json_error_numeric_overflow, "a number is out of range" },
	};
	const char *reason = "invalid syntax";
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(reasons); i++)
		if (json_error_code(e) == reasons[i].code)
			reason = reasons[i].reason;
	return tsr_err_set(err, TSR_EFORMAT, "not JSON that can be read: line %d, byte %d: %s", e->line,
			   e->position, reason);
}

/*
 * jansson can refuse duplicate keys but not report them, and it refuses integers
 * that Go reads into a float or skips with the unknown field they stand in. So
 * the text is parsed again with the flag that got in the way changed; at most
 * three times in all.
 */
static json_t *parse(struct tsr_slice s, bool *duplicate, json_error_t *e)
{
	size_t flags = JSON_ALLOW_NUL | JSON_DISABLE_EOF_CHECK | JSON_DECODE_ANY | JSON_REJECT_DUPLICATES;

	for (;;) {
		json_t *root = json_loadb(s.len ? s.ptr : "", s.len, flags, e);

		if (root)
			return root;
		if (json_error_code(e) == json_error_duplicate_key && (flags & JSON_REJECT_DUPLICATES)) {
			flags &= ~(size_t)JSON_REJECT_DUPLICATES;
			*duplicate = true;
		} else if (json_error_code(e) == json_error_numeric_overflow &&
			   !(flags & JSON_DECODE_INT_AS_REAL)) {
			flags |= JSON_DECODE_INT_AS_REAL;
		} else {
			return NULL;
		}
	}
}

int tsr_json_load(struct tsr_slice text, const struct tsr_json_limits *limits, json_t **out,
		  struct tsr_json_notes *notes, struct tsr_err *err)
{
	struct tsr_json_notes seen = { false, false };
	struct tsr_slice first;
	json_error_t e;
	uint64_t values;
	size_t end;
	json_t *root;

	if (text.len > limits->bytes)
		return tsr_err_set(err, TSR_ELIMIT, "a JSON document of more than %zu bytes", limits->bytes);
	end = measure(text, limits->values, &values);
	if (values > limits->values)
		return tsr_err_set(err, TSR_ELIMIT, "a JSON document of more than %" PRIu32 " values",
				   limits->values);
	first = tsr_slice_sub(text, 0, end);
	root = parse(first, &seen.duplicate_keys, &e);
	if (!root)
		return refused(err, &e);
	seen.trailing = skip_space(text, end) < text.len;
	if (notes)
		*notes = seen;
	*out = root;
	return 0;
}

bool tsr_json_sniff(struct tsr_slice text)
{
	size_t i;

	text = tsr_slice_sub(text, 0, TSR_JSON_SNIFF);
	i = skip_space(text, 0);
	return i < text.len ? text.ptr[i] == '{' || text.ptr[i] == '[' : i > 0;
}

/* --- looking up --------------------------------------------------------------- */

/* The character at *s folded as Go's encoding/json folds a field's name, and steps over it. */
static char fold(const char **s)
{
	const unsigned char *p = (const unsigned char *)*s;

	if (p[0] == 0xc5 && p[1] == 0xbf) { /* U+017F, long s */
		*s += 2;
		return 's';
	}
	if (p[0] == 0xe2 && p[1] == 0x84 && p[2] == 0xaa) { /* U+212A, Kelvin sign */
		*s += 3;
		return 'k';
	}
	(*s)++;
	return p[0] >= 'A' && p[0] <= 'Z' ? (char)(p[0] - 'A' + 'a') : (char)p[0];
}

static bool folds_to(const char *s, const char *key)
{
	while (*s && *key)
		if (fold(&s) != fold(&key))
			return false;
	return !*s && !*key;
}

/*
 * jansson keeps keys in the order of their first occurrence, so for
 * {"a":1,"A":2,"a":3} the last match is A's where Go would take 3; *ambiguous is
 * set then, as it is for every object of which two readers may see two things.
 */
json_t *tsr_json_get(const json_t *object, const char *key, bool *ambiguous)
{
	json_t *found = NULL;
	void *iter;

	if (!json_is_object(object))
		return NULL;
	/* jansson's iterators take a mutable object, although they do not change it. */
	for (iter = json_object_iter((json_t *)(uintptr_t)object); iter;
	     iter = json_object_iter_next((json_t *)(uintptr_t)object, iter)) {
		if (!folds_to(json_object_iter_key(iter), key))
			continue;
		if (found && ambiguous)
			*ambiguous = true;
		found = json_object_iter_value(iter);
	}
	return found;
}

json_t *tsr_json_get_exact(const json_t *object, const char *key)
{
	return json_object_get(object, key);
}

static json_t *get_typed(const json_t *object, const char *key, json_type type, bool *wrong)
{
	json_t *v = tsr_json_get(object, key, NULL);

	if (!v || json_is_null(v))
		return NULL;
	if (json_typeof(v) == type)
		return v;
	if (wrong)
		*wrong = true;
	return NULL;
}

json_t *tsr_json_get_object(const json_t *object, const char *key, bool *wrong)
{
	return get_typed(object, key, JSON_OBJECT, wrong);
}

json_t *tsr_json_get_array(const json_t *object, const char *key, bool *wrong)
{
	return get_typed(object, key, JSON_ARRAY, wrong);
}

struct tsr_slice tsr_json_get_string(const json_t *object, const char *key, bool *wrong)
{
	return tsr_json_str(get_typed(object, key, JSON_STRING, wrong));
}

int tsr_json_get_u64(const json_t *object, const char *key, uint64_t *out)
{
	json_t *v = tsr_json_get(object, key, NULL);
	double d;

	if (json_is_integer(v) && json_integer_value(v) >= 0) {
		*out = (uint64_t)json_integer_value(v);
		return 0;
	}
	/* All integers are reals in a document in which one did not fit. */
	if (!json_is_real(v))
		return -1;
	d = json_real_value(v);
	if (!(d >= 0 && d <= 9007199254740992.0) || (double)(uint64_t)d != d)
		return -1;
	*out = (uint64_t)d;
	return 0;
}

struct tsr_slice tsr_json_str(const json_t *value)
{
	if (!json_is_string(value))
		return TSR_SLICE_NONE;
	return (struct tsr_slice){ json_string_value(value), json_string_length(value) };
}

/* --- every string ------------------------------------------------------------- */

struct walk {
	struct tsr_buf pointer;
	tsr_json_visit *visit;
	void *ctx;
};

static void push_key(struct tsr_buf *p, const char *key)
{
	tsr_buf_addc(p, '/');
	for (; *key; key++) {
		if (*key == '~')
			tsr_buf_adds(p, "~0");
		else if (*key == '/')
			tsr_buf_adds(p, "~1");
		else
			tsr_buf_addc(p, *key);
	}
}

static void pop_to(struct tsr_buf *p, size_t len)
{
	p->len = len;
	if (p->cap)
		p->ptr[len] = '\0';
}

static void walk_value(struct walk *w, const json_t *v)
{
	size_t len = w->pointer.len, i;
	void *iter;

	if (json_is_string(v)) {
		w->visit(w->ctx, w->pointer.ptr, tsr_json_str(v), false);
	} else if (json_is_array(v)) {
		for (i = 0; i < json_array_size(v); i++) {
			tsr_buf_printf(&w->pointer, "/%zu", i);
			walk_value(w, json_array_get(v, i));
			pop_to(&w->pointer, len);
		}
	} else if (json_is_object(v)) {
		json_t *o = (json_t *)(uintptr_t)v;

		for (iter = json_object_iter(o); iter; iter = json_object_iter_next(o, iter)) {
			const char *key = json_object_iter_key(iter);

			push_key(&w->pointer, key);
			w->visit(w->ctx, w->pointer.ptr, tsr_slice_str(key), true);
			walk_value(w, json_object_iter_value(iter));
			pop_to(&w->pointer, len);
		}
	}
}

void tsr_json_each_string(const json_t *root, tsr_json_visit *visit, void *ctx)
{
	/* Never longer than twice the text that was loaded: no limit of its own. */
	struct walk w = { TSR_BUF_INIT(SIZE_MAX), visit, ctx };

	walk_value(&w, root);
	tsr_buf_release(&w.pointer);
}
