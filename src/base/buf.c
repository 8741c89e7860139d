/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"

/* What an empty buffer points to; never written. */
char tsr_buf_empty[1] = "";

void tsr_buf_init(struct tsr_buf *b, size_t max)
{
	*b = (struct tsr_buf)TSR_BUF_INIT(max);
}

void tsr_buf_release(struct tsr_buf *b)
{
	if (b->cap)
		free(b->ptr);
	tsr_buf_init(b, b->max);
}

void tsr_buf_reset(struct tsr_buf *b)
{
	b->len = 0;
	b->full = false;
	if (b->cap)
		b->ptr[0] = '\0';
}

/*
 * Room for `more` bytes and the NUL. Once full, a buffer takes nothing more
 * until reset: what it holds is always a prefix of what was appended, never a
 * text with a hole in it.
 */
static int reserve(struct tsr_buf *b, size_t more)
{
	size_t need, cap;

	if (b->full || more > b->max - b->len || b->len + more == SIZE_MAX) {
		b->full = true;
		return -1;
	}
	need = b->len + more + 1;
	if (need <= b->cap)
		return 0;
	cap = b->cap > SIZE_MAX / 2 ? need : b->cap * 2;
	if (cap > b->max)
		cap = b->max == SIZE_MAX ? need : b->max + 1;
	if (cap < need)
		cap = need;
	if (cap < 64 && b->max >= 63)
		cap = 64;
	b->ptr = tsr_xrealloc(b->cap ? b->ptr : NULL, cap, 1);
	b->ptr[b->len] = '\0';
	b->cap = cap;
	return 0;
}

int tsr_buf_add(struct tsr_buf *b, const void *p, size_t len)
{
	if (reserve(b, len))
		return -1;
	if (len)
		memcpy(b->ptr + b->len, p, len);
	b->len += len;
	b->ptr[b->len] = '\0';
	return 0;
}

int tsr_buf_adds(struct tsr_buf *b, const char *s)
{
	return tsr_buf_add(b, s, strlen(s));
}

int tsr_buf_addsl(struct tsr_buf *b, struct tsr_slice s)
{
	return tsr_buf_add(b, s.ptr, s.len);
}

int tsr_buf_addc(struct tsr_buf *b, char c)
{
	return tsr_buf_add(b, &c, 1);
}

int tsr_buf_printf(struct tsr_buf *b, const char *fmt, ...)
{
	va_list ap;
	size_t room = b->cap ? b->cap - b->len : 0;
	int n;

	if (b->full)
		return -1;
	va_start(ap, fmt);
	n = vsnprintf(room ? b->ptr + b->len : NULL, room, fmt, ap);
	va_end(ap);
	if (n < 0)
		TSR_BUG("buf: a format that cannot be printed");
	if (room)
		b->ptr[b->len] = '\0';
	if (reserve(b, (size_t)n))
		return -1;
	va_start(ap, fmt);
	vsnprintf(b->ptr + b->len, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->len += (size_t)n;
	return 0;
}

char *tsr_buf_take(struct tsr_buf *b)
{
	char *p = b->cap ? b->ptr : tsr_xstrdup("");

	tsr_buf_init(b, b->max);
	return p;
}

void tsr_buf_wipe(struct tsr_buf *b)
{
	if (b->cap)
		explicit_bzero(b->ptr, b->cap);
	tsr_buf_reset(b);
}
