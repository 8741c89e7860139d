/* SPDX-License-Identifier: Apache-2.0 */
#include "inspect/fields.h"

struct reading {
	tsr_field_visit *visit;
	void *ctx;
};

static void on_scalar(void *ctx, const struct tsr_yaml_scalar *s)
{
	const struct reading *r = ctx;
	const struct tsr_field f = { s->path, s->depth, s->value, TSR_SLICE_NONE, s->document, s->line, s->tagged };

	r->visit(r->ctx, &f);
}

void tsr_fields_yaml(struct tsr_slice content, const struct tsr_limits *limits, tsr_field_visit *visit,
		     void *ctx)
{
	struct reading r = { visit, ctx };

	(void)limits;
	tsr_yaml_walk(content, on_scalar, &r);
}
