/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "fuzz/catalogue.h"
#include "fuzz/fuzz.h"
#include "policy/baseline.h"
#include "policy/ignores.h"
#include "policy/settings.h"
#include "rule/content_test.h"
#include "rule/load.h"

/* What a team writes: the word of a row below, a newline, and the text of such a file. */

const struct fuzz_seed fuzz_seeds[] = {
	FUZZ_SEED("config\nfail-on: high\nseverity: low\nprofile: strict\nrules:\n  files: [a.yaml]\n  disable: [config/*]\n  severity: {a/b: {live: low, hidden: info}}\n"
		  "limits: {max-layers: 7, max-json: 2M}\noutputs: [sarif=a]\nignores: x\nbaseline: y\n"),
	FUZZ_SEED("config\nruntimeEnv: [A]\nplatforms: [linux/amd64]\nusers: ['1001']\nlabels: {required: [a], forbidden: [b*]}\nports: {allowed: [80/tcp]}\n"
		  "packages: {forbidden: ['dpkg:gcc*']}\ntrustOwnership: false\nnested: strict\n"),
	FUZZ_SEED("config\nassertions:\n- name: a\n  file: /etc/*.conf\n  mode: '0644'\n  owner: '0:0'\n  matches: '^a'\n- name: b\n  env: {A: b*, C: null}\n  cmd: [a, b]\n"
		  "  volumes: [/a]\n- {name: c, file: /x, exists: false}\n"),
	FUZZ_SEED("ignore\n- rule: secret/*\n  path: /a/**\n  reason: b\n  owner: c\n  until: 2030-01-31\n- fingerprint: 0123456789abcdef\n  reason: d\n"),
	FUZZ_SEED("baseline\n{\"schemaVersion\":1,\"images\":[{\"findings\":[{\"fingerprint\":\"a\",\"severity\":\"low\"}]}],\"archives\":[]}"),
	FUZZ_SEED("rules\nid: acme/thing\nkind: content\ntitle: A\ndescription: B.\nremediation: C.\nseverity: high\nliterals: [acme_]\npattern: 'acme_[0-9]{8}'\n"
		  "examples: ['acme_{digit:8}']\n"),
	FUZZ_SEED("rules\nid: acme/path\nkind: path\ntitle: A\ndescription: B.\nremediation: C.\nseverity: low\npaths: ['**/{a,b}/[c-e]*', '!x']\n"),
	{ NULL, 0 },
};

/* A message is there exactly where something is wrong. */
static void expect_told(int r, const struct tsr_err *err)
{
	if ((r != 0) != (err->msg[0] != '\0'))
		abort();
}

static void read_config(struct tsr_slice text, struct tsr_err *err)
{
	struct tsr_settings s = TSR_SETTINGS_INIT;
	struct tsr_ruleset empty = { .n_rules = 0 };
	int r = tsr_settings_read(&s, text, "a/tarsier.yaml", err);

	expect_told(r, err);
	if (!r && !tsr_settings_check_rules(&s, catalogue(), err))
		tsr_content_tests_set(&empty, &s.demands, err);
	tsr_content_tests_free(empty.content_tests);
	tsr_settings_release(&s);
}

static void read_ignores(struct tsr_slice text, struct tsr_err *err)
{
	struct tsr_ignores *list = tsr_ignores_read(text, "ignore", 20260101, err);

	expect_told(list ? 0 : -1, err);
	tsr_ignores_free(list);
}

static void read_baseline(struct tsr_slice text, struct tsr_err *err)
{
	struct tsr_baseline *b = tsr_baseline_read(text, "baseline", err);

	expect_told(b ? 0 : -1, err);
	tsr_baseline_free(b);
}

static void read_rules(struct tsr_slice text, struct tsr_err *err)
{
	struct tsr_rule_list list = TSR_RULE_LIST_INIT;
	struct tsr_arena arena = TSR_ARENA_INIT;

	expect_told(tsr_rule_load_text(&list, &arena, text, "rules", err), err);
	tsr_rule_list_release(&list);
	tsr_arena_release(&arena);
}

static const struct {
	const char *word;
	void (*read)(struct tsr_slice text, struct tsr_err *err);
} kinds[] = {
	{ "config", read_config },
	{ "ignore", read_ignores },
	{ "baseline", read_baseline },
	{ "rules", read_rules },
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tsr_slice rest = { (const char *)data, size }, word;
	struct tsr_err err = TSR_ERR_INIT;

	if (!tsr_slice_next(&rest, '\n', &word))
		return 0;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (tsr_slice_eq_str(word, kinds[i].word))
			kinds[i].read(rest, &err);
	return 0;
}
