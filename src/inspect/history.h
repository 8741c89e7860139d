/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_INSPECT_HISTORY_H
#define TSR_INSPECT_HISTORY_H

#include "inspect/instruction.h"
#include "layer/facts.h"
#include "rule/ruleset.h"

/*
 * What an instruction of the history did that it should not have: rules history/… Commands are
 * read as a shell reads them, so that a word in an argument, a package's name or a quoted text is none.
 */

/* What package managers left in the layer that the instruction made. */
struct tsr_leftovers {
	bool known; /* the layer is there, and the instruction's; else the text alone decides */
	bool apt_lists, apk_cache, dnf_cache, pip_cache;
};
struct tsr_leftovers tsr_leftovers_of(const struct tsr_facts *layer);

/* `message` is static. At most once per rule. */
typedef void tsr_history_say(void *ctx, enum tsr_builtin rule, const char *message);
void tsr_history_judge(const struct tsr_instruction *in, const struct tsr_leftovers *left, struct tsr_arena *arena,
		       tsr_history_say *say, void *ctx);

#endif
