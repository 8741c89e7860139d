/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mem.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <string.h>

Test(mem, zero_sizes_give_memory)
{
	tsr_autofree void *a = tsr_xmalloc(0);
	tsr_autofree void *b = tsr_xcalloc(0, 8);
	tsr_autofree void *c = tsr_xrealloc(NULL, 0, 8);

	cr_assert(a && b && c);
}

Test(mem, calloc_is_zeroed)
{
	tsr_autofree unsigned char *p = tsr_xcalloc(1000, 3);
	size_t i;

	for (i = 0; i < 3000; i++)
		cr_assert_eq(p[i], 0);
}

Test(mem, product_overflow_exits_with_5, .exit_code = 5)
{
	tsr_xcalloc(SIZE_MAX / 2, 3);
}

Test(mem, realloc_overflow_exits_with_5, .exit_code = 5)
{
	tsr_xrealloc(NULL, SIZE_MAX / 4, 8);
}

Test(mem, strndup_terminates_and_takes_nul_bytes)
{
	tsr_autofree char *p = tsr_xstrndup("a\0bc", 3);
	tsr_autofree char *e = tsr_xstrndup(NULL, 0);
	tsr_autofree char *s = tsr_xstrdup("hello");

	cr_assert_eq(memcmp(p, "a\0b\0", 4), 0);
	cr_assert_str_eq(e, "");
	cr_assert_str_eq(s, "hello");
}

Test(mem, grow_doubles_and_keeps_the_elements)
{
	int *p = NULL;
	size_t cap = 0, n, moves = 0;

	for (n = 0; n < 1000; n++) {
		size_t before = cap;

		p = tsr_grow(p, &cap, n + 1, sizeof(*p));
		cr_assert_geq(cap, n + 1);
		moves += cap != before;
		p[n] = (int)n;
	}
	cr_assert_lt(moves, 12);
	for (n = 0; n < 1000; n++)
		cr_assert_eq(p[n], (int)n);
	p = tsr_grow(p, &cap, 100000, sizeof(*p));
	cr_assert_geq(cap, 100000);
	free(p);
}

Test(mem, array_len_counts_elements)
{
	int a[7];

	(void)a;
	cr_assert_eq(TSR_ARRAY_LEN(a), 7);
}
