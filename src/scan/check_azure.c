/* SPDX-License-Identifier: Apache-2.0 */
#include <openssl/crypto.h>

#include "base/base64.h"
#include "scan/check_impl.h"
#include "scan/crc.h"

/* What is summed of a key: 80 characters. The rest, three or four bytes, is the sum, low byte first. */
#define SUMMED 60
/* The seed of keys of the second version: "Default0", read from its end. */
#define SEED 0x44656661756c7430u

/*
 * A common annotated security key (CASK) of Azure. A sum that does not fit says nothing: not
 * every service is known to use that seed.
 */
void tsr_check_azure_cask(const struct tsr_check_in *in, struct tsr_check_out *out)
{
	uint8_t bytes[SUMMED + 4];
	long n = tsr_base64_decode(in->secret, bytes, sizeof(bytes));
	uint32_t sum;
	bool fits = n > SUMMED + 2;

	if (fits) {
		sum = tsr_marvin32(bytes, SUMMED, SEED);
		for (long i = SUMMED; i < n; i++, sum >>= 8)
			fits = fits && bytes[i] == (sum & 0xff);
	}
	OPENSSL_cleanse(bytes, sizeof(bytes));
	if (!fits)
		return;
	out->result = TSR_CHECK_PASS;
	out->note = "checksum matches";
}
