/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_IMAGE_OCI_MANIFEST_H
#define TSR_IMAGE_OCI_MANIFEST_H

#include "image/build.h"

/*
 * One manifest (OCI or docker schema 2) that is read: what it is by its own
 * content and by the descriptor that led to it.
 */
struct tsr_oci_ref {
	const struct tsr_descriptor *desc; /* all zero for a manifest without one (docker dir) */
	struct tsr_blob *blob;             /* NULL: it stands in the descriptor's data */
	struct tsr_slice name;             /* member name */
	uint32_t group;                    /* entry of index.json */
	const struct tsr_name_list *names, *tags;
	bool nested;                       /* below another index: one platform of several */
};

/* Adds a draft, gives roles to what is no image, or counts an absent platform. */
void tsr_oci_manifest(struct tsr_build *b, const struct tsr_oci_ref *ref, const json_t *root);
/* The same manifest met again: its image gets the names and belongs to the group as well. */
void tsr_oci_manifest_again(struct tsr_build *b, const struct tsr_oci_ref *ref, uint32_t draft);
/* An image of a platform that is not here. */
void tsr_oci_absent(struct tsr_build *b, struct tsr_slice name);
/* Verifies what a descriptor says of the blob or data that it leads to. */
void tsr_oci_verify(struct tsr_build *b, const struct tsr_descriptor *d, const struct tsr_blob *blob,
		    struct tsr_slice name);

#endif
