/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_RULE_VERIFY_H
#define TSR_RULE_VERIFY_H

#include "rule/keys.h"

/*
 * What the keys alone cannot say: looks at a rule as a whole, fills in what follows
 * from it (content.width, the default of severity-when-hidden) and links its parts. Errors are reasons; d->bad_key tells the key.
 */
int tsr_rule_verify(struct tsr_rule_draft *d, struct tsr_err *err);

/* folder/name of [a-z0-9-]. */
bool tsr_rule_id_valid(struct tsr_slice id);

#endif
