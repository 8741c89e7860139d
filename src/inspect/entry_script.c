/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"
#include "base/mem.h"
#include "inspect/inspect_priv.h"
#include "shell/shell_words.h"

/*
 * Scripts that prepare a container and end by running what they were given (docker-entrypoint.sh): CMD names that program. Kept is
 * when it is not run as it is: the script compares it with words, or puts a program in front of options.
 */
struct script {
	struct tsr_shell sh;
	struct tsr_buf words;
	bool options, puts, unknown;
};

static bool one_of(struct tsr_slice s, const char *const *list)
{
	for (; *list; list++)
		if (tsr_slice_eq_str(s, *list))
			return true;
	return false;
}

static bool is_arguments(const struct tsr_shell_word *w)
{
	static const char *const all[] = { "$@", "${@}", "$*", NULL };

	return w->dynamic && one_of(w->text, all);
}

/* $1, ${1}, ${1#-} … */
static bool is_first(struct tsr_slice s)
{
	for (size_t i = 0; i + 1 < s.len; i++)
		if (s.ptr[i] == '$' && (s.ptr[i + 1] == '1' || (s.ptr[i + 1] == '{' && i + 2 < s.len && s.ptr[i + 2] == '1')))
			return true;
	return false;
}

/* The end of a script, or of its function that has the same arguments: exec "$@", exec gosu app "$@", main "$@". */
static bool runs_arguments(const struct tsr_shell *sh)
{
	uint32_t last = TSR_SHELL_NONE;
	bool executes = false, defined = false;
	struct tsr_shell_call call;

	for (uint32_t i = 0; i < sh->n; i++) {
		const struct tsr_shell_command *c = &sh->commands[i];

		call = tsr_shell_call(c);
		executes |= c->n_words > 1 && tsr_shell_is(&c->words[0], "exec") && call.n == 1 && is_arguments(call.words);
		if (c->inside == TSR_SHELL_NONE && c->n_words && !c->defines)
			last = i;
	}
	if (last == TSR_SHELL_NONE || !executes)
		return false;
	call = tsr_shell_call(&sh->commands[last]);
	for (uint32_t i = 0; i < sh->n; i++)
		defined |= sh->commands[i].defines && call.n && tsr_slice_eq(sh->commands[i].words[0].text, call.words[0].text);
	return call.n == 1 ? is_arguments(call.words) : defined && call.n == 2 && is_arguments(&call.words[1]);
}

/* [ "$1" = redis-server ], [ "${1#-}" != "$1" ]; of a test for files nobody can say here what it gives. */
static void look_at_test(struct script *s, const struct tsr_shell_call *call)
{
	static const char *const files[] = { "-x", "-f", "-e", "-d", "-r", "-s", "=~", NULL };
	bool first = false;

	for (uint32_t i = 1; i < call->n; i++) {
		struct tsr_slice w = call->words[i].text;

		first |= is_first(w);
		s->options |= is_first(w) &&
			      (tsr_slice_casehas(w, "1#-") || tsr_slice_casehas(w, "1:0:1") || tsr_slice_casehas(w, "1%"));
	}
	for (uint32_t i = 1; first && i < call->n; i++) {
		struct tsr_slice w = call->words[i].text;

		s->unknown |= one_of(w, files);
		s->options |= tsr_slice_starts(w, "-*");
		if (!is_first(w) && w.len > 1 && !tsr_slice_eq_str(w, "!=") && !tsr_slice_eq_str(w, "==")) {
			tsr_buf_addsl(&s->words, w);
			tsr_buf_addc(&s->words, '\n');
		}
	}
}

static void look_at(struct script *s, const struct tsr_shell_call *call)
{
	static const char *const tests[] = { "[", "[[", "test", NULL };
	static const char *const asks[] = { "command", "type", "which", "hash", NULL };
	static const char *const moves[] = { "shift", "getopts", NULL };
	struct tsr_slice base = tsr_shell_program(call);

	s->unknown |= one_of(base, moves);
	if (one_of(base, tests))
		look_at_test(s, call);
	for (uint32_t i = 1; i < call->n && one_of(base, asks); i++)
		s->unknown |= is_first(call->words[i].text) || is_arguments(&call->words[i]);
	s->puts |= tsr_slice_eq_str(base, "set") && tsr_shell_has(call, "--");
}

/* case "$1" in: its words are patterns, which are not told apart here. */
static bool has_case(struct tsr_slice text)
{
	static const char *const cases[] = { "case \"$1", "case $1", "case \"${1", "case ${1", "case \"$@", "case \"$*" };

	for (size_t i = 0; i < TSR_ARRAY_LEN(cases); i++)
		if (tsr_slice_casehas(text, cases[i]))
			return true;
	return false;
}

void tsr_entry_script(struct tsr_inspect *in, uint32_t entry, struct tsr_slice text)
{
	struct script s = { .words = TSR_BUF_INIT(TSR_ENTRY_SCRIPT_MAX) };
	struct tsr_arena arena = TSR_ARENA_INIT;

	if (tsr_slice_casehas(text, "$@") || tsr_slice_casehas(text, "${@}") || tsr_slice_casehas(text, "$*"))
		tsr_shell_parse(text, &arena, &s.sh);
	if (s.sh.n && runs_arguments(&s.sh) && !has_case(text)) {
		for (uint32_t i = 0; i < s.sh.n; i++) {
			struct tsr_shell_call call = tsr_shell_call(&s.sh.commands[i]);

			if (call.n)
				look_at(&s, &call);
		}
		/* set -- NAME "$@" without a condition that is understood */
		if (!s.unknown && (!s.puts || s.options || s.words.len))
			tsr_builder_add_extract(in->b, &(struct tsr_extract){
				.kind = TSR_EXTRACT_ENTRY,
				.entry = entry,
				.a = tsr_builder_text(in->b, tsr_buf_slice(&s.words)),
				.x = s.options,
			});
	}
	tsr_buf_release(&s.words);
	tsr_arena_release(&arena);
}
