/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_DECODE_GIT_NAMES_H
#define TSR_DECODE_GIT_NAMES_H

#include "base/buf.h"

/*
 * The paths that trees give to objects of git. Of several the first counts; what does not fit the
 * bound of memory has none. Ids are told apart by their first eight bytes: a wrong name is no harm.
 */
struct tsr_git_names;

struct tsr_git_names *tsr_git_names_new(size_t id_size);
void tsr_git_names_free(struct tsr_git_names *names);

/* A tree object: "mode name", NUL, id; and so on. What is malformed is its end. */
void tsr_git_names_tree(struct tsr_git_names *names, const unsigned char *id, struct tsr_slice content);
/* Appends its path, each component with a slash in front; nothing if no tree names it. */
void tsr_git_names_path(const struct tsr_git_names *names, const unsigned char *id, struct tsr_buf *out);

#endif
