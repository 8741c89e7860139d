/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/model_fixture.h"

/* One image in docker's layout with these layers. */
static const char *put_image(struct fixture *f, const char *user, const char *l1, const char *l2)
{
	const char *config = config_for(f, user, l1, l2);

	put(f, tsr_arena_printf(&f->arena, "%s.json", hex(f, config)), config);
	return hex(f, config);
}

Test(model_docker, an_image_is_read_with_names_layers_and_diff_ids)
{
	struct fixture f;
	const char *id;

	fixture_init(&f);
	put(&f, "a/layer.tar", "tar one");
	put(&f, "b/layer.tar", "tar two");
	put(&f, "a/VERSION", "1.0");
	id = put_image(&f, "app", "tar one", "tar two");
	put(&f, "manifest.json",
	    tsr_arena_printf(&f.arena,
			     "[{\"Config\":\"%s.json\",\"RepoTags\":[\"app:1\",\"app:2\",\"app:1\"],"
			     "\"Layers\":[\"a/layer.tar\",\"./b/layer.tar\"]}]\n",
			     id));
	cr_assert_eq(read_model(&f), 0, "%s", f.err.msg);
	cr_assert_str_eq(f.model.format, "docker-archive");
	cr_assert_eq(f.model.n_images, 1);
	cr_expect_eq(f.model.images[0].n_names, 2);
	cr_assert_eq(f.model.images[0].n_layers, 2);
	cr_expect_eq(f.model.images[0].layers[1].blob->size, 7);
	cr_expect_eq(f.model.images[0].layers[1].diff_id.alg, TSR_DIGEST_SHA256);
	cr_expect(tsr_slice_eq_str(f.model.images[0].config->user, "app"));
	cr_expect(tsr_slice_eq_str(f.model.images[0].architecture, "amd64"));
	cr_expect_eq(f.model.n_notes, 0);
	cr_expect_str_eq(role_of(&f, "a/layer.tar"), "layer");
	cr_expect_str_eq(role_of(&f, "a/VERSION"), "other");
	cr_expect_str_eq(role_of(&f, "manifest.json"), "manifest");
	cr_expect(tsr_members_find(&f.members, TSR_SLICE("a/layer.tar"), NULL)->flags & TSR_BLOB_REFERENCED);
	fixture_release(&f);
}

Test(model_docker, keys_fold_as_in_go_and_links_are_followed)
{
	struct fixture f;

	fixture_init(&f);
	put_link(&f, "a/layer.tar", '2', "../b/layer.tar");
	put(&f, "b/layer.tar", "tar one");
	put(&f, "config.json", config_for(&f, "", "tar one", NULL));
	put(&f, "manifest.json",
	    "[{\"config\":\"config.json\",\"repoTags\":[\"x\"],\"layer\xc5\xbf\":[\"a/layer.tar\"]}]");
	cr_assert_eq(read_model(&f), 0, "%s", f.err.msg);
	cr_assert_eq(f.model.images[0].n_layers, 1);
	cr_expect_not_null(f.model.images[0].layers[0].blob);
	cr_expect_eq(f.model.n_notes, 0);
	fixture_release(&f);
}

Test(model_docker, a_second_key_for_layers_is_noted)
{
	struct fixture f;

	fixture_init(&f);
	put(&f, "a.tar", "tar one");
	put(&f, "c.json", config_for(&f, "", "tar one", NULL));
	put(&f, "manifest.json", "[{\"Config\":\"c.json\",\"Layers\":[],\"layers\":[\"a.tar\"]}]");
	cr_assert_eq(read_model(&f), 0);
	cr_expect_eq(f.model.images[0].n_layers, 1);
	cr_expect_eq(notes_of(&f, "config/ambiguous-keys"), 1);
	fixture_release(&f);
}

Test(model_docker, what_lists_no_image_is_no_image)
{
	static const char *const texts[] = { "null", "[]", "garbage that is long enough to be no null", "" };
	size_t i;

	for (i = 0; i < 4; i++) {
		struct fixture f;

		fixture_init(&f);
		put(&f, "manifest.json", texts[i]);
		cr_expect_eq(read_model(&f), -1);
		cr_expect_eq(f.err.kind, TSR_EINPUT, "%s", texts[i]);
		cr_expect_eq(strncmp(f.err.msg, "not an image: ", 14), 0);
		fixture_release(&f);
	}
}

Test(model_docker, a_manifest_that_only_docker_could_read_is_no_foreign_input)
{
	static const char *const texts[] = {
		"[{\"Config\":\"c.json\",\"Layers\":[\"\xff\"]}]",
		"[{\"Config\":\"c.json\",\"Layers\":[]", /* cut */
	};
	size_t i;

	for (i = 0; i < 3; i++) {
		struct fixture f;
		struct tsr_blob *b;

		fixture_init(&f);
		b = put(&f, "manifest.json", i < 2 ? texts[i] : "[]");
		if (i == 2) {
			b->flags |= TSR_BLOB_TOO_LONG;
			b->json = TSR_SLICE_NONE;
		}
		cr_expect_eq(read_model(&f), -1);
		cr_expect_eq(f.err.kind, TSR_ELIMIT, "%zu: %s", i, f.err.msg);
		fixture_release(&f);
	}
}

Test(model_docker, absent_parts_are_noted_and_incomplete)
{
	struct fixture f;

	fixture_init(&f);
	put(&f, "c.json", config_for(&f, "", "tar one", NULL));
	put(&f, "manifest.json",
	    "[{\"Config\":\"c.json\",\"Layers\":[\"a.tar\"]},{\"Config\":\"gone.json\",\"Layers\":[]}]");
	cr_assert_eq(read_model(&f), 0);
	cr_assert_eq(f.model.n_images, 2);
	cr_expect_not_null(note_of(&f, "layer/missing")->incomplete);
	cr_expect_eq(note_of(&f, "layer/missing")->layer, 0);
	cr_expect_not_null(note_of(&f, "config/unreadable")->incomplete);
	cr_expect_neq(note_of(&f, "config/unreadable")->image, note_of(&f, "layer/missing")->image);
	cr_expect_eq(notes_of(&f, "layer/count-mismatch"), 0);
	fixture_release(&f);
}

Test(model_docker, a_foreign_layer_is_told_by_its_source)
{
	struct fixture f;

	fixture_init(&f);
	put(&f, "c.json", config_for(&f, "", "tar win", NULL));
	put(&f, "manifest.json",
	    tsr_arena_printf(
		    &f.arena,
		    "[{\"Config\":\"c.json\",\"Layers\":[\"a.tar\"],\"LayerSources\":{\"sha256:%s\":{\"mediaType\":"
		    "\"application/vnd.docker.image.rootfs.foreign.diff.tar.gzip\",\"urls\":[\"https://x\"]}}}]",
		    hex(&f, "tar win")));
	cr_assert_eq(read_model(&f), 0);
	cr_expect_eq(f.model.images[0].layers[0].presence, TSR_LAYER_FOREIGN);
	cr_expect_not_null(note_of(&f, "layer/foreign")->incomplete);
	fixture_release(&f);
}

Test(model_docker, a_config_named_by_a_wrong_digest_is_noted_but_complete)
{
	size_t i;

	for (i = 0; i < 2; i++) {
		struct fixture f;
		const char *name;

		fixture_init(&f);
		name = tsr_arena_printf(&f.arena, i ? "sha256:%s" : "%s.json", hex(&f, "something else"));
		put(&f, name, config_for(&f, "", NULL, NULL));
		put(&f, "manifest.json",
		    tsr_arena_printf(&f.arena, "[{\"Config\":\"%s\",\"Layers\":null}]", name));
		cr_assert_eq(read_model(&f), 0);
		cr_expect_eq(f.model.images[0].n_layers, 0);
		cr_expect_null(note_of(&f, "config/name-mismatch")->incomplete);
		cr_expect_eq(f.model.n_notes, 1);
		fixture_release(&f);
	}
}

Test(model_docker, copies_that_differ_are_noted_and_the_last_one_counts)
{
	struct fixture f;

	fixture_init(&f);
	put(&f, "a.tar", "tar one");
	put(&f, "a.tar", "tar another");
	put(&f, "b.tar", "tar twice"); /* Bazel writes a layer that is used twice two times */
	put(&f, "b.tar", "tar twice");
	put(&f, "c.json", config_for(&f, "", "tar another", "tar twice"));
	put(&f, "manifest.json", "[{\"Config\":\"c.json\",\"Layers\":[\"a.tar\",\"b.tar\"]}]");
	cr_assert_eq(read_model(&f), 0);
	cr_expect_eq(f.model.images[0].layers[0].blob->size, 11);
	cr_expect_eq(notes_of(&f, "archive/duplicate-member"), 1);
	cr_expect(tsr_slice_eq_str(note_of(&f, "archive/duplicate-member")->path, "a.tar"));
	fixture_release(&f);
}

Test(model_docker, counts_must_agree)
{
	struct fixture f;

	fixture_init(&f);
	put(&f, "a.tar", "tar one");
	put(&f, "c.json", config_for(&f, "", "tar one", "tar two"));
	put(&f, "manifest.json", "[{\"Config\":\"c.json\",\"Layers\":[\"a.tar\"]}]");
	cr_assert_eq(read_model(&f), 0);
	cr_expect_not_null(note_of(&f, "layer/count-mismatch")->incomplete);
	fixture_release(&f);
}

Test(model_docker, equal_items_are_one_image_and_order_is_by_name)
{
	struct fixture f;

	fixture_init(&f);
	put(&f, "a.tar", "tar one");
	put(&f, "c.json", config_for(&f, "", "tar one", NULL));
	put(&f, "d.json", config_for(&f, "u", "tar one", NULL));
	put(&f, "manifest.json",
	    "[{\"Config\":\"c.json\",\"Layers\":[\"a.tar\"]},"
	    "{\"Config\":\"d.json\",\"RepoTags\":[\"z:1\"],\"Layers\":[\"a.tar\"]},"
	    "{\"Config\":\"c.json\",\"RepoTags\":[\"b:1\"],\"Layers\":[\"a.tar\"]}]");
	cr_assert_eq(read_model(&f), 0);
	cr_assert_eq(f.model.n_images, 2);
	cr_expect(has_name(&f.model.images[0], "b:1"));
	cr_expect(has_name(&f.model.images[1], "z:1"));
	cr_expect_eq(f.model.images[1].ordinal, 1);
	fixture_release(&f);
}

Test(model_docker, limits_are_said)
{
	struct fixture f;

	fixture_init(&f);
	f.limits.layers = 1;
	f.limits.images = 1;
	put(&f, "a.tar", "tar one");
	put(&f, "c.json", config_for(&f, "", "tar one", NULL));
	put(&f, "manifest.json",
	    "[{\"Config\":\"c.json\",\"Layers\":[\"a.tar\",\"a.tar\"]},"
	    "{\"Config\":\"c.json\",\"Layers\":[\"a.tar\"]}]");
	cr_assert_eq(read_model(&f), 0);
	cr_expect_eq(f.model.n_images, 1);
	cr_expect_eq(f.model.images[0].n_layers, 1);
	cr_expect(f.model.images[0].limited);
	cr_expect_eq(notes_of(&f, "archive/manifest-unreadable"), 2);
	fixture_release(&f);
}
