/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_AUDIT_IMAGE_FOLD_H
#define TSR_AUDIT_IMAGE_FOLD_H

#include "audit/fold.h"
#include "rootfs/waste.h"

/* One image being folded: what the checks of audit/image_checks.def ask and where they tell. */
struct tsr_image_fold {
	struct tsr_fold *f;
	const struct tsr_image *image;
	uint32_t number; /* in the model */
	struct tsr_run_image *out;
	struct tsr_sink sink;
	struct tsr_rootfs *rootfs;
	struct tsr_owners *owners;
	struct tsr_waste waste;
	const struct tsr_facts **facts; /* by position; NULL where absent */
	uint32_t untold; /* findings of checks that were left out */
};

/* A finding of a check, with its fingerprint; what is above the budget of the checks is only counted. */
void tsr_image_emit(struct tsr_image_fold *x, const struct tsr_finding *f);

/* The place is in a layer; TSR_NO_LAYER: in none. */
void tsr_image_place(struct tsr_image_fold *x, uint32_t layer, struct tsr_location *where);
/* A finding of a built-in rule about a layer, or about all of them (TSR_NO_LAYER). */
void tsr_image_emit_layer(struct tsr_image_fold *x, enum tsr_builtin which, const char *message, uint32_t layer);
/* The same, `lower`: one class less grave than the rule says. */
void tsr_image_emit_layer_lower(struct tsr_image_fold *x, enum tsr_builtin which, const char *message, uint32_t layer, bool lower);
/* About the config: `pointer` (static, or in the run's arena) is its RFC 6901 pointer. */
void tsr_image_emit_config(struct tsr_image_fold *x, enum tsr_builtin which, const char *message, const char *pointer);
/* The same with another severity than the rule's. */
void tsr_image_emit_config_as(struct tsr_image_fold *x, enum tsr_builtin which, enum tsr_severity severity, const char *message,
			      const char *pointer);
/* About an instruction of the history. */
void tsr_image_emit_history(struct tsr_image_fold *x, enum tsr_builtin which, const char *message, size_t history);
void tsr_image_emit_history_as(struct tsr_image_fold *x, enum tsr_builtin which, enum tsr_severity severity, const char *message,
			       size_t history);
/* About a file: an entry of the layer at a position, with its state; hidden ones get the rule's severity for those. */
void tsr_image_emit_file(struct tsr_image_fold *x, enum tsr_builtin which, const char *message, uint32_t layer, uint32_t entry);
/* About several files of a layer, of which the first is its place. */
void tsr_image_emit_files(struct tsr_image_fold *x, enum tsr_builtin which, const char *message, uint32_t layer,
			  const uint32_t *entries, uint32_t n);
/* About a file, with a severity of at most `most`. */
void tsr_image_emit_file_as(struct tsr_image_fold *x, enum tsr_builtin which, enum tsr_severity most, const char *message,
			    uint32_t layer, uint32_t entry);

/* What the run is to tell of the image besides findings: waste always, config and files if they are wanted. */
void tsr_image_describe(struct tsr_image_fold *x);

#define IMAGE_CHECK(name) void tsr_image_check_##name(struct tsr_image_fold *x);
#include "audit/image_checks.def"
#undef IMAGE_CHECK

#endif
