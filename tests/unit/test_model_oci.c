/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/model_fixture.h"

Test(model_oci, an_image_is_read)
{
	struct fixture f;
	const struct tsr_image *img;
	const char *manifest;

	fixture_init(&f);
	manifest = put_oci_image(&f, "app", "tar one");
	put_index(&f, desc(&f, IMG_MANIFEST, manifest,
			   ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"1.0\"}"));
	cr_assert_eq(read_model(&f), 0, "%s", f.err.msg);
	cr_expect_str_eq(f.model.format, "oci-archive");
	cr_assert_eq(f.model.n_images, 1);
	img = &f.model.images[0];
	cr_expect(has_name(img, "1.0"), "a tag alone is a name when there is no full one");
	cr_assert_eq(img->n_layers, 1);
	cr_expect(img->layers[0].has_size && img->layers[0].size == 7);
	cr_expect_eq(img->manifest_digest.alg, TSR_DIGEST_SHA256);
	cr_expect(tsr_slice_eq_str(img->os, "linux"));
	cr_expect_eq(f.model.n_notes, 0);
	cr_expect_str_eq(role_of(&f, "oci-layout"), "other");
	fixture_release(&f);
}

Test(model_oci, several_entries_of_one_digest_are_names_of_one_image)
{
	struct fixture f;
	const char *m;

	fixture_init(&f);
	f.is_dir = true;
	m = put_oci_image(&f, "", "tar one");
	put_index(&f, tsr_arena_printf(&f.arena, "%s,%s", desc(&f, IMG_MANIFEST, m, NAMES("reg/app:1", "1")),
				       desc(&f, IMG_MANIFEST, m, NAMES("reg/app:2", "2"))));
	cr_assert_eq(read_model(&f), 0, "%s", f.err.msg);
	cr_expect_str_eq(f.model.format, "oci-layout");
	cr_assert_eq(f.model.n_images, 1);
	cr_expect_eq(f.model.images[0].n_names, 2);
	fixture_release(&f);
}

Test(model_oci, platforms_attestations_and_what_is_absent)
{
	struct fixture f;
	const char *amd, *arm, *index, *statement = "{\"_type\":\"https://in-toto.io/Statement/v0.1\"}", *att;

	fixture_init(&f);
	amd = put_oci_image(&f, "a", "tar amd");
	arm = put_oci_image(&f, "b", "tar arm");
	put_blob(&f, statement);
	put_blob(&f, "{\"architecture\":\"unknown\"}");
	att = manifest_for(&f, desc(&f, IMG_CONFIG, "{\"architecture\":\"unknown\"}", ""),
			   desc(&f, "application/vnd.in-toto+json", statement, ""));
	put_blob(&f, att);
	index = tsr_arena_printf(
		&f.arena, "{\"schemaVersion\":2,\"manifests\":[%s,%s,%s,%s,%s]}",
		desc(&f, IMG_MANIFEST, amd, PLATFORM("amd64")),
		desc(&f, IMG_MANIFEST, arm, PLATFORM("arm64")),
		desc(&f, IMG_MANIFEST, "gone", PLATFORM("s390x")),
		desc(&f, IMG_MANIFEST, att,
		     ",\"annotations\":{\"vnd.docker.reference.type\":\"attestation-manifest\"}"),
		desc(&f, IMG_MANIFEST, "gone too",
		     ",\"annotations\":{\"vnd.docker.reference.type\":\"attestation-manifest\"}"));
	put_blob(&f, index);
	put_index(&f, desc(&f, "application/vnd.oci.image.index.v1+json", index, NAMES("reg/app:1", "1")));
	cr_assert_eq(read_model(&f), 0, "%s", f.err.msg);
	cr_assert_eq(f.model.n_images, 2);
	cr_expect(has_name(&f.model.images[0], "reg/app:1") && has_name(&f.model.images[1], "reg/app:1"));
	cr_expect(tsr_slice_eq_str(f.model.images[0].architecture, "amd64"));
	cr_expect(tsr_slice_eq_str(f.model.images[1].architecture, "arm64"));
	cr_expect_eq(f.model.absent_images, 1);
	cr_expect_eq(f.model.n_notes, 1);
	cr_expect_null(note_of(&f, "archive/absent-platform")->incomplete);
	cr_expect_str_eq(role_of(&f, tsr_arena_printf(&f.arena, "blobs/sha256/%s", hex(&f, statement))),
			 "attestation");
	cr_expect_str_eq(role_of(&f, tsr_arena_printf(&f.arena, "blobs/sha256/%s", hex(&f, index))), "index");
	fixture_release(&f);
}

/* docker writes the manifest of a platform it does not have, and nothing below it. */
Test(model_oci, a_platform_without_its_children_is_absent_and_a_lone_image_is_not)
{
	struct fixture f;
	const char *here, *there, *index;

	fixture_init(&f);
	here = put_oci_image(&f, "a", "tar amd");
	there = manifest_for(&f, desc(&f, IMG_CONFIG, "{}", ""), desc(&f, IMG_LAYER, "tar far", ""));
	put_blob(&f, there);
	index = tsr_arena_printf(&f.arena, "{\"manifests\":[%s,%s]}",
				 desc(&f, IMG_MANIFEST, here, PLATFORM("amd64")),
				 desc(&f, IMG_MANIFEST, there, PLATFORM("arm64")));
	put_blob(&f, index);
	put_index(&f, desc(&f, "", index, ""));
	cr_assert_eq(read_model(&f), 0, "%s", f.err.msg);
	cr_expect_eq(f.model.n_images, 1);
	cr_expect_eq(f.model.absent_images, 1);
	fixture_release(&f);

	fixture_init(&f);
	put_blob(&f, there = manifest_for(&f, desc(&f, IMG_CONFIG, "{}", ""),
					  desc(&f, IMG_LAYER, "tar far", "")));
	put_index(&f, desc(&f, IMG_MANIFEST, there, ""));
	cr_assert_eq(read_model(&f), 0, "%s", f.err.msg);
	cr_expect_eq(f.model.n_images, 1);
	cr_expect_not_null(note_of(&f, "layer/missing")->incomplete);
	cr_expect_not_null(note_of(&f, "config/unreadable")->incomplete);
	fixture_release(&f);
}

Test(model_oci, no_label_hides_an_image_with_tar_layers)
{
	static const char *const labels[] = {
		",\"annotations\":{\"vnd.docker.reference.type\":\"attestation-manifest\"}",
		",\"artifactType\":\"application/spdx+json\"",
		",\"platform\":{\"os\":\"unknown\",\"architecture\":\"unknown\"}",
		",\"annotations\":{\"io.containerd.manifest.subject\":\"sha256:1\"}",
	};
	size_t i;

	for (i = 0; i < 4; i++) {
		struct fixture f;

		fixture_init(&f);
		put_index(&f, desc(&f, IMG_MANIFEST, put_oci_image(&f, "", "tar one"), labels[i]));
		cr_expect_eq(read_model(&f), 0, "%s", labels[i]);
		cr_expect_eq(f.model.n_images, 1, "%s", labels[i]);
		fixture_release(&f);
	}
}

/* Go ignores unknown fields and docker's oldest writers left media types out. */
Test(model_oci, a_manifest_without_media_types_is_an_image)
{
	struct fixture f;
	const char *m;

	fixture_init(&f);
	m = tsr_arena_printf(
		&f.arena, "{\"config\":{\"digest\":\"sha256:%s\"},\"layers\":[{\"digest\":\"sha256:%s\"}]}",
		hex(&f, "{}"), hex(&f, "tar gone"));
	put_blob(&f, m);
	put_index(&f, desc(&f, "", m, ""));
	cr_assert_eq(read_model(&f), 0, "%s", f.err.msg);
	cr_expect_eq(f.model.n_images, 1);
	cr_expect_eq(notes_of(&f, "layer/missing"), 1);
	fixture_release(&f);
}

Test(model_oci, artifacts_are_no_images)
{
	struct fixture f;
	const char *chart, *sig, *empty, *payload = "{\"critical\":{}}";

	fixture_init(&f);
	put_blob(&f, "tar chart");
	put_blob(&f, payload);
	chart = manifest_for(
		&f, desc(&f, "application/vnd.cncf.helm.config.v1+json", "{\"name\":\"x\"}", ""),
		desc(&f, "application/vnd.cncf.helm.chart.content.v1.tar+gzip", "tar chart", ""));
	sig = manifest_for(&f, desc(&f, IMG_CONFIG, "{\"sig\":1}", ""),
			   desc(&f, "application/vnd.dev.cosign.simplesigning.v1+json", payload, ""));
	empty = tsr_arena_printf(
		&f.arena, "{\"schemaVersion\":2,\"artifactType\":\"text/x\",\"config\":%s,\"layers\":[%s]}",
		desc(&f, "application/vnd.oci.empty.v1+json", "{}", ",\"data\":\"e30=\""),
		desc(&f, "application/vnd.oci.empty.v1+json", "{}", ",\"data\":\"e30=\""));
	put_blob(&f, chart);
	put_blob(&f, sig);
	put_blob(&f, empty);
	put_index(&f, tsr_arena_printf(&f.arena, "%s,%s,%s,%s", desc(&f, IMG_MANIFEST, chart, ""),
				       desc(&f, IMG_MANIFEST, sig, ""), desc(&f, IMG_MANIFEST, empty, ""),
				       desc(&f, IMG_MANIFEST, put_oci_image(&f, "", "tar one"), "")));
	cr_assert_eq(read_model(&f), 0, "%s", f.err.msg);
	cr_expect_eq(f.model.n_images, 1);
	cr_expect_eq(f.model.n_notes, 0);
	cr_expect_str_eq(role_of(&f, tsr_arena_printf(&f.arena, "blobs/sha256/%s", hex(&f, "tar chart"))),
			 "artifact");
	cr_expect_str_eq(role_of(&f, tsr_arena_printf(&f.arena, "blobs/sha256/%s", hex(&f, sig))),
			 "artifact");
	fixture_release(&f);
}

Test(model_oci, an_index_that_lists_nothing_is_no_image)
{
	static const char *const texts[] = { "{\"manifests\":null}", "{\"manifests\":[]}", "{}", "[]" };
	size_t i;

	for (i = 0; i < 4; i++) {
		struct fixture f;

		fixture_init(&f);
		put(&f, "oci-layout", "{}");
		put(&f, "index.json", texts[i]);
		cr_expect_eq(read_model(&f), -1);
		cr_expect_eq(f.err.kind, TSR_EINPUT);
		cr_expect_str_eq(f.err.msg, "not an image: index.json lists no manifest");
		fixture_release(&f);
	}
}

Test(model_oci, layers_end_in_one_state_each)
{
	static const struct {
		const char *type, *more, *rule;
		bool here;
		enum tsr_layer_presence presence;
	} rows[] = {
		{ IMG_LAYER, "", NULL, true, TSR_LAYER_PRESENT },
		{ "application/vnd.docker.image.rootfs.diff.tar.gzip", "", NULL, true, TSR_LAYER_PRESENT },
		{ IMG_LAYER "+gzip", "", "layer/missing", false, TSR_LAYER_MISSING },
		{ IMG_LAYER, ",\"urls\":[\"https://x\"]", "layer/missing", false, TSR_LAYER_MISSING },
		{ "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip", ",\"urls\":[\"https://x\"]",
		  "layer/foreign", false, TSR_LAYER_FOREIGN },
		{ "application/vnd.oci.image.layer.nondistributable.v1.tar", "", "layer/missing", false,
		  TSR_LAYER_MISSING },
		{ "application/vnd.oci.image.layer.nondistributable.v1.tar", "", NULL, true,
		  TSR_LAYER_PRESENT },
		{ IMG_LAYER "+gzip+encrypted", "", "layer/encrypted", true, TSR_LAYER_ENCRYPTED },
		{ "application/vnd.sylabs.sif.layer.v1.squashfs", "", "layer/unsupported", true,
		  TSR_LAYER_UNSUPPORTED },
		{ "application/vnd.erofs.layer.v1", "", "layer/unsupported", true, TSR_LAYER_UNSUPPORTED },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fixture f;
		const char *config, *manifest;

		fixture_init(&f);
		config = config_for(&f, "", "tar one", NULL);
		manifest = manifest_for(&f, desc(&f, IMG_CONFIG, config, ""),
					desc(&f, rows[i].type, "tar one", rows[i].more));
		put_blob(&f, config);
		put_blob(&f, manifest);
		if (rows[i].here)
			put_blob(&f, "tar one");
		put_index(&f, desc(&f, IMG_MANIFEST, manifest, ""));
		cr_assert_eq(read_model(&f), 0, "%s", f.err.msg);
		cr_expect_eq(f.model.images[0].layers[0].presence, rows[i].presence, "row %zu", i);
		cr_expect_eq(f.model.n_notes, rows[i].rule != NULL, "row %zu", i);
		if (rows[i].rule)
			cr_expect_not_null(note_of(&f, rows[i].rule)->incomplete);
		fixture_release(&f);
	}
}

Test(model_oci, blobs_that_are_not_what_they_are_called_are_noted_where_they_are_used)
{
	struct fixture f;
	const char *config, *manifest;

	fixture_init(&f);
	config = config_for(&f, "", "tar one", NULL);
	manifest = manifest_for(&f, desc(&f, IMG_CONFIG, config, ""), desc(&f, IMG_LAYER, "tar one", ""));
	put_blob(&f, config);
	put_blob(&f, manifest);
	put(&f, tsr_arena_printf(&f.arena, "blobs/sha256/%s", hex(&f, "tar one")), "tar forged");
	put(&f, tsr_arena_printf(&f.arena, "blobs/sha256/%s", hex(&f, "x")), "tar y");
	put_index(&f, desc(&f, IMG_MANIFEST, manifest, ""));
	cr_assert_eq(read_model(&f), 0, "%s", f.err.msg);
	cr_expect_eq(notes_of(&f, "archive/digest-mismatch"), 2);
	cr_expect_eq(note_of(&f, "archive/digest-mismatch")->layer, 0);
	cr_expect_not_null(note_of(&f, "archive/digest-mismatch")->incomplete);
	cr_expect(f.model.images[0].layers[0].blob->flags & TSR_BLOB_MISMATCH);
	cr_expect_eq(notes_of(&f, "archive/size-mismatch"), 1);
	fixture_release(&f);
}

Test(model_oci, sha512_references_are_followed)
{
	struct fixture f;
	struct tsr_blob *b;
	char hex512[129];
	const char *config, *manifest;

	fixture_init(&f);
	memset(hex512, 'a', 128);
	hex512[128] = '\0';
	b = put(&f, tsr_arena_printf(&f.arena, "blobs/sha512/%s", hex512), "tar one");
	cr_assert_eq(tsr_digest_parse2(TSR_SLICE("sha512"), tsr_slice_str(hex512), &b->other), 0);
	config = config_for(&f, "", "tar one", NULL);
	manifest = manifest_for(&f, desc(&f, IMG_CONFIG, config, ""),
				tsr_arena_printf(&f.arena,
						 "{\"mediaType\":\"" IMG_LAYER
						 "\",\"digest\":\"sha512:%s\",\"size\":7}",
						 hex512));
	put_blob(&f, config);
	put_blob(&f, manifest);
	put(&f, "blobs/blake3/abcd", "tar z");
	put_index(&f, desc(&f, IMG_MANIFEST, manifest, ""));
	cr_assert_eq(read_model(&f), 0, "%s", f.err.msg);
	cr_expect_not_null(f.model.images[0].layers[0].blob);
	cr_expect_eq(f.model.n_notes, 1, "only that blake3 cannot be verified");
	cr_expect_not_null(note_of(&f, "archive/digest-mismatch")->incomplete);
	fixture_release(&f);
}

Test(model_oci, indexes_that_go_in_circles_or_too_deep_end)
{
	struct fixture f;
	const char *m, *text;
	unsigned i;

	/* A name that does not hash to its content can be referred to by that content. */
	fixture_init(&f);
	m = put_oci_image(&f, "", "tar one");
	text = tsr_arena_printf(&f.arena, "{\"manifests\":[{\"digest\":\"sha256:%s\"},%s]}",
				hex(&f, "circle"), desc(&f, IMG_MANIFEST, m, ""));
	put(&f, tsr_arena_printf(&f.arena, "blobs/sha256/%s", hex(&f, "circle")), text);
	put_index(&f, tsr_arena_printf(&f.arena, "{\"digest\":\"sha256:%s\"}", hex(&f, "circle")));
	cr_assert_eq(read_model(&f), 0, "%s", f.err.msg);
	cr_expect_eq(f.model.n_images, 1);
	fixture_release(&f);

	fixture_init(&f);
	text = put_oci_image(&f, "", "tar one");
	for (i = 0; i < 20; i++) {
		text = tsr_arena_printf(&f.arena, "{\"manifests\":[%s]}", desc(&f, "", text, ""));
		put_blob(&f, text);
	}
	put_index(&f, desc(&f, "", text, ""));
	cr_expect_eq(read_model(&f), -1);
	cr_expect_eq(f.err.kind, TSR_ELIMIT);
	fixture_release(&f);
}

Test(model_oci, a_manifest_that_cannot_be_read_leaves_the_others)
{
	static const char *const texts[] = { "{\"config\":\"\xff\"}", "{\"fsLayers\":[]}", "{\"layers\":{}}",
					     "plain" };
	size_t i;

	for (i = 0; i < 4; i++) {
		struct fixture f;

		fixture_init(&f);
		put_blob(&f, texts[i]);
		put_index(&f, tsr_arena_printf(&f.arena, "%s,%s", desc(&f, IMG_MANIFEST, texts[i], ""),
					       desc(&f, IMG_MANIFEST, put_oci_image(&f, "", "tar one"), "")));
		cr_assert_eq(read_model(&f), 0, "%s", f.err.msg);
		cr_expect_eq(f.model.n_images, 1, "%zu", i);
		cr_expect_not_null(note_of(&f, "archive/manifest-unreadable")->incomplete, "%zu", i);
		fixture_release(&f);
	}
}

Test(model_oci, what_stands_in_a_descriptor_only_is_read_and_said)
{
	struct fixture f;
	const char *config = "{\"config\":{\"User\":\"x\"}}", *manifest, *bad;

	fixture_init(&f);
	manifest = manifest_for(
		&f, desc(&f, IMG_CONFIG, config, ",\"data\":\"eyJjb25maWciOnsiVXNlciI6IngifX0=\""), "");
	put_blob(&f, manifest);
	bad = desc(&f, IMG_MANIFEST, manifest, ",\"data\":\"e30=\"");
	put_index(&f, bad);
	cr_assert_eq(read_model(&f), 0, "%s", f.err.msg);
	cr_assert_not_null(f.model.images[0].config);
	cr_expect(tsr_slice_eq_str(f.model.images[0].config->user, "x"));
	cr_expect_not_null(note_of(&f, "config/unreadable")->incomplete);
	cr_expect_eq(notes_of(&f, "archive/digest-mismatch"), 1, "the manifest's data is another document");
	fixture_release(&f);
}

Test(model_oci, docker_dir_is_read)
{
	struct fixture f;
	const char *config, *manifest;

	fixture_init(&f);
	put(&f, "version", "Directory Transport Version: 1.1\n");
	put(&f, hex(&f, "tar one"), "tar one");
	config = config_for(&f, "u", "tar one", NULL);
	put(&f, hex(&f, config), config);
	manifest = manifest_for(&f, desc(&f, "application/vnd.docker.container.image.v1+json", config, ""),
				desc(&f, "application/vnd.docker.image.rootfs.diff.tar.gzip", "tar one", ""));
	put(&f, "manifest.json", manifest);
	put(&f, "signature-1", "sig");
	cr_assert_eq(read_model(&f), 0, "%s", f.err.msg);
	cr_expect_str_eq(f.model.format, "docker-dir");
	cr_assert_eq(f.model.n_images, 1);
	cr_expect_not_null(f.model.images[0].layers[0].blob);
	cr_expect_eq(f.model.n_notes, 0);
	cr_expect_str_eq(role_of(&f, "version"), "other");
	fixture_release(&f);

	/* Of several platforms: a list, and its instances beside it. */
	fixture_init(&f);
	put(&f, hex(&f, "tar one"), "tar one");
	config = config_for(&f, "u", "tar one", NULL);
	put(&f, hex(&f, config), config);
	manifest = manifest_for(&f, desc(&f, IMG_CONFIG, config, ""), desc(&f, IMG_LAYER, "tar one", ""));
	put(&f, tsr_arena_printf(&f.arena, "%s.manifest.json", hex(&f, manifest)), manifest);
	put(&f, "manifest.json",
	    tsr_arena_printf(&f.arena, "{\"manifests\":[%s]}",
			     desc(&f, IMG_MANIFEST, manifest, PLATFORM("arm64"))));
	cr_assert_eq(read_model(&f), 0, "%s", f.err.msg);
	cr_assert_eq(f.model.n_images, 1);
	cr_expect(tsr_slice_eq_str(f.model.images[0].architecture, "arm64"));
	fixture_release(&f);
}

Test(model_oci, a_plain_tar_is_no_image)
{
	struct fixture f;

	fixture_init(&f);
	put(&f, "etc/passwd", "root:x:0:0::/:/bin/sh\n");
	cr_expect_eq(read_model(&f), -1);
	cr_expect_eq(f.err.kind, TSR_EINPUT);
	fixture_release(&f);
}
