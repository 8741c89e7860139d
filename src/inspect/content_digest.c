/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "inspect/inspect_priv.h"
#include "inspect/packages.h"

/*
 * Of every regular file a digest of its content, where the audit was asked to compare files
 * (tsr_inspect_want_digests). A sparse file has none: its stored bytes are not its content.
 */

void tsr_content_digest_entry(struct tsr_inspect *in, const struct tsr_entry *e)
{
	struct tsr_content_digest *d = &in->digest;
	struct tsr_err err = TSR_ERR_INIT;

	tsr_hash_release(&d->hash);
	d->left = e->size;
	d->open = d->wanted && e->type == '0' && tsr_hash_init(&d->hash, TSR_DIGEST_SHA256, &err) == 0;
}

void tsr_content_digest_data(struct tsr_inspect *in, struct tsr_slice bytes)
{
	struct tsr_content_digest *d = &in->digest;

	if (!d->open)
		return;
	d->left -= bytes.len < d->left ? bytes.len : d->left;
	tsr_hash_update(&d->hash, bytes.ptr, bytes.len);
}

void tsr_content_digest_end(struct tsr_inspect *in, bool whole)
{
	struct tsr_content_digest *d = &in->digest;
	struct tsr_extract x = { .kind = TSR_EXTRACT_SHA256, .entry = in->files[0].entry };
	struct tsr_digest digest;

	if (!d->open)
		return;
	d->open = false;
	tsr_hash_final(&d->hash, &digest);
	tsr_packages_pack(digest.bytes, &x.x, &x.y);
	if (whole && !d->left)
		tsr_builder_add_extract(in->b, &x);
}
