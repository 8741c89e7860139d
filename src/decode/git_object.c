/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/mem.h"
#include "decode/container.h"
#include "decode/inflater.h"

/*
 * Files that are one zlib stream: a loose git object (gitformat-loose: type, size, NUL, content; what is told is the
 * content, so that its lines count from its own first), and any other. Only two bytes say that something is zlib,
 * so that the head must inflate as well.
 */

#define OBJECT_HEAD_MAX 32u /* "commit ", twenty digits, NUL */

struct object {
	struct tsr_inflater *z;
	bool told, sized;
	uint64_t size, got; /* by a git object's head */
};

/* Length of "blob 12\0" at the start, or 0. */
static size_t head_length(struct tsr_slice s, uint64_t *size)
{
	static const char *const types[] = { "blob ", "commit ", "tree ", "tag " };
	unsigned long long n;

	for (size_t i = 0; i < TSR_ARRAY_LEN(types); i++) {
		size_t from = strlen(types[i]), to = tsr_slice_find(s, '\0', from);

		if (!tsr_slice_starts(s, types[i]) || to == s.len ||
		    tsr_slice_u64(tsr_slice_sub(s, from, to), &n))
			continue;
		*size = n;
		return to + 1;
	}
	return 0;
}

static bool git_object_sniff(struct tsr_slice head)
{
	unsigned char room[OBJECT_HEAD_MAX];
	uint64_t size;
	bool ended;
	ssize_t n = tsr_inflate_head(head, room, sizeof(room), &ended);

	return n > 0 && head_length(tsr_slice_of(room, (size_t)n), &size);
}

/*
 * Bytes that are no zlib data fail within a few of them: a copy from before the start,
 * lengths of a stored block, an impossible table. Where the file ends in its head, so must the stream.
 */
static bool zlib_sniff(struct tsr_slice head)
{
	unsigned char room[4096];
	bool ended;
	ssize_t n = tsr_inflate_head(head, room, sizeof(room), &ended);

	return n > 0 && (ended || (head.len >= TSR_CONTAINER_HEAD && n >= 64));
}

static void object_close(void *state)
{
	struct object *o = state;

	tsr_inflater_free(o->z);
	free(o);
}

static void *zlib_open(const struct tsr_container_input *input, struct tsr_err *err)
{
	struct object *o = tsr_xcalloc(1, sizeof(*o));

	(void)err;
	o->z = tsr_inflater_new(input->in);
	tsr_inflater_begin(o->z);
	return o;
}

/* Byte by byte up to the NUL. */
static void *git_object_open(const struct tsr_container_input *input, struct tsr_err *err)
{
	struct object *o = zlib_open(input, err);
	char room[OBJECT_HEAD_MAX];
	size_t n = 0;
	ssize_t got = 0;

	do
		got = tsr_inflater_read(o->z, room + n, 1, err);
	while (got == 1 && room[n++] && n < sizeof(room));
	o->sized = got >= 0 && head_length(tsr_slice_of(room, n), &o->size);
	if (o->sized)
		return o;
	if (got >= 0)
		tsr_err_set(err, TSR_EFORMAT, "not an object of git");
	object_close(o);
	return NULL;
}

static int object_next(void *state, struct tsr_inner_stream *out, struct tsr_err *err)
{
	struct object *o = state;

	(void)err;
	return tsr_container_next_only(&o->told, out);
}

static ssize_t object_read(void *state, void *p, size_t n, struct tsr_err *err)
{
	struct object *o = state;
	ssize_t got = tsr_inflater_read(o->z, p, n, err);

	if (got > 0)
		o->got += (uint64_t)got;
	if (got)
		return got;
	if (o->sized && o->got != o->size)
		return tsr_err_set(err, TSR_EFORMAT, "its size is not what its head says");
	switch (tsr_inflater_byte(o->z, err)) {
	case -2:
		return -1;
	case -1:
		return 0;
	default:
		return tsr_err_set(err, TSR_EFORMAT, "bytes behind its end are of no known kind");
	}
}

extern const struct tsr_container tsr_container_git_object, tsr_container_zlib;
const struct tsr_container tsr_container_git_object = {
	.kind = "git-object",
	.sniff = git_object_sniff,
	.open = git_object_open,
	.next = object_next,
	.read = object_read,
	.close = object_close,
};
const struct tsr_container tsr_container_zlib = {
	.kind = "zlib",
	.sniff = zlib_sniff,
	.open = zlib_open,
	.next = object_next,
	.read = object_read,
	.close = object_close,
};
