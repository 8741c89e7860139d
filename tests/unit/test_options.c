/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "cli/options.h"

#define ARGS_MAX 24

/* Splits at blanks, so that a test reads as a command line. */
static int parse(struct tsr_options *o, const char *line, struct tsr_err *err)
{
	static char copy[1024];
	char *argv[ARGS_MAX] = { NULL };
	char *rest = copy;
	int argc = 0;

	*err = (struct tsr_err)TSR_ERR_INIT;
	cr_assert(strlen(line) < sizeof(copy));
	memcpy(copy, line, strlen(line) + 1);
	while (rest && argc < ARGS_MAX)
		argv[argc++] = strsep(&rest, " ");
	cr_assert(!rest);
	return tsr_options_parse(o, argc, argv, err);
}

static void ok(struct tsr_options *o, const char *line)
{
	struct tsr_err err;

	cr_assert(parse(o, line, &err) == 0, "%s: %s", line, err.msg);
}

static void refused(const char *line, const char *why)
{
	struct tsr_options o;
	struct tsr_err err;

	cr_expect(parse(&o, line, &err) == -1, "%s was taken", line);
	cr_expect(err.kind == TSR_EUSAGE, "%s", line);
	cr_expect(strstr(err.msg, why), "%s: %s", line, err.msg);
	tsr_options_release(&o);
}

Test(options, defaults)
{
	struct tsr_options o;

	ok(&o, "tarsier image.tar");
	cr_expect_str_eq(o.command->name, "audit");
	cr_expect(o.operands.n == 1);
	cr_expect_str_eq(o.format->name, "text");
	cr_expect(o.policy.fail_on == TSR_HIGH && !o.policy.fail_never);
	cr_expect(o.show == TSR_LOW);
	cr_expect(o.jobs >= 1);
	cr_expect(o.timeout == 0);
	cr_expect(memcmp(&o.limits, &tsr_limits_default, sizeof(o.limits)) == 0);
	tsr_options_release(&o);
}

Test(options, a_first_operand_may_be_a_command)
{
	static const struct {
		const char *line, *command;
		size_t operands;
	} rows[] = {
		{ "tarsier audit a.tar", "audit", 1 },   { "tarsier -q audit a.tar", "audit", 1 },
		{ "tarsier rules", "rules", 0 },         { "tarsier rules show x", "rules", 2 },
		{ "tarsier ./rules", "audit", 1 },       { "tarsier -- rules", "audit", 1 },
		{ "tarsier a.tar rules", "audit", 2 },   { "tarsier audit rules", "audit", 1 },
		{ "tarsier audit -- --help", "audit", 1 }, { "tarsier -", "audit", 1 },
		{ "tarsier", "audit", 0 },
	};
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(rows); i++) {
		struct tsr_options o;

		ok(&o, rows[i].line);
		cr_expect_str_eq(o.command->name, rows[i].command, "%s", rows[i].line);
		cr_expect(o.operands.n == rows[i].operands, "%s: %zu", rows[i].line, o.operands.n);
		cr_expect(!o.help, "%s", rows[i].line);
		tsr_options_release(&o);
	}
}

Test(options, every_way_of_writing_them)
{
	static const char *const lines[] = {
		"tarsier --format json --jobs 3 --quiet a.tar", "tarsier --format=json --jobs=3 --quiet a.tar",
		"tarsier -f json -j 3 -q a.tar",                "tarsier -fjson -j3 -q a.tar",
		"tarsier -qfjson -j3 a.tar",                    "tarsier a.tar -qj3 -f json",
		"tarsier -f text -j 9 -v a.tar -f json -j 3 -q", "tarsier -q -j3 -fjson -- a.tar",
	};
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(lines); i++) {
		struct tsr_options o;

		ok(&o, lines[i]);
		cr_expect_str_eq(o.format->name, "json", "%s", lines[i]);
		cr_expect(o.jobs == 3, "%s", lines[i]);
		cr_expect(o.quiet && !o.verbose, "%s", lines[i]);
		cr_expect(o.operands.n == 1, "%s", lines[i]);
		tsr_options_release(&o);
	}
}

Test(options, bad_values_are_refused_with_their_option)
{
	static const struct {
		const char *line, *why;
	} rows[] = {
		{ "tarsier --bogus a", "--bogus" },
		{ "tarsier --forma json a", "--forma" },
		{ "tarsier -x a", "-x" },
		{ "tarsier --quiet=1 a", "no argument" },
		{ "tarsier a --format", "needs an argument" },
		{ "tarsier a -f", "needs an argument" },
		{ "tarsier -f yaml a", "--format: 'yaml'" },
		{ "tarsier --fail-on severe a", "--fail-on" },
		{ "tarsier --severity none a", "--severity" },
		{ "tarsier -j 0 a", "--jobs" },
		{ "tarsier -j 1025 a", "--jobs" },
		{ "tarsier -j 2x a", "--jobs" },
		{ "tarsier -j -1 a", "--jobs" },
		{ "tarsier --jobs= a", "--jobs" },
		{ "tarsier --timeout 5d a", "--timeout" },
		{ "tarsier --timeout h a", "--timeout" },
		{ "tarsier --timeout 4294967296 a", "--timeout" },
		{ "tarsier --platform linux a", "--platform" },
		{ "tarsier --platform linux/ a", "--platform" },
		{ "tarsier --platform /amd64 a", "--platform" },
		{ "tarsier --platform a/b/c/d a", "--platform" },
		{ "tarsier --ref= a", "--ref" },
		{ "tarsier --max-layers 0 a", "--max-layers" },
		{ "tarsier --max-layers 2K a", "--max-layers" },
		{ "tarsier --max-layers 4294967296 a", "--max-layers" },
		{ "tarsier --max-json 8m a", "--max-json" },
		{ "tarsier --max-json 9223372036854775808 a", "--max-json" },
		{ "tarsier --max-json 9000000000G a", "--max-json" },
		{ "tarsier -o report a", "FORMAT=FILE" },
		{ "tarsier -o html=x.json a", "'html'" },
		{ "tarsier -o json= a", "names no file" },
		{ "tarsier -o json=- a", "--format" },
		{ "tarsier rules --fail-on high", "--fail-on is no option of 'rules'" },
	};
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(rows); i++)
		refused(rows[i].line, rows[i].why);
}

Test(options, sizes_take_binary_suffixes)
{
	struct tsr_options o;

	ok(&o, "tarsier --max-json 8M --max-unpacked=2T --max-retain 1K --max-json-total 3G --max-framing 7 "
	       "--max-layers 4294967295 a");
	cr_expect(o.limits.json_bytes == 8u << 20);
	cr_expect(o.limits.unpacked == 2ull << 40);
	cr_expect(o.limits.retain == 1024);
	cr_expect(o.limits.json_total == 3ull << 30);
	cr_expect(o.limits.framing == 7);
	cr_expect(o.limits.layers == UINT32_MAX);
	tsr_options_release(&o);
}

Test(options, times_take_units)
{
	static const struct {
		const char *line;
		uint32_t seconds;
	} rows[] = { { "tarsier --timeout 90 a", 90 },
		     { "tarsier --timeout 90s a", 90 },
		     { "tarsier --timeout 5m a", 300 },
		     { "tarsier --timeout 2h a", 7200 },
		     { "tarsier --timeout 0 a", 0 } };
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(rows); i++) {
		struct tsr_options o;

		ok(&o, rows[i].line);
		cr_expect(o.timeout == rows[i].seconds, "%s", rows[i].line);
		tsr_options_release(&o);
	}
}

Test(options, an_output_has_a_format_by_prefix_or_ending)
{
	static const char *const want[][2] = { { "json", "a.json" }, { "text", "b.txt" }, { "json", "c.txt" },
					       { "text", "d" },      { "json", "./e=f.json" },
					       { "sarif", "g.sarif" }, { "sarif", "h.sarif.json" },
					       { "junit", "i.xml" },
					       { "gitlab-container-scanning", "x/gl-container-scanning-report.json" },
					       { "gitlab-secret-detection", "gl-secret-detection-report.json" } };
	struct tsr_options o;
	size_t i;

	ok(&o, "tarsier -o a.json -o b.txt -ojson=c.txt --output=text=d -o ./e=f.json -o g.sarif -o h.sarif.json "
		"-o i.xml -o x/gl-container-scanning-report.json -o gl-secret-detection-report.json a");
	cr_assert(o.n_outputs == TSR_ARRAY_LEN(want));
	for (i = 0; i < o.n_outputs; i++) {
		cr_expect_str_eq(o.outputs[i].format->name, want[i][0]);
		cr_expect_str_eq(o.outputs[i].path, want[i][1]);
	}
	tsr_options_release(&o);
}

Test(options, repeatable_options_add_up)
{
	struct tsr_options o;

	ok(&o, "tarsier --rules x --rules y --ref r:1 --ref r:2 --platform linux/amd64 --platform linux/arm/v7 a b");
	cr_expect(o.rules.n == 2 && o.refs.n == 2 && o.platforms.n == 2 && o.operands.n == 2);
	cr_expect_str_eq(o.rules.items[1], "y");
	cr_expect_str_eq(o.platforms.items[1], "linux/arm/v7");
	tsr_options_release(&o);
}

Test(options, the_environment_stands_in_for_options)
{
	struct tsr_options o;

	setenv("TARSIER_FAIL_ON", "none", 1);
	setenv("TARSIER_MAX_JSON", "1M", 1);
	setenv("TARSIER_PLATFORM", "linux/amd64,linux/arm64", 1);
	setenv("TARSIER_QUIET", "Yes", 1);
	setenv("TARSIER_NO_COLOR", "0", 1);
	setenv("TARSIER_OUTPUT", "a.json,text=b", 1);
	setenv("TARSIER_FORMAT", "", 1);
	ok(&o, "tarsier a");
	cr_expect(o.policy.fail_never);
	cr_expect(o.limits.json_bytes == 1u << 20);
	cr_expect(o.platforms.n == 2);
	cr_expect(o.quiet);
	cr_expect(!o.no_color);
	cr_expect(o.n_outputs == 2);
	cr_expect_str_eq(o.format->name, "text");
	tsr_options_release(&o);
}

Test(options, the_command_line_wins_over_the_environment)
{
	struct tsr_options o;

	setenv("TARSIER_FAIL_ON", "none", 1);
	setenv("TARSIER_JOBS", "many", 1);
	setenv("TARSIER_PLATFORM", "linux/amd64,linux/arm64", 1);
	setenv("TARSIER_QUIET", "1", 1);
	setenv("TARSIER_OUTPUT", "a.json", 1);
	ok(&o, "tarsier --fail-on low -j2 --platform linux/s390x -v -o b.txt a");
	cr_expect(o.policy.fail_on == TSR_LOW && !o.policy.fail_never);
	cr_expect(o.jobs == 2);
	cr_expect(o.platforms.n == 1);
	cr_expect_str_eq(o.platforms.items[0], "linux/s390x");
	cr_expect(o.verbose && !o.quiet);
	cr_expect(o.n_outputs == 1);
	cr_expect_str_eq(o.outputs[0].path, "b.txt");
	tsr_options_release(&o);
}

Test(options, a_bad_environment_is_refused_by_its_name)
{
	setenv("TARSIER_JOBS", "many", 1);
	refused("tarsier a", "TARSIER_JOBS: 'many'");
	setenv("TARSIER_JOBS", "2", 1);
	setenv("TARSIER_QUIET", "perhaps", 1);
	refused("tarsier a", "TARSIER_QUIET");
}

Test(options, variables_of_other_commands_are_left_alone)
{
	struct tsr_options o;

	setenv("TARSIER_FAIL_ON", "nonsense", 1);
	setenv("TARSIER_VERSION", "v0.1.0", 1);
	setenv("TARSIER_HELP", "1", 1);
	ok(&o, "tarsier rules list");
	cr_expect(!o.version && !o.help);
	tsr_options_release(&o);
}

Test(options, help_is_there_whatever_else_is_wrong)
{
	struct tsr_options o;

	setenv("TARSIER_JOBS", "many", 1);
	ok(&o, "tarsier --fail-on nonsense --help");
	cr_expect(o.help);
	tsr_options_release(&o);
	ok(&o, "tarsier rules -h");
	cr_expect(o.help);
	cr_expect_str_eq(o.command->name, "rules");
	tsr_options_release(&o);
}

Test(options, verbose_shows_information_unless_told_otherwise)
{
	struct tsr_options o;

	ok(&o, "tarsier -v a");
	cr_expect(o.show == TSR_INFO);
	tsr_options_release(&o);
	ok(&o, "tarsier --severity high -v a");
	cr_expect(o.show == TSR_HIGH);
	tsr_options_release(&o);
}

Test(options, help_names_every_option_and_names_are_unique)
{
	TSR_AUTO(tsr_buf) struct tsr_buf audit = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	TSR_AUTO(tsr_buf) struct tsr_buf env = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	const struct tsr_option *a, *b;
	size_t i, k;

	tsr_options_help(tsr_command_at(0), &audit);
	for (i = 0; (a = tsr_option_at(i)); i++) {
		char want[64];

		snprintf(want, sizeof(want), "--%s", a->name);
		cr_expect(strstr(audit.ptr, want), "%s", want);
		cr_expect(*a->help);
		for (k = 0; k < i; k++) {
			b = tsr_option_at(k);
			cr_expect_str_neq(a->name, b->name);
			cr_expect(!a->letter || a->letter != b->letter, "%s and %s", a->name, b->name);
		}
	}
	tsr_option_env(tsr_option_at(2), &env);
	cr_expect_str_eq(env.ptr, "TARSIER_FAIL_ON");
	cr_expect(strstr(audit.ptr, "(default 64G)"));
	cr_expect(strstr(audit.ptr, "(default 300000)"));
}
