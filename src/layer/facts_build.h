/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_LAYER_FACTS_BUILD_H
#define TSR_LAYER_FACTS_BUILD_H

#include "base/slice.h"
#include "layer/facts.h"

/*
 * Builds facts while a blob streams by. One thread. Strings are interned where
 * they repeat (names), else appended.
 */
struct tsr_builder;

struct tsr_builder *tsr_builder_new(void);
void tsr_builder_free(struct tsr_builder *b);
/* Bytes that all strings may take together (tests lower it); above: texts are empty and the grade is LIMITED. */
void tsr_builder_set_text_max(struct tsr_builder *b, uint32_t max);

/* Copies a string into the text arena, NUL-terminated; its offset (0 for an empty one). */
uint32_t tsr_builder_text(struct tsr_builder *b, struct tsr_slice s);
struct tsr_slice tsr_builder_get(const struct tsr_builder *b, uint32_t text); /* up to its NUL; valid until the next text */

/*
 * The node of a clean path; parents are made as needed. TSR_NONE when a limit on names
 * or text is reached: the grade is LIMITED then, and an entry of node TSR_NONE is not
 * taken (its index is TSR_NONE, and tsr_builder_entry() of that NULL).
 */
uint32_t tsr_builder_node(struct tsr_builder *b, struct tsr_slice clean);
/* The node of a clean path, or TSR_NONE. */
uint32_t tsr_builder_find(const struct tsr_builder *b, struct tsr_slice clean);
/* The last entry added for a node, or TSR_NONE. */
uint32_t tsr_builder_entry_of(const struct tsr_builder *b, uint32_t node);
const struct tsr_entry *tsr_builder_entry(const struct tsr_builder *b, uint32_t entry);
struct tsr_entry *tsr_builder_entry_edit(struct tsr_builder *b, uint32_t entry);
void tsr_builder_path(const struct tsr_builder *b, uint32_t node, struct tsr_buf *out);

/* Append copies; the index of the new record. */
uint32_t tsr_builder_add_entry(struct tsr_builder *b, const struct tsr_entry *e);
uint32_t tsr_builder_add_step(struct tsr_builder *b, const struct tsr_step *s);
uint32_t tsr_builder_add_raw(struct tsr_builder *b, const struct tsr_raw *r);
uint32_t tsr_builder_add_extract(struct tsr_builder *b, const struct tsr_extract *x);
void tsr_builder_add_skip(struct tsr_builder *b, const struct tsr_skip *s);
struct tsr_raw *tsr_builder_raws(struct tsr_builder *b, uint32_t *n); /* to edit in place; valid until the next add */
/* Keeps only raws whose `keep` byte is not 0. */
void tsr_builder_filter_raws(struct tsr_builder *b, const uint8_t *keep);

/*
 * Numbers the steps in the order in which raws, then skips, first use them, and forgets those that none uses: in
 * what order they were made may depend on how the stream was cut. Raws and skips are in their final order.
 */
void tsr_builder_settle_steps(struct tsr_builder *b);

/* A worse grade replaces a better one (LIMITED > AMBIGUOUS > DAMAGED > OPAQUE > AUDITED in the order of the enum's severity given in the source); the first reason of the worst stays. */
void tsr_builder_grade(struct tsr_builder *b, enum tsr_grade grade, const char *why);

/*
 * Publishes: hands over facts with all sections; header fields (digests, sizes,
 * kind …) are copied from `head`, grade and reason from the builder. The builder is empty after. The ledger
 * must add up (content + framing + skipped == unpacked), else TSR_BUG.
 */
struct tsr_facts *tsr_builder_publish(struct tsr_builder *b, const struct tsr_facts *head);

#endif
