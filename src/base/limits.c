/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

const struct tsr_limits tsr_limits_default = {
#define LIMIT(field, option, value, help) .field = (value),
#include "base/limits.def"
#undef LIMIT
};

/* Names too, so that a new or renamed limit changes the digest. */
void tsr_limits_digest(const struct tsr_limits *l, struct tsr_digest *out)
{
	TSR_AUTO(tsr_buf) struct tsr_buf b = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	const struct {
		const char *name;
		uint64_t value;
	} rows[] = {
#define LIMIT(field, option, val, help) { #field, l->field },
#include "base/limits.def"
#undef LIMIT
	};
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(rows); i++)
		tsr_buf_printf(&b, "%s=%" PRIu64 "\n", rows[i].name, rows[i].value);
	memset(out, 0, sizeof(*out));
	out->alg = TSR_DIGEST_SHA256;
	tsr_sha256(b.ptr, b.len, out->bytes);
}
