/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_FINDING_FINDING_H
#define TSR_FINDING_FINDING_H

#include <stdint.h>

#include "base/text.h"
#include "finding/severity.h"

/*
 * One result: a rule that did not hold, and where. A finding is a value; its
 * texts live in the arena of the run it belongs to. Every text in it was masked
 * and escaped before it got here (base/text.h), so reporters may print all of it.
 */

enum tsr_place { TSR_PLACE_ARCHIVE = 0, TSR_PLACE_LAYER, TSR_PLACE_FILE, TSR_PLACE_CONFIG, TSR_PLACE_HISTORY };

/* One step into content: a stream inside the file, or a view, through which the place was reached. */
struct tsr_via {
	const char *kind;     /* "zip", "gzip", "base64", "utf-16le" … */
	struct tsr_text path; /* the name inside a container; "" if it has none */
	uint64_t offset;      /* of an encoded run, in the content that it stands in; 0 for containers */
};

#define TSR_NO_OFFSET UINT64_MAX
#define TSR_NO_LAYER UINT32_MAX

struct tsr_location {
	enum tsr_place kind;
	struct tsr_text path;      /* "/" and the clean path in the layer, or a member's name; "" if none */
	const struct tsr_via *via; /* outermost first */
	uint8_t n_via;
	uint32_t layer;            /* position in the image, from 0; TSR_NO_LAYER if none */
	const uint32_t *layers;    /* all positions, where the same blob stands at several; else NULL */
	uint32_t n_layers;
	const char *diff_id;       /* "sha256:…" of that layer, or NULL */
	struct tsr_text created_by; /* the instruction, "" if unknown */
	uint64_t offset;           /* bytes from the start of the file (or blob, or what the last via leads to); TSR_NO_OFFSET if none */
	uint32_t line;             /* from 1; 0 where there are no lines */
	const char *pointer;       /* RFC 6901 pointer into the blob's JSON, or NULL */
};

/* Why a finding does not count: policy says so (policy/). It stays in the reports. */
struct tsr_suppression {
	const char *kind;        /* "ignore" "baseline" "inherited" */
	struct tsr_text reason;
	struct tsr_text owner, until; /* "" if there is none; until: YYYY-MM-DD */
};

struct tsr_finding {
	uint32_t rule;             /* index in the run's rule table */
	const char *rule_id;
	enum tsr_severity severity;
	enum tsr_confidence confidence;
	struct tsr_text title;
	struct tsr_text message;
	struct tsr_location where;
	/* Of a finding about several files all of them, as `where` would name each ("/a.jar!b" inside another); else NULL and 0. */
	const struct tsr_text *files;
	uint32_t n_files;
	enum tsr_state state;
	uint32_t hidden_in;        /* first layer that hides it; TSR_NO_LAYER if live or none */
	uint32_t occurrences;      /* at least 1 */
	struct tsr_text redacted;  /* evidence; "" if there is none */
	uint32_t length;           /* of the secret, 0 if there is none */
	const char *description;   /* of the rule: why it matters */
	const char *remediation;
	const char *const *references; /* NULL-terminated, or NULL */
	const char *const *tags;       /* NULL-terminated, or NULL */
	char fingerprint[33];      /* hex; finding/fingerprint.h */
	const struct tsr_suppression *suppressed; /* NULL: it counts */
	bool in_baseline;          /* and was no less severe there; whatever it is suppressed for */
	/* Order within an image: layer, entry, via, offset, rule id, nth. */
	uint32_t entry, nth;
};

/* Where findings go. The receiver copies the struct; the texts must outlive the run. */
struct tsr_sink {
	void (*emit)(void *ctx, const struct tsr_finding *f);
	void *ctx;
};

const char *tsr_place_name(enum tsr_place p); /* "file" "config" "history" "layer" "archive" */

/* Total order of findings of one image or archive (see design of order above); as for qsort. */
int tsr_finding_cmp(const void *a, const void *b);

#endif
