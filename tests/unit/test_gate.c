/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include "image_build.h"
#include "tarsier/tarsier.h"

/* Who embeds the library gets the verdict and the report of the program, whatever the policy's files say. */

static struct image_build image;
static char dir[96];

static void put(const char *name, const char *text)
{
	ib_write(name, text, strlen(text));
}

static void begin(void)
{
	ib_make(&image);
	ib_store(&image);
	snprintf(dir, sizeof(dir), "%s.policy", image.dir);
	cr_assert_eq(mkdir(dir, 0700), 0);
	cr_assert_eq(chdir(dir), 0);
}

static void end(void)
{
	char command[160];

	snprintf(command, sizeof(command), "rm -rf '%s'", dir);
	cr_assert_eq(system(command), 0);
	ib_free(&image);
}

static struct tsr_session *session(void)
{
	struct tsr_session *s = tsr_session_new(NULL, 0, NULL, 0);

	cr_assert(s);
	return s;
}

/* What the program says of the image with these options; its report goes to *out. */
static int program(const char *options, struct tsr_buf *out)
{
	char command[1024];
	ssize_t n;
	FILE *f;
	int rc;

	snprintf(command, sizeof(command), "'%s' --no-progress -q -f json --ignorefile none %s '%s' 2>err", getenv("TARSIER"), options,
		 image.tar);
	f = popen(command, "re");
	cr_assert(f);
	tsr_buf_reset(out);
	for (char part[4096]; (n = (ssize_t)fread(part, 1, sizeof(part), f)) > 0;)
		tsr_buf_add(out, part, (size_t)n);
	rc = pclose(f);
	return WIFEXITED(rc) ? WEXITSTATUS(rc) : -1;
}

struct policy {
	const char *options;     /* of the program; or what the library must say */
	const char *files[5][2]; /* of the session: names and values */
};

static void give(struct tsr_session *s, const struct policy *p)
{
	for (int i = 0; i < 5 && p->files[i][0]; i++)
		cr_assert_eq(tsr_session_set_file(s, p->files[i][0], p->files[i][1]), 0);
}

Test(gate, an_embedder_gets_what_the_program_says, .init = begin, .fini = end)
{
	static const struct policy rows[] = {
		{ "--config none", { { NULL, NULL } } },
		{ "--config quiet.yaml", { { "config", "quiet.yaml" } } },
		{ "--config none --profile strict", { { "profile", "strict" } } },
		{ "--config profile.yaml", { { "config", "profile.yaml" } } },
		{ "--config demands.yaml", { { "config", "demands.yaml" } } },
		{ "--config rules.yaml", { { "config", "rules.yaml" } } },
		{ "--config none --ignorefile ignores", { { "ignorefile", "ignores" } } },
		{ "--config all.yaml --ignorefile ignores", { { "config", "all.yaml" }, { "ignorefile", "ignores" } } },
		{ "--config none --baseline old.json", { { "config", "none" }, { "baseline", "old.json" } } },
		{ "--config base.yaml", { { "config", "base.yaml" } } },
	};
	TSR_AUTO(tsr_buf) struct tsr_buf said = TSR_BUF_INIT(1u << 24);
	char text[512];

	put("quiet.yaml", "fail-on: none\nrules: {disable: [config/*]}\nlimits: {max-layers: 1}\n");
	put("profile.yaml", "profile: cis\nrules: {severity: {file/dotenv: low}}\n");
	put("demands.yaml", "users: [jane]\nassertions: [{name: a, file: /etc/passwd, matches: nobody}]\nwaste: {efficiency: 1}\n");
	put("rules.yaml", "rules: {files: [own.yaml]}\n");
	put("own.yaml", "- id: file/own\n  title: Own\n  severity: critical\n  kind: path\n  globs: [etc/passwd]\n  description: D.\n"
			"  remediation: R.\n  references: [https://example.com/]\n  examples: [etc/passwd]\n  counter-examples: [etc/group]\n");
	put("ignores", "- {rule: secret/*, reason: known}\n- {rule: file/log-file, reason: not there}\n"
		       "- {rule: file/dotenv, reason: old, until: 2020-01-01}\n");
	snprintf(text, sizeof(text), "base: %s\ninherited: ignore\n", image.tar);
	put("base.yaml", text);
	cr_assert_eq(program("--config none", &said), 1);
	put("old.json", said.ptr);
	put("all.yaml", "baseline: old.json\nseverity: info\nfail-on: info\n");
	for (size_t i = 0; i < TSR_ARRAY_LEN(rows); i++) {
		int status = program(rows[i].options, &said);
		struct tsr_session *s = session();
		char *report;
		size_t len;

		give(s, &rows[i]);
		cr_assert_eq(tsr_session_audit(s, image.tar), 0, "%s: %s", rows[i].options, tsr_session_message(s));
		cr_expect_eq(tsr_session_status(s), status, "%s: %d, not %d", rows[i].options, tsr_session_status(s), status);
		cr_assert_eq(tsr_session_report(s, "json", &report, &len), 0);
		cr_expect(len == said.len && memcmp(report, said.ptr, len) == 0, "%s: another report", rows[i].options);
		free(report);
		tsr_session_free(s);
	}
}

Test(gate, asking_between_audits_changes_nothing, .init = begin, .fini = end)
{
	char *reports[2];
	size_t len[2];

	put("ignores", "- {rule: file/log-file, reason: not there}\n- {rule: file/dotenv, reason: r}\n");
	put("raise.yaml", "rules: {severity: {'*': high}}\ninherited: count\n");
	for (int i = 0; i < 2; i++) {
		struct tsr_session *s = session();

		cr_assert_eq(tsr_session_set_file(s, "ignorefile", "ignores"), 0);
		cr_assert_eq(tsr_session_set_file(s, "config", "raise.yaml"), 0);
		cr_assert_eq(tsr_session_set_file(s, "base", image.tar), 0);
		cr_assert_eq(tsr_session_audit(s, image.tar), 0);
		if (i)
			cr_expect(tsr_session_status(s) == tsr_session_status(s));
		cr_assert_eq(tsr_session_audit(s, image.layout), 0);
		cr_assert_eq(tsr_session_report(s, "json", &reports[i], &len[i]), 0);
		tsr_session_free(s);
	}
	cr_expect(len[0] == len[1] && memcmp(reports[0], reports[1], len[0]) == 0);
	free(reports[0]);
	free(reports[1]);
}

Test(gate, what_was_set_wins_over_the_files, .init = begin, .fini = end)
{
	struct tsr_session *s = session();

	put("quiet.yaml", "fail-on: none\nlimits: {max-layers: 1}\n");
	cr_assert_eq(tsr_session_set_fail_on(s, "low"), 0);
	cr_assert_eq(tsr_session_set_limit(s, "max-layers", 9), 0);
	cr_assert_eq(tsr_session_set_file(s, "config", "quiet.yaml"), 0);
	cr_assert_eq(tsr_session_audit(s, image.tar), 0);
	cr_expect_eq(tsr_session_status(s), 1);
	tsr_session_free(s);
}

Test(gate, wrong_files_are_no_clean_image, .init = begin, .fini = end)
{
	static const struct policy rows[] = {
		{ "wrong.yaml:1:1: no such key", { { "config", "wrong.yaml" } } },
		{ "No such file", { { "config", "nowhere.yaml" } } },
		{ "neither a profile", { { "profile", "pyton" } } },
		{ "other.yaml:1:1: profile: 'pyton'", { { "config", "other.yaml" } } },
		{ "no rule matches", { { "config", "glob.yaml" } } },
		{ "reason is missing", { { "ignorefile", "wrong-ignores" } } },
		{ "not JSON", { { "baseline", "wrong.yaml" } } },
		{ "--base", { { "base", "wrong.yaml" } } },
	};
	char *report;
	size_t len;

	put("wrong.yaml", "fail: low\n");
	put("other.yaml", "profile: pyton\n");
	put("glob.yaml", "rules: {disable: [nothing/*]}\n");
	put("wrong-ignores", "- {rule: a}\n");
	for (size_t i = 0; i < TSR_ARRAY_LEN(rows); i++) {
		struct tsr_session *s = session();

		give(s, &rows[i]);
		cr_expect_eq(tsr_session_audit(s, image.tar), -1);
		cr_expect(strstr(tsr_session_message(s), rows[i].options), "%s", tsr_session_message(s));
		cr_expect_eq(tsr_session_status(s), 2);
		cr_expect_eq(tsr_session_report(s, "json", &report, &len), -1);
		cr_expect_eq(tsr_session_set_file(s, "config", "all.yaml"), -1, "it is too late");
		tsr_session_free(s);
	}
}
