/* SPDX-License-Identifier: Apache-2.0 */
#include "source/reader.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

size_t tsr_read_most(const struct tsr_reader *r, void *p, size_t n, struct tsr_err *err)
{
	size_t got = 0;

	*err = (struct tsr_err)TSR_ERR_INIT;
	while (got < n) {
		ssize_t k = tsr_read(r, (char *)p + got, n - got, err);

		if (k <= 0)
			break;
		got += (size_t)k;
	}
	return got;
}

ssize_t tsr_read_full(const struct tsr_reader *r, void *p, size_t n, struct tsr_err *err)
{
	struct tsr_err failed;
	size_t got = tsr_read_most(r, p, n, &failed);

	if (failed.kind == TSR_ENONE)
		return (ssize_t)got;
	if (err)
		*err = failed;
	return -1;
}

static size_t at_most(size_t n, uint64_t left)
{
	if (n > SSIZE_MAX)
		n = SSIZE_MAX;
	return n < left ? n : (size_t)left;
}

static ssize_t range_read(void *ctx, void *p, size_t n, struct tsr_err *err)
{
	struct tsr_range_reader *r = ctx;
	ssize_t k;

	n = at_most(n, r->left);
	if (n == 0)
		return 0;
	do
		k = pread(r->fd, p, n, (off_t)r->offset);
	while (k < 0 && errno == EINTR);
	if (k < 0)
		return tsr_err_errno(err, TSR_EINPUT, errno, "read at byte %llu",
				     (unsigned long long)r->offset);
	if (k == 0)
		return tsr_err_set(err, TSR_EINPUT, "the file ends at byte %llu, %llu bytes early",
				   (unsigned long long)r->offset, (unsigned long long)r->left);
	r->offset += (uint64_t)k;
	r->left -= (uint64_t)k;
	return k;
}

struct tsr_reader tsr_range_reader(struct tsr_range_reader *r, int fd, uint64_t offset, uint64_t size)
{
	*r = (struct tsr_range_reader){ fd, offset, size };
	return (struct tsr_reader){ range_read, r };
}

static ssize_t prefixed_read(void *ctx, void *p, size_t n, struct tsr_err *err)
{
	struct tsr_prefixed_reader *r = ctx;

	if (r->left == 0)
		return tsr_read(&r->rest, p, n, err);
	n = at_most(n, r->left);
	memcpy(p, r->head, n);
	r->head += n;
	r->left -= n;
	return (ssize_t)n;
}

struct tsr_reader tsr_prefixed_reader(struct tsr_prefixed_reader *r, const void *head, size_t len,
				      struct tsr_reader rest)
{
	*r = (struct tsr_prefixed_reader){ head, len, rest };
	return (struct tsr_reader){ prefixed_read, r };
}

static ssize_t memory_read(void *ctx, void *p, size_t n, struct tsr_err *err)
{
	struct tsr_memory_reader *r = ctx;

	(void)err;
	n = at_most(n, r->left);
	if (n == 0)
		return 0;
	memcpy(p, r->p, n);
	r->p += n;
	r->left -= n;
	return (ssize_t)n;
}

struct tsr_reader tsr_memory_reader(struct tsr_memory_reader *r, const void *p, size_t len)
{
	*r = (struct tsr_memory_reader){ p, len };
	return (struct tsr_reader){ memory_read, r };
}
