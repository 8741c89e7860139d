/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_INSPECT_INSPECT_PRIV_H
#define TSR_INSPECT_INSPECT_PRIV_H

#include "base/buf.h"
#include "decode/container.h"
#include "inspect/inspect.h"
#include "rule/magic.h"

/* Private to inspect/: one blob under inspection. */

/* What of a raw serves the choice between several of one secret; same index as the raw. */
struct tsr_span {
	uint64_t start, end; /* of its secret in the stream, in the bytes themselves; equal: not known */
	uint32_t specificity;
	uint64_t secret;     /* hash of the secret, never kept; 0: none */
};

/*
 * Raws of one rule in the stream at hand, or in what belongs to no entry: framing
 * comes between entries, so that it has a count of its own.
 */
struct tsr_rule_count {
	uint32_t of, n, first; /* entry, or number of a nested stream; first: raw */
	uint32_t string;       /* as in tsr_inspect */
	bool used;
};

/* Above this, raws of one rule in one stream become one with `occurrences`. */
#define TSR_OCCURRENCES_MAX 100u

/* limits.depth is not taken beyond this; and a name may be compressed at every level. */
#define TSR_LEVEL_MAX 8u
#define TSR_DEPTH_MAX (2 * TSR_LEVEL_MAX + 1)

/*
 * A file that is being looked at: an entry of the blob, or a stream inside another
 * file (inspect/nested.c). One per depth, used again for the next.
 */
struct tsr_file {
	struct tsr_inspect *in;
	struct tsr_file *outer;  /* NULL: an entry */
	uint32_t depth, entry;
	uint32_t level;          /* as limits.depth counts: what only unpacks a file is no level of its own */
	uint64_t size, got;      /* as announced (UINT64_MAX: not known); so far */
	struct tsr_buf path;     /* clean; of an entry in the layer, else inside its container */

	/* Its content, where a parser or a container wants it whole: */
	struct tsr_buf kept;
	uint64_t want;           /* bytes of it still to be kept */
	bool keeping, probing;   /* probing: the first bytes may yet decide */
	bool feeding;            /* a container, looked into as its bytes come */
	bool script;             /* it is one for a shell */
	bool large;              /* it has the turn of those above TSR_RETAIN_EACH */
	uint8_t head[TSR_CONTAINER_HEAD];
	uint32_t n_head;
	const struct tsr_container *container; /* it is one, or NULL */

	/* Inside another file: */
	const char *kind;        /* of the container that it is in */
	bool named;              /* it has a name there; else `path` is made of the container's */
	uint32_t stream, step;   /* as in struct tsr_raw; the step is made when it is needed */
	struct tsr_scanner *scanner;
	struct tsr_rule_count *counts;
	unsigned char *chunk;    /* headroom and room for bytes */
};

struct tsr_python;
struct tsr_owned;
struct tsr_elf_program;
struct tsr_nested;

/* inspect/content_digest.c: of the entry at hand. */
struct tsr_content_digest {
	bool wanted, open;
	uint64_t left; /* bytes of it still to come */
	struct tsr_hash hash;
};
void tsr_content_digest_entry(struct tsr_inspect *in, const struct tsr_entry *e);
void tsr_content_digest_data(struct tsr_inspect *in, struct tsr_slice bytes);
void tsr_content_digest_end(struct tsr_inspect *in, bool whole);

struct tsr_inspect {
	const struct tsr_ruleset *rs;
	const struct tsr_limits *limits;
	struct tsr_scanner *scanner;
	struct tsr_builder *b;
	pthread_mutex_t *large; /* held while an entry above TSR_RETAIN_EACH is kept; NULL: nobody else is there */

	struct tsr_file *file; /* at hand: the innermost that is open */
	struct tsr_file files[TSR_DEPTH_MAX + 1];

	struct tsr_rule_count *counts; /* by rule, of entries; then by rule, of what has none */
	uint32_t *nth;                 /* by rule: raws of it in the blob */
	struct tsr_span *spans;        /* by raw */
	size_t n_spans, cap_spans;
	struct tsr_python *python;
	struct tsr_owned *owned;
	struct tsr_elf_program *program;
	struct tsr_nested *nested;
	struct tsr_content_digest digest;
	uint32_t n_records; /* of packages (inspect/packages.h) */
	uint32_t n_skips;   /* derived rows of the ledger */
	bool failed;        /* one of them is fatal */

	bool seen; /* the entry at hand has bytes */

	/* While a JSON blob's strings are looked at: */
	bool in_json, is_key;
	uint32_t string; /* its number, from 1; 0 before */
};

/* --- what is said (inspect/raw.c) --- */

/*
 * A finding about the file at hand, without a secret: the rule's severities as they are. `message` may be NULL: the title.
 * The raw, valid until the next; NULL where it only added to `occurrences`.
 */
struct tsr_raw *tsr_inspect_say(struct tsr_inspect *in, uint32_t rule, const char *message);
/* The same as information only, with a tag that says why. */
struct tsr_raw *tsr_inspect_say_info(struct tsr_inspect *in, uint32_t rule, const char *message, const char *tag);
/*
 * A raw with its rule's counters kept; NULL when it only added to `occurrences`. Valid until the next. `f` is the
 * file that it is in, if that is inside another one; else NULL, and `entry` counts. `span` may be NULL.
 */
struct tsr_raw *tsr_inspect_add(struct tsr_inspect *in, struct tsr_file *f, uint32_t rule, uint32_t entry,
				const struct tsr_span *span);

/* A secret that a parser of a known file found in the file at hand. */
struct tsr_secret {
	struct tsr_slice secret; /* hashed or redacted at once, never kept */
	struct tsr_slice key;    /* machine, user, registry: names it across rebuilds */
	uint64_t offset;         /* in the file; TSR_NO_OFFSET if it is not known */
	uint32_t line;
	enum tsr_confidence confidence;
	const char *note;        /* static, or NULL */
	bool placeholder;
	const struct tsr_check_out *judged; /* a validator's result, which decides confidence, id and note; or NULL */
};
void tsr_inspect_secret(struct tsr_inspect *in, uint32_t rule, const struct tsr_secret *s);

/* A match in a stream inside a file: the tsr_scanner_emit of its scanner, ctx = the tsr_file. */
void tsr_inspect_match_inside(void *file, const struct tsr_match *m);

/*
 * A row of the derived ledger about a file; `fatal`: a budget was reached. Of a blob so many are told one by one, and
 * the first fatal one in any case; the rest is counted when the blob ends.
 */
#define TSR_SKIPS_MAX 1000u
void tsr_inspect_skip(struct tsr_file *f, const char *what, const char *why, bool fatal, uint64_t bytes);
void tsr_inspect_skips_end(struct tsr_inspect *in);

/* --- a file, whatever it is in (inspect/file.c) --- */

void tsr_file_begin(struct tsr_file *f, uint32_t entry, struct tsr_slice path, uint64_t size);
/* Its bytes, in order, in any number of pieces. Cheap for files nobody wants whole. */
void tsr_file_data(struct tsr_file *f, struct tsr_slice bytes);
/* There are no more first bytes than came so far: decides by them, if that was not done. */
void tsr_file_short(struct tsr_file *f);
/* All of it was delivered, or what there is of it: parsers run, containers are looked into. */
void tsr_file_end(struct tsr_file *f);
/* If it kept others waiting, it does no longer. */
void tsr_file_end_turn(struct tsr_file *f);

/* --- rules about names (inspect/path_rules.c) --- */

struct tsr_named {
	char type;       /* tar type flag */
	uint64_t size;
	uint32_t mode;
	int64_t uid, gid;
};
/* Inside another file the size is all that is known beside the name. */
void tsr_path_rules(struct tsr_file *f, const struct tsr_named *n);

/* --- files inside files (inspect/nested.c) --- */

struct tsr_nested *tsr_nested_new(struct tsr_inspect *in);
void tsr_nested_free(struct tsr_nested *n);
/* A new entry: budgets that are per file begin anew. */
void tsr_nested_entry(struct tsr_inspect *in);
/* The whole of a file that is a container is in memory. */
void tsr_nested_look(struct tsr_file *f, struct tsr_slice content);
/* An entry too large to be kept is a container that can be read front to back: it is, as its bytes come. */
void tsr_nested_feed(struct tsr_file *f, struct tsr_slice bytes);
void tsr_nested_feed_end(struct tsr_file *f);
/* The stream that `stream` is inside of; 0: an entry. */
uint32_t tsr_nested_outer(const struct tsr_inspect *in, uint32_t stream);

/* Extracts: files whose content the fold or a parser wants, by name (inspect/extract.c). */
struct tsr_extractor {
	const char *name;       /* last component, or its suffix if it begins with '.'; the whole path if it has a '/'; files of that folder if it ends with one */
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
void tsr_python_direct_url(struct tsr_inspect *in, struct tsr_slice content);
void tsr_python_egg_link(struct tsr_inspect *in, struct tsr_slice content);
void tsr_python_pth(struct tsr_inspect *in, struct tsr_slice content);
void tsr_python_end(struct tsr_inspect *in);

/* inspect/script.c: the first bytes of an entry are there. Is it a script for a shell, whose text is wanted? */
bool tsr_script_head(struct tsr_inspect *in, uint32_t entry, struct tsr_slice head);
/* inspect/entry_script.c: all of a script for a shell. Longer ones are not asked for. */
#define TSR_ENTRY_SCRIPT_MAX (32u << 10)
void tsr_entry_script(struct tsr_inspect *in, uint32_t entry, struct tsr_slice text);

/* inspect/accounts.c */
void tsr_accounts_passwd(struct tsr_inspect *in, struct tsr_slice content);
void tsr_accounts_shadow(struct tsr_inspect *in, struct tsr_slice content);
void tsr_accounts_group(struct tsr_inspect *in, struct tsr_slice content);

/* inspect/overlap.c: the more specific of overlapping matches, the one of many, the inner instead of the outer. */
void tsr_overlap_end(struct tsr_inspect *in);

#endif
