/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_ARCHIVE_TAR_WALK_H
#define TSR_ARCHIVE_TAR_WALK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

/*
 * A strict walk over the raw headers of a tar stream, with the rules of Go's
 * archive/tar, which docker, containerd, podman and skopeo use: what this walk
 * sees is what they extract. libarchive reads the same bytes beside it
 * (archive/tar_check.h), and where the two differ the tar is ambiguous.
 *
 * Push style, no callbacks: the caller gives bytes and gets one event at a time,
 * so that the same walk drives a pull reader (archive) and a pipeline of chunks
 * (layer). Any split of the input gives the same events, except that DATA and
 * FRAMING come in as many pieces as the input does.
 *
 * Formats: v7, ustar, GNU (long names and links, old sparse, base-256 numbers),
 * PAX (local records; sparse 0.0, 0.1, 1.0 by name only: their data is delivered as it is
 * stored), star. Global PAX headers are delivered as entries of type 'g' and
 * apply to nothing, as in Go.
 */
enum tsr_tar_event {
	TSR_TAR_NEED,    /* all input is used up: give more, or call tsr_tar_finish() */
	TSR_TAR_FRAMING, /* ev.bytes: header blocks, extended headers, padding, end marker, anything after it */
	TSR_TAR_ENTRY,   /* an entry's headers are complete: ev.entry */
	TSR_TAR_DATA,    /* ev.bytes: stored data of the current entry */
	TSR_TAR_ENTRY_END, /* all its data was delivered (also for entries without data) */
	TSR_TAR_BAD,     /* ev.why: no tar (any more). All that follows is delivered as FRAMING. Comes once */
};

/* Doubts about an entry or the archive: forms that readers understand differently (a bit each). */
enum tsr_tar_doubt {
	TSR_TAR_NUMBER = 1u << 0,      /* a number field with a leading NUL, sign, garbage or odd base-256 */
	TSR_TAR_SIZED_LINK = 1u << 1,  /* size > 0 on a link, device, FIFO or directory */
	TSR_TAR_SLASH_FILE = 1u << 2,  /* a regular file whose name ends in '/' and that has data */
	TSR_TAR_EXTENSIONS = 1u << 3,  /* two x, L or K headers, or L and PAX path, before one entry */
	TSR_TAR_PAX = 1u << 4,         /* malformed record, duplicate key, NUL in a name, signed size */
	TSR_TAR_TYPE = 1u << 5,        /* unknown type flag */
	TSR_TAR_CHECKSUM = 1u << 6,    /* only the signed checksum matches */
	TSR_TAR_GLOBAL = 1u << 7,      /* a global header that sets more than a comment */
	TSR_TAR_AFTER_END = 1u << 8,   /* something but zero bytes behind the end marker */
	TSR_TAR_LONE_ZERO = 1u << 9,   /* one zero block, then a header */
	TSR_TAR_NO_END = 1u << 10,     /* no end marker (harmless: many writers leave it out) */
	TSR_TAR_SPARSE = 1u << 11,     /* sparse: logical and stored sizes differ */
};
/*
 * Those of them that make a tar ambiguous. Bytes behind the end marker do not: all
 * readers of images stop there (some eStargz writers put their table of contents
 * there); they are scanned, and told as a finding.
 */
#define TSR_TAR_AMBIGUOUS (~(unsigned)(TSR_TAR_NO_END | TSR_TAR_SPARSE | TSR_TAR_AFTER_END))

struct tsr_tar_entry {
	struct tsr_slice name; /* raw bytes; valid until ENTRY_END was delivered */
	struct tsr_slice link; /* of links, raw */
	char type;             /* type flag; '\0', '7', 'S' (old GNU sparse) are '0', '\0' and a final slash '5' */
	uint32_t mode;         /* permission bits only */
	bool odd_mode;         /* it had more bits than these and those of a type */
	int64_t uid, gid, mtime;
	uint64_t size;         /* stored bytes of data that follow */
	uint64_t logical;      /* size as readers report it (sparse: the real size) */
	uint64_t header;       /* offset of its first header block, extensions included */
	uint64_t data;         /* offset of its data */
	uint64_t devmajor, devminor;
	struct tsr_slice xattrs; /* the PAX SCHILY.xattr.* records: for tsr_tar_xattr_next(); empty if none */
	unsigned doubts;       /* of this entry */
};

struct tsr_tar_event_data {
	enum tsr_tar_event type;
	struct tsr_slice bytes;
	uint64_t offset; /* of the first of `bytes`, from the start of the tar */
	const struct tsr_tar_entry *entry;
	const char *why;
};

struct tsr_tar_walk;

struct tsr_tar_walk *tsr_tar_walk_new(void);
void tsr_tar_walk_free(struct tsr_tar_walk *w);
void tsr_tar_walk_reset(struct tsr_tar_walk *w);

/* Consumes a part of *in (advances it) and returns the next event; NEED when *in is empty and nothing is pending. */
enum tsr_tar_event tsr_tar_next(struct tsr_tar_walk *w, struct tsr_slice *in, struct tsr_tar_event_data *ev);

/*
 * For a reader that can seek: when the last event was ENTRY, tells the walk that
 * the caller will deliver the entry's data itself; the walk goes on behind data and
 * padding (the next input starts there). ENTRY_END is not given. Padding bytes so
 * skipped are data + padding: returns their total.
 */
uint64_t tsr_tar_skip_body(struct tsr_tar_walk *w);

/* The input has ended. Returns 0, or -1 and *why when it ended inside a header, an entry's data or padding of data. */
int tsr_tar_finish(struct tsr_tar_walk *w, const char **why);

unsigned tsr_tar_doubts(const struct tsr_tar_walk *w);   /* of the whole archive, entries' included */
uint64_t tsr_tar_position(const struct tsr_tar_walk *w); /* bytes consumed */
bool tsr_tar_ended(const struct tsr_tar_walk *w);        /* the end marker was seen */

/* Is this 512-byte block a tar header (valid checksum, sane numbers)? Two zero blocks count as an empty tar for layers: see layer. */
bool tsr_tar_is_header(const unsigned char block[512]);

/* Takes the next attribute off *rest (at first an entry's xattrs); key without "SCHILY.xattr.". False at the end. */
bool tsr_tar_xattr_next(struct tsr_slice *rest, struct tsr_slice *key, struct tsr_slice *value);

/* Names of the doubts in a mask, comma-separated, for messages. */
void tsr_tar_doubt_names(unsigned doubts, struct tsr_buf *out);

#endif
