/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/mem.h"

Test(limits, defaults_are_the_tables)
{
#define LIMIT(field, option, value, help) cr_expect_eq(tsr_limits_default.field, (value), option);
#include "base/limits.def"
#undef LIMIT
}

Test(limits, every_limit_counts_in_the_digest)
{
	struct tsr_digest base, again;

	tsr_limits_digest(&tsr_limits_default, &base);
	tsr_limits_digest(&tsr_limits_default, &again);
	cr_assert(tsr_digest_eq(&base, &again));
#define LIMIT(field, option, value, help)                        \
	do {                                                     \
		struct tsr_limits l = tsr_limits_default;        \
		struct tsr_digest d;                             \
		l.field++;                                       \
		tsr_limits_digest(&l, &d);                       \
		cr_expect_not(tsr_digest_eq(&base, &d), option); \
	} while (0);
#include "base/limits.def"
#undef LIMIT
}

Test(limits, options_are_distinct)
{
	static const char *const options[] = {
#define LIMIT(field, option, value, help) option,
#include "base/limits.def"
#undef LIMIT
	};
	size_t i, k;

	for (i = 0; i < TSR_ARRAY_LEN(options); i++)
		for (k = 0; k < i; k++)
			cr_expect_str_neq(options[i], options[k]);
}
