/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_JSON_AT_H
#define TESTS_JSON_AT_H

#include <criterion/criterion.h>
#include <jansson.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/slice.h"

/* Members of a report by their path: a test whose report lacks one ends there. */

/* "a/0/b": the member of that path. */
static inline json_t *at(json_t *j, const char *path)
{
	struct tsr_slice rest = tsr_slice_str(path), part;
	unsigned long long i;

	while (tsr_slice_next(&rest, '/', &part)) {
		tsr_autofree char *key = tsr_xstrndup(part.ptr, part.len);

		j = json_is_array(j) && tsr_slice_u64(part, &i) == 0 ? json_array_get(j, (size_t)i)
								     : json_object_get(j, key);
		cr_assert(j, "%s has no %s", path, key);
	}
	return j;
}

static inline const char *str(json_t *j, const char *path)
{
	const char *s = json_string_value(at(j, path));

	cr_assert(s, "%s is no string", path);
	return s;
}

#endif
