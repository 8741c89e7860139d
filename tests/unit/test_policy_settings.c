/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/nearest.h"
#include "inspect/rules_load.h"
#include "policy/profiles.h"
#include "policy/settings.h"
#include "rule/content_test.h"

static int reads(struct tsr_settings *s, const char *text, struct tsr_err *err)
{
	*err = (struct tsr_err)TSR_ERR_INIT;
	return tsr_settings_read(s, tsr_slice_str(text), "up/tarsier.yaml", err);
}

Test(policy_settings, later_files_are_read_over_earlier_ones)
{
	struct tsr_settings s = TSR_SETTINGS_INIT;
	struct tsr_err err;

	cr_assert_eq(reads(&s, "fail-on: low\nseverity: info\nrules:\n  files: [a.yaml, /b.yaml]\n"
			       "  disable: [config/*]\n  severity: {secret/*: low}\nlimits: {max-layers: 7, max-json: 2M}\n", &err), 0,
		     "%s", err.msg);
	cr_assert_eq(reads(&s, "fail-on: none\nrules:\n  enable: [config/user-root]\n"
			       "  severity:\n    secret/*: {live: high, hidden: info}\n", &err), 0, "%s", err.msg);
	cr_expect_eq(s.fail_on_said, TSR_FAIL_ON_NEVER);
	cr_expect(s.show_said && s.show == TSR_INFO);
	cr_expect_str_eq(s.rule_files[0], "up/a.yaml", "a path is one beside the file");
	cr_expect_str_eq(s.rule_files[1], "/b.yaml");
	cr_expect_null(s.rule_files[2]);
	cr_assert_eq(s.n_choices, 2);
	cr_expect(s.choices[0].off && !s.choices[1].off);
	cr_assert_eq(s.n_severities, 2);
	cr_expect(!s.severities[0].has_hidden && s.severities[1].has_hidden && s.severities[1].hidden == TSR_INFO);
	cr_expect(s.limits_said.layers && s.limits.layers == 7 && s.limits.json_bytes == 2u << 20);
	cr_expect(!s.limits_said.entries);
	tsr_settings_release(&s);
}

Test(policy_settings, mistakes_name_line_key_and_what_is_wanted)
{
	static const struct {
		const char *text, *message;
	} rows[] = {
		{ "fail-on: high\nfial-on: high\n", "up/tarsier.yaml:2:1: no such key 'fial-on' (did you mean 'fail-on'?)" },
		{ "zzzzzzzzzzz: 1\n", "up/tarsier.yaml:1:1: no such key 'zzzzzzzzzzz'" },
		{ "- a\n", "up/tarsier.yaml:1:1: a mapping (key: value) is wanted" },
		{ "fail-on: grave\n", "up/tarsier.yaml:1:1: fail-on: critical, high, medium, low, info or none is wanted" },
		{ "\nseverity: [low]\n", "up/tarsier.yaml:2:1: severity: critical, high, medium, low or info is wanted" },
		{ "rules:\n  disable: config/user-root\n", "up/tarsier.yaml:2:3: disable: a list is wanted" },
		{ "rules:\n  disable:\n    - ok\n    - {}\n", "up/tarsier.yaml:4:7: disable: text is wanted" },
		{ "rules:\n  disabel: []\n", "up/tarsier.yaml:2:3: rules: no such key 'disabel' (did you mean 'disable'?)" },
		{ "rules:\n  severity:\n    a/b: {hidden: low}\n", "up/tarsier.yaml:3:5: a/b: live is missing" },
		{ "rules:\n  severity:\n    a/[b: low\n", "up/tarsier.yaml:3:5: a/[b: not a glob" },
		{ "limits: {max-layer: 1}\n", "up/tarsier.yaml:1:10: max-layer: no such limit (did you mean 'max-layers'?)" },
		{ "limits: {max-layers: 0}\n", "up/tarsier.yaml:1:10: max-layers: a number of at least 1 is wanted" },
		{ "limits: {max-layers: 1K}\n", "up/tarsier.yaml:1:10: max-layers: a number of at least 1 is wanted" },
		{ "limits: {max-json: -1}\n", "up/tarsier.yaml:1:10: max-json: a size of at least 1 is wanted" },
		{ "limits: {max-json: 99999999T}\n", "up/tarsier.yaml:1:10: max-json: a size" },
		{ "outputs: [3, '']\n", "up/tarsier.yaml:1:14: outputs: it is empty" },
		{ "baseline: 5\n", "up/tarsier.yaml:1:1: baseline: text is wanted, in quotes" },
	};
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(rows); i++) {
		struct tsr_settings s = TSR_SETTINGS_INIT;
		struct tsr_err err;

		cr_expect_eq(reads(&s, rows[i].text, &err), -1, "%s", rows[i].text);
		cr_expect_eq(err.kind, TSR_EUSAGE);
		cr_expect_eq(strncmp(err.msg, rows[i].message, strlen(rows[i].message)), 0, "%s: %s", rows[i].text, err.msg);
		tsr_settings_release(&s);
	}
}

Test(policy_settings, a_glob_of_rules_must_match_one)
{
	static const struct {
		const char *text, *message; /* NULL: it is good */
	} rows[] = {
		{ "rules: {disable: [config/user-root, 'secret/*', '*']}\n", NULL },
		{ "rules:\n  enable: [config/user-rot]\n",
		  "up/tarsier.yaml:2:12: no rule matches 'config/user-rot' (did you mean 'config/user-root'?)" },
		{ "rules:\n  severity:\n    nothing/*: low\n", "up/tarsier.yaml:3:5: no rule matches 'nothing/*'" },
	};
	struct tsr_ruleset *rules;
	struct tsr_err err = TSR_ERR_INIT;
	size_t i;

	cr_assert_eq(tsr_rules_load(&rules, NULL, 0, false, &err), 0);
	for (i = 0; i < TSR_ARRAY_LEN(rows); i++) {
		struct tsr_settings s = TSR_SETTINGS_INIT;

		cr_assert_eq(reads(&s, rows[i].text, &err), 0, "%s", err.msg);
		cr_expect_eq(tsr_settings_check_rules(&s, rules, &err), rows[i].message ? -1 : 0, "%s", err.msg);
		if (rows[i].message)
			cr_expect_eq(strncmp(err.msg, rows[i].message, strlen(rows[i].message)), 0, "%s", err.msg);
		tsr_settings_release(&s);
	}
	tsr_ruleset_free(rules);
}

Test(policy_settings, profiles_name_rules_that_exist)
{
	struct tsr_ruleset *rules;
	struct tsr_err err = TSR_ERR_INIT;
	struct tsr_slice text;
	const char *name;
	size_t i;

	cr_assert_eq(tsr_rules_load(&rules, NULL, 0, false, &err), 0);
	for (i = 0; tsr_profile_at(i, &name, &text); i++) {
		struct tsr_settings s = TSR_SETTINGS_INIT;

		cr_expect_eq(tsr_profile_read(&s, name, &err), 0, "%s", err.msg);
		cr_expect_eq(s.fail_on_said, TSR_FAIL_ON_SEVERITY, "%s", name);
		cr_expect_eq(tsr_settings_check_rules(&s, rules, &err), 0, "%s", err.msg);
		tsr_settings_release(&s);
	}
	cr_expect_eq(i, 4);
	tsr_ruleset_free(rules);
}

Test(policy_settings, a_profile_is_ours_or_a_file)
{
	static const char *const wrong[] = { "pythonapi", "no/file.yaml", "" };
	struct tsr_err err = TSR_ERR_INIT;
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(wrong); i++) {
		struct tsr_settings s = TSR_SETTINGS_INIT;

		cr_expect_eq(tsr_profile_read(&s, wrong[i], &err), -1, "%s", wrong[i]);
		cr_expect_eq(err.kind, TSR_EUSAGE);
		tsr_settings_release(&s);
	}
}

Test(policy_settings, the_nearest_name_is_near)
{
	static const char *const names[] = { "platforms", "profile", "ports", "users" };
	static const struct {
		const char *word, *best;
	} rows[] = { { "platform", "platforms" }, { "port", "ports" }, { "porfile", "profile" }, { "USERS", "users" },
		     { "labels", NULL },	  { "", NULL } };
	size_t i, k;

	for (i = 0; i < TSR_ARRAY_LEN(rows); i++) {
		struct tsr_nearest near = TSR_NEAREST_INIT(tsr_slice_str(rows[i].word));

		for (k = 0; k < TSR_ARRAY_LEN(names); k++)
			tsr_nearest_try(&near, names[k]);
		if (rows[i].best)
			cr_expect(near.best && strcmp(near.best, rows[i].best) == 0, "%s", rows[i].word);
		else
			cr_expect_null(near.best, "%s", rows[i].word);
	}
}

Test(policy_settings, demands_are_read_into_one_structure)
{
	struct tsr_settings s = TSR_SETTINGS_INIT;
	const struct tsr_demands *d = &s.demands;
	struct tsr_err err;

	cr_assert_eq(reads(&s, "runtimeEnv: [A]\nusers: [1001]\nlabels: {required: [l]}\nports: {forbidden: [22]}\n"
			       "packages: {forbidden: ['python:pytest*']}\ntrustOwnership: false\nnested: strict\n"
			       "assertions:\n  - {name: one, file: a/b, mode: 0755, uid: 0}\n", &err), 0, "%s", err.msg);
	cr_assert_eq(reads(&s, "runtimeEnv: [B, C]\nassertions:\n  - {name: two, env: {X: null, Y: 1}}\n", &err), 0, "%s", err.msg);
	cr_expect_str_eq(d->runtime_env[0], "B", "a list replaces the one before");
	cr_expect_str_eq(d->users[0], "1001");
	cr_expect_str_eq(d->ports_forbidden[0], "22");
	cr_expect(d->distrust_owner && d->nested_strict);
	cr_assert_eq(d->n_assertions, 2, "assertions add up");
	cr_expect(d->assertions[0].has_mode && d->assertions[0].mode == 0755 && d->assertions[0].has_uid && !d->assertions[0].has_gid);
	cr_expect_str_eq(d->assertions[1].env[0].name, "X");
	cr_expect_null(d->assertions[1].env[0].glob);
	cr_expect_str_eq(d->assertions[1].env[1].glob, "1");
	cr_expect_null(d->assertions[1].env[2].name);
	tsr_settings_release(&s);
}

Test(policy_settings, a_file_that_says_nothing_is_a_policy)
{
	static const char *const texts[] = { "", "\n", "# nothing\n", "---\n", "~\n", "{}\n", "\xef\xbb\xbf# BOM\r\n" };
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(texts); i++) {
		struct tsr_settings s = TSR_SETTINGS_INIT;
		struct tsr_err err;

		cr_expect_eq(reads(&s, texts[i], &err), 0, "%s: %s", texts[i], err.msg);
		tsr_settings_release(&s);
	}
}

Test(policy_settings, shares_are_exact)
{
	static const struct {
		const char *text;
		int millionths; /* -1: it is none */
	} rows[] = {
		{ "0", 0 }, { "1", 1000000 }, { "0.95", 950000 }, { "95%", 950000 }, { "62.4999%", 624999 }, { "0.000001", 1 },
		{ "100%", 1000000 }, { "1.0", 1000000 }, { "100.0%", 1000000 }, { "1.000001", -1 }, { "100.1%", -1 }, { "95", -1 },
		{ "999%", -1 }, { "1000%", -1 }, { "0.0000001", -1 }, { "-1", -1 }, { "5 %", -1 }, { "%", -1 }, { ".5", -1 },
		{ "0.", -1 }, { "0x1", -1 }, { "5%%", -1 },
	};
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(rows); i++) {
		TSR_AUTO(tsr_buf) struct tsr_buf text = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
		struct tsr_settings s = TSR_SETTINGS_INIT;
		struct tsr_err err;

		tsr_buf_printf(&text, "waste: {share: '%s'}\n", rows[i].text);
		cr_expect_eq(reads(&s, text.ptr, &err), rows[i].millionths < 0 ? -1 : 0, "%s", rows[i].text);
		if (rows[i].millionths >= 0)
			cr_expect_eq(s.demands.waste.share, (uint32_t)rows[i].millionths, "%s: %u", rows[i].text, s.demands.waste.share);
		tsr_settings_release(&s);
	}
}

Test(policy_settings, modes_may_be_letters)
{
	static const struct {
		const char *text;
		uint32_t mode;
	} rows[] = { { "rw-r--r--", 0644 }, { "-rwxr-xr-x", 0755 }, { "drwxrwxrwt", 01777 }, { "rwsr-Sr-T", 07744 }, { "---------", 0 } };
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(rows); i++) {
		TSR_AUTO(tsr_buf) struct tsr_buf text = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
		struct tsr_settings s = TSR_SETTINGS_INIT;
		struct tsr_err err;

		tsr_buf_printf(&text, "assertions: [{name: n, file: a, mode: '%s'}]\n", rows[i].text);
		cr_assert_eq(reads(&s, text.ptr, &err), 0, "%s", err.msg);
		cr_expect_eq(s.assertions[0].mode, rows[i].mode, "%s: %o", rows[i].text, s.assertions[0].mode);
		tsr_settings_release(&s);
	}
}

Test(policy_settings, ports_are_numbers_ranges_and_protocols)
{
	static const struct {
		const char *text;
		uint16_t first, last;
		const char *protocol; /* NULL: it is none */
	} rows[] = {
		{ "8000", 8000, 8000, "tcp" }, { "53/udp", 53, 53, "udp" }, { "1-65535/SCTP", 1, 65535, "sctp" }, { "0", 0, 0, NULL },
		{ "", 0, 0, NULL }, { "65536", 0, 0, NULL }, { "9-8", 0, 0, NULL }, { "80/", 0, 0, NULL }, { "80/http", 0, 0, NULL },
		{ "ssh", 0, 0, NULL }, { "-1", 0, 0, NULL }, { "1-", 0, 0, NULL }, { "80/tcp/udp", 0, 0, NULL },
	};
	struct tsr_port p;
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(rows); i++) {
		cr_assert_eq(tsr_port_parse(tsr_slice_str(rows[i].text), &p), rows[i].protocol ? 0 : -1, "%s", rows[i].text);
		if (rows[i].protocol)
			cr_expect(p.first == rows[i].first && p.last == rows[i].last && strcmp(p.protocol, rows[i].protocol) == 0,
				  "%s", rows[i].text);
	}
}

Test(policy_settings, wrong_demands_are_refused)
{
	static const struct {
		const char *text, *message;
	} rows[] = {
		{ "platforms: [linux]\n", "up/tarsier.yaml:1:13: platforms: os/arch" },
		{ "runtimeenv: [A]\n", "up/tarsier.yaml:1:1: no such key 'runtimeenv' (did you mean 'runtimeEnv'?)" },
		{ "labels: {require: []}\n", "up/tarsier.yaml:1:10: labels: no such key 'require' (did you mean 'required'?)" },
		{ "packages: {forbidden: ['pip:x']}\n", "up/tarsier.yaml:1:24: forbidden: pip is no ecosystem" },
		{ "trustOwnership: no\n", "up/tarsier.yaml:1:1: trustOwnership: true or false is wanted" },
		{ "nested: true\n", "up/tarsier.yaml:1:1: nested: strict or lenient is wanted" },
		{ "assertions:\n  - {file: a}\n", "up/tarsier.yaml:2:5: assertions: name is missing" },
		{ "assertions:\n  - {name: n}\n", "up/tarsier.yaml:2:5: assertions: it asserts nothing" },
		{ "assertions:\n  - {name: n, mode: 644, user: x}\n", "up/tarsier.yaml:2:5: assertions: file is missing" },
		{ "assertions:\n  - {name: n, file: a, exists: false, uid: 1}\n",
		  "up/tarsier.yaml:2:5: assertions: a file that must not exist" },
		{ "assertions:\n  - {name: n, file: a, mode: 0899}\n", "up/tarsier.yaml:2:24: mode: a mode is wanted" },
		{ "assertions:\n  - {name: n, file: a, mode: '777777'}\n", "up/tarsier.yaml:2:24: mode: a mode is wanted" },
		{ "assertions:\n  - {name: n, file: a, uid: root}\n", "up/tarsier.yaml:2:24: uid: a number is wanted" },
		{ "assertions:\n  - {name: n, env: [A]}\n", "up/tarsier.yaml:2:15: env: a mapping" },
	};
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(rows); i++) {
		struct tsr_settings s = TSR_SETTINGS_INIT;
		struct tsr_err err;

		cr_expect_eq(reads(&s, rows[i].text, &err), -1, "%s", rows[i].text);
		cr_expect_eq(strncmp(err.msg, rows[i].message, strlen(rows[i].message)), 0, "%s: %s", rows[i].text, err.msg);
		tsr_settings_release(&s);
	}
}

Test(policy_settings, content_tests_are_part_of_the_ruleset)
{
	struct tsr_settings s = TSR_SETTINGS_INIT;
	struct tsr_ruleset *plain, *tested;
	struct tsr_err err;

	cr_assert_eq(reads(&s, "assertions:\n  - {name: a, user: x}\n  - {name: b, file: x, matches: 'a+$', lacks: b}\n", &err), 0, "%s",
		     err.msg);
	cr_assert_eq(tsr_rules_load(&plain, NULL, 0, false, &err), 0);
	cr_assert_eq(tsr_rules_load(&tested, NULL, 0, false, &err), 0);
	cr_assert_eq(tsr_content_tests_set(tested, &s.demands, &err), 0, "%s", err.msg);
	cr_expect(!tsr_digest_eq(&plain->digest, &tested->digest), "the key of cached facts is another");
	cr_expect_eq(tsr_content_test(tested->content_tests, 1, TSR_SLICE("xaa")).result, TSR_CONTENT_HOLDS);
	cr_expect_eq(tsr_content_test(tested->content_tests, 1, TSR_SLICE("x")).result, TSR_CONTENT_LACKS);
	cr_expect_eq(tsr_content_test(tested->content_tests, 1, TSR_SLICE("ba")).result, TSR_CONTENT_HAS);
	cr_expect_eq(tsr_content_test(tested->content_tests, 1, TSR_SLICE_NONE).result, TSR_CONTENT_LACKS);
	tsr_ruleset_free(plain);
	tsr_ruleset_free(tested);
	tsr_settings_release(&s);
}
