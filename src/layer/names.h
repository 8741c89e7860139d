/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_LAYER_NAMES_H
#define TSR_LAYER_NAMES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

/*
 * The index of a tree of names: (parent, name) -> id, by open addressing. It
 * holds hashes and ids only; the names stay with the owner, who compares them
 * through a callback. Names come from archives, so the hash is keyed (SipHash-1-3)
 * and nobody can prepare names that collide. Ids never show the order of slots.
 */
struct tsr_names {
	uint64_t key[2];
	struct tsr_names_slot *slots;
	uint32_t n, cap; /* cap: 0 or a power of two */
};

#define TSR_NAMES_NONE UINT32_MAX

typedef bool tsr_names_same(const void *ctx, uint32_t id, uint32_t parent, struct tsr_slice name);

void tsr_names_init(struct tsr_names *t);
void tsr_names_release(struct tsr_names *t);

uint32_t tsr_names_hash(const struct tsr_names *t, uint32_t parent, struct tsr_slice name);
/* The id, or TSR_NAMES_NONE. `hash` is tsr_names_hash() of the same two. */
uint32_t tsr_names_find(const struct tsr_names *t, uint32_t hash, uint32_t parent, struct tsr_slice name,
			tsr_names_same *same, const void *ctx);
/* Adds an id that is not there yet. */
void tsr_names_add(struct tsr_names *t, uint32_t hash, uint32_t id);

#endif
