/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include "base/mem.h"
#include "report/report.h"
#include "report/xml_out.h"
#include "run_build.h"

static const char *const areas[] = { "config", "file", "secret", NULL };

static void render(struct run_build *b, struct tsr_buf *out)
{
	struct tsr_report_options o = { .show = TSR_LOW };
	struct tsr_err err = TSR_ERR_INIT;

	b->run.areas = areas;
	tsr_buf_reset(out);
	cr_assert(tsr_reporter_find("junit")->render(&b->run, &o, out, &err) == 0, "%s", err.msg);
}

static void expect(const struct tsr_buf *out, const char *what)
{
	cr_expect(strstr(out->ptr, what), "%s\nis not in\n%s", what, out->ptr);
}

Test(report_junit, a_clean_image_has_passed_tests)
{
	TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(TSR_REPORT_MAX);
	struct run_build b;

	build_clean(&b);
	b.run.fail_on = TSR_HIGH;
	render(&b, &out);
	expect(&out, "<testsuite id=\"0\" package=\"tarsier\" name=\"inputs\" timestamp=\"1970-01-01T00:00:00\" "
		     "hostname=\"localhost\" tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"0\" time=\"0\">");
	expect(&out, "name=\"app:1 (linux/amd64)\" timestamp=\"1970-01-01T00:00:00\" hostname=\"localhost\" tests=\"4\" "
		     "failures=\"0\" errors=\"0\" skipped=\"0\"");
	expect(&out, "<testcase classname=\"secret\" name=\"nothing of high severity or above\" time=\"0\"/>");
	expect(&out, "<testcase classname=\"audit\" name=\"audited completely\" time=\"0\"/>");
}

Test(report_junit, what_fails_is_a_failure_and_the_rest_a_note)
{
	TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(TSR_REPORT_MAX);
	struct run_build b;

	build_full(&b);
	b.run.fail_on = TSR_HIGH;
	render(&b, &out);
	/* Complete, the area without failures, and two failures. */
	expect(&out, "tests=\"4\" failures=\"2\" errors=\"0\" skipped=\"0\"");
	expect(&out, "<testcase classname=\"file\" name=\"nothing of high");
	expect(&out, "<testcase classname=\"secret/one\" name=\"[critical] a title: /app/settings.py:12 (base64)\" time=\"0\">");
	expect(&out, "<failure message=\"a message\" type=\"critical\">");
	expect(&out, "tok_ab… (40 characters), confirmed");
	expect(&out, "deleted in layer 4");
	expect(&out, "<system-out>[low] a title: /app/blob at byte 99 [secret/one]\n[info] a title [config/user-not-numeric]\n"
		     "</system-out>");
}

Test(report_junit, nothing_fails_where_nothing_may)
{
	TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(TSR_REPORT_MAX);
	struct run_build b;

	build_full(&b);
	b.run.fail_never = true;
	render(&b, &out);
	cr_expect(strstr(out.ptr, "<failure") == NULL);
	expect(&out, "[critical] a title: /app/settings.py:12 (base64) [secret/one]\n");
}

Test(report_junit, suppressed_findings_are_skipped_with_their_reason)
{
	static const struct tsr_suppression why = { .kind = "ignore", .reason = { "test \"data\"", false } };
	TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(TSR_REPORT_MAX);
	struct run_build b;

	build_full(&b);
	b.run.fail_on = TSR_HIGH;
	b.findings[0].suppressed = &why;
	render(&b, &out);
	expect(&out, "tests=\"5\" failures=\"1\" errors=\"0\" skipped=\"1\"");
	expect(&out, "<skipped message=\"ignore: test &quot;data&quot;\"></skipped>");
	expect(&out, "<testcase classname=\"secret\" name=\"nothing of high");
}

Test(report_junit, what_is_incomplete_or_unreadable_is_an_error)
{
	TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(TSR_REPORT_MAX);
	struct run_build b;

	build_incomplete(&b);
	render(&b, &out);
	expect(&out, "<error message=\"the audit is incomplete\" type=\"incomplete\">layer 1: entries: checksum of the "
		     "header is wrong (2048 bytes)\nlayer 0: /app/a.jar: nested zip: too large\n</error>");
	expect(&out, "<error message=\"layer 1: entries: checksum of the header is wrong\" type=\"incomplete\"></error>");
	build_error(&b);
	render(&b, &out);
	expect(&out, "<testcase classname=\"input\" name=\"gone.tar\" time=\"0\">\n"
		     "\t\t\t<error message=\"No such file or directory\" type=\"unreadable\">");
}

Test(report_junit, an_archive_with_findings_of_its_own_has_a_suite)
{
	TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(TSR_REPORT_MAX);
	struct tsr_finding f = build_finding("archive/odd", TSR_HIGH, TSR_PLACE_ARCHIVE);
	struct run_build b;

	build_clean(&b);
	b.archive.findings = &f;
	b.archive.n_findings = 1;
	b.run.fail_on = TSR_HIGH;
	render(&b, &out);
	expect(&out, "<testsuite id=\"1\" package=\"tarsier\" name=\"saved.tar\"");
	expect(&out, "<testcase classname=\"archive/odd\"");
}

Test(report_junit, xml_holds_whatever_comes)
{
	static const struct {
		const char *in, *text, *attribute;
	} rows[] = {
		{ "a<b>&c]]>", "a&lt;b&gt;&amp;c]]&gt;", " n=\"a&lt;b&gt;&amp;c]]&gt;\"" },
		{ "\"'", "\"'", " n=\"&quot;'\"" },
		{ "a\nb\tc\rd", "a\nb\tc&#13;d", " n=\"a&#10;b&#9;c&#13;d\"" },
		{ "\x01\x1f\x7f", "\\x01\\x1f\x7f", " n=\"\\x01\\x1f\x7f\"" },
		{ "\xff\xc3\xa4\xed\xa0\x80", "\\xffä\\xed\\xa0\\x80", " n=\"\\xffä\\xed\\xa0\\x80\"" },
		{ "\xef\xbf\xbe\xef\xbf\xbd", "\\xef\\xbf\\xbe\xef\xbf\xbd", " n=\"\\xef\\xbf\\xbe\xef\xbf\xbd\"" },
		{ "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80", " n=\"\xf0\x9f\x98\x80\"" },
	};
	TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(4096);
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(rows); i++) {
		tsr_buf_reset(&out);
		tsr_xml_add_text(&out, rows[i].in);
		cr_expect_str_eq(out.ptr, rows[i].text);
		tsr_buf_reset(&out);
		tsr_xml_add_attribute(&out, "n", rows[i].in);
		cr_expect_str_eq(out.ptr, rows[i].attribute);
	}
}

Test(report_junit, the_time_is_what_is_given)
{
	static const struct {
		uint64_t time;
		const char *want;
	} rows[] = {
		{ 0, "timestamp=\"1970-01-01T00:00:00\"" },
		{ 1700000000, "timestamp=\"2023-11-14T22:13:20\"" },
		{ 253402300799, "timestamp=\"9999-12-31T23:59:59\"" },
	};
	TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(TSR_REPORT_MAX);
	struct tsr_err err = TSR_ERR_INIT;
	struct run_build b;
	size_t i;

	build_clean(&b);
	for (i = 0; i < TSR_ARRAY_LEN(rows); i++) {
		struct tsr_report_options o = { .time = rows[i].time };

		tsr_buf_reset(&out);
		cr_assert(tsr_reporter_find("junit")->render(&b.run, &o, &out, &err) == 0);
		expect(&out, rows[i].want);
	}
}
