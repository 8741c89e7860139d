/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_BASE_YAML_WALK_H
#define TSR_BASE_YAML_WALK_H

#include <stdint.h>

#include "base/slice.h"

/*
 * Any YAML, as far as libyaml can read it: every scalar that is a value, in the
 * text's order, of all documents. Anchors and tags are allowed (an alias is no value of its
 * own). Where the text is no YAML any more, or nested deeper than TSR_YAML_DEPTH, the
 * walk ends. base/yaml.h is the strict reader of our own files.
 */
#define TSR_YAML_DEPTH 32

struct tsr_yaml_scalar {
	const struct tsr_slice *path; /* keys from the outermost; empty for an item of a sequence */
	size_t depth;
	struct tsr_slice value;
	bool plain;        /* without quotes: may stand for a number, a boolean, null */
	bool tagged;       /* has a tag of its own: !vault, !reference */
	uint32_t document; /* from 0 */
	uint32_t line;     /* from 1 */
};

/* What `visit` gets is valid during the call. */
typedef void tsr_yaml_visit(void *ctx, const struct tsr_yaml_scalar *s);
void tsr_yaml_walk(struct tsr_slice text, tsr_yaml_visit *visit, void *ctx);

#endif
