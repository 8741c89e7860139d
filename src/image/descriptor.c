/* SPDX-License-Identifier: Apache-2.0 */
#include "image/descriptor.h"

#include "base/base64.h"
#include "base/mem.h"

static struct tsr_slice annotation(const json_t *annotations, const char *key)
{
	/* A map in Go, not a struct: its keys do not fold. The accessor's folding finds the same key or more. */
	return tsr_json_get_string(annotations, key, NULL);
}

static void read_platform(const json_t *json, struct tsr_descriptor *out)
{
	json_t *p = tsr_json_get_object(json, "platform", NULL);

	out->os = tsr_json_get_string(p, "os", NULL);
	out->architecture = tsr_json_get_string(p, "architecture", NULL);
	out->variant = tsr_json_get_string(p, "variant", NULL);
}

void tsr_descriptor_read(const json_t *json, struct tsr_descriptor *out)
{
	static const char *const fields[] = { "mediaType", "digest",	  "size",
					      "platform",  "annotations", "artifactType" };
	json_t *annotations;
	size_t i;

	*out = (struct tsr_descriptor){ 0 };
	if (!json_is_object(json))
		return;
	for (i = 0; i < TSR_ARRAY_LEN(fields); i++)
		tsr_json_get(json, fields[i], &out->ambiguous);
	out->digest_text = tsr_json_get_string(json, "digest", NULL);
	if (tsr_digest_parse(out->digest_text, &out->digest) < 0)
		out->digest = (struct tsr_digest){ 0 };
	out->has_size = tsr_json_get_u64(json, "size", &out->size) == 0;
	out->has_urls = json_array_size(tsr_json_get_array(json, "urls", NULL)) > 0;
	out->media_type = tsr_media_type_base(tsr_json_get_string(json, "mediaType", NULL));
	out->artifact_type = tsr_json_get_string(json, "artifactType", NULL);
	out->data = tsr_json_get_string(json, "data", NULL);
	read_platform(json, out);
	annotations = tsr_json_get_object(json, "annotations", NULL);
	out->image_name = annotation(annotations, "io.containerd.image.name");
	out->ref_name = annotation(annotations, "org.opencontainers.image.ref.name");
	out->ref_type = annotation(annotations, "vnd.docker.reference.type");
	out->subject = annotation(annotations, "io.containerd.manifest.subject");
}

struct tsr_slice tsr_media_type_base(struct tsr_slice media_type)
{
	return tsr_slice_trim(tsr_slice_sub(media_type, 0, tsr_slice_find(media_type, ';', 0)));
}

/* sha256-<64 hex>, alone (the referrers tag of the distribution spec) or with cosign's .sig, .att, .sbom. */
static bool is_referrer_tag(struct tsr_slice tag)
{
	static const char *const tails[] = { "", ".sig", ".att", ".sbom" };
	struct tsr_slice tail;
	size_t i;

	if (!tsr_slice_starts(tag, "sha256-") || tag.len < 71)
		return false;
	for (i = 7; i < 71; i++)
		if (!((tag.ptr[i] >= '0' && tag.ptr[i] <= '9') || (tag.ptr[i] >= 'a' && tag.ptr[i] <= 'f')))
			return false;
	tail = tsr_slice_sub(tag, 71, tag.len);
	for (i = 0; i < TSR_ARRAY_LEN(tails); i++)
		if (tsr_slice_eq_str(tail, tails[i]))
			return true;
	return false;
}

bool tsr_descriptor_is_attestation(const struct tsr_descriptor *d)
{
	return d->ref_type.len || tsr_slice_starts(d->artifact_type, "application/vnd.docker.attestation.");
}

bool tsr_descriptor_is_artifact(const struct tsr_descriptor *d)
{
	return tsr_descriptor_is_attestation(d) || d->artifact_type.len || d->subject.len ||
	       is_referrer_tag(d->ref_name) ||
	       (tsr_slice_eq_str(d->os, "unknown") && tsr_slice_eq_str(d->architecture, "unknown"));
}

enum tsr_media_kind tsr_media_kind(struct tsr_slice media_type)
{
	static const struct {
		const char *name;
		enum tsr_media_kind kind;
		bool prefix;
	} types[] = {
		{ "application/vnd.oci.image.config.v1+json", TSR_MEDIA_CONFIG, false },
		{ "application/vnd.docker.container.image.v1+json", TSR_MEDIA_CONFIG, false },
		{ "application/vnd.oci.image.layer.v1.tar", TSR_MEDIA_TAR, false },
		{ "application/vnd.oci.image.layer.v1.tar+gzip", TSR_MEDIA_TAR, false },
		{ "application/vnd.oci.image.layer.v1.tar+zstd", TSR_MEDIA_TAR, false },
		{ "application/vnd.oci.image.layer.nondistributable.v1.tar", TSR_MEDIA_FOREIGN, true },
		{ "application/vnd.docker.image.rootfs.foreign.diff.tar", TSR_MEDIA_FOREIGN, true },
		{ "application/vnd.docker.image.rootfs.diff.tar", TSR_MEDIA_TAR, false },
		{ "application/vnd.docker.image.rootfs.diff.tar.gzip", TSR_MEDIA_TAR, false },
		{ "application/vnd.docker.image.rootfs.diff.tar.zstd", TSR_MEDIA_TAR, false },
		{ "application/vnd.oci.image.layer.", TSR_MEDIA_OPAQUE_LAYER, true },
		{ "application/vnd.docker.image.rootfs.", TSR_MEDIA_OPAQUE_LAYER, true },
		{ "application/vnd.sylabs.sif.layer.", TSR_MEDIA_OPAQUE_LAYER, true },
		{ "application/vnd.erofs.layer.", TSR_MEDIA_OPAQUE_LAYER, true },
		{ "application/vnd.squashfs", TSR_MEDIA_OPAQUE_LAYER, true },
	};
	size_t i;

	if (tsr_slice_ends(media_type, "+encrypted"))
		return TSR_MEDIA_ENCRYPTED;
	for (i = 0; i < TSR_ARRAY_LEN(types); i++)
		if (types[i].prefix ? tsr_slice_starts(media_type, types[i].name)
				    : tsr_slice_eq_str(media_type, types[i].name))
			return types[i].kind;
	return TSR_MEDIA_OTHER;
}

/* Strict, unlike what the engine takes for base64: the standard alphabet, padded. */
int tsr_descriptor_data(struct tsr_slice base64, struct tsr_buf *out)
{
	size_t room = base64.len / 4 * 3 + 3;
	tsr_autofree uint8_t *bytes = NULL;
	long n;

	if (base64.len % 4 || memchr(base64.ptr, '-', base64.len) || memchr(base64.ptr, '_', base64.len))
		return -1;
	bytes = tsr_xmalloc(room);
	n = tsr_base64_decode(base64, bytes, room);
	return n < 0 ? -1 : tsr_buf_add(out, bytes, (size_t)n);
}
