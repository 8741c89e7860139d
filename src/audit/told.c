/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/told.h"

#include <stdlib.h>
#include <string.h>

#include "archive/members.h"
#include "base/mem.h"

struct item {
	const struct tsr_facts *facts;
	const struct tsr_raw *raw;
};

struct tsr_told {
	struct item *items; /* sorted */
	size_t n, cap;
};

static int by_what_is_told(const void *p, const void *q)
{
	const struct item *a = p, *b = q;
	int c = (a->raw->rule > b->raw->rule) - (a->raw->rule < b->raw->rule);

	if (!c)
		c = memcmp(a->raw->secret_id, b->raw->secret_id, sizeof(a->raw->secret_id));
	if (!c)
		c = strcmp(tsr_facts_text(a->facts, a->raw->pointer), tsr_facts_text(b->facts, b->raw->pointer));
	return c ? c : strcmp(tsr_facts_text(a->facts, a->raw->key), tsr_facts_text(b->facts, b->raw->key));
}

/* Images may share a config: it is taken once or more, and only costs that. */
struct tsr_told *tsr_told_new(const struct tsr_model *model)
{
	struct tsr_told *t = tsr_xcalloc(1, sizeof(*t));
	const struct tsr_blob *last = NULL;

	for (size_t i = 0; i < model->n_images; i++) {
		const struct tsr_blob *b = model->images[i].config_blob;

		if (!b || b == last || !b->facts || !(b->flags & TSR_BLOB_SELECTED))
			continue;
		last = b;
		for (uint32_t k = 0; k < b->facts->n_raws; k++) {
			t->items = tsr_grow(t->items, &t->cap, t->n + 1, sizeof(*t->items));
			t->items[t->n++] = (struct item){ b->facts, &b->facts->raws[k] };
		}
	}
	if (t->n)
		qsort(t->items, t->n, sizeof(*t->items), by_what_is_told);
	return t;
}

void tsr_told_free(struct tsr_told *t)
{
	if (!t)
		return;
	free(t->items);
	free(t);
}

bool tsr_told_has(const struct tsr_told *t, const struct tsr_facts *facts, const struct tsr_raw *raw)
{
	const struct item wanted = { facts, raw };

	return t->n && bsearch(&wanted, t->items, t->n, sizeof(*t->items), by_what_is_told);
}
