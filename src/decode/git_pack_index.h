/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_DECODE_GIT_PACK_INDEX_H
#define TSR_DECODE_GIT_PACK_INDEX_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"
#include "decode/inflater.h"

/*
 * A pack's objects (gitformat-pack(5)) in order, and which of them are deltas of which. Ids are
 * not in a pack: an object's is known when its content is.
 */
#define TSR_GIT_ID_MAX 32u    /* SHA-256; SHA-1 has 20 */
#define TSR_GIT_PACK_HEAD 12u /* "PACK", version, number of objects */
#define TSR_GIT_NONE UINT32_MAX

enum tsr_git_type {
	TSR_GIT_UNKNOWN = 0,
	TSR_GIT_COMMIT,
	TSR_GIT_TREE,
	TSR_GIT_BLOB,
	TSR_GIT_TAG,
	TSR_GIT_OFS_DELTA = 6,
	TSR_GIT_REF_DELTA,
};

/* What stands before an object's compressed data. */
struct tsr_git_head {
	enum tsr_git_type type;
	uint64_t size; /* of the object, or of the delta */
	uint64_t back; /* of an offset delta: where its base begins, this much before the object */
	unsigned char base[TSR_GIT_ID_MAX]; /* of a reference delta: the id of its base */
};
/* At the byte at hand; the compressed data is at hand then. -1: malformed, cut short, not readable. */
int tsr_git_head_read(struct tsr_inflater *z, size_t id_size, struct tsr_git_head *out, struct tsr_err *err);
/* The head of the pack itself. */
int tsr_git_pack_head_read(struct tsr_inflater *z, uint32_t *objects, struct tsr_err *err);

struct tsr_git_entry {
	uint32_t at, body; /* offsets of its head and of its compressed data */
	uint32_t size;	   /* of the object or delta; UINT32_MAX: that much or more */
	/* Deltas of this one by offset: the one with the most below it, then a list of the others. */
	uint32_t heavy, child, next;
	uint32_t weight;    /* objects from here down */
	uint8_t type;	    /* enum tsr_git_type */
	uint8_t kind;	    /* of what comes out, where offsets lead to it */
	uint8_t state, why; /* the reader's */
};

/* A delta by reference: where in the pack its base's id stands. */
struct tsr_git_ref {
	const char *base;
	uint32_t entry;
	bool used; /* of the first with this base: they were asked for */
};

struct tsr_git_index {
	struct tsr_slice pack;
	size_t id_size;
	struct tsr_git_entry *entries;
	size_t n;
	struct tsr_git_ref *refs; /* by id, then entry */
	size_t n_refs;
	struct tsr_err err; /* what ended it before the last object; TSR_ENONE: nothing did */
};

/* What can be read of it, and why not more. `pack` is borrowed. -1: it is none. */
int tsr_git_index_make(struct tsr_git_index *x, struct tsr_slice pack, struct tsr_err *err);
void tsr_git_index_release(struct tsr_git_index *x);
/* The deltas of an object with this id: refs[first, return). Once: a second object with the same id gets none. */
size_t tsr_git_index_refs(struct tsr_git_index *x, const unsigned char *id, size_t *first);

/* The id of an object. */
void tsr_git_object_id(enum tsr_git_type type, struct tsr_slice content, size_t id_size,
		       unsigned char id[TSR_GIT_ID_MAX]);

#endif
