/* SPDX-License-Identifier: Apache-2.0 */
#include "base/slice.h"

#include <criterion/criterion.h>
#include <stdio.h>

#include "base/mem.h"

static struct tsr_slice S(const char *s) {
	return tsr_slice_str(s);
}

Test(slice, none_and_empty_are_the_same_to_every_function)
{
	struct tsr_slice none = TSR_SLICE_NONE, f;

	cr_assert(tsr_slice_eq(none, S("")));
	cr_assert(tsr_slice_eq(none, S(NULL)));
	cr_assert(tsr_slice_eq_str(none, ""));
	cr_assert(tsr_slice_caseeq_str(none, ""));
	cr_assert_eq(tsr_slice_cmp(none, S("")), 0);
	cr_assert(tsr_slice_starts(none, ""));
	cr_assert(tsr_slice_ends(none, ""));
	cr_assert_not(tsr_slice_starts(none, "a"));
	cr_assert_eq(tsr_slice_find(none, 'a', 0), 0);
	cr_assert_eq(tsr_slice_sub(none, 0, 5).len, 0);
	cr_assert_eq(tsr_slice_trim(none).len, 0);
	cr_assert_not(tsr_slice_next(&none, ',', &f));
}

Test(slice, comparisons_are_by_bytes)
{
	cr_assert_lt(tsr_slice_cmp(S("a"), S("b")), 0);
	cr_assert_lt(tsr_slice_cmp(S("a"), S("aa")), 0);
	cr_assert_gt(tsr_slice_cmp(S("\xff"), S("a")), 0);
	cr_assert_eq(tsr_slice_cmp(TSR_SLICE("a\0b"), TSR_SLICE("a\0b")), 0);
	cr_assert_not(tsr_slice_eq(TSR_SLICE("a\0b"), TSR_SLICE("a\0c")));
	cr_assert(tsr_slice_caseeq_str(S("LiCense"), "licENSE"));
	cr_assert_not(tsr_slice_caseeq_str(S("[a"), "{a"));
	cr_assert_not(tsr_slice_caseeq_str(S("\xc3\x89"), "\xc3\xa9"));
}

Test(slice, starts_and_ends)
{
	cr_assert(tsr_slice_starts(S("sha256:ab"), "sha256:"));
	cr_assert_not(tsr_slice_starts(S("sha"), "sha256:"));
	cr_assert(tsr_slice_ends(S("a/layer.tar"), "/layer.tar"));
	cr_assert_not(tsr_slice_ends(S("tar"), "layer.tar"));
}

Test(slice, find_and_sub_are_clipped)
{
	struct tsr_slice s = S("a,b,c");

	cr_assert_eq(tsr_slice_find(s, ',', 0), 1);
	cr_assert_eq(tsr_slice_find(s, ',', 2), 3);
	cr_assert_eq(tsr_slice_find(s, ',', 4), 5);
	cr_assert_eq(tsr_slice_find(s, ',', 99), 5);
	cr_assert(tsr_slice_eq_str(tsr_slice_sub(s, 2, 3), "b"));
	cr_assert(tsr_slice_eq_str(tsr_slice_sub(s, 2, 99), "b,c"));
	cr_assert_eq(tsr_slice_sub(s, 9, 99).len, 0);
	cr_assert_eq(tsr_slice_sub(s, 3, 1).len, 0);
}

Test(slice, trim_takes_ascii_space_off_both_ends)
{
	cr_assert(tsr_slice_eq_str(tsr_slice_trim(S(" \t\r\n\f\va b\xc2\xa0\n ")), "a b\xc2\xa0"));
	cr_assert_eq(tsr_slice_trim(S(" \n ")).len, 0);
}

Test(slice, next_gives_every_field_but_no_empty_last_one)
{
	static const struct {
		const char *text, *fields;
	} rows[] = {
		{ "a,b", "[a][b]" },	{ "a,b,", "[a][b]" }, { ",a", "[][a]" },
		{ "a,,b", "[a][][b]" }, { ",", "[]" },	      { "", "" },
	};
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(rows); i++) {
		struct tsr_slice rest = S(rows[i].text), f;
		char got[64] = "";

		while (tsr_slice_next(&rest, ',', &f))
			snprintf(got + strlen(got), sizeof(got) - strlen(got), "[%.*s]", TSR_SLICE_ARG(f));
		cr_expect_str_eq(got, rows[i].fields, "%s", rows[i].text);
	}
}

Test(slice, u64_takes_digits_only)
{
	static const char *const bad[] = {
		"", "-1", "+1", " 1", "1 ", "0x1", "18446744073709551616", "99999999999999999999999"
	};
	unsigned long long v = 7;
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(bad); i++)
		cr_expect_eq(tsr_slice_u64(S(bad[i]), &v), -1, "%s", bad[i]);
	cr_assert_eq(v, 7, "a failure leaves the result alone");
	cr_assert_eq(tsr_slice_u64(S("18446744073709551615"), &v), 0);
	cr_assert_eq(v, 18446744073709551615ull);
	cr_assert_eq(tsr_slice_u64(S("007"), &v), 0);
	cr_assert_eq(v, 7);
}
