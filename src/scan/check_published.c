/* SPDX-License-Identifier: Apache-2.0 */
#include "base/digest.h"
#include "base/mem.h"
#include "scan/check_impl.h"

/* Secrets that stand in everybody's documentation or tests, by the first bytes of their SHA-256. */
static const uint8_t published[][8] = {
	/* the storage emulator of Azure */
	{ 0x00, 0x11, 0xcc, 0x25, 0xeb, 0x43, 0x20, 0x71 },
	/* the test kit of age, and the documentation of its implementation in Rust */
	{ 0x92, 0x88, 0xe5, 0x21, 0xd3, 0xd6, 0xe3, 0xc7 },
	{ 0xa6, 0x98, 0xaf, 0x12, 0xfe, 0xe0, 0x5b, 0xfb },
	{ 0x73, 0xe7, 0x97, 0x6d, 0x91, 0xfd, 0xc8, 0xfc },
	{ 0xa2, 0x62, 0x56, 0xed, 0x03, 0x57, 0x5a, 0x86 },
	/* join tokens in the description of Docker's interface */
	{ 0x44, 0x1c, 0x66, 0x00, 0x9c, 0x2a, 0xb9, 0x20 },
	{ 0xe9, 0x89, 0x79, 0x76, 0x00, 0x55, 0x40, 0xa6 },
	{ 0x33, 0xa6, 0xd3, 0x75, 0x0d, 0x9a, 0x76, 0x9b },
	{ 0xb5, 0xb1, 0x7c, 0xa1, 0xd6, 0x57, 0x33, 0xbb },
};

bool tsr_check_is_published(struct tsr_slice secret, struct tsr_check_out *out)
{
	uint8_t sum[32];

	tsr_sha256(secret.ptr, secret.len, sum);
	for (size_t i = 0; i < TSR_ARRAY_LEN(published); i++) {
		if (memcmp(sum, published[i], sizeof(published[i])) != 0)
			continue;
		out->result = TSR_CHECK_PUBLISHED;
		out->note = "it stands in public documentation";
		return true;
	}
	return false;
}

void tsr_check_published(const struct tsr_check_in *in, struct tsr_check_out *out)
{
	(void)tsr_check_is_published(in->secret, out);
}
