/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/model_fixture.h"

static void put_node(struct fixture *f, const char *id, const char *parent, const char *layer)
{
	put(f, tsr_arena_printf(&f->arena, "%s/VERSION", id), "1.0");
	put(f, tsr_arena_printf(&f->arena, "%s/json", id),
	    tsr_arena_printf(
		    &f->arena,
		    "{\"id\":\"%s\",\"parent\":\"%s\",\"os\":\"linux\",\"config\":{\"User\":\"u%s\"},"
		    "\"container_config\":{\"Cmd\":[\"/bin/sh\",\"-c\",\"make %s\"]}}",
		    id, parent, id, id));
	if (layer)
		put(f, tsr_arena_printf(&f->arena, "%s/layer.tar", id), layer);
}

Test(model_v1, a_chain_is_an_image_from_its_root_up)
{
	struct fixture f;
	const struct tsr_image *img;

	fixture_init(&f);
	put_node(&f, "cc", "bb", "tar c");
	put_node(&f, "aa", "", "");
	put_node(&f, "bb", "aa", "tar b");
	put(&f, "repositories", "{\"app\":{\"1\":\"cc\",\"2\":\"cc\"}}");
	cr_assert_eq(read_model(&f), 0, "%s", f.err.msg);
	cr_assert_str_eq(f.model.format, "docker-archive-v1");
	cr_assert_eq(f.model.n_images, 1);
	img = &f.model.images[0];
	cr_expect(has_name(img, "app:1") && has_name(img, "app:2"));
	cr_assert_eq(img->n_layers, 3);
	cr_expect(tsr_slice_eq_str(img->layers[0].name, "aa/layer.tar"));
	cr_expect(tsr_slice_eq_str(img->layers[2].created_by, "/bin/sh -c make cc"));
	cr_expect(img->history_aligned);
	cr_expect_eq(img->config->history[2].layer, 2);
	cr_expect(tsr_slice_eq_str(img->config->user, "ucc"));
	cr_expect_eq(img->layers[2].diff_id.alg, TSR_DIGEST_NONE);
	cr_expect_eq(f.model.n_notes, 1);
	cr_expect_null(note_of(&f, "archive/legacy-format")->incomplete);
	cr_expect_str_eq(role_of(&f, "cc/json"), "config");
	cr_expect_str_eq(role_of(&f, "bb/json"), "legacy");
	fixture_release(&f);
}

Test(model_v1, heads_without_a_tag_are_images_too)
{
	struct fixture f;

	fixture_init(&f);
	put_node(&f, "aa", "", "tar a");
	put_node(&f, "bb", "aa", "tar b");
	put_node(&f, "cc", "aa", "tar c");
	cr_assert_eq(read_model(&f), 0, "%s", f.err.msg);
	cr_expect_eq(f.model.n_images, 2);
	cr_expect_eq(f.model.images[0].n_layers, 2);
	fixture_release(&f);
}

Test(model_v1, broken_chains_are_incomplete)
{
	static const char *const parents[] = { "dd", "bb" }; /* absent; a circle */
	size_t i;

	for (i = 0; i < 2; i++) {
		struct fixture f;

		fixture_init(&f);
		put_node(&f, "aa", parents[i], NULL);
		put_node(&f, "bb", "aa", "tar b");
		put(&f, "repositories", "{\"app\":{\"1\":\"bb\"}}");
		f.limits.layers = 10;
		cr_assert_eq(read_model(&f), 0, "%s", f.err.msg);
		cr_expect_not_null(note_of(&f, "archive/manifest-unreadable")->incomplete);
		cr_expect_geq(notes_of(&f, "layer/missing"), 1);
		fixture_release(&f);
	}
}

Test(model_v1, other_tars_are_not_taken_for_it)
{
	struct fixture f;

	fixture_init(&f);
	put(&f, "etc/passwd", "root:x:0:0::/:/bin/sh\n");
	put(&f, "etc/json", "{}");
	put(&f, "usr/layer.tar", "tar");
	cr_expect_eq(read_model(&f), -1);
	cr_expect_eq(f.err.kind, TSR_EINPUT);
	fixture_release(&f);
}
