/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_ROOTFS_ROOTFS_H
#define TSR_ROOTFS_ROOTFS_H

#include "base/buf.h"
#include "layer/facts.h"

/*
 * The overlay of an image's layers (image-spec layer.md, with the semantics of
 * overlayfs as docker and containerd use it): whiteouts and opaque directories
 * act on lower layers only, wherever they stand in their own; then the layer's
 * entries are added in order, a later one of the same path replacing an earlier.
 * A parent that is a symbolic link of the same layer is followed inside the root;
 * one of a lower layer is replaced by a directory. A hard link names an inode, which is
 * live while any of its names is.
 *
 * Cheap and sequential; holds pointers to the facts given, no copies.
 */
struct tsr_rootfs;

struct tsr_rootfs *tsr_rootfs_new(void);
void tsr_rootfs_free(struct tsr_rootfs *r);

/* The next layer up. NULL facts (a missing layer) keep the numbering. */
void tsr_rootfs_add(struct tsr_rootfs *r, const struct tsr_facts *f);
/* After the last layer, before any question. */
void tsr_rootfs_settle(struct tsr_rootfs *r);

struct tsr_fate {
	enum tsr_state state; /* LIVE, DELETED or OVERWRITTEN; directories too. Whiteouts (and AUFS leftovers): DELETED, in their own layer */
	uint32_t hidden_in;   /* first layer that hides it (its own, if it comes twice there); UINT32_MAX if live */
};
/* What became of an entry of a layer. */
struct tsr_fate tsr_rootfs_fate(const struct tsr_rootfs *r, uint32_t layer, uint32_t entry);

/* Is a live entry the one whose mode and owner the final root shows? Of a directory with entries in several layers only the last is. */
bool tsr_rootfs_shows(const struct tsr_rootfs *r, uint32_t layer, uint32_t entry);

/* Is it visible at its own path? An entry that is not may be live all the same, by another name of its file. */
bool tsr_rootfs_at_path(const struct tsr_rootfs *r, uint32_t layer, uint32_t entry);

struct tsr_found {
	uint32_t layer, entry; /* of the file's content (through hard and symbolic links) */
};
/* The live file at a path of the final root, symbolic links followed (at most 40, never out of the root). False if there is none. */
bool tsr_rootfs_lookup(const struct tsr_rootfs *r, struct tsr_slice path, struct tsr_found *out);

/*
 * The same for a directory's and any file's path, and each directory that the kernel searches on the way, the root first: by
 * its entry, or TSR_NONE where none made it (0755 of root then). False if nothing is there.
 */
typedef void tsr_rootfs_pass(void *ctx, uint32_t layer, uint32_t entry);
bool tsr_rootfs_trace(const struct tsr_rootfs *r, struct tsr_slice path, tsr_rootfs_pass *pass, void *ctx, struct tsr_found *out);

/* Appends where a path leads, as a clean path ("" for the root). False if nothing is there. */
bool tsr_rootfs_real_path(const struct tsr_rootfs *r, struct tsr_slice path, struct tsr_buf *out);

/* Forms that appliers treat differently, counted for findings: same-layer whiteout conflicts, duplicate paths, parents through lower links, hard links to lower layers or to nothing. */
struct tsr_rootfs_doubts {
	uint32_t duplicate_paths, whiteout_conflicts, link_parents, lower_hard_links, missing_targets;
	uint32_t layer, entry; /* the first of them; UINT32_MAX if there is none */
	uint32_t limited; /* layers left out because all together have too many entries: the audit is incomplete */
	bool costly;      /* what links cost has a limit, and it was reached: so it is, too. Questions may yet set it */
};
const struct tsr_rootfs_doubts *tsr_rootfs_doubts(const struct tsr_rootfs *r);

#endif
