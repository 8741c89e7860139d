/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/ruleset.h"

/* What the program that makes the catalogue is linked with: it has none yet. */
const struct tsr_catalogue tsr_catalogue = {
	.rules = NULL, .n_rules = 0
};
