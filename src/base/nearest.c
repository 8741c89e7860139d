/* SPDX-License-Identifier: Apache-2.0 */
#include "base/nearest.h"

#define NAME_MAX_LEN 63

static char fold(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static size_t least(size_t a, size_t b, size_t c)
{
	size_t m = a < b ? a : b;

	return m < c ? m : c;
}

/* Insertions, deletions, replacements and swaps of neighbours, case aside: three rows of the table are enough. */
static size_t distance(struct tsr_slice a, struct tsr_slice b)
{
	size_t rows[3][NAME_MAX_LEN + 1], *two = rows[0], *one = rows[1], *now = rows[2], *spare, i, k;

	for (k = 0; k <= b.len; k++)
		one[k] = k;
	memset(rows[0], 0, sizeof(rows[0]));
	for (i = 1; i <= a.len; i++) {
		now[0] = i;
		for (k = 1; k <= b.len; k++) {
			char x = fold(a.ptr[i - 1]), y = fold(b.ptr[k - 1]);

			now[k] = least(one[k] + 1, now[k - 1] + 1, one[k - 1] + (x != y));
			if (i > 1 && k > 1 && x == fold(b.ptr[k - 2]) && fold(a.ptr[i - 2]) == y && two[k - 2] + 1 < now[k])
				now[k] = two[k - 2] + 1;
		}
		spare = two;
		two = one;
		one = now;
		now = spare;
	}
	return one[b.len];
}

void tsr_nearest_try(struct tsr_nearest *n, const char *name)
{
	struct tsr_slice s = tsr_slice_str(name);
	size_t d, allowed = n->word.len / 3 + 1;

	if (n->word.len > NAME_MAX_LEN || s.len > NAME_MAX_LEN)
		return;
	d = distance(n->word, s);
	if (d > allowed || (n->best && d >= n->distance))
		return;
	n->best = name;
	n->distance = d;
}
