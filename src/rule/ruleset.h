/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_RULE_RULESET_H
#define TSR_RULE_RULESET_H

#include "base/digest.h"
#include "base/err.h"
#include "rule/glob.h"
#include "rule/magic.h"
#include "rule/rule.h"

/*
 * An immutable set of rules, sorted by id, with what is compiled once and shared
 * by all threads: the literal databases (Vectorscan, streaming), a PCRE2 pattern with JIT code per
 * content rule, and the glob sets. Made from the catalogue in the binary, to
 * which rule files may add or of which they may replace rules by id.
 */

enum tsr_builtin {
#define BUILTIN(symbol, id) TSR_BUILTIN_##symbol,
#include "rule/builtin.def"
#undef BUILTIN
	TSR_BUILTINS
};

/* A form in which a literal is looked for; base64 by the place of its first byte in a group of three. */
enum tsr_form {
	TSR_FORM_PLAIN = 0,
	TSR_FORM_UTF16,
	TSR_FORM_BASE64_0,
	TSR_FORM_BASE64_1,
	TSR_FORM_BASE64_2,
	TSR_FORM_TWICE_00, /* base64 of base64: the outer and the inner place */
	TSR_FORM_TWICE_22 = TSR_FORM_TWICE_00 + 8,
	TSR_FORM_PERCENT,  /* %67%68%70%5f */
	TSR_FORM_BACKSLASH, /* \x67…, \u0067…, \147… */
	TSR_FORM_ENTITY,   /* &#103;… */
	TSR_FORM_HEX,      /* 6768705f */
	TSR_FORMS
};

/* One pattern of the literal database: many rules may share its bytes. */
struct tsr_needle {
	uint32_t len;            /* bytes that a hit covers: start = end − len */
	uint32_t first, n;       /* range in ruleset.uses */
};
struct tsr_use {
	uint32_t rule;           /* index in rules */
	uint32_t literal;        /* index in that rule's literals */
	enum tsr_form form;
};

/*
 * Two databases of literals, with the same pattern ids. A byte is looked at with one of them: most bytes of an image
 * are in binaries, and most literals (names of vendors, words such as "password") belong to rules for text only.
 */
enum tsr_sieve {
	TSR_SIEVE_TEXT = 0, /* every literal */
	TSR_SIEVE_BINARY,   /* those of rules without scope.text, in forms that stand in binaries */
	TSR_SIEVES
};

struct hs_database;
struct pcre2_real_code_8;

struct tsr_ruleset {
	const struct tsr_rule *const *rules; /* sorted by id */
	uint32_t n_rules;
	struct tsr_digest digest;            /* over the canonical form of all of them, and the engine's tables */
	uint32_t builtin[TSR_BUILTINS];      /* index of each; UINT32_MAX without the catalogue */
	struct hs_database *literals[TSR_SIEVES]; /* needle index = pattern id; NULL if there are none */
	const struct tsr_needle *needles;
	const struct tsr_use *uses;
	uint32_t n_needles;
	/*
	 * By rule index; NULL for rules without, and for those that tsr_ruleset_compile() was not asked
	 * for yet; patterns are anchored where `before` is 0.
	 */
	struct pcre2_real_code_8 **patterns;
	struct pcre2_real_code_8 **near;
	struct tsr_globset *paths;           /* ids are rule indices of PATH rules */
	struct tsr_globset *structured;      /* ids are rule indices of STRUCTURED rules */
	struct tsr_globset *scopes;          /* ids are rule indices of CONTENT rules: their scope.paths */
	const struct tsr_magic *magics;      /* of STRUCTURED rules, in the order of rules */
	uint32_t n_magics;
	/*
	 * The most bytes behind a literal's start that any rule may look at, and the most in front of it: of
	 * the stream (an encoded view takes more of it), with TSR_EDGE_BYTES for what stands beside a secret.
	 */
	uint32_t longest;
	uint32_t before;
	struct tsr_content_tests *content_tests; /* of the policy's assertions (rule/content_test.h); NULL */
};

#define TSR_EDGE_BYTES 64u

/*
 * The catalogue plus the rule files (or directories of *.yaml) in `paths`. Errors: TSR_EUSAGE with
 * "file:line: id: reason", TSR_EINTERNAL when Vectorscan or PCRE2 refuse to work on this machine.
 */
int tsr_ruleset_new(struct tsr_ruleset **out, const char *const *paths, size_t n_paths, struct tsr_err *err);
/* Only the rules of these files, for `rules check`. */
int tsr_ruleset_from_files(struct tsr_ruleset **out, const char *const *paths, size_t n_paths, struct tsr_err *err);
void tsr_ruleset_free(struct tsr_ruleset *rs);

/*
 * Compiles the patterns of a content rule, once, before anybody matches with them: a whole
 * catalogue takes longer than the audit of a small image, which needs few. From any
 * thread; what it wrote is visible to the caller.
 */
void tsr_ruleset_compile(const struct tsr_ruleset *rs, uint32_t rule);

/* By id; NULL if there is none. */
const struct tsr_rule *tsr_ruleset_find(const struct tsr_ruleset *rs, struct tsr_slice id, uint32_t *index);

/* The catalogue in the binary (generated from rules/): rules by id, and the literal databases serialised for the generic platform. */
struct tsr_catalogue {
	const struct tsr_rule *const *rules;
	uint32_t n_rules;
	const unsigned char *database[TSR_SIEVES]; /* NULL if none was embedded */
	size_t database_len[TSR_SIEVES];
	struct tsr_digest digest;      /* of these rules: computing it takes longer than all else at the start */
};
extern const struct tsr_catalogue tsr_catalogue;

#endif
