/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_SCAN_EDGE_H
#define TSR_SCAN_EDGE_H

#include "base/slice.h"
#include "rule/rule.h"

/* How many bytes beside a secret the two functions may look at. */
#define TSR_EDGE_REACH 64u

/* May a secret begin at `at`, or end before `end`, as far as its neighbours in `view` say? */
bool tsr_edge_left(struct tsr_slice view, size_t at, enum tsr_boundary kind);
bool tsr_edge_right(struct tsr_slice view, size_t end, enum tsr_boundary kind);

/* In binary data: is the byte before `at` the length of what follows up to `end`? */
bool tsr_edge_length_byte(struct tsr_slice view, size_t at, size_t end);

#endif
