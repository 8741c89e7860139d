/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_RULE_NEEDLES_H
#define TSR_RULE_NEEDLES_H

#include "base/arena.h"
#include "rule/ruleset.h"

/*
 * The literals of all content rules in every form in which they are looked for,
 * each distinct form once. The order depends on the rules alone, so that a
 * database compiled from the same rules elsewhere has the same numbers.
 */
struct tsr_needle_set {
	struct tsr_needle *needles;
	struct tsr_use *uses;
	const char **bytes;
	bool *nocase;
	bool *binary; /* some rule looks for it in binaries too */
	uint32_t n_needles, n_uses;
};

/* Everything lives in the arena. */
void tsr_needles_make(struct tsr_needle_set *out, const struct tsr_rule *const *rules, uint32_t n,
		      struct tsr_arena *a);

/*
 * Compiles those of one sieve for streams; `generic`: for any machine of this architecture. *out stays NULL if
 * there are none. Ids from n_needles on are not needles: such hits are to be ignored.
 */
int tsr_needles_compile(const struct tsr_needle_set *set, enum tsr_sieve sieve, bool generic,
			struct hs_database **out, struct tsr_err *err);

/*
 * One form of a literal into `out`; returns its length. Variants are what the encoding leaves
 * open: the alphabet of base64, hex or decimal entities, all characters or only some. 0: it
 * is not made, because it would have under 4 bytes (plain forms are always made), would be too long, or would
 * encode a literal without case. It begins where the literal does, and holds as much of it as serves the search.
 */
#define TSR_FORM_BYTES_MAX 510u
#define TSR_FORM_VARIANTS 5u
uint32_t tsr_needle_form(const struct tsr_literal *lit, enum tsr_form form, unsigned variant,
			 char out[TSR_FORM_BYTES_MAX]);

/* The word of `encode` that asks for a form; 0: none, it is always made. */
uint32_t tsr_form_word(enum tsr_form form);
/*
 * Whether it is looked for in binaries: not base64 of base64, which has many short needles, nor a literal of
 * which only signs are escaped. Those are texts inside texts.
 */
bool tsr_form_in_binaries(enum tsr_form form, unsigned variant);
/* Whether case is ignored. */
bool tsr_form_nocase(const struct tsr_literal *lit, enum tsr_form form);

#endif
