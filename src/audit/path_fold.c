/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/path_fold.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "layer/names.h"

struct group {
	uint32_t raw; /* the first */
	uint32_t *raws, n;
	size_t cap;
	uint8_t state, severity;
	struct tsr_finding f;
};

/* What rules about content said of a stream. */
enum said { SAID_NOTHING = 0, SAID_LITTLE, SAID_MUCH };

struct tsr_path_fold {
	const struct tsr_ruleset *rs;
	const struct tsr_facts *facts;
	uint8_t *said; /* enum said, by entry, then by nested stream; NULL until somebody asks */
	struct tsr_names index;
	struct group *groups;
	size_t n, cap;
};

struct tsr_path_fold *tsr_path_fold_new(const struct tsr_ruleset *rs, const struct tsr_facts *facts)
{
	struct tsr_path_fold *p = tsr_xcalloc(1, sizeof(*p));

	p->rs = rs;
	p->facts = facts;
	tsr_names_init(&p->index);
	return p;
}

/* --- what content says ------------------------------------------------------ */

static size_t stream_of(const struct tsr_facts *f, const struct tsr_raw *r)
{
	return r->stream ? (size_t)f->n_entries + r->stream : r->entry;
}

static void read_content(struct tsr_path_fold *p)
{
	const struct tsr_facts *f = p->facts;
	size_t streams = 0;

	for (uint32_t i = 0; i < f->n_raws; i++)
		if (f->raws[i].stream > streams)
			streams = f->raws[i].stream;
	p->said = tsr_xcalloc((size_t)f->n_entries + streams + 1, 1);
	for (uint32_t i = 0; i < f->n_raws; i++) {
		const struct tsr_raw *r = &f->raws[i];
		enum tsr_rule_kind kind = p->rs->rules[r->rule]->kind;
		uint8_t said = r->severity >= TSR_MEDIUM ? SAID_MUCH : SAID_LITTLE;

		if (r->entry != TSR_NONE && (kind == TSR_RULE_CONTENT || kind == TSR_RULE_STRUCTURED) &&
		    p->said[stream_of(f, r)] < said)
			p->said[stream_of(f, r)] = said;
	}
}

static enum said content_of(struct tsr_path_fold *p, const struct tsr_raw *r)
{
	if (!p->said)
		read_content(p);
	return p->said[stream_of(p->facts, r)];
}

/* --- groups ----------------------------------------------------------------- */

/* The group that is asked for: a raw and its state. */
struct wanted {
	const struct tsr_path_fold *p;
	const struct tsr_raw *r;
	enum tsr_state state;
};

/* Beside the key: the rule and, inside of files, which file. Only hashes depend on it not overflowing. */
static uint32_t parent_of(const struct tsr_path_fold *p, const struct tsr_raw *r)
{
	return r->stream ? r->rule + p->rs->n_rules * (r->entry + 1) : r->rule;
}

static bool is_group(const void *ctx, uint32_t id, uint32_t parent, struct tsr_slice key)
{
	const struct wanted *w = ctx;
	const struct group *g = &w->p->groups[id];
	const struct tsr_raw *first = &w->p->facts->raws[g->raw];

	return first->rule == w->r->rule && parent_of(w->p, first) == parent && g->state == w->state &&
	       first->severity == w->r->severity && !first->stream == !w->r->stream &&
	       tsr_slice_eq_str(key, tsr_facts_text(w->p->facts, first->key));
}

static struct tsr_slice key_of(const struct tsr_path_fold *p, const struct tsr_raw *r)
{
	return tsr_slice_str(tsr_facts_text(p->facts, r->key));
}

static void join(struct group *g, uint32_t raw)
{
	g->raws = tsr_grow(g->raws, &g->cap, (size_t)g->n + 1, sizeof(*g->raws));
	g->raws[g->n++] = raw;
}

static struct group *find_group(struct tsr_path_fold *p, const struct tsr_raw *r, enum tsr_state state, uint32_t *hash)
{
	struct wanted w = { p, r, state };
	uint32_t id;

	*hash = tsr_names_hash(&p->index, parent_of(p, r), key_of(p, r));
	id = tsr_names_find(&p->index, *hash, parent_of(p, r), key_of(p, r), is_group, &w);
	return id == TSR_NAMES_NONE ? NULL : &p->groups[id];
}

/* --- the fold --------------------------------------------------------------- */

static const struct tsr_rule_path *rule_of(const struct tsr_path_fold *p, uint32_t raw)
{
	return p->rs->rules[p->facts->raws[raw].rule]->path;
}

/* What is known is a note, one for a layer. */
static enum tsr_once once_of(const struct tsr_path_fold *p, uint32_t raw)
{
	const struct tsr_raw *r = &p->facts->raws[raw];

	if (strcmp(tsr_facts_text(p->facts, r->tags), "known") == 0)
		return TSR_ONCE_LAYER;
	return (enum tsr_once)rule_of(p, raw)->once;
}

bool tsr_path_fold_takes(struct tsr_path_fold *p, uint32_t raw, enum tsr_state state)
{
	const struct tsr_raw *r = &p->facts->raws[raw];
	const struct tsr_rule_path *path = rule_of(p, raw);
	struct group *g;
	uint32_t hash;

	if (!path || r->entry == TSR_NONE)
		return false;
	if ((path->live && state != TSR_STATE_LIVE) || (path->unless_secret && content_of(p, r) == SAID_MUCH))
		return true;
	if (once_of(p, raw) == TSR_ONCE_FILE)
		return false;
	g = find_group(p, r, state, &hash);
	if (g)
		join(g, raw);
	return g != NULL;
}

bool tsr_path_fold_keeps(struct tsr_path_fold *p, uint32_t raw, const struct tsr_finding *f)
{
	const struct tsr_raw *r = &p->facts->raws[raw];
	const struct tsr_rule_path *path = rule_of(p, raw);
	uint32_t hash;

	if (!path || r->entry == TSR_NONE || (once_of(p, raw) == TSR_ONCE_FILE && !path->unless_secret))
		return false;
	p->groups = tsr_grow(p->groups, &p->cap, p->n + 1, sizeof(*p->groups));
	p->groups[p->n] = (struct group){ .raw = raw, .state = (uint8_t)f->state, .severity = r->severity, .f = *f };
	join(&p->groups[p->n], raw);
	if (once_of(p, raw) != TSR_ONCE_FILE && !find_group(p, r, f->state, &hash))
		tsr_names_add(&p->index, hash, (uint32_t)p->n);
	p->n++;
	return true;
}

static const char *what_is_counted(enum tsr_once once)
{
	switch (once) {
	case TSR_ONCE_DIRECTORY:
		return "in this directory";
	case TSR_ONCE_TREE:
		return "here and below";
	case TSR_ONCE_FILE:
	case TSR_ONCE_LAYER:
		break;
	}
	return "in this layer";
}

static void finish(struct tsr_path_fold *p, struct group *g, struct tsr_arena *a)
{
	const struct tsr_rule_path *path = rule_of(p, g->raw);

	if (g->n > 1) {
		g->f.occurrences = g->n;
		g->f.message = tsr_text_ours(tsr_arena_printf(a, "%s: %u %s", g->f.message.ptr, g->n, what_is_counted(once_of(p, g->raw))));
	}
	if (path->unless_secret && g->f.severity > TSR_INFO && content_of(p, &p->facts->raws[g->raw]) == SAID_LITTLE) {
		g->f.severity = TSR_INFO;
		g->f.message = tsr_text_ours(
			tsr_arena_printf(a, "%s; what it holds was found to be harmless or a sample", g->f.message.ptr));
	}
}

void tsr_path_fold_end(struct tsr_path_fold *p, struct tsr_arena *a, tsr_path_fold_emit *emit, void *ctx)
{
	for (size_t i = 0; i < p->n; i++) {
		finish(p, &p->groups[i], a);
		emit(ctx, p->facts, p->groups[i].raws, p->groups[i].n, &p->groups[i].f);
		free(p->groups[i].raws);
	}
	tsr_names_release(&p->index);
	free(p->said);
	free(p->groups);
	free(p);
}
