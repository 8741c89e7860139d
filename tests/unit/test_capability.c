/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include "base/mem.h"
#include "layer/capability.h"

#define NET_RAW (1ull << 13)
#define SYS_ADMIN (1ull << 21)
#define BPF (1ull << 39)

Test(capability, reads_all_revisions)
{
	static const struct {
		const char *bytes;
		size_t len;
		struct tsr_capability want;
	} rows[] = {
		{ "\1\0\0\1\0\x20\0\0\0\0\0\0", 12, { NET_RAW, 0, 1, true } },
		{ "\0\0\0\2\0\x20\0\0\0\0\x20\0\0\0\0\0\0\0\0\0", 20, { NET_RAW, SYS_ADMIN, 2, false } },
		{ "\1\0\0\2\0\0\0\0\0\0\0\0\x80\0\0\0\0\0\0\0", 20, { BPF, 0, 2, true } },
		{ "\1\0\0\3\0\0\x20\0\0\0\0\0\0\0\0\0\0\0\0\0\xe8\3\0\0", 24, { SYS_ADMIN, 0, 3, true } },
	};

	for (size_t i = 0; i < TSR_ARRAY_LEN(rows); i++) {
		struct tsr_capability c;

		cr_assert(!tsr_capability_read(tsr_slice_of(rows[i].bytes, rows[i].len), &c), "%zu", i);
		cr_expect_eq(c.permitted, rows[i].want.permitted, "%zu", i);
		cr_expect_eq(c.inheritable, rows[i].want.inheritable, "%zu", i);
		cr_expect_eq(c.revision, rows[i].want.revision, "%zu", i);
		cr_expect_eq(c.effective, rows[i].want.effective, "%zu", i);
	}
}

Test(capability, refuses_what_the_kernel_refuses)
{
	static const char bytes[32] = "\1\0\0\2";
	struct tsr_capability c;

	for (size_t n = 0; n <= sizeof(bytes); n++)
		cr_expect_eq(tsr_capability_read(tsr_slice_of(bytes, n), &c), n == 20 ? 0 : -1, "%zu", n);
	for (int revision = 0; revision < 256; revision++) {
		char value[24] = { 0, 0, 0, (char)revision };

		cr_expect_eq(tsr_capability_read(tsr_slice_of(value, 24), &c), revision == 3 ? 0 : -1, "%d", revision);
	}
}

Test(capability, names_every_bit)
{
	struct tsr_buf b = TSR_BUF_INIT(4096);

	tsr_capability_names(NET_RAW | SYS_ADMIN | 1ull << 63, &b);
	cr_expect_str_eq(b.ptr, "cap_net_raw, cap_sys_admin, 63");
	tsr_buf_release(&b);
	cr_expect(tsr_capability_mighty() & SYS_ADMIN && tsr_capability_mighty() & BPF);
	cr_expect(tsr_capability_harmless() & NET_RAW);
	cr_expect(!(tsr_capability_mighty() & tsr_capability_harmless()));
}
