/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_RULE_SETTERS_H
#define TSR_RULE_SETTERS_H

#include "rule/keys.h"

/*
 * How the value of a key gets into the draft: one function per form of value.
 * Errors are reasons without the key, which the caller puts before them.
 */
typedef int tsr_key_setter(struct tsr_rule_draft *d, const struct tsr_key *k, const json_t *v,
			   struct tsr_err *err);

tsr_key_setter tsr_key_set_string, tsr_key_set_pattern, tsr_key_set_bool, tsr_key_set_integer, tsr_key_set_decimal,
	tsr_key_set_strings;
tsr_key_setter tsr_key_set_severity, tsr_key_set_hidden, tsr_key_set_edge, tsr_key_set_encode,
	tsr_key_set_literals, tsr_key_set_map;
tsr_key_setter tsr_key_set_octal, tsr_key_set_once, tsr_key_set_confidence;
tsr_key_setter tsr_key_set_ecosystem, tsr_key_set_ecosystems;
tsr_key_setter tsr_key_set_types, tsr_key_set_globs, tsr_key_set_hashable, tsr_key_set_prefix;

/* Reads a mapping by n rows, of which those of the draft's kind count: unknown and missing keys are errors. */
int tsr_key_set_keys(struct tsr_rule_draft *d, const struct tsr_key *rows, size_t n, const json_t *map,
		     struct tsr_err *err);

#endif
