/* SPDX-License-Identifier: Apache-2.0 */
#include <openssl/crypto.h>

#include "base/base64.h"
#include "scan/check_impl.h"
#include "scan/key.h"

/*
 * Secret keys of signify(1) and minisign(1), without their comments: "Ed", the way the passphrase becomes
 * a key, salt and numbers, the key's number, then the Ed25519 key (seed and public part) XORed with that.
 */
#define SIGNIFY_BYTES 104u
#define SIGNIFY_KEY 40u
#define MINISIGN_BYTES 158u
#define MINISIGN_KEY 62u

void tsr_check_signify(const struct tsr_check_in *in, struct tsr_check_out *out)
{
	uint8_t bytes[MINISIGN_BYTES + 2];
	long n = tsr_base64_decode(in->secret, bytes, sizeof(bytes));
	struct tsr_slice all = tsr_slice_of(bytes, n > 0 ? (size_t)n : 0);
	struct tsr_key_numbers k = { .curve = "ED25519" };
	size_t at = n == SIGNIFY_BYTES ? SIGNIFY_KEY : MINISIGN_KEY;
	bool plain;

	out->result = TSR_CHECK_REJECT;
	if (n != SIGNIFY_BYTES && n != MINISIGN_BYTES)
		return;
	/* No rounds (a big-endian number), or no function at all. */
	plain = n == SIGNIFY_BYTES ? !bytes[4] && !bytes[5] && !bytes[6] && !bytes[7] : !bytes[2] && !bytes[3];
	if (plain) {
		k.d = tsr_slice_sub(all, at, at + 32);
		k.x = tsr_slice_sub(all, at + 32, at + 64);
		tsr_key_ec(&k, out);
		tsr_key_published_check(out);
	} else {
		out->result = TSR_CHECK_ENCRYPTED;
		out->note = "the key is encrypted";
	}
	OPENSSL_cleanse(bytes, sizeof(bytes));
}
