/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/buf.h"
#include "decode/conduit.h"

struct reading {
	struct tsr_buf got;
	size_t piece, most; /* bytes at a time; bytes after which it stops */
	bool returned;
};

static void read_all(void *ctx, const struct tsr_reader *in)
{
	struct reading *r = ctx;
	struct tsr_err err = TSR_ERR_INIT;
	char room[64];
	ssize_t n;

	while (r->got.len < r->most && (n = tsr_read(in, room, r->piece, &err)) > 0)
		tsr_buf_add(&r->got, room, (size_t)n);
	r->returned = true;
}

Test(conduit, hands_over_all_bytes_in_order)
{
	static const char text[] = "what was pushed is read, whatever the pieces are";

	for (size_t push = 1; push < sizeof(text); push += 5)
		for (size_t piece = 1; piece < 64; piece += 9) {
			struct reading r = { .got = TSR_BUF_INIT(1000), .piece = piece, .most = SIZE_MAX };
			struct tsr_conduit *c = tsr_conduit_start(read_all, &r);
			size_t at;

			cr_assert_not_null(c);
			for (at = 0; at < strlen(text); at += push) {
				tsr_conduit_push(c, tsr_slice_sub(tsr_slice_str(text), at, at + push));
				cr_assert_eq(r.got.len, at + push < strlen(text) ? at + push : strlen(text), "push() waits");
			}
			cr_assert_not(r.returned);
			tsr_conduit_finish(c);
			cr_assert(r.returned);
			cr_assert_str_eq(r.got.ptr, text);
			tsr_buf_release(&r.got);
		}
}

Test(conduit, a_reader_that_stops_early_stops_nobody)
{
	struct reading r = { .got = TSR_BUF_INIT(1000), .piece = 2, .most = 4 };
	struct tsr_conduit *c = tsr_conduit_start(read_all, &r);

	for (int i = 0; i < 3; i++)
		tsr_conduit_push(c, TSR_SLICE("abcdef"));
	cr_expect(r.returned);
	tsr_conduit_push(c, TSR_SLICE_NONE);
	tsr_conduit_finish(c);
	cr_expect_str_eq(r.got.ptr, "abcd");
	tsr_buf_release(&r.got);
}

Test(conduit, nothing_pushed_is_an_empty_stream)
{
	struct reading r = { .got = TSR_BUF_INIT(1000), .piece = 2, .most = SIZE_MAX };

	tsr_conduit_finish(tsr_conduit_start(read_all, &r));
	cr_expect(r.returned && !r.got.len);
}
