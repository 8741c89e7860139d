/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "audit/image_fold.h"
#include "audit/image_packages.h"
#include "base/mem.h"
#include "finding/fingerprint.h"
#include "rule/package_name.h"

/*
 * Rules about packages of the lists of image_packages.h, and the list of what is installed in the run. Rules
 * about Python's distributions are asked when their layer is analysed (inspect/python.c), since each is a file of its own.
 */

static struct tsr_text shown(struct tsr_image_fold *x, const char *s)
{
	return tsr_mask_text(x->f->maker.scanner, x->f->maker.arena, tsr_slice_str(s), TSR_MASK_TEXT);
}

void tsr_image_tell_package(struct tsr_image_fold *x, uint32_t rule, const struct tsr_image_package *p, const char *how,
			    enum tsr_confidence most, size_t others)
{
	const struct tsr_rule *r = x->f->maker.rules->rules[rule];
	struct tsr_text name = shown(x, p->name), version = shown(x, p->version);
	const bool gone = p->gone_in != TSR_NONE;
	const char *more = others ? tsr_arena_printf(&x->f->run->arena, ", and %zu others of the list", others) : "";
	struct tsr_finding f;

	tsr_make(&x->f->maker, rule, &f);
	f.severity = gone ? r->severity_hidden : r->severity;
	f.confidence = f.confidence < most ? f.confidence : most;
	f.message = tsr_text_ours(tsr_arena_printf(&x->f->run->arena, "%s%s%s %s%s%s", name.ptr, *version.ptr ? " " : "",
						   version.ptr, how, more, gone ? "; a later layer removed it" : ""));
	f.occurrences = others < UINT32_MAX ? (uint32_t)others + 1 : UINT32_MAX;
	f.where.kind = TSR_PLACE_FILE;
	f.where.path = tsr_make_path(&x->f->maker, x->facts[p->layer], p->entry);
	tsr_image_place(x, p->layer, &f.where);
	f.entry = p->entry;
	f.state = gone ? TSR_STATE_DELETED : TSR_STATE_LIVE;
	f.hidden_in = gone ? p->gone_in : TSR_NO_LAYER;
	tsr_fingerprint(&f, NULL, tsr_slice_str(others ? "" : p->name), 0, f.fingerprint);
	tsr_image_emit(x, &f);
}

/* What is to be said of a package. */
struct saying {
	uint32_t rule;
	const struct tsr_image_package *p;
	const char *how;
};

struct sayings {
	struct saying *list;
	size_t n, cap;
};

static void say(struct sayings *s, uint32_t rule, const struct tsr_image_package *p, const char *how)
{
	s->list = tsr_grow(s->list, &s->cap, s->n + 1, sizeof(*s->list));
	s->list[s->n++] = (struct saying){ rule, p, how };
}

static int by_rule_and_list(const void *a, const void *b)
{
	const struct saying *x = a, *y = b;
	int c = (x->rule > y->rule) - (x->rule < y->rule);

	if (!c)
		c = (x->p->layer > y->p->layer) - (x->p->layer < y->p->layer);
	if (!c)
		c = (x->p->entry > y->p->entry) - (x->p->entry < y->p->entry);
	return c ? c : (x->p->gone_in > y->p->gone_in) - (x->p->gone_in < y->p->gone_in);
}

static int in_order(const void *a, const void *b)
{
	const struct saying *x = a, *y = b;
	int c = by_rule_and_list(a, b);

	return c ? c : (x->p > y->p) - (x->p < y->p);
}

static void tell_all(struct tsr_image_fold *x, struct sayings *s)
{
	size_t end;

	if (s->n)
		qsort(s->list, s->n, sizeof(*s->list), in_order);
	for (size_t i = 0; i < s->n; i = end) {
		size_t others = 0;

		for (end = i + 1; end < s->n && !by_rule_and_list(&s->list[i], &s->list[end]);)
			end++;
		if (end - i > TSR_IMAGE_PACKAGES_EACH)
			others = end - i - 1;
		for (size_t k = i; k < (others ? i + 1 : end); k++)
			tsr_image_tell_package(x, s->list[k].rule, s->list[k].p, s->list[k].how, TSR_CONFIRMED, others);
	}
	free(s->list);
}

static void judge_node(const struct tsr_ruleset *rs, const struct tsr_image_package *p, struct sayings *s)
{
	if (p->flags & TSR_PACKAGE_DEV)
		say(s, rs->builtin[TSR_BUILTIN_NODE_DEV], p, "is for development only");
	if (p->flags & TSR_PACKAGE_VCS)
		say(s, rs->builtin[TSR_BUILTIN_NODE_UNPINNED], p, "was installed from a repository");
	if (p->flags & TSR_PACKAGE_LOCAL)
		say(s, rs->builtin[TSR_BUILTIN_NODE_UNPINNED], p, "was installed from a folder or a file");
}

static void judge(const struct tsr_ruleset *rs, const struct tsr_image_package *p, struct sayings *s)
{
	const enum tsr_ecosystem eco = (enum tsr_ecosystem)p->eco;
	char normal[TSR_PACKAGE_NAME_MAX];

	if (eco == TSR_ECO_PYTHON)
		return;
	if (eco == TSR_ECO_NODE)
		judge_node(rs, p, s);
	tsr_package_normalise(eco, tsr_slice_str(p->name), normal);
	for (uint32_t i = 0; i < rs->n_rules; i++)
		if (rs->rules[i]->kind == TSR_RULE_PACKAGE && tsr_package_named(rs->rules[i]->package, eco, normal))
			say(s, i, p, "is installed");
}

static void list(struct tsr_image_fold *x, const struct tsr_image_packages *p)
{
	struct tsr_text path = TSR_TEXT_NONE;
	uint32_t layer = TSR_NONE, entry = TSR_NONE;
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++)
		n += p->list[i].gone_in == TSR_NONE;
	x->out->packages = tsr_arena_alloc(&x->f->run->arena, n + 1, sizeof(*x->out->packages));
	for (size_t i = 0; i < p->n; i++) {
		const struct tsr_image_package *from = &p->list[i];

		if (from->gone_in != TSR_NONE)
			continue;
		if (from->layer != layer || from->entry != entry)
			path = tsr_make_path(&x->f->maker, x->facts[from->layer], from->entry);
		layer = from->layer;
		entry = from->entry;
		x->out->packages[x->out->n_packages++] = (struct tsr_run_package){
			.ecosystem = tsr_ecosystem_names[from->eco],
			.name = shown(x, from->name),
			.version = shown(x, from->version),
			.path = path,
			.layer = from->layer,
			.development = from->flags & TSR_PACKAGE_DEV,
		};
	}
}

void tsr_image_check_packages(struct tsr_image_fold *x)
{
	struct tsr_image_packages p;
	struct sayings s = { NULL, 0, 0 };

	tsr_image_packages_init(&p, x->rootfs, x->facts, (uint32_t)x->image->n_layers, x->f->packages_left);
	x->f->packages_left -= p.looked_at;
	if (p.limited)
		tsr_fold_skip(x->f, &x->out->coverage, "packages", "there are more than are looked at", TSR_NO_LAYER, 0);
	for (size_t i = 0; i < p.n; i++)
		judge(x->f->maker.rules, &p.list[i], &s);
	tell_all(x, &s);
	list(x, &p);
	tsr_image_packages_release(&p);
}
