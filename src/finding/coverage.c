/* SPDX-License-Identifier: Apache-2.0 */
#include "finding/coverage.h"

#include "base/mem.h"

void tsr_coverage_skip(struct tsr_coverage *c, const struct tsr_skip_row *row)
{
	c->skipped = tsr_grow(c->skipped, &c->cap_skipped, c->n_skipped + 1, sizeof(*c->skipped));
	c->skipped[c->n_skipped++] = *row;
}

void tsr_coverage_derive(struct tsr_coverage *c, const struct tsr_skip_row *row)
{
	c->derived = tsr_grow(c->derived, &c->cap_derived, c->n_derived + 1, sizeof(*c->derived));
	c->derived[c->n_derived++] = *row;
}

bool tsr_coverage_complete(const struct tsr_coverage *c)
{
	size_t i;

	if (c->n_skipped)
		return false;
	for (i = 0; i < c->n_derived; i++)
		if (c->derived[i].fatal)
			return false;
	return true;
}

void tsr_coverage_release(struct tsr_coverage *c)
{
	free(c->skipped);
	free(c->derived);
	*c = (struct tsr_coverage){ 0 };
}
