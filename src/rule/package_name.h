/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_RULE_PACKAGE_NAME_H
#define TSR_RULE_PACKAGE_NAME_H

#include "base/slice.h"
#include "finding/ecosystem.h"
#include "rule/rule.h"

/* Names of packages as rules write them: normalised, with '*' for any run of characters and '?' for one. */

#define TSR_PACKAGE_NAME_MAX 256

/* Cut to fit: of Python by PEP 503 (lower case, runs of '-', '_' and '.' are one '-'), else ASCII letters in lower case. */
void tsr_package_normalise(enum tsr_ecosystem eco, struct tsr_slice name, char out[TSR_PACKAGE_NAME_MAX]);
/* Is it a name (or pattern) in the normal form of one of these ecosystems? A bit for each. */
bool tsr_package_name_normal(const char *pattern, uint32_t ecosystems);
bool tsr_package_name_match(const char *pattern, const char *name);
/* Does the rule mean this package? `name` is normalised. */
bool tsr_package_named(const struct tsr_rule_package *r, enum tsr_ecosystem eco, const char *name);

#endif
