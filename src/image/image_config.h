/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_IMAGE_IMAGE_CONFIG_H
#define TSR_IMAGE_IMAGE_CONFIG_H

#include "image/image.h"

/*
 * A config document as read, with what was odd about it. All of it lives in the
 * arena.
 */
struct tsr_config_doc {
	struct tsr_config config;
	bool readable;      /* else config is empty and `why` says why */
	bool ambiguous;     /* a key occurs twice, or two keys fold to one field */
	const char *why;    /* of an unreadable one, or of a field that Go would refuse; NULL if nothing */
	bool limited;       /* more diff_ids or history items than are kept */
	size_t n_made;      /* history items that are no empty layers */
};

/* OCI image config or docker's. `duplicate`: the parser met a key twice. */
void tsr_config_read(struct tsr_config_doc *out, const json_t *root, bool duplicate, struct tsr_arena *arena,
		     const struct tsr_limits *limits);

/*
 * The JSON that docker before 1.10 kept for each layer, of the topmost layer: `config`, else
 * `container_config`, and the platform. History comes from the chain, see tsr_config_read_v1_step().
 */
void tsr_config_read_v1(struct tsr_config_doc *out, const json_t *root, bool duplicate, struct tsr_arena *arena);
void tsr_config_read_v1_step(struct tsr_history *out, const json_t *root, struct tsr_arena *arena);

/*
 * Gives history items their layers for an image of `n_layers`: the config itself if it fits
 * already, else a copy. *aligned: the counts agree.
 */
const struct tsr_config *tsr_config_align(const struct tsr_config_doc *doc, size_t n_layers, struct tsr_arena *arena,
					  bool *aligned);

#endif
