/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_BASE_BUF_H
#define TSR_BASE_BUF_H

#include "base/slice.h"

/*
 * Growable bytes with a limit given at birth. Appending beyond the limit
 * returns -1, leaves the buffer as it was and sets `full`. A full buffer takes
 * nothing more until it is reset, so what it holds is always a prefix of what was
 * appended, and a chain of appends can be checked once at its end. `ptr` is never
 * NULL and always NUL-terminated.
 */
struct tsr_buf {
	char *ptr;
	size_t len, cap, max;
	bool full;
};

extern char tsr_buf_empty[1];
#define TSR_BUF_INIT(limit) { tsr_buf_empty, 0, 0, (limit), false }
#define TSR_BUF_TEXT_MAX (16u << 20) /* for texts that we write ourselves */

void tsr_buf_init(struct tsr_buf *b, size_t max);
void tsr_buf_release(struct tsr_buf *b); /* leaves it reusable */
void tsr_buf_reset(struct tsr_buf *b);   /* length 0, memory kept */
int tsr_buf_add(struct tsr_buf *b, const void *p, size_t len);
int tsr_buf_adds(struct tsr_buf *b, const char *s);
int tsr_buf_addsl(struct tsr_buf *b, struct tsr_slice s);
int tsr_buf_addc(struct tsr_buf *b, char c);
int tsr_buf_printf(struct tsr_buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Hands the bytes over to the caller, who frees them; the buffer is empty after. */
char *tsr_buf_take(struct tsr_buf *b);
static inline struct tsr_slice tsr_buf_slice(const struct tsr_buf *b)
{
	return (struct tsr_slice){ b->ptr, b->len };
}
/* Overwrites the bytes and resets: for what may hold a secret. */
void tsr_buf_wipe(struct tsr_buf *b);

#endif
