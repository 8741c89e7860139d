/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_SCAN_SCANNER_IMPL_H
#define TSR_SCAN_SCANNER_IMPL_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <hs/hs_runtime.h>
#include <pcre2.h>

#include "base/buf.h"
#include "scan/scanner.h"
#include "scan/view.h"

/* Shared by scanner.c (the stream), region.c (its parts), sieve.c (literals), judge.c (hits); nobody else includes it but the benchmark. */

/* A literal was seen at [start, start + needle.len) of the stream. */
struct hit {
	uint64_t start;
	uint32_t needle;
};

/* How much of a region decides whether it is binary. */
#define BINARY_PREFIX 4096u

struct region {
	uint64_t start, end;	 /* stream offsets; end UINT64_MAX while unknown */
	uint64_t told;		 /* the end that the caller told, if it did */
	uint64_t seq;		 /* counts regions of all streams: tells rule states apart */
	uint64_t sniffed;	 /* up to where NUL was looked for */
	uint64_t line_at, lines; /* newlines in [start, line_at) */
	size_t path, path_len;	 /* in scanner.paths */
	uint32_t number;
	bool filler; /* not told by the caller: bytes between two regions */
	bool binary, bom;
	bool scoped; /* rules with scope.paths know whether it is theirs */
};

/* What the engine knows of a rule, besides the ruleset: derived once. */
struct rule_info {
	const struct tsr_rule_content *content; /* NULL: not a content rule */
	const struct tsr_check *check;
	uint32_t secret, key;	/* group numbers; secret 0: the whole match, key 0: none */
	uint32_t behind, ahead; /* bytes of a view around the literal's start that are looked at */
	bool jit, near_jit;
	bool learnt; /* secret, key and the two above are known: the pattern was needed */
};

/* What happened to a rule in the region that `seq` names. */
struct rule_state {
	uint64_t seq;
	uint64_t spent;			 /* window bytes */
	uint64_t resume[TSR_VIEW_KINDS]; /* stream offset behind the last accepted match */
	uint64_t scope;			 /* seq of the last region that scope.paths match */
};

struct tsr_scanner {
	const struct tsr_ruleset *rs;
	hs_scratch_t *scratch;
	hs_stream_t *streams[TSR_SIEVES]; /* NULL: no literals */
	pcre2_match_data *match;
	pcre2_match_context *context;
	pcre2_jit_stack *stack;
	struct rule_info *info;
	struct rule_state *state;
	size_t behind, ahead, longest_needle; /* stream bytes around a hit's start */
	struct tsr_view decoded;	      /* room for views of all forms */

	/* The stream: view[0] is at offset view_at, the last byte that was fed at fed - 1. */
	const unsigned char *view;
	uint64_t view_at, fed;
	uint64_t scanned;     /* up to where it was looked for literals */
	uint64_t run_start;   /* where the sieve was begun */
	enum tsr_sieve sieve; /* in use; TSR_SIEVES: none yet */
	bool ended, settled;
	unsigned char *carry;
	size_t carry_len, carry_cap;
	struct hit *hits; /* waiting, by start and needle */
	size_t n_hits, cap_hits;
	struct region *regions; /* that may still matter, by start; never empty in a stream */
	size_t n_regions, cap_regions;
	struct tsr_buf paths;
	uint64_t seq;
	bool last_binary;

	tsr_scanner_emit *emit;
	void *ctx;
	struct tsr_scanner_limits limits;
};

/* region.c */
void tsr_region_push(struct tsr_scanner *s, uint32_t number, uint64_t start, uint64_t end,
		     struct tsr_slice path, bool filler);
/* Looks at what was fed of the last region, and closes it if it has ended. */
void tsr_region_sniff(struct tsr_scanner *s, struct region *r);
/* As far as it was fed. */
bool tsr_region_binary(const struct tsr_scanner *s, const struct region *r);
/* Line of a stream offset that is in the view, from 1; 0 in binary regions. */
uint32_t tsr_region_line(struct tsr_scanner *s, struct region *r, uint64_t offset);
/* Counts newlines up to `keep` and forgets the regions that ended before it. */
void tsr_region_trim(struct tsr_scanner *s, uint64_t keep);

/* sieve.c */
int tsr_sieve_open(struct tsr_scanner *s);
void tsr_sieve_close(struct tsr_scanner *s);
void tsr_sieve_begin(struct tsr_scanner *s);
/* Looks for literals in what was fed, when its regions are told and sniffed. */
void tsr_sieve_scan(struct tsr_scanner *s);

/* judge.c */
void tsr_judge(struct tsr_scanner *s, struct region *r, const struct hit *h);

#endif
