/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_POLICY_IGNORES_H
#define TSR_POLICY_IGNORES_H

#include "base/arena.h"
#include "base/err.h"
#include "finding/run.h"

/*
 * .tarsierignore (tarsier.yaml(5)): findings that somebody has looked at. Each entry names its findings by what
 * it gives, all of which must match, and says why. It stops working behind its last day.
 */
struct tsr_ignore {
	const char *rule, *path, *image;           /* globs; NULL: any */
	const char *layer, *fingerprint;           /* digest or diff id; NULL: any */
	struct tsr_suppression shown;              /* reason, owner, until: as reports show them */
	const char *until;                         /* "YYYY-MM-DD", NULL: for ever */
	uint32_t line;
	bool expired;
	/* Found out while they are applied: */
	bool used;     /* it matched a finding */
	bool relevant; /* an image of the run is one that it is about */
};

struct tsr_ignores {
	struct tsr_arena arena;
	struct tsr_text name; /* of the file */
	struct tsr_ignore *items;
	size_t n;
};

/*
 * `today` as tsr_day_parse() gives it. NULL with TSR_EUSAGE "file:line: …". A file without entries is one.
 */
struct tsr_ignores *tsr_ignores_read(struct tsr_slice text, const char *name, uint32_t today, struct tsr_err *err);
struct tsr_ignores *tsr_ignores_read_file(const char *path, uint32_t today, struct tsr_err *err);
void tsr_ignores_free(struct tsr_ignores *list);

/*
 * The first entry in force that matches a finding of the image (NULL: of an archive); all that match are marked used. Of
 * a finding about several files each must be meant by an entry: else NULL.
 */
const struct tsr_ignore *tsr_ignores_match(struct tsr_ignores *list, const struct tsr_finding *f,
					   const struct tsr_run_image *image);
/* Marks what is about this image. */
void tsr_ignores_see(struct tsr_ignores *list, const struct tsr_run_image *image);

/* 20261231 of "2026-12-31"; 0 if it is no day of the calendar. */
uint32_t tsr_day_parse(struct tsr_slice s);
/* The day of a time in seconds since 1970, in UTC. */
uint32_t tsr_day_of(int64_t seconds);

#endif
