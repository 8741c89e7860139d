/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/glob.h"

#include <stdint.h>

/*
 * A glob is a small automaton whose states are the positions in its text; a match
 * keeps the set of states in a few machine words. So the cost is the length of
 * the glob times that of the path, whatever either looks like: nothing backtracks.
 */
#define GLOB_MAX 511u
#define WORDS ((GLOB_MAX + 64) / 64)

enum op {
	OP_NONE = 0, /* inside of something: never a state */
	OP_BYTE,     /* the byte itself */
	OP_QUOTED,   /* `\c` */
	OP_ANY,	     /* `?` */
	OP_SET,	     /* `[…]`; to: behind it */
	OP_STAR,     /* `*` */
	OP_DIRS,     /* `**` and a slash: at the start of a component */
	OP_DIRS_IN,  /* the same, inside of one */
	OP_TAIL,     /* a last `**`: before its first byte */
	OP_TAIL_IN,  /* the same, behind it */
	OP_OPEN,     /* `{` */
	OP_COMMA,    /* between alternatives; to: behind the `}` */
	OP_CLOSE,    /* `}` */
	OP_END,
};

struct prog {
	const char *text;
	unsigned n; /* the position of OP_END */
	uint8_t op[GLOB_MAX + 1];
	uint16_t to[GLOB_MAX + 1];
};

struct states {
	uint64_t word[WORDS];
};

static void put(struct states *s, unsigned p)
{
	s->word[p / 64] |= (uint64_t)1 << (p % 64);
}

static bool has(const struct states *s, unsigned p)
{
	return s->word[p / 64] >> (p % 64) & 1;
}

static const char *compile_set(struct prog *g, unsigned *at)
{
	unsigned p = *at, q = p + 1;

	if (q < g->n && g->text[q] == '!')
		q++;
	/* A `]` that stands first is meant itself. */
	for (q++; q < g->n && g->text[q] != ']'; q++)
		continue;
	if (q >= g->n)
		return "a '[' is not closed";
	if (memchr(g->text + p, '/', q - p))
		return "a '/' cannot stand in '[...]'";
	g->op[p] = OP_SET;
	g->to[p] = (uint16_t)(q + 1);
	*at = q + 1;
	return NULL;
}

static const char *compile_stars(struct prog *g, unsigned *at)
{
	unsigned p = *at;
	bool last = p + 2 == g->n;

	if (g->text[p + 1] != '*') {
		g->op[p] = OP_STAR;
		*at = p + 1;
		return NULL;
	}
	if ((p > 0 && g->text[p - 1] != '/') || !(last || g->text[p + 2] == '/'))
		return "'**' must be a component of its own";
	g->op[p] = last ? OP_TAIL : OP_DIRS;
	g->op[p + 1] = last ? OP_TAIL_IN : OP_DIRS_IN;
	*at = last ? p + 2 : p + 3;
	return NULL;
}

/* Points the commas since `open` behind the brace that closes at `close`. */
static void close_brace(struct prog *g, unsigned open, unsigned close)
{
	unsigned p;

	for (p = open; p < close; p++)
		if (g->op[p] == OP_COMMA)
			g->to[p] = (uint16_t)(close + 1);
	g->op[close] = OP_CLOSE;
}

/* One element at *at; `open` is the position behind the open `{`, or 0. */
static const char *compile_one(struct prog *g, unsigned *at, unsigned *open)
{
	unsigned p = *at;

	switch (g->text[p]) {
	case '[':
		return compile_set(g, at);
	case '*':
		return compile_stars(g, at);
	case '\\':
		if (p + 1 == g->n)
			return "nothing follows the last '\\'";
		g->op[p] = OP_QUOTED;
		*at = p + 2;
		return NULL;
	case '{':
		if (*open)
			return "'{' cannot stand in '{...}'";
		g->op[p] = OP_OPEN;
		*open = p + 1;
		break;
	case '}':
		if (!*open)
			return "a '}' without '{'";
		close_brace(g, *open, p);
		*open = 0;
		break;
	case ',':
		g->op[p] = *open ? OP_COMMA : OP_BYTE;
		break;
	case '?':
		g->op[p] = OP_ANY;
		break;
	default:
		g->op[p] = OP_BYTE;
	}
	*at = p + 1;
	return NULL;
}

static const char *compile(struct prog *g, const char *glob)
{
	size_t len;
	unsigned p = 0, open = 0;

	if (*glob == '/')
		glob++;
	len = strlen(glob);
	if (len == 0)
		return "empty";
	if (len > GLOB_MAX)
		return "too long";
	memset(g->op, OP_NONE, len + 1);
	g->text = glob;
	g->n = (unsigned)len;
	while (p < g->n) {
		const char *bad = compile_one(g, &p, &open);

		if (bad)
			return bad;
	}
	if (open)
		return "a '{' is not closed";
	g->op[g->n] = OP_END;
	return NULL;
}

/* Follows what takes no byte. Such edges only lead onwards, so one pass does. */
static void settle(const struct prog *g, struct states *s)
{
	unsigned p, q;

	for (p = 0; p < g->n; p++) {
		if (!has(s, p))
			continue;
		switch (g->op[p]) {
		case OP_STAR:
		case OP_CLOSE:
			put(s, p + 1);
			break;
		case OP_DIRS:
			put(s, p + 3);
			break;
		case OP_TAIL_IN:
			put(s, g->n);
			break;
		case OP_OPEN:
			put(s, p + 1);
			for (q = p + 1; g->op[q] != OP_CLOSE; q++)
				if (g->op[q] == OP_COMMA)
					put(s, q + 1);
			break;
		case OP_COMMA:
			put(s, g->to[p]);
			break;
		}
	}
}

static bool in_set(const struct prog *g, unsigned p, unsigned char c)
{
	const unsigned char *s = (const unsigned char *)g->text + p + 1;
	const unsigned char *end = (const unsigned char *)g->text + g->to[p] - 1;
	bool negated = *s == '!', found = false;

	if (c == '/')
		return false;
	for (s += negated; s < end; s++) {
		if (s + 2 < end && s[1] == '-') {
			found |= s[0] <= c && c <= s[2];
			s += 2;
		} else {
			found |= *s == c;
		}
	}
	return found != negated;
}

/* Where state p goes with byte c. */
static void step(const struct prog *g, unsigned p, unsigned char c, struct states *next)
{
	bool slash = c == '/';

	switch (g->op[p]) {
	case OP_BYTE:
		if ((unsigned char)g->text[p] == c)
			put(next, p + 1);
		break;
	case OP_QUOTED:
		if ((unsigned char)g->text[p + 1] == c)
			put(next, p + 2);
		break;
	case OP_ANY:
		if (!slash)
			put(next, p + 1);
		break;
	case OP_SET:
		if (in_set(g, p, c))
			put(next, g->to[p]);
		break;
	case OP_STAR:
		if (!slash)
			put(next, p);
		break;
	case OP_DIRS:
		put(next, p + 1);
		break;
	case OP_DIRS_IN:
		put(next, slash ? p - 1 : p);
		break;
	case OP_TAIL:
		put(next, p + 1);
		break;
	case OP_TAIL_IN:
		put(next, p);
		break;
	}
}

bool tsr_glob_match(const char *glob, struct tsr_slice path)
{
	struct prog g;
	struct states now = { { 0 } };
	size_t i, from = 0;
	unsigned w, words;

	if (path.len == 0 || compile(&g, glob))
		return false;
	if (!strchr(glob, '/'))
		for (i = 0; i < path.len; i++)
			if (path.ptr[i] == '/')
				from = i + 1;
	words = g.n / 64 + 1;
	put(&now, 0);
	settle(&g, &now);
	for (i = from; i < path.len; i++) {
		struct states next = { { 0 } };
		uint64_t any = 0;

		for (w = 0; w < words; w++) {
			uint64_t left = now.word[w];

			for (any |= left; left; left &= left - 1)
				step(&g, w * 64 + (unsigned)__builtin_ctzll(left), (unsigned char)path.ptr[i],
				     &next);
		}
		if (!any)
			return false;
		settle(&g, &next);
		now = next;
	}
	return has(&now, g.n);
}

const char *tsr_glob_check(const char *glob)
{
	struct prog g;
	const char *bad = compile(&g, glob);
	struct tsr_slice rest, part;

	if (bad)
		return bad;
	/* Clean paths have no such components, so it could never match. */
	for (rest = tsr_slice_str(g.text); tsr_slice_next(&rest, '/', &part);)
		if (part.len == 0 || tsr_slice_eq_str(part, ".") || tsr_slice_eq_str(part, ".."))
			return "a component is empty, '.' or '..'";
	if (g.text[g.n - 1] == '/')
		return "it ends in '/'";
	return NULL;
}

bool tsr_glob_any(const char *const *globs, struct tsr_slice path)
{
	for (; globs && *globs; globs++)
		if (tsr_glob_match(*globs, path))
			return true;
	return false;
}
