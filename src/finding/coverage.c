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

const struct tsr_skip_row *tsr_coverage_gap(const struct tsr_coverage *c, size_t *at)
{
	while (*at < c->n_skipped + c->n_derived) {
		size_t i = (*at)++;

		if (i < c->n_skipped)
			return &c->skipped[i];
		if (c->derived[i - c->n_skipped].fatal)
			return &c->derived[i - c->n_skipped];
	}
	return NULL;
}

bool tsr_coverage_complete(const struct tsr_coverage *c)
{
	size_t at = 0;

	return !tsr_coverage_gap(c, &at);
}

void tsr_coverage_release(struct tsr_coverage *c)
{
	free(c->skipped);
	free(c->derived);
	*c = (struct tsr_coverage){ 0 };
}
