/* SPDX-License-Identifier: Apache-2.0 */
#include "shell/shell_words.h"

#include <ctype.h>

#include "base/mem.h"
#include "base/path.h"

/* Programs that run the program behind them, and their options that take a word more. */
static const struct {
	const char *name;
	const char *with_value;
	bool assigns; /* NAME=value may stand before the program */
	uint32_t words; /* of their own, before the program */
} wrappers[] = {
	{ "sudo", "ugpCDRTh", true, 0 },  { "env", "uCS", true, 0 },       { "exec", "a", false, 0 },
	{ "command", "", false, 0 },      { "builtin", "", false, 0 },     { "nice", "n", false, 0 },
	{ "ionice", "cn", false, 0 },     { "nohup", "", false, 0 },       { "xargs", "nIPLdsaE", false, 0 },
	{ "eatmydata", "", false, 0 },    { "stdbuf", "ioe", false, 0 },   { "timeout", "ks", false, 1 },
	{ "gosu", "", false, 1 },         { "su-exec", "", false, 1 },     { "setpriv", "", false, 0 },
	{ "chroot", "", false, 1 },       { "tini", "pe", false, 0 },      { "dumb-init", "r", false, 0 },
	{ "catatonit", "", false, 0 },
};

static size_t wrapper_of(struct tsr_slice base)
{
	size_t i = 0;

	while (i < TSR_ARRAY_LEN(wrappers) && !tsr_slice_eq_str(base, wrappers[i].name))
		i++;
	return i;
}

static bool is_option(const struct tsr_shell_word *w)
{
	return w->text.len > 1 && w->text.ptr[0] == '-';
}

struct tsr_slice tsr_shell_program(const struct tsr_shell_call *call)
{
	return call->n && !call->words[0].dynamic ? tsr_path_base(call->words[0].text) : TSR_SLICE_NONE;
}

static void step(struct tsr_shell_call *call)
{
	call->words++;
	call->n--;
}

/* Past the wrapper, its options and its own words. */
static void unwrap(struct tsr_shell_call *call, size_t wrapper)
{
	uint32_t own = wrappers[wrapper].words;

	step(call);
	while (call->n) {
		const struct tsr_shell_word *w = call->words;

		if (tsr_shell_is(w, "--")) {
			step(call);
			return;
		}
		if (w->text.len > 2 && tsr_slice_starts(w->text, "--") && tsr_slice_find(w->text, '=', 0) == w->text.len) {
			/* It may take the next word or not: only a "--" says where the program is. */
			while (call->n && !tsr_shell_is(call->words, "--"))
				step(call);
		} else if (is_option(w)) {
			bool value = w->text.len == 2 && strchr(wrappers[wrapper].with_value, w->text.ptr[1]) != NULL;

			step(call);
			if (value && call->n)
				step(call);
		} else if (wrappers[wrapper].assigns && tsr_slice_find(w->text, '=', 0) < w->text.len) {
			step(call);
		} else if (own) {
			own--;
			step(call);
		} else {
			return;
		}
	}
}

struct tsr_shell_call tsr_shell_call(const struct tsr_shell_command *c)
{
	struct tsr_shell_call call = { c->words, c->defines ? 0 : c->n_words, false };
	size_t wrapper;

	while ((wrapper = wrapper_of(tsr_shell_program(&call))) < TSR_ARRAY_LEN(wrappers)) {
		call.sudo |= wrapper == 0;
		/* command -v asks only. */
		if (call.n > 1 && tsr_slice_eq_str(tsr_shell_program(&call), "command") && is_option(&call.words[1]))
			return call;
		unwrap(&call, wrapper);
	}
	return call;
}

bool tsr_shell_has(const struct tsr_shell_call *call, const char *word)
{
	for (uint32_t i = 1; i < call->n; i++)
		if (tsr_slice_eq_str(call->words[i].text, word))
			return true;
	return false;
}

bool tsr_shell_is_shell(struct tsr_slice base)
{
	static const char *const shells[] = { "sh", "bash", "dash", "ash", "zsh", "ksh" };

	for (size_t i = 0; i < TSR_ARRAY_LEN(shells); i++)
		if (tsr_slice_eq_str(base, shells[i]))
			return true;
	return false;
}

/* python3.12 too */
static bool is_interpreter(struct tsr_slice base)
{
	static const char *const names[] = { "python", "perl", "ruby", "node", "php" };

	while (base.len && (isdigit((unsigned char)base.ptr[base.len - 1]) || base.ptr[base.len - 1] == '.'))
		base.len--;
	for (size_t i = 0; i < TSR_ARRAY_LEN(names); i++)
		if (tsr_slice_eq_str(base, names[i]))
			return true;
	return false;
}

static bool has_letter(struct tsr_slice option, char letter)
{
	return option.len > 1 && option.ptr[1] != '-' && tsr_slice_find(option, letter, 1) < option.len;
}

bool tsr_shell_runs_input(const struct tsr_shell_call *call)
{
	struct tsr_slice base = tsr_shell_program(call);
	bool shell = tsr_shell_is_shell(base);

	if (!shell && !is_interpreter(base))
		return false;
	for (uint32_t i = 1; i < call->n; i++) {
		struct tsr_slice text = call->words[i].text;

		if (tsr_slice_eq_str(text, "-") || tsr_slice_eq_str(text, "/dev/stdin"))
			return true;
		if (text.len < 2 || (text.ptr[0] != '-' && text.ptr[0] != '+'))
			return false;
		if (has_letter(text, 'c') || (!shell && (has_letter(text, 'm') || has_letter(text, 'e'))))
			return false;
		if (shell && has_letter(text, 's'))
			return true;
		i += shell && has_letter(text, 'o');
	}
	return true;
}

bool tsr_shell_runs_words(const struct tsr_shell_call *call)
{
	struct tsr_slice base = tsr_shell_program(call);

	if (tsr_slice_eq_str(base, "eval") || tsr_slice_eq_str(base, ".") || tsr_slice_eq_str(base, "source"))
		return true;
	if (!tsr_shell_is_shell(base) && !is_interpreter(base))
		return false;
	/* The file or the text that it runs is the first that is no option. */
	for (uint32_t i = 1; i < call->n; i++)
		if (!is_option(&call->words[i]))
			return call->words[i].dynamic;
	return false;
}
