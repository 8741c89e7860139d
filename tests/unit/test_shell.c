/* SPDX-License-Identifier: Apache-2.0 */
#include "shell/shell.h"

#include <criterion/criterion.h>

#include "base/buf.h"
#include "shell/shell_words.h"

/* Commands as text: words joined by "," (dynamic ones end in "$"), in "[…]" with what is before them. */
static void show(const struct tsr_shell *sh, struct tsr_buf *b)
{
	static const char *const ops[] = { ";", "&", "|", "p" };

	for (uint32_t i = 0; i < sh->n; i++) {
		const struct tsr_shell_command *c = &sh->commands[i];

		if (!c->n_words)
			continue;
		tsr_buf_adds(b, ops[c->before]);
		if (c->inside != TSR_SHELL_NONE)
			tsr_buf_printf(b, "^%u", c->inside);
		tsr_buf_addc(b, '[');
		for (uint32_t w = 0; w < c->n_words; w++) {
			tsr_buf_adds(b, w ? "," : c->defines ? "()" : "");
			tsr_buf_addsl(b, c->words[w].text);
			tsr_buf_adds(b, c->words[w].dynamic ? "~" : "");
		}
		tsr_buf_addc(b, ']');
	}
}

Test(shell, commands_are_read_as_a_shell_does)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "", "" },
		{ "a b", ";[a,b]" },
		{ "a&&b||c|d;e & f", ";[a]&[b]|[c]p[d];[e];[f]" },
		{ "a 'b; c' \"d && e\" f\\ g", ";[a,b; c,d && e,f g]" },
		{ "a \"b $X\" ${Y} $Z *.c", ";[a,b $X~,${Y}~,$Z~,*.c~]" },
		{ "A=1 B='2 3' c d=4", ";[c,d=4]" },
		{ "A=1", "" },
		{ "a >f 2>&1 <g b", ";[a,b]" },
		{ "a # b; c\nd", ";[a];[d]" },
		{ "a b#c", ";[a,b#c]" },
		{ "a \\\n b", ";[a,b]" },
		{ "a &&\n b", ";[a]&[b]" },
		{ "if a; then b; else c; fi", ";[a];[b];[c]" },
		{ "for x in curl wget; do b $x; done", ";[b,$x~]" },
		{ "while ! a; do b; done", ";[a];[b]" },
		{ "case \"$x\" in curl|wget) b ;; *) c;; esac; d", ";[b];[c];[d]" },
		{ "f() { a; }; f", ";[()f];[a];[f]" },
		{ "( a; b ) | c", ";[a];[b]p[c]" },
		{ "[[ -f a && b < c ]] || d", ";[[[,-f,a,&&,b,<,c,]]]|[d]" },
		{ "a <<E\nsudo b\nE\nc", ";[a];[c]" },
		{ "a <<-'E' | b\n\tsudo\n\tE\nc", ";[a]p[b];[c]" },
		{ "a <<<b c", ";[a,c]" },
		{ "a $(b c | d) e", ";[a,$(b c | d)~,e];^0[b,c]p^0[d]" },
		{ "a \"$(b \"$(c)\")\"", ";[a,$(b \"$(c)\")~];^0[b,$(c)~];^1[c]" },
		{ "a `b c`", ";[a,`b c`~];^0[b,c]" },
		{ "x=$(b)", ";^0[b]" },
		{ "a <(b c) d", ";[a,<(b c)~,d];^0[b,c]" },
		{ "a $((1+(2*3))) b", ";[a,$((1+(2*3)))~,b]" },
		{ "'if' a", ";[if,a]" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tsr_arena arena = TSR_ARENA_INIT;
		struct tsr_buf b = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
		struct tsr_shell sh;

		tsr_shell_parse(tsr_slice_str(cases[i].text), &arena, &sh);
		show(&sh, &b);
		cr_expect(tsr_slice_eq_str(tsr_buf_slice(&b), cases[i].want), "%s: %.*s", cases[i].text,
			  TSR_SLICE_ARG(tsr_buf_slice(&b)));
		tsr_buf_release(&b);
		tsr_arena_release(&arena);
	}
}

Test(shell, broken_and_endless_texts_end)
{
	static const char *const pieces[] = { "$(", "`", "((", "\"$(", "<(", "${", "$((", "<<E\n", "case x in ", ")", "\\", "'",
					      "a|", "[[ ", "a()", "x ", "a\n" };

	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		struct tsr_arena arena = TSR_ARENA_INIT;
		struct tsr_buf b = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
		struct tsr_shell sh;

		while (b.len < 1u << 20)
			tsr_buf_adds(&b, pieces[i]);
		tsr_shell_parse(tsr_buf_slice(&b), &arena, &sh);
		cr_expect_leq(sh.n, TSR_SHELL_MAX, "%s", pieces[i]);
		tsr_buf_release(&b);
		tsr_arena_release(&arena);
	}
}

Test(shell, what_is_left_out_is_said)
{
	static const struct {
		const char *piece;
		unsigned fit, more;
	} cases[] = {
		{ "a;", TSR_SHELL_MAX, TSR_SHELL_MAX + 1 },
		{ "a ", 10 * TSR_SHELL_MAX, 10 * TSR_SHELL_MAX + 1 },
		{ "$(", 32, 33 },
		{ "a <<E ", 4, 5 },
	};

	for (size_t i = 0; i < 2 * sizeof(cases) / sizeof(cases[0]); i++) {
		struct tsr_arena arena = TSR_ARENA_INIT;
		struct tsr_buf b = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
		unsigned n = i % 2 ? cases[i / 2].more : cases[i / 2].fit;
		struct tsr_shell sh;

		for (unsigned k = 0; k < n; k++)
			tsr_buf_adds(&b, cases[i / 2].piece);
		tsr_shell_parse(tsr_buf_slice(&b), &arena, &sh);
		cr_expect_eq(sh.cut, i % 2 == 1, "%u times %s", n, cases[i / 2].piece);
		tsr_buf_release(&b);
		tsr_arena_release(&arena);
	}
}

/* The text of an inner substitution stands in each of those around it. */
Test(shell, nesting_does_not_multiply_the_text)
{
	struct tsr_arena arena = TSR_ARENA_INIT;
	struct tsr_buf b = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	struct tsr_shell sh;

	for (int i = 0; i < 30; i++)
		tsr_buf_adds(&b, "a $(");
	while (b.len < 1u << 20)
		tsr_buf_adds(&b, "x");
	for (int i = 0; i < 30; i++)
		tsr_buf_adds(&b, ")");
	tsr_shell_parse(tsr_buf_slice(&b), &arena, &sh);
	cr_expect_eq(sh.n, 31);
	cr_expect(arena.total < 2 * b.len, "%zu bytes", arena.total);
	tsr_buf_release(&b);
	tsr_arena_release(&arena);
}

Test(shell, what_only_runs_a_program_is_passed)
{
	static const struct {
		const char *text, *program;
		bool sudo;
	} cases[] = {
		{ "apt-get install a", "apt-get", false },
		{ "sudo -u x -E /usr/bin/apt-get", "apt-get", true },
		{ "env -u X A=1 B=2 python3 x", "python3", false },
		{ "exec -a name uvicorn", "uvicorn", false },
		{ "xargs -r -n 1 rm", "rm", false },
		{ "timeout -k 1 5 curl x", "curl", false },
		{ "gosu app python", "python", false },
		{ "tini -g -- python", "python", false },
		{ "dumb-init --single-child -- python", "python", false },
		{ "setpriv --reuid 1001 python", "", false },
		{ "timeout --signal=KILL 5 curl", "curl", false },
		{ "command -v curl", "command", false },
		{ "command curl", "curl", false },
		{ "sudo", "", true },
		{ "$SHELL x", "", false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tsr_arena arena = TSR_ARENA_INIT;
		struct tsr_shell_call call;
		struct tsr_shell sh;

		tsr_shell_parse(tsr_slice_str(cases[i].text), &arena, &sh);
		call = tsr_shell_call(&sh.commands[0]);
		cr_expect(tsr_slice_eq_str(tsr_shell_program(&call), cases[i].program), "%s", cases[i].text);
		cr_expect_eq(call.sudo, cases[i].sudo, "%s", cases[i].text);
		tsr_arena_release(&arena);
	}
}
