/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_REPORT_PLACE_H
#define TSR_REPORT_PLACE_H

#include "finding/run.h"

/*
 * Findings of a run in one list, and their places as other formats want them:
 * a place for people, a URI, an image without its tag.
 */
struct tsr_item {
	const struct tsr_finding *f;
	const struct tsr_run_image *image;     /* one of the two is NULL */
	const struct tsr_run_archive *archive;
	size_t owner; /* position of the image, or of the archive behind all images */
	size_t order; /* in the run: images first, each in its own order */
	size_t nth;   /* from 1: of those of one owner with the same fingerprint */
};

struct tsr_items {
	struct tsr_item *at;
	size_t n;
};

/* All findings, the severest first, otherwise in the order of the run. */
struct tsr_items tsr_items_of(const struct tsr_run *run);
void tsr_items_release(struct tsr_items *items);

/* Appends "/app/x.env:3 (base64)", "/app/a.jar!x.yml:3", "/config/User", "blobs/sha256/…" or nothing. */
void tsr_place_add(const struct tsr_location *w, struct tsr_buf *out);

/*
 * Appends a relative URI that a rebuild keeps: "app/srv/x%20y", "app/.image/config.json". It names the
 * artifact: without a fragment, which readers of SARIF refuse; a pointer is no part of it.
 * `owner` is what tsr_owner_add() gives.
 */
void tsr_place_add_uri(const char *owner, const struct tsr_location *w, struct tsr_buf *out);

/* Appends the last part of the image's repository, without tag and digest; of what has no name, its file's. */
void tsr_owner_add(const struct tsr_item *item, struct tsr_buf *out);

/* An image's first name as "host/repo" and nothing behind it; empty if it has none. */
struct tsr_slice tsr_image_repository(const struct tsr_run_image *image);

/* Appends "app:1 (linux/amd64)", or the source where there is no name; never nothing. */
void tsr_image_add_label(const struct tsr_run_image *image, struct tsr_buf *out);

/* What came of it, for one line: "deleted in layer 3; 2 occurrences", or nothing. */
void tsr_state_add(const struct tsr_finding *f, struct tsr_buf *out);

/* Appends "layer 1: entries: checksum is wrong (2048 bytes)": what was not looked at, and why. */
void tsr_skip_add(const struct tsr_skip_row *row, struct tsr_buf *out);

/*
 * All that was not audited, a sentence each: errors of inputs, then gaps of archives, then of images. At least one
 * for whatever is incomplete.
 */
void tsr_gaps_tell(const struct tsr_run *run, void (*tell)(void *ctx, const char *text), void *ctx);

/* What a rule is about: "secret" of "secret/github-token". */
struct tsr_slice tsr_rule_area(const char *id);

#endif
