/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_SCAN_RARITY_H
#define TSR_SCAN_RARITY_H

#include "base/slice.h"

/*
 * How little a text looks like what people call things: bits per character × 16 under a
 * model of pairs of characters (scan/bigrams.h). Words and identifiers have 50 to 90, random
 * hexadecimal digits 80 to 95, random letters and digits of both cases 100 to 160.
 */
unsigned tsr_rarity(struct tsr_slice s);

#endif
