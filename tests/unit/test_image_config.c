/* SPDX-License-Identifier: Apache-2.0 */
#include "image/image_config.h"

#include <criterion/criterion.h>

struct doc {
	struct tsr_arena arena;
	struct tsr_config_doc doc;
};

static void load(struct doc *d, const char *text, bool v1)
{
	const struct tsr_json_limits limits = { 1 << 20, 10000 };
	struct tsr_json_notes notes = { false, false };
	struct tsr_err err = TSR_ERR_INIT;
	json_t *root;

	*d = (struct doc){ .arena = TSR_ARENA_INIT };
	cr_assert_eq(tsr_json_load(tsr_slice_str(text), &limits, &root, &notes, &err), 0, "%s", err.msg);
	if (v1)
		tsr_config_read_v1(&d->doc, root, notes.duplicate_keys, &d->arena);
	else
		tsr_config_read(&d->doc, root, notes.duplicate_keys, &d->arena, &tsr_limits_default);
	json_decref(root);
}

#define D1 "sha256:0000000000000000000000000000000000000000000000000000000000000001"
#define D2 "sha256:0000000000000000000000000000000000000000000000000000000000000002"

Test(image_config, typed_fields_are_read)
{
	struct doc d;

	load(&d,
	     "{\"OS\":\"linux\",\"architecture\":\"arm\",\"variant\":\"v7\",\"os.version\":\"10\",\"CONFIG\":{\"user\":\"1:2\"},"
	     "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"" D1 "\",\"" D2 "\"]},"
	     "\"history\":[{\"created_by\":\"ADD\"},{\"created_by\":\"ENV\",\"empty_layer\":true},{\"comment\":\"c\"}]}",
	     false);
	cr_assert(d.doc.readable);
	cr_expect(tsr_slice_eq_str(d.doc.config.os, "linux"));
	cr_expect(tsr_slice_eq_str(d.doc.config.variant, "v7"));
	cr_expect(tsr_slice_eq_str(d.doc.config.os_version, "10"));
	cr_expect(tsr_slice_eq_str(d.doc.config.user, "1:2"));
	cr_expect_eq(d.doc.config.n_diff_ids, 2);
	cr_expect_eq(d.doc.config.diff_ids[1].bytes[31], 2);
	cr_expect_eq(d.doc.config.n_history, 3);
	cr_expect_eq(d.doc.config.history[0].layer, 0);
	cr_expect_eq(d.doc.config.history[1].layer, UINT32_MAX);
	cr_expect_eq(d.doc.config.history[2].layer, 1);
	cr_expect_null(d.doc.why);
	cr_expect_not(d.doc.ambiguous);
	tsr_arena_release(&d.arena);
}

Test(image_config, null_is_absent)
{
	struct doc d;

	load(&d,
	     "{\"config\":null,\"rootfs\":{\"type\":\"layers\",\"diff_ids\":null},\"history\":null,\"os\":null}",
	     false);
	cr_expect(d.doc.readable);
	cr_expect_null(d.doc.why);
	cr_expect_eq(d.doc.config.n_diff_ids, 0);
	tsr_arena_release(&d.arena);
}

Test(image_config, keys_that_readers_may_take_for_another_are_ambiguous)
{
	static const char *const texts[] = {
		"{\"config\":{\"User\":\"1\"},\"Config\":{}}",
		"{\"config\":{\"User\":\"1\",\"u\xc5\xbf"
		"er\":\"0\"}}",
		"{\"config\":{\"User\":\"1\",\"User\":\"0\"}}",
		"{\"config\":{\"Env\":[],\"env\":[]}}",
		"{\"rootfs\":{\"type\":\"layers\"},\"rootFS\":{\"type\":\"layers\"}}",
		"{\"history\":[{\"created_by\":\"a\",\"Created_By\":\"b\"}]}",
	};
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct doc d;

		load(&d, texts[i], false);
		cr_expect(d.doc.ambiguous, "%s", texts[i]);
		tsr_arena_release(&d.arena);
	}
}

Test(image_config, what_no_runtime_would_take_is_said)
{
	static const char *const texts[] = {
		"{\"config\":{\"User\":0}}",
		"{\"config\":[]}",
		"{\"rootfs\":{\"type\":\"squash\"}}",
		"{\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:1\"]}}",
		"{\"history\":{}}",
	};
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct doc d;

		load(&d, texts[i], false);
		cr_expect(d.doc.readable);
		cr_expect_not_null(d.doc.why, "%s", texts[i]);
		tsr_arena_release(&d.arena);
	}
}

Test(image_config, history_is_aligned_only_when_counts_agree)
{
	const struct tsr_config *c;
	struct doc d;
	bool aligned;

	load(&d,
	     "{\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"" D1 "\"]},"
	     "\"history\":[{\"created_by\":\"a\"},{\"created_by\":\"b\"}]}",
	     false);
	cr_expect_eq(d.doc.config.history[0].layer, UINT32_MAX);
	c = tsr_config_align(&d.doc, 1, &d.arena, &aligned);
	cr_expect_not(aligned);
	cr_expect_eq(c->history[1].layer, UINT32_MAX);
	c = tsr_config_align(&d.doc, 2, &d.arena, &aligned);
	cr_expect(aligned);
	cr_expect_eq(c->history[1].layer, 1);
	cr_expect_eq(d.doc.config.history[1].layer, UINT32_MAX, "the shared config was changed");
	tsr_arena_release(&d.arena);
}

Test(image_config, v1_takes_config_else_container_config)
{
	struct doc d;

	load(&d, "{\"config\":{\"User\":\"a\"},\"container_config\":{\"User\":\"b\"}}", true);
	cr_expect(tsr_slice_eq_str(d.doc.config.user, "a"));
	tsr_arena_release(&d.arena);
	load(&d, "{\"config\":null,\"container_config\":{\"User\":\"b\"}}", true);
	cr_expect(tsr_slice_eq_str(d.doc.config.user, "b"));
	tsr_arena_release(&d.arena);
}
