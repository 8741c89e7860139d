/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_CONFIG_PROGRAM_H
#define TSR_CONFIG_PROGRAM_H

#include "base/arena.h"
#include "config/user.h"
#include "image/image.h"

/*
 * Can a program that a config names be started in the image's final root: is it there (PATH and the
 * working directory as the config says, links followed), may the configured user execute it and search the
 * directories on the way, and is a script's interpreter there?
 */
struct tsr_programs {
	const struct tsr_rootfs *root;
	const struct tsr_facts *const *layers;
	struct tsr_slice path;        /* PATH */
	struct tsr_slice working_dir;
	struct tsr_slices shell;      /* of CMD-SHELL */
	struct tsr_slices env;        /* "NAME=value" */
	struct tsr_identity who;
	bool who_known;               /* else permissions are not judged */
	uint32_t work;                /* that may still be done for all questions together */
	bool limited;                 /* something was not looked at for that reason; it counts as fine */
};

enum tsr_program_state {
	TSR_PROGRAM_OK = 0, /* or it cannot be said */
	TSR_PROGRAM_MISSING,
	TSR_PROGRAM_DIRECTORY,
	TSR_PROGRAM_DENIED,     /* no permission to execute (or, a script, to read) it */
	TSR_PROGRAM_UNREACHABLE, /* a directory on the way may not be searched */
	TSR_PROGRAM_NO_INTERPRETER,
};

struct tsr_program_fault {
	enum tsr_program_state state;
	struct tsr_slice name;        /* as it was asked for */
	struct tsr_slice interpreter; /* of NO_INTERPRETER */
};

void tsr_programs_init(struct tsr_programs *p, const struct tsr_config *config, const struct tsr_rootfs *root,
		       const struct tsr_facts *const *layers);

/* "`curl` is not in the image" …; `name` and `interpreter` are as they may be shown. */
const char *tsr_program_says(const struct tsr_program_fault *fault, const char *name, const char *interpreter,
			     struct tsr_arena *arena);

/* Does a script of the image that is started with `program` for its first argument end by running that as it is? */
bool tsr_program_hands_on(struct tsr_programs *p, struct tsr_slice script, struct tsr_slice program);

/* Each is true if nothing is wrong, else *fault says what first is. */
bool tsr_program_check(struct tsr_programs *p, struct tsr_slice name, struct tsr_program_fault *fault);
/*
 * A command line: its program, what that runs in turn (tini, env, an entry point script that ends in `exec "$@"`), and
 * the text of a `sh -c`.
 * `arena` holds what is read for a while; `fault` points into it.
 */
bool tsr_program_check_words(struct tsr_programs *p, struct tsr_slices words, struct tsr_arena *arena,
			     struct tsr_program_fault *fault);
/* Text for a shell: the program of each command, unless it is built in, tested for before, or has an alternative behind ||. */
bool tsr_program_check_text(struct tsr_programs *p, struct tsr_slice text, struct tsr_arena *arena,
			    struct tsr_program_fault *fault);

#endif
