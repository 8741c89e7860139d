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
		"{\"config\":{\"Env\":[1]}}",
		"{\"config\":{\"Env\":\"A=1\"}}",
		"{\"config\":{\"Cmd\":{}}}",
		"{\"config\":{\"Labels\":{\"a\":1}}}",
		"{\"config\":{\"Labels\":[]}}",
		"{\"config\":{\"ExposedPorts\":{\"80/tcp\":1}}}",
		"{\"config\":{\"Volumes\":[\"/a\"]}}",
		"{\"config\":{\"Healthcheck\":[]}}",
		"{\"config\":{\"Healthcheck\":{\"Test\":\"x\"}}}",
		"{\"config\":{\"Healthcheck\":{\"Interval\":\"30s\"}}}",
		"{\"config\":{\"Healthcheck\":{\"Retries\":1.5}}}",
		"{\"config\":{\"StopSignal\":15}}",
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

static bool list_is(struct tsr_slices list, const char *first, const char *last)
{
	return list.n == (last ? 2 : 1) && tsr_slice_eq_str(list.at[0], first) &&
	       (!last || tsr_slice_eq_str(list.at[1], last));
}

Test(image_config, what_a_container_is_made_with_is_typed)
{
	const struct tsr_config *c;
	struct doc d;

	load(&d,
	     "{\"config\":{\"env\":[\"A=1\",\"B\"],\"Entrypoint\":[\"/e\"],\"Cmd\":\"run it\",\"Shell\":[\"/bin/sh\",\"-c\"],"
	     "\"ExposedPorts\":{\"80/tcp\":{},\"22\":null},\"Volumes\":{\"/v\":{}},\"OnBuild\":[\"RUN a\"],"
	     "\"WorkingDir\":\"app\",\"StopSignal\":\"SIGKILL\",\"Labels\":{\"l\":\"v\",\"n\":null},"
	     "\"Healthcheck\":{\"Test\":[\"CMD\",\"x\"],\"Interval\":30000000000,\"Timeout\":1,\"StartPeriod\":2,"
	     "\"StartInterval\":4,\"Retries\":3}}}",
	     false);
	c = &d.doc.config;
	cr_expect_null(d.doc.why);
	cr_expect(list_is(c->env, "A=1", "B"));
	cr_expect(list_is(c->entrypoint, "/e", NULL));
	cr_expect(list_is(c->cmd, "run it", NULL));
	cr_expect(list_is(c->shell, "/bin/sh", "-c"));
	cr_expect(list_is(c->exposed_ports, "80/tcp", "22"));
	cr_expect(list_is(c->volumes, "/v", NULL));
	cr_expect(list_is(c->on_build, "RUN a", NULL));
	cr_expect(tsr_slice_eq_str(c->working_dir, "app"));
	cr_expect(tsr_slice_eq_str(c->stop_signal, "SIGKILL"));
	cr_expect_eq(c->n_labels, 2);
	cr_expect(tsr_slice_eq_str(c->labels[0].value, "v"));
	cr_expect_eq(c->labels[1].value.len, 0);
	cr_expect(c->healthcheck.present);
	cr_expect(list_is(c->healthcheck.test, "CMD", "x"));
	cr_expect_eq(c->healthcheck.interval, 30000000000);
	cr_expect_eq(c->healthcheck.timeout + c->healthcheck.start_period + c->healthcheck.retries, 6);
	cr_expect_eq(c->healthcheck.start_interval, 4);
	tsr_arena_release(&d.arena);
}

Test(image_config, empty_fields_are_as_absent_ones)
{
	struct doc d;

	load(&d,
	     "{\"config\":{\"Env\":null,\"Cmd\":[],\"Entrypoint\":null,\"Labels\":{},\"Volumes\":null,\"Healthcheck\":null}}",
	     false);
	cr_expect_null(d.doc.why);
	cr_expect_eq(d.doc.config.env.n + d.doc.config.cmd.n + d.doc.config.entrypoint.n + d.doc.config.n_labels, 0);
	cr_expect_not(d.doc.config.healthcheck.present);
	tsr_arena_release(&d.arena);
}
