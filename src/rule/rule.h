/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_RULE_RULE_H
#define TSR_RULE_RULE_H

#include <stdbool.h>
#include <stdint.h>

#include "finding/severity.h"

/*
 * A rule as the engine sees it: const data. The catalogue (rules/ *.yaml) is
 * compiled into tables of these; rule files given at run time become the same.
 * tarsier-rules(5) describes the YAML form, rule/keys.c reads it.
 */

enum tsr_rule_kind {
	TSR_RULE_CONTENT,    /* literal + pattern over every byte */
	TSR_RULE_PATH,       /* glob, type, emptiness of an entry */
	TSR_RULE_PACKAGE,    /* names of installed packages */
	TSR_RULE_STRUCTURED, /* path glob or magic, and a named parser */
	TSR_RULE_BUILTIN,    /* logic in C, by the rule's id (rule/builtin.def) */
};

enum tsr_boundary {
	TSR_EDGE_NONE = 0, /* anything may stand there */
	TSR_EDGE_WORD,     /* no [0-9A-Za-z_] */
	TSR_EDGE_TOKEN,    /* no [0-9A-Za-z_-], and no '.', '/' or '+' that goes on with such a character… see scan/edge.c */
};

enum tsr_encode {
	TSR_ENCODE_UTF16 = 1u << 0,
	TSR_ENCODE_BASE64 = 1u << 1,
	TSR_ENCODE_TWICE = 1u << 2,   /* base64 of base64 */
	TSR_ENCODE_ESCAPES = 1u << 3, /* of URLs, C, JSON, Java and HTML */
	TSR_ENCODE_HEX = 1u << 4,
};

struct tsr_literal {
	const char *bytes;
	uint32_t len;
	bool nocase; /* ASCII */
};

struct tsr_rule_content {
	const struct tsr_literal *literals;
	uint32_t n_literals;
	/*
	 * PCRE2, no UTF mode, with one group named `secret` (the whole match without it) and perhaps `key`
	 * (the name that a value stands behind). A match must cover the literal that was hit. It begins at most `before`
	 * bytes in front of the literal; 0 (the default): exactly there, which is 50 times cheaper.
	 */
	const char *pattern;
	uint32_t before;
	uint32_t width;      /* the most bytes a match has, computed when the rule is compiled; refused above TSR_WIDTH_MAX */
	uint32_t reach;      /* bytes behind the match's start that `check` may look at; 0: the match only */
	uint8_t left, right; /* enum tsr_boundary: what may not stand beside the SECRET group */
	uint32_t encode;     /* enum tsr_encode mask: further forms in which the literals are looked for */
	const char *near_pattern; /* companion that must match within near_within bytes around the match; NULL */
	uint32_t near_within;
	bool text_only;      /* scope.text: not in binary entries */
	const char *const *paths; /* scope.paths: globs, NULL-terminated; NULL: anywhere, config and history included */
	bool config;         /* scope.config: with paths, in the configuration and history too */
	uint32_t specificity;
	const char *check;   /* name of an offline validator (scan/checks.def), or NULL */
	uint32_t min_entropy_x100; /* of the secret, Shannon bits per character × 100; 0: none */
	bool hashable;
	uint32_t public_prefix;
};

#define TSR_WIDTH_MAX 16384u /* also the most that before, reach and near.within may be */

/* Of what a path rule finds one finding is made (for each state that it is in). */
enum tsr_once {
	TSR_ONCE_FILE = 0,
	TSR_ONCE_DIRECTORY, /* per directory that files lie in */
	TSR_ONCE_TREE,      /* per topmost name that a glob without a slash matches: what lies below belongs to it */
	TSR_ONCE_LAYER,
};

#define TSR_ID_ANY UINT32_MAX

struct tsr_rule_path {
	const char *const *globs;    /* rule/glob.h; NULL-terminated */
	const char *const *excludes; /* entries that match one are not meant */
	const char *const *templates; /* entries that match one are info; NULL */
	const char *const *known;    /* so are these: base systems have them; NULL */
	const char *types;           /* tar type flags that count, e.g. "01" */
	uint32_t mode_all, mode_any, mode_none; /* permission bits: all of, one of, none of these; 0: whatever */
	uint32_t uid, gid;           /* TSR_ID_ANY */
	uint32_t min_size;
	bool empty_is_info;
	bool live;                   /* only what is in the final root file system */
	bool nested;                 /* in files inside files, too; those have no mode and no owner */
	bool unless_secret;          /* not where a rule about content says more of the file */
	uint8_t once;                /* enum tsr_once */
	uint8_t confidence;          /* enum tsr_confidence */
};

struct tsr_rule_package {
	uint32_t ecosystems;      /* a bit for each enum tsr_ecosystem whose packages are meant */
	const char *const *names; /* normalised, with * and ? (rule/package_name.h); sorted; NULL-terminated */
};

struct tsr_rule_structured {
	const char *const *globs; /* NULL-terminated */
	const char *const *magic; /* or files that begin so (rule/magic.h); NULL-terminated; NULL */
	const char *parser;       /* inspect/parsers.def */
	bool hashable;
	uint32_t public_prefix;
};

struct tsr_rule {
	const char *id, *title, *description, *remediation;
	enum tsr_severity severity, severity_hidden;
	enum tsr_rule_kind kind;
	const struct tsr_rule_content *content;       /* of its kind; others NULL */
	const struct tsr_rule_path *path;
	const struct tsr_rule_package *package;
	const struct tsr_rule_structured *structured;
	const char *const *references, *const *tags;  /* NULL-terminated */
	const char *const *examples, *const *counter_examples; /* generators (scan/example.h); NULL-terminated */
};

const char *tsr_rule_kind_name(enum tsr_rule_kind k); /* "content" … */

#endif
