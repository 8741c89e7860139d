/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_INSPECT_WORDS_H
#define TSR_INSPECT_WORDS_H

#include "base/slice.h"

/*
 * Lines of words, as mail programs and daemons have in their files: the next word, behind spaces, commas and equals
 * signs, or what stands between quotes; *rest is what stands behind it. Empty at the end.
 */
struct tsr_slice tsr_word_next(struct tsr_slice *rest);

#endif
