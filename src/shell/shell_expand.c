/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>

#include "base/buf.h"
#include "base/mem.h"
#include "shell/shell_words.h"

/* The value of a variable of the environment; false: it has none. */
static bool value_of(struct tsr_slices env, struct tsr_slice name, struct tsr_slice *value)
{
	bool found = false;

	for (size_t i = 0; i < env.n; i++) {
		struct tsr_slice s = env.at[i];

		if (s.len <= name.len || s.ptr[name.len] != '=' || !tsr_slice_eq(tsr_slice_sub(s, 0, name.len), name))
			continue;
		*value = tsr_slice_sub(s, name.len + 1, s.len);
		found = true;
	}
	return found;
}

/* Does the text itself give the variable another value? */
static bool is_set_in(struct tsr_slice text, struct tsr_slice name)
{
	for (size_t at = 0; at + name.len <= text.len; at++) {
		bool begins = !at || !(isalnum((unsigned char)text.ptr[at - 1]) || strchr("_${", text.ptr[at - 1]));
		size_t end = at + name.len;

		if (begins && tsr_slice_eq(tsr_slice_sub(text, at, end), name) && (end == text.len || strchr("= \t\n;", text.ptr[end])))
			return true;
	}
	return false;
}

/* $NAME or ${NAME} at the beginning of s: its name, and how long it is as written; 0 if it is something else. */
static size_t variable_at(struct tsr_slice s, struct tsr_slice *name)
{
	bool braces = s.len > 1 && s.ptr[1] == '{';
	size_t start = 1 + braces, end = start;

	while (end < s.len && (isalnum((unsigned char)s.ptr[end]) || s.ptr[end] == '_'))
		end++;
	if (end == start || isdigit((unsigned char)s.ptr[start]) || (braces && (end == s.len || s.ptr[end] != '}')))
		return 0;
	*name = tsr_slice_sub(s, start, end);
	return end + braces;
}

static bool expand(struct tsr_slice word, struct tsr_slice source, struct tsr_slices env, struct tsr_buf *out)
{
	tsr_buf_reset(out);
	for (size_t at = 0; at < word.len;) {
		struct tsr_slice name, value;
		size_t length;

		if (strchr("`*?", word.ptr[at]))
			return false;
		if (word.ptr[at] != '$') {
			tsr_buf_addc(out, word.ptr[at++]);
			continue;
		}
		length = variable_at(tsr_slice_sub(word, at, word.len), &name);
		if (!length || !value_of(env, name, &value) || is_set_in(source, name))
			return false;
		tsr_buf_addsl(out, value);
		at += length;
	}
	return !out->full;
}

void tsr_shell_expand(struct tsr_shell *sh, struct tsr_slice source, struct tsr_slices env, struct tsr_arena *arena)
{
	TSR_AUTO(tsr_buf) struct tsr_buf b = TSR_BUF_INIT(TSR_SHELL_VALUE_MAX);

	for (uint32_t i = 0; i < sh->n; i++)
		for (uint32_t k = 0; k < sh->commands[i].n_words && k < TSR_SHELL_EXPANDED; k++) {
			struct tsr_shell_word *w = &sh->commands[i].words[k];
			struct tsr_slice text;

			if (!w->dynamic || !expand(w->text, source, env, &b))
				continue;
			text = tsr_buf_slice(&b);
			/* Without quotes it is split; of a program's name its first part is known, of another word nothing. */
			for (size_t at = 0; !w->quoted && at < text.len; at++)
				if (isspace((unsigned char)text.ptr[at]) || strchr("*?[", text.ptr[at]))
					text = k || !isspace((unsigned char)text.ptr[at]) ? TSR_SLICE_NONE : tsr_slice_sub(text, 0, at);
			if (!text.len)
				continue;
			w->text = tsr_arena_dup(arena, text);
			w->dynamic = false;
		}
}
