/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_RULE_KEYS_H
#define TSR_RULE_KEYS_H

#include <jansson.h>

#include "base/arena.h"
#include "base/err.h"
#include "rule/rule.h"

/*
 * The keys of a rule file, in one table: what reads them, what tarsier-rules(5)
 * says of them, and what rule.schema.json allows (a test compares).
 */

/* A rule while it is being read; its strings live in the arena. */
struct tsr_rule_draft {
	struct tsr_arena *arena;
	struct tsr_rule rule;
	struct tsr_rule_content content;
	struct tsr_rule_path path;
	struct tsr_rule_package package;
	struct tsr_rule_structured structured;
	bool hidden_set, near_set;
	const char *bad_key; /* on failure: the key at fault, or NULL */
};

enum tsr_key_type {
	TSR_KEY_STRING,
	TSR_KEY_BOOL,
	TSR_KEY_INTEGER,  /* min to max */
	TSR_KEY_DECIMAL,  /* "3.5", two digits behind the point; stored × 100 */
	TSR_KEY_STRINGS,  /* a list, not empty */
	TSR_KEY_ONE_OF,	  /* of words */
	TSR_KEY_SOME_OF,  /* a list of words */
	TSR_KEY_LITERALS, /* a list of strings or of mappings with the keys of sub */
	TSR_KEY_MAP,	  /* a mapping with the keys of sub */
};

struct tsr_key {
	const char *name;
	enum tsr_key_type type;
	unsigned kinds; /* bit for each tsr_rule_kind that has it */
	bool required;
	const char *help;
	int (*set)(struct tsr_rule_draft *d, const struct tsr_key *k, const json_t *v, struct tsr_err *err);
	size_t field; /* offset in the draft */
	uint32_t min, max;
	const char *const *words;
	const struct tsr_key *sub;
};

/* By number; NULL past the end. */
const struct tsr_key *tsr_key_at(size_t i);

/* Reads the keys of one rule into the draft, whose kind is set. Errors: "key: reason". */
int tsr_keys_read(struct tsr_rule_draft *d, const json_t *rule, struct tsr_err *err);

#endif
