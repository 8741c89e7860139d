/* SPDX-License-Identifier: Apache-2.0 */
#include "finding/redact.h"

#define RANDOM_SHOWN 2u /* characters, of a random part of at least … */
#define RANDOM_LEAST 20u

void tsr_redact(struct tsr_slice secret, unsigned public_prefix, bool hashable, struct tsr_buf *out)
{
	size_t i, shown = 0;

	/* A secret shorter than the prefix is not of the kind that the prefix was written for. */
	if (secret.len >= public_prefix) {
		shown = public_prefix;
		/* What may not be hashed could be a password: of it nothing at all. */
		if (hashable && secret.len - public_prefix >= RANDOM_LEAST)
			shown += RANDOM_SHOWN;
	}
	for (i = 0; i < shown; i++) {
		char c = secret.ptr[i];

		tsr_buf_addc(out, c >= 0x20 && c < 0x7f ? c : '?');
	}
	tsr_buf_adds(out, "\xe2\x80\xa6"); /* … */
}
