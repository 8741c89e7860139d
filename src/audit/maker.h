/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_AUDIT_MAKER_H
#define TSR_AUDIT_MAKER_H

#include "audit/fold_owner.h"
#include "audit/told.h"
#include "finding/run.h"
#include "image/image.h"
#include "layer/facts.h"
#include "rootfs/rootfs.h"
#include "rule/ruleset.h"
#include "scan/mask.h"

/*
 * From raw findings and notes to findings: the place is filled in, image text is
 * masked, severity follows the state. One thread; texts go to the run's arena.
 */
struct tsr_maker {
	const struct tsr_ruleset *rules;
	struct tsr_scanner *scanner; /* for masking */
	struct tsr_arena *arena;
	bool distrust_owner; /* what package databases say lowers nothing */
	uint64_t *left; /* raws that may still be made into findings; NULL: all */
};

/* What a layer's position adds to the findings of its blob. */
struct tsr_layer_place {
	uint32_t layer;            /* TSR_NO_LAYER: no layer of an image */
	const uint32_t *layers;    /* all positions of the same blob, or NULL */
	uint32_t n_layers;
	const char *diff_id;
	struct tsr_text created_by;
	const struct tsr_rootfs *rootfs; /* NULL: no states */
	const struct tsr_owners *owners; /* NULL: nobody owns a file */
};

/* A finding of a rule, without a place; severity, title and so on as the rule says. */
void tsr_make(const struct tsr_maker *m, uint32_t rule, struct tsr_finding *f);
/* The same of a built-in rule, with a message of ours. */
void tsr_make_builtin(const struct tsr_maker *m, enum tsr_builtin which, const char *message, struct tsr_finding *f);
/* "/" and the path of an entry, masked. */
struct tsr_text tsr_make_path(const struct tsr_maker *m, const struct tsr_facts *f, uint32_t entry);
/* Fills the fingerprint of a finding without a secret. */
void tsr_make_done(struct tsr_finding *f);

/*
 * Every raw of a layer blob, to the sink. This and the next two return how many were left out because
 * the maker's budget is used up: many images may share a layer with many findings.
 */
uint32_t tsr_make_layer_raws(const struct tsr_maker *m, const struct tsr_facts *facts, const struct tsr_layer_place *place,
			 const struct tsr_sink *sink);
/* Every raw of the config blob of an image: places in config and history. */
uint32_t tsr_make_config_raws(const struct tsr_maker *m, const struct tsr_facts *facts, const struct tsr_image *image,
			  const struct tsr_sink *sink);
/* Every raw of a blob that is neither: the place is the archive, `name` its member. What is `told` elsewhere is left out; NULL: nothing is. */
uint32_t tsr_make_archive_raws(const struct tsr_maker *m, const struct tsr_facts *facts, struct tsr_text name,
			   const struct tsr_told *told, const struct tsr_sink *sink);

#endif
