/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_RULE_MACROS_H
#define TSR_RULE_MACROS_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

/* Parts that patterns share, by name (rule/macros.def). */
struct tsr_macro {
	const char *name, *text, *help;
};

const struct tsr_macro *tsr_macro_at(size_t i); /* NULL past the end */

/* The pattern with every %{name} replaced, in the arena. NULL with the reason: there is no such name. */
const char *tsr_macros_expand(struct tsr_arena *a, const char *pattern, struct tsr_err *err);

#endif
