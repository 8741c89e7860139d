/* SPDX-License-Identifier: Apache-2.0 */
#include "decode/git_delta.h"

#include <string.h>

/* A copy that names no size. */
#define COPY_DEFAULT 0x10000u

struct cursor {
	const unsigned char *p, *end;
};

static bool take_number(struct cursor *c, uint64_t *out)
{
	unsigned shift = 0;
	uint64_t n = 0;

	for (; c->p < c->end && shift < 63; shift += 7) {
		unsigned char b = *c->p++;

		n |= (uint64_t)(b & 0x7f) << shift;
		if (!(b & 0x80)) {
			*out = n;
			return true;
		}
	}
	return false;
}

static struct cursor cursor_of(struct tsr_slice s)
{
	const unsigned char *p = (const unsigned char *)s.ptr;

	return (struct cursor){ p, s.len ? p + s.len : p };
}

bool tsr_git_delta_sizes(struct tsr_slice delta, uint64_t *base, uint64_t *result)
{
	struct cursor c = cursor_of(delta);

	return take_number(&c, base) && take_number(&c, result);
}

/* Offset in the low four bits, size in the next three: a bit for each byte that is there. */
static bool take_copy(struct cursor *c, unsigned op, uint64_t *offset, size_t *size)
{
	*offset = *size = 0;
	for (unsigned i = 0; i < 7; i++) {
		if (!(op & 1u << i))
			continue;
		if (c->p == c->end)
			return false;
		if (i < 4)
			*offset |= (uint64_t)*c->p++ << (8 * i);
		else
			*size |= (size_t)*c->p++ << (8 * (i - 4));
	}
	if (!*size)
		*size = COPY_DEFAULT;
	return true;
}

int tsr_git_delta_apply(struct tsr_slice base, struct tsr_slice delta, char *out, size_t size,
			struct tsr_err *err)
{
	struct cursor c = cursor_of(delta);
	uint64_t claimed, offset;
	size_t n;

	if (!take_number(&c, &claimed) || claimed != base.len || !take_number(&c, &claimed) ||
	    claimed != size)
		return tsr_err_set(err, TSR_EFORMAT, "a delta does not fit its base");
	while (c.p < c.end) {
		unsigned op = *c.p++;

		if (op & 0x80) {
			if (!take_copy(&c, op, &offset, &n) || offset > base.len || n > base.len - offset ||
			    n > size)
				return tsr_err_set(err, TSR_EFORMAT, "a delta copies what is not there");
			memcpy(out, base.ptr + offset, n);
		} else {
			n = op;
			if (!n || n > (size_t)(c.end - c.p) || n > size)
				return tsr_err_set(err, TSR_EFORMAT, "a delta is damaged");
			memcpy(out, c.p, n);
			c.p += n;
		}
		out += n;
		size -= n;
	}
	return size ? tsr_err_set(err, TSR_EFORMAT, "a delta ends before its result does") : 0;
}

size_t tsr_git_delta_inserted(struct tsr_git_inserted *s, unsigned char *p, size_t n)
{
	size_t out = 0, i = 0;

	for (; i < n && s->numbers < 2; i++)
		s->numbers += !(p[i] & 0x80);
	while (i < n) {
		if (s->insert) {
			size_t part = n - i < s->insert ? n - i : s->insert;

			memmove(p + out, p + i, part);
			out += part;
			i += part;
			s->insert -= (unsigned)part;
		} else if (s->copy) {
			s->copy--;
			i++;
		} else if (p[i] & 0x80) {
			s->copy = (unsigned)__builtin_popcount(p[i++] & 0x7f);
			s->gap = true;
		} else {
			s->insert = p[i++];
			if (s->gap && s->insert)
				p[out++] = '\n'; /* in the room of the instruction */
			s->gap = false;
		}
	}
	return out;
}
