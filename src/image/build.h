/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_IMAGE_BUILD_H
#define TSR_IMAGE_BUILD_H

#include "image/descriptor.h"
#include "image/image.h"
#include "image/image_config.h"

/*
 * The model while it is made; private to this folder. Readers add drafts: an
 * image as one of the indexes describes it. tsr_build_add() joins drafts that are
 * the same image; image/compare.c then holds manifest.json against index.json,
 * image/model.c sorts, and image/check.c turns what is wrong into notes, since
 * only then an image has its final number.
 */

#define TSR_NO_DRAFT UINT32_MAX
#define TSR_NO_GROUP UINT32_MAX
#define TSR_DIR_GROUP (UINT32_MAX - 1) /* what a docker dir's manifest.json leads to */
#define TSR_NAMES_MAX 1000 /* names of one image */

enum tsr_draft_from { TSR_FROM_MANIFEST_JSON = 1, TSR_FROM_INDEX = 2, TSR_FROM_V1 = 4 };

struct tsr_name_list {
	struct tsr_slice *list; /* arena */
	size_t n, cap;
};

struct tsr_draft {
	struct tsr_image img;
	unsigned from;                   /* tsr_draft_from */
	struct tsr_name_list names;      /* full names */
	struct tsr_name_list tags;       /* tags alone: used when there is no full name */
	struct tsr_slice config_name;    /* member that the config was looked for as */
	struct tsr_slice manifest_name;  /* member of its manifest, "" if none */
	const struct tsr_config_doc *doc; /* NULL: config absent */
	bool config_inline;              /* only in a descriptor's data */
	bool has_config_size;
	uint64_t config_size;
	bool dropped;                    /* joined with another one by compare.c */
	const char *mismatch;            /* what manifest.json and index.json disagree about */
};

/* What is known of a blob beside struct tsr_blob: one slot each. */
struct tsr_blob_slot {
	const struct tsr_config_doc *doc; /* read as a config */
	uint32_t draft;                   /* read as a manifest: its image */
	uint32_t visited;                 /* read as an index in this walk */
	bool is_manifest;                 /* read as a manifest */
	bool noted;                       /* its digest mismatch was reported */
	bool copies_noted;
	struct tsr_slice claim;           /* member name that it does not hash to */
};

/* An image seen under one entry of index.json. */
struct tsr_group_row {
	uint32_t group, draft;
};

struct tsr_build {
	struct tsr_model *m;
	struct tsr_members *members;
	struct tsr_arena *arena;
	const struct tsr_limits *limits;
	struct tsr_json_limits json_limits;
	bool is_dir;
	bool docker_dir;          /* manifest.json is an object: skopeo's dir: */
	struct tsr_blob_slot *slots;
	struct tsr_draft *drafts;
	size_t n_drafts, cap_drafts;
	struct tsr_group_row *groups;
	size_t n_groups, cap_groups;
	size_t layer_refs;        /* of all drafts */
	bool unreadable;          /* something that is an index or manifest could not be read */
	const char *unreadable_why; /* the first of those reasons */
	bool manifest_read, index_read; /* manifest.json as an array, index.json: both could be read */
	bool full;                /* more images than limits.images */
	const char *nothing;      /* why a recognised archive has no image */
	const char *note_rule;    /* bounds notes of one kind: see tsr_build_note() */
	uint32_t note_image;
	unsigned note_run;
};

struct tsr_reader {
	const char *name, *help;
	bool (*recognise)(struct tsr_build *b);
	/* Adds drafts and archive notes. */
	void (*read)(struct tsr_build *b);
	const char *(*format)(struct tsr_build *b);
};

#define READER(name) extern const struct tsr_reader tsr_reader_##name;
#include "image/readers.def"
#undef READER

void tsr_build_init(struct tsr_build *b, struct tsr_model *m, struct tsr_members *members, bool is_dir,
		    const struct tsr_limits *limits);
void tsr_build_release(struct tsr_build *b);

struct tsr_blob_slot *tsr_build_slot(struct tsr_build *b, const struct tsr_blob *blob);

/*
 * A note. Of one rule and image at most 100 in a row are kept; the last one says
 * that there are more. `incomplete` may be NULL.
 */
void tsr_build_note(struct tsr_build *b, const char *rule, struct tsr_slice path, const char *message,
		    const char *incomplete);
void tsr_build_image_note(struct tsr_build *b, const char *rule, uint32_t image, uint32_t layer, struct tsr_slice path,
			  const char *message, const char *incomplete);
/* An index or manifest that could not be read. `serious`: docker might have read it. */
void tsr_build_unreadable(struct tsr_build *b, struct tsr_slice path, const char *why, bool serious);
/* A name that was used for `blob` occurs `copies` times with different bodies. */
void tsr_build_copies(struct tsr_build *b, const struct tsr_blob *blob, struct tsr_slice name, unsigned copies);
/* Two keys of this document fold to one. */
void tsr_build_ambiguous(struct tsr_build *b, struct tsr_slice path);

/*
 * The kept JSON of a blob. NULL and *why (static or arena) when there is none;
 * *serious is set when it was one but could not be parsed or was too long. The
 * caller decrefs.
 */
json_t *tsr_build_json(struct tsr_build *b, const struct tsr_blob *blob, struct tsr_slice path, const char **why,
		       bool *serious);
json_t *tsr_build_json_text(struct tsr_build *b, struct tsr_slice text, struct tsr_slice path, const char **why);

/* "blobs/<alg>/<hex>" of a grammatical digest text. */
struct tsr_slice tsr_build_blob_name(struct tsr_build *b, struct tsr_slice digest_text);
/* The blob that a descriptor means: the member so named, else any with that digest; NULL if absent. */
struct tsr_blob *tsr_build_blob(struct tsr_build *b, const struct tsr_descriptor *d, unsigned *copies);

/* What a config's member name claims: "<hex>.json", "sha256:<hex>", "blobs/sha256/<hex>"; else NONE. */
void tsr_build_name_claim(struct tsr_slice name, struct tsr_digest *out);

/* Roles rank: of two the more telling one stays. */
void tsr_build_role(struct tsr_blob *blob, const char *role);

void tsr_build_name(struct tsr_build *b, struct tsr_name_list *l, struct tsr_slice name);
/* Config of a draft: blob (may be NULL), where it was looked for, and what the reference claims its digest is. */
void tsr_build_set_config(struct tsr_build *b, struct tsr_draft *d, struct tsr_blob *blob, struct tsr_slice name,
			  const struct tsr_digest *claimed);
/* Room for `n` layers in a draft, cut to the limits. */
void tsr_build_layers(struct tsr_build *b, struct tsr_draft *d, size_t n);
/* Adds or joins; returns its index, TSR_NO_DRAFT when there are too many. */
uint32_t tsr_build_add(struct tsr_build *b, const struct tsr_draft *d);
bool tsr_build_same_config(const struct tsr_draft *a, const struct tsr_draft *b);
void tsr_build_join(struct tsr_build *b, struct tsr_draft *to, const struct tsr_draft *from);

/* compare.c */
void tsr_build_compare(struct tsr_build *b);
/* check.c: notes of the finished images; order[i] is the draft of image i. */
void tsr_build_check(struct tsr_build *b, const uint32_t *order);
/* roles.c: blobs that do not hash to their names; then roles of what no image names. */
void tsr_build_verify_names(struct tsr_build *b);
void tsr_build_rest(struct tsr_build *b);

#endif
