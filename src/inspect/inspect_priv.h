/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_INSPECT_INSPECT_PRIV_H
#define TSR_INSPECT_INSPECT_PRIV_H

#include "base/buf.h"
#include "inspect/inspect.h"

/* Private to inspect/: one blob under inspection. */

/* Where a raw's secret stands, for the choice between overlapping ones; same index as the raw. */
struct tsr_span {
	uint64_t start, end; /* in the entry, or in the stream where the raw has none; equal: no secret */
	uint32_t specificity;
};

/*
 * Raws of one rule in the entry at hand, or in what belongs to no entry: framing
 * comes between entries, so that it has a count of its own.
 */
struct tsr_rule_count {
	uint32_t entry, n, first; /* first: raw */
	uint32_t string;          /* as in tsr_inspect */
	uint32_t nth;             /* raws of the rule in the whole blob; in the count of entries */
	bool used;
};

/* Above this, raws of one rule in one entry become one with `occurrences`. */
#define TSR_OCCURRENCES_MAX 100u

struct tsr_python;
struct tsr_owned;

struct tsr_inspect {
	const struct tsr_ruleset *rs;
	const struct tsr_limits *limits;
	struct tsr_scanner *scanner;
	struct tsr_builder *b;

	uint32_t entry;       /* at hand, or TSR_NONE */
	struct tsr_buf path;  /* its clean path */
	struct tsr_buf kept;  /* its content, where a parser wants it */
	uint64_t want;        /* bytes of it still to be kept */
	bool keeping;
	bool probing;         /* the entry's first bytes may yet decide */
	uint8_t head[TSR_MAGIC_MAX];
	uint32_t n_head;

	struct tsr_rule_count *counts; /* by rule, of entries; then by rule, of what has none */
	struct tsr_span *spans;        /* by raw */
	size_t n_spans, cap_spans;
	struct tsr_python *python;
	struct tsr_owned *owned;
	uint32_t n_records; /* of packages (inspect/packages.h) */

	bool seen; /* the entry at hand has bytes */

	/* While a JSON blob's strings are looked at: */
	bool in_json, is_key;
	uint32_t string; /* its number, from 1; 0 before */
};

/* A finding without a secret: the rule's severities as they are. `message` may be NULL: the title. */
void tsr_inspect_say(struct tsr_inspect *in, uint32_t rule, uint32_t entry, const char *message);
/* The same as information only, with a tag that says why. */
void tsr_inspect_say_info(struct tsr_inspect *in, uint32_t rule, uint32_t entry, const char *message, const char *tag);

/* A secret that a parser of a known file found. */
struct tsr_secret {
	struct tsr_slice secret; /* hashed or redacted at once, never kept */
	struct tsr_slice key;    /* machine, user, registry: names it across rebuilds */
	uint64_t offset;         /* in the entry; TSR_NO_OFFSET if it is not known */
	uint32_t line;
	enum tsr_confidence confidence;
	const char *note;        /* static, or NULL */
	bool placeholder;
	const struct tsr_check_out *judged; /* a validator's result, which decides confidence, id and note; or NULL */
};
void tsr_inspect_secret(struct tsr_inspect *in, uint32_t rule, const struct tsr_secret *s);

/* A raw with its rule's counters kept; NULL when it only added to `occurrences`. Valid until the next. */
struct tsr_raw *tsr_inspect_add(struct tsr_inspect *in, uint32_t rule, uint32_t entry, const struct tsr_span *span);

/* Extracts: files whose content the fold or a parser wants, by name (inspect/extract.c). */
struct tsr_extractor {
	const char *name;       /* last component, or its suffix if it begins with '.'; the whole path if it has a '/' */
	bool whole;             /* a longer file than limits.retain is a derived skip; else its first bytes will do */
	uint32_t max;           /* bytes to keep where whole is false */
	void (*parse)(struct tsr_inspect *in, struct tsr_slice content);
};
const struct tsr_extractor *tsr_extractor_find(struct tsr_slice path);

/* inspect/python.c */
struct tsr_python *tsr_python_new(void);
void tsr_python_free(struct tsr_python *p);
void tsr_python_entry(struct tsr_inspect *in, uint32_t entry, struct tsr_slice path);
void tsr_python_metadata(struct tsr_inspect *in, struct tsr_slice content);
void tsr_python_end(struct tsr_inspect *in);

/* inspect/accounts.c */
void tsr_accounts_passwd(struct tsr_inspect *in, struct tsr_slice content);
void tsr_accounts_group(struct tsr_inspect *in, struct tsr_slice content);

/* inspect/overlap.c: the more specific of overlapping matches, the one of many, the parsed instead of the raw. */
void tsr_overlap_end(struct tsr_inspect *in);

#endif
