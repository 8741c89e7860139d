/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_SCAN_COMMENT_H
#define TSR_SCAN_COMMENT_H

#include "base/slice.h"

/*
 * Does the line of text[at] begin as comments of programs do: with //, #, *, -- or Python's >>>? False
 * where the line's beginning is too far to be seen (TSR_EDGE_REACH).
 */
bool tsr_comment_line(struct tsr_slice text, size_t at);

#endif
