/* SPDX-License-Identifier: Apache-2.0 */
#include "archive/tar_sparse.h"

#include "archive/tar_header.h"
#include "archive/tar_pax.h"

/* In an old GNU header. */
#define REALSIZE b + 483, 12
#define MAP_OFFSET 386
#define MAP_PART 24 /* two numbers of 12 */
#define PARTS_IN_HEADER 4
#define PARTS_IN_BLOCK 21

int tsr_tar_sparse_begin(const unsigned char *b, struct tsr_tar_sparse *s, unsigned *doubts)
{
	s->end = 0;
	if (tsr_tar_number(REALSIZE, &s->size, doubts))
		return -1;
	return s->size < 0 ? -1 : 0;
}

int tsr_tar_sparse_part(struct tsr_tar_sparse *s, int64_t offset, int64_t length)
{
	if (offset < 0 || length < 0 || offset > INT64_MAX - length)
		return -1;
	if (offset + length > s->size || s->end > offset)
		return -1;
	s->end = offset + length;
	return 0;
}

int tsr_tar_sparse_block(const unsigned char *b, bool first, struct tsr_tar_sparse *s, bool *more,
			 unsigned *doubts)
{
	const unsigned char *part = first ? b + MAP_OFFSET : b;
	unsigned n = first ? PARTS_IN_HEADER : PARTS_IN_BLOCK;

	*more = part[n * MAP_PART] != 0;
	for (unsigned i = 0; i < n && part[0]; i++, part += MAP_PART) {
		int64_t offset, length;

		if (tsr_tar_number(part, 12, &offset, doubts) ||
		    tsr_tar_number(part + 12, 12, &length, doubts))
			return -1;
		if (tsr_tar_sparse_part(s, offset, length))
			return -1;
	}
	return 0;
}

void tsr_tar_map_begin(struct tsr_tar_map *m, int64_t size)
{
	memset(m, 0, sizeof(*m));
	m->state = TSR_TAR_MAP_READING;
	m->tokens = -1;
	m->sparse.size = size;
}

/* A number and its newline are complete. */
static int map_number(struct tsr_tar_map *m)
{
	int64_t n;

	if (tsr_tar_decimal(tsr_slice_of(m->token, m->len), &n))
		return -1;
	m->len = 0;
	if (m->tokens < 0) {
		if (n < 0 || n > (int64_t)TSR_PAX_MAX)
			return -1;
		m->tokens = 2 * n;
	} else if (m->tokens-- % 2 == 0) {
		m->offset = n;
	} else if (tsr_tar_sparse_part(&m->sparse, m->offset, n)) {
		return -1;
	}
	if (m->tokens == 0)
		m->state = TSR_TAR_MAP_NONE;
	return 0;
}

void tsr_tar_map_feed(struct tsr_tar_map *m, struct tsr_slice data)
{
	for (size_t i = 0; i < data.len && m->state == TSR_TAR_MAP_READING; i++) {
		bool bad = ++m->total > TSR_PAX_MAX;

		if (data.ptr[i] == '\n')
			bad |= map_number(m) != 0;
		else if (m->len < sizeof(m->token))
			m->token[m->len++] = data.ptr[i];
		else
			bad = true;
		if (bad)
			m->state = TSR_TAR_MAP_BAD;
	}
}
