/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include "base/mem.h"
#include "report/report.h"
#include "report/text_out.h"
#include "run_build.h"

static const struct tsr_report_options plain = { .show = TSR_LOW };

static const char *render(const struct run_build *b, const struct tsr_report_options *o, struct tsr_buf *out)
{
	struct tsr_err err = TSR_ERR_INIT;

	tsr_buf_reset(out);
	cr_assert(tsr_reporter_find("text")->render(&b->run, o, out, &err) == 0, "%s", err.msg);
	return out->ptr;
}

static size_t count(const char *haystack, const char *needle)
{
	size_t n = 0;

	for (; (haystack = strstr(haystack, needle)); haystack += strlen(needle))
		n++;
	return n;
}

Test(report_text, a_clean_image_is_one_line)
{
	TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(TSR_REPORT_MAX);
	struct run_build b;

	build_clean(&b);
	cr_assert_str_eq(render(&b, &plain, &out),
			 "app:1 (linux/amd64): clean: 5 layers, 13,324 entries, 237 MiB\n");
}

Test(report_text, information_leaves_an_image_clean)
{
	TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(TSR_REPORT_MAX);
	struct run_build b;

	build_full(&b);
	b.image.findings = &b.findings[3];
	b.image.n_findings = 1;
	b.run.verdict = TSR_PASS;
	cr_assert_str_eq(render(&b, &plain, &out), "app:1 (linux/amd64): clean, 1 info (1 not shown): 5 layers, "
						   "13,324 entries, 237 MiB\n");
}

Test(report_text, findings_stand_under_what_made_them)
{
	TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(TSR_REPORT_MAX);
	struct run_build b;

	build_full(&b);
	cr_assert_str_eq(
		render(&b, &plain, &out),
		"app:1 (linux/amd64) sha256:aaaaaaaaaaaa\n"
		"  config\n"
		"    high      a title: /config/User [config/user-root]\n"
		"              a message\n"
		"  layer 0: COPY . /app\n"
		"    critical  a title: /app/settings.py:12 (base64) [secret/one]\n"
		"              a message\n"
		"              tok_ab… (40 characters), confirmed\n"
		"              deleted in layer 4\n"
		"  layer 1: sha256:bbbbbbbbbbbb\n"
		"    low       a title: /app/blob at byte 99 [secret/one]\n"
		"              a message\n"
		"              3 occurrences\n"
		"app:1 (linux/amd64): 1 critical, 1 high, 1 low, 1 info (1 not shown): 5 layers, 13,324 entries, "
		"237 MiB\n"
		"\n"
		"what to do\n"
		"  config/user-root\n"
		"      Do something about it.\n"
		"  secret/one\n"
		"      Do something about it.\n"
		"\n"
		"verdict: fail (1 critical, 1 high, 1 low, 1 info; 1 image)\n");
}

Test(report_text, the_least_severity_shown_is_an_option)
{
	struct tsr_report_options o = { .show = TSR_CRITICAL };
	TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(TSR_REPORT_MAX);
	struct run_build b;

	build_full(&b);
	render(&b, &o, &out);
	cr_expect(strstr(out.ptr, "/app/settings.py"));
	cr_expect(!strstr(out.ptr, "/config/User"));
	cr_expect(strstr(out.ptr, "(3 not shown)"));
	o.show = TSR_INFO;
	render(&b, &o, &out);
	cr_expect(strstr(out.ptr, "  history\n    info      a title [config/user-not-numeric]\n"));
}

Test(report_text, what_was_not_audited_is_listed)
{
	struct tsr_report_options o = { .show = TSR_INFO, .verbose = true };
	TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(TSR_REPORT_MAX);
	struct run_build b;

	build_incomplete(&b);
	cr_expect_str_eq(render(&b, &plain, &out),
			 "app:1 (linux/amd64) sha256:aaaaaaaaaaaa\n"
			 "  not audited\n"
			 "    layer 1: entries: checksum of the header is wrong (2.0 KiB)\n"
			 "    layer 0: /app/a.jar: nested zip: too large\n"
			 "app:1 (linux/amd64): incomplete: 5 layers, 13,324 entries, 237 MiB\n"
			 "\n"
			 "saved.tar: incomplete: layer 1: entries: checksum of the header is wrong\n"
			 "verdict: incomplete (1 image)\n");
	render(&b, &o, &out);
	cr_expect(strstr(out.ptr, "    layer 0: /app/b.jar: nested zip: encrypted\n"));
	cr_expect(strstr(out.ptr, "    0  sha256:aaaaaaaaaaaa  gzip  10 bytes  20 bytes  3  audited  COPY . /app\n"));
	cr_expect(strstr(out.ptr, "coverage: 248,704,512 of 248,704,512 bytes scanned\n"));
}

Test(report_text, quiet_gives_verdicts_and_errors_only)
{
	struct tsr_report_options o = { .show = TSR_LOW, .quiet = true };
	TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(TSR_REPORT_MAX);
	struct run_build b;

	build_full(&b);
	cr_expect_str_eq(render(&b, &o, &out), "app:1 (linux/amd64): 1 critical, 1 high, 1 low, 1 info: 5 layers, "
					       "13,324 entries, 237 MiB\n"
					       "verdict: fail (1 critical, 1 high, 1 low, 1 info; 1 image)\n");
	build_error(&b);
	cr_expect_str_eq(render(&b, &o, &out), "gone.tar: error: No such file or directory\n"
					       "verdict: incomplete (0 images, 1 error)\n");
}

Test(report_text, an_archive_speaks_for_itself_when_it_has_something_to_say)
{
	TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(TSR_REPORT_MAX);
	struct tsr_finding f = build_finding("archive/duplicate-member", TSR_MEDIUM, TSR_PLACE_ARCHIVE);
	struct run_build b;

	build_clean(&b);
	f.where.path = text("blobs/x");
	b.archive.findings = &f;
	b.archive.n_findings = 1;
	render(&b, &plain, &out);
	cr_expect(strstr(out.ptr, "saved.tar (docker-archive)\n"
				  "  archive\n"
				  "    medium    a title: blobs/x [archive/duplicate-member]\n"));
	cr_expect(strstr(out.ptr, "saved.tar (docker-archive): 1 medium: 1 blob, 0 bytes\n"));
}

Test(report_text, colour_only_if_asked_for)
{
	struct tsr_report_options o = { .show = TSR_LOW, .color = true };
	TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(TSR_REPORT_MAX);
	struct run_build b;

	build_full(&b);
	cr_expect(count(render(&b, &plain, &out), "\033") == 0);
	cr_expect(count(render(&b, &o, &out), "\033[31mhigh\033[0m") == 3);
}

Test(report_text, hostile_text_moves_no_cursor)
{
	static const char raw[] = "x\033]0;owned\a\nfake: clean\xe2\x80\xae.txt";
	struct tsr_arena arena = TSR_ARENA_INIT;
	TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(TSR_REPORT_MAX);
	struct run_build b;

	build_full(&b);
	b.findings[0].where.path = tsr_text_escaped(&arena, tsr_slice_of(raw, sizeof(raw) - 1));
	b.findings[0].remediation = "Look \033[2Jhere.";
	render(&b, &plain, &out);
	cr_expect(!strchr(out.ptr, '\033'));
	cr_expect(!strstr(out.ptr, "\nfake"));
	cr_expect(strstr(out.ptr, "/x\\x1b]0;owned\\x07\\x0afake: clean\\xe2\\x80\\xae.txt:12"));
	cr_expect(strstr(out.ptr, "Look \\x1b[2Jhere."));
	tsr_arena_release(&arena);
}

Test(report_text, a_remedy_is_given_once_per_rule)
{
	TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(TSR_REPORT_MAX);
	struct tsr_finding many[6];
	struct run_build b;
	size_t i;

	build_clean(&b);
	for (i = 0; i < 6; i++) {
		many[i] = build_finding(i % 2 ? "secret/one" : "secret/two", TSR_HIGH, TSR_PLACE_FILE);
		many[i].remediation = i % 2 ? "First remedy." : "Second remedy.";
	}
	b.image.findings = many;
	b.image.n_findings = 6;
	render(&b, &plain, &out);
	cr_expect(count(out.ptr, "First remedy.") == 1);
	cr_expect(count(out.ptr, "Second remedy.") == 1);
}

Test(report_text, many_names_and_sources_stay_readable)
{
	struct tsr_text names[5] = { text("a:1"), text("a:2"), text("a:3"), text("a:4"), text("a:5") };
	TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(TSR_REPORT_MAX);
	struct tsr_run_archive archives[2];
	struct run_build b;

	build_clean(&b);
	b.image.names = names;
	b.image.n_names = 5;
	b.image.platform = TSR_TEXT_NONE;
	archives[0] = archives[1] = b.archive;
	b.run.archives = archives;
	b.run.n_archives = 2;
	render(&b, &plain, &out);
	cr_expect(strstr(out.ptr, "saved.tar: a:1, a:2, a:3 and 2 more (unknown platform): clean"));
	b.image.n_names = 0;
	render(&b, &plain, &out);
	cr_expect(strstr(out.ptr, "saved.tar (unknown platform): clean"));
}

Test(report_text, sizes_and_counts_read_well)
{
	static const struct {
		uint64_t n;
		const char *size, *count;
	} rows[] = {
		{ 0, "0 bytes", "0" },
		{ 1, "1 byte", "1" },
		{ 1023, "1,023 bytes", "1,023" },
		{ 1536, "1.5 KiB", "1,536" },
		{ 10240, "10 KiB", "10,240" },
		{ 248704512, "237 MiB", "248,704,512" },
		{ 1503238553, "1.3 GiB", "1,503,238,553" },
		{ UINT64_MAX, "15 EiB", "18,446,744,073,709,551,615" },
	};
	TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(TSR_REPORT_MAX);
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(rows); i++) {
		tsr_buf_reset(&out);
		tsr_text_out_size(&out, rows[i].n);
		cr_expect_str_eq(out.ptr, rows[i].size);
		tsr_buf_reset(&out);
		tsr_text_out_count(&out, rows[i].n);
		cr_expect_str_eq(out.ptr, rows[i].count);
	}
}

Test(report_text, long_text_is_cut_at_a_character_and_wrapped_at_a_word)
{
	TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(TSR_REPORT_MAX);
	TSR_AUTO(tsr_buf) struct tsr_buf words = TSR_BUF_INIT(TSR_REPORT_MAX);
	int i;

	tsr_text_out_cut(&out, "äöüß", 3);
	cr_expect_str_eq(out.ptr, "äö…");
	tsr_buf_reset(&out);
	tsr_text_out_cut(&out, "aöüß", 1);
	cr_expect_str_eq(out.ptr, "…");
	tsr_buf_reset(&out);
	tsr_text_out_cut(&out, "aöüß", 0);
	cr_expect_str_eq(out.ptr, "aöüß");
	tsr_buf_reset(&out);
	tsr_text_out_cut(&out, "äöüß", 4);
	cr_expect_str_eq(out.ptr, "äöüß");
	tsr_buf_reset(&out);
	for (i = 0; i < 40; i++)
		tsr_buf_adds(&words, " word\n");
	tsr_text_out_wrap(&out, words.ptr, 4, 4);
	cr_expect(count(out.ptr, "word") == 40);
	cr_expect(count(out.ptr, "\n    word") == 2);
}

Test(report_text, what_is_suppressed_is_counted_and_shown_on_demand)
{
	static const struct tsr_suppression why = { .kind = "ignore", .reason = { "a sample", false },
						    .owner = { "team", false }, .until = { "2030-01-01", false } };
	const struct tsr_report_options verbose = { .show = TSR_INFO, .verbose = true };
	TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(TSR_REPORT_MAX);
	struct run_build b;

	build_full(&b);
	b.findings[0].suppressed = &why;
	b.run.by_severity[TSR_CRITICAL] = 0;
	b.run.suppressed = 1;
	render(&b, &plain, &out);
	cr_expect(strstr(out.ptr, "settings.py") == NULL);
	cr_expect(strstr(out.ptr, "app:1 (linux/amd64): 1 high, 1 low, 1 info (1 not shown), 1 suppressed:"), "%s", out.ptr);
	cr_expect(strstr(out.ptr, "verdict: fail (1 high, 1 low, 1 info, 1 suppressed; 1 image)\n"), "%s", out.ptr);
	render(&b, &verbose, &out);
	cr_expect(strstr(out.ptr, "              suppressed by ignore: a sample (team, until 2030-01-01)\n"), "%s", out.ptr);
}

Test(report_text, names_inside_containers_follow_each_other)
{
	static const struct tsr_via via[] = { { .kind = "zip", .path = { "lib/in ner.jar", false } },
					      { .kind = "zip", .path = { "BOOT-INF/application.yml", false } },
					      { .kind = "base64", .path = { "", false }, .offset = 7 } };
	TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(TSR_REPORT_MAX);
	struct run_build b;

	build_full(&b);
	b.findings[0].where.path = text("/app/o.jar");
	b.findings[0].where.via = via;
	b.findings[0].where.n_via = 3;
	render(&b, &plain, &out);
	/* It does not fit behind the title. */
	cr_expect(strstr(out.ptr, " [secret/one]\n              /app/o.jar!lib/in ner.jar!BOOT-INF/application.yml:12 (base64)\n"),
		  "%s", out.ptr);
}

Test(report_text, what_differs_in_its_message_only_has_one_head)
{
	static const char *const messages[] = { "a 1", "b 2", "c 3", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m" };
	TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(TSR_REPORT_MAX);
	struct tsr_report_options o = plain;
	struct tsr_finding many[TSR_ARRAY_LEN(messages)];
	struct run_build b;
	size_t i;

	build_full(&b);
	for (i = 0; i < TSR_ARRAY_LEN(many); i++) {
		many[i] = b.findings[2];
		many[i].redacted = text("");
		many[i].message = text(messages[i]);
	}
	many[12].where.path = text("/another");
	b.image.findings = many;
	b.image.n_findings = TSR_ARRAY_LEN(many);
	render(&b, &o, &out);
	cr_expect_eq(count(out.ptr, "    high      a title"), 2, "%s", out.ptr);
	cr_expect(strstr(out.ptr, "\n              a 1\n              b 2\n"), "%s", out.ptr);
	cr_expect(strstr(out.ptr, "              j\n              and 2 more (-v)\n"), "%s", out.ptr);
	o.verbose = true;
	render(&b, &o, &out);
	cr_expect_eq(count(out.ptr, "    high      a title"), TSR_ARRAY_LEN(many), "%s", out.ptr);
	cr_expect_eq(count(out.ptr, "fingerprint "), TSR_ARRAY_LEN(many));
}
