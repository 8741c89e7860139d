/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_CLI_WRITE_FILE_H
#define TSR_CLI_WRITE_FILE_H

#include "base/err.h"
#include "base/slice.h"

/* Writes all of it; -1 with errno. */
int tsr_write_all(int fd, struct tsr_slice bytes);

/*
 * Puts `bytes` into a file, complete or not at all: they are written under another name
 * beside it, brought to the disk, and the name is changed. A failure leaves what was there, and
 * nothing beside it. Links are followed; mode and, if possible, owner of a
 * file that is replaced stay. What names a descriptor of ours goes to it, behind what is there. Pipes and devices are written to; so is a file whose directory takes no new
 * name, or that is a mount point: there a failure removes it or leaves it empty.
 */
int tsr_write_file(const char *path, struct tsr_slice bytes, struct tsr_err *err);

/* "/dev/stdout", "/dev/fd/3", "/proc/self/fd/3": the descriptor that is named; -1: a path like any other. */
int tsr_descriptor_of(const char *path);

/* The directory of a path, to be freed. */
char *tsr_parent_of(const char *path);

/* Where a path leads, also if nothing is there yet: no link itself, unless links go round. To be freed. */
char *tsr_follow(const char *path);

#endif
