/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/example.h"

#include <ctype.h>

#include "scan_build.h"

static char *text_of(const char *generator, uint64_t seed)
{
	struct tsr_buf b;

	tsr_buf_init(&b, 1 << 20);
	expand(&b, generator, seed);
	return tsr_buf_take(&b);
}

Test(example, text_and_quotes_are_taken_as_they_are)
{
	static const struct {
		const char *generator, *want;
	} cases[] = { { "abc", "abc" },
		      { "", "" },
		      { "{\"gh\"}p_", "ghp_" },
		      { "{\"a}b\"}c", "a}bc" },
		      { "a{{b}}c", "a{b}c" },
		      { "${{X}}", "${X}" },
		      { "a{nl}b", "a\nb" },
		      { "{same:x:5}", "xxxxx" },
		      { "{base64:user:password}", "dXNlcjpwYXNzd29yZA==" },
		      { "{base64:{\"a\"}{same:b:3}}", "YWJiYg==" },
		      { "{[z]:3}", "zzz" } };

	for (size_t i = 0; i < TSR_ARRAY_LEN(cases); i++) {
		char *got = text_of(cases[i].generator, 1);

		cr_expect(strcmp(got, cases[i].want) == 0, "%s: %s", cases[i].generator, got);
		free(got);
	}
}

Test(example, random_parts_have_their_alphabet_and_repeat_with_the_seed)
{
	static const struct {
		const char *generator, *chars;
		size_t min, max;
	} cases[] = { { "{hex:400}", "0123456789abcdef", 400, 400 },
		      { "{HEX:400}", "0123456789ABCDEF", 400, 400 },
		      { "{base32:400}", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 400, 400 },
		      { "{[a-c_-]:300}", "abc_-", 300, 300 },
		      { "{digit:20-40}", "0123456789", 20, 40 },
		      { "{uuid}", "0123456789abcdef-", 36, 36 } };

	for (size_t i = 0; i < TSR_ARRAY_LEN(cases); i++) {
		char *a = text_of(cases[i].generator, 1), *b = text_of(cases[i].generator, 1);
		char *c = text_of(cases[i].generator, 2);

		cr_expect(strspn(a, cases[i].chars) == strlen(a), "%s: %s", cases[i].generator, a);
		cr_expect(strlen(a) >= cases[i].min && strlen(a) <= cases[i].max);
		cr_expect(strcmp(a, b) == 0);
		cr_expect(strcmp(a, c) != 0);
		free(a);
		free(b);
		free(c);
	}
}

Test(example, says_what_is_no_generator)
{
	static const char *const bad[] = {
		"{nonsense}", "{base62}",    "{base62:x}", "{base62:9-3}", "{hex:999999999}",
		"{pem:x}",    "{same:x}",    "{[]:3}",	   "{[ab]}",	   "{hex:3",
		"{\"ghp_}",   "{macaroon:}", "{}"
	};

	for (size_t i = 0; i < TSR_ARRAY_LEN(bad); i++) {
		struct tsr_err err = TSR_ERR_INIT;
		struct tsr_buf b;

		tsr_buf_init(&b, 1 << 20);
		cr_expect(tsr_example_expand(bad[i], 1, &b, &err) == -1, "%s", bad[i]);
		cr_expect(err.kind == TSR_EUSAGE && err.msg[0], "%s", bad[i]);
		tsr_buf_release(&b);
	}
}

Test(example, one_too_long_for_its_buffer_is_an_error)
{
	struct tsr_err err = TSR_ERR_INIT;
	struct tsr_buf b;

	tsr_buf_init(&b, 10);
	cr_expect(tsr_example_expand("{hex:11}", 1, &b, &err) == -1);
	tsr_buf_release(&b);
}

static void collect(void *ctx, const char *line)
{
	tsr_buf_adds(ctx, line);
	tsr_buf_addc(ctx, '\n');
}

static void expect_said(const char *yaml, unsigned failures, const char *want)
{
	struct tsr_ruleset *rs = rules_of(yaml);
	struct tsr_buf said;

	tsr_buf_init(&said, 1 << 16);
	cr_expect(tsr_example_check(rs, 0, collect, &said) == failures, "%s", said.ptr);
	cr_expect(strcmp(said.ptr, want) == 0, "wanted %s got %s", want, said.ptr);
	tsr_buf_release(&said);
	tsr_ruleset_free(rs);
}

#define RULE "id: secret/t\n" RULE_HEAD

Test(example, check_is_content_with_a_rule_that_works)
{
	expect_said(RULE
		    "literals: [ghp_, gho_]\npattern: 'gh[op]_[0-9A-Za-z]{36}'\nleft: token\nright: token\n"
		    "check: crc32-base62\npublic-prefix: 4\n"
		    "examples: ['t={\"ghp_\"}{base62:30}{crc32-base62}', '{\"gho_\"}{base62:36} ']\n"
		    "counter-examples: ['ghp_{same:x:36}', 'x{\"ghp_\"}{base62:36}']\n",
		    0, "");
	expect_said(
		RULE
		"literals: [secret]\npattern: '(?m)^secret=(?<secret>[a-z]{9,20})$'\nscope: { paths: ['etc/{a,b}*.conf'] }\n"
		"examples: ['secret={lower:12}']\n",
		0, "");
}

Test(example, check_tells_what_does_not_hold_without_the_secret)
{
	expect_said(
		RULE "literals: [ghp_, gho_]\npattern: 'gh[op]_[0-9A-Za-z]{36}'\nleft: token\n"
		     "examples: ['t={\"ghp_\"}{base62:36}', 'x{\"ghp_\"}{base62:36}', 'ghp_{same:x:36}']\n"
		     "counter-examples: ['{\"ghp_\"}{base62:36}', '{what}']\n",
		5,
		"secret/t: example 2: not found\nsecret/t: example 3: not found\n"
		"secret/t: counter-example 1: found, though it should not be\n"
		"secret/t: counter-example 2: no generator: {what}\nsecret/t: literal 2: in no example\n");
}
