/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_CONFIG_USER_H
#define TSR_CONFIG_USER_H

#include "base/slice.h"
#include "layer/facts.h"
#include "rootfs/rootfs.h"
#include "rule/ruleset.h"

/*
 * Who runs the image: config.User against the accounts of the image's own final
 * /etc/passwd (image-spec config.md, User). Names are looked up before numbers, as
 * runtimes do; a number that overflows is looked up as a name by some containerd versions
 * (CVE-2024-40635, CVE-2026-46680), and counts as root.
 */
enum tsr_user_kind {
	TSR_USER_OK = 0,       /* a non-root number */
	TSR_USER_NAME,         /* a name that resolves to a non-root uid: config/user-not-numeric (info) */
	TSR_USER_ROOT,         /* config/user-root */
	TSR_USER_UNRESOLVED,   /* a name that the image's passwd lacks, or no form that runtimes agree on */
};

struct tsr_user_verdict {
	enum tsr_user_kind kind;
	const char *why; /* static: "User is empty", "uid 0", "maps to uid 0 in /etc/passwd", … */
};

/* With what ids a process of that user begins, as runtimes resolve them. */
#define TSR_GROUPS_MAX 64
struct tsr_identity {
	uint64_t uid;
	uint64_t groups[TSR_GROUPS_MAX]; /* the primary one first */
	uint32_t n_groups;
};
/* False: it cannot be said. */
bool tsr_user_identity(struct tsr_slice user, const struct tsr_rootfs *root, const struct tsr_facts *const *layers,
		       struct tsr_identity *out);

/* `layers` are the image's facts by position (NULL where absent). */
struct tsr_user_verdict tsr_user_judge(struct tsr_slice user, const struct tsr_rootfs *root, const struct tsr_facts *const *layers);

/*
 * The same for an image of Windows. Its accounts are in the registry, which is not read: only the names that always have all
 * rights count as root, and no name is unresolved.
 */
struct tsr_user_verdict tsr_user_judge_windows(struct tsr_slice user);

struct tsr_user_ids {
	uint64_t uid, gid;
};
/* The numbers that a runtime makes of it: names by the image's accounts, no group is the account's or 0. False: it cannot be said. */
bool tsr_user_ids(struct tsr_slice user, const struct tsr_rootfs *root, const struct tsr_facts *const *layers,
		  struct tsr_user_ids *out);

#endif
