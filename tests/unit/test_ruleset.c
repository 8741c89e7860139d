/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/ruleset.h"

#include <criterion/criterion.h>
#include <hs/hs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/mem.h"
#include "inspect/parser.h"
#include "rule/canonical.h"
#include "rule/package_name.h"
#include "scan/check.h"

/* A rule file that the test has just written; removed by drop(). */
static void write_rules(char path[64], const char *text)
{
	int fd;

	snprintf(path, 64, "/tmp/tsr-rules-XXXXXX");
	fd = mkstemp(path);
	cr_assert(fd >= 0);
	cr_assert(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
}

static struct tsr_ruleset *with(const char *text, bool catalogue)
{
	struct tsr_err err = TSR_ERR_INIT;
	struct tsr_ruleset *rs = NULL;
	char path[64];
	const char *paths[1] = { path };

	write_rules(path, text);
	cr_assert((catalogue ? tsr_ruleset_new : tsr_ruleset_from_files)(&rs, paths, 1, &err) == 0, "%s",
		  err.msg);
	unlink(path);
	return rs;
}

static struct tsr_ruleset *catalogue(void)
{
	struct tsr_err err = TSR_ERR_INIT;
	struct tsr_ruleset *rs = NULL;

	cr_assert(tsr_ruleset_new(&rs, NULL, 0, &err) == 0, "%s", err.msg);
	return rs;
}

#define HEAD "title: T\nseverity: high\ndescription: D\nremediation: R\n"
#define GHP                                                                                            \
	"id: secret/zz\n" HEAD "kind: content\nliterals: [ghp_]\npattern: '(?<secret>ghp_[a-z]{4})'\n" \
	"encode: [utf16, base64]\nexamples: ['{\"ghp_\"}{lower:4}']\n"

Test(ruleset, catalogue_is_sorted_and_has_every_built_in_rule)
{
	struct tsr_ruleset *rs = catalogue();
	uint32_t i, at;

	cr_assert(rs->n_rules >= TSR_BUILTINS + 3);
	for (i = 0; i < rs->n_rules; i++) {
		cr_expect(i == 0 || strcmp(rs->rules[i - 1]->id, rs->rules[i]->id) < 0);
		cr_expect(tsr_ruleset_find(rs, tsr_slice_str(rs->rules[i]->id), &at) == rs->rules[i] &&
			  at == i);
		cr_expect(rs->rules[i]->title && rs->rules[i]->description && rs->rules[i]->remediation);
		cr_expect(!rs->patterns[i], "nothing is compiled before it is needed");
		tsr_ruleset_compile(rs, i);
		cr_expect((rs->rules[i]->kind == TSR_RULE_CONTENT) == (rs->patterns[i] != NULL));
	}
	for (i = 0; i < TSR_BUILTINS; i++)
		cr_expect(rs->builtin[i] < rs->n_rules &&
			  rs->rules[rs->builtin[i]]->kind == TSR_RULE_BUILTIN);
	cr_expect(strcmp(rs->rules[rs->builtin[TSR_BUILTIN_USER_ROOT]]->id, "config/user-root") == 0);
	cr_expect(tsr_ruleset_find(rs, TSR_SLICE("config/user"), NULL) == NULL);
	cr_expect(tsr_ruleset_find(rs, TSR_SLICE(""), NULL) == NULL);
	tsr_ruleset_free(rs);
	tsr_ruleset_free(NULL);
}

static int count_hit(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *ctx)
{
	(void)id;
	(void)from;
	(void)to;
	(void)flags;
	++*(unsigned *)ctx;
	return 0;
}

static unsigned hits(const struct tsr_ruleset *rs, const char *text)
{
	hs_scratch_t *scratch = NULL;
	hs_stream_t *stream = NULL;
	unsigned n = 0;

	cr_assert(hs_alloc_scratch(rs->literals[TSR_SIEVE_TEXT], &scratch) == HS_SUCCESS);
	cr_assert(hs_open_stream(rs->literals[TSR_SIEVE_TEXT], 0, &stream) == HS_SUCCESS);
	hs_scan_stream(stream, text, (unsigned)strlen(text), 0, scratch, count_hit, &n);
	hs_close_stream(stream, scratch, count_hit, &n);
	hs_free_scratch(scratch);
	return n;
}

Test(ruleset, embedded_database_finds_what_a_compiled_one_finds)
{
	struct tsr_err err = TSR_ERR_INIT;
	struct tsr_ruleset *a = catalogue(), *b = NULL;
	const char *paths[1] = { "rules" };
	struct tsr_digest computed;
	uint32_t i, k;

	cr_assert(tsr_ruleset_from_files(&b, paths, 1, &err) == 0, "%s", err.msg);
	cr_assert(a->n_rules == b->n_rules && a->n_needles == b->n_needles);
	cr_expect(tsr_digest_eq(&a->digest, &b->digest), "the compiled tables are the rule files");
	tsr_rules_digest(a->rules, a->n_rules, &computed);
	cr_expect(tsr_digest_eq(&a->digest, &computed), "the embedded digest is that of the tables");
	cr_expect((a->literals[TSR_SIEVE_TEXT] != NULL) == (a->n_needles > 0));
	cr_expect(a->longest == b->longest && a->before == b->before);
	for (i = 0; i < a->n_rules; i++)
		for (k = 0; a->rules[i]->content && k < a->rules[i]->content->n_literals; k++) {
			const char *text = a->rules[i]->content->literals[k].bytes;

			cr_expect(hits(a, text) > 0 && hits(a, text) == hits(b, text), "%s", text);
		}
	tsr_ruleset_free(a);
	tsr_ruleset_free(b);
}

Test(ruleset, files_add_to_the_catalogue)
{
	struct tsr_ruleset *plain = catalogue(), *rs = with(GHP, true);
	const struct tsr_rule *r;
	uint32_t i;

	cr_assert(rs->n_rules == plain->n_rules + 1);
	cr_expect(!tsr_digest_eq(&rs->digest, &plain->digest));
	r = tsr_ruleset_find(rs, TSR_SLICE("secret/zz"), &i);
	cr_assert(r);
	tsr_ruleset_compile(rs, i);
	cr_assert(rs->patterns[i] && !rs->near[i]);
	cr_expect(hits(rs, "xx ghp_ xx") >= 1);
	tsr_ruleset_free(rs);
	tsr_ruleset_free(plain);
}

Test(ruleset, files_replace_rules_by_id)
{
	struct tsr_ruleset *plain = catalogue();
	struct tsr_ruleset *rs =
		with("- {id: config/user-root, title: T, severity: low, kind: builtin, description: D, "
		     "remediation: R}\n",
		     true);

	cr_assert(rs->n_rules == plain->n_rules);
	cr_expect(rs->rules[rs->builtin[TSR_BUILTIN_USER_ROOT]]->severity == TSR_LOW);
	cr_expect(!tsr_digest_eq(&rs->digest, &plain->digest));
	tsr_ruleset_free(rs);
	tsr_ruleset_free(plain);
}

Test(ruleset, from_files_has_the_files_alone)
{
	struct tsr_ruleset *rs = with(GHP, false);

	cr_assert(rs->n_rules == 1 && rs->n_needles == 5 && rs->literals[TSR_SIEVE_TEXT]);
	cr_expect(rs->builtin[0] == UINT32_MAX);
	/* Eight bytes and what stands beside them, in UTF-16. */
	cr_expect(rs->longest == 2 * (8 + TSR_EDGE_BYTES) + 128, "%u", rs->longest);
	cr_expect(rs->before == 2 * TSR_EDGE_BYTES + 128);
	tsr_ruleset_free(rs);
	rs = with("[]", false);
	cr_expect(rs->n_rules == 0 && rs->literals[TSR_SIEVE_TEXT] == NULL && rs->longest == 0);
	tsr_ruleset_free(rs);
}

Test(ruleset, digest_depends_on_every_field)
{
	static const char *const more[] = { "",
					    "before: 3\n",
					    "reach: 300\n",
					    "left: word\n",
					    "right: word\n",
					    "near: {pattern: x, within: 3}\n",
					    "scope: {text: true}\n",
					    "scope: {paths: [a]}\n",
					    "specificity: 51\n",
					    "check: c\n",
					    "min-entropy: 1.5\n",
					    "hashable: false\n",
					    "public-prefix: 1\n",
					    "severity-when-hidden: low\n",
					    "tags: [a]\n",
					    "references: [a]\n",
					    "counter-examples: [a]\n" };
	struct tsr_digest seen[TSR_ARRAY_LEN(more)];
	char text[1024];
	size_t i, k;

	for (i = 0; i < TSR_ARRAY_LEN(more); i++) {
		struct tsr_ruleset *rs;

		snprintf(text, sizeof(text), "%s%s", GHP, more[i]);
		rs = with(text, false);
		seen[i] = rs->digest;
		for (k = 0; k < i; k++)
			cr_expect(!tsr_digest_eq(&seen[k], &seen[i]), "%s and %s", more[k], more[i]);
		tsr_ruleset_free(rs);
	}
}

static bool matches(const struct tsr_ruleset *rs, const char *text, size_t from)
{
	pcre2_match_data *md;
	int rc;

	tsr_ruleset_compile(rs, 0);
	md = pcre2_match_data_create_from_pattern(rs->patterns[0], NULL);
	rc = pcre2_match(rs->patterns[0], (PCRE2_SPTR)text, strlen(text), from, 0, md, NULL);

	pcre2_match_data_free(md);
	return rc > 0;
}

Test(ruleset, patterns_are_anchored_unless_they_may_begin_before_the_literal)
{
	struct tsr_ruleset *rs = with(GHP, false);

	cr_expect(matches(rs, "..ghp_abcd", 2));
	cr_expect(!matches(rs, "..ghp_abcd", 0));
	tsr_ruleset_free(rs);
	rs = with(GHP "before: 2\n", false);
	cr_expect(matches(rs, "..ghp_abcd", 0));
	tsr_ruleset_free(rs);
}

Test(ruleset, errors_name_file_and_rule)
{
	struct tsr_err err = TSR_ERR_INIT;
	struct tsr_ruleset *rs = NULL;
	char path[64], again[64];
	const char *paths[2] = { path, again };

	write_rules(path, GHP "colour: red\n");
	cr_expect(tsr_ruleset_new(&rs, paths, 1, &err) == -1);
	cr_expect(err.kind == TSR_EUSAGE && strstr(err.msg, path) && strstr(err.msg, "secret/zz: colour"),
		  "%s", err.msg);
	unlink(path);
	write_rules(path, GHP);
	write_rules(again, GHP);
	err.kind = TSR_ENONE;
	cr_expect(tsr_ruleset_new(&rs, paths, 2, &err) == -1);
	cr_expect(err.kind == TSR_EUSAGE && strstr(err.msg, "there is a rule of this id in"), "%s", err.msg);
	unlink(path);
	unlink(again);
	cr_expect(rs == NULL);
}

Test(ruleset, catalogue_names_only_checks_and_parsers_that_exist)
{
	struct tsr_ruleset *rs = catalogue();
	uint32_t i;

	for (i = 0; i < rs->n_rules; i++) {
		const struct tsr_rule *r = rs->rules[i];

		if (r->content && r->content->check)
			cr_expect(tsr_check_find(r->content->check) != NULL, "%s: %s", r->id,
				  r->content->check);
		if (r->structured)
			cr_expect(tsr_parser_find(r->structured->parser) != NULL, "%s: %s", r->id,
				  r->structured->parser);
	}
	tsr_ruleset_free(rs);
}

struct seen {
	const struct tsr_ruleset *rs;
	const char *id;
	bool found;
};

static void see(void *ctx, unsigned id)
{
	struct seen *s = ctx;

	s->found |= strcmp(s->rs->rules[id]->id, s->id) == 0;
}

static bool any(const char *const *globs, const char *path)
{
	for (; globs && *globs; globs++)
		if (tsr_glob_match(*globs, tsr_slice_str(path)))
			return true;
	return false;
}

/* 'f': a finding, 't': a template, '-': nothing. */
static char path_rule(const struct tsr_ruleset *rs, const char *id, const char *path)
{
	struct seen s = { .rs = rs, .id = id, .found = false };
	const struct tsr_rule *r = tsr_ruleset_find(rs, tsr_slice_str(id), NULL);

	tsr_globset_match(rs->paths, tsr_slice_str(path), see, &s);
	if (!s.found || any(r->path->excludes, path))
		return '-';
	return any(r->path->templates, path) ? 't' : 'f';
}

Test(ruleset, catalogue_finds_history_and_environment_files)
{
	static const struct {
		const char *rule, *path;
		char want;
	} rows[] = {
		{ "file/dotenv", "app/.env", 'f' },
		{ "file/dotenv", ".env", 'f' },
		{ "file/dotenv", "app/.env.production", 'f' },
		{ "file/dotenv", "srv/prod.env", 'f' },
		{ "file/dotenv", "app/.env.example", 't' },
		{ "file/dotenv", "app/.env.sample", 't' },
		{ "file/dotenv", "app/.env.template", 't' },
		{ "file/dotenv", "app/.env.dist", 't' },
		{ "file/dotenv", "app/.env.local.example", 't' },
		{ "file/dotenv", "app/.envrc", 'f' },
		{ "file/dotenv", "app/environment", '-' },
		{ "file/dotenv", "usr/bin/env", '-' },
		{ "file/dotenv", "app/.env/bin/python", '-' },
		{ "file/shell-history", "root/.bash_history", 'f' },
		{ "file/shell-history", "root/.zsh_history", 'f' },
		{ "file/shell-history", "root/.zhistory", 'f' },
		{ "file/shell-history", "root/.histfile", 'f' },
		{ "file/shell-history", "root/.sh_history", 'f' },
		{ "file/shell-history", "root/.ash_history", 'f' },
		{ "file/shell-history", "root/.local/share/fish/fish_history", 'f' },
		{ "file/shell-history", "root/.python_history", 'f' },
		{ "file/shell-history", "root/.ipython/profile_default/history.sqlite", 'f' },
		{ "file/shell-history", "root/.node_repl_history", 'f' },
		{ "file/shell-history", "root/.psql_history", 'f' },
		{ "file/shell-history", "root/.mysql_history", 'f' },
		{ "file/shell-history", "root/.sqlite_history", 'f' },
		{ "file/shell-history", "root/.lesshst", 'f' },
		{ "file/shell-history", "root/.local/state/lesshst", 'f' },
		{ "file/shell-history", "root/.rediscli_history", 'f' },
		{ "file/shell-history", "root/.dbshell", 'f' },
		{ "file/shell-history", "root/.mongodb/mongosh/mongosh_repl_history", 'f' },
		{ "file/shell-history", "root/.Rhistory", 'f' },
		{ "file/shell-history", "root/.irb_history", 'f' },
		{ "file/shell-history", "root/.mysqlsh/history.sql", 'f' },
		{ "file/shell-history", "root/.viminfo", 'f' },
		{ "file/shell-history", "root/.bash_history.bak", 'f' },
		{ "file/shell-history", "root/.bash_history-01234.tmp", 'f' },
		{ "file/shell-history", "usr/share/doc/history", '-' },
		{ "file/shell-history", "opt/conda/conda-meta/history", '-' },
		{ "file/shell-history", "usr/lib/python3/dist-packages/IPython/core/history.py", '-' },
		{ "file/shell-history", "usr/include/readline/history.h", '-' },
		{ "file/shell-history", "root/.bashrc", '-' },
	};
	struct tsr_ruleset *rs = catalogue();
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(rows); i++) {
		char got = path_rule(rs, rows[i].rule, rows[i].path);

		cr_expect(got == rows[i].want, "%s: %c", rows[i].path, got);
	}
	tsr_ruleset_free(rs);
}

Test(ruleset, catalogue_knows_development_packages_from_others)
{
	static const char *const dev[] = { "pytest",
					   "pytest-cov",
					   "mypy",
					   "ruff",
					   "black",
					   "flake8",
					   "flake8-bugbear",
					   "pylint",
					   "isort",
					   "coverage",
					   "tox",
					   "nox",
					   "pre-commit",
					   "ipython",
					   "ipykernel",
					   "ipdb",
					   "jupyter",
					   "jupyterlab",
					   "notebook",
					   "debugpy",
					   "hypothesis",
					   "locust",
					   "bandit",
					   "sphinx",
					   "sphinx-rtd-theme",
					   "mkdocs",
					   "mkdocs-material",
					   "twine",
					   "build",
					   "types-requests" };
	/* Seen in production environments as dependencies of others. */
	static const char *const run[] = { "mypy-extensions",
					   "typing-extensions",
					   "packaging",
					   "setuptools",
					   "wheel",
					   "pip",
					   "types-python-dateutil",
					   "mock",
					   "watchdog",
					   "attrs",
					   "pluggy",
					   "iniconfig",
					   "pygments",
					   "jinja2",
					   "docutils",
					   "requests",
					   "urllib3",
					   "uvicorn",
					   "fastapi",
					   "pydantic",
					   "click",
					   "rich",
					   "typeguard",
					   "sniffio",
					   "nest-asyncio",
					   "jupyter-client-x",
					   "prompt-toolkit",
					   "cookiecutter",
					   "responses",
					   "invoke",
					   "asgi-lifespan",
					   "virtualenv",
					   "platformdirs" };
	struct tsr_ruleset *rs = catalogue();
	const struct tsr_rule *r = tsr_ruleset_find(rs, TSR_SLICE("package/python-dev"), NULL);
	size_t i;

	cr_assert(r && r->severity == TSR_HIGH && r->severity_hidden == TSR_LOW);
	for (i = 0; i < TSR_ARRAY_LEN(dev); i++)
		cr_expect(tsr_package_named(r->package, TSR_ECO_PYTHON, dev[i]), "%s", dev[i]);
	for (i = 0; i < TSR_ARRAY_LEN(run); i++)
		cr_expect(!tsr_package_named(r->package, TSR_ECO_PYTHON, run[i]), "%s", run[i]);
	tsr_ruleset_free(rs);
}
