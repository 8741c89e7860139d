/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_ROOTFS_ROOTFS_PRIV_H
#define TSR_ROOTFS_ROOTFS_PRIV_H

#include "layer/names.h"
#include "rootfs/rootfs.h"

/*
 * Private to rootfs/.
 *
 * Entries of all layers are numbered through: gid = base of the layer + index. So
 * "of a lower layer" is gid < base of the current one.
 *
 * One tree of names holds what is visible after the layers added so far. A node that
 * shows nothing is not in its parent's list of children, so that a walk over
 * a subtree costs what is visible in it, and everything is hidden at most once: the
 * whole overlay is linear in the entries.
 */
enum tsr_kind {
	TSR_KIND_NOTHING = 0,
	TSR_KIND_DIR,
	TSR_KIND_LINK, /* a symbolic link */
	TSR_KIND_FILE, /* anything else */
};

struct tsr_rnode {
	uint32_t parent;
	uint32_t child, next, prev; /* visible children; siblings */
	const char *name;	    /* in the text of some layer's facts */
	uint32_t name_len;
	uint32_t top;	/* gid of the entry that shows here; TSR_NONE: a directory that no entry made */
	uint32_t made;	/* the last layer that put something at or below it */
	uint32_t swept; /* the last layer whose opaque mark was carried out here */
	uint8_t kind;	/* enum tsr_kind */
};

/*
 * What became of an entry, 12 bytes. Visible: `link` is, for a directory, the gid of
 * the entry of the same path below it, or TSR_NONE. Hidden: `link` is the layer
 * that hid it.
 */
struct tsr_rstate {
	uint32_t link;
	uint32_t bits; /* state in the low two, above them index + 1 in `inodes`, 0: no hard links */
	uint32_t node; /* where it was put; TSR_NONE: nowhere (whiteouts, AUFS leftovers, the root) */
};

/* A file with several names. */
struct tsr_inode {
	uint32_t content; /* gid of the entry that has its bytes */
	uint32_t names;	  /* visible ones */
	uint32_t hidden_in;
	uint32_t state; /* of the name that vanished last */
};

struct tsr_rlayer {
	const struct tsr_facts *facts; /* NULL: missing */
	uint32_t base;
	uint32_t n; /* its entries; 0 where facts are NULL or over the limit */
};

/* Where a directory of the current layer really is (its own links followed). */
struct tsr_rplace {
	uint32_t node;
	uint32_t epoch; /* valid if it is the current one */
};

struct tsr_rootfs {
	struct tsr_rlayer *layers;
	size_t n_layers, cap_layers;
	struct tsr_rstate *states; /* by gid */
	size_t n_states, cap_states;
	struct tsr_rnode *nodes;
	size_t n_nodes, cap_nodes;
	struct tsr_inode *inodes;
	size_t n_inodes, cap_inodes;
	struct tsr_names names;
	struct tsr_rootfs_doubts doubts;
	bool settled;

	/* While a layer is added: */
	uint32_t layer, base;
	const struct tsr_facts *facts;
	struct tsr_rplace *places; /* by node of the facts */
	size_t cap_places;
	uint32_t *pending; /* nodes of the facts on the way up */
	size_t cap_pending;
	uint32_t epoch;
	uint64_t steps; /* that links may still cost in this layer; when it is settled, in all questions */
};

/* Steps through symbolic links in one layer, and in what is asked of an image: far above any real one, and linear in its entries. */
#define TSR_STEPS_FREE (1u << 20)
#define TSR_STEPS_PER_ENTRY 64u

/* What the resolving walk may do with what it meets. */
enum tsr_walk_mode {
	TSR_WALK_ADD,	 /* for an entry: parents are made, lower links replaced by directories */
	TSR_WALK_HIDE,	 /* for a whiteout: nothing is made where nothing is */
	TSR_WALK_FIND,	 /* nothing changes, every link is followed, the last one not */
	TSR_WALK_FOLLOW, /* the same, and the last one too */
};

struct tsr_rnode *tsr_rnode_at(const struct tsr_rootfs *r, uint32_t node);
uint32_t tsr_rootfs_layer_of(const struct tsr_rootfs *r, uint32_t gid);
const struct tsr_entry *tsr_rootfs_entry(const struct tsr_rootfs *r, uint32_t gid);
/* The gid whose entry has the content: through hard links. */
uint32_t tsr_rootfs_content(const struct tsr_rootfs *r, uint32_t gid);

/* A directory where nothing is, or instead of what is there (which is deleted and counted as a doubt). */
void tsr_rnode_make_dir(struct tsr_rootfs *r, uint32_t node, uint32_t entry);

/* rootfs_tree.c: names, children, hiding. */
uint32_t tsr_rnode_find(const struct tsr_rootfs *r, uint32_t parent, struct tsr_slice name);
uint32_t tsr_rnode_intern(struct tsr_rootfs *r, uint32_t parent, struct tsr_slice name);
void tsr_rnode_show(struct tsr_rootfs *r, uint32_t node, enum tsr_kind kind, uint32_t gid);
/* Hides what shows at a node (`state`) and below it (deleted). The node shows nothing after. */
void tsr_rnode_clear(struct tsr_rootfs *r, uint32_t node, enum tsr_state state);
/* Hides what lower layers show below a directory. */
void tsr_rnode_sweep(struct tsr_rootfs *r, uint32_t node);
void tsr_rootfs_doubt(struct tsr_rootfs *r, uint32_t *counter, uint32_t entry);

/*
 * rootfs_lookup.c: the node of `path` seen from directory `from`, links followed
 * inside the root; TSR_NONE if there is none. `entry` of the current layer is the one to
 * blame for doubts. FIND and FOLLOW change nothing but what is left of `steps`.
 */
uint32_t tsr_rootfs_walk(struct tsr_rootfs *r, uint32_t from, struct tsr_slice path, enum tsr_walk_mode mode,
			 uint32_t entry);

/* rootfs_apply.c: the layer that `facts`, `layer`, `base` name. */
void tsr_rootfs_apply(struct tsr_rootfs *r);

#endif
