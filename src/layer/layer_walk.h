/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_LAYER_LAYER_WALK_H
#define TSR_LAYER_LAYER_WALK_H

#include "base/limits.h"
#include "layer/facts_build.h"
#include "layer/pipe.h"

/*
 * A layer's tar, chunk by chunk: the strict walk (archive/tar_walk.h) turns the
 * bytes into entries of the facts, libarchive reads the same bytes beside it, and
 * the caller's events get everything. libarchive pulls, so it drives; what it leaves unread
 * is drained, so that every byte is hashed, walked and scanned.
 *
 * Per chunk the order of events is: bytes, then regions, entries and data as the
 * walk meets them, then settle.
 */
struct tsr_layer_events {
	void *ctx;
	void (*bytes)(void *ctx, unsigned char *data, size_t len);
	/* From `start` on, bytes belong to this entry (TSR_NONE: framing), up to `end` if that is known. */
	void (*region)(void *ctx, uint32_t entry, uint64_t start, uint64_t end, struct tsr_slice path);
	void (*entry)(void *ctx, uint32_t entry, struct tsr_slice path); /* it is in the builder */
	void (*data)(void *ctx, struct tsr_slice bytes);
	void (*entry_end)(void *ctx, bool whole);
	void (*settle)(void *ctx);
};

struct tsr_layer_sums {
	uint64_t content, framing; /* together all unpacked bytes */
	unsigned doubts;           /* enum tsr_tar_doubt */
	uint32_t warnings;
};

/*
 * `first` is the pipe's first chunk. Grades go to the builder: DAMAGED (tar cut
 * short, impossible header), AMBIGUOUS (doubts, or libarchive differs), LIMITED.
 * -1 only for TSR_EINTERNAL.
 */
int tsr_layer_walk(struct tsr_pipe *pipe, struct tsr_chunk *first, const struct tsr_limits *limits, struct tsr_builder *b,
		   const struct tsr_layer_events *events, struct tsr_layer_sums *out, struct tsr_err *err);

#endif
