/* SPDX-License-Identifier: Apache-2.0 */
#include "shell/shell.h"

#include <ctype.h>

#include "base/buf.h"
#include "base/mem.h"

#define DEPTH_MAX 32 /* of substitutions in substitutions; deeper ones are text */
#define WORDS_MAX (10 * TSR_SHELL_MAX)
#define HEREDOCS 4   /* that one line may begin */
#define EXPANSION_SHOWN 4096u /* bytes of one that stand in its word: each is in the words around it, too */

struct parser {
	struct tsr_slice text;
	size_t at;
	struct tsr_arena *arena;
	struct tsr_shell_command *commands;
	size_t n, cap, n_words;
	unsigned depth;
	struct tsr_slice ends[HEREDOCS]; /* of here-documents that begin at the next newline */
	unsigned n_ends;
	bool cut;
};

/* A list of commands being read, up to `close` or the end. */
struct list {
	char close; /* ')' of a substitution, or 0 */
	uint32_t inside, previous;
	enum tsr_shell_op before;
	uint32_t slot; /* of the command at hand, or NONE: nothing of it came yet */
	struct tsr_shell_word *words;
	size_t n, cap, n_assigns;
	unsigned groups, cases;
	bool pattern; /* of a case */
	bool named;   /* what follows is no command: values of for, what case looks at */
	bool subject; /* the latter */
	bool test;    /* inside [[ ]] */
};

static void read_list(struct parser *p, char close, uint32_t inside);

static int peek(const struct parser *p, size_t ahead)
{
	return p->at + ahead < p->text.len ? (unsigned char)p->text.ptr[p->at + ahead] : -1;
}

static uint32_t slot_of(struct parser *p, struct list *l)
{
	p->cut |= p->n >= TSR_SHELL_MAX && l->slot == TSR_SHELL_NONE;
	if (l->slot != TSR_SHELL_NONE || p->n >= TSR_SHELL_MAX)
		return l->slot;
	p->commands = tsr_grow(p->commands, &p->cap, p->n + 1, sizeof(*p->commands));
	p->commands[p->n] = (struct tsr_shell_command){
		.previous = l->previous,
		.inside = l->inside,
		.before = l->previous == TSR_SHELL_NONE ? TSR_SHELL_NEXT : l->before,
	};
	l->slot = (uint32_t)p->n++;
	return l->slot;
}

static void end_command(struct parser *p, struct list *l, enum tsr_shell_op op)
{
	uint32_t slot = l->n && !l->named ? slot_of(p, l) : l->slot;

	if (slot != TSR_SHELL_NONE && l->n && !l->named) {
		struct tsr_shell_command *c = &p->commands[slot];
		struct tsr_shell_word *words = tsr_arena_alloc(p->arena, l->n, sizeof(*words));

		memcpy(words, l->words, l->n * sizeof(*words));
		c->assigns = words;
		c->n_assigns = (uint32_t)l->n_assigns;
		c->words = words + l->n_assigns;
		c->n_words = (uint32_t)(l->n - l->n_assigns);
	}
	if (slot != TSR_SHELL_NONE) {
		l->previous = slot;
		l->before = op;
	} else if (op != TSR_SHELL_NEXT) {
		l->before = op; /* behind a group: ( … ) | sh */
	}
	l->slot = TSR_SHELL_NONE;
	l->n = l->n_assigns = 0;
	l->named = l->subject = l->test = false;
}

/* Passes over what stands up to `close`, which may be escaped. */
static void skip_to(struct parser *p, char close)
{
	while (p->at < p->text.len && p->text.ptr[p->at] != close)
		p->at += p->text.ptr[p->at] == '\\' ? 2 : 1;
	if (p->at > p->text.len)
		p->at = p->text.len;
}

static void substitution(struct parser *p, struct list *l)
{
	if (p->depth >= DEPTH_MAX || p->n >= TSR_SHELL_MAX) {
		p->cut = true;
		skip_to(p, ')');
	} else {
		p->depth++;
		read_list(p, ')', slot_of(p, l));
		p->depth--;
	}
	p->at += p->at < p->text.len;
}

static void backticks(struct parser *p, struct list *l)
{
	struct tsr_slice whole = p->text;
	size_t start = p->at;

	skip_to(p, '`');
	p->cut |= p->depth >= DEPTH_MAX || p->n >= TSR_SHELL_MAX;
	if (p->depth < DEPTH_MAX && p->n < TSR_SHELL_MAX) {
		size_t end = p->at;

		p->text = tsr_slice_sub(whole, 0, end);
		p->at = start;
		p->depth++;
		read_list(p, 0, slot_of(p, l));
		p->depth--;
		p->text = whole;
		p->at = end;
	}
	p->at += p->at < p->text.len;
}

/* $((…)) holds no command. */
static void arithmetic(struct parser *p)
{
	unsigned open = 2;

	for (p->at += 3; p->at < p->text.len && open; p->at++) {
		open += p->text.ptr[p->at] == '(';
		open -= p->text.ptr[p->at] == ')';
	}
}

/* At a '$' or '`': its text goes to the word as it stands. */
static void expansion(struct parser *p, struct list *l, struct tsr_buf *b)
{
	size_t start = p->at;
	int next = peek(p, 1);

	if (peek(p, 0) == '`') {
		p->at++;
		backticks(p, l);
	} else if (next == '(' && peek(p, 2) == '(') {
		arithmetic(p);
	} else if (next == '(') {
		p->at += 2;
		substitution(p, l);
	} else if (next == '{') {
		skip_to(p, '}');
		p->at += p->at < p->text.len;
	} else {
		p->at++;
	}
	tsr_buf_addsl(b, tsr_slice_sub(tsr_slice_sub(p->text, start, p->at), 0, EXPANSION_SHOWN));
}

static void double_quoted(struct parser *p, struct list *l, struct tsr_buf *b, struct tsr_shell_word *w)
{
	p->at++;
	while (p->at < p->text.len && p->text.ptr[p->at] != '"') {
		char c = p->text.ptr[p->at];
		int next = peek(p, 1);

		if (c == '\\' && next > 0 && strchr("$`\"\\\n", next)) {
			if (next != '\n')
				tsr_buf_addc(b, (char)next);
			p->at += 2;
		} else if (c == '`' || (c == '$' && (isalnum(next) || (next > 0 && strchr("({_@*#?!$-", next))))) {
			w->dynamic = true;
			expansion(p, l, b);
		} else {
			tsr_buf_addc(b, c);
			p->at++;
		}
	}
	p->at += p->at < p->text.len;
}

static void single_quoted(struct parser *p, struct tsr_buf *b)
{
	size_t end = tsr_slice_find(p->text, '\'', p->at + 1);

	tsr_buf_addsl(b, tsr_slice_sub(p->text, p->at + 1, end));
	p->at = end < p->text.len ? end + 1 : end;
}

static bool ends_word(const struct list *l, int c)
{
	if (l->test && c > 0 && strchr("&|;()<>", c))
		return false;
	return c < 0 || strchr(" \t\r\n;&|()<>", c) != NULL;
}

static void read_word(struct parser *p, struct list *l, struct tsr_shell_word *w)
{
	TSR_AUTO(tsr_buf) struct tsr_buf b = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);

	*w = (struct tsr_shell_word){ .dynamic = false };
	while (!ends_word(l, peek(p, 0))) {
		char c = p->text.ptr[p->at];
		int next = peek(p, 1);

		if (c == '\'' || (c == '$' && next == '\'')) {
			w->quoted = true;
			p->at += c == '$';
			single_quoted(p, &b);
		} else if (c == '"') {
			w->quoted = true;
			double_quoted(p, l, &b, w);
		} else if (c == '\\') {
			w->quoted |= next != '\n';
			if (next >= 0 && next != '\n')
				tsr_buf_addc(&b, (char)next);
			p->at += next < 0 ? 1 : 2;
		} else if (c == '`' || c == '$') {
			w->dynamic = true;
			expansion(p, l, &b);
		} else {
			w->dynamic |= c == '*' || c == '?';
			tsr_buf_addc(&b, c);
			p->at++;
		}
	}
	w->text = tsr_arena_dup(p->arena, tsr_buf_slice(&b));
}

static bool is_assignment(const struct tsr_shell_word *w)
{
	size_t i = 0;

	while (i < w->text.len && (isalnum((unsigned char)w->text.ptr[i]) || w->text.ptr[i] == '_'))
		i++;
	return i && i < w->text.len && !isdigit((unsigned char)w->text.ptr[0]) && w->text.ptr[i] == '=';
}

static bool one_of(const struct tsr_shell_word *w, const char *const *list)
{
	for (; *list; list++)
		if (!w->quoted && tsr_shell_is(w, *list))
			return true;
	return false;
}

/* Reserved words where a command may begin; true: the word is not of a command. */
static bool reserved(struct list *l, const struct tsr_shell_word *w)
{
	static const char *const passed[] = { "if", "then", "else", "elif", "fi", "do", "done", "while", "until",
					      "!",  "{",    "}",    "time", "coproc", NULL };
	static const char *const naming[] = { "for", "select", "function", NULL };

	if (one_of(w, passed))
		return true;
	if (one_of(w, naming)) {
		l->named = true;
		return true;
	}
	if (!w->quoted && tsr_shell_is(w, "case")) {
		l->named = l->subject = true;
		l->cases++;
		return true;
	}
	if (!w->quoted && l->cases && tsr_shell_is(w, "esac")) {
		l->cases--;
		l->pattern = false;
		return true;
	}
	return false;
}

static void add_word(struct parser *p, struct list *l, struct tsr_shell_word w)
{
	if (p->n_words++ >= WORDS_MAX) {
		p->cut = true;
		return;
	}
	l->words = tsr_grow(l->words, &l->cap, l->n + 1, sizeof(*l->words));
	l->words[l->n++] = w;
}

static void take_word(struct parser *p, struct list *l)
{
	struct tsr_shell_word w;
	int next;

	read_word(p, l, &w);
	next = peek(p, 0);
	/* 2>file */
	if ((next == '<' || next == '>') && w.text.len == 1 && isdigit((unsigned char)w.text.ptr[0]) && !w.quoted)
		return;
	if (l->pattern) {
		if (tsr_shell_is(&w, "esac"))
			reserved(l, &w);
		return;
	}
	if (l->n == l->n_assigns && !l->named) {
		if (!l->n && reserved(l, &w))
			return;
		l->test = !w.quoted && tsr_shell_is(&w, "[[");
	} else if (l->subject && tsr_shell_is(&w, "in")) {
		l->pattern = true;
		end_command(p, l, TSR_SHELL_NEXT);
		return;
	} else if (l->test && tsr_shell_is(&w, "]]")) {
		l->test = false;
	}
	add_word(p, l, w);
	if (l->n == l->n_assigns + 1 && !l->named && is_assignment(&w))
		l->n_assigns++;
}

static void blanks(struct parser *p)
{
	while (peek(p, 0) == ' ' || peek(p, 0) == '\t')
		p->at++;
}

/* At '<' or '>': the operator and its target are passed over. <(…) is a word with commands in it. */
static void redirection(struct parser *p, struct list *l)
{
	struct tsr_shell_word target;
	size_t start = p->at;
	bool heredoc, tabs;

	if (peek(p, 1) == '(') {
		p->at += 2;
		substitution(p, l);
		add_word(p, l, (struct tsr_shell_word){ tsr_slice_sub(p->text, start, p->at), true, false });
		return;
	}
	while (peek(p, 0) == '<' || peek(p, 0) == '>')
		p->at++;
	heredoc = p->at - start == 2 && p->text.ptr[start] == '<';
	tabs = peek(p, 0) == '-';
	if (peek(p, 0) == '&' || peek(p, 0) == '|' || (heredoc && tabs))
		p->at++;
	blanks(p);
	read_word(p, l, &target);
	if (heredoc && target.text.len && p->n_ends < HEREDOCS)
		p->ends[p->n_ends++] = target.text;
	else
		p->cut |= heredoc && target.text.len;
}

/* Behind a newline: the here-documents that the line began. */
static void skip_heredocs(struct parser *p)
{
	for (unsigned i = 0; i < p->n_ends; i++) {
		struct tsr_slice line;

		do {
			size_t end = tsr_slice_find(p->text, '\n', p->at);

			line = tsr_slice_sub(p->text, p->at, end);
			p->at = end < p->text.len ? end + 1 : end;
			while (line.len && line.ptr[0] == '\t')
				line = tsr_slice_sub(line, 1, line.len);
		} while (p->at < p->text.len && !tsr_slice_eq(line, p->ends[i]));
	}
	p->n_ends = 0;
}

static void parenthesis(struct parser *p, struct list *l, bool opens)
{
	p->at++;
	if (!opens) {
		end_command(p, l, TSR_SHELL_NEXT);
		if (l->pattern)
			l->pattern = false;
		else if (l->groups)
			l->groups--;
		return;
	}
	if (l->pattern)
		return;
	blanks(p);
	if (l->n == l->n_assigns + 1 && peek(p, 0) == ')') {
		uint32_t slot = slot_of(p, l);

		p->at++;
		if (slot != TSR_SHELL_NONE)
			p->commands[slot].defines = true;
		end_command(p, l, TSR_SHELL_NEXT);
		return;
	}
	l->groups++;
}

/* An operator: how long it is, and what it says of the next command. */
static void operator(struct parser *p, struct list *l, int c)
{
	int next = peek(p, 1);
	enum tsr_shell_op op = TSR_SHELL_NEXT;

	if (c == '&')
		op = next == '&' ? TSR_SHELL_AND : TSR_SHELL_NEXT;
	else if (c == '|')
		op = next == '|' ? TSR_SHELL_OR : TSR_SHELL_PIPE;
	p->at += next == c || (c == '|' && next == '&') ? 2 : 1;
	end_command(p, l, op);
	if (c == ';' && next == ';' && l->cases)
		l->pattern = true;
}

/* One token; false at the list's end. */
static bool token(struct parser *p, struct list *l)
{
	int c = peek(p, 0);

	if (c < 0 || (c == ')' && l->close == ')' && !l->groups && !l->pattern && !l->test))
		return false;
	if (l->pattern && (c == '|' || c == ';' || c == '\n'))
		p->at++;
	else if (c == ' ' || c == '\t' || c == '\r')
		p->at++;
	else if (c == '\\' && peek(p, 1) == '\n')
		p->at += 2;
	else if (c == '#')
		p->at = tsr_slice_find(p->text, '\n', p->at);
	else if (!ends_word(l, c))
		take_word(p, l);
	else if (c == '<' || c == '>' || (c == '&' && peek(p, 1) == '>')) {
		p->at += c == '&';
		redirection(p, l);
	} else if (c == '(' || c == ')')
		parenthesis(p, l, c == '(');
	else if (c == '\n') {
		p->at++;
		/* A line may end behind an operator. */
		end_command(p, l, l->n || l->slot != TSR_SHELL_NONE ? TSR_SHELL_NEXT : l->before);
		skip_heredocs(p);
	} else
		operator(p, l, c);
	return true;
}

/* Reads up to the list's end, which is left to the caller to pass. */
static void read_list(struct parser *p, char close, uint32_t inside)
{
	struct list l = { .close = close, .inside = inside, .previous = TSR_SHELL_NONE, .slot = TSR_SHELL_NONE };

	while (token(p, &l))
		;
	end_command(p, &l, TSR_SHELL_NEXT);
	free(l.words);
}

void tsr_shell_parse(struct tsr_slice text, struct tsr_arena *arena, struct tsr_shell *out)
{
	struct parser p = { .text = text, .arena = arena };

	read_list(&p, 0, TSR_SHELL_NONE);
	*out = (struct tsr_shell){ NULL, (uint32_t)p.n, p.cut };
	if (p.n) {
		out->commands = tsr_arena_alloc(arena, p.n, sizeof(*out->commands));
		memcpy(out->commands, p.commands, p.n * sizeof(*out->commands));
	}
	free(p.commands);
}
