/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_BASE_SLICE_H
#define TSR_BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/*
 * A borrowed run of bytes: {ptr, len}, passed by value. It never owns, it need
 * not be NUL-terminated, and it may hold any byte. An empty slice may have a
 * NULL pointer. A slice lives as long as what it points into.
 */
struct tsr_slice {
	const char *ptr;
	size_t len;
};

struct tsr_slices {
	struct tsr_slice *at;
	size_t n;
};

#define TSR_SLICE(literal) ((struct tsr_slice){ "" literal, sizeof(literal) - 1 })
#define TSR_SLICE_NONE ((struct tsr_slice){ NULL, 0 })
/* For printf's "%.*s". Only for text that was escaped before. */
#define TSR_SLICE_ARG(s) (int)(s).len, (s).len ? (s).ptr : ""

struct tsr_slice tsr_slice_str(const char *s); /* NULL gives an empty slice */
static inline struct tsr_slice tsr_slice_of(const void *p, size_t len)
{
	return (struct tsr_slice){ p, len };
}

bool tsr_slice_eq(struct tsr_slice a, struct tsr_slice b);
bool tsr_slice_eq_str(struct tsr_slice a, const char *b);
bool tsr_slice_caseeq_str(struct tsr_slice a, const char *b); /* ASCII case folded */
int tsr_slice_cmp(struct tsr_slice a, struct tsr_slice b);    /* by bytes, as strcmp */
bool tsr_slice_starts(struct tsr_slice s, const char *prefix);
bool tsr_slice_ends(struct tsr_slice s, const char *suffix);
bool tsr_slice_casehas(struct tsr_slice s, const char *word); /* anywhere, ASCII case folded */
/* Offset of the first `c` at or after `from`, or s.len. */
size_t tsr_slice_find(struct tsr_slice s, char c, size_t from);
/* s[from, to), clipped to s. */
struct tsr_slice tsr_slice_sub(struct tsr_slice s, size_t from, size_t to);
/* Without leading and trailing ASCII space, tab, CR, LF, FF and VT. */
struct tsr_slice tsr_slice_trim(struct tsr_slice s);
/*
 * Iterates over lines or fields: takes what stands before the next `sep` off
 * *rest and puts it into *field. False when *rest is used up. A trailing
 * separator gives no empty last field.
 */
bool tsr_slice_next(struct tsr_slice *rest, char sep, struct tsr_slice *field);
/* Decimal digits only, no sign, no space, at least one; -1 on anything else or overflow. */
int tsr_slice_u64(struct tsr_slice s, unsigned long long *out);

#endif
