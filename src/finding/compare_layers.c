/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "finding/compare.h"

#define NONE SIZE_MAX

/* Which old layer each new one comes from: the same content first, then the same instruction, then the place. */
struct match {
	const struct tsr_run_image *old, *new;
	size_t *of;  /* by new: old or NONE */
	bool *taken; /* by old */
};

static bool same_content(const struct tsr_run_layer *a, const struct tsr_run_layer *b)
{
	return *a->diff_id && strcmp(a->diff_id, b->diff_id) == 0;
}

/* An instruction without what only says which builder wrote it down: "RUN /bin/sh -c x # buildkit", "/bin/sh -c x", "RUN x". */
static struct tsr_slice instruction_of(const struct tsr_run_layer *l)
{
	static const char *const before[] = { "RUN ", "/bin/sh -c ", "#(nop) " };
	static const char after[] = "# buildkit";
	struct tsr_slice s = tsr_slice_trim(tsr_slice_str(l->created_by.ptr));

	for (size_t i = 0; i < TSR_ARRAY_LEN(before); i++)
		if (tsr_slice_starts(s, before[i]))
			s = tsr_slice_trim(tsr_slice_sub(s, strlen(before[i]), s.len));
	if (tsr_slice_ends(s, after))
		s = tsr_slice_trim(tsr_slice_sub(s, 0, s.len - strlen(after)));
	return s;
}

static bool same_instruction(const struct tsr_run_layer *a, const struct tsr_run_layer *b)
{
	struct tsr_slice x = instruction_of(a), y = instruction_of(b);

	return x.len && tsr_slice_eq(x, y);
}

static bool in_place(const struct tsr_run_layer *a, const struct tsr_run_layer *b)
{
	(void)a;
	(void)b;
	return true;
}

static void match(struct match *m, bool (*fits)(const struct tsr_run_layer *, const struct tsr_run_layer *))
{
	for (size_t i = 0; i < m->new->n_layers; i++)
		for (size_t k = 0; k < m->old->n_layers && m->of[i] == NONE; k++)
			if (!m->taken[k] && fits(&m->old->layers[k], &m->new->layers[i])) {
				m->of[i] = k;
				m->taken[k] = true;
			}
}

static const struct tsr_run_file **pointers(struct tsr_arena *a, const struct tsr_run_layer *l)
{
	const struct tsr_run_file **list = tsr_arena_alloc(a, l->n_files + 1, sizeof(*list));

	for (size_t i = 0; i < l->n_files; i++)
		list[i] = &l->files[i];
	return list;
}

static void set_pair(struct tsr_arena *a, const struct tsr_run_layer *old, const struct tsr_run_layer *new,
		     struct tsr_layer_pair *pair)
{
	*pair = (struct tsr_layer_pair){ .old = old, .new = new };
	if (!old || !new) {
		pair->change = new ? TSR_LAYER_ADDED : TSR_LAYER_REMOVED;
	} else if (same_content(old, new)) {
		pair->change = TSR_LAYER_REUSED;
	} else if (!same_instruction(old, new)) {
		pair->change = TSR_LAYER_INSTRUCTION;
	} else {
		pair->change = TSR_LAYER_CONTENT;
		pair->entries = tsr_arena_alloc(a, old->n_files + new->n_files + 1, sizeof(*pair->entries));
		pair->n_entries = tsr_compare_entries(pointers(a, old), old->n_files, pointers(a, new), new->n_files, pair->entries);
	}
}

void tsr_compare_layers(struct tsr_arena *a, struct tsr_image_pair *pair)
{
	tsr_autofree size_t *of = tsr_xcalloc(pair->new->n_layers + 1, sizeof(*of));
	tsr_autofree bool *taken = tsr_xcalloc(pair->old->n_layers + 1, sizeof(*taken));
	struct match m = { pair->old, pair->new, of, taken };
	size_t k = 0;

	for (size_t i = 0; i < m.new->n_layers; i++)
		of[i] = NONE;
	match(&m, same_content);
	match(&m, same_instruction);
	match(&m, in_place);
	pair->layers = tsr_arena_alloc(a, m.old->n_layers + m.new->n_layers + 1, sizeof(*pair->layers));
	for (size_t i = 0; i < m.new->n_layers; i++) {
		/* Old layers that went stand in front of those that they stood in front of. */
		for (; of[i] != NONE && k < of[i]; k++)
			if (!taken[k])
				set_pair(a, &m.old->layers[k], NULL, &pair->layers[pair->n_layers++]);
		set_pair(a, of[i] == NONE ? NULL : &m.old->layers[of[i]], &m.new->layers[i], &pair->layers[pair->n_layers++]);
	}
	for (; k < m.old->n_layers; k++)
		if (!taken[k])
			set_pair(a, &m.old->layers[k], NULL, &pair->layers[pair->n_layers++]);
	for (size_t i = 0; i < pair->n_layers && !pair->first; i++)
		if (pair->layers[i].change != TSR_LAYER_REUSED)
			pair->first = &pair->layers[i];
}
