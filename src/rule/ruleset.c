/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/ruleset.h"

#include <hs/hs.h>
#include <pthread.h>
#include <stdlib.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/mem.h"
#include "rule/canonical.h"
#include "rule/content_test.h"
#include "rule/load.h"
#include "rule/needles.h"
#include "rule/pattern.h"

struct owned {
	struct tsr_ruleset rs;
	struct tsr_arena arena;
	pthread_mutex_t compiling;
};

static const char *const builtin_ids[TSR_BUILTINS] = {
#define BUILTIN(symbol, id) [TSR_BUILTIN_##symbol] = id,
#include "rule/builtin.def"
#undef BUILTIN
};

void tsr_ruleset_free(struct tsr_ruleset *rs)
{
	struct owned *o = (struct owned *)(void *)rs;
	uint32_t i;

	if (!rs)
		return;
	for (i = 0; i < rs->n_rules && rs->patterns; i++)
		pcre2_code_free(rs->patterns[i]);
	for (i = 0; i < rs->n_rules && rs->near; i++)
		pcre2_code_free(rs->near[i]);
	for (i = 0; i < TSR_SIEVES; i++)
		hs_free_database(rs->literals[i]);
	tsr_globset_free(rs->paths);
	tsr_globset_free(rs->structured);
	tsr_globset_free(rs->scopes);
	tsr_content_tests_free(rs->content_tests);
	tsr_arena_release(&o->arena);
	pthread_mutex_destroy(&o->compiling);
	free(o);
}

static int by_id(const void *a, const void *b)
{
	const struct tsr_rule *x = *(const struct tsr_rule *const *)a,
			      *y = *(const struct tsr_rule *const *)b;

	return strcmp(x->id, y->id);
}

const struct tsr_rule *tsr_ruleset_find(const struct tsr_ruleset *rs, struct tsr_slice id, uint32_t *index)
{
	uint32_t lo = 0, hi = rs->n_rules;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		int c = tsr_slice_cmp(id, tsr_slice_str(rs->rules[mid]->id));

		if (c == 0) {
			if (index)
				*index = mid;
			return rs->rules[mid];
		}
		if (c < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return NULL;
}

/* The catalogue's rules that no file replaces, and the files', by id. */
static void merge(struct owned *o, const struct tsr_rule_list *files, bool catalogue)
{
	size_t from_catalogue = catalogue ? tsr_catalogue.n_rules : 0, i, n = 0;
	const struct tsr_rule **all = tsr_arena_alloc(&o->arena, files->n + from_catalogue + 1, sizeof(*all));

	for (i = 0; i < files->n; i++)
		all[n++] = files->rules[i];
	if (n)
		qsort(all, n, sizeof(*all), by_id);
	for (i = 0; i < from_catalogue; i++) {
		const struct tsr_rule *r = tsr_catalogue.rules[i];

		if (!files->n || !bsearch(&r, all, files->n, sizeof(*all), by_id))
			all[n++] = r;
	}
	if (n)
		qsort(all, n, sizeof(*all), by_id);
	o->rs.rules = all;
	o->rs.n_rules = (uint32_t)n;
}

/* The most bytes of the stream that n decoded bytes take (scan/view.h): UTF-16 takes two for each, an escape up to eight. */
static uint32_t encoded(const struct tsr_rule_content *c, uint32_t n)
{
	if (c->encode & TSR_ENCODE_ESCAPES)
		return n * 8 + 128;
	return c->encode ? n * 2 + 128 : n;
}

static void extent(struct tsr_ruleset *rs, const struct tsr_rule_content *c)
{
	uint32_t match = c->width > c->reach ? c->width : c->reach;
	uint32_t behind = encoded(c, match + c->near_within + TSR_EDGE_BYTES);
	uint32_t before = encoded(c, c->before + c->near_within + TSR_EDGE_BYTES);

	if (rs->longest < behind)
		rs->longest = behind;
	if (rs->before < before)
		rs->before = before;
}

void tsr_ruleset_compile(const struct tsr_ruleset *rs, uint32_t rule)
{
	struct owned *o = (struct owned *)(uintptr_t)rs;
	const struct tsr_rule_content *c = rs->rules[rule]->content;

	pthread_mutex_lock(&o->compiling);
	if (c && !rs->patterns[rule]) {
		rs->patterns[rule] = tsr_pattern_compile(c->pattern, c->before == 0, NULL);
		if (c->near_pattern)
			rs->near[rule] = tsr_pattern_compile(c->near_pattern, false, NULL);
		/* Both compiled when the rule was read. */
		if (!rs->patterns[rule] || (c->near_pattern && !rs->near[rule]))
			TSR_BUG("PCRE2 refuses a pattern that it took before");
	}
	pthread_mutex_unlock(&o->compiling);
}

static void room_for_patterns(struct owned *o)
{
	struct tsr_ruleset *rs = &o->rs;
	uint32_t i;

	rs->patterns = tsr_arena_alloc(&o->arena, rs->n_rules + 1, sizeof(*rs->patterns));
	rs->near = tsr_arena_alloc(&o->arena, rs->n_rules + 1, sizeof(*rs->near));
	for (i = 0; i < rs->n_rules; i++) {
		const struct tsr_rule_content *c = rs->rules[i]->content;

		if (c)
			extent(rs, c);
	}
}

static const char *const *globs_of(const struct tsr_rule *r)
{
	switch (r->kind) {
	case TSR_RULE_PATH:
		return r->path->globs;
	case TSR_RULE_STRUCTURED:
		return r->structured->globs;
	case TSR_RULE_CONTENT:
		return r->content->paths;
	default:
		return NULL;
	}
}

static struct tsr_globset *collect_globs(const struct tsr_ruleset *rs, enum tsr_rule_kind kind)
{
	struct tsr_globset *g = tsr_globset_new();
	const char *const *p;
	uint32_t i;

	for (i = 0; i < rs->n_rules; i++)
		for (p = rs->rules[i]->kind == kind ? globs_of(rs->rules[i]) : NULL; p && *p; p++)
			tsr_globset_add(g, *p, i);
	tsr_globset_settle(g);
	return g;
}

static void collect_magics(struct owned *o)
{
	const struct tsr_ruleset *rs = &o->rs;
	const char *const *p;
	struct tsr_magic *m;
	uint32_t i, n = 0;

	for (i = 0; i < rs->n_rules; i++)
		for (p = rs->rules[i]->structured ? rs->rules[i]->structured->magic : NULL; p && *p; p++)
			n++;
	m = tsr_arena_alloc(&o->arena, n + 1, sizeof(*m));
	o->rs.magics = m;
	o->rs.n_magics = n;
	for (i = 0; i < rs->n_rules; i++) {
		for (p = rs->rules[i]->structured ? rs->rules[i]->structured->magic : NULL; p && *p; p++, m++) {
			tsr_magic_parse(*p, m); /* was good when the rule was read */
			m->rule = i;
		}
	}
}

/* An embedded database serves if the rules are the catalogue's alone and this library's version reads it. */
static int literal_database(struct owned *o, const struct tsr_needle_set *set, enum tsr_sieve sieve,
			    bool embedded, struct tsr_err *err)
{
	const char *bytes = (const char *)tsr_catalogue.database[sieve];

	if (set->n_needles && embedded && bytes && hs_valid_platform() == HS_SUCCESS &&
	    hs_deserialize_database(bytes, tsr_catalogue.database_len[sieve], &o->rs.literals[sieve]) == HS_SUCCESS)
		return 0;
	return tsr_needles_compile(set, sieve, false, &o->rs.literals[sieve], err);
}

static int finish(struct owned *o, const struct tsr_rule_list *files, bool catalogue, struct tsr_err *err)
{
	struct tsr_ruleset *rs = &o->rs;
	struct tsr_needle_set set;
	unsigned i;

	merge(o, files, catalogue);
	for (i = 0; i < TSR_BUILTINS; i++) {
		rs->builtin[i] = UINT32_MAX;
		tsr_ruleset_find(rs, tsr_slice_str(builtin_ids[i]), &rs->builtin[i]);
	}
	room_for_patterns(o);
	tsr_needles_make(&set, rs->rules, rs->n_rules, &o->arena);
	rs->needles = set.needles;
	rs->uses = set.uses;
	rs->n_needles = set.n_needles;
	for (i = 0; i < TSR_SIEVES; i++)
		if (literal_database(o, &set, (enum tsr_sieve)i, catalogue && files->n == 0, err))
			return -1;
	rs->paths = collect_globs(rs, TSR_RULE_PATH);
	rs->structured = collect_globs(rs, TSR_RULE_STRUCTURED);
	rs->scopes = collect_globs(rs, TSR_RULE_CONTENT);
	collect_magics(o);
	if (catalogue && files->n == 0 && tsr_catalogue.digest.alg != TSR_DIGEST_NONE)
		rs->digest = tsr_catalogue.digest;
	else
		tsr_rules_digest(rs->rules, rs->n_rules, &rs->digest);
	return 0;
}

static int make(struct tsr_ruleset **out, const char *const *paths, size_t n, bool catalogue,
		struct tsr_err *err)
{
	struct owned *o = tsr_xcalloc(1, sizeof(*o));
	struct tsr_rule_list files = TSR_RULE_LIST_INIT;
	int rc = 0;
	size_t i;

	pthread_mutex_init(&o->compiling, NULL);
	for (i = 0; rc == 0 && i < n; i++)
		rc = tsr_rule_load_path(&files, &o->arena, paths[i], err);
	if (rc == 0)
		rc = finish(o, &files, catalogue, err);
	tsr_rule_list_release(&files);
	if (rc) {
		tsr_ruleset_free(&o->rs);
		return -1;
	}
	*out = &o->rs;
	return 0;
}

int tsr_ruleset_new(struct tsr_ruleset **out, const char *const *paths, size_t n_paths, struct tsr_err *err)
{
	return make(out, paths, n_paths, true, err);
}

int tsr_ruleset_from_files(struct tsr_ruleset **out, const char *const *paths, size_t n_paths,
			   struct tsr_err *err)
{
	return make(out, paths, n_paths, false, err);
}
