/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include <jansson.h>
#include <stdlib.h>

#include "base/mem.h"
#include "json_at.h"
#include "report/report.h"
#include "run_build.h"

static void render(const struct run_build *b, struct tsr_buf *out)
{
	struct tsr_report_options o = { .show = TSR_LOW };
	struct tsr_err err = TSR_ERR_INIT;

	cr_assert(tsr_reporter_find("sarif")->render(&b->run, &o, out, &err) == 0, "%s", err.msg);
}

/* The only run of the report. */
static json_t *parsed(const struct run_build *b)
{
	TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(TSR_REPORT_MAX);
	json_error_t e;
	json_t *root, *runs, *run;

	render(b, &out);
	root = json_loadb(out.ptr, out.len, JSON_REJECT_DUPLICATES, &e);
	cr_assert(root, "line %d: %s", e.line, e.text);
	runs = json_object_get(root, "runs");
	cr_assert(json_array_size(runs) == 1);
	run = json_incref(json_array_get(runs, 0));
	json_decref(root);
	return run;
}

static const char *uri(json_t *run, size_t i)
{
	return str(json_array_get(at(run, "results"), i), "locations/0/physicalLocation/artifactLocation/uri");
}

static json_t *notification(json_t *run, size_t i)
{
	return json_array_get(at(run, "invocations/0/toolExecutionNotifications"), i);
}

Test(report_sarif, a_clean_run_has_no_results_and_was_successful)
{
	struct run_build b;
	json_t *run;

	build_clean(&b);
	run = parsed(&b);
	cr_expect(json_array_size(at(run, "results")) == 0);
	cr_expect(json_array_size(at(run, "tool/driver/rules")) == 0);
	cr_expect(json_is_true(at(run, "invocations/0/executionSuccessful")));
	cr_expect(json_array_size(at(run, "invocations/0/toolExecutionNotifications")) == 0);
	cr_expect_str_eq(str(run, "automationDetails/id"), "tarsier/app/linux/amd64/");
	json_decref(run);
}

Test(report_sarif, the_severest_results_come_first)
{
	static const char *const levels[] = { "error", "error", "note", "note" };
	struct run_build b;
	json_t *run;
	size_t i;

	build_full(&b);
	run = parsed(&b);
	cr_assert(json_array_size(at(run, "results")) == 4);
	for (i = 0; i < 4; i++)
		cr_expect_str_eq(str(json_array_get(at(run, "results"), i), "level"), levels[i]);
	cr_expect_str_eq(str(run, "results/1/ruleId"), "config/user-root");
	json_decref(run);
}

Test(report_sarif, a_result_refers_to_its_rule)
{
	struct run_build b;
	json_t *run;
	size_t i;

	build_full(&b);
	run = parsed(&b);
	cr_expect(json_array_size(at(run, "tool/driver/rules")) == 3);
	for (i = 0; i < 4; i++) {
		json_t *r = json_array_get(at(run, "results"), i);
		json_t *rule = json_array_get(at(run, "tool/driver/rules"),
					      (size_t)json_integer_value(at(r, "ruleIndex")));

		cr_expect_str_eq(str(rule, "id"), str(r, "ruleId"));
	}
	json_decref(run);
}

Test(report_sarif, a_rule_has_all_that_github_requires)
{
	struct run_build b;
	json_t *run, *rule;

	build_full(&b);
	b.findings[0].description = "Why it matters.";
	run = parsed(&b);
	rule = at(run, "tool/driver/rules/2");
	cr_expect_str_eq(str(rule, "id"), "secret/one");
	cr_expect_str_eq(str(rule, "name"), "SecretOne");
	cr_expect_str_eq(str(rule, "shortDescription/text"), "a title");
	cr_expect_str_eq(str(rule, "fullDescription/text"), "Why it matters.");
	cr_expect_str_eq(str(rule, "help/text"), "Do something about it.\nhttps://example.com/");
	cr_expect_str_eq(str(rule, "helpUri"), "https://example.com/");
	cr_expect_str_eq(str(rule, "properties/tags/0"), "security");
	cr_expect_str_eq(str(rule, "properties/security-severity"), "9.5");
	cr_expect_str_eq(str(rule, "properties/precision"), "very-high");
	/* Without a description the title has to do: the text must not be empty. */
	cr_expect_str_eq(str(run, "tool/driver/rules/0/fullDescription/text"), "a title");
	cr_expect(json_object_get(at(run, "tool/driver/rules/0/properties"), "security-severity") == NULL);
	json_decref(run);
}

Test(report_sarif, tags_of_a_finding_are_not_those_of_its_rule)
{
	static const char *const of_rule[] = { "CWE-798", NULL }, *const of_one[] = { "CWE-798", "sample", NULL };
	struct run_build b;
	json_t *run;

	build_full(&b);
	b.findings[0].tags = of_one;
	b.findings[1].tags = of_rule;
	run = parsed(&b);
	cr_expect(json_array_size(at(run, "tool/driver/rules/2/properties/tags")) == 3);
	cr_expect_str_eq(str(run, "tool/driver/rules/2/properties/tags/1"), "CWE-798");
	cr_expect_str_eq(str(run, "tool/driver/rules/2/properties/tags/2"), "external/cwe/cwe-798", "as GitHub knows it");
	cr_expect_str_eq(str(run, "results/0/properties/tags/1"), "sample");
	json_decref(run);
}

Test(report_sarif, a_result_tells_place_state_and_fingerprint)
{
	struct run_build b;
	json_t *run, *r;

	build_full(&b);
	run = parsed(&b);
	r = at(run, "results/0");
	cr_expect_str_eq(str(r, "message/text"), "a title: a message (tok_ab…, 40 characters); at /app/settings.py:12 "
						 "(base64); in layer 0 of app:1 (linux/amd64); deleted in layer 4");
	cr_expect_str_eq(uri(run, 0), "app/app/settings.py");
	cr_expect(json_integer_value(at(r, "locations/0/physicalLocation/region/startLine")) == 12);
	cr_expect_str_eq(str(r, "locations/0/logicalLocations/0/name"), "app:1 (linux/amd64)");
	cr_expect_str_eq(str(r, "locations/0/logicalLocations/0/fullyQualifiedName"), DIGEST_A);
	cr_expect_str_eq(str(r, "locations/0/logicalLocations/1/fullyQualifiedName"), DIGEST_B);
	cr_expect_str_eq(str(r, "locations/0/logicalLocations/2/name"), "COPY . /app");
	cr_expect_str_eq(json_string_value(json_object_get(at(r, "partialFingerprints"), "tarsier/v1")),
			 b.findings[0].fingerprint);
	json_decref(run);
}

Test(report_sarif, equal_fingerprints_are_numbered)
{
	struct run_build b;
	json_t *run;

	build_full(&b);
	run = parsed(&b);
	/* All findings of the run that is built have one fingerprint; by order, not by severity. */
	cr_expect_str_eq(str(run, "results/0/partialFingerprints/primaryLocationLineHash"),
			 "0123456789abcdef0123456789abcdef:1");
	cr_expect_str_eq(str(run, "results/1/partialFingerprints/primaryLocationLineHash"),
			 "0123456789abcdef0123456789abcdef:3");
	json_decref(run);
}

Test(report_sarif, uris_are_relative_and_encoded)
{
	static const struct {
		const char *path;
		bool escaped;
		enum tsr_place kind;
		const char *uri;
	} rows[] = {
		{ "/srv/a b", false, TSR_PLACE_FILE, "app/srv/a%20b" },
		{ "/srv/\xc3\xa4#?%", false, TSR_PLACE_FILE, "app/srv/%C3%A4%23%3F%25" },
		{ "/c:/x", false, TSR_PLACE_FILE, "app/c%3A/x" },
		{ "/a\\xff\\\\b", true, TSR_PLACE_FILE, "app/a%FF%5Cb" },
		{ "/a\\xff", false, TSR_PLACE_FILE, "app/a%5Cxff" },
		{ "../../etc/passwd", false, TSR_PLACE_ARCHIVE, "app/%2E%2E/%2E%2E/etc/passwd" },
		{ "//host/x", false, TSR_PLACE_ARCHIVE, "app/host/x" },
		{ "", false, TSR_PLACE_LAYER, "app/.image" },
	};
	struct run_build b;
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(rows); i++) {
		json_t *run;

		build_full(&b);
		b.image.n_findings = 1;
		b.findings[0].where = (struct tsr_location){ .kind = rows[i].kind, .layer = TSR_NO_LAYER,
							     .path = { rows[i].path, rows[i].escaped },
							     .offset = TSR_NO_OFFSET };
		run = parsed(&b);
		cr_expect_str_eq(uri(run, 0), rows[i].uri);
		json_decref(run);
	}
}

Test(report_sarif, names_inside_containers_are_in_the_uri_and_pointers_are_not)
{
	static const struct tsr_via zip = { .kind = "zip", .path = { "BOOT-INF/a b.yml", false } };
	struct run_build b;
	json_t *run;

	build_full(&b);
	b.findings[0].where.via = &zip;
	run = parsed(&b);
	cr_expect_str_eq(uri(run, 0), "app/app/settings.py!BOOT-INF/a%20b.yml");
	cr_expect_str_eq(uri(run, 1), "app/.image/config.json");
	json_decref(run);
}

Test(report_sarif, tag_digest_and_registry_are_not_in_the_uri)
{
	static const struct {
		const char *name, *begins;
	} rows[] = {
		{ "app:1", "app/" },
		{ "app", "app/" },
		{ "registry.example.com:5000/team/app:1.2", "app/" },
		{ "registry.example.com:5000/team/app", "app/" },
		{ "team/app@" DIGEST_A, "app/" },
		{ "team/app:1@" DIGEST_A, "app/" },
		{ ":x", "saved.tar/" },
	};
	struct run_build b;
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(rows); i++) {
		json_t *run;

		build_full(&b);
		b.names[0] = text(rows[i].name);
		b.image.source = text("/tmp/x/saved.tar");
		run = parsed(&b);
		cr_expect(strncmp(uri(run, 0), rows[i].begins, strlen(rows[i].begins)) == 0, "%s", uri(run, 0));
		json_decref(run);
	}
}

Test(report_sarif, text_of_the_image_is_no_link_and_no_argument)
{
	struct run_build b;
	json_t *run;

	build_full(&b);
	b.image.n_findings = 1;
	b.findings[0].where.path = text("/[click](http://evil) {0}");
	run = parsed(&b);
	cr_expect(strstr(str(run, "results/0/message/text"), "/\\[click\\](http://evil) {{0}}"), "%s",
		  str(run, "results/0/message/text"));
	json_decref(run);
}

Test(report_sarif, suppressed_findings_say_why)
{
	static const struct tsr_suppression why = { .kind = "ignore", .reason = { "test data", false },
						    .owner = { "team", false }, .until = { "2030-01-01", false } };
	struct run_build b;
	json_t *run;

	build_full(&b);
	b.findings[0].suppressed = &why;
	run = parsed(&b);
	cr_expect_str_eq(str(run, "results/0/suppressions/0/kind"), "external");
	cr_expect_str_eq(str(run, "results/0/suppressions/0/justification"),
			 "ignore: test data (team), until 2030-01-01");
	/* The specification: of all results or of none. */
	cr_expect(json_is_array(at(run, "results/1/suppressions")));
	json_decref(run);
}

Test(report_sarif, an_incomplete_audit_is_visible)
{
	struct run_build b;
	json_t *run;

	build_incomplete(&b);
	run = parsed(&b);
	cr_expect(json_is_false(at(run, "invocations/0/executionSuccessful")));
	cr_expect(json_array_size(at(run, "invocations/0/toolExecutionNotifications")) == 4);
	cr_expect_str_eq(str(notification(run, 1), "level"), "error");
	cr_expect_str_eq(str(notification(run, 1), "message/text"),
			 "app:1 (linux/amd64): not audited: layer 1: entries: checksum of the header is wrong (2048 bytes)");
	cr_expect_str_eq(str(notification(run, 3), "level"), "note");
	json_decref(run);
	build_error(&b);
	run = parsed(&b);
	cr_expect(json_is_false(at(run, "invocations/0/executionSuccessful")));
	cr_expect_str_eq(str(notification(run, 0), "message/text"), "gone.tar: No such file or directory");
	json_decref(run);
}

Test(report_sarif, what_is_cut_is_the_least_and_said)
{
	struct run_build b;
	json_t *run;
	size_t i, n = 25003;

	build_full(&b);
	b.image.findings = tsr_xcalloc(n, sizeof(*b.image.findings));
	b.image.n_findings = n;
	for (i = 0; i < n; i++)
		b.image.findings[i] = build_finding("secret/one", i < 3 ? TSR_LOW : TSR_HIGH, TSR_PLACE_CONFIG);
	run = parsed(&b);
	cr_expect(json_array_size(at(run, "results")) == 25000);
	cr_expect_str_eq(str(run, "results/24999/properties/severity"), "high");
	cr_expect(strncmp(str(notification(run, 0), "message/text"), "3 results of the least severity", 31) == 0);
	free(b.image.findings);
	json_decref(run);
}

Test(report_sarif, long_descriptions_are_cut_between_characters)
{
	struct run_build b;
	char *longest = tsr_xmalloc(2002);
	const char *got;
	json_t *run;
	size_t i;

	for (i = 0; i < 2000; i += 2)
		memcpy(longest + i, "\xc3\xa4", 3);
	build_full(&b);
	b.findings[2].description = longest;
	run = parsed(&b);
	got = str(run, "tool/driver/rules/1/fullDescription/text");
	cr_expect(strlen(got) <= 1024 && strlen(got) > 1000);
	cr_expect_str_eq(got + strlen(got) - 3, "…");
	free(longest);
	json_decref(run);
}

Test(report_sarif, two_reports_are_the_same_bytes)
{
	TSR_AUTO(tsr_buf) struct tsr_buf x = TSR_BUF_INIT(TSR_REPORT_MAX), y = TSR_BUF_INIT(TSR_REPORT_MAX);
	struct run_build b;

	build_full(&b);
	render(&b, &x);
	render(&b, &y);
	cr_expect_str_eq(x.ptr, y.ptr);
}
