/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_SHELL_SHELL_H
#define TSR_SHELL_SHELL_H

#include <stdint.h>

#include "base/arena.h"

/*
 * Text of a POSIX shell (or bash) as simple commands: quotes are removed, here-documents and arithmetic
 * are passed over, commands in substitutions are commands as well. It is no judge of syntax: what no
 * shell would take gives some commands too. Linear; `cut` where there was more than is looked at: more than
 * TSR_SHELL_MAX commands, ten times as many words, deeper substitutions.
 */
#define TSR_SHELL_MAX 20000u
#define TSR_SHELL_NONE UINT32_MAX

struct tsr_shell_word {
	struct tsr_slice text; /* without its quotes; expansions as they are written, the beginning of long ones */
	bool dynamic;          /* has an expansion or a glob: its text is not what the program sees */
	bool quoted;           /* some of it: no reserved word */
};

/* What stands between a command and the one before it. */
enum tsr_shell_op {
	TSR_SHELL_NEXT = 0, /* ; newline & or nothing */
	TSR_SHELL_AND,
	TSR_SHELL_OR,
	TSR_SHELL_PIPE,
};

struct tsr_shell_command {
	struct tsr_shell_word *words; /* the program first */
	struct tsr_shell_word *assigns; /* NAME=value in front of it */
	uint32_t n_words, n_assigns;
	uint32_t previous;      /* the command before it in its list, or NONE */
	uint32_t inside;        /* the command in whose words its list stands: $(…), `…`, <(…); or NONE */
	enum tsr_shell_op before;
	bool defines;           /* words[0] is a function's name */
};

struct tsr_shell {
	struct tsr_shell_command *commands; /* an outer one stands before those inside it */
	uint32_t n;
	bool cut;
};

void tsr_shell_parse(struct tsr_slice text, struct tsr_arena *arena, struct tsr_shell *out);

/* Is the word exactly this, whatever the program would see? */
static inline bool tsr_shell_is(const struct tsr_shell_word *w, const char *text)
{
	return !w->dynamic && tsr_slice_eq_str(w->text, text);
}

#endif
