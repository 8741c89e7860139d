/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_SCAN_SAMPLE_H
#define TSR_SCAN_SAMPLE_H

#include "base/slice.h"

/*
 * Is this value one that a standard or the documentation of a product prints (the tokens of RFC 6749, the
 * key of a storage emulator), so that it stands in thousands of packages and opens nothing?
 */
bool tsr_published_sample(struct tsr_slice s);

#endif
