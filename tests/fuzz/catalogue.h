/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_TESTS_FUZZ_CATALOGUE_H
#define TSR_TESTS_FUZZ_CATALOGUE_H

#include <stdlib.h>

#include "rule/ruleset.h"

/* The rules, made once for all inputs of a target. */
static inline const struct tsr_ruleset *catalogue(void)
{
	static struct tsr_ruleset *rs;
	struct tsr_err err = TSR_ERR_INIT;

	if (!rs && tsr_ruleset_new(&rs, NULL, 0, &err))
		abort();
	return rs;
}

#endif
