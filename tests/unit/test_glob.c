/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/glob.h"

#include <criterion/criterion.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"

struct row {
	const char *glob, *path;
	bool want;
};

static void run(const struct row *rows, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		cr_expect(tsr_glob_check(rows[i].glob) == NULL, "%s: refused: %s", rows[i].glob,
			  tsr_glob_check(rows[i].glob));
		cr_expect(tsr_glob_match(rows[i].glob, tsr_slice_str(rows[i].path)) == rows[i].want,
			  "%s on %s", rows[i].glob, rows[i].path);
	}
}

#define RUN(rows) run(rows, TSR_ARRAY_LEN(rows))

Test(glob, without_a_slash_means_the_last_component_anywhere)
{
	static const struct row rows[] = {
		{ ".env", ".env", true },
		{ ".env", "app/src/.env", true },
		{ ".env", "app/.env/x", false },
		{ ".env", "app/x.env", false },
		{ "*.env", "app/x.env", true },
		{ "*.env", "app/.env", true },
		{ "*.env", "app.env/x", false },
		{ ".env.*", "a/.env.prod", true },
		{ ".env.*", "a/.env.", true },
		{ ".env.*", "a/.env", false },
		{ "*", "a/b", true },
		{ "**", "a/b", true },
		{ "?", "a/b", true },
		{ "?", "a/bc", false },
		{ "", "", false },
	};

	run(rows, TSR_ARRAY_LEN(rows) - 1);
	cr_expect(!tsr_glob_match("*", TSR_SLICE("")), "nothing matches the root");
	cr_expect(!tsr_glob_match("", TSR_SLICE("a")));
}

Test(glob, with_a_slash_means_the_whole_path)
{
	static const struct row rows[] = {
		{ "etc/passwd", "etc/passwd", true },
		{ "/etc/passwd", "etc/passwd", true },
		{ "etc/passwd", "x/etc/passwd", false },
		{ "/passwd", "passwd", true },
		{ "/passwd", "etc/passwd", false },
		{ "etc/*", "etc/passwd", true },
		{ "etc/*", "etc/a/b", false },
		{ "etc/*", "etc", false },
		{ "*/b", "a/b", true },
		{ "*/b", "b", false },
		{ "a?b/c", "a/b/c", false },
		{ "a[!x]b/c", "a/b/c", false },
	};

	RUN(rows);
}

Test(glob, double_star_is_any_number_of_components)
{
	static const struct row rows[] = {
		{ "**/b", "b", true },		 { "**/b", "a/b", true },
		{ "**/b", "x/y/z/b", true },	 { "**/b", "x/yb", false },
		{ "**/b", "b/c", false },	 { "a/**", "a/b", true },
		{ "a/**", "a/b/c", true },	 { "a/**", "a", false },
		{ "a/**", "ab/c", false },	 { "a/**/b", "a/b", true },
		{ "a/**/b", "a/x/b", true },	 { "a/**/b", "a/x/y/b", true },
		{ "a/**/b", "ab", false },	 { "a/**/b", "a/xb", false },
		{ "**/a/**/b", "a/b", true },	 { "**/a/**/b", "x/a/y/a/b/b", true },
		{ "**/a/**/b", "x/b/a", false }, { "/**", "a", true },
		{ "/**", "a/b", true },		 { "**/.aws/cli/*.db", "root/.aws/cli/h.db", true },
		{ "**/*", "a", true },
	};

	RUN(rows);
}

Test(glob, classes_quotes_and_alternatives)
{
	static const struct row rows[] = {
		{ "[abc]", "b", true },
		{ "[a-c]x", "bx", true },
		{ "[a-c]x", "dx", false },
		{ "[!a-c]x", "dx", true },
		{ "[!a-c]x", "bx", false },
		{ "[]]", "]", true },
		{ "[!]]", "]", false },
		{ "[!]]", "a", true },
		{ "[a-]", "-", true },
		{ "[-a]", "-", true },
		{ "[!]", "x", false },
		{ "\\*", "*", true },
		{ "\\*", "a", false },
		{ "a\\{b", "a{b", true },
		{ "{a,b}", "a", true },
		{ "{a,b}", "b", true },
		{ "{a,b}", "c", false },
		{ "{a,b}", "a,b", false },
		{ "x{,y}", "x", true },
		{ "x{,y}", "xy", true },
		{ "x{,y}", "xyy", false },
		{ "{a*,?b}.{c,d}", "axx.d", true },
		{ "{a*,?b}.{c,d}", "zb.c", true },
		{ "{a*,?b}.{c,d}", "zc.c", false },
		{ "{a/b,c}/d", "a/b/d", true },
		{ "{a/b,c}/d", "c/d", true },
		{ "{[,],x}y", "xy", true },
		{ "a,b", "a,b", true },
		{ "*a*b*c*", "xxaxxbxxcxx", true },
		{ "\xc3\xa4*", "\xc3\xa4x", true },
		{ "*\xff", "a\xff", true },
	};
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(rows); i++)
		if (strcmp(rows[i].glob, "[!]") != 0)
			run(&rows[i], 1);
}

Test(glob, check_names_what_is_wrong)
{
	static const char *const bad[] = { "",	    "/",     "a//b", "a/./b",	"../a",	  "a/",	 "[a",
					   "[!]",   "[a/b]", "{a",   "a}",	"{a{b}}", "a**", "**a",
					   "a/**b", "***",   "a\\",  "{**/,}a", "[]" };
	static char huge[600];
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(bad); i++) {
		cr_expect(tsr_glob_check(bad[i]) != NULL, "%s", bad[i]);
		/* Whatever it is, matching it is safe. */
		(void)tsr_glob_match(bad[i], TSR_SLICE("a/b]c{d"));
	}
	memset(huge, 'a', sizeof(huge) - 1);
	cr_expect(tsr_glob_check(huge) != NULL);
	cr_expect(!tsr_glob_match(huge, tsr_slice_str(huge)));
	huge[511] = 0;
	cr_expect(tsr_glob_check(huge) == NULL);
	cr_expect(tsr_glob_match(huge, tsr_slice_str(huge)));
}

/* All texts over `letters` up to `max` characters. */
static bool next_text(char *s, const char *letters, size_t max)
{
	size_t i;

	for (i = 0; s[i]; i++) {
		const char *p = strchr(letters, s[i]);

		if (p[1]) {
			s[i] = p[1];
			return true;
		}
		s[i] = letters[0];
	}
	if (i == max)
		return false;
	s[i] = letters[0];
	s[i + 1] = 0;
	return true;
}

Test(glob, agrees_with_fnmatch_where_both_mean_the_same)
{
	char glob[8] = "", path[8];
	size_t n = 0;

	while (next_text(glob, "ab*?/", 5)) {
		if (tsr_glob_check(glob) || strstr(glob, "**") || !strchr(glob, '/') || glob[0] == '/')
			continue;
		for (path[0] = 0; next_text(path, "ab/", 5);) {
			if (path[0] == '/' || strstr(path, "//") || path[strlen(path) - 1] == '/')
				continue;
			n++;
			if (tsr_glob_match(glob, tsr_slice_str(path)) !=
			    (fnmatch(glob, path, FNM_PATHNAME) == 0))
				cr_expect_fail("%s on %s", glob, path);
		}
	}
	cr_expect(n > 50000, "%zu", n);
}

Test(glob, no_pattern_is_slow)
{
	static const char *const globs[] = {
		"*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b",
		"**/a/**/a/**/a/**/a/**/a/**/a/**/a/**/b",
		"{a,aa}{a,aa}{a,aa}{a,aa}{a,aa}{a,aa}{a,aa}{a,aa}{a,aa}{a,aa}{a,aa}{a,aa}{a,aa}{a,aa}*b",
		"{*,*}{*,*}{*,*}{*,*}{*,*}{*,*}{*,*}{*,*}{*,*}{*,*}{*,*}{*,*}{*,*}{*,*}{*,*}b",
		"{,a}{,a}{,a}{,a}{,a}{,a}{,a}{,a}{,a}{,a}{,a}{,a}{,a}{,a}{,a}{,a}{,a}{,a}{,a}{,a}b",
	};
	static char flat[4097], deep[4096];
	struct timespec from, to;
	size_t i;

	memset(flat, 'a', sizeof(flat) - 1);
	for (i = 0; i < sizeof(deep) - 1; i++)
		deep[i] = i % 2 ? '/' : 'a';
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	for (i = 0; i < TSR_ARRAY_LEN(globs); i++) {
		cr_expect(tsr_glob_check(globs[i]) == NULL, "%s", globs[i]);
		cr_expect(!tsr_glob_match(globs[i], tsr_slice_str(flat)), "%s", globs[i]);
		cr_expect(!tsr_glob_match(globs[i], tsr_slice_str(deep)), "%s", globs[i]);
	}
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
	/* Some ten milliseconds; what backtracks would not end today. */
	cr_expect(to.tv_sec - from.tv_sec < 20);
}

struct seen {
	unsigned ids[64];
	size_t n;
};

static void see(void *ctx, unsigned id)
{
	struct seen *s = ctx;

	cr_assert(s->n < 64);
	s->ids[s->n++] = id;
}

static const char *const many[] = {
	".env",
	"*.env",
	".env.*",
	"etc/passwd",
	"**/x/passwd",
	"*",
	"a/**",
	"[ab]c",
	"{a,b}.{c,d}",
	"{*.x,y*}",
	"pre*",
	"pre*post",
	"**/.aws/{config,credentials}",
	"\\*.env",
	"[.]env",
	"{a,b,c,d}{a,b,c,d}{a,b,c,d}{a,b,c,d}{a,b,c,d}",
	"x{[,],y}",
	"/top",
	"?.env",
	"*.tar.gz",
	"a.*.b",
	"**/.git/**",
	"**/deep/*",
	"**/{one,two}/*fix*",
	"*.log.[0-9]",
	"*[]x]y[!]]*",
};

#define EIGHT "d/d/d/d/d/d/d/d/"
#define DEEP  EIGHT EIGHT EIGHT EIGHT EIGHT EIGHT EIGHT EIGHT

Test(globset, says_what_every_glob_says)
{
	static const char *const paths[] = {
		".env",
		"app/.env",
		"app/x.env",
		".env.prod",
		"a/.env.env",
		"etc/passwd",
		"x/passwd",
		"q/x/passwd",
		"passwd",
		"a/b/c",
		"a",
		"ac",
		"q/bc",
		"a.c",
		"q/b.d",
		"a.d",
		"z.x",
		"yy",
		"y.x",
		"pre",
		"prefix",
		"a/pre",
		"prexpost",
		"root/.aws/config",
		"root/.aws/credentials",
		".aws/x",
		"*.env",
		"abcda",
		"x,",
		"xy",
		"top",
		"q/top",
		"b.env",
		"q.tar.gz",
		"gz",
		".gz",
		"a..b",
		"a.x.b",
		"a.b",
		"dot.",
		"",
		"caaaa",
		".git",
		"q/.git",
		"q/.git/config",
		"deep/x",
		"q/deep/.git/deep/x",
		"two/prefix",
		"two/pre",
		"q/one/fix",
		"a.log.1",
		"a.log.x",
		"]y1",
		"qxyq",
		"qxy]",
		DEEP "deep/x",
		DEEP ".git/x",
		DEEP "x/x",
	};
	struct tsr_globset *g = tsr_globset_new();
	size_t i, k, p;

	for (k = 0; k < TSR_ARRAY_LEN(many); k++)
		tsr_globset_add(g, many[k], (unsigned)(TSR_ARRAY_LEN(many) - k));
	tsr_globset_settle(g);
	for (p = 0; p < TSR_ARRAY_LEN(paths); p++) {
		struct seen s = { .n = 0 };

		tsr_globset_match(g, tsr_slice_str(paths[p]), see, &s);
		for (i = 1; i < s.n; i++)
			cr_expect(s.ids[i - 1] < s.ids[i], "%s: ascending, each once", paths[p]);
		for (k = 0; k < TSR_ARRAY_LEN(many); k++) {
			bool said = false;

			for (i = 0; i < s.n; i++)
				said |= s.ids[i] == TSR_ARRAY_LEN(many) - k;
			cr_expect(said == tsr_glob_match(many[k], tsr_slice_str(paths[p])), "%s on %s",
				  many[k], paths[p]);
		}
	}
	tsr_globset_free(g);
}

Test(globset, says_an_id_once_and_holds_many)
{
	struct tsr_globset *g = tsr_globset_new();
	struct seen s = { .n = 0 };
	unsigned i;

	for (i = 0; i < 50; i++) {
		tsr_globset_add(g, "*.env", 50 - i);
		tsr_globset_add(g, ".env*", 50 - i);
		tsr_globset_add(g, "**/.env", 50 - i);
	}
	tsr_globset_settle(g);
	tsr_globset_match(g, TSR_SLICE("a/.env"), see, &s);
	cr_assert(s.n == 50);
	for (i = 0; i < 50; i++)
		cr_expect(s.ids[i] == i + 1);
	tsr_globset_free(g);
	tsr_globset_free(NULL);
}

Test(globset, may_be_empty)
{
	struct tsr_globset *g = tsr_globset_new();
	struct seen s = { .n = 0 };

	tsr_globset_settle(g);
	tsr_globset_match(g, TSR_SLICE("a"), see, &s);
	cr_expect(s.n == 0);
	tsr_globset_free(g);
}
