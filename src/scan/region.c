/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/scanner_impl.h"

#include "base/mem.h"

void tsr_region_push(struct tsr_scanner *s, uint32_t number, uint64_t start, uint64_t end,
		     struct tsr_slice path, bool filler)
{
	struct region *r;

	s->regions = tsr_grow(s->regions, &s->cap_regions, s->n_regions + 1, sizeof(*s->regions));
	r = &s->regions[s->n_regions++];
	*r = (struct region){ .start = start,
			      .told = filler ? UINT64_MAX : end,
			      .end = end,
			      .seq = ++s->seq,
			      .sniffed = start,
			      .line_at = start,
			      .number = number,
			      .filler = filler };
	r->path = s->paths.len;
	/* A path that no longer fits is empty: rules for certain paths do not apply then, all others do. */
	if (tsr_buf_addsl(&s->paths, path) == 0)
		r->path_len = path.len;
	else
		s->paths.full = false;
}

/* Where the part of the region that decides, and that was fed, ends. */
static uint64_t prefix_end(const struct tsr_scanner *s, const struct region *r)
{
	uint64_t to = r->start + BINARY_PREFIX;

	if (to > r->end)
		to = r->end;
	return to < s->fed ? to : s->fed;
}

bool tsr_region_binary(const struct tsr_scanner *s, const struct region *r)
{
	uint64_t to = prefix_end(s, r);

	if (r->binary || r->sniffed >= to)
		return r->binary;
	return memchr(s->view + (r->sniffed - s->view_at), 0, (size_t)(to - r->sniffed)) != NULL;
}

void tsr_region_sniff(struct tsr_scanner *s, struct region *r)
{
	uint64_t to = prefix_end(s, r);
	const unsigned char *p;

	if (r->sniffed >= to)
		return;
	r->binary = tsr_region_binary(s, r);
	r->sniffed = to;
	if (!r->bom && r->sniffed - r->start >= 2 && r->start >= s->view_at) {
		p = s->view + (r->start - s->view_at);
		r->bom = (p[0] == 0xff && p[1] == 0xfe) || (p[0] == 0xfe && p[1] == 0xff);
	}
}

typedef unsigned char bytes16 __attribute__((vector_size(16)));

/* The comparison gives 0xff for a newline: a lane of the sum holds up to 255 of them. */
static uint64_t count_newlines(const unsigned char *p, size_t len)
{
	uint64_t n = 0;

	while (len >= 16) {
		size_t rounds = len / 16 < 255 ? len / 16 : 255;
		bytes16 sum = { 0 }, block;

		for (size_t i = 0; i < rounds; i++, p += 16) {
			memcpy(&block, p, 16);
			sum -= (bytes16)(block == (unsigned char)'\n');
		}
		for (int lane = 0; lane < 16; lane++)
			n += sum[lane];
		len -= rounds * 16;
	}
	for (; len; len--, p++)
		n += *p == '\n';
	return n;
}

/* Moves the region's line cursor to `to`; both places are in the view. */
static void count_to(struct tsr_scanner *s, struct region *r, uint64_t to)
{
	if (to >= r->line_at)
		r->lines += count_newlines(s->view + (r->line_at - s->view_at), (size_t)(to - r->line_at));
	else
		r->lines -= count_newlines(s->view + (to - s->view_at), (size_t)(r->line_at - to));
	r->line_at = to;
}

uint32_t tsr_region_line(struct tsr_scanner *s, struct region *r, uint64_t offset)
{
	if (r->binary)
		return 0;
	count_to(s, r, offset);
	return r->lines < UINT32_MAX - 1 ? (uint32_t)r->lines + 1 : UINT32_MAX;
}

void tsr_region_trim(struct tsr_scanner *s, uint64_t keep)
{
	size_t dead = 0, paths = 0;

	/* The last one stays: what follows belongs to it until the caller says otherwise. */
	while (dead + 1 < s->n_regions && s->regions[dead].end <= keep)
		dead++;
	if (dead) {
		paths = s->regions[dead].path;
		s->n_regions -= dead;
		memmove(s->regions, s->regions + dead, s->n_regions * sizeof(*s->regions));
		for (size_t i = 0; i < s->n_regions; i++)
			s->regions[i].path -= paths;
		memmove(s->paths.ptr, s->paths.ptr + paths, s->paths.len - paths);
		s->paths.len -= paths;
	}
	for (size_t i = 0; i < s->n_regions; i++) {
		struct region *r = &s->regions[i];
		uint64_t to = keep < r->end ? keep : r->end;

		if (!r->binary && r->line_at < to)
			count_to(s, r, to);
	}
}
