/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mem.h"
#include "config/program.h"
#include "shell/shell_words.h"

#define COMMANDS_MAX 256u /* of one text that are judged */
#define DEPTH_MAX 4       /* sh -c in sh -c */

static const char *const builtins[] = {
	":",	 ".",	   "[",	      "[[",	"alias", "bg",	    "break",	"builtin", "case",   "cd",    "command",
	"continue", "declare", "echo", "eval",	"exec",	 "exit",    "export",	"false",   "fg",     "getopts", "hash",
	"jobs",	 "kill",   "let",     "local",	"mapfile", "printf", "pwd",	"read",	   "readonly", "return", "set",
	"shift", "shopt",  "source",  "test",	"times", "trap",    "true",	"type",	   "typeset", "ulimit", "umask",
	"unalias", "unset", "wait",
};

static bool is_builtin(struct tsr_slice name)
{
	for (size_t i = 0; i < TSR_ARRAY_LEN(builtins); i++)
		if (tsr_slice_eq_str(name, builtins[i]))
			return true;
	return false;
}

/* A text being judged. */
struct text {
	struct tsr_programs *p;
	struct tsr_shell sh;
	bool moved; /* cd: relative paths are unknown */
	bool path_changed; /* . or PATH=: plain names are unknown */
};

static void look_for_changes(struct text *t)
{
	for (uint32_t i = 0; i < t->sh.n; i++) {
		const struct tsr_shell_command *c = &t->sh.commands[i];
		struct tsr_shell_call call = tsr_shell_call(c);
		struct tsr_slice name = tsr_shell_program(&call);

		t->moved |= tsr_slice_eq_str(name, "cd") || tsr_slice_eq_str(name, "pushd");
		t->path_changed |= tsr_slice_eq_str(name, ".") || tsr_slice_eq_str(name, "source") ||
				   tsr_slice_eq_str(name, "eval");
		for (uint32_t k = 0; k < c->n_assigns; k++)
			t->path_changed |= tsr_slice_starts(c->assigns[k].text, "PATH=");
		for (uint32_t k = 1; k < call.n && tsr_slice_eq_str(name, "export"); k++)
			t->path_changed |= tsr_slice_starts(call.words[k].text, "PATH=");
	}
}

/* Does the text ask whether it is there (command -v NAME, test -x NAME), or define it? */
static bool is_asked_for(const struct text *t, struct tsr_slice name)
{
	static const char *const askers[] = { "command", "type", "hash", "which", "test", "[", "[[" };

	for (uint32_t i = 0; i < t->sh.n && i < COMMANDS_MAX; i++) {
		struct tsr_shell_call call = tsr_shell_call(&t->sh.commands[i]);
		bool asks = false;

		if (t->sh.commands[i].defines && tsr_slice_eq(t->sh.commands[i].words[0].text, name))
			return true;
		for (size_t k = 0; k < TSR_ARRAY_LEN(askers); k++)
			asks |= tsr_slice_eq_str(tsr_shell_program(&call), askers[k]);
		for (uint32_t k = 1; asks && k < call.n; k++)
			if (tsr_slice_eq(call.words[k].text, name))
				return true;
	}
	return false;
}

static bool check_call(struct tsr_programs *p, const struct tsr_shell_call *call, struct tsr_arena *arena, unsigned depth,
		       struct tsr_program_fault *fault);

/* One command of a text; true also where nothing can be said. */
static bool check_command(const struct text *t, uint32_t i, struct tsr_arena *arena, unsigned depth,
			  struct tsr_program_fault *fault)
{
	const struct tsr_shell_command *c = &t->sh.commands[i];
	const struct tsr_shell_word *first = c->words;
	struct tsr_shell_call call = tsr_shell_call(c);
	bool relative;

	if (!c->n_words || c->defines || first->dynamic)
		return true;
	/* What runs the program, if that is one itself: sudo, timeout … */
	if (!is_builtin(first->text) && call.words != first && !is_asked_for(t, first->text) && !t->path_changed &&
	    !tsr_program_check(t->p, first->text, fault))
		return false;
	if (!call.n || call.words[0].dynamic || is_builtin(call.words[0].text) || is_asked_for(t, call.words[0].text))
		return true;
	relative = tsr_slice_find(call.words[0].text, '/', 0) < call.words[0].text.len && call.words[0].text.ptr[0] != '/';
	if ((relative && t->moved) || (call.words[0].text.len && call.words[0].text.ptr[0] == '~') ||
	    (t->path_changed && tsr_slice_find(call.words[0].text, '/', 0) == call.words[0].text.len))
		return true;
	return check_call(t->p, &call, arena, depth, fault);
}

/* Alternatives: what || separates, in a list of commands that && and | hold together. */
struct course {
	uint32_t list, branch;
};

static bool check_text(struct tsr_programs *p, struct tsr_slice source, struct tsr_arena *arena, unsigned depth,
		       struct tsr_program_fault *fault)
{
	struct text t = { .p = p };
	struct tsr_program_fault one;
	tsr_autofree struct course *course = NULL;
	tsr_autofree bool *broken = NULL, *works = NULL, *real = NULL;
	uint32_t n;

	tsr_shell_parse(source, arena, &t.sh);
	tsr_shell_expand(&t.sh, source, p->env, arena);
	n = t.sh.n < COMMANDS_MAX ? t.sh.n : COMMANDS_MAX;
	p->limited |= n < t.sh.n;
	look_for_changes(&t);
	course = tsr_xcalloc(n + 1, sizeof(*course));
	broken = tsr_xcalloc(n + 1, sizeof(*broken));
	works = tsr_xcalloc(n + 1, sizeof(*works));
	real = tsr_xcalloc(n + 1, sizeof(*real));
	for (uint32_t i = 0; i < n; i++) {
		const struct tsr_shell_command *c = &t.sh.commands[i];
		struct tsr_shell_call call = tsr_shell_call(c);
		bool new_list = c->previous == TSR_SHELL_NONE || c->before == TSR_SHELL_NEXT;

		course[i].list = new_list ? i : course[c->previous].list;
		course[i].branch = new_list || c->before == TSR_SHELL_OR ? i : course[c->previous].branch;
		real[course[i].branch] |= call.n && !is_builtin(tsr_shell_program(&call));
		broken[course[i].branch] |= !check_command(&t, i, arena, depth, &one);
	}
	for (uint32_t i = 0; i < n; i++)
		works[course[i].list] |= real[course[i].branch] && !broken[course[i].branch];
	for (uint32_t i = 0; i < n; i++)
		if (broken[course[i].branch] && !works[course[i].list] && !check_command(&t, i, arena, depth, fault))
			return false;
	return true;
}

/* The text of sh -c TEXT, or NULL. */
static const struct tsr_shell_word *text_of(const struct tsr_shell_call *call)
{
	bool takes_text = false;

	if (!tsr_shell_is_shell(tsr_shell_program(call)))
		return NULL;
	for (uint32_t i = 1; i < call->n; i++) {
		struct tsr_slice w = call->words[i].text;

		if (w.len < 2 || (w.ptr[0] != '-' && w.ptr[0] != '+'))
			return takes_text ? &call->words[i] : NULL;
		takes_text |= w.ptr[1] != '-' && tsr_slice_find(w, 'c', 1) < w.len;
		i += w.ptr[1] != '-' && tsr_slice_find(w, 'o', 1) < w.len;
	}
	return NULL;
}

/* What a script runs in the end: /entrypoint.sh NAME…, sh /entrypoint.sh NAME…; n is 0 if it cannot be said. */
static struct tsr_shell_call handed_on(struct tsr_programs *p, const struct tsr_shell_call *call, struct tsr_arena *arena)
{
	struct tsr_shell_call none = { .n = 0 }, inner = *call;
	struct tsr_shell_command c;

	if (tsr_shell_is_shell(tsr_shell_program(call))) {
		inner.words++;
		inner.n--;
	}
	for (uint32_t i = 0; i < 2 && i < inner.n; i++)
		if (inner.words[i].dynamic || !inner.words[i].text.len)
			return none;
	if (inner.n < 2 || inner.words[0].text.ptr[0] == '-' || !tsr_program_hands_on(p, inner.words[0].text, inner.words[1].text))
		return none;
	c = (struct tsr_shell_command){ .words = tsr_arena_alloc(arena, inner.n, sizeof(*c.words)), .n_words = inner.n - 1 };
	memcpy(c.words, inner.words + 1, c.n_words * sizeof(*c.words));
	return tsr_shell_call(&c);
}

static bool check_call(struct tsr_programs *p, const struct tsr_shell_call *call, struct tsr_arena *arena, unsigned depth,
		       struct tsr_program_fault *fault)
{
	const struct tsr_shell_word *text = text_of(call);
	struct tsr_shell_call inner;

	if (!tsr_program_check(p, call->words[0].text, fault))
		return false;
	if (depth >= DEPTH_MAX) {
		p->limited |= text != NULL;
		return true;
	}
	if (text)
		return check_text(p, text->text, arena, depth + 1, fault);
	inner = handed_on(p, call, arena);
	return !inner.n || inner.words[0].dynamic || check_call(p, &inner, arena, depth + 1, fault);
}

bool tsr_program_check_words(struct tsr_programs *p, struct tsr_slices words, struct tsr_arena *arena,
			     struct tsr_program_fault *fault)
{
	struct tsr_shell_word *list = tsr_arena_alloc(arena, words.n + 1, sizeof(*list));
	struct tsr_shell_command c = { .words = list, .n_words = (uint32_t)words.n };
	struct tsr_shell_call call;

	for (size_t i = 0; i < words.n; i++)
		list[i].text = words.at[i];
	call = tsr_shell_call(&c);
	if (!tsr_program_check(p, words.n ? words.at[0] : TSR_SLICE_NONE, fault))
		return false;
	return !call.n || check_call(p, &call, arena, 0, fault);
}

bool tsr_program_check_text(struct tsr_programs *p, struct tsr_slice text, struct tsr_arena *arena,
			    struct tsr_program_fault *fault)
{
	return check_text(p, text, arena, 0, fault);
}
