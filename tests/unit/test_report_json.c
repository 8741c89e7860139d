/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include <jansson.h>

#include "base/mem.h"
#include "report/json_out.h"
#include "report/report.h"
#include "run_build.h"

static void render(const struct run_build *b, struct tsr_buf *out)
{
	struct tsr_report_options o = { .show = TSR_LOW };
	struct tsr_err err = TSR_ERR_INIT;

	cr_assert(tsr_reporter_find("json")->render(&b->run, &o, out, &err) == 0, "%s", err.msg);
}

static json_t *parsed(const struct run_build *b)
{
	TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(TSR_REPORT_MAX);
	json_error_t e;
	json_t *root;

	render(b, &out);
	root = json_loadb(out.ptr, out.len, JSON_REJECT_DUPLICATES, &e);
	cr_assert(root, "line %d: %s", e.line, e.text);
	return root;
}

static json_t *finding(json_t *root, size_t i)
{
	json_t *images = json_object_get(root, "images");

	return json_array_get(json_object_get(json_array_get(images, 0), "findings"), i);
}

static const char *str(json_t *object, const char *key)
{
	const char *s = json_string_value(json_object_get(object, key));

	cr_assert(s, "%s is no string", key);
	return s;
}

/* The keys of an object in their order, which is part of the format. */
static void expect_keys(json_t *object, const char *expected)
{
	TSR_AUTO(tsr_buf) struct tsr_buf got = TSR_BUF_INIT(4096);
	const char *key;
	json_t *value;

	json_object_foreach(object, key, value)
		tsr_buf_printf(&got, "%s%s", got.len ? " " : "", key);
	cr_expect_str_eq(got.ptr, expected);
}

Test(report_json, an_empty_run_has_every_key)
{
	struct run_build b = { .run = { .version = "1.2.3", .rules_digest = DIGEST_A } };
	TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(TSR_REPORT_MAX);

	render(&b, &out);
	cr_assert_str_eq(out.ptr, "{\n"
				  "  \"schemaVersion\": 1,\n"
				  "  \"tool\": {\n"
				  "    \"name\": \"tarsier\",\n"
				  "    \"version\": \"1.2.3\",\n"
				  "    \"rulesDigest\": \"" DIGEST_A "\"\n"
				  "  },\n"
				  "  \"archives\": [],\n"
				  "  \"images\": [],\n"
				  "  \"errors\": [],\n"
				  "  \"summary\": {\n"
				  "    \"critical\": 0,\n"
				  "    \"high\": 0,\n"
				  "    \"medium\": 0,\n"
				  "    \"low\": 0,\n"
				  "    \"info\": 0,\n"
				  "    \"suppressed\": 0\n"
				  "  },\n"
				  "  \"verdict\": \"pass\"\n"
				  "}\n");
}

Test(report_json, a_full_run_has_every_key_in_order)
{
	struct run_build b;
	json_t *root, *image, *archive, *f;

	build_full(&b);
	root = parsed(&b);
	expect_keys(root, "schemaVersion tool archives images errors summary verdict");
	archive = json_array_get(json_object_get(root, "archives"), 0);
	expect_keys(archive, "source format findings blobs coverage");
	expect_keys(json_array_get(json_object_get(archive, "blobs"), 0), "ordinal names digest size role status");
	image = json_array_get(json_object_get(root, "images"), 0);
	expect_keys(image, "source names platform configDigest manifestDigest layers wastedBytes efficiency "
			    "inefficientPaths inefficientBytes findings complete coverage");
	expect_keys(json_array_get(json_object_get(image, "layers"), 0),
		    "index digest diffId mediaType compression size uncompressedSize entries createdBy status files fileBytes wastedBytes "
		    "deletedFiles deletedBytes overwrittenFiles overwrittenBytes repeatedFiles repeatedBytes");
	expect_keys(json_object_get(image, "coverage"), "layers entries bytes bytesScanned skipped derived");
	f = finding(root, 0);
	expect_keys(f, "fingerprint rule severity confidence title message location state hiddenIn occurrences evidence "
		       "remediation references tags suppressed");
	expect_keys(json_object_get(f, "location"),
		    "kind path pathEscaped via layer layers diffId createdBy offset line pointer");
	cr_expect(json_is_null(json_object_get(image, "manifestDigest")));
	cr_expect_str_eq(str(root, "verdict"), "fail");
	json_decref(root);
}

Test(report_json, a_finding_is_told_completely)
{
	struct run_build b;
	json_t *root, *f, *w;

	build_full(&b);
	root = parsed(&b);
	f = finding(root, 0);
	w = json_object_get(f, "location");
	cr_expect_str_eq(str(f, "severity"), "critical");
	cr_expect_str_eq(str(f, "confidence"), "confirmed");
	cr_expect_str_eq(str(f, "state"), "deleted");
	cr_expect(json_integer_value(json_object_get(f, "hiddenIn")) == 4);
	cr_expect_str_eq(str(json_object_get(f, "evidence"), "redacted"), "tok_ab…");
	cr_expect(json_array_size(json_object_get(f, "tags")) == 2);
	cr_expect(json_array_size(json_object_get(f, "references")) == 1);
	cr_expect_str_eq(str(w, "path"), "/app/settings.py");
	cr_expect(json_integer_value(json_object_get(w, "line")) == 12);
	cr_expect(json_array_size(json_object_get(w, "layers")) == 1);
	cr_expect_str_eq(str(json_array_get(json_object_get(w, "via"), 0), "kind"), "base64");
	json_decref(root);
}

Test(report_json, what_is_not_there_is_null_and_arrays_are_empty)
{
	struct run_build b;
	json_t *root, *f, *w;

	build_full(&b);
	root = parsed(&b);
	f = finding(root, 2);
	w = json_object_get(f, "location");
	cr_expect(json_is_null(json_object_get(f, "evidence")));
	cr_expect(json_is_null(json_object_get(f, "state")));
	cr_expect(json_is_null(json_object_get(f, "hiddenIn")));
	cr_expect(json_is_null(json_object_get(w, "layer")));
	cr_expect(json_is_null(json_object_get(w, "line")));
	cr_expect(json_is_null(json_object_get(w, "offset")));
	cr_expect(json_is_null(json_object_get(w, "createdBy")));
	cr_expect_str_eq(str(w, "path"), "");
	cr_expect_str_eq(str(w, "pointer"), "/config/User");
	cr_expect(json_is_array(json_object_get(f, "tags")));
	cr_expect(json_is_array(json_object_get(w, "layers")));
	json_decref(root);
}

Test(report_json, a_blob_at_several_positions_lists_them)
{
	static const uint32_t at[] = { 1, 3, 5 };
	struct run_build b;
	json_t *root, *layers;

	build_full(&b);
	b.findings[1].where.layers = at;
	b.findings[1].where.n_layers = 3;
	root = parsed(&b);
	layers = json_object_get(json_object_get(finding(root, 1), "location"), "layers");
	cr_expect(json_array_size(layers) == 3);
	cr_expect(json_integer_value(json_array_get(layers, 2)) == 5);
	json_decref(root);
}

Test(report_json, a_path_has_one_slash_whichever_form_it_comes_in)
{
	static const char *const paths[][2] = { { "a/b", "/a/b" }, { "/a/b", "/a/b" }, { "", "/" }, { "/", "/" } };
	struct run_build b;
	json_t *root;
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(paths); i++) {
		build_full(&b);
		b.findings[0].where.path = text(paths[i][0]);
		root = parsed(&b);
		cr_expect_str_eq(str(json_object_get(finding(root, 0), "location"), "path"), paths[i][1]);
		json_decref(root);
	}
}

Test(report_json, gaps_and_errors_are_rows)
{
	struct run_build b;
	json_t *root, *coverage, *row;

	build_incomplete(&b);
	root = parsed(&b);
	coverage = json_object_get(json_array_get(json_object_get(root, "images"), 0), "coverage");
	row = json_array_get(json_object_get(coverage, "skipped"), 0);
	cr_expect_str_eq(str(row, "what"), "entries");
	cr_expect(json_integer_value(json_object_get(row, "bytes")) == 2048);
	cr_expect(json_array_size(json_object_get(coverage, "derived")) == 2);
	cr_expect_str_eq(str(root, "verdict"), "incomplete");
	json_decref(root);

	build_error(&b);
	root = parsed(&b);
	row = json_array_get(json_object_get(root, "errors"), 0);
	expect_keys(row, "source message");
	cr_expect_str_eq(str(row, "source"), "gone.tar");
	json_decref(root);
}

Test(report_json, escaped_text_stays_what_it_is)
{
	static const char raw[] = "a\x1b[2J\"\xff\\";
	struct tsr_arena arena = TSR_ARENA_INIT;
	struct run_build b;
	json_t *root, *w;

	build_full(&b);
	b.findings[0].where.path = tsr_text_escaped(&arena, tsr_slice_of(raw, sizeof(raw) - 1));
	root = parsed(&b);
	w = json_object_get(finding(root, 0), "location");
	cr_expect_str_eq(str(w, "path"), "/a\\x1b[2J\"\\xff\\\\");
	cr_expect(json_is_true(json_object_get(w, "pathEscaped")));
	json_decref(root);
	tsr_arena_release(&arena);
}

Test(report_json, whatever_a_rule_says_is_valid_json)
{
	struct run_build b;
	json_t *root;

	build_full(&b);
	b.findings[0].remediation = "line\n\ttab \x01 \x7f \xff\xfe \xe2\x82";
	root = parsed(&b);
	cr_expect_str_eq(str(finding(root, 0), "remediation"),
			 "line\n\ttab \x01 \x7f \xef\xbf\xbd\xef\xbf\xbd \xef\xbf\xbd\xef\xbf\xbd");
	json_decref(root);
}

Test(report_json, two_renderings_are_the_same_bytes)
{
	TSR_AUTO(tsr_buf) struct tsr_buf one = TSR_BUF_INIT(TSR_REPORT_MAX);
	TSR_AUTO(tsr_buf) struct tsr_buf two = TSR_BUF_INIT(TSR_REPORT_MAX);
	struct run_build b;

	build_full(&b);
	render(&b, &one);
	render(&b, &two);
	cr_assert_str_eq(one.ptr, two.ptr);
}

Test(report_json, a_report_that_does_not_fit_is_an_error)
{
	TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(100);
	struct tsr_report_options o = { .show = TSR_LOW };
	struct tsr_err err = TSR_ERR_INIT;
	struct run_build b;

	build_full(&b);
	cr_assert(tsr_reporter_find("json")->render(&b.run, &o, &out, &err) == -1);
	cr_expect(err.kind == TSR_EIO);
}

Test(report_json, the_largest_numbers_are_exact)
{
	TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(4096);
	struct tsr_json_out o;

	tsr_json_out_init(&o, &out);
	tsr_json_out_begin(&o, NULL, '[');
	tsr_json_out_u64(&o, NULL, UINT64_MAX);
	tsr_json_out_bool(&o, NULL, false);
	tsr_json_out_begin(&o, NULL, '{');
	tsr_json_out_end(&o, '}');
	tsr_json_out_end(&o, ']');
	cr_assert_str_eq(out.ptr, "[\n  18446744073709551615,\n  false,\n  {}\n]\n");
}
