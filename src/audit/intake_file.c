/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "audit/intake.h"
#include "base/json.h"

/* The first pass reads headers only; the window is small, since bodies lie between them. */
#define WINDOW 4096u

struct headers {
	struct tsr_intake *in;
	struct tsr_tar_walk *walk;
	uint64_t pos; /* of the next byte to be walked */
	bool bad;
};

/* Padding is no body and no header: what is not zero in it is scanned too. */
static int take_padding(struct headers *h, uint64_t body_end, uint64_t next, struct tsr_err *err)
{
	unsigned char pad[512];
	struct tsr_range_reader range;
	uint64_t left = h->in->source->size - body_end, want = next - body_end;
	struct tsr_reader r = tsr_range_reader(&range, h->in->source->fd, body_end, want < left ? want : left);
	ssize_t n = tsr_read_full(&r, pad, sizeof(pad), err);

	if (n < 0)
		return -1;
	tsr_intake_padding(h->in, pad, (size_t)n);
	if (left < want)
		tsr_intake_cut(h->in, h->in->source->size);
	return 0;
}

/* JSON is kept within a budget that is dealt out in archive order, so a look at the first bytes must decide. */
static size_t json_share(struct tsr_intake *in, const struct tsr_blob *b)
{
	unsigned char head[TSR_JSON_SNIFF];
	struct tsr_range_reader range;
	struct tsr_reader r = tsr_range_reader(&range, in->source->fd, b->offset, b->size);
	struct tsr_err unread;
	size_t n = tsr_read_most(&r, head, sizeof(head), &unread);

	return tsr_json_sniff(tsr_slice_of(head, n)) ? tsr_intake_json_share(in, b->size) : 0;
}

static int take_member(struct headers *h, const struct tsr_tar_entry *t, struct tsr_err *err)
{
	struct tsr_intake *in = h->in;
	struct tsr_blob *b;
	uint64_t data = t->data, size = t->size, left = in->source->size > data ? in->source->size - data : 0;
	uint64_t next;

	if (!tsr_intake_member(in, t, data, &b))
		return 1;
	next = data + tsr_tar_skip_body(h->walk);
	tsr_tar_framing_skip_to(&in->framing, next);
	h->pos = next;
	if (size > left)
		tsr_intake_cut(in, in->source->size);
	else if (next > data + size && take_padding(h, data + size, next, err))
		return -1;
	if (b)
		in->bodies[in->n_bodies - 1].keep = json_share(in, b);
	if (b && size > left) {
		b->size = left;
		b->flags |= TSR_BLOB_CUT;
	}
	return in->damaged[0] ? 1 : 0;
}

/* One window of headers. 0: go on, 1: stop, -1. */
static int walk_window(struct headers *h, struct tsr_slice bytes, struct tsr_err *err)
{
	struct tsr_slice in = bytes;
	struct tsr_tar_event_data ev;

	for (;;) {
		switch (tsr_tar_next(h->walk, &in, &ev)) {
		case TSR_TAR_NEED:
			h->pos += bytes.len;
			return 0;
		case TSR_TAR_FRAMING:
			if (tsr_tar_framing_add(&h->in->framing, ev.offset, ev.bytes)) {
				snprintf(h->in->limited, sizeof(h->in->limited),
					 "its own headers are longer than --max-framing allows");
				return 1;
			}
			break;
		case TSR_TAR_ENTRY:
			return take_member(h, ev.entry, err);
		case TSR_TAR_BAD:
			if (!h->in->members.n)
				return tsr_err_set(err, TSR_EINPUT, "not an image: it is no tar archive");
			snprintf(h->in->damaged, sizeof(h->in->damaged), "the archive is damaged: %s at byte %llu", ev.why,
				 (unsigned long long)tsr_tar_position(h->walk));
			break;
		case TSR_TAR_DATA: /* bodies are skipped */
		case TSR_TAR_ENTRY_END:
			break;
		}
	}
}

static int walk_headers(struct headers *h, struct tsr_err *err)
{
	unsigned char window[WINDOW];
	const char *why;
	int r = 0;

	while (!r && h->pos < h->in->source->size) {
		struct tsr_range_reader range;
		struct tsr_reader in = tsr_range_reader(&range, h->in->source->fd, h->pos, h->in->source->size - h->pos);
		ssize_t n = tsr_read_full(&in, window, sizeof(window), err);

		if (n < 0)
			return -1;
		if (!n)
			break;
		r = walk_window(h, tsr_slice_of(window, (size_t)n), err);
		if (r == 0 && h->pos > h->in->source->size)
			break;
	}
	if (r >= 0 && !h->in->damaged[0] && !h->in->limited[0] && tsr_tar_finish(h->walk, &why))
		snprintf(h->in->damaged, sizeof(h->in->damaged), "%s", why);
	h->in->doubts = tsr_tar_doubts(h->walk);
	return r < 0 ? -1 : 0;
}

/* What is there of a body that the end of the file cuts; then the same error as from a stream. */
static ssize_t cut_read(void *ctx, void *p, size_t n, struct tsr_err *err)
{
	ssize_t got = tsr_read(ctx, p, n, err);

	return got ? got : tsr_err_set(err, TSR_EFORMAT, "%s", TSR_INTAKE_CUT);
}

static int analyse_range(struct tsr_intake *in, size_t blob, unsigned thread, struct tsr_err *err)
{
	const struct tsr_blob *b = &in->members.blobs[blob];
	struct tsr_range_reader range;
	struct tsr_reader whole = tsr_range_reader(&range, in->source->fd, b->offset, b->size);
	struct tsr_reader cut = { cut_read, &whole };

	return tsr_intake_analyse(in, blob, thread, b->flags & TSR_BLOB_CUT ? cut : whole, true, err);
}

int tsr_intake_file(struct tsr_intake *in, struct tsr_err *err)
{
	struct headers h = { .in = in, .walk = tsr_tar_walk_new() };
	int r = walk_headers(&h, err);

	tsr_tar_walk_free(h.walk);
	if (!r && !in->members.n && !in->limited[0])
		r = tsr_err_set(err, TSR_EINPUT, "not an image: %s",
				in->damaged[0] ? "it is no tar archive" : "the archive is empty");
	return r ? -1 : tsr_intake_each_blob(in, analyse_range, err);
}
