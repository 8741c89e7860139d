/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/setters.h"

#include "base/json.h"
#include "base/text.h"
#include "rule/macros.h"

static int fail(struct tsr_err *err, const char *reason)
{
	return tsr_err_set(err, TSR_EUSAGE, "%s", reason);
}

static void *field(struct tsr_rule_draft *d, const struct tsr_key *k)
{
	return (char *)d + k->field;
}

/* NULL and *err filled unless v is a text that C can hold. */
static const char *string(struct tsr_rule_draft *d, const json_t *v, struct tsr_err *err)
{
	struct tsr_slice s = tsr_json_str(v);

	if (!json_is_string(v))
		fail(err, "not a string (perhaps it wants quotes)");
	else if (s.len == 0)
		fail(err, "empty");
	else if (memchr(s.ptr, 0, s.len))
		fail(err, "holds a NUL");
	else
		return tsr_arena_str(d->arena, s);
	return NULL;
}

int tsr_key_set_string(struct tsr_rule_draft *d, const struct tsr_key *k, const json_t *v,
		       struct tsr_err *err)
{
	const char *s = string(d, v, err);

	if (!s)
		return -1;
	*(const char **)field(d, k) = s;
	return 0;
}

int tsr_key_set_pattern(struct tsr_rule_draft *d, const struct tsr_key *k, const json_t *v, struct tsr_err *err)
{
	const char *s = string(d, v, err), *whole = s ? tsr_macros_expand(d->arena, s, err) : NULL;

	if (!whole)
		return -1;
	*(const char **)field(d, k) = whole;
	return 0;
}

int tsr_key_set_bool(struct tsr_rule_draft *d, const struct tsr_key *k, const json_t *v, struct tsr_err *err)
{
	if (!json_is_boolean(v))
		return fail(err, "neither true nor false");
	*(bool *)field(d, k) = json_is_true(v);
	return 0;
}

static int integer(const struct tsr_key *k, const json_t *v, uint32_t *out, struct tsr_err *err)
{
	json_int_t n = json_integer_value(v);

	if (!json_is_integer(v) || n < (json_int_t)k->min || n > (json_int_t)k->max)
		return tsr_err_set(err, TSR_EUSAGE, "not a whole number from %u to %u", (unsigned)k->min,
				   (unsigned)k->max);
	*out = (uint32_t)n;
	return 0;
}

int tsr_key_set_integer(struct tsr_rule_draft *d, const struct tsr_key *k, const json_t *v,
			struct tsr_err *err)
{
	return integer(k, v, field(d, k), err);
}

/* "3", "3.5" or "3.25"; YAML files have no floating-point numbers (base/yaml.h). */
int tsr_key_set_decimal(struct tsr_rule_draft *d, const struct tsr_key *k, const json_t *v,
			struct tsr_err *err)
{
	struct tsr_slice s = tsr_json_str(v), whole, part;
	unsigned long long a, b = 0;

	if (json_is_integer(v) && json_integer_value(v) >= 0 &&
	    json_integer_value(v) <= (json_int_t)(k->max / 100)) {
		*(uint32_t *)field(d, k) = (uint32_t)json_integer_value(v) * 100;
		return 0;
	}
	whole = tsr_slice_sub(s, 0, tsr_slice_find(s, '.', 0));
	part = tsr_slice_sub(s, whole.len + 1, s.len);
	if (whole.len > 6 || part.len < 1 || part.len > 2 || tsr_slice_u64(whole, &a) ||
	    tsr_slice_u64(part, &b) || a * 100 + b * (part.len == 1 ? 10 : 1) > k->max)
		return tsr_err_set(err, TSR_EUSAGE, "not a number from 0 to %u with at most two decimals",
				   (unsigned)(k->max / 100));
	*(uint32_t *)field(d, k) = (uint32_t)(a * 100 + b * (part.len == 1 ? 10 : 1));
	return 0;
}

static const char *const *strings(struct tsr_rule_draft *d, const json_t *v, struct tsr_err *err)
{
	size_t i, n = json_array_size(v);
	const char **out;

	if (!json_is_array(v) || n == 0) {
		fail(err, "not a list of strings");
		return NULL;
	}
	out = tsr_arena_alloc(d->arena, n + 1, sizeof(*out));
	for (i = 0; i < n; i++) {
		out[i] = string(d, json_array_get(v, i), err);
		if (!out[i]) {
			tsr_err_wrap(err, "element %zu", i + 1);
			return NULL;
		}
	}
	return out;
}

int tsr_key_set_strings(struct tsr_rule_draft *d, const struct tsr_key *k, const json_t *v,
			struct tsr_err *err)
{
	const char *const *s = strings(d, v, err);

	if (!s)
		return -1;
	*(const char *const **)field(d, k) = s;
	return 0;
}

int tsr_key_set_globs(struct tsr_rule_draft *d, const struct tsr_key *k, const json_t *v, struct tsr_err *err)
{
	const char *const *s = strings(d, v, err);

	(void)k;
	if (!s)
		return -1;
	d->path.globs = s;
	d->structured.globs = s;
	return 0;
}

/* The word's place in k->words, or -1. */
static int word(const struct tsr_key *k, const json_t *v, struct tsr_err *err)
{
	char all[160] = "";
	size_t len = 0;
	int i;

	for (i = 0; k->words[i]; i++)
		if (json_is_string(v) && tsr_slice_eq_str(tsr_json_str(v), k->words[i]))
			return i;
	for (i = 0; k->words[i] && len < sizeof(all); i++)
		len += (size_t)snprintf(all + len, sizeof(all) - len, "%s%s", i ? ", " : "", k->words[i]);
	return tsr_err_set(err, TSR_EUSAGE, "not one of %s", all);
}

int tsr_key_set_severity(struct tsr_rule_draft *d, const struct tsr_key *k, const json_t *v,
			 struct tsr_err *err)
{
	int w = word(k, v, err);

	if (w < 0)
		return -1;
	*(enum tsr_severity *)field(d, k) = (enum tsr_severity)w;
	return 0;
}

int tsr_key_set_hidden(struct tsr_rule_draft *d, const struct tsr_key *k, const json_t *v,
		       struct tsr_err *err)
{
	d->hidden_set = true;
	return tsr_key_set_severity(d, k, v, err);
}

int tsr_key_set_edge(struct tsr_rule_draft *d, const struct tsr_key *k, const json_t *v, struct tsr_err *err)
{
	int w = word(k, v, err);

	if (w < 0)
		return -1;
	*(uint8_t *)field(d, k) = (uint8_t)w;
	return 0;
}

int tsr_key_set_once(struct tsr_rule_draft *d, const struct tsr_key *k, const json_t *v, struct tsr_err *err)
{
	int w = word(k, v, err);

	if (w < 0)
		return -1;
	d->path.once = (uint8_t)w;
	return 0;
}

int tsr_key_set_confidence(struct tsr_rule_draft *d, const struct tsr_key *k, const json_t *v, struct tsr_err *err)
{
	int w = word(k, v, err);

	if (w < 0)
		return -1;
	d->path.confidence = (uint8_t)w;
	return 0;
}

/* '4000': one to four octal digits, in quotes, since a plain number is a decimal one. */
int tsr_key_set_octal(struct tsr_rule_draft *d, const struct tsr_key *k, const json_t *v, struct tsr_err *err)
{
	struct tsr_slice s = tsr_json_str(v);
	uint32_t n = 0;
	size_t i;

	for (i = 0; i < s.len && i < 4 && s.ptr[i] >= '0' && s.ptr[i] <= '7'; i++)
		n = n * 8 + (uint32_t)(s.ptr[i] - '0');
	if (!json_is_string(v) || !n || i < s.len)
		return fail(err, "not one to four octal digits in quotes, such as '4000'");
	*(uint32_t *)field(d, k) = n;
	return 0;
}

/* Bits of the words in a list. */
static int words(const struct tsr_key *k, const json_t *v, uint32_t *mask, struct tsr_err *err)
{
	size_t i, n = json_array_size(v);

	*mask = 0;
	if (!json_is_array(v) || n == 0)
		return fail(err, "not a list of words");
	for (i = 0; i < n; i++) {
		int w = word(k, json_array_get(v, i), err);

		if (w < 0)
			return tsr_err_wrap(err, "element %zu", i + 1);
		*mask |= 1u << w;
	}
	return 0;
}

int tsr_key_set_encode(struct tsr_rule_draft *d, const struct tsr_key *k, const json_t *v,
		       struct tsr_err *err)
{
	return words(k, v, field(d, k), err);
}

int tsr_key_set_ecosystem(struct tsr_rule_draft *d, const struct tsr_key *k, const json_t *v, struct tsr_err *err)
{
	int w = word(k, v, err);

	if (w < 0)
		return -1;
	d->package.ecosystems |= 1u << w;
	return 0;
}

int tsr_key_set_ecosystems(struct tsr_rule_draft *d, const struct tsr_key *k, const json_t *v, struct tsr_err *err)
{
	uint32_t mask;

	if (words(k, v, &mask, err))
		return -1;
	d->package.ecosystems |= mask;
	return 0;
}

int tsr_key_set_types(struct tsr_rule_draft *d, const struct tsr_key *k, const json_t *v, struct tsr_err *err)
{
	static const char *const flags[] = { "0", "1", "2", "34", "5" };
	uint32_t mask, i;
	char out[8] = "";
	size_t n = 0;

	if (words(k, v, &mask, err))
		return -1;
	for (i = 0; i < 5; i++)
		if (mask >> i & 1)
			n += (size_t)snprintf(out + n, sizeof(out) - n, "%s", flags[i]);
	d->path.types = tsr_arena_str(d->arena, tsr_slice_of(out, n));
	return 0;
}

int tsr_key_set_hashable(struct tsr_rule_draft *d, const struct tsr_key *k, const json_t *v,
			 struct tsr_err *err)
{
	(void)k;
	if (!json_is_boolean(v))
		return fail(err, "neither true nor false");
	d->content.hashable = d->structured.hashable = json_is_true(v);
	return 0;
}

int tsr_key_set_prefix(struct tsr_rule_draft *d, const struct tsr_key *k, const json_t *v,
		       struct tsr_err *err)
{
	uint32_t n = 0;

	if (integer(k, v, &n, err))
		return -1;
	d->content.public_prefix = d->structured.public_prefix = n;
	return 0;
}

static int literal(struct tsr_rule_draft *d, const struct tsr_key *k, const json_t *v,
		   struct tsr_literal *out, struct tsr_err *err)
{
	const json_t *text = json_is_object(v) ? json_object_get(v, "text") : v;
	const json_t *nocase = json_is_object(v) ? json_object_get(v, "nocase") : NULL;
	struct tsr_slice s = tsr_json_str(text);

	if (!json_is_string(text) || (nocase && !json_is_boolean(nocase)) ||
	    (json_is_object(v) && json_object_size(v) != (nocase ? 2u : 1u)))
		return fail(err, "neither a string nor {text: string, nocase: true or false}");
	if (s.len < k->min || s.len > k->max)
		return tsr_err_set(err, TSR_EUSAGE, "%zu bytes, where %u to %u are allowed", s.len,
				   (unsigned)k->min, (unsigned)k->max);
	s = tsr_arena_dup(d->arena, s);
	*out = (struct tsr_literal){ .bytes = s.ptr, .len = (uint32_t)s.len, .nocase = json_is_true(nocase) };
	return 0;
}

int tsr_key_set_literals(struct tsr_rule_draft *d, const struct tsr_key *k, const json_t *v,
			 struct tsr_err *err)
{
	size_t i, n = json_array_size(v);
	struct tsr_literal *out;

	if (!json_is_array(v) || n == 0)
		return fail(err, "not a list of literals");
	out = tsr_arena_alloc(d->arena, n, sizeof(*out));
	for (i = 0; i < n; i++)
		if (literal(d, k, json_array_get(v, i), &out[i], err))
			return tsr_err_wrap(err, "element %zu", i + 1);
	d->content.literals = out;
	d->content.n_literals = (uint32_t)n;
	return 0;
}

int tsr_key_set_map(struct tsr_rule_draft *d, const struct tsr_key *k, const json_t *v, struct tsr_err *err)
{
	size_t n = 0;

	if (!json_is_object(v) || json_object_size(v) == 0)
		return fail(err, "not a mapping");
	while (k->sub[n].name)
		n++;
	return tsr_key_set_keys(d, k->sub, n, v, err);
}

static int unknown(struct tsr_rule_draft *d, const char *key, bool elsewhere, struct tsr_err *err)
{
	struct tsr_text name = tsr_text_escaped(d->arena, tsr_slice_str(key));

	if (elsewhere)
		return tsr_err_set(err, TSR_EUSAGE, "%s: not a key of %s rules", name.ptr,
				   tsr_rule_kind_name(d->rule.kind));
	return tsr_err_set(err, TSR_EUSAGE, "%.60s: no such key", name.ptr);
}

int tsr_key_set_keys(struct tsr_rule_draft *d, const struct tsr_key *rows, size_t n, const json_t *map,
		     struct tsr_err *err)
{
	unsigned kind = 1u << d->rule.kind;
	void *it = json_object_iter((json_t *)(uintptr_t)map);
	size_t i;

	for (; it; it = json_object_iter_next((json_t *)(uintptr_t)map, it)) {
		const char *key = json_object_iter_key(it);

		for (i = 0; i < n && strcmp(rows[i].name, key) != 0; i++)
			continue;
		d->bad_key = tsr_arena_str(d->arena, tsr_slice_str(key));
		if (i == n || !(rows[i].kinds & kind))
			return unknown(d, key, i < n, err);
		if (rows[i].set && rows[i].set(d, &rows[i], json_object_iter_value(it), err))
			return tsr_err_wrap(err, "%s", key);
	}
	d->bad_key = NULL;
	for (i = 0; i < n; i++)
		if (rows[i].required && rows[i].kinds & kind && !json_object_get(map, rows[i].name))
			return tsr_err_set(err, TSR_EUSAGE, "%s: missing", rows[i].name);
	return 0;
}
