/* SPDX-License-Identifier: Apache-2.0 */
#include "base/slice.h"

struct tsr_slice tsr_slice_str(const char *s)
{
	return (struct tsr_slice){ s, s ? strlen(s) : 0 };
}

bool tsr_slice_eq(struct tsr_slice a, struct tsr_slice b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool tsr_slice_eq_str(struct tsr_slice a, const char *b)
{
	return tsr_slice_eq(a, tsr_slice_str(b));
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool tsr_slice_caseeq_str(struct tsr_slice a, const char *b)
{
	size_t i;

	for (i = 0; i < a.len; i++)
		if (!b || !b[i] || lower(a.ptr[i]) != lower(b[i]))
			return false;
	return !b || !b[i];
}

int tsr_slice_cmp(struct tsr_slice a, struct tsr_slice b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int c = n ? memcmp(a.ptr, b.ptr, n) : 0;

	if (c)
		return c;
	return (a.len > b.len) - (a.len < b.len);
}

bool tsr_slice_starts(struct tsr_slice s, const char *prefix)
{
	size_t len = strlen(prefix);

	return s.len >= len && (len == 0 || memcmp(s.ptr, prefix, len) == 0);
}

bool tsr_slice_ends(struct tsr_slice s, const char *suffix)
{
	size_t len = strlen(suffix);

	return s.len >= len && (len == 0 || memcmp(s.ptr + s.len - len, suffix, len) == 0);
}

bool tsr_slice_casehas(struct tsr_slice s, const char *word)
{
	size_t n = strlen(word);

	for (size_t i = 0; i + n <= s.len; i++)
		if (tsr_slice_caseeq_str(tsr_slice_sub(s, i, i + n), word))
			return true;
	return false;
}

size_t tsr_slice_find(struct tsr_slice s, char c, size_t from)
{
	const char *p;

	if (from >= s.len)
		return s.len;
	p = memchr(s.ptr + from, c, s.len - from);
	return p ? (size_t)(p - s.ptr) : s.len;
}

struct tsr_slice tsr_slice_sub(struct tsr_slice s, size_t from, size_t to)
{
	if (to > s.len)
		to = s.len;
	if (from > to)
		from = to;
	return (struct tsr_slice){ s.ptr ? s.ptr + from : NULL, to - from };
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct tsr_slice tsr_slice_trim(struct tsr_slice s)
{
	while (s.len && is_space(s.ptr[s.len - 1]))
		s.len--;
	while (s.len && is_space(*s.ptr)) {
		s.ptr++;
		s.len--;
	}
	return s;
}

bool tsr_slice_next(struct tsr_slice *rest, char sep, struct tsr_slice *field)
{
	size_t end;

	if (rest->len == 0)
		return false;
	end = tsr_slice_find(*rest, sep, 0);
	*field = tsr_slice_sub(*rest, 0, end);
	*rest = tsr_slice_sub(*rest, end + 1, rest->len);
	return true;
}

int tsr_slice_u64(struct tsr_slice s, unsigned long long *out)
{
	unsigned long long v = 0;
	size_t i;

	if (s.len == 0)
		return -1;
	for (i = 0; i < s.len; i++) {
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return -1;
		if (__builtin_mul_overflow(v, 10, &v) ||
		    __builtin_add_overflow(v, (unsigned long long)(s.ptr[i] - '0'), &v))
			return -1;
	}
	*out = v;
	return 0;
}
