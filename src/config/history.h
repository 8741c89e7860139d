/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_CONFIG_HISTORY_H
#define TSR_CONFIG_HISTORY_H

#include "config/instruction.h"
#include "layer/facts.h"
#include "rule/ruleset.h"

/*
 * What an instruction of the history did that it should not have: rules history/… Commands are
 * read as a shell reads them, so that a word in an argument, a package's name or a quoted text is none.
 */

/* What package managers left in the layer that the instruction made. */
struct tsr_leftovers {
	bool known; /* the layer is there, and the instruction's; else the text alone decides */
	bool apt_lists, apk_cache, dnf_cache, pip_cache, zypper_cache, node_cache;
	bool login_logs;   /* lastlog or faillog of 1 MiB or more */
	uint32_t n_files;  /* that are no directories */
};
struct tsr_leftovers tsr_leftovers_of(const struct tsr_facts *layer);

/* What the instructions before said. Begins as zeros. */
struct tsr_history_state {
	struct tsr_slice created; /* of the instruction at hand; empty where times say nothing */
	struct tsr_slice last[3]; /* when the last CMD, ENTRYPOINT, HEALTHCHECK was */
	struct tsr_slice shell;   /* what the last SHELL said */
	bool curl, wget, workdir;
	bool cut; /* one had more commands, words or variables than are looked at */
};

/* Does a variable of this name and value switch the verification of servers off? */
bool tsr_history_unverified(struct tsr_slice name, struct tsr_slice value);

/* `message` is static. At most once per rule. */
typedef void tsr_history_say(void *ctx, enum tsr_builtin rule, const char *message);
void tsr_history_judge(const struct tsr_instruction *in, const struct tsr_leftovers *left, struct tsr_history_state *state,
		       struct tsr_arena *arena, tsr_history_say *say, void *ctx);

#endif
