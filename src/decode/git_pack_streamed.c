/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "decode/container.h"
#include "decode/git_delta.h"
#include "decode/git_pack_index.h"

/*
 * A pack that is too large to be kept, front to back: objects under their offset, and of deltas what
 * they insert. Its hash is taken for SHA-1, which only matters to deltas by reference.
 */

#define SHA1_SIZE 20u

struct streamed {
	struct tsr_inflater *z;
	struct tsr_git_head head;
	struct tsr_git_inserted inserted;
	struct tsr_buf path;
	uint32_t left; /* objects */
	bool open;     /* an object's data is at hand */
	bool lost;     /* where the next begins is not known */
};

static void streamed_close(void *state)
{
	struct streamed *s = state;

	tsr_inflater_free(s->z);
	tsr_buf_release(&s->path);
	free(s);
}

static void *streamed_open(const struct tsr_container_input *input, struct tsr_err *err)
{
	struct streamed *s = tsr_xcalloc(1, sizeof(*s));

	tsr_buf_init(&s->path, 64);
	s->z = tsr_inflater_new(input->in);
	if (!tsr_git_pack_head_read(s->z, &s->left, err))
		return s;
	streamed_close(s);
	return NULL;
}

static ssize_t streamed_read(void *state, void *p, size_t n, struct tsr_err *err)
{
	struct streamed *s = state;
	bool delta = s->head.type == TSR_GIT_OFS_DELTA || s->head.type == TSR_GIT_REF_DELTA;
	ssize_t got;

	do {
		got = s->open ? tsr_inflater_read(s->z, p, n, err) : 0;
		s->lost |= got < 0;
		s->open = got > 0;
		if (got > 0 && delta)
			got = (ssize_t)tsr_git_delta_inserted(&s->inserted, p, (size_t)got);
	} while (!got && s->open);
	return got;
}

/* Trees are passed over, as they are when the pack is in memory. */
static int streamed_next(void *state, struct tsr_inner_stream *out, struct tsr_err *err)
{
	struct streamed *s = state;
	unsigned char room[4096];
	uint64_t at;
	ssize_t n;

	do {
		while (s->open && (n = streamed_read(s, room, sizeof(room), err)) != 0)
			if (n < 0)
				return -1;
		if (s->lost)
			return tsr_err_set(err, TSR_EFORMAT, "the pack is damaged");
		if (!s->left)
			return 0;
		s->left--;
		at = tsr_inflater_offset(s->z);
		s->lost = true;
		if (tsr_git_head_read(s->z, SHA1_SIZE, &s->head, err))
			return -1;
		s->lost = false;
		tsr_inflater_begin(s->z);
		s->inserted = (struct tsr_git_inserted){ 0 };
		s->open = true;
	} while (s->head.type == TSR_GIT_TREE);
	tsr_buf_reset(&s->path);
	tsr_buf_printf(&s->path, "offset-%llu", (unsigned long long)at);
	*out = (struct tsr_inner_stream){ .path = tsr_buf_slice(&s->path) };
	return 1;
}

static bool streamed_sniff(struct tsr_slice head)
{
	(void)head;
	return false; /* found through the row for packs in memory */
}

extern const struct tsr_container tsr_container_git_pack_streamed;
const struct tsr_container tsr_container_git_pack_streamed = {
	.kind = "git-pack",
	.sniff = streamed_sniff,
	.open = streamed_open,
	.next = streamed_next,
	.read = streamed_read,
	.close = streamed_close,
};
