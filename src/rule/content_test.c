/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/content_test.h"

#include <stdlib.h>

#include "base/mem.h"
#include "rule/pattern.h"

/* Of each, its patterns in the order of the assertion; NULL-terminated, NULL where none is given. */
struct test {
	struct pcre2_real_code_8 **matches, **lacks;
};

struct tsr_content_tests {
	struct test *tests; /* by number of the assertion */
	size_t n;
	struct tsr_globset *files;
	char **names; /* that stand in `files` */
};

static void free_all(struct pcre2_real_code_8 **codes)
{
	for (size_t i = 0; codes && codes[i]; i++)
		tsr_pattern_free(codes[i]);
	free(codes);
}

void tsr_content_tests_free(struct tsr_content_tests *t)
{
	size_t i;

	if (!t)
		return;
	for (i = 0; i < t->n; i++) {
		free_all(t->tests[i].matches);
		free_all(t->tests[i].lacks);
		free(t->names[i]);
	}
	free(t->names);
	free(t->tests);
	tsr_globset_free(t->files);
	free(t);
}

static size_t count(const char *const *patterns)
{
	size_t n = 0;

	while (patterns && patterns[n])
		n++;
	return n;
}

static int compile(struct pcre2_real_code_8 ***to, const struct tsr_assertion *a, const char *key, const char *const *patterns,
		   struct tsr_err *err)
{
	size_t i, n = count(patterns);

	*to = n ? tsr_xcalloc(n + 1, sizeof(**to)) : NULL;
	for (i = 0; i < n; i++) {
		(*to)[i] = tsr_pattern_compile(patterns[i], false, err);
		if (!(*to)[i])
			return tsr_err_wrap(err, "%s: %s", a->place, key);
	}
	return 0;
}

static void part(struct tsr_hash *h, const char *s)
{
	tsr_hash_update(h, s ? s : "", s ? strlen(s) : 0);
	tsr_hash_update(h, s ? "\1" : "\0", 1);
}

static void parts(struct tsr_hash *h, const char *const *list)
{
	for (; list && *list; list++)
		part(h, *list);
	part(h, NULL);
}

static bool is_asked(const struct tsr_assertion *a)
{
	return a->matches || a->lacks;
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
		part(&h, is_asked(&d->assertions[i]) ? d->assertions[i].file : NULL);
		parts(&h, d->assertions[i].matches);
		parts(&h, d->assertions[i].lacks);
	}
	tsr_hash_final(&h, &rs->digest);
}

/*
 * Which file a path leads to is known when all layers are there, and a file cannot be read again then. Links mostly keep the
 * last component (/lib to /usr/lib, /etc/os-release to ../usr/lib/os-release), so all files of that name are asked. Of
 * a glob whose last component says nothing, or which is more than words and stars, only those that it matches itself are.
 */
bool tsr_content_test_by_name(const char *glob)
{
	const char *last = strrchr(glob, '/');

	last = last ? last + 1 : glob;
	return !strpbrk(glob, "{[\\") && strspn(last, "*?") < strlen(last);
}

static char *names_of(const char *glob)
{
	const char *last = strrchr(glob, '/');

	return tsr_xstrdup(last && tsr_content_test_by_name(glob) ? last + 1 : glob);
}

int tsr_content_tests_set(struct tsr_ruleset *rs, const struct tsr_demands *d, struct tsr_err *err)
{
	struct tsr_content_tests *t;
	size_t i, asked = 0;
	int rc = 0;

	for (i = 0; i < d->n_assertions; i++)
		asked += is_asked(&d->assertions[i]);
	if (!asked)
		return 0;
	t = tsr_xcalloc(1, sizeof(*t));
	t->n = d->n_assertions;
	t->tests = tsr_xcalloc(t->n, sizeof(*t->tests));
	t->names = tsr_xcalloc(t->n, sizeof(*t->names));
	t->files = tsr_globset_new();
	for (i = 0; !rc && i < t->n; i++) {
		const struct tsr_assertion *a = &d->assertions[i];

		rc = compile(&t->tests[i].matches, a, "matches", a->matches, err);
		rc = rc ? rc : compile(&t->tests[i].lacks, a, "lacks", a->lacks, err);
		if (rc || !is_asked(a))
			continue;
		t->names[i] = names_of(a->file);
		tsr_globset_add(t->files, t->names[i], (unsigned)i);
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

struct tsr_content_verdict tsr_content_test(const struct tsr_content_tests *t, unsigned n, struct tsr_slice content)
{
	const struct test *test = &t->tests[n];
	struct tsr_content_verdict v = { TSR_CONTENT_HOLDS, 0 };
	size_t i;

	for (i = 0; test->matches && test->matches[i]; i++) {
		int rc = tsr_pattern_search(test->matches[i], content);

		if (rc <= 0)
			return (struct tsr_content_verdict){ rc ? TSR_CONTENT_UNDECIDED : TSR_CONTENT_LACKS, (uint32_t)i };
	}
	for (i = 0; test->lacks && test->lacks[i]; i++) {
		int rc = tsr_pattern_search(test->lacks[i], content);

		if (rc)
			return (struct tsr_content_verdict){ rc < 0 ? TSR_CONTENT_UNDECIDED : TSR_CONTENT_HAS, (uint32_t)i };
	}
	return v;
}
