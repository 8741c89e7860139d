/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_AUDIT_PATH_FOLD_H
#define TSR_AUDIT_PATH_FOLD_H

#include "finding/finding.h"
#include "layer/facts.h"
#include "rule/ruleset.h"

/*
 * What path rules leave to the fold, for the raws of one layer: `live` needs the state of the
 * file, `unless-secret` what else was found in it, `once-per` all of them. Raws of
 * one rule, group (their key), severity and state become one finding, that of the first, which
 * counts the others. Raws of other rules pass untouched.
 */
struct tsr_path_fold;

struct tsr_path_fold *tsr_path_fold_new(const struct tsr_ruleset *rs, const struct tsr_facts *facts);

/* The raw is none of its own: not meant in this state, said better by another, or counted in its group. */
bool tsr_path_fold_takes(struct tsr_path_fold *p, uint32_t raw, enum tsr_state state);
/* The finding of a raw that was not taken is the first of a group: it is kept and told at the end. */
bool tsr_path_fold_keeps(struct tsr_path_fold *p, uint32_t raw, const struct tsr_finding *f);

/* Tells what was kept, each with the raws that are in it, in the order of the first, and frees. Messages go to the arena. */
typedef void tsr_path_fold_emit(void *ctx, const struct tsr_facts *facts, const uint32_t *raws, uint32_t n, struct tsr_finding *f);
void tsr_path_fold_end(struct tsr_path_fold *p, struct tsr_arena *a, tsr_path_fold_emit *emit, void *ctx);

#endif
