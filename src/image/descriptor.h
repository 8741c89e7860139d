/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_IMAGE_DESCRIPTOR_H
#define TSR_IMAGE_DESCRIPTOR_H

#include <stdint.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/json.h"

/*
 * An OCI content descriptor (image-spec descriptor.md). Slices are borrowed from
 * the JSON tree that it was read from.
 */
struct tsr_descriptor {
	struct tsr_digest digest;     /* NONE: absent or against the grammar */
	struct tsr_slice digest_text; /* grammatical if digest is not NONE */
	bool has_size;
	uint64_t size;
	bool has_urls;
	struct tsr_slice media_type, artifact_type;
	struct tsr_slice os, architecture, variant;
	struct tsr_slice data;       /* base64 */
	struct tsr_slice image_name; /* io.containerd.image.name */
	struct tsr_slice ref_name;   /* org.opencontainers.image.ref.name */
	struct tsr_slice ref_type;   /* vnd.docker.reference.type */
	struct tsr_slice subject;    /* io.containerd.manifest.subject */
	bool ambiguous;              /* several keys fold to one field */
};

/* Anything but an object gives a descriptor without a digest. */
void tsr_descriptor_read(const json_t *json, struct tsr_descriptor *out);
/* The media type without what may follow a ';'. */
struct tsr_slice tsr_media_type_base(struct tsr_slice media_type);

/* Does it say of itself that it is no image: attestation, signature, SBOM, referrer? */
bool tsr_descriptor_is_artifact(const struct tsr_descriptor *d);
bool tsr_descriptor_is_attestation(const struct tsr_descriptor *d);

enum tsr_media_kind {
	TSR_MEDIA_OTHER = 0,   /* not known as anything below */
	TSR_MEDIA_CONFIG,      /* config of an image */
	TSR_MEDIA_TAR,         /* layer: tar, perhaps compressed */
	TSR_MEDIA_FOREIGN,     /* the same, non-distributable */
	TSR_MEDIA_ENCRYPTED,   /* layer, encrypted */
	TSR_MEDIA_OPAQUE_LAYER /* layer of another kind: squashfs, erofs, nydus … */
};

enum tsr_media_kind tsr_media_kind(struct tsr_slice media_type);

/* Appends the bytes that base64 text (standard alphabet, padded) stands for. -1: it is no base64, or *out is full. */
int tsr_descriptor_data(struct tsr_slice base64, struct tsr_buf *out);

#endif
