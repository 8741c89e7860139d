/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/image_fold.h"
#include "inspect/history.h"

struct at {
	struct tsr_image_fold *x;
	size_t item;
};

static void say(void *ctx, enum tsr_builtin rule, const char *message)
{
	const struct at *at = ctx;

	tsr_image_emit_history(at->x, rule, message, at->item);
}

/* What each instruction did: history/… */
void tsr_image_check_history(struct tsr_image_fold *x)
{
	const struct tsr_config *c = x->image->config;

	for (size_t i = 0; c && i < c->n_history; i++) {
		struct tsr_arena arena = TSR_ARENA_INIT;
		struct tsr_leftovers left = { .known = false };
		struct tsr_instruction in;
		const struct tsr_facts *layer = NULL;

		tsr_instruction_parse(c->history[i].created_by, &arena, &in);
		if (c->history[i].layer < x->image->n_layers)
			layer = x->facts[c->history[i].layer];
		if (in.kind == TSR_INSTRUCTION_RUN && layer && layer->grade == TSR_GRADE_AUDITED)
			left = tsr_leftovers_of(layer);
		tsr_history_judge(&in, &left, &arena, say, &(struct at){ x, i });
		tsr_arena_release(&arena);
	}
}
