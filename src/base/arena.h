/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_BASE_ARENA_H
#define TSR_BASE_ARENA_H

#include "base/slice.h"

/*
 * A bump allocator for what lives as long as one audit: no single frees,
 * pointers are stable until release. Not for use by two threads at once.
 */
struct tsr_arena {
	struct tsr_arena_block *head;
	size_t used;  /* in the newest block */
	size_t total; /* bytes handed out */
};

#define TSR_ARENA_INIT { NULL, 0, 0 }

void tsr_arena_release(struct tsr_arena *a);
void *tsr_arena_alloc(struct tsr_arena *a, size_t n, size_t size); /* zeroed, aligned for any type */
/* A NUL-terminated copy; the NUL is not counted. */
struct tsr_slice tsr_arena_dup(struct tsr_arena *a, struct tsr_slice s);
const char *tsr_arena_str(struct tsr_arena *a, struct tsr_slice s);
const char *tsr_arena_printf(struct tsr_arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
