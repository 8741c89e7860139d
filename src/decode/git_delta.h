/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_DECODE_GIT_DELTA_H
#define TSR_DECODE_GIT_DELTA_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"

/*
 * Deltas of git's packs (gitformat-pack(5), "Deltified representation"): two sizes, then
 * instructions: copy from the base, or insert bytes that follow.
 */

/* Sizes of the base and of the result, as the delta's first bytes claim. False: it is cut. */
bool tsr_git_delta_sizes(struct tsr_slice delta, uint64_t *base, uint64_t *result);

/* Makes the result, all of `size` bytes, which tsr_git_delta_sizes() gave. -1: not a delta of that base. */
int tsr_git_delta_apply(struct tsr_slice base, struct tsr_slice delta, char *out, size_t size,
			struct tsr_err *err);

/*
 * The bytes that a delta inserts, for deltas whose base is not at hand. Fed with the delta piece by
 * piece; a newline stands where something was copied in between. Zeroed: before the first.
 */
struct tsr_git_inserted {
	unsigned numbers; /* of the two at its start, how many are over */
	unsigned insert;  /* bytes of an instruction that are still to come */
	unsigned copy;	  /* argument bytes of a copy that are still to come */
	bool gap;	  /* something was copied since the last insertion */
};
/* Overwrites p[0, n) with what it inserts; returns how many bytes that is. */
size_t tsr_git_delta_inserted(struct tsr_git_inserted *s, unsigned char *p, size_t n);

#endif
