/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

#include <criterion/criterion.h>

#include "base/mem.h"

static void check(struct tsr_slice in, const char *want, bool escaped)
{
	TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(1000);
	struct tsr_arena a = TSR_ARENA_INIT;
	struct tsr_text t = tsr_text_escaped(&a, in);

	cr_expect_eq(tsr_text_escape(in, &out), escaped, "%s", want);
	cr_expect_str_eq(out.ptr, want);
	cr_expect_str_eq(t.ptr, want);
	cr_expect_eq(t.escaped, escaped);
	tsr_arena_release(&a);
}

Test(text, printable_utf8_stays)
{
	check(TSR_SLICE_NONE, "", false);
	check(TSR_SLICE("hello"), "hello", false);
	check(TSR_SLICE("d\xc3\xa9j\xc3\xa0 \xe2\x82\xac \xf0\x9f\x90\xb3"),
	      "d\xc3\xa9j\xc3\xa0 \xe2\x82\xac \xf0\x9f\x90\xb3", false);
	check(TSR_SLICE("a\\b"), "a\\b", false);
	check(TSR_SLICE("<&>\"'"), "<&>\"'", false);
}

Test(text, controls_are_escaped_per_byte)
{
	check(TSR_SLICE("a\nb"), "a\\x0ab", true);
	check(TSR_SLICE("\x1b[31m"), "\\x1b[31m", true);
	check(TSR_SLICE("a\0b"), "a\\x00b", true);
	check(TSR_SLICE("\x7f"), "\\x7f", true);
	check(TSR_SLICE("\xc2\x80\xc2\x9f\xc2\xa0"), "\\xc2\\x80\\xc2\\x9f\xc2\xa0", true);
}

Test(text, bidi_separators_and_marks_are_escaped)
{
	static const char *const hidden[] = {
		"\xd8\x9c",	"\xe2\x80\x8e", "\xe2\x80\x8f", "\xe2\x80\xa8",
		"\xe2\x80\xa9", "\xe2\x80\xaa", "\xe2\x80\xae", "\xe2\x81\xa6",
		"\xe2\x81\xa9", "\xef\xbb\xbf", "\xef\xbf\xbe", "\xef\xbf\xbf",
	};
	static const char *const shown[] = { "\xd8\x9b",     "\xe2\x80\x8d", "\xe2\x80\x90",
					     "\xe2\x80\xaf", "\xe2\x81\xa5", "\xef\xbf\xbd" };
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(hidden); i++) {
		TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(100);

		cr_expect(tsr_text_escape(tsr_slice_str(hidden[i]), &out), "row %zu", i);
		cr_expect_eq(out.len, strlen(hidden[i]) * 4);
	}
	for (i = 0; i < TSR_ARRAY_LEN(shown); i++)
		check(tsr_slice_str(shown[i]), shown[i], false);
}

Test(text, bytes_that_are_not_utf8_are_escaped)
{
	check(TSR_SLICE("\xff"), "\\xff", true);
	check(TSR_SLICE("\xc3"), "\\xc3", true);
	check(TSR_SLICE("\xc3(\xc3\xa9"), "\\xc3(\xc3\xa9", true);
	check(TSR_SLICE("\xc0\x80"), "\\xc0\\x80", true);
	check(TSR_SLICE("\xed\xa0\x80"), "\\xed\\xa0\\x80", true);
	check(TSR_SLICE("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80", true);
}

Test(text, backslashes_double_only_when_something_was_escaped)
{
	check(TSR_SLICE("\\x41\n\\"), "\\\\x41\\x0a\\\\", true);
}

Test(text, two_different_names_never_look_the_same)
{
	TSR_AUTO(tsr_buf) struct tsr_buf a = TSR_BUF_INIT(100);
	TSR_AUTO(tsr_buf) struct tsr_buf b = TSR_BUF_INIT(100);

	tsr_text_escape(TSR_SLICE("\\x0a\n"), &a);
	tsr_text_escape(TSR_SLICE("\n\n"), &b);
	cr_assert_str_neq(a.ptr, b.ptr);
}

Test(text, utf8_len_is_strict)
{
	static const struct {
		const char *s;
		int len;
	} rows[] = {
		{ "a", 1 },
		{ "\xc3\xa9", 2 },
		{ "\xe0\xa0\x80", 3 },
		{ "\xf0\x90\x80\x80", 4 },
		{ "\xf4\x8f\xbf\xbf", 4 },
		{ "\x80", 0 },
		{ "\xc1\xbf", 0 },
		{ "\xe0\x9f\xbf", 0 },
		{ "\xed\xa0\x80", 0 },
		{ "\xf0\x8f\xbf\xbf", 0 },
		{ "\xf5\x80\x80\x80", 0 },
		{ "\xe2\x82", 0 },
		{ "\xe2\x82\x28", 0 },
		{ "\xed\x9f\xbf", 3 },
	};
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(rows); i++)
		cr_expect_eq(tsr_utf8_len((const unsigned char *)rows[i].s, strlen(rows[i].s)), rows[i].len,
			     "row %zu", i);
	cr_assert_eq(tsr_utf8_len((const unsigned char *)"", 0), 0);
	cr_assert_eq(tsr_utf8_len((const unsigned char *)"\xc3\xa9", 1), 0);
}

Test(text, ours_is_never_null)
{
	cr_assert_str_eq(tsr_text_ours(NULL).ptr, "");
	cr_assert_str_eq(tsr_text_ours("x").ptr, "x");
}
