/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_LAYER_FACTS_PRIV_H
#define TSR_LAYER_FACTS_PRIV_H

#include "layer/facts.h"

/* Private to layer/: what facts and their builder share. */

/* Names that a layer may have, and bytes of all its strings: far below what u32 offsets can say. */
#define TSR_NODES_MAX (6u << 20)
#define TSR_TEXT_MAX (256u << 20)

/* Appends the clean path of a node ("" for the root). */
void tsr_node_path(const struct tsr_node *nodes, const char *text, uint32_t node, struct tsr_buf *out);

#endif
