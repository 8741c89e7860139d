/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_FINDING_COMPARE_H
#define TSR_FINDING_COMPARE_H

#include "finding/run.h"

/*
 * What became of the images of one run in another. The run was audited with
 * want_config and want_files and settled. Everything points into the two runs;
 * lists are in the comparison's arena.
 */
enum tsr_layer_change {
	TSR_LAYER_REUSED = 0, /* the same diffID */
	TSR_LAYER_CONTENT,    /* the same instruction made something else */
	TSR_LAYER_INSTRUCTION, /* another instruction stands in its place */
	TSR_LAYER_ADDED,
	TSR_LAYER_REMOVED,
};

/* Of each pair one may be NULL: added, or removed. */
struct tsr_file_pair {
	const struct tsr_run_file *old, *new;
};
struct tsr_package_pair {
	const struct tsr_run_package *old, *new;
};
struct tsr_finding_pair {
	const struct tsr_finding *old, *new;
};
struct tsr_field_pair {
	const char *field; /* "user" "env" "labels" … as the keys of the JSON */
	const struct tsr_run_value *old, *new;
};

struct tsr_layer_pair {
	const struct tsr_run_layer *old, *new;
	enum tsr_layer_change change;
	/* CONTENT: entries that differ, by path; none if only times, extended attributes or the tar's form do. */
	struct tsr_file_pair *entries;
	size_t n_entries;
};

struct tsr_tally {
	uint64_t added, removed, changed;
	uint64_t added_bytes, removed_bytes, changed_old_bytes, changed_new_bytes; /* files only */
};

struct tsr_findings_change {
	/* Also with `old`: the same, but graver than before, or suppressed then. What is suppressed now stands in no list. */
	struct tsr_finding_pair *introduced;
	struct tsr_finding_pair *fixed;      /* old only */
	size_t n_introduced, n_fixed;
	uint64_t unchanged, suppressed;
};

struct tsr_image_pair {
	const struct tsr_run_image *old, *new;
	struct tsr_layer_pair *layers; /* in the order of the new image, removed ones where they stood */
	size_t n_layers;
	const struct tsr_layer_pair *first; /* the first that is not reused; NULL if all are */
	struct tsr_field_pair *config;
	size_t n_config;
	struct tsr_package_pair *packages; /* by ecosystem and name */
	size_t n_packages;
	struct tsr_tally package_tally;
	struct tsr_file_pair *files; /* of the final root, without directories, by path */
	size_t n_files;
	struct tsr_tally file_tally;
	struct tsr_findings_change findings;
};

struct tsr_comparison {
	struct tsr_arena arena;
	struct tsr_image_pair *images; /* in the order of the new run; images that are gone at the end */
	size_t n_images;
	struct tsr_findings_change archive; /* findings of the archives themselves */
};

/*
 * Images are paired by platform: the one of a name in common, else the next in order. Two runs of
 * one image each are a pair, whatever their platforms are.
 */
void tsr_compare(struct tsr_comparison *c, const struct tsr_run *old, const struct tsr_run *new);
void tsr_comparison_release(struct tsr_comparison *c);

/* Is anything introduced that is at least so severe? */
bool tsr_comparison_introduced(const struct tsr_comparison *c, enum tsr_severity at_least);

/* compare_layers.c, compare_lists.c: the parts of an image. */
void tsr_compare_layers(struct tsr_arena *a, struct tsr_image_pair *pair);
void tsr_compare_files(struct tsr_arena *a, struct tsr_image_pair *pair);
void tsr_compare_packages(struct tsr_arena *a, struct tsr_image_pair *pair);
void tsr_compare_config(struct tsr_arena *a, struct tsr_image_pair *pair);
void tsr_compare_findings(struct tsr_arena *a, const struct tsr_finding *old, size_t n_old, const struct tsr_finding *new,
			  size_t n_new, struct tsr_findings_change *out);
/* Does one file hold something else than the other? False where that is not known. */
bool tsr_compare_content(const struct tsr_file_pair *f);
/* Entries of two lists by path: pairs of those that differ. `order` of each is the caller's, sorted here. */
size_t tsr_compare_entries(const struct tsr_run_file **old, size_t n_old, const struct tsr_run_file **new, size_t n_new,
			   struct tsr_file_pair *out);

#endif
