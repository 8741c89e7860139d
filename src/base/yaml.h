/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_BASE_YAML_H
#define TSR_BASE_YAML_H

#include <jansson.h>

#include "base/err.h"
#include "base/slice.h"

/*
 * Rule and configuration files: YAML by libyaml into a jansson tree, so that
 * JSON is accepted too. One document; mappings, sequences and scalars. Aliases,
 * anchors, tags, merge keys and duplicate keys are refused. Plain scalars
 * true/false are booleans, null, ~ and nothing at all null, decimal integers
 * integers; all else, and everything quoted, is a string (so `no`, `on` and 1.10
 * stay strings).
 *
 * `name` stands in messages: "name:line:column: reason". *out is the caller's. At most
 * 4 MiB and depth 32. Text without a document (nothing, or comments) is an error.
 */
int tsr_yaml_load(struct tsr_slice text, const char *name, json_t **out, struct tsr_err *err);

/* Where the members of mappings and sequences stand, for messages: the tree itself has no lines. */
struct tsr_yaml_place {
	size_t line, column; /* from 1 */
};
struct tsr_yaml_mark {
	const json_t *in;
	size_t nth;
	struct tsr_yaml_place at;
};
struct tsr_yaml_marks {
	struct tsr_yaml_mark *items;
	size_t n, cap;
};

/* The same, with marks; without a document *out is null. *marks begins zeroed and is released also after -1. */
int tsr_yaml_load_marked(struct tsr_slice text, const char *name, struct tsr_yaml_marks *marks, json_t **out,
			 struct tsr_err *err);
void tsr_yaml_marks_release(struct tsr_yaml_marks *marks);
/* Of the nth key of a mapping or item of a sequence, in the order of the text; zeros if there is none. */
struct tsr_yaml_place tsr_yaml_place(const struct tsr_yaml_marks *marks, const json_t *in, size_t nth);

#endif
