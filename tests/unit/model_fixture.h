/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_TESTS_UNIT_MODEL_FIXTURE_H
#define TSR_TESTS_UNIT_MODEL_FIXTURE_H

#include <criterion/criterion.h>
#include <string.h>

#include "image/image.h"

/* A member table made in memory, and the model read from it. */
struct fixture {
	struct tsr_arena arena;
	struct tsr_members members;
	struct tsr_model model;
	struct tsr_limits limits;
	struct tsr_err err;
	bool is_dir;
};

__attribute__((unused)) static void fixture_init(struct fixture *f)
{
	memset(f, 0, sizeof(*f));
	tsr_members_init(&f->members, &f->arena);
	f->limits = tsr_limits_default;
}

__attribute__((unused)) static void fixture_release(struct fixture *f)
{
	tsr_model_release(&f->model);
	tsr_members_release(&f->members);
	tsr_arena_release(&f->arena);
}

/* Digits of the SHA-256 of a text. */
__attribute__((unused)) static const char *hex(struct fixture *f, const char *text)
{
	struct tsr_digest d = { .alg = TSR_DIGEST_SHA256 };
	char out[TSR_DIGEST_STR_MAX];

	tsr_sha256(text, strlen(text), d.bytes);
	return tsr_arena_str(&f->arena, tsr_slice_str(tsr_digest_str(&d, out) + 7));
}

/* A file; what starts as JSON is kept, a layer is any text that begins with "tar". */
__attribute__((unused)) static struct tsr_blob *put(struct fixture *f, const char *name, const char *text)
{
	struct tsr_member *m = tsr_members_add(&f->members, tsr_slice_str(name), '0', TSR_SLICE_NONE);
	struct tsr_blob *b = tsr_members_add_blob(&f->members, m, 0, strlen(text));

	b->digest.alg = TSR_DIGEST_SHA256;
	tsr_sha256(text, strlen(text), b->digest.bytes);
	if (!text[0]) {
		b->kind = TSR_BLOB_EMPTY;
	} else if (tsr_json_sniff(tsr_slice_str(text))) {
		b->kind = TSR_BLOB_JSON;
		b->json = tsr_arena_dup(&f->arena, tsr_slice_str(text));
	} else if (!strncmp(text, "tar", 3)) {
		b->kind = TSR_BLOB_TAR;
	}
	return b;
}

__attribute__((unused)) static void put_link(struct fixture *f, const char *name, char type,
					     const char *target)
{
	tsr_members_add(&f->members, tsr_slice_str(name), type, tsr_slice_str(target));
}

/* The same under blobs/sha256/; returns the digits. */
__attribute__((unused)) static const char *put_blob(struct fixture *f, const char *text)
{
	const char *digits = hex(f, text);

	put(f, tsr_arena_printf(&f->arena, "blobs/sha256/%s", digits), text);
	return digits;
}

__attribute__((unused)) static int read_model(struct fixture *f)
{
	tsr_members_settle(&f->members);
	return tsr_model_read(&f->model, &f->members, f->is_dir, &f->limits, &f->err);
}

__attribute__((unused)) static size_t notes_of(const struct fixture *f, const char *rule)
{
	size_t i, n = 0;

	for (i = 0; i < f->model.n_notes; i++)
		n += !strcmp(f->model.notes[i].rule, rule);
	return n;
}

__attribute__((unused)) static const struct tsr_note *note_of(const struct fixture *f, const char *rule)
{
	size_t i;

	for (i = 0; i < f->model.n_notes; i++)
		if (!strcmp(f->model.notes[i].rule, rule))
			return &f->model.notes[i];
	cr_assert_fail("no note %s", rule);
	return NULL;
}

__attribute__((unused)) static const char *role_of(struct fixture *f, const char *name)
{
	const struct tsr_blob *b = tsr_members_find(&f->members, tsr_slice_str(name), NULL);

	return b && b->role ? b->role : "(none)";
}

__attribute__((unused)) static bool has_name(const struct tsr_image *img, const char *name)
{
	size_t i;

	for (i = 0; i < img->n_names; i++)
		if (tsr_slice_eq_str(img->names[i], name))
			return true;
	return false;
}

#define IMG_CONFIG "application/vnd.oci.image.config.v1+json"
#define IMG_LAYER "application/vnd.oci.image.layer.v1.tar"
#define IMG_MANIFEST "application/vnd.oci.image.manifest.v1+json"

/* A config whose diff IDs are the digests of these plain layers; NULL ends the list. */
__attribute__((unused)) static const char *config_for(struct fixture *f, const char *user, const char *l1,
						      const char *l2)
{
	return tsr_arena_printf(&f->arena,
				"{\"os\":\"linux\",\"architecture\":\"amd64\",\"config\":{\"User\":\"%s\"},"
				"\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[%s%s%s%s%s%s%s]}}",
				user, l1 ? "\"sha256:" : "", l1 ? hex(f, l1) : "", l1 ? "\"" : "",
				l2 ? "," : "", l2 ? "\"sha256:" : "", l2 ? hex(f, l2) : "", l2 ? "\"" : "");
}

/* A descriptor of a text. */
__attribute__((unused)) static const char *desc(struct fixture *f, const char *type, const char *text,
						const char *more)
{
	return tsr_arena_printf(&f->arena, "{\"mediaType\":\"%s\",\"digest\":\"sha256:%s\",\"size\":%zu%s}",
				type, hex(f, text), strlen(text), more);
}

__attribute__((unused)) static const char *manifest_for(struct fixture *f, const char *config,
							const char *layers)
{
	return tsr_arena_printf(&f->arena, "{\"schemaVersion\":2,\"config\":%s,\"layers\":[%s]}", config,
				layers);
}

__attribute__((unused)) static void put_index(struct fixture *f, const char *descriptors)
{
	put(f, "oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}");
	put(f, "index.json",
	    tsr_arena_printf(&f->arena, "{\"schemaVersion\":2,\"manifests\":[%s]}", descriptors));
}

/* Blobs of an image of one layer; returns the text of its manifest. */
__attribute__((unused)) static const char *put_oci_image(struct fixture *f, const char *user, const char *layer)
{
	const char *config = config_for(f, user, layer, NULL);
	const char *manifest =
		manifest_for(f, desc(f, IMG_CONFIG, config, ""), desc(f, IMG_LAYER, layer, ""));

	put_blob(f, layer);
	put_blob(f, config);
	put_blob(f, manifest);
	return manifest;
}

#define NAMES(image, ref)                                         \
	",\"annotations\":{\"io.containerd.image.name\":\"" image \
	"\",\"org.opencontainers.image.ref.name\":\"" ref "\"}"
#define PLATFORM(arch) ",\"platform\":{\"os\":\"linux\",\"architecture\":\"" arch "\"}"

#endif
