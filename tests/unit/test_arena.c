/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <criterion/criterion.h>
#include <stdint.h>

Test(arena, memory_is_zeroed_aligned_and_stable)
{
	struct tsr_arena a = TSR_ARENA_INIT;
	unsigned char *p[600];
	size_t i, k, sum = 0;

	for (i = 0; i < 600; i++) {
		p[i] = tsr_arena_alloc(&a, i, 3);
		sum += i ? i * 3 : 1;
		cr_assert_eq((uintptr_t)p[i] % _Alignof(max_align_t), 0);
		for (k = 0; k < i * 3; k++)
			cr_assert_eq(p[i][k], 0);
		if (i)
			memset(p[i], (int)(i & 0xff), i * 3);
		tsr_arena_str(&a, TSR_SLICE("x")); /* leaves the bump pointer odd */
		sum += 2;
	}
	for (i = 1; i < 600; i++)
		for (k = 0; k < i * 3; k++)
			cr_assert_eq(p[i][k], i & 0xff, "block %zu was written over", i);
	cr_assert_eq(a.total, sum);
	tsr_arena_release(&a);
}

Test(arena, large_blocks_do_not_waste_the_newest)
{
	struct tsr_arena a = TSR_ARENA_INIT;
	char *p = tsr_arena_alloc(&a, 1, 16), *q;
	char *big = tsr_arena_alloc(&a, 1, 1u << 20);

	memset(big, 1, 1u << 20);
	q = tsr_arena_alloc(&a, 1, 16);
	cr_assert_eq(q, p + 16);
	tsr_arena_release(&a);
}

Test(arena, first_block_may_be_large)
{
	struct tsr_arena a = TSR_ARENA_INIT;
	char *big = tsr_arena_alloc(&a, 1u << 20, 1);

	memset(big, 1, 1u << 20);
	cr_assert_eq(*(char *)tsr_arena_alloc(&a, 1, 1), 0);
	tsr_arena_release(&a);
}

Test(arena, copies_are_terminated_and_may_hold_nul)
{
	struct tsr_arena a = TSR_ARENA_INIT;
	struct tsr_slice s = tsr_arena_dup(&a, TSR_SLICE("a\0b"));

	cr_assert_eq(s.len, 3);
	cr_assert_eq(memcmp(s.ptr, "a\0b\0", 4), 0);
	s = tsr_arena_dup(&a, TSR_SLICE_NONE);
	cr_assert_eq(s.len, 0);
	cr_assert_str_eq(s.ptr, "");
	cr_assert_str_eq(tsr_arena_str(&a, TSR_SLICE("xyz")), "xyz");
	cr_assert_str_eq(tsr_arena_printf(&a, "%s-%05d", "n", 42), "n-00042");
	tsr_arena_release(&a);
}

Test(arena, release_leaves_it_reusable)
{
	struct tsr_arena a = TSR_ARENA_INIT;

	tsr_arena_release(&a);
	tsr_arena_str(&a, TSR_SLICE("x"));
	tsr_arena_release(&a);
	cr_assert_eq(a.total, 0);
	cr_assert_null(a.head);
}

Test(arena, overflow_exits_with_5, .exit_code = 5)
{
	struct tsr_arena a = TSR_ARENA_INIT;

	tsr_arena_alloc(&a, SIZE_MAX / 2, 4);
}
