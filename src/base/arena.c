/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"

#define BLOCK_SIZE (64u << 10)
#define ALIGN _Alignof(max_align_t)

struct tsr_arena_block {
	struct tsr_arena_block *next;
	size_t size;
	_Alignas(max_align_t) unsigned char data[];
};

void tsr_arena_release(struct tsr_arena *a)
{
	while (a->head) {
		struct tsr_arena_block *b = a->head;

		a->head = b->next;
		free(b);
	}
	*a = (struct tsr_arena)TSR_ARENA_INIT;
}

static struct tsr_arena_block *new_block(size_t size)
{
	struct tsr_arena_block *b = tsr_xcalloc(1, sizeof(*b) + size);

	b->size = size;
	return b;
}

/* `align` is a power of two; the memory is zero because blocks come so. */
static void *take(struct tsr_arena *a, size_t bytes, size_t align)
{
	struct tsr_arena_block *b;
	size_t at = (a->used + align - 1) & ~(align - 1);

	if (bytes > SIZE_MAX / 2)
		tsr_xcalloc(bytes, 2); /* reports that memory is out */
	a->total += bytes;
	if (a->head && at <= a->head->size && bytes <= a->head->size - at) {
		a->used = at + bytes;
		return a->head->data + at;
	}
	if (bytes > BLOCK_SIZE / 4 && a->head) {
		/* A block of its own, behind the newest, whose room is kept. */
		b = new_block(bytes);
		b->next = a->head->next;
		a->head->next = b;
		return b->data;
	}
	b = new_block(bytes > BLOCK_SIZE ? bytes : BLOCK_SIZE);
	b->next = a->head;
	a->head = b;
	a->used = bytes;
	return b->data;
}

void *tsr_arena_alloc(struct tsr_arena *a, size_t n, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes))
		bytes = SIZE_MAX;
	return take(a, bytes ? bytes : 1, ALIGN);
}

struct tsr_slice tsr_arena_dup(struct tsr_arena *a, struct tsr_slice s)
{
	char *p = take(a, s.len + 1, 1);

	if (s.len)
		memcpy(p, s.ptr, s.len);
	p[s.len] = '\0';
	return (struct tsr_slice){ p, s.len };
}

const char *tsr_arena_str(struct tsr_arena *a, struct tsr_slice s)
{
	return tsr_arena_dup(a, s).ptr;
}

const char *tsr_arena_printf(struct tsr_arena *a, const char *fmt, ...)
{
	va_list ap;
	char *p;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		TSR_BUG("arena: a format that cannot be printed");
	p = take(a, (size_t)n + 1, 1);
	va_start(ap, fmt);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return p;
}
