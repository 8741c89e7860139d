/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_BASE_MEM_H
#define TSR_BASE_MEM_H

#include <stddef.h>
#include <stdlib.h>

/*
 * Allocation that does not fail: when memory is gone the process says so and
 * exits with status 5, in this one place. Whatever is sized by input must have
 * passed a limit (base/limits.h) before it reaches these functions. Products
 * are checked for overflow.
 */

void *tsr_xmalloc(size_t size);
void *tsr_xcalloc(size_t n, size_t size);
void *tsr_xrealloc(void *p, size_t n, size_t size);
char *tsr_xstrndup(const char *s, size_t len); /* always NUL-terminated */
char *tsr_xstrdup(const char *s);

/*
 * Room for at least `need` elements in the array p of *cap elements: doubles
 * the capacity. Returns the (moved) array.
 */
void *tsr_grow(void *p, size_t *cap, size_t need, size_t size);

/*
 * Scope cleanup. Rule: initialised on the declaration line; never in one
 * function with `goto`.
 *	tsr_autofree char *name = NULL;
 *	TSR_AUTO(tsr_buf) struct tsr_buf b = TSR_BUF_INIT(limit);
 * TSR_AUTO(x) calls x_release(&variable).
 */
#define TSR_AUTO(type) __attribute__((cleanup(type##_release)))
#define tsr_autofree __attribute__((cleanup(tsr_autofree_)))
static inline void tsr_autofree_(void *p)
{
	free(*(void **)p);
}

#define TSR_ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#endif
