/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_BASE_PATH_H
#define TSR_BASE_PATH_H

#include "base/buf.h"

/*
 * Names of archive members and layer entries. A clean path has no leading
 * slash, no empty, "." or ".." component and no trailing slash; the root is the
 * empty string. It may hold any byte but NUL and '/'. This is Go's
 * path.Clean("/" + name) without its first slash, which is what docker,
 * containerd and podman make of a name.
 */
enum tsr_path_flags {
	TSR_PATH_ABSOLUTE = 1u << 0, /* began with a slash */
	TSR_PATH_DOTDOT = 1u << 1,   /* had a ".." component */
	TSR_PATH_SLASH = 1u << 2,    /* ended in a slash */
};

/* Appends the clean form of `raw` to *out and returns tsr_path_flags, or -1 if *out is full. */
int tsr_path_clean(struct tsr_slice raw, struct tsr_buf *out);

/* Of a clean path: "a/b/c" gives "c", and "a/b"; "" gives "" and "". */
struct tsr_slice tsr_path_base(struct tsr_slice path);
struct tsr_slice tsr_path_dir(struct tsr_slice path);

/*
 * Takes the first component off *rest; false when nothing is left.
 */
bool tsr_path_next(struct tsr_slice *rest, struct tsr_slice *component);

/*
 * The clean target of a symbolic link `target` that stands in directory `dir`
 * (clean): an absolute target starts at the root, ".." never climbs above it.
 */
int tsr_path_resolve(struct tsr_slice dir, struct tsr_slice target, struct tsr_buf *out);

/*
 * Does it try to, by its text alone? docker refuses such links (breakoutError), others take the root instead. An absolute
 * target starts at the root.
 */
bool tsr_path_climbs(struct tsr_slice dir, struct tsr_slice target);

#endif
