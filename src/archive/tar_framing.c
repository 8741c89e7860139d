/* SPDX-License-Identifier: Apache-2.0 */
#include "archive/tar_framing.h"

#include "base/mem.h"

void tsr_tar_framing_init(struct tsr_tar_framing *f, size_t max)
{
	*f = (struct tsr_tar_framing){ 0 };
	tsr_buf_init(&f->bytes, max);
}

void tsr_tar_framing_release(struct tsr_tar_framing *f)
{
	tsr_buf_release(&f->bytes);
	free(f->runs);
	f->runs = NULL;
	f->n = f->cap = 0;
}

int tsr_tar_framing_add(struct tsr_tar_framing *f, uint64_t offset, struct tsr_slice bytes)
{
	struct tsr_tar_run *last = f->n ? &f->runs[f->n - 1] : NULL;
	size_t at = f->bytes.len;

	if (!bytes.len)
		return 0;
	if (tsr_buf_addsl(&f->bytes, bytes))
		return -1;
	if (last && last->offset + last->len == offset) {
		last->len += bytes.len;
	} else {
		f->runs = tsr_grow(f->runs, &f->cap, f->n + 1, sizeof(*f->runs));
		f->runs[f->n++] = (struct tsr_tar_run){ offset, at, bytes.len };
	}
	f->size = offset + bytes.len;
	return 0;
}

void tsr_tar_framing_skip_to(struct tsr_tar_framing *f, uint64_t offset)
{
	if (offset > f->size)
		f->size = offset;
}

uint64_t tsr_tar_framing_offset(const struct tsr_tar_framing *f, uint64_t at)
{
	size_t low = 0, high = f->n;

	while (low < high) { /* the last run that begins at or before `at` */
		size_t mid = low + (high - low) / 2;

		if (f->runs[mid].at <= at)
			low = mid + 1;
		else
			high = mid;
	}
	if (!low || at - f->runs[low - 1].at >= f->runs[low - 1].len)
		return UINT64_MAX;
	return f->runs[low - 1].offset + (at - f->runs[low - 1].at);
}

/* The archive as libarchive is shown it: runs of framing, zeros between. */
struct replay {
	const struct tsr_tar_framing *f;
	struct tsr_tar_walk *walk;
	struct tsr_tar_check *check;
	size_t run;
	uint64_t pos;
};

static const unsigned char zeros[64 << 10];

/* The strict walk goes over each run as it is handed out. */
static void walk_run(struct replay *r, struct tsr_slice in)
{
	struct tsr_tar_event_data ev;
	enum tsr_tar_event type;

	while ((type = tsr_tar_next(r->walk, &in, &ev)) != TSR_TAR_NEED) {
		if (type != TSR_TAR_ENTRY)
			continue;
		tsr_tar_check_expect(r->check, ev.entry);
		tsr_tar_skip_body(r->walk);
	}
}

/* Bytes of bodies up to the next run, or to the archive's end. */
static uint64_t gap_left(const struct replay *r)
{
	uint64_t until = r->run < r->f->n ? r->f->runs[r->run].offset : r->f->size;

	return until > r->pos ? until - r->pos : 0;
}

static size_t replay_next(void *ctx, const unsigned char **p)
{
	struct replay *r = ctx;
	const struct tsr_tar_run *run;
	uint64_t gap = gap_left(r);

	if (gap) {
		if (gap > sizeof(zeros))
			gap = sizeof(zeros);
		r->pos += gap;
		*p = zeros;
		return (size_t)gap;
	}
	if (r->run >= r->f->n)
		return 0;
	run = &r->f->runs[r->run];
	*p = (const unsigned char *)r->f->bytes.ptr + run->at;
	walk_run(r, tsr_slice_of(*p, run->len));
	r->pos += run->len;
	r->run++;
	return run->len;
}

static uint64_t replay_skip(void *ctx, uint64_t n)
{
	struct replay *r = ctx;
	uint64_t gap = gap_left(r);

	if (n > gap)
		n = gap;
	r->pos += n;
	return n;
}

int tsr_tar_framing_check(const struct tsr_tar_framing *f, struct tsr_tar_verdict *out, struct tsr_err *err)
{
	struct replay r = { .f = f, .walk = tsr_tar_walk_new() };
	const unsigned char *p;
	int result;

	r.check = tsr_tar_check_new(replay_next, replay_skip, &r);
	result = tsr_tar_check_run(r.check, err);
	while (!result && replay_next(&r, &p))
		;
	tsr_tar_check_finish(r.check, out);
	tsr_tar_check_free(r.check);
	tsr_tar_walk_free(r.walk);
	return result;
}
