/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report.h"

#include <string.h>

#include "base/mem.h"

#define REPORTER(name) extern const struct tsr_reporter tsr_reporter_##name;
#include "report/reporters.def"
#undef REPORTER

static const struct tsr_reporter *const reporters[] = {
#define REPORTER(name) &tsr_reporter_##name,
#include "report/reporters.def"
#undef REPORTER
};

const struct tsr_reporter *tsr_reporter_at(size_t i)
{
	return i < TSR_ARRAY_LEN(reporters) ? reporters[i] : NULL;
}

const struct tsr_reporter *tsr_reporter_find(const char *name)
{
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(reporters); i++)
		if (strcmp(reporters[i]->name, name) == 0)
			return reporters[i];
	return NULL;
}

const struct tsr_reporter *tsr_reporter_for(struct tsr_slice file)
{
	const struct tsr_reporter *best = NULL;
	size_t i, len = 0;

	for (i = 0; i < TSR_ARRAY_LEN(reporters); i++)
		for (const char *const *e = reporters[i]->endings; *e; e++)
			if (strlen(*e) > len && tsr_slice_ends(file, *e)) {
				best = reporters[i];
				len = strlen(*e);
			}
	return best;
}
