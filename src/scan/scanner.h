/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_SCAN_SCANNER_H
#define TSR_SCAN_SCANNER_H

#include "base/ring.h"
#include "rule/ruleset.h"
#include "scan/check.h"

/*
 * The content engine: one stream of bytes, scanned once, whatever a tar reader
 * believes of it. Vectorscan finds literals over the whole stream (hits across
 * chunk borders included); every hit is judged in a window around it: clipped to
 * its region (an entry's data, or a run of framing), pattern anchored at the
 * literal (or within `before` bytes of it), boundaries, companion, validator. Hits
 * wait until `ruleset.longest` bytes follow or their region ends, so results do
 * not depend on how the stream is cut into chunks. See the essay in scan/scanner.c.
 *
 * One scanner per thread: it owns Vectorscan scratch, PCRE2 match data and JIT
 * stack, and can be used for any number of streams, one after another.
 */
struct tsr_scanner;

/* A match, as the engine reports it. Slices are valid during the call only. */
struct tsr_match {
	uint32_t rule;            /* index in the ruleset */
	uint32_t region;          /* the number given with tsr_scanner_region() */
	uint64_t region_start;    /* of the region, in the stream */
	uint64_t offset;          /* of the secret, from the region's start */
	const char *via;          /* NULL, or "base64", "utf-16le", "percent" …: the innermost form that the secret stands in */
	uint64_t via_offset;      /* then: of the encoded run; offset is in the decoded view */
	const char *outer;        /* the form that this run stands in (base64 of base64), or NULL */
	uint64_t outer_offset;    /* then: of that run; via_offset is in what it decodes to */
	struct tsr_slice secret;  /* NEVER to be kept: redact (finding/redact.h) or hash it at once */
	struct tsr_slice key;     /* group `key`, or empty */
	uint32_t line;            /* from 1 within the region; 0 in binary regions */
	struct tsr_check_out check;
	uint64_t raw, raw_len;    /* the secret in the region's own bytes, in whatever form: to mask */
	bool comment;             /* its line begins as a comment does (scan/comment.h) */
	bool placeholder;         /* looks made up: one character repeated, a sequence, EXAMPLE … */
};
typedef void tsr_scanner_emit(void *ctx, const struct tsr_match *m);

struct tsr_scanner *tsr_scanner_new(const struct tsr_ruleset *rs, struct tsr_err *err);
void tsr_scanner_free(struct tsr_scanner *s);

const struct tsr_ruleset *tsr_scanner_ruleset(const struct tsr_scanner *s);

/* The bytes that must be writable before every chunk (for the ring). */
size_t tsr_scanner_headroom(const struct tsr_ruleset *rs);

/* Starts a stream. */
void tsr_scanner_begin(struct tsr_scanner *s, tsr_scanner_emit *emit, void *ctx);
/*
 * The next bytes of the stream; `data` has headroom before it. Then the caller
 * tells the regions that begin in these bytes (tsr_scanner_region), then settles.
 */
void tsr_scanner_feed(struct tsr_scanner *s, unsigned char *data, size_t len);
/*
 * After feed() and before settle(), in order: the bytes from stream offset `start` on, up to the next
 * region, belong to `region`. `start` is not before the start of the region before it and not behind the
 * end of what was fed (it may be equal: then the region begins with the next chunk's first byte).
 * `end`: where it ends, if known, else UINT64_MAX (until the next region or the stream's end).
 * `path` (clean; may be empty) serves rules with scope.paths; copied. Region numbers are the caller's
 * (entry index, TSR_NONE for framing). Bytes before the first region belong to none and are judged as framing.
 */
void tsr_scanner_region(struct tsr_scanner *s, uint32_t region, uint64_t start, uint64_t end,
			struct tsr_slice path);
/* Judges the hits that have all they need. */
void tsr_scanner_settle(struct tsr_scanner *s);
/* The stream ends: judges the rest. */
void tsr_scanner_end(struct tsr_scanner *s);

/*
 * What the engine did not do: matches abandoned at a limit, windows over the work
 * budget. For the ledger: both make it incomplete.
 */
struct tsr_scanner_limits {
	uint64_t match_limit;   /* PCRE2 gave up (-47, -53, -63) */
	uint64_t over_budget;   /* windows beyond 32 × region + 1 MiB for one rule */
	uint32_t rule, region;  /* the first */
};
const struct tsr_scanner_limits *tsr_scanner_limits(const struct tsr_scanner *s);
/* Is the region that was told last binary, as far as it was fed: has it a NUL in its first 4096 bytes? */
bool tsr_scanner_binary(const struct tsr_scanner *s);

/*
 * One text of known extent as a stream of its own (env values, history): begin, feed, region 0, end.
 * Not while another stream of this scanner is under way; the limits are then this one's.
 */
void tsr_scanner_text(struct tsr_scanner *s, struct tsr_slice text, struct tsr_slice path, tsr_scanner_emit *emit,
		      void *ctx);

#endif
