/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_SHELL_SHELL_WORDS_H
#define TSR_SHELL_SHELL_WORDS_H

#include "base/slice.h"
#include "shell/shell.h"

/* A command without what only runs it: sudo, env, exec, xargs … */
struct tsr_shell_call {
	const struct tsr_shell_word *words; /* the program first */
	uint32_t n;
	bool sudo;
};
struct tsr_shell_call tsr_shell_call(const struct tsr_shell_command *c);

/* The last component of the program's path, "" where it is not known. */
struct tsr_slice tsr_shell_program(const struct tsr_shell_call *call);

bool tsr_shell_has(const struct tsr_shell_call *call, const char *word);

/* Is it a shell or another interpreter that runs what it reads from its standard input? */
bool tsr_shell_runs_input(const struct tsr_shell_call *call);
/* Does it run the text in its words: sh -c TEXT, eval TEXT, . FILE? */
bool tsr_shell_runs_words(const struct tsr_shell_call *call);

bool tsr_shell_is_shell(struct tsr_slice base);

/*
 * Puts the values of an environment in the place of $NAME and ${NAME} among the first words of each command, where `source`, the
 * text, does not set the variable itself. Words that then say all are no longer dynamic; the others stay as they are.
 */
#define TSR_SHELL_EXPANDED 4u
#define TSR_SHELL_VALUE_MAX 4096u
void tsr_shell_expand(struct tsr_shell *sh, struct tsr_slice source, struct tsr_slices env, struct tsr_arena *arena);

#endif
