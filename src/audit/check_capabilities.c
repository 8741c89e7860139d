/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/image_fold.h"
#include "layer/capability.h"

/* file/capabilities: programs of the final root that get rights when they are run. */

static enum tsr_severity weigh(uint64_t bits)
{
	if (bits & tsr_capability_mighty())
		return TSR_CRITICAL; /* as the rule says */
	return bits & ~tsr_capability_harmless() ? TSR_MEDIUM : TSR_INFO;
}

static void tell(struct tsr_image_fold *x, uint32_t layer, const struct tsr_extract *c)
{
	struct tsr_buf text = TSR_BUF_INIT(4096);
	struct tsr_arena *a = &x->f->run->arena;

	if (!c->z) {
		tsr_image_emit_file_as(x, TSR_BUILTIN_FILE_CAPABILITIES, TSR_LOW,
				       "Its attribute security.capability has no form that the kernel takes", layer, c->entry);
		return;
	}
	if (!c->x) /* inheritable ones give nothing to who has none */
		return;
	tsr_capability_names(c->x, &text);
	tsr_image_emit_file_as(x, TSR_BUILTIN_FILE_CAPABILITIES, weigh(c->x),
			       tsr_arena_printf(a, "Whoever runs the program gives it %s", text.ptr), layer, c->entry);
	tsr_buf_release(&text);
}

void tsr_image_check_capabilities(struct tsr_image_fold *x)
{
	for (uint32_t layer = 0; layer < x->image->n_layers; layer++) {
		const struct tsr_facts *f = x->facts[layer];

		for (uint32_t i = 0; f && i < f->n_extracts; i++)
			if (f->extracts[i].kind == TSR_EXTRACT_CAPABILITY &&
			    tsr_rootfs_fate(x->rootfs, layer, f->extracts[i].entry).state == TSR_STATE_LIVE)
				tell(x, layer, &f->extracts[i]);
	}
}
