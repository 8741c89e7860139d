/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include <jansson.h>
#include <stdlib.h>

#include "base/mem.h"
#include "json_at.h"
#include "report/report.h"
#include "run_build.h"

static json_t *parsed(const struct run_build *b, const char *format)
{
	TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(TSR_REPORT_MAX);
	struct tsr_report_options o = { .show = TSR_LOW };
	struct tsr_err err = TSR_ERR_INIT;
	json_error_t e;
	json_t *root;

	cr_assert(tsr_reporter_find(format)->render(&b->run, &o, &out, &err) == 0, "%s", err.msg);
	root = json_loadb(out.ptr, out.len, JSON_REJECT_DUPLICATES, &e);
	cr_assert(root, "line %d: %s", e.line, e.text);
	return root;
}

static json_t *containers(const struct run_build *b)
{
	return parsed(b, "gitlab-container-scanning");
}

static json_t *secrets(const struct run_build *b)
{
	return parsed(b, "gitlab-secret-detection");
}

Test(report_gitlab, each_finding_is_in_one_of_the_two)
{
	struct run_build b;
	json_t *c, *s;

	build_full(&b);
	c = containers(&b);
	s = secrets(&b);
	cr_expect(json_array_size(at(c, "vulnerabilities")) == 2);
	cr_expect(json_array_size(at(s, "vulnerabilities")) == 2);
	cr_expect_str_eq(str(c, "scan/type"), "container_scanning");
	cr_expect_str_eq(str(s, "scan/type"), "secret_detection");
	/* And each tells of the other, so that who has only one knows. */
	cr_expect_str_eq(str(c, "scan/messages/0/value"), "2 findings are in the report gitlab-secret-detection");
	cr_expect_str_eq(str(s, "scan/messages/0/value"), "2 findings are in the report gitlab-container-scanning");
	json_decref(c);
	json_decref(s);
}

Test(report_gitlab, a_secret_has_a_file_and_a_commit_that_is_none)
{
	struct run_build b;
	json_t *s, *v;

	build_full(&b);
	s = secrets(&b);
	v = at(s, "vulnerabilities/0");
	cr_expect_str_eq(str(v, "severity"), "Critical");
	cr_expect_str_eq(str(v, "name"), "a title");
	cr_expect_str_eq(str(v, "location/file"), "app/settings.py (base64)");
	cr_expect_str_eq(str(v, "location/commit/sha"), "0000000");
	cr_expect(json_integer_value(at(v, "location/start_line")) == 12);
	cr_expect(json_object_get(v, "raw_source_code_extract") == NULL);
	cr_expect_str_eq(str(v, "identifiers/0/value"), "secret/one");
	cr_expect_str_eq(str(v, "identifiers/0/url"), "https://example.com/");
	cr_expect_str_eq(str(v, "identifiers/1/type"), "cwe");
	cr_expect_str_eq(str(v, "identifiers/1/value"), "798");
	cr_expect(json_array_size(at(v, "identifiers")) == 2);
	cr_expect_str_eq(str(v, "details/state/value"), "deleted in layer 4");
	cr_expect_str_eq(str(v, "details/instruction/value"), "COPY . /app");
	json_decref(s);
}

Test(report_gitlab, everything_else_has_an_image_and_a_package)
{
	struct run_build b;
	json_t *c, *v;

	build_full(&b);
	c = containers(&b);
	v = at(c, "vulnerabilities/0");
	cr_expect_str_eq(str(v, "location/image"), "app:1");
	cr_expect_str_eq(str(v, "location/operating_system"), "linux/amd64");
	cr_expect_str_eq(str(v, "location/dependency/package/name"), "config /config/User");
	cr_expect_str_eq(str(v, "location/dependency/version"), "image");
	cr_expect_str_eq(str(c, "vulnerabilities/1/severity"), "Info");
	cr_expect_str_eq(str(c, "vulnerabilities/1/location/dependency/package/name"), "history");
	json_decref(c);
}

Test(report_gitlab, an_image_always_has_a_tag_or_a_digest)
{
	static const char *const rows[][2] = {
		{ "app:1", "app:1" },
		{ "app", "app@" DIGEST_A },
		{ "host:5000/app", "host:5000/app@" DIGEST_A },
		{ "app@" DIGEST_B, "app@" DIGEST_B },
		{ NULL, DIGEST_A },
	};
	struct run_build b;
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(rows); i++) {
		json_t *c;

		build_full(&b);
		if (rows[i][0])
			b.names[0] = text(rows[i][0]);
		else
			b.image.n_names = 0;
		b.image.platform = TSR_TEXT_NONE;
		c = containers(&b);
		cr_expect_str_eq(str(c, "vulnerabilities/0/location/image"), rows[i][1]);
		cr_expect_str_eq(str(c, "vulnerabilities/0/location/operating_system"), "unknown");
		json_decref(c);
	}
}

Test(report_gitlab, ids_are_unique_and_the_same_the_next_time)
{
	struct run_build b;
	json_t *x, *y;

	build_full(&b);
	x = secrets(&b);
	y = secrets(&b);
	cr_expect(json_equal(x, y));
	cr_expect(strlen(str(x, "vulnerabilities/0/id")) == 36);
	cr_expect_str_neq(str(x, "vulnerabilities/0/id"), str(x, "vulnerabilities/1/id"));
	json_decref(x);
	json_decref(y);
}

Test(report_gitlab, text_of_the_image_is_no_markdown)
{
	struct run_build b;
	json_t *s;

	build_full(&b);
	b.findings[0].description = "Why it matters.";
	b.findings[0].message = text("[click](http://evil)");
	s = secrets(&b);
	cr_expect_str_eq(str(s, "vulnerabilities/0/description"), "Why it matters.");
	cr_expect_str_eq(str(s, "vulnerabilities/0/details/message/type"), "text");
	json_decref(s);
}

Test(report_gitlab, suppressed_findings_are_counted_only)
{
	static const struct tsr_suppression why = { .kind = "baseline", .reason = { "old", false } };
	struct run_build b;
	json_t *s;

	build_full(&b);
	b.findings[0].suppressed = &why;
	b.run.suppressed = 1;
	s = secrets(&b);
	cr_expect(json_array_size(at(s, "vulnerabilities")) == 1);
	cr_expect_str_eq(str(s, "scan/messages/1/value"), "1 findings are suppressed by policy and left out");
	json_decref(s);
}

Test(report_gitlab, an_incomplete_audit_is_a_failure)
{
	struct run_build b;
	json_t *c;

	build_incomplete(&b);
	c = containers(&b);
	cr_expect_str_eq(str(c, "scan/status"), "failure");
	cr_expect_str_eq(str(c, "scan/messages/0/level"), "fatal");
	cr_expect_str_eq(str(c, "scan/messages/1/value"),
			 "app:1 (linux/amd64): not audited: layer 1: entries: checksum of the header is wrong (2048 bytes)");
	cr_expect(json_array_size(at(c, "scan/messages")) == 3);
	json_decref(c);
	build_error(&b);
	c = secrets(&b);
	cr_expect_str_eq(str(c, "scan/status"), "failure");
	cr_expect_str_eq(str(c, "scan/messages/0/value"), "gone.tar: No such file or directory");
	json_decref(c);
	build_clean(&b);
	c = secrets(&b);
	cr_expect_str_eq(str(c, "scan/status"), "success");
	cr_expect(json_array_size(at(c, "scan/messages")) == 0);
	json_decref(c);
}

Test(report_gitlab, names_are_cut_between_characters)
{
	TSR_AUTO(tsr_buf) struct tsr_buf longest = TSR_BUF_INIT(4096);
	struct run_build b;
	json_t *s;
	size_t i;

	for (i = 0; i < 300; i++)
		tsr_buf_adds(&longest, "\xc3\xa4");
	build_full(&b);
	b.findings[0].title = text(longest.ptr);
	s = secrets(&b);
	cr_expect(strlen(str(s, "vulnerabilities/0/name")) == 254);
	json_decref(s);
}
