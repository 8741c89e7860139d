/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/model_fixture.h"

/* An item of manifest.json for an image whose blobs stand under their digests. */
static const char *item(struct fixture *f, const char *config, const char *tags, const char *l1,
			const char *l2)
{
	return tsr_arena_printf(
		&f->arena, "{\"Config\":\"blobs/sha256/%s\",\"RepoTags\":%s,\"Layers\":[%s%s%s%s%s%s%s]}",
		hex(f, config), tags, l1 ? "\"blobs/sha256/" : "", l1 ? hex(f, l1) : "", l1 ? "\"" : "",
		l2 ? "," : "", l2 ? "\"blobs/sha256/" : "", l2 ? hex(f, l2) : "", l2 ? "\"" : "");
}

Test(model_compare, what_both_indexes_describe_is_one_image)
{
	struct fixture f;
	const char *m;

	fixture_init(&f);
	m = put_oci_image(&f, "a", "tar one");
	put_index(&f, desc(&f, IMG_MANIFEST, m, NAMES("docker.io/library/app:1", "1")));
	put(&f, "manifest.json",
	    tsr_arena_printf(&f.arena, "[%s]",
			     item(&f, config_for(&f, "a", "tar one", NULL), "[\"app:1\"]", "tar one", NULL)));
	cr_assert_eq(read_model(&f), 0, "%s", f.err.msg);
	cr_assert_eq(f.model.n_images, 1);
	cr_expect_eq(f.model.images[0].n_names, 2);
	cr_expect_eq(f.model.images[0].manifest_digest.alg, TSR_DIGEST_SHA256);
	cr_expect_eq(f.model.images[0].layers[0].media_type.len, strlen(IMG_LAYER));
	cr_expect_eq(f.model.n_notes, 0);
	fixture_release(&f);
}

Test(model_compare, indexes_that_disagree_give_both_images)
{
	static const struct {
		const char *user, *layer, *tags;
		size_t images, notes;
	} rows[] = {
		{ "a", "tar two", "[\"reg/app:1\"]", 2, 2 },   /* other layers */
		{ "b", "tar two", "[\"reg/app:1\"]", 2, 2 },   /* another config under the name */
		{ "b", "tar two", "[\"reg/other:1\"]", 2, 2 }, /* one each */
		{ "b", "tar two", "null", 2, 1 }, /* untagged: docker leaves it out of the index */
		{ "a", "tar one", "null", 1, 0 },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fixture f;
		const char *config, *m;

		fixture_init(&f);
		m = put_oci_image(&f, "a", "tar one");
		config = rows[i].user[0] == 'a' ? config_for(&f, "a", "tar one", NULL)
						: config_for(&f, "b", "tar two", NULL);
		if (rows[i].user[0] != 'a')
			put_blob(&f, config);
		put_blob(&f, "tar two");
		put_index(&f, desc(&f, IMG_MANIFEST, m, NAMES("reg/app:1", "1")));
		put(&f, "manifest.json",
		    tsr_arena_printf(&f.arena, "[%s]", item(&f, config, rows[i].tags, rows[i].layer, NULL)));
		cr_assert_eq(read_model(&f), 0, "%s", f.err.msg);
		cr_expect_eq(f.model.n_images, rows[i].images, "row %zu: %zu", i, f.model.n_images);
		cr_expect_eq(notes_of(&f, "archive/index-mismatch"), rows[i].notes, "row %zu: %zu", i,
			     notes_of(&f, "archive/index-mismatch"));
		fixture_release(&f);
	}
}

Test(model_compare, an_index_that_leaves_out_a_tagged_image_disagrees)
{
	static const char *const tags[] = { "null", "[\"app:1\"]" };
	size_t i;

	for (i = 0; i < 2; i++) {
		struct fixture f;
		const char *m;

		fixture_init(&f);
		m = put_oci_image(&f, "a", "tar one");
		put_index(&f, "");
		put(&f, "manifest.json",
		    tsr_arena_printf(
			    &f.arena, "[%s]",
			    item(&f, config_for(&f, "a", "tar one", NULL), tags[i], "tar one", NULL)));
		cr_assert_eq(read_model(&f), 0, "%s", f.err.msg);
		cr_expect_eq(f.model.n_images, 1);
		cr_expect_eq(notes_of(&f, "archive/index-mismatch"), i);
		cr_expect_str_eq(role_of(&f, tsr_arena_printf(&f.arena, "blobs/sha256/%s", hex(&f, m))),
				 "manifest");
		fixture_release(&f);
	}
}

Test(model_compare, other_platforms_of_an_entry_are_no_disagreement)
{
	struct fixture f;
	const char *amd, *arm, *index;

	fixture_init(&f);
	amd = put_oci_image(&f, "a", "tar amd");
	arm = put_oci_image(&f, "b", "tar arm");
	index = tsr_arena_printf(&f.arena, "{\"manifests\":[%s,%s]}",
				 desc(&f, IMG_MANIFEST, amd, PLATFORM("amd64")),
				 desc(&f, IMG_MANIFEST, arm, PLATFORM("arm64")));
	put_blob(&f, index);
	put_index(&f, desc(&f, "", index, NAMES("reg/app:1", "1")));
	put(&f, "manifest.json",
	    tsr_arena_printf(
		    &f.arena, "[%s]",
		    item(&f, config_for(&f, "a", "tar amd", NULL), "[\"reg/app:1\"]", "tar amd", NULL)));
	cr_assert_eq(read_model(&f), 0, "%s", f.err.msg);
	cr_expect_eq(f.model.n_images, 2);
	cr_expect_eq(f.model.n_notes, 0);
	fixture_release(&f);
}

Test(model_compare, layer_order_of_docker_25_0_is_decided_by_diff_ids)
{
	bool none;

	for (int i = 0; i < 2; i++) {
		struct fixture f;
		const char *config, *manifest, *layers;

		none = i == 1;
		fixture_init(&f);
		config = config_for(&f, "a", "tar one", "tar two");
		layers = tsr_arena_printf(&f.arena, "%s,%s", desc(&f, IMG_LAYER, "tar two", ""),
					  desc(&f, IMG_LAYER, "tar one", ""));
		manifest = manifest_for(&f, desc(&f, IMG_CONFIG, config, ""), none ? "" : layers);
		put_blob(&f, "tar one");
		put_blob(&f, "tar two");
		put_blob(&f, config);
		put_blob(&f, manifest);
		put_index(&f, desc(&f, IMG_MANIFEST, manifest, NAMES("app:1", "1")));
		put(&f, "manifest.json",
		    tsr_arena_printf(&f.arena, "[%s]",
				     item(&f, config, "[\"app:1\"]", "tar one", "tar two")));
		cr_assert_eq(read_model(&f), 0, "%s", f.err.msg);
		cr_assert_eq(f.model.n_images, 1);
		cr_assert_eq(f.model.images[0].n_layers, 2);
		cr_expect_eq(f.model.images[0].layers[0].blob->size, 7);
		cr_expect(tsr_digest_eq(&f.model.images[0].layers[0].diff_id,
					&f.model.images[0].layers[0].blob->digest));
		cr_expect_eq(f.model.n_notes, 1);
		cr_expect_not_null(strstr(note_of(&f, "archive/index-mismatch")->message, "diff ID"));
		fixture_release(&f);
	}
}

Test(model_compare, an_empty_container_store_archive_is_one_image)
{
	struct fixture f;
	const char *config, *manifest;

	fixture_init(&f);
	config = "{\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":null},\"history\":null}";
	manifest = tsr_arena_printf(&f.arena, "{\"config\":%s,\"layers\":null}",
				    desc(&f, IMG_CONFIG, config, ""));
	put_blob(&f, config);
	put_blob(&f, manifest);
	put_index(&f, desc(&f, IMG_MANIFEST, manifest, NAMES("reg/app:1", "1")));
	put(&f, "manifest.json",
	    tsr_arena_printf(&f.arena, "[{\"Config\":\"blobs/sha256/%s\",\"RepoTags\":null,\"Layers\":null}]",
			     hex(&f, config)));
	cr_assert_eq(read_model(&f), 0, "%s", f.err.msg);
	cr_assert_eq(f.model.n_images, 1);
	cr_expect_eq(f.model.images[0].n_layers, 0);
	cr_expect(has_name(&f.model.images[0], "reg/app:1"));
	cr_expect_eq(f.model.n_notes, 0);
	fixture_release(&f);
}
