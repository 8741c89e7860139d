/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/content_test.h"

#include <stdlib.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/mem.h"
#include "rule/pattern.h"

#define MATCH_LIMIT 10000000u /* a pattern of the user's, on files of an image that nobody knows */

struct test {
	pcre2_code *matches, *lacks; /* NULL: not asked */
};

struct tsr_content_tests {
	struct test *tests; /* by number of the assertion */
	size_t n;
	struct tsr_globset *files;
};

void tsr_content_tests_free(struct tsr_content_tests *t)
{
	size_t i;

	if (!t)
		return;
	for (i = 0; i < t->n; i++) {
		pcre2_code_free(t->tests[i].matches);
		pcre2_code_free(t->tests[i].lacks);
	}
	free(t->tests);
	tsr_globset_free(t->files);
	free(t);
}

static int compile(pcre2_code **to, const struct tsr_assertion *a, const char *key, const char *pattern, struct tsr_err *err)
{
	if (!pattern)
		return 0;
	*to = tsr_pattern_compile(pattern, false, err);
	return *to ? 0 : tsr_err_wrap(err, "%s: %s", a->place, key);
}

static void part(struct tsr_hash *h, const char *s)
{
	tsr_hash_update(h, s ? s : "", s ? strlen(s) : 0);
	tsr_hash_update(h, s ? "\1" : "\0", 1);
}

/* Number, glob and patterns of each: facts hold the numbers. */
static void stir_digest(struct tsr_ruleset *rs, const struct tsr_demands *d)
{
	struct tsr_hash h;
	size_t i;

	if (tsr_hash_init(&h, TSR_DIGEST_SHA256, NULL))
		TSR_BUG("content tests: OpenSSL refuses SHA-256");
	tsr_hash_update(&h, rs->digest.bytes, 32);
	for (i = 0; i < d->n_assertions; i++) {
		bool asked = d->assertions[i].matches || d->assertions[i].lacks;

		part(&h, asked ? d->assertions[i].file : NULL);
		part(&h, d->assertions[i].matches);
		part(&h, d->assertions[i].lacks);
	}
	tsr_hash_final(&h, &rs->digest);
}

int tsr_content_tests_set(struct tsr_ruleset *rs, const struct tsr_demands *d, struct tsr_err *err)
{
	struct tsr_content_tests *t;
	size_t i, asked = 0;
	int rc = 0;

	for (i = 0; i < d->n_assertions; i++)
		asked += d->assertions[i].matches || d->assertions[i].lacks;
	if (!asked)
		return 0;
	t = tsr_xcalloc(1, sizeof(*t));
	t->n = d->n_assertions;
	t->tests = tsr_xcalloc(t->n, sizeof(*t->tests));
	t->files = tsr_globset_new();
	for (i = 0; !rc && i < t->n; i++) {
		const struct tsr_assertion *a = &d->assertions[i];

		rc = compile(&t->tests[i].matches, a, "matches", a->matches, err);
		rc = rc ? rc : compile(&t->tests[i].lacks, a, "lacks", a->lacks, err);
		if (a->matches || a->lacks)
			tsr_globset_add(t->files, a->file, (unsigned)i);
	}
	tsr_globset_settle(t->files);
	if (rc) {
		tsr_content_tests_free(t);
		return -1;
	}
	rs->content_tests = t;
	stir_digest(rs, d);
	return 0;
}

void tsr_content_tests_of(const struct tsr_content_tests *t, struct tsr_slice path, void (*hit)(void *ctx, unsigned assertion),
			  void *ctx)
{
	if (t)
		tsr_globset_match(t->files, path, hit, ctx);
}

/* 1: it matches, 0: it does not, -1: nobody can say. */
static int ask(const pcre2_code *code, struct tsr_slice content)
{
	pcre2_match_context *context = pcre2_match_context_create(NULL);
	pcre2_match_data *data = pcre2_match_data_create(1, NULL);
	int rc = PCRE2_ERROR_NOMEMORY;

	if (context && data) {
		pcre2_set_match_limit(context, MATCH_LIMIT);
		rc = pcre2_match(code, (PCRE2_SPTR)(content.len ? content.ptr : ""), content.len, 0, 0, data, context);
	}
	pcre2_match_data_free(data);
	pcre2_match_context_free(context);
	return rc >= 0 ? 1 : rc == PCRE2_ERROR_NOMATCH ? 0 : -1;
}

enum tsr_content_result tsr_content_test(const struct tsr_content_tests *t, unsigned n, struct tsr_slice content)
{
	const struct test *test = &t->tests[n];
	int matches = test->matches ? ask(test->matches, content) : 1;
	int lacks = test->lacks ? ask(test->lacks, content) : 0;

	if (matches < 0 || lacks < 0)
		return TSR_CONTENT_UNDECIDED;
	return !matches ? TSR_CONTENT_LACKS : lacks ? TSR_CONTENT_HAS : TSR_CONTENT_HOLDS;
}
