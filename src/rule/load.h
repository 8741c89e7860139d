/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_RULE_LOAD_H
#define TSR_RULE_LOAD_H

#include "base/arena.h"
#include "base/err.h"
#include "rule/rule.h"

/* Rules read from files, in the order of reading; everything but the arrays lives in the arena. */
struct tsr_rule_list {
	const struct tsr_rule **rules;
	const char **files; /* whence each came */
	size_t n, cap;
	size_t files_cap;
};

#define TSR_RULE_LIST_INIT          \
	{                           \
		NULL, NULL, 0, 0, 0 \
	}
void tsr_rule_list_release(struct tsr_rule_list *l);

/*
 * Reads a text of one rule or a list of them (tarsier-rules(5)), verifies each and
 * appends them. `name` stands in messages: "name:line: id: reason". An id that is there already is an error.
 */
int tsr_rule_load_text(struct tsr_rule_list *out, struct tsr_arena *a, struct tsr_slice text,
		       const char *name, struct tsr_err *err);
/* The same for a file, or for every *.yaml and *.yml file in a directory and those in it, in the order of their names. */
int tsr_rule_load_path(struct tsr_rule_list *out, struct tsr_arena *a, const char *path, struct tsr_err *err);

#endif
