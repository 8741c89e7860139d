/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/check.h"

#include "base/digest.h"
#include "base/mem.h"
#include "scan/check_impl.h"

static const struct tsr_check checks[] = {
#define CHECK(name_, function, param_, help_) \
	{ .name = name_, .help = help_, .run = tsr_check_##function, .param = param_ },
#include "scan/checks.def"
#undef CHECK
};

const struct tsr_check *tsr_check_find(const char *name)
{
	for (size_t i = 0; i < TSR_ARRAY_LEN(checks); i++)
		if (strcmp(checks[i].name, name) == 0)
			return &checks[i];
	return NULL;
}

const struct tsr_check *tsr_check_at(size_t i)
{
	return i < TSR_ARRAY_LEN(checks) ? &checks[i] : NULL;
}

void tsr_check_set_id(struct tsr_check_out *out, const void *p, size_t len)
{
	tsr_sha256(p, len, out->id_bytes);
	out->id = tsr_slice_of(out->id_bytes, sizeof(out->id_bytes));
}
