/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_IMAGE_IMAGE_H
#define TSR_IMAGE_IMAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "archive/members.h"
#include "base/json.h"
#include "base/limits.h"

/*
 * The image model: which images an archive holds and which blob is which layer
 * of which image. Pure: it is made from the member table and the kept JSON
 * bodies and reads nothing. Three readers (image/readers.def: docker-archive,
 * legacy v1, OCI) produce the one model; an archive may be read by several of them
 * (docker 25+ writes manifest.json and index.json), and what they agree on is one image.
 *
 * All slices point into the member table's kept JSON or the arena.
 */

enum tsr_layer_presence {
	TSR_LAYER_PRESENT = 0, /* blob is set */
	TSR_LAYER_MISSING,     /* named, not in the archive */
	TSR_LAYER_FOREIGN,     /* non-distributable with urls, not in the archive (image-spec layer.md) */
	TSR_LAYER_ENCRYPTED,   /* media type ends in +encrypted; blob may be set */
	TSR_LAYER_UNSUPPORTED, /* a media type that is no tar: squashfs, erofs …; blob may be set */
};

struct tsr_layer_ref {
	struct tsr_blob *blob;
	enum tsr_layer_presence presence;
	struct tsr_digest digest;    /* as the manifest's descriptor says; NONE in docker-archives */
	struct tsr_digest diff_id;   /* as the config says; NONE where it is silent */
	bool has_size;
	uint64_t size;               /* as the descriptor says */
	struct tsr_slice media_type; /* "" in docker-archives */
	struct tsr_slice name;       /* member that it was looked for as; "" if unknown */
	struct tsr_slice created_by; /* raw instruction; "" if unknown or not aligned */
};

struct tsr_history {
	struct tsr_slice created_by, comment, author, created;
	bool empty_layer;
	uint32_t layer; /* position of the layer it made, TSR_NO_LAYER-like UINT32_MAX if none or not aligned */
};

struct tsr_label {
	struct tsr_slice name, value;
};

/* Durations are nanoseconds; 0 (also where absent) is the engine's default. */
struct tsr_healthcheck {
	bool present;            /* a Healthcheck object stands in the config */
	struct tsr_slices test;  /* {}: inherited; {"NONE"}; {"CMD", …}; {"CMD-SHELL", text} */
	int64_t interval, timeout, start_period, start_interval, retries;
};

/*
 * The typed config: what the fold's rules ask. Strings are raw and in the order of the text;
 * absent and null are empty. A value of a type that Go's decoder refuses is empty too, and the config is noted as unreadable.
 */
struct tsr_config {
	struct tsr_slice user;
	struct tsr_slices env;          /* "NAME=value" as it stands */
	struct tsr_slices entrypoint, cmd, shell; /* of one string: one element, as docker takes it */
	struct tsr_slices exposed_ports, volumes, on_build; /* keys of the first two: "80/tcp", "/data" */
	struct tsr_slice working_dir, stop_signal;
	struct tsr_label *labels;
	size_t n_labels;
	struct tsr_healthcheck healthcheck;
	struct tsr_slice os, architecture, variant, os_version;
	struct tsr_digest *diff_ids;
	size_t n_diff_ids;
	struct tsr_history *history;
	size_t n_history;
};

struct tsr_image {
	uint32_t ordinal;               /* order in the report */
	struct tsr_slice *names;        /* RepoTags, io.containerd.image.name, ref.name; distinct */
	size_t n_names;
	struct tsr_slice os, architecture, variant; /* of the index's platform, else of the config */
	struct tsr_digest config_digest;   /* of the config's bytes; claimed if the blob is absent */
	struct tsr_digest manifest_digest; /* NONE if there is no OCI or schema 2 manifest */
	struct tsr_digest base_digest;     /* of the base image's manifest, as an annotation says; NONE if there is none */
	struct tsr_blob *config_blob;
	const struct tsr_config *config; /* NULL: absent or unreadable */
	struct tsr_layer_ref *layers;
	size_t n_layers;
	bool history_aligned;           /* non-empty history items == layers */
	bool limited;                   /* more layers than limits.layers: only the first ones are here */
};

/*
 * Something about the archive or an image that a rule of the catalogue covers
 * ("archive/index-mismatch"), found while the model was made.
 */
struct tsr_note {
	const char *rule;        /* static rule id */
	const char *message;     /* arena; names in it are escaped */
	struct tsr_slice path;   /* member name, raw; "" if none */
	uint32_t image;          /* index in images, or UINT32_MAX: of the archive */
	uint32_t layer;          /* UINT32_MAX if none */
	const char *incomplete;  /* why this leaves something unlooked at, or NULL; `what` is path or message */
};

struct tsr_model {
	const char *format; /* "docker-archive" "docker-archive-v1" "oci-archive" "oci-layout" "docker-dir" */
	struct tsr_image *images;
	size_t n_images, cap_images;
	struct tsr_note *notes;
	size_t n_notes, cap_notes;
	uint32_t absent_images; /* manifests of other platforms whose blobs are not here */
};

/*
 * Makes the model. `is_dir`: the source is a directory. Blob roles and the flag REFERENCED are
 * set in the member table. Errors: TSR_EINPUT "not an image: …" if no reader
 * recognises it; TSR_ELIMIT if it is recognisably an image whose index or manifest cannot be
 * read (docker would load what jansson refuses; design: status 4, not 3). Bad parts of an otherwise readable image are notes.
 */
int tsr_model_read(struct tsr_model *m, struct tsr_members *members, bool is_dir, const struct tsr_limits *limits,
		   struct tsr_err *err);
void tsr_model_release(struct tsr_model *m);

#endif
