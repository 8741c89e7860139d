/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_SOURCE_CODEC_MEMBER_H
#define TSR_SOURCE_CODEC_MEMBER_H

#include "source/codec.h"

/*
 * What all formats share: a stream is one member (gzip), frame (zstd) or stream
 * (xz, bzip2) after another, perhaps with zero bytes behind. The functions here
 * find where the next one begins; a codec decodes one at a time. How the input is
 * cut into pieces must not show in any result, so the first bytes of a member are
 * collected until it is certain that they are one, and only then decoded.
 */
#define TSR_MEMBER_HEAD_MAX 18 /* a zstd frame header */

struct tsr_member_ops {
	/* Do these first n bytes begin a member? 1 yes, 0 too few to say (if below HEAD_MAX), -1 no. */
	int (*match)(const unsigned char *p, size_t n);
	/* A member begins whose first bytes these are (run() gets them, too). Anything but OK is final. */
	enum tsr_codec_status (*start)(void *state, const unsigned char *head, size_t n, const char **why);
	/* Decodes on: OK when it needs input or room, END behind the member's last byte. */
	enum tsr_codec_status (*run)(void *state, struct tsr_codec_io *io);
	/* A member may follow zero bytes if their number is a multiple of this; 0: never. */
	unsigned padding;
};

/* Where a decoder stands; zeroed at the start. */
struct tsr_members {
	unsigned char head[TSR_MEMBER_HEAD_MAX];
	unsigned n, fed;	    /* bytes in head, and how many of them run() has taken */
	bool inside;		    /* in a member, otherwise before, between or behind them */
	bool any;		    /* one is complete */
	uint64_t zeros;		    /* behind the last one */
	enum tsr_codec_status stop; /* TRAILING, DAMAGED or LIMITED: said from then on */
	const char *why;
};

/* tsr_codec.decode() by way of `ops`. */
enum tsr_codec_status tsr_members_decode(struct tsr_members *m, const struct tsr_member_ops *ops, void *state,
					 struct tsr_codec_io *io);

/* match() for a fixed magic. */
int tsr_member_magic(const unsigned char *p, size_t n, const char *magic, size_t len);

#endif
