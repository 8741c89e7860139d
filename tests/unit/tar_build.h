/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_TESTS_TAR_BUILD_H
#define TSR_TESTS_TAR_BUILD_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Tars made in memory, block by block, so that a test can bend any byte. */
struct tar_build {
	unsigned char *p;
	size_t len;
};

static inline void tb_free(struct tar_build *t)
{
	free(t->p);
	t->p = NULL;
	t->len = 0;
}

static inline unsigned char *tb_add(struct tar_build *t, const void *p, size_t n)
{
	t->p = realloc(t->p, t->len + n + 1);
	if (!t->p)
		abort();
	if (p)
		memcpy(t->p + t->len, p, n);
	else
		memset(t->p + t->len, 0, n);
	t->len += n;
	return t->p + t->len - n;
}

/* Makes the checksum of a header true again. */
static inline void tb_sum(unsigned char *h)
{
	unsigned sum = 0;

	memset(h + 148, ' ', 8);
	for (int i = 0; i < 512; i++)
		sum += h[i];
	snprintf((char *)h + 148, 8, "%06o", sum);
}

static inline void tb_octal(unsigned char *field, int width, unsigned long long n)
{
	char text[32];

	snprintf(text, sizeof(text), "%0*llo", width - 1, n);
	memcpy(field, text, (size_t)width);
}

/* Into a field of 100 bytes. */
static inline void tb_text(unsigned char *field, const char *s)
{
	for (int i = 0; i < 100 && s[i]; i++)
		field[i] = (unsigned char)s[i];
}

/* A ustar header; returned for more changes, after which tb_sum() is due. */
static inline unsigned char *tb_header(struct tar_build *t, const char *name, char type,
				       unsigned long long size)
{
	unsigned char *h = tb_add(t, NULL, 512);

	tb_text(h, name);
	tb_octal(h + 100, 8, 0644);
	tb_octal(h + 108, 8, 1001);
	tb_octal(h + 116, 8, 1002);
	tb_octal(h + 124, 12, size);
	tb_octal(h + 136, 12, 1234567890);
	h[156] = (unsigned char)type;
	memcpy(h + 257, "ustar\00000", 8);
	tb_octal(h + 329, 8, 0);
	tb_octal(h + 337, 8, 0);
	tb_sum(h);
	return h;
}

static inline void tb_gnu(unsigned char *h)
{
	memcpy(h + 257, "ustar  ", 8);
	tb_sum(h);
}

static inline void tb_link(unsigned char *h, const char *target)
{
	tb_text(h + 157, target);
	tb_sum(h);
}

static inline void tb_data(struct tar_build *t, const void *p, size_t n)
{
	tb_add(t, p, n);
	tb_add(t, NULL, -n & 511);
}

static inline void tb_file(struct tar_build *t, const char *name, const char *text)
{
	tb_header(t, name, '0', strlen(text));
	tb_data(t, text, strlen(text));
}

/* An extension header of type x, g, L or K with its body. */
static inline void tb_extension(struct tar_build *t, char type, const void *body, size_t n)
{
	unsigned char *h = tb_header(t, "extension", type, n);

	if (type == 'L' || type == 'K')
		tb_gnu(h);
	tb_data(t, body, n);
}

/* PAX records for an extension's body. */
struct tar_records {
	char text[2048];
	size_t len;
};

static inline void tb_record(struct tar_records *r, const char *key, const void *value, size_t n)
{
	size_t len = strlen(key) + n + 3, digits = 1;
	char head[128];

	while (snprintf(NULL, 0, "%zu", len + digits) != (int)digits)
		digits++;
	len += digits;
	snprintf(head, sizeof(head), "%zu %s=", len, key);
	if (r->len >= sizeof(r->text) || len >= sizeof(r->text) - r->len)
		abort();
	memcpy(r->text + r->len, head, strlen(head));
	memcpy(r->text + r->len + strlen(head), value, n);
	r->text[r->len + len - 1] = '\n';
	r->len += len;
}

static inline void tb_pax(struct tar_build *t, char type, const char *key, const char *value)
{
	struct tar_records r = { .len = 0 };

	tb_record(&r, key, value, strlen(value));
	tb_extension(t, type, r.text, r.len);
}

static inline void tb_end(struct tar_build *t)
{
	tb_add(t, NULL, 1024);
}

#endif
