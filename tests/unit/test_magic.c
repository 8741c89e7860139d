/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/magic.h"

#include <criterion/criterion.h>

Test(magic, is_pairs_of_digits_or_question_marks)
{
	static const struct {
		const char *text;
		uint32_t len; /* 0: refused */
	} rows[] = {
		{ "feedfeed", 4 }, { "30??020100", 5 }, { "??????aabbcc", 6 }, { "", 0 },	     { "aabb", 0 },
		{ "aa??bb", 0 },   { "FEEDFE", 0 },	{ "aabbc", 0 },	       { "aabb?c", 0 },      { "aabbc?dd", 0 },
		{ "aab cc", 0 },   { "000000", 3 },	{ "aabbccddeeff00112233445566778899aabbccddeeff00112233445566778899", 32 },
		{ "aabbccddeeff00112233445566778899aabbccddeeff0011223344556677889900", 0 },
	};
	struct tsr_magic m;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *why = tsr_magic_parse(rows[i].text, &m);

		cr_expect((why == NULL) == (rows[i].len > 0), "%s: %s", rows[i].text, why ? why : "taken");
		cr_expect(why || m.len == rows[i].len, "%s", rows[i].text);
	}
}

Test(magic, matches_a_files_beginning)
{
	struct tsr_magic m;

	cr_assert_null(tsr_magic_parse("30??0201", &m));
	cr_expect(tsr_magic_match(&m, tsr_slice_of("\x30\x77\x02\x01", 4)));
	cr_expect(tsr_magic_match(&m, tsr_slice_of("\x30\x00\x02\x01\x01", 5)));
	cr_expect(!tsr_magic_match(&m, tsr_slice_of("\x30\x77\x02", 3)));
	cr_expect(!tsr_magic_match(&m, tsr_slice_of("\x31\x77\x02\x01", 4)));
	cr_expect(!tsr_magic_match(&m, TSR_SLICE_NONE));
}
