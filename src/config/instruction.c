/* SPDX-License-Identifier: Apache-2.0 */
#include "config/instruction.h"

#include <ctype.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/path.h"

/* More than this many in one instruction are not looked at one by one. */
#define VARIABLES_MAX 10000u

static struct tsr_slice from(struct tsr_slice s, size_t at)
{
	return tsr_slice_sub(s, at, s.len);
}

/* The next blank-separated word of *rest, which is left behind it. */
static struct tsr_slice next_word(struct tsr_slice *rest)
{
	struct tsr_slice s = tsr_slice_trim(*rest), word;
	size_t n = 0;

	while (n < s.len && !isspace((unsigned char)s.ptr[n]))
		n++;
	word = tsr_slice_sub(s, 0, n);
	*rest = from(s, n);
	return word;
}

static bool is_shell(struct tsr_slice program)
{
	static const char *const names[] = { "sh", "bash", "ash", "dash", "zsh", "ksh", "busybox" };
	struct tsr_slice base = tsr_path_base(program);

	for (size_t i = 0; i < TSR_ARRAY_LEN(names); i++)
		if (tsr_slice_eq_str(base, names[i]))
			return true;
	return false;
}

/* "/bin/bash -o pipefail -c TEXT": the text, what stands before " -c", and true; else false. */
static bool shell_text(struct tsr_slice s, struct tsr_slice *text, struct tsr_slice *shell)
{
	struct tsr_slice whole = tsr_slice_trim(s), program = next_word(&s), word;

	if (!is_shell(program))
		return false;
	for (int i = 0; i < 8; i++) {
		word = next_word(&s);
		if (tsr_slice_starts(word, "-") && !tsr_slice_starts(word, "--") && word.len > 1 &&
		    tsr_slice_find(word, 'c', 1) < word.len) {
			*text = tsr_slice_trim(s);
			*shell = tsr_slice_sub(whole, 0, (size_t)(word.ptr + word.len - whole.ptr));
			/* sh -c "…" is a command that somebody wrote: tools do not quote. */
			return program.ptr[0] == '/' || !text->len || !strchr("\"'", text->ptr[0]);
		}
	}
	return false;
}

static void add_variable(struct tsr_instruction *out, struct tsr_arena *arena, struct tsr_slice name, struct tsr_slice value)
{
	/* Rooms of 16, 32, 64 …: the arena cannot give back. */
	if (out->n_variables >= VARIABLES_MAX) {
		out->cut = true;
		return;
	}
	if (!out->n_variables || (out->n_variables >= 16 && !(out->n_variables & (out->n_variables - 1)))) {
		struct tsr_variable *more =
			tsr_arena_alloc(arena, out->n_variables ? 2 * out->n_variables : 16, sizeof(*more));

		if (out->n_variables)
			memcpy(more, out->variables, out->n_variables * sizeof(*more));
		out->variables = more;
	}
	out->variables[out->n_variables++] = (struct tsr_variable){ name, value };
}

static size_t name_length(struct tsr_slice s)
{
	size_t n = 0;

	while (n < s.len && (isalnum((unsigned char)s.ptr[n]) || strchr("_.-", s.ptr[n])) && s.ptr[n])
		n++;
	return n;
}

/* Where the next " NAME=" begins in s at or after `at`; s.len if nowhere. Values are not quoted by the tools. */
static size_t next_pair(struct tsr_slice s, size_t at)
{
	for (; at < s.len; at++) {
		size_t n;

		if (s.ptr[at] != ' ')
			continue;
		n = name_length(from(s, at + 1));
		if (n && at + 1 + n < s.len && s.ptr[at + 1 + n] == '=')
			return at;
		at += n;
	}
	return s.len;
}

static struct tsr_slice unquoted(struct tsr_slice s)
{
	if (s.len >= 2 && (s.ptr[0] == '"' || s.ptr[0] == '\'') && s.ptr[s.len - 1] == s.ptr[0])
		return tsr_slice_sub(s, 1, s.len - 1);
	return s;
}

/* "A=b C=d e": A is "b", C is "d e". */
static void read_pairs(struct tsr_instruction *out, struct tsr_arena *arena, struct tsr_slice s)
{
	s = tsr_slice_trim(s);
	while (s.len && !out->cut) {
		size_t n = name_length(s), end = next_pair(s, n);

		if (n && n < s.len && s.ptr[n] == '=')
			add_variable(out, arena, tsr_slice_sub(s, 0, n), unquoted(tsr_slice_trim(tsr_slice_sub(s, n + 1, end))));
		else if (n && n < s.len && s.ptr[n] == ' ' && !out->n_variables) /* ENV NAME value */
			add_variable(out, arena, tsr_slice_sub(s, 0, n), unquoted(tsr_slice_trim(tsr_slice_sub(s, n, s.len))));
		s = tsr_slice_trim(from(s, end));
	}
}

/*
 * "|2 A=b C=d /bin/sh -c TEXT": the build arguments, and what follows them. Their values are not
 * quoted, so that the shell's path ends them; without one everything is taken for text.
 */
static struct tsr_slice build_arguments(struct tsr_instruction *out, struct tsr_arena *arena, struct tsr_slice s)
{
	struct tsr_slice rest = from(s, 1), text, shell, number = next_word(&rest);
	unsigned long long n;
	size_t at = 0;

	if (tsr_slice_u64(number, &n))
		return s;
	for (; at < rest.len; at++)
		if (rest.ptr[at] == ' ' && at + 1 < rest.len && rest.ptr[at + 1] == '/' &&
		    shell_text(from(rest, at), &text, &shell)) {
			read_pairs(out, arena, tsr_slice_sub(rest, 0, at));
			return from(rest, at);
		}
	while (n--) {
		struct tsr_slice before = rest, word = next_word(&rest);
		size_t name = name_length(word);

		if (!name || name == word.len || word.ptr[name] != '=')
			return before;
		add_variable(out, arena, tsr_slice_sub(word, 0, name), from(word, name + 1));
	}
	return rest;
}

/* The next string of a JSON array, unescaped as far as a command needs it; false if what stands at the beginning is none. */
static bool next_string(struct tsr_slice *rest, struct tsr_buf *out)
{
	struct tsr_slice s = tsr_slice_trim(*rest);
	size_t at = 1;

	tsr_buf_reset(out);
	if (s.len < 2 || s.ptr[0] != '"')
		return false;
	for (; at < s.len && s.ptr[at] != '"'; at++) {
		bool escaped = s.ptr[at] == '\\' && at + 1 < s.len;
		char c = s.ptr[at += escaped];

		tsr_buf_addc(out, escaped && c == 'n' ? '\n' : escaped && c == 't' ? '\t' : c);
	}
	*rest = tsr_slice_trim(from(s, at + 1));
	return at < s.len;
}

static void add_quoted(struct tsr_buf *text, struct tsr_slice word)
{
	tsr_buf_adds(text, text->len ? " '" : "'");
	for (size_t i = 0; i < word.len; i++) {
		if (word.ptr[i] == '\'')
			tsr_buf_adds(text, "'\\'");
		tsr_buf_addc(text, word.ptr[i]);
	}
	tsr_buf_addc(text, '\'');
}

/* ["apt-get", "update"] as text for a shell: its words quoted, or what stands behind ["sh", "-c", …]. [ -f x ] is a command. */
static bool exec_form(struct tsr_instruction *out, struct tsr_arena *arena, struct tsr_slice s)
{
	TSR_AUTO(tsr_buf) struct tsr_buf word = TSR_BUF_INIT(TSR_BUF_TEXT_MAX), text = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	bool shell = false, takes_text = false, whole = false;

	if (!tsr_slice_starts(s, "[") || !tsr_slice_ends(s, "]"))
		return false;
	s = from(s, 1);
	for (size_t i = 0; !whole && next_string(&s, &word); i++) {
		struct tsr_slice w = tsr_buf_slice(&word);

		if (!s.len || (s.ptr[0] != ',' && s.ptr[0] != ']'))
			return false;
		whole = s.ptr[0] == ']';
		s = from(s, 1);
		if (shell && takes_text) {
			out->text = tsr_arena_dup(arena, w);
			return true;
		}
		shell |= !i && is_shell(w);
		takes_text |= i && tsr_slice_starts(w, "-") && !tsr_slice_starts(w, "--") && tsr_slice_ends(w, "c");
		add_quoted(&text, w);
	}
	if (!whole || s.len)
		return false;
	out->text = tsr_arena_dup(arena, tsr_buf_slice(&text));
	return true;
}

/* Shells of Windows, whose text is read otherwise. */
static bool is_foreign(struct tsr_slice s)
{
	static const char *const names[] = { "powershell", "powershell.exe", "pwsh", "pwsh.exe", "cmd", "cmd.exe" };
	struct tsr_slice base = next_word(&s);

	for (size_t i = base.len; i-- > 0;)
		if (base.ptr[i] == '\\' || base.ptr[i] == '/') {
			base = from(base, i + 1);
			break;
		}
	for (size_t i = 0; i < TSR_ARRAY_LEN(names); i++)
		if (tsr_slice_caseeq_str(base, names[i]))
			return true;
	return false;
}

static void run(struct tsr_instruction *out, struct tsr_arena *arena, struct tsr_slice s)
{
	s = tsr_slice_trim(s);
	out->kind = TSR_INSTRUCTION_RUN;
	/* --mount=type=cache,… and the like of kaniko's */
	while (tsr_slice_starts(s, "--"))
		next_word(&s), s = tsr_slice_trim(s);
	if (tsr_slice_starts(s, "|"))
		s = tsr_slice_trim(build_arguments(out, arena, s));
	if (is_foreign(s))
		out->kind = TSR_INSTRUCTION_OTHER;
	else if (shell_text(s, &out->text, &out->shell))
		exec_form(out, arena, out->text); /* as buildah writes it */
	else if (!exec_form(out, arena, s))
		out->text = s;
}

static struct tsr_slice without_suffix(struct tsr_slice s, const char *suffix)
{
	s = tsr_slice_trim(s);
	return tsr_slice_ends(s, suffix) ? tsr_slice_trim(tsr_slice_sub(s, 0, s.len - strlen(suffix))) : s;
}

static void with_verb(struct tsr_instruction *out, struct tsr_arena *arena, struct tsr_slice s)
{
	static const struct {
		const char *verb;
		enum tsr_instruction_kind kind;
	} verbs[] = {
		{ "RUN", TSR_INSTRUCTION_RUN }, { "ADD", TSR_INSTRUCTION_ADD }, { "COPY", TSR_INSTRUCTION_COPY },
		{ "ENV", TSR_INSTRUCTION_ENV }, { "ARG", TSR_INSTRUCTION_ARG }, { "CMD", TSR_INSTRUCTION_CMD },
		{ "ENTRYPOINT", TSR_INSTRUCTION_ENTRYPOINT }, { "HEALTHCHECK", TSR_INSTRUCTION_HEALTHCHECK },
		{ "WORKDIR", TSR_INSTRUCTION_WORKDIR }, { "MAINTAINER", TSR_INSTRUCTION_MAINTAINER },
		{ "SHELL", TSR_INSTRUCTION_SHELL },
	};
	struct tsr_slice verb = next_word(&s);

	for (size_t i = 0; i < TSR_ARRAY_LEN(verbs); i++) {
		if (!tsr_slice_eq_str(verb, verbs[i].verb))
			continue;
		out->kind = verbs[i].kind;
		out->text = tsr_slice_trim(s);
	}
	if (out->kind == TSR_INSTRUCTION_RUN)
		run(out, arena, out->text);
	if (out->kind == TSR_INSTRUCTION_ENV || out->kind == TSR_INSTRUCTION_ARG)
		read_pairs(out, arena, out->text);
}

/* The words of an exec form: only a program that installs is taken for one, since other tools write names there. */
static bool installs(struct tsr_slice s)
{
	static const char *const names[] = { "apt-get", "apt", "apk", "dnf", "microdnf", "yum", "zypper", "pip", "pip3", "npm", "yarn",
					     "gem", "curl", "wget", "chmod" };
	struct tsr_slice base = tsr_path_base(next_word(&s));

	for (size_t i = 0; i < TSR_ARRAY_LEN(names); i++)
		if (tsr_slice_eq_str(base, names[i]))
			return true;
	return false;
}

void tsr_instruction_parse(struct tsr_slice created_by, struct tsr_arena *arena, struct tsr_instruction *out)
{
	struct tsr_slice s = without_suffix(created_by, "# buildkit"), text, shell;

	*out = (struct tsr_instruction){ .kind = TSR_INSTRUCTION_OTHER, .text = s, .buildkit = s.len < created_by.len };
	if (tsr_slice_starts(s, "|") || installs(s)) {
		run(out, arena, s);
	} else if (shell_text(s, &text, &shell)) {
		if (tsr_slice_starts(text, "#(nop)"))
			with_verb(out, arena, from(text, 6));
		else
			run(out, arena, s);
	} else {
		with_verb(out, arena, s);
	}
}
