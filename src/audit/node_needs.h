/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_AUDIT_NODE_NEEDS_H
#define TSR_AUDIT_NODE_NEEDS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"
#include "layer/facts.h"

/*
 * What applications of Node need to run, and what that needs in turn: by names alone and of all versions and layers, so that
 * it is too much rather than too little.
 */
struct tsr_node_needs;

/* `facts`: by position, NULL where absent; they outlive it. NULL: there are more names than are looked at. */
struct tsr_node_needs *tsr_node_needs_new(const struct tsr_facts *const *facts, uint32_t n);
void tsr_node_needs_free(struct tsr_node_needs *n);
/* How many names and records there are, which is what the next one costs. */
size_t tsr_node_needs_size(const struct tsr_node_needs *n);
/* Of the applications in a folder ("" or with a slash behind it) and below it: workspaces share its packages. */
void tsr_node_needs_of(struct tsr_node_needs *n, struct tsr_slice folder);
/* Is the package among what was asked for last? */
bool tsr_node_needs_has(const struct tsr_node_needs *n, struct tsr_slice name);

#endif
