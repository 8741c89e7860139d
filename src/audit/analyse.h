/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_AUDIT_ANALYSE_H
#define TSR_AUDIT_ANALYSE_H

#include "archive/members.h"
#include "audit/pool.h"
#include "base/limits.h"
#include "layer/facts.h"
#include "layer/pipe.h"
#include "rule/ruleset.h"

/*
 * The analysis of one blob: its bytes -> facts. Pure: depends on nothing but the
 * bytes, the rules and the limits; so it runs in parallel, and its result could be
 * kept by digest. What the blob is (tar, JSON, empty, opaque) is decided by its
 * bytes. An analyser holds what a thread reuses from blob to blob.
 */
struct tsr_analyser;

struct tsr_analyser *tsr_analyser_new(const struct tsr_ruleset *rs, const struct tsr_limits *limits, struct tsr_err *err);
void tsr_analyser_free(struct tsr_analyser *a);

struct tsr_analysis_input {
	struct tsr_reader in;
	size_t chunk_size;
	enum tsr_digest_alg other;
	int64_t deadline;     /* as in layer/pipe.h */
	size_t keep_json;     /* JSON up to this many bytes is kept */
	bool want_digests;    /* of every file: for who compares images */
	bool opaque;          /* whatever it looks like, only scan it: an archive's own framing */
	struct tsr_pool *pool; /* whose idle threads may run the producing stage; NULL: none */
};

struct tsr_analysis {
	struct tsr_facts *facts;      /* the caller's; never NULL on success */
	char *json;                   /* kept body of a JSON blob, the caller's (free); NULL if none */
	size_t json_len;
	bool json_too_long;           /* JSON, but longer than keep_json */
	const struct tsr_codec *codec;
	enum tsr_blob_kind kind;
	bool unread;                  /* the input could not be read to its end */
};

/* -1 only for TSR_EINTERNAL. */
int tsr_analyse(struct tsr_analyser *a, const struct tsr_analysis_input *input, struct tsr_analysis *out, struct tsr_err *err);

/* The analyser's own scanner, for texts (scan/mask.h), while no blob is being analysed. */
struct tsr_scanner *tsr_analyser_scanner(struct tsr_analyser *a);

#endif
