/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mem.h"
#include "config/history_priv.h"

/* What the commands of one instruction are to each other, and to what comes after them. */

static struct tsr_shell_call call_at(const struct tsr_shell *sh, uint32_t i)
{
	return tsr_shell_call(&sh->commands[i]);
}

/* Some tools write /bin/sh whatever SHELL says. */
static struct tsr_slice shell_of(const struct tsr_judge *j, const struct tsr_instruction *in)
{
	return j->state->shell.len ? j->state->shell : in->shell;
}

/* Is an option of the shell on: -e (errexit), -u (nounset), by its own words or by set? */
static bool has_set(struct tsr_slice shell, const struct tsr_shell *sh, char letter, const char *name)
{
	struct tsr_slice word;

	while (tsr_slice_next(&shell, ' ', &word)) {
		/* ["/bin/bash", "-euo", "pipefail", "-c"] */
		while (word.len && strchr("[\"',", word.ptr[0]))
			word = tsr_slice_sub(word, 1, word.len);
		while (word.len && strchr("]\"',", word.ptr[word.len - 1]))
			word.len--;
		if (tsr_slice_eq_str(word, name) ||
		    (word.len > 1 && word.ptr[0] == '-' && word.ptr[1] != '-' && tsr_slice_find(word, letter, 1) < word.len))
			return true;
	}
	for (uint32_t i = 0; i < sh->n; i++) {
		struct tsr_shell_call call = call_at(sh, i);

		for (uint32_t k = 1; k < call.n && tsr_slice_eq_str(call.words[0].text, "set"); k++) {
			word = call.words[k].text;
			if (tsr_slice_eq_str(word, name) || (tsr_slice_starts(word, "-") && tsr_slice_find(word, letter, 1) < word.len))
				return true;
		}
	}
	return false;
}

/* A pipe's status is that of its last command: what fails before it is not noticed. */
static void judge_pipes(struct tsr_judge *j, const struct tsr_instruction *in, const struct tsr_shell *sh)
{
	static const char harmless[] = "echo printf yes cat true : ls sort tr";

	if (tsr_slice_casehas(shell_of(j, in), "pipefail") || tsr_slice_casehas(in->text, "pipefail"))
		return;
	for (uint32_t i = 0; i < sh->n && !j->said[TSR_BUILTIN_HISTORY_PIPEFAIL]; i++) {
		const struct tsr_shell_command *c = &sh->commands[i];
		struct tsr_shell_call from;

		if (c->before != TSR_SHELL_PIPE || c->previous == TSR_SHELL_NONE)
			continue;
		from = call_at(sh, c->previous);
		if (!tsr_judge_listed(harmless, tsr_shell_program(&from)))
			tsr_judge_say(j, TSR_BUILTIN_HISTORY_PIPEFAIL,
				      "If a command in front of a pipe fails, the instruction does not (no pipefail)");
	}
}

/* Does the instruction change only what ends with it: variables, the working directory, a process? */
static void judge_effect(struct tsr_judge *j, const struct tsr_instruction *in, const struct tsr_shell *sh)
{
	static const char passing[] = "cd pushd popd export alias unalias umask ulimit set shopt unset declare typeset readonly service "
				      "sysctl mount umount ssh-agent";

	static const char starting[] = "start restart stop reload daemon-reload status";

	if (!sh->n || tsr_slice_find(in->text, '>', 0) < in->text.len)
		return;
	for (uint32_t i = 0; i < sh->n; i++) {
		struct tsr_shell_call call = call_at(sh, i);
		struct tsr_slice base = tsr_shell_program(&call);

		/* systemctl enable makes links. */
		if (tsr_slice_eq_str(base, "systemctl") && call.n > 1 && tsr_judge_listed(starting, call.words[1].text))
			continue;
		if (sh->commands[i].defines || (sh->commands[i].n_words && !tsr_judge_listed(passing, base)))
			return;
	}
	tsr_judge_say(j, TSR_BUILTIN_HISTORY_NO_EFFECT,
		      "The instruction has no effect on the image: directory, variables and processes end with its shell");
}

/* cd, but not back to where it was */
static bool leaves(const struct tsr_shell *sh, uint32_t command)
{
	struct tsr_shell_call call;

	if (command == TSR_SHELL_NONE)
		return false;
	call = call_at(sh, command);
	return tsr_slice_eq_str(tsr_shell_program(&call), "cd") && call.n > 1 && !tsr_slice_starts(call.words[1].text, "-");
}

static void judge_cd(struct tsr_judge *j, const struct tsr_instruction *in, const struct tsr_shell *sh)
{
	bool errexit = has_set(shell_of(j, in), sh, 'e', "errexit"), begins = true;

	for (uint32_t i = 0; i < sh->n; i++) {
		struct tsr_shell_call call = call_at(sh, i);
		bool cd = tsr_slice_eq_str(tsr_shell_program(&call), "cd");

		if (cd && begins && i + 1 < sh->n)
			tsr_judge_say(j, TSR_BUILTIN_HISTORY_CD, "The instruction begins by changing the directory: WORKDIR says so for all");
		begins &= sh->commands[i].n_words == 0 || tsr_judge_listed("set export", tsr_shell_program(&call));
		if (!errexit && i && sh->commands[i].before == TSR_SHELL_NEXT && leaves(sh, sh->commands[i].previous))
			tsr_judge_say(j, TSR_BUILTIN_HISTORY_CD_UNCHECKED, "If cd fails, the commands behind it run in another directory");
	}
}

/* "$DIR/" and "$DIR/STAR": without the variable, that is the root. */
static bool may_be_root(const struct tsr_shell_word *w)
{
	struct tsr_slice s = w->text, rest;
	size_t slash;

	if (!w->dynamic || s.len < 3 || s.ptr[0] != '$' || s.ptr[1] == '(')
		return false;
	slash = s.ptr[1] == '{' ? tsr_slice_find(s, '}', 0) + 1 : tsr_slice_find(s, '/', 0);
	/* ${DIR:?} stops, ${DIR:-/tmp} has another value */
	if (slash >= s.len || s.ptr[slash] != '/' || tsr_slice_find(tsr_slice_sub(s, 0, slash), ':', 0) < slash)
		return false;
	rest = tsr_slice_sub(s, slash + 1, s.len);
	return !rest.len || tsr_slice_eq_str(rest, "*") || tsr_judge_listed("bin lib etc usr var home root opt", rest);
}

static void judge_rm(struct tsr_judge *j, const struct tsr_shell_call *call)
{
	bool recursive = false;

	for (uint32_t i = 1; i < call->n; i++) {
		struct tsr_slice s = call->words[i].text;

		if (tsr_slice_starts(s, "-"))
			recursive |= tsr_slice_eq_str(s, "--recursive") ||
				     (s.ptr[1] != '-' && (tsr_slice_find(s, 'r', 1) < s.len || tsr_slice_find(s, 'R', 1) < s.len));
		else if (recursive && may_be_root(&call->words[i]))
			tsr_judge_say(j, TSR_BUILTIN_HISTORY_RM_VARIABLE,
				      "rm -r below a variable: where that is empty, it removes the root's own directories");
	}
}

/* ln -sf /bin/bash /bin/sh */
static void judge_link(struct tsr_judge *j, const struct tsr_shell_call *call)
{
	if (call->n > 2 && tsr_judge_listed("/bin/sh /usr/bin/sh", call->words[call->n - 1].text))
		tsr_judge_say(j, TSR_BUILTIN_HISTORY_SHELL_LINK,
			      "/bin/sh is replaced: scripts of the system get another shell than they were written for");
}

/* useradd writes lastlog and faillog up to the account's number; in a layer the hole is zeros. */
static void judge_useradd(struct tsr_judge *j, const struct tsr_shell_call *call)
{
	unsigned long long uid = 0;

	if (j->left->known && !j->left->login_logs)
		return;
	for (uint32_t i = 1; i < call->n; i++) {
		struct tsr_slice s = call->words[i].text;

		if (tsr_slice_eq_str(s, "--no-log-init") || (tsr_slice_starts(s, "-") && !tsr_slice_starts(s, "--") &&
							      tsr_slice_find(s, 'l', 1) < s.len))
			return;
		if (tsr_slice_starts(s, "--uid="))
			tsr_slice_u64(tsr_slice_sub(s, 6, s.len), &uid);
		else if (i + 1 < call->n && (tsr_slice_eq_str(s, "--uid") || (s.len > 1 && s.ptr[0] == '-' && s.ptr[1] != '-' &&
									       s.ptr[s.len - 1] == 'u')))
			tsr_slice_u64(call->words[i + 1].text, &uid);
	}
	if (uid > 99999)
		tsr_judge_say(j, TSR_BUILTIN_HISTORY_USERADD_LOG,
			      "useradd with a large number and without --no-log-init: its logs of logins are as long as that number");
}

void tsr_judge_shape(struct tsr_judge *j, const struct tsr_instruction *in, const struct tsr_shell *sh)
{
	bool nounset = has_set(shell_of(j, in), sh, 'u', "nounset");

	judge_pipes(j, in, sh);
	judge_effect(j, in, sh);
	judge_cd(j, in, sh);
	for (uint32_t i = 0; i < sh->n; i++) {
		struct tsr_shell_call call = call_at(sh, i);
		struct tsr_slice base = tsr_shell_program(&call);

		if (tsr_slice_eq_str(base, "rm") && !nounset)
			judge_rm(j, &call);
		else if (tsr_slice_eq_str(base, "ln"))
			judge_link(j, &call);
		else if (tsr_slice_eq_str(base, "useradd"))
			judge_useradd(j, &call);
	}
}
