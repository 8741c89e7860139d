/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_SOURCE_CODEC_H
#define TSR_SOURCE_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

/*
 * Decompression, one row per format (source/codecs.def), chosen by magic bytes,
 * never by name or media type. One layer of compression is peeled, as docker and
 * containerd do. Concatenated members and frames are one stream. Checksums and
 * sizes are verified. A decoder does not read beyond what it was given and keeps
 * no global state; several may run at once.
 *
 * How the input is cut into pieces does not show in what comes out, with one
 * exception: of damaged xz data more or fewer bytes may be given out behind the
 * damage. Callers cut at multiples of TSR_CHUNK_SIZE (tsr_read_full), pipe or file.
 */

enum tsr_codec_status {
	TSR_CODEC_OK = 0, /* more input or more room is needed */
	TSR_CODEC_END,    /* complete so far: input may end here; more input may start another member */
	TSR_CODEC_TRAILING, /* complete, and what follows is no further member: see tsr_codec_io.why */
	TSR_CODEC_DAMAGED,  /* bad checksum, bad header, impossible data */
	TSR_CODEC_LIMITED,  /* needs a window above 2^TSR_WINDOW_LOG_MAX */
};

struct tsr_codec_io {
	const unsigned char *in;
	size_t in_len; /* set by the caller, what is left on return */
	unsigned char *out;
	size_t out_len; /* room on call, what is left of it on return */
	const char *why; /* static text for DAMAGED, LIMITED and TRAILING */
	/*
	 * Stored bytes that are no part of the unpacked stream and can hold anything: optional fields
	 * of gzip headers, skippable frames of zstd. The decoder appends them; NULL: not wanted.
	 */
	struct tsr_buf *aside;
	size_t held; /* TRAILING: bytes before `in`, taken by earlier calls, that are part of what follows */
};

struct tsr_codec {
	const char *name; /* "gzip": as in the report */
	const char *help; /* library and version are appended by --version */
	/* Do these first bytes (at least 8, fewer at end of input) start the format? */
	bool (*sniff)(const unsigned char *p, size_t len);
	void *(*open)(void);
	/*
	 * Decodes as far as input or room allows: if it returns OK or END without using up
	 * the room, it has taken all input. At the end of the input the caller looks at
	 * the last status: anything but END (or TRAILING) means cut short.
	 * Zero bytes behind the last member are accepted, as gzip(1) and xz padding are.
	 */
	enum tsr_codec_status (*decode)(void *state, struct tsr_codec_io *io);
	void (*close)(void *state);
	const char *(*library)(void); /* "ISA-L 2.30.0", for --version */
};

/* What of a stream's `aside` is kept: more than the largest table of contents of zstd:chunked or eStargz layers. */
#define TSR_ASIDE_MAX (8u << 20)

/* The codec whose magic these bytes are, or NULL: plain. */
const struct tsr_codec *tsr_codec_sniff(const unsigned char *p, size_t len);
/* All of them, for --version: NULL past the end. */
const struct tsr_codec *tsr_codec_at(size_t i);

#endif
