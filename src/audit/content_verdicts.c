/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/content_verdicts.h"

#include <stdlib.h>

#include "base/mem.h"

struct item {
	uint32_t layer, entry, assertion;
	struct tsr_content_verdict verdict;
};

struct tsr_content_verdicts {
	struct item *items; /* sorted */
	size_t n, cap;
};

static int by_file(const void *p, const void *q)
{
	const struct item *a = p, *b = q;

	if (a->layer != b->layer)
		return a->layer < b->layer ? -1 : 1;
	if (a->entry != b->entry)
		return a->entry < b->entry ? -1 : 1;
	return (a->assertion > b->assertion) - (a->assertion < b->assertion);
}

struct tsr_content_verdicts *tsr_content_verdicts_new(const struct tsr_facts *const *facts, uint32_t n)
{
	struct tsr_content_verdicts *v = tsr_xcalloc(1, sizeof(*v));

	for (uint32_t layer = 0; layer < n; layer++)
		for (uint32_t i = 0; facts[layer] && i < facts[layer]->n_extracts; i++) {
			const struct tsr_extract *x = &facts[layer]->extracts[i];

			if (x->kind != TSR_EXTRACT_CONTENT)
				continue;
			v->items = tsr_grow(v->items, &v->cap, v->n + 1, sizeof(*v->items));
			v->items[v->n++] = (struct item){ layer, x->entry, (uint32_t)x->x,
							  { (enum tsr_content_result)x->y, (uint32_t)x->z } };
		}
	if (v->n)
		qsort(v->items, v->n, sizeof(*v->items), by_file);
	return v;
}

void tsr_content_verdicts_free(struct tsr_content_verdicts *v)
{
	if (!v)
		return;
	free(v->items);
	free(v);
}

struct tsr_content_verdict tsr_content_verdicts_find(const struct tsr_content_verdicts *v, uint32_t layer, uint32_t entry,
						     uint32_t assertion)
{
	const struct item wanted = { .layer = layer, .entry = entry, .assertion = assertion };
	const struct item *found = v->n ? bsearch(&wanted, v->items, v->n, sizeof(*v->items), by_file) : NULL;

	return found ? found->verdict : (struct tsr_content_verdict){ TSR_CONTENT_UNDECIDED, 0 };
}
