/* SPDX-License-Identifier: Apache-2.0 */
#include "base/path.h"

#include <criterion/criterion.h>

#include "base/mem.h"

#define A TSR_PATH_ABSOLUTE
#define D TSR_PATH_DOTDOT
#define S TSR_PATH_SLASH

Test(path, clean_is_what_go_makes_of_a_name)
{
	static const struct {
		const char *raw, *clean;
		int flags;
	} rows[] = {
		{ "", "", 0 },
		{ "/", "", A | S },
		{ ".", "", 0 },
		{ "./", "", S },
		{ "..", "", D },
		{ "a", "a", 0 },
		{ "./a/", "a", S },
		{ "/a//b/./c", "a/b/c", A },
		{ "a/../b", "b", D },
		{ "a/b/../../c", "c", D },
		{ "../../a", "a", D },
		{ "a/../../b", "b", D },
		{ "a/b/..", "a", D },
		{ "a/..", "", D },
		{ "..a/b..", "..a/b..", 0 },
		{ ".../.a", ".../.a", 0 },
		{ "//a", "a", A },
		{ "a/b/c/../../../d/e", "d/e", D },
		{ "a/../b/../c/../d", "d", D },
		{ "x/y/../z/", "x/z", D | S },
		{ "a\\b", "a\\b", 0 },
		{ "\xff/\x01", "\xff/\x01", 0 },
	};
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(rows); i++) {
		TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(100);

		cr_expect_eq(tsr_path_clean(tsr_slice_str(rows[i].raw), &out), rows[i].flags, "%s",
			     rows[i].raw);
		cr_expect_str_eq(out.ptr, rows[i].clean, "%s", rows[i].raw);
	}
}

Test(path, clean_appends)
{
	TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(100);

	tsr_buf_adds(&out, "a/b>");
	cr_assert_geq(tsr_path_clean(TSR_SLICE("../../c/d"), &out), 0);
	cr_assert_str_eq(out.ptr, "a/b>c/d");
}

Test(path, only_the_clean_form_counts_against_the_limit)
{
	TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(3);

	cr_assert_eq(tsr_path_clean(TSR_SLICE("abcdefgh/../a/b"), &out), D);
	cr_assert_str_eq(out.ptr, "a/b");
	cr_assert_eq(tsr_path_clean(TSR_SLICE("x"), &out), -1);
	cr_assert_str_eq(out.ptr, "a/b");
}

Test(path, base_and_dir)
{
	static const char *const rows[][3] = {
		{ "a/b/c", "c", "a/b" }, { "a", "a", "" }, { "", "", "" }, { "a/b", "b", "a" }
	};
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(rows); i++) {
		struct tsr_slice p = tsr_slice_str(rows[i][0]);

		cr_expect(tsr_slice_eq_str(tsr_path_base(p), rows[i][1]));
		cr_expect(tsr_slice_eq_str(tsr_path_dir(p), rows[i][2]));
	}
	cr_assert_eq(tsr_path_base(TSR_SLICE_NONE).len, 0);
	cr_assert_eq(tsr_path_dir(TSR_SLICE_NONE).len, 0);
}

Test(path, next_takes_components_off)
{
	struct tsr_slice rest = TSR_SLICE("usr/lib/x"), c;

	cr_assert(tsr_path_next(&rest, &c) && tsr_slice_eq_str(c, "usr"));
	cr_assert(tsr_path_next(&rest, &c) && tsr_slice_eq_str(c, "lib"));
	cr_assert(tsr_path_next(&rest, &c) && tsr_slice_eq_str(c, "x"));
	cr_assert_not(tsr_path_next(&rest, &c));
}

Test(path, resolve_starts_in_the_links_directory)
{
	static const char *const rows[][3] = {
		{ "usr/bin", "python3", "usr/bin/python3" },
		{ "usr/bin", "../lib/x", "usr/lib/x" },
		{ "usr/bin", "/etc/x", "etc/x" },
		{ "usr", "../../../x", "x" },
		{ "", "a", "a" },
		{ "", "..", "" },
		{ "a", "/", "" },
	};
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(rows); i++) {
		TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(100);

		cr_expect_eq(tsr_path_resolve(tsr_slice_str(rows[i][0]), tsr_slice_str(rows[i][1]), &out), 0);
		cr_expect_str_eq(out.ptr, rows[i][2]);
	}
}

Test(path, resolve_says_when_the_result_does_not_fit)
{
	TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(4);

	cr_assert_eq(tsr_path_resolve(TSR_SLICE("abc"), TSR_SLICE("de"), &out), -1);
}

Test(path, links_climb_by_their_text)
{
	static const struct {
		const char *dir, *target;
		bool climbs;
	} rows[] = {
		{ "", "..", true },	      { "", "a/..", false },	      { "a", "..", false },	{ "a/b", "../../c", false },
		{ "a/b", "../../../c", true }, { "a", ".././../b", true },    { "a", "b/../../../c", true },
		{ "a/b", "/c", false },	      { "a/b", "/../c", true },	      { "a", ".../..b/x..", false },
		{ "a", "", false },	      { "a", "..//../b", true },      { "", "", false },
	};

	for (size_t i = 0; i < TSR_ARRAY_LEN(rows); i++)
		cr_expect_eq(tsr_path_climbs(tsr_slice_str(rows[i].dir), tsr_slice_str(rows[i].target)), rows[i].climbs, "%s: %s",
			     rows[i].dir, rows[i].target);
}
