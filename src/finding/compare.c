/* SPDX-License-Identifier: Apache-2.0 */
#include "finding/compare.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static const struct tsr_run_image nothing = { .source = TSR_TEXT_NONE, .platform = TSR_TEXT_NONE, .config_digest = "" };

/* "registry:5000/app" of "registry:5000/app:1" and "…@sha256:…". */
static struct tsr_slice repository(struct tsr_text name)
{
	struct tsr_slice s = tsr_slice_str(name.ptr);
	size_t end;

	s.len = tsr_slice_find(s, '@', 0);
	for (end = s.len; end > 0 && s.ptr[end - 1] != ':' && s.ptr[end - 1] != '/'; end--)
		;
	if (end > 0 && s.ptr[end - 1] == ':')
		s.len = end - 1;
	return s;
}

/* Of an image; one may have any number. */
#define NAMES_COMPARED 4

static bool same_name(const struct tsr_run_image *a, const struct tsr_run_image *b)
{
	for (size_t i = 0; i < a->n_names && i < NAMES_COMPARED; i++)
		for (size_t k = 0; k < b->n_names && k < NAMES_COMPARED; k++)
			if (tsr_slice_eq(repository(a->names[i]), repository(b->names[k])))
				return true;
	return false;
}

static bool fits(const struct tsr_run_image *old, const struct tsr_run_image *new, bool by_name)
{
	return strcmp(old->platform.ptr, new->platform.ptr) == 0 && (!by_name || same_name(old, new));
}

/* For each new image the index of its old one, or n_old. */
static void pair_images(const struct tsr_run *old, const struct tsr_run *new, size_t *of, bool *taken)
{
	for (size_t i = 0; i < new->n_images; i++)
		of[i] = old->n_images;
	if (old->n_images == 1 && new->n_images == 1) {
		of[0] = 0;
		taken[0] = true;
		return;
	}
	for (int by_name = 1; by_name >= 0; by_name--)
		for (size_t i = 0; i < new->n_images; i++)
			for (size_t k = 0; k < old->n_images && of[i] == old->n_images; k++)
				if (!taken[k] && fits(&old->images[k], &new->images[i], by_name)) {
					of[i] = k;
					taken[k] = true;
				}
}

static void compare_pair(struct tsr_arena *a, const struct tsr_run_image *old, const struct tsr_run_image *new,
			 struct tsr_image_pair *pair)
{
	pair->old = old;
	pair->new = new;
	tsr_compare_layers(a, pair);
	tsr_compare_config(a, pair);
	tsr_compare_packages(a, pair);
	tsr_compare_files(a, pair);
	tsr_compare_findings(a, old->findings, old->n_findings, new->findings, new->n_findings, &pair->findings);
}

/* Findings of all archives of a run in one list. */
static struct tsr_finding *of_archives(struct tsr_arena *a, const struct tsr_run *run, size_t *n)
{
	struct tsr_finding *all;
	size_t i;

	for (i = 0, *n = 0; i < run->n_archives; i++)
		*n += run->archives[i].n_findings;
	all = tsr_arena_alloc(a, *n + 1, sizeof(*all));
	for (i = 0, *n = 0; i < run->n_archives; i++)
		for (size_t k = 0; k < run->archives[i].n_findings; k++)
			all[(*n)++] = run->archives[i].findings[k];
	return all;
}

void tsr_compare(struct tsr_comparison *c, const struct tsr_run *old, const struct tsr_run *new)
{
	tsr_autofree size_t *of = tsr_xcalloc(new->n_images + 1, sizeof(*of));
	tsr_autofree bool *taken = tsr_xcalloc(old->n_images + 1, sizeof(*taken));
	struct tsr_finding *was, *is;
	size_t n_was, n_is;

	*c = (struct tsr_comparison){ .arena = TSR_ARENA_INIT };
	c->images = tsr_arena_alloc(&c->arena, old->n_images + new->n_images + 1, sizeof(*c->images));
	pair_images(old, new, of, taken);
	for (size_t i = 0; i < new->n_images; i++)
		compare_pair(&c->arena, of[i] < old->n_images ? &old->images[of[i]] : &nothing, &new->images[i],
			     &c->images[c->n_images++]);
	for (size_t k = 0; k < old->n_images; k++)
		if (!taken[k])
			compare_pair(&c->arena, &old->images[k], &nothing, &c->images[c->n_images++]);
	for (size_t i = 0; i < c->n_images; i++) {
		c->images[i].old = c->images[i].old == &nothing ? NULL : c->images[i].old;
		c->images[i].new = c->images[i].new == &nothing ? NULL : c->images[i].new;
	}
	was = of_archives(&c->arena, old, &n_was);
	is = of_archives(&c->arena, new, &n_is);
	tsr_compare_findings(&c->arena, was, n_was, is, n_is, &c->archive);
}

void tsr_comparison_release(struct tsr_comparison *c)
{
	tsr_arena_release(&c->arena);
	*c = (struct tsr_comparison){ .arena = TSR_ARENA_INIT };
}

static bool any(const struct tsr_findings_change *f, enum tsr_severity at_least)
{
	for (size_t i = 0; i < f->n_introduced; i++)
		if (f->introduced[i].new->severity >= at_least)
			return true;
	return false;
}

bool tsr_comparison_introduced(const struct tsr_comparison *c, enum tsr_severity at_least)
{
	bool found = any(&c->archive, at_least);

	for (size_t i = 0; i < c->n_images && !found; i++)
		found = any(&c->images[i].findings, at_least);
	return found;
}
