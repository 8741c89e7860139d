/* SPDX-License-Identifier: Apache-2.0 */
#include "finding/finding.h"

#include "base/mem.h"

const char *tsr_place_name(enum tsr_place p)
{
	static const char *const names[] = {
		[TSR_PLACE_ARCHIVE] = "archive", [TSR_PLACE_LAYER] = "layer",	  [TSR_PLACE_FILE] = "file",
		[TSR_PLACE_CONFIG] = "config",	 [TSR_PLACE_HISTORY] = "history",
	};

	return (size_t)p < TSR_ARRAY_LEN(names) ? names[p] : NULL;
}

static int cmp_u64(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int cmp_str(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

/* Nothing before something, then step by step. */
static int cmp_via(const struct tsr_location *a, const struct tsr_location *b)
{
	uint8_t i;
	int c;

	for (i = 0; i < a->n_via && i < b->n_via; i++) {
		c = cmp_u64(a->via[i].offset, b->via[i].offset);
		if (!c)
			c = cmp_str(a->via[i].path.ptr, b->via[i].path.ptr);
		if (!c)
			c = cmp_str(a->via[i].kind, b->via[i].kind);
		if (c)
			return c;
	}
	return cmp_u64(a->n_via, b->n_via);
}

int tsr_finding_cmp(const void *a, const void *b)
{
	const struct tsr_finding *x = a, *y = b;
	const struct tsr_location *p = &x->where, *q = &y->where;
	int c;

	/* TSR_NO_LAYER, TSR_NO_OFFSET and no entry are the largest of their kind, so they come last. */
	if ((c = cmp_u64(p->layer, q->layer)) || (c = cmp_u64(x->entry, y->entry)) || (c = cmp_via(p, q)) ||
	    (c = cmp_u64(p->offset, q->offset)) || (c = cmp_str(x->rule_id, y->rule_id)) ||
	    (c = cmp_u64(x->nth, y->nth)))
		return c;
	/* What is left is there so that qsort, which is not stable, has nothing to decide. */
	if ((c = cmp_u64(p->kind, q->kind)) || (c = cmp_str(p->path.ptr, q->path.ptr)) ||
	    (c = cmp_str(p->pointer, q->pointer)) || (c = cmp_str(x->message.ptr, y->message.ptr)))
		return c;
	return cmp_str(x->fingerprint, y->fingerprint);
}
