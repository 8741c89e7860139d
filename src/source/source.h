/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_SOURCE_SOURCE_H
#define TSR_SOURCE_SOURCE_H

#include <stdbool.h>

#include "base/buf.h"
#include "source/codec.h"
#include "source/reader.h"

/*
 * What the user named on the command line, opened: a regular file, a directory,
 * or a stream (standard input, a FIFO, /dev/stdin). A regular file that is
 * compressed as a whole is a stream too, since it can only be read in order.
 */
enum tsr_source_kind { TSR_SOURCE_FILE, TSR_SOURCE_DIR, TSR_SOURCE_STREAM };

struct tsr_source {
	const char *name; /* as the user wrote it; "-" is standard input */
	enum tsr_source_kind kind;
	int fd;           /* owned; for a directory, an O_PATH-like descriptor for openat */
	uint64_t size;    /* FILE only */
	const struct tsr_codec *codec; /* STREAM: the wrapper around the whole input, or NULL */
	struct tsr_source_stream *stream;
};

/*
 * Opens `name`. Errors, all TSR_EINPUT: does not exist, no permission, is empty,
 * is a device or socket that cannot hold an image. The first bytes are looked at,
 * nothing else is read. `stdin_fd` is what "-" means (0).
 */
int tsr_source_open(struct tsr_source *s, const char *name, int stdin_fd, struct tsr_err *err);
void tsr_source_close(struct tsr_source *s);

/*
 * STREAM: the input's bytes, decompressed if it is wrapped, once, in order.
 * The reader is valid until the source is closed. A damaged or cut wrapper is an
 * error (TSR_EFORMAT) of read() after all bytes before the damage were given out.
 */
struct tsr_reader tsr_source_stream(struct tsr_source *s);
/* STREAM: what the wrapper held besides the input's bytes (codec.h, aside), so far; borrowed. */
const struct tsr_buf *tsr_source_aside(const struct tsr_source *s);

/*
 * DIR: calls visit for every regular file and symbolic link below, in byte order of
 * the names, with the path relative to the directory. For links `target` is their
 * text. Links are not followed, mount points and special files are reported with
 * size 0 and S_IFMT in `mode`. visit returning -1 stops. At most `max` files.
 */
typedef int tsr_source_visit(void *ctx, struct tsr_slice path, unsigned mode, uint64_t size, struct tsr_slice target,
			     struct tsr_err *err);
int tsr_source_each_file(const struct tsr_source *s, uint64_t max, tsr_source_visit *visit, void *ctx, struct tsr_err *err);
/* Opens one of those files for reading, O_NOFOLLOW at every step; returns a descriptor or -1. */
int tsr_source_open_file(const struct tsr_source *s, struct tsr_slice path, struct tsr_err *err);

#endif
