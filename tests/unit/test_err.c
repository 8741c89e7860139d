/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

Test(err, set_fills_kind_and_message_and_returns_minus_one)
{
	struct tsr_err err = TSR_ERR_INIT;

	cr_assert_eq(tsr_err_set(&err, TSR_EINPUT, "%s is %d", "x", 3), -1);
	cr_assert_eq(err.kind, TSR_EINPUT);
	cr_assert_str_eq(err.msg, "x is 3");
}

Test(err, null_is_accepted)
{
	cr_assert_eq(tsr_err_set(NULL, TSR_EIO, "x"), -1);
	cr_assert_eq(tsr_err_errno(NULL, TSR_EIO, ENOENT, "x"), -1);
	cr_assert_eq(tsr_err_wrap(NULL, "x"), -1);
}

Test(err, errno_puts_strerror_behind)
{
	struct tsr_err err = TSR_ERR_INIT;
	char want[128];

	snprintf(want, sizeof(want), "open a: %s", strerror(ENOENT));
	cr_assert_eq(tsr_err_errno(&err, TSR_EINPUT, ENOENT, "open %s", "a"), -1);
	cr_assert_str_eq(err.msg, want);
}

Test(err, wrap_puts_context_before_and_keeps_the_kind)
{
	struct tsr_err err = TSR_ERR_INIT;

	tsr_err_set(&err, TSR_ELIMIT, "too long");
	cr_assert_eq(tsr_err_wrap(&err, "layer %d", 2), -1);
	cr_assert_eq(tsr_err_wrap(&err, "%s", "image"), -1);
	cr_assert_eq(err.kind, TSR_ELIMIT);
	cr_assert_str_eq(err.msg, "image: layer 2: too long");
}

Test(err, long_messages_are_cut_at_a_whole_character)
{
	struct tsr_err err = TSR_ERR_INIT;
	char text[1200], prefix[3] = "";
	size_t i, shift;

	for (i = 0; i + 2 < sizeof(text); i += 2)
		memcpy(text + i, "\xc3\xa9", 2);
	text[i] = '\0';
	for (shift = 0; shift < 2; shift++) {
		size_t len;

		tsr_err_set(&err, TSR_EIO, "%s%s", prefix, text);
		len = strlen(err.msg);
		cr_expect_lt(len, sizeof(err.msg));
		cr_expect_gt(len, sizeof(err.msg) - 3);
		cr_expect_eq((len - shift) % 2, 0, "half a character at the end with shift %zu", shift);
		tsr_err_wrap(&err, "a");
		cr_expect_eq((strlen(err.msg) - shift - 3) % 2, 0);
		prefix[shift] = 'x';
	}
}

Test(err, a_message_that_just_fits_is_not_cut)
{
	struct tsr_err err = TSR_ERR_INIT;
	char text[512];

	memset(text, 'a', sizeof(text));
	memcpy(text + 509, "\xc3\xa9", 3);
	tsr_err_set(&err, TSR_EIO, "%s", text);
	cr_assert_str_eq(err.msg, text);
}

Test(err, bug_aborts, .signal = SIGABRT)
{
	TSR_BUG("on purpose");
}
