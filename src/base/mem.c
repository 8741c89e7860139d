/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mem.h"

#include <stdint.h>
#include <string.h>
#include <unistd.h>

/* _exit: other threads may be running, so no handler may. */
static _Noreturn void out_of_memory(void)
{
	static const char msg[] = "tarsier: out of memory\n";
	ssize_t n = write(STDERR_FILENO, msg, sizeof(msg) - 1);

	(void)n;
	_exit(5);
}

static size_t product(size_t n, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes))
		out_of_memory();
	return bytes ? bytes : 1; /* malloc(0) may be NULL */
}

void *tsr_xmalloc(size_t size)
{
	void *p = malloc(size ? size : 1);

	if (!p)
		out_of_memory();
	return p;
}

void *tsr_xcalloc(size_t n, size_t size)
{
	void *p = calloc(1, product(n, size));

	if (!p)
		out_of_memory();
	return p;
}

void *tsr_xrealloc(void *p, size_t n, size_t size)
{
	void *q = realloc(p, product(n, size));

	if (!q)
		out_of_memory();
	return q;
}

char *tsr_xstrndup(const char *s, size_t len)
{
	char *p;

	if (len == SIZE_MAX)
		out_of_memory();
	p = tsr_xmalloc(len + 1);
	if (len)
		memcpy(p, s, len);
	p[len] = '\0';
	return p;
}

char *tsr_xstrdup(const char *s)
{
	return tsr_xstrndup(s, strlen(s));
}

void *tsr_grow(void *p, size_t *cap, size_t need, size_t size)
{
	size_t n = *cap ? *cap : 8;

	if (need <= *cap)
		return p;
	while (n < need)
		n = n > SIZE_MAX / 2 ? need : n * 2;
	p = tsr_xrealloc(p, n, size);
	*cap = n;
	return p;
}
