/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_CONFIG_HISTORY_PRIV_H
#define TSR_CONFIG_HISTORY_PRIV_H

#include "config/history.h"
#include "shell/shell_words.h"

/* One instruction being judged. */
struct tsr_judge {
	const struct tsr_leftovers *left;
	struct tsr_history_state *state;
	tsr_history_say *say;
	void *ctx;
	bool said[TSR_BUILTINS];

	/* Of the instruction as a whole: */
	bool apt_updates, apt_installs, apt_cleans, apk_adds, apk_cleans, dnf_installs, dnf_cleans, zypper_installs, zypper_cleans,
		node_installs, node_cleans;
};

void tsr_judge_say(struct tsr_judge *j, enum tsr_builtin rule, const char *message);

/*
 * Is it one of the words of `list`, which stand between blanks? ASCII case is folded; a * at a word's beginning or end
 * stands for anything. @http is a URL without encryption whose host is another machine, @trusted a repository of apt that
 * needs no signature.
 */
bool tsr_judge_listed(const char *list, struct tsr_slice s);
/* The first word that is no option: apt-get -y -o A=b INSTALL. 0: there is none. */
uint32_t tsr_judge_verb(const struct tsr_shell_call *call);

/* What a command's options say: the rows of config/history_options.def. `piped`: it reads what another one writes. */
void tsr_judge_options(struct tsr_judge *j, const struct tsr_shell_call *call, bool piped);
/* Variables that are set for a command or for all that follow. */
void tsr_judge_variables(struct tsr_judge *j, const struct tsr_shell_command *c);
/* Packages without a version. */
void tsr_judge_pins(struct tsr_judge *j, const struct tsr_shell_call *call);
/* How the commands of an instruction hang together. */
void tsr_judge_shape(struct tsr_judge *j, const struct tsr_instruction *in, const struct tsr_shell *sh);

/* Does a mode of chmod let everybody write, without the sticky bit? */
bool tsr_judge_opens_to_all(struct tsr_slice mode);
/* ADD and COPY, by what stands behind the verb. */
void tsr_judge_add(struct tsr_judge *j, const struct tsr_instruction *in);
void tsr_judge_copy(struct tsr_judge *j, struct tsr_slice text);

#endif
