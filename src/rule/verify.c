/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/verify.h"

#include <stdlib.h>

#include "base/mem.h"
#include "rule/glob.h"
#include "rule/magic.h"
#include "rule/needles.h"
#include "rule/package_name.h"
#include "rule/pattern.h"
#include "rule/stress.h"

static int fault(struct tsr_rule_draft *d, const char *key, struct tsr_err *err, const char *reason)
{
	d->bad_key = key;
	return tsr_err_set(err, TSR_EUSAGE, "%s: %s", key, reason);
}

/* Puts the key before a reason that *err has. */
static int wrap(struct tsr_rule_draft *d, const char *key, struct tsr_err *err)
{
	d->bad_key = key;
	return tsr_err_wrap(err, "%s", key);
}

static bool part_valid(struct tsr_slice s)
{
	size_t i;

	for (i = 0; i < s.len; i++)
		if (!(s.ptr[i] >= 'a' && s.ptr[i] <= 'z') && !(s.ptr[i] >= '0' && s.ptr[i] <= '9') &&
		    s.ptr[i] != '-')
			return false;
	return s.len > 0;
}

bool tsr_rule_id_valid(struct tsr_slice id)
{
	size_t slash = tsr_slice_find(id, '/', 0);

	return id.len <= 80 && part_valid(tsr_slice_sub(id, 0, slash)) &&
	       part_valid(tsr_slice_sub(id, slash + 1, id.len));
}

static bool is_builtin(const char *id)
{
	static const char *const ids[] = {
#define BUILTIN(symbol, text) text,
#include "rule/builtin.def"
#undef BUILTIN
	};
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(ids); i++)
		if (strcmp(ids[i], id) == 0)
			return true;
	return false;
}

static int verify_globs(struct tsr_rule_draft *d, const char *key, const char *const *globs,
			struct tsr_err *err)
{
	const char *bad = NULL;

	for (; globs && *globs && !bad; globs++)
		bad = tsr_glob_check(*globs);
	return bad ? fault(d, key, err, bad) : 0;
}

/* A form that would not be looked for must not be promised. */
static int verify_literals(struct tsr_rule_draft *d, struct tsr_err *err)
{
	const uint32_t base64 = TSR_ENCODE_BASE64 | TSR_ENCODE_TWICE;
	const struct tsr_rule_content *c = &d->content;
	bool sensitive = false, any_short = false, any_hex = false;
	uint32_t i;

	for (i = 0; i < c->n_literals; i++) {
		char form[TSR_FORM_BYTES_MAX];

		sensitive |= !c->literals[i].nocase;
		any_short |= !c->literals[i].nocase && c->literals[i].len < 4;
		any_hex |= tsr_needle_form(&c->literals[i], TSR_FORM_HEX, 0, form) > 0;
	}
	if (c->encode & base64 && !sensitive)
		return fault(d, "encode", err, "base64 is for literals without nocase");
	if (c->encode & base64 && any_short)
		return fault(d, "encode", err, "base64 is for literals of at least 4 bytes");
	if (c->encode & TSR_ENCODE_HEX && !any_hex)
		return fault(d, "encode", err, "hex is for literals of at least 8 bytes without nocase");
	return 0;
}

static int verify_content(struct tsr_rule_draft *d, struct tsr_err *err)
{
	static const char *const names[] = { "secret", "key", NULL }, *const none[] = { NULL };
	struct tsr_rule_content *c = &d->content;

	if (verify_literals(d, err))
		return -1;
	if (tsr_pattern_verify(c->pattern, names, err) || tsr_pattern_width(c->pattern, &c->width, err))
		return wrap(d, "pattern", err);
	if (tsr_pattern_stress(c, err))
		return wrap(d, "pattern", err);
	if (c->near_pattern && (tsr_pattern_verify(c->near_pattern, none, err) ||
				tsr_pattern_width(c->near_pattern, &(uint32_t){ 0 }, err))) {
		tsr_err_wrap(err, "pattern");
		return wrap(d, "near", err);
	}
	if (verify_globs(d, "scope", c->paths, err))
		return -1;
	if (!d->rule.examples)
		return fault(d, "examples", err, "missing");
	return 0;
}

static int verify_structured(struct tsr_rule_draft *d, struct tsr_err *err)
{
	const char *const *text = d->structured.magic;
	const char *bad = NULL;
	struct tsr_magic m;

	for (; text && *text && !bad; text++)
		bad = tsr_magic_parse(*text, &m);
	return bad ? fault(d, "magic", err, bad) : verify_globs(d, "globs", d->structured.globs, err);
}

static int verify_path(struct tsr_rule_draft *d, struct tsr_err *err)
{
	if (!d->path.types)
		d->path.types = "01";
	if (verify_globs(d, "globs", d->path.globs, err) ||
	    verify_globs(d, "exclude", d->path.excludes, err) ||
	    verify_globs(d, "templates", d->path.templates, err) || verify_globs(d, "known", d->path.known, err))
		return -1;
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int verify_package(struct tsr_rule_draft *d, struct tsr_err *err)
{
	const char *const *names = d->package.names;
	const char **sorted;
	size_t i, n = 0;

	if (!d->package.ecosystems)
		return fault(d, "ecosystem", err, "missing");
	while (names[n])
		n++;
	sorted = tsr_arena_alloc(d->arena, n + 1, sizeof(*sorted));
	for (i = 0; i < n; i++) {
		if (!tsr_package_name_normal(names[i], d->package.ecosystems))
			return fault(d, "names", err,
				     "a name is not normalised (lower case; of Python, single hyphens)");
		sorted[i] = names[i];
	}
	qsort(sorted, n, sizeof(*sorted), by_name);
	for (i = 1; i < n; i++)
		if (strcmp(sorted[i - 1], sorted[i]) == 0)
			return fault(d, "names", err, "a name stands there twice");
	d->package.names = sorted;
	return 0;
}

int tsr_rule_verify(struct tsr_rule_draft *d, struct tsr_err *err)
{
	struct tsr_rule *r = &d->rule;

	if (!d->hidden_set)
		r->severity_hidden = r->severity;
	if (is_builtin(r->id) != (r->kind == TSR_RULE_BUILTIN))
		return fault(d, "kind", err,
			     r->kind == TSR_RULE_BUILTIN ? "no built-in check has this id"
							 : "the id is that of a built-in check");
	switch (r->kind) {
	case TSR_RULE_CONTENT:
		r->content = &d->content;
		return verify_content(d, err);
	case TSR_RULE_PATH:
		r->path = &d->path;
		return verify_path(d, err);
	case TSR_RULE_PACKAGE:
		r->package = &d->package;
		return verify_package(d, err);
	case TSR_RULE_STRUCTURED:
		r->structured = &d->structured;
		return verify_structured(d, err);
	case TSR_RULE_BUILTIN:
		break;
	}
	return 0;
}
