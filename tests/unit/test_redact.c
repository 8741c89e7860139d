/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include "base/mem.h"
#include "finding/redact.h"

#define DOTS "\xe2\x80\xa6"

Test(redact, shows_the_public_prefix_and_little_more)
{
	static const struct {
		const char *secret;
		unsigned prefix;
		bool hashable;
		const char *shown;
	} rows[] = {
		{ "pre_0123456789abcdefghij", 4, true, "pre_01" DOTS },
		{ "pre_0123456789abcdefghi", 4, true, "pre_" DOTS },
		{ "0123456789abcdefghij", 0, true, "01" DOTS },
		{ "0123456789abcdefghi", 0, true, DOTS },
		{ "a long password of many characters", 0, false, DOTS },
		{ "pre_a long password of many characters", 4, false, "pre_" DOTS },
		{ "pre_", 4, true, "pre_" DOTS },
		{ "pre", 4, true, DOTS },
		{ "", 0, true, DOTS },
		{ "", 3, false, DOTS },
	};
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(rows); i++) {
		TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(256);

		tsr_redact(tsr_slice_str(rows[i].secret), rows[i].prefix, rows[i].hashable, &out);
		cr_expect_str_eq(out.ptr, rows[i].shown, "row %zu: %s", i, out.ptr);
	}
}

Test(redact, shows_printable_ascii_only)
{
	TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(256);

	tsr_redact(TSR_SLICE("\x1b[\0\xff\n~ 89012345678901234567890"), 8, true, &out);
	cr_expect_str_eq(out.ptr, "?[???~ 890" DOTS);
}
