/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A cut must not leave half a UTF-8 sequence at the end. */
static void trim_partial(char *s)
{
	size_t len = strlen(s), i = len, need;
	unsigned char lead;

	while (i > 0 && len - i < 3 && ((unsigned char)s[i - 1] & 0xc0) == 0x80)
		i--;
	if (i == 0)
		return;
	lead = (unsigned char)s[i - 1];
	need = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
	if (need > 1 && len - (i - 1) < need)
		s[i - 1] = '\0';
}

static void print_cut(char *out, size_t size, const char *fmt, va_list ap)
	__attribute__((format(printf, 3, 0)));
static void print_cut(char *out, size_t size, const char *fmt, va_list ap)
{
	int n = vsnprintf(out, size, fmt, ap);

	if (n < 0)
		out[0] = '\0';
	else if ((size_t)n >= size)
		trim_partial(out);
}

static void append_cut(char *out, size_t size, const char *more)
{
	size_t len = strlen(out), n = strlen(more), room = size - 1 - len;

	memcpy(out + len, more, n < room ? n : room);
	out[len + (n < room ? n : room)] = '\0';
	if (n > room)
		trim_partial(out);
}

int tsr_err_set(struct tsr_err *err, enum tsr_errkind kind, const char *fmt, ...)
{
	va_list ap;

	if (!err)
		return -1;
	err->kind = kind;
	va_start(ap, fmt);
	print_cut(err->msg, sizeof(err->msg), fmt, ap);
	va_end(ap);
	return -1;
}

int tsr_err_errno(struct tsr_err *err, enum tsr_errkind kind, int errnum, const char *fmt, ...)
{
	va_list ap;

	if (!err)
		return -1;
	err->kind = kind;
	va_start(ap, fmt);
	print_cut(err->msg, sizeof(err->msg), fmt, ap);
	va_end(ap);
	append_cut(err->msg, sizeof(err->msg), ": ");
	append_cut(err->msg, sizeof(err->msg), strerror(errnum));
	return -1;
}

int tsr_err_wrap(struct tsr_err *err, const char *fmt, ...)
{
	char msg[sizeof(err->msg)];
	va_list ap;

	if (!err)
		return -1;
	va_start(ap, fmt);
	print_cut(msg, sizeof(msg), fmt, ap);
	va_end(ap);
	append_cut(msg, sizeof(msg), ": ");
	append_cut(msg, sizeof(msg), err->msg);
	memcpy(err->msg, msg, sizeof(msg));
	return -1;
}

void tsr_bug(const char *file, int line, const char *what)
{
	fprintf(stderr, "tarsier: bug at %s:%d: %s\n", file, line, what);
	abort();
}
