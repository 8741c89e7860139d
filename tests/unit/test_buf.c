/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"

/* What must hold of a buffer at any time. */
static void check_sane(const struct tsr_buf *b)
{
	cr_assert_not_null(b->ptr);
	cr_assert_eq(b->ptr[b->len], '\0');
	cr_assert_leq(b->len, b->max);
	cr_assert(b->cap == 0 ? b->len == 0 : b->cap > b->len);
}

Test(buf, empty_is_terminated_and_never_null)
{
	struct tsr_buf b = TSR_BUF_INIT(10);

	check_sane(&b);
	cr_assert_eq(tsr_buf_add(&b, NULL, 0), 0);
	tsr_buf_reset(&b);
	tsr_buf_wipe(&b);
	tsr_buf_release(&b);
	check_sane(&b);
}

Test(buf, appends_of_every_kind)
{
	TSR_AUTO(tsr_buf) struct tsr_buf b = TSR_BUF_INIT(1000);

	tsr_buf_add(&b, "a\0b", 3);
	tsr_buf_adds(&b, "cd");
	tsr_buf_addsl(&b, TSR_SLICE("ef"));
	tsr_buf_addc(&b, 'g');
	tsr_buf_printf(&b, "-%d-%s", 42, "h");
	check_sane(&b);
	cr_assert(tsr_slice_eq(tsr_buf_slice(&b), TSR_SLICE("a\0bcdefg-42-h")));
	cr_assert_not(b.full);
}

Test(buf, limit_is_exact)
{
	size_t max;

	for (max = 0; max < 200; max++) {
		TSR_AUTO(tsr_buf) struct tsr_buf b = TSR_BUF_INIT(max);
		size_t i;

		for (i = 0; i < max; i++)
			cr_assert_eq(tsr_buf_addc(&b, 'x'), 0);
		cr_assert_not(b.full);
		cr_assert_eq(tsr_buf_add(&b, "", 0), 0);
		cr_assert_eq(tsr_buf_addc(&b, 'y'), -1);
		cr_assert(b.full);
		cr_assert_eq(b.len, max);
		check_sane(&b);
	}
}

Test(buf, beyond_the_limit_nothing_changes_and_full_stays)
{
	TSR_AUTO(tsr_buf) struct tsr_buf b = TSR_BUF_INIT(5);

	cr_assert_eq(tsr_buf_adds(&b, "abc"), 0);
	cr_assert_eq(tsr_buf_printf(&b, "%s", "def"), -1);
	cr_assert_str_eq(b.ptr, "abc");
	cr_assert_eq(tsr_buf_addc(&b, 'd'), -1, "what follows must not close the gap");
	cr_assert_str_eq(b.ptr, "abc");
	cr_assert(b.full);
	check_sane(&b);
	tsr_buf_reset(&b);
	cr_assert_not(b.full);
	cr_assert_eq(tsr_buf_printf(&b, "%s", "defgh"), 0);
	cr_assert_str_eq(b.ptr, "defgh");
}

Test(buf, huge_lengths_do_not_wrap_around)
{
	TSR_AUTO(tsr_buf) struct tsr_buf b = TSR_BUF_INIT(SIZE_MAX);

	tsr_buf_adds(&b, "abc");
	cr_assert_eq(tsr_buf_add(&b, "x", SIZE_MAX - 3), -1);
	cr_assert_eq(tsr_buf_add(&b, "x", SIZE_MAX), -1);
	check_sane(&b);
}

Test(buf, printf_grows_from_any_fill)
{
	size_t n;

	for (n = 0; n < 140; n++) {
		TSR_AUTO(tsr_buf) struct tsr_buf b = TSR_BUF_INIT(1000);
		size_t i;

		for (i = 0; i < n; i++)
			tsr_buf_addc(&b, 'x');
		cr_assert_eq(tsr_buf_printf(&b, "%0100d", 1), 0);
		cr_assert_eq(b.len, n + 100);
		cr_assert_eq(b.ptr[b.len - 1], '1');
		check_sane(&b);
	}
}

Test(buf, take_hands_over_ownership)
{
	struct tsr_buf b = TSR_BUF_INIT(10);
	tsr_autofree char *e = tsr_buf_take(&b);
	tsr_autofree char *p = NULL;

	cr_assert_str_eq(e, "");
	tsr_buf_adds(&b, "abc");
	p = tsr_buf_take(&b);
	cr_assert_str_eq(p, "abc");
	check_sane(&b);
	cr_assert_eq(b.len, 0);
	cr_assert_eq(b.max, 10);
}

Test(buf, release_leaves_it_reusable)
{
	struct tsr_buf b;

	tsr_buf_init(&b, 4);
	tsr_buf_adds(&b, "abcde");
	tsr_buf_release(&b);
	cr_assert_eq(tsr_buf_adds(&b, "abcd"), 0);
	tsr_buf_release(&b);
}

Test(buf, wipe_overwrites_the_bytes)
{
	TSR_AUTO(tsr_buf) struct tsr_buf b = TSR_BUF_INIT(100);
	size_t i;

	tsr_buf_adds(&b, "something private");
	tsr_buf_wipe(&b);
	check_sane(&b);
	for (i = 0; i < b.cap; i++)
		cr_assert_eq(b.ptr[i], 0);
}
