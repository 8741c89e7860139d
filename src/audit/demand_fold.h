/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_AUDIT_DEMAND_FOLD_H
#define TSR_AUDIT_DEMAND_FOLD_H

#include "audit/image_fold.h"

/* What the checks of the policy's demands have in common (check_demands.c, check_assertions.c). */

/* Is it one of the list? '*' stands for any run of characters. A list that is NULL has nothing. */
bool tsr_demand_lists(const char *const *list, struct tsr_slice word);
bool tsr_demand_matches(const char *pattern, struct tsr_slice word);

/* A finding at `where`, of which `key` (the demand's words) tells it from others of the rule. */
void tsr_demand_emit(struct tsr_image_fold *x, enum tsr_builtin which, const char *message, const char *key,
		     const struct tsr_location *where);
/* Places: of the configuration, and of the image as a whole. */
struct tsr_location tsr_demand_config(const char *pointer);
struct tsr_location tsr_demand_image(void);

#endif
