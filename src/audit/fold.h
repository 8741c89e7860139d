/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_AUDIT_FOLD_H
#define TSR_AUDIT_FOLD_H

#include "audit/intake.h"
#include "audit/maker.h"

/*
 * From facts to results: sequential, deterministic, never cached. Only the fold
 * knows about order, deletion and the config.
 */
struct tsr_fold {
	const struct tsr_audit_options *o;
	struct tsr_intake *intake;
	struct tsr_model *model;
	struct tsr_run *run;
	struct tsr_maker maker;
	struct tsr_text source;
	uint64_t findings_left; /* the maker's budget */
	uint64_t checks_left;   /* the same for what checks of images find, so that a flood of raws cannot silence them */
	size_t packages_left;   /* records of packages, of all images together: a layer may be in many */
	uint64_t files_left; /* entries that may still be put into the run, if they are wanted there */
};

/* One image of the model becomes one of the run. */
void tsr_fold_image(struct tsr_fold *f, uint32_t image);

/*
 * The archive row: its blobs with their roles, findings of the archive itself and of
 * everything that is no layer or config of a reported image. After all images. `named`: an image was recognised,
 * so that blobs without a role are worth a finding.
 */
void tsr_fold_archive(struct tsr_fold *f, bool named);

/* A primary row of a ledger, and the one line of the error list that goes with it (status 4). */
void tsr_fold_skip(struct tsr_fold *f, struct tsr_coverage *c, const char *what, const char *why, uint32_t layer, uint64_t bytes);

/* `n` findings were left out of a report: a row, if there are any. */
void tsr_fold_untold(struct tsr_fold *f, struct tsr_coverage *c, uint32_t n, uint32_t layer);

/* Does the policy allow that this layer is kept elsewhere? */
bool tsr_fold_foreign_allowed(const struct tsr_fold *f, const struct tsr_layer_ref *layer);

/* A model's note as a finding (and a ledger row where it says so). */
void tsr_fold_note(struct tsr_fold *f, const struct tsr_note *note, struct tsr_coverage *c, const struct tsr_sink *sink);

/* The skips of a blob's facts: primary and derived rows. */
void tsr_fold_ledger(struct tsr_fold *f, const struct tsr_facts *facts, struct tsr_coverage *c, uint32_t layer);

/* A blob's status by its facts: "audited" "damaged" "ambiguous" "limited" "unsupported". */
const char *tsr_fold_grade_name(const struct tsr_facts *facts);

/* "sha256:…" in the run's arena; "" for none. */
const char *tsr_fold_digest(struct tsr_fold *f, const struct tsr_digest *d);

#endif
