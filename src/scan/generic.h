/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_SCAN_GENERIC_H
#define TSR_SCAN_GENERIC_H

#include <string.h>

#include "scan/filekind.h"

/*
 * Private to scan/check_generic.c, which has the essay: a value that is assigned to a name, what is written around it
 * (generic_syntax.c) and what the two look like (generic_looks.c).
 */
struct tsr_generic {
	struct tsr_slice text, name, before, after; /* after: what follows it, to the end of `ahead` */
	struct tsr_slice behind;		    /* what stands before the name */
	enum tsr_filekind kind;
	bool quoted, phrase; /* words with blanks between them */
	size_t digits;
	bool lower, upper, digit, special, hex; /* hex: nothing but such digits */
	unsigned rarity;
};

/* --- what is written around it --- */

/* Is it a literal: neither a call nor a variable nor a type, and all of what stands there? */
bool tsr_generic_literal(const struct tsr_generic *v);
bool tsr_generic_behind_ends(const struct tsr_generic *v, const char *word);

/* --- what it looks like --- */

/* Does the name tell about a secret, or have the word by chance? */
bool tsr_generic_about(struct tsr_slice name);
bool tsr_generic_names_password(struct tsr_slice name);
/* Is it a placeholder, or a mark of a language that is no value? */
bool tsr_generic_stands_for(const struct tsr_generic *v);
bool tsr_generic_uuid(const struct tsr_generic *v);
/* A path, a digest of a file, a number, a date, a token of another rule. */
bool tsr_generic_other(const struct tsr_generic *v);

static inline bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static inline bool is_quote(char c)
{
	return c == '"' || c == '\'' || c == '`';
}

static inline char folded(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static inline bool is_alnum(char c)
{
	return (folded(c) >= 'a' && folded(c) <= 'z') || (c >= '0' && c <= '9');
}

static inline bool has(struct tsr_slice s, const char *word)
{
	return tsr_slice_casehas(s, word);
}

static inline bool ends_with(struct tsr_slice s, const char *word)
{
	size_t n = strlen(word);

	return s.len >= n && tsr_slice_caseeq_str(tsr_slice_sub(s, s.len - n, s.len), word);
}

static inline char first_of(struct tsr_slice s)
{
	return s.len ? s.ptr[0] : '\n';
}

#endif
