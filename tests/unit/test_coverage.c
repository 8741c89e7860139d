/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include "finding/coverage.h"

static const struct tsr_skip_row row = {
	{ "layer", false }, { "missing", false }, { "", false }, 2, 10, false
};

Test(coverage, nothing_skipped_is_complete)
{
	struct tsr_coverage c = { 0 };

	cr_expect(tsr_coverage_complete(&c));
	tsr_coverage_release(&c);
}

Test(coverage, any_primary_row_makes_it_incomplete)
{
	struct tsr_coverage c = { 0 };

	tsr_coverage_skip(&c, &row);
	cr_expect_not(tsr_coverage_complete(&c));
	cr_expect(c.n_skipped == 1 && c.n_derived == 0 && c.skipped[0].layer == 2);
	tsr_coverage_release(&c);
	cr_expect(tsr_coverage_complete(&c), "released is empty again");
}

Test(coverage, a_derived_row_only_if_a_budget_was_hit)
{
	struct tsr_coverage c = { 0 };
	struct tsr_skip_row fatal = row;
	int i;

	fatal.fatal = true;
	for (i = 0; i < 100; i++)
		tsr_coverage_derive(&c, &row);
	cr_expect(tsr_coverage_complete(&c));
	tsr_coverage_derive(&c, &fatal);
	tsr_coverage_derive(&c, &row);
	cr_expect_not(tsr_coverage_complete(&c));
	tsr_coverage_release(&c);
}
