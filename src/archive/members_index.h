/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_ARCHIVE_MEMBERS_INDEX_H
#define TSR_ARCHIVE_MEMBERS_INDEX_H

#include "archive/members.h"

/*
 * The lookup side of the member table: sorted arrays, since the names and the
 * digests are an attacker's, and sorting has no bad case. All answers are "nothing" before the first
 * settle.
 */
struct tsr_members_index;

#define TSR_MEMBER_LINKS_MAX 40 /* as Linux follows */

/* Merges blobs with equal digests, then sorts. */
struct tsr_members_index *tsr_members_index_new(struct tsr_members *m);
void tsr_members_index_free(struct tsr_members_index *x);

/* Last member of a clean name, after links to directories in it, that is no directory or global header. */
const struct tsr_member *tsr_members_index_last(const struct tsr_members *m, struct tsr_slice name);
const struct tsr_member *tsr_members_index_nth(const struct tsr_members *m, struct tsr_slice name,
					       unsigned n);
/* Distinct bodies under a name; links of that name count as one more. */
unsigned tsr_members_index_copies(const struct tsr_members *m, struct tsr_slice name);
/* The first blob with this computed digest, or (`claimed`) the one whose name claims this unknown kind of digest. */
struct tsr_blob *tsr_members_index_digest(const struct tsr_members *m, const struct tsr_digest *d,
					  bool claimed);

#endif
