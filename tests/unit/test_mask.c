/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/mask.h"

#include "scan_build.h"

#define RULES                                                                                                      \
	"- id: secret/github\n  title: T\n  severity: high\n  description: D\n  remediation: R\n  kind: content\n" \
	"  literals: [ghp_]\n  pattern: 'ghp_[0-9A-Za-z]{36}'\n  public-prefix: 4\n  encode: [base64, utf16]\n"    \
	"  examples: ['{\"ghp_\"}{base62:36}']\n"                                                                  \
	"- id: secret/url\n  title: T\n  severity: high\n  description: D\n  remediation: R\n  kind: content\n"    \
	"  literals: ['://']\n  pattern: '://[a-z]{1,20}:(?<secret>[^@ ]{1,90})@'\n  hashable: false\n"            \
	"  examples: ['x://u:{base62:9}@h']\n"

#define DOTS "\xe2\x80\xa6"

static void expect_masked(const char *generator, enum tsr_mask how, const char *want)
{
	struct tsr_ruleset *rs = rules_of(RULES);
	struct tsr_scanner *s = scanner_of(rs);
	struct tsr_arena a = TSR_ARENA_INIT;
	struct tsr_text got;
	struct tsr_buf text;

	tsr_buf_init(&text, 1 << 16);
	expand(&text, generator, 11);
	got = tsr_mask_text(s, &a, tsr_buf_slice(&text), how);
	cr_expect(strcmp(got.ptr, want) == 0, "%s: wanted %s, got %s", generator, want, got.ptr);
	tsr_arena_release(&a);
	tsr_buf_release(&text);
	tsr_scanner_free(s);
	tsr_ruleset_free(rs);
}

Test(mask, text_without_secrets_is_itself)
{
	expect_masked("", TSR_MASK_TEXT, "");
	expect_masked("usr/lib/a.so", TSR_MASK_TEXT, "usr/lib/a.so");
	expect_masked("ENV A=b", TSR_MASK_TEXT, "ENV A=b");
	expect_masked("a{nl}b", TSR_MASK_TEXT, "a\\x0ab");
}

Test(mask, secrets_become_their_redacted_form)
{
	expect_masked("a {\"ghp_\"}{[z]:36} b", TSR_MASK_TEXT, "a ghp_zz" DOTS " b");
	expect_masked("db://app:{base62:12}@host/x", TSR_MASK_TEXT, "db://app:" DOTS "@host/x");
	/* What another rule's secret covers is not shown in redacted form either. */
	expect_masked("db://app:{\"ghp_\"}{base62:36}@host", TSR_MASK_TEXT, "db://app:" DOTS "@host");
	expect_masked("db://app:x{\"ghp_\"}{base62:36}y@host", TSR_MASK_TEXT, "db://app:" DOTS "@host");
}

Test(mask, an_encoded_secret_is_masked_where_it_stands)
{
	expect_masked("k={base64:123{\"ghp_\"}{base62:36}---}!", TSR_MASK_TEXT, "k=MTIz" DOTS "0tLQ==!");
}

Test(mask, values_of_env_and_arg_are_masked)
{
	expect_masked("ENV A=b", TSR_MASK_INSTRUCTION, "ENV A=" DOTS);
	expect_masked("ENV A=b c D_2=\"e f\" G=", TSR_MASK_INSTRUCTION, "ENV A=" DOTS " D_2=" DOTS " G=");
	expect_masked("ENV NAME some value", TSR_MASK_INSTRUCTION, "ENV NAME " DOTS);
	expect_masked("ARG TOKEN", TSR_MASK_INSTRUCTION, "ARG TOKEN");
	expect_masked("ARG token=hello there=x", TSR_MASK_INSTRUCTION, "ARG token=" DOTS);
	expect_masked("/bin/sh -c #(nop)  ENV P=/usr/bin:/bin", TSR_MASK_INSTRUCTION,
		      "/bin/sh -c #(nop)  ENV P=" DOTS);
	expect_masked("/bin/sh -c #(nop) ARG X=1", TSR_MASK_INSTRUCTION, "/bin/sh -c #(nop) ARG X=" DOTS);
	expect_masked("COPY a=b c", TSR_MASK_INSTRUCTION, "COPY a=b c");
}

Test(mask, build_arguments_before_a_command_are_masked)
{
	expect_masked("RUN |1 A=secret /bin/sh -c make B=2 # buildkit", TSR_MASK_INSTRUCTION,
		      "RUN |1 A=" DOTS " /bin/sh -c make B=2 # buildkit");
	expect_masked("|2 A=1 2 B=x y /bin/sh -c make", TSR_MASK_INSTRUCTION,
		      "|2 A=" DOTS " B=" DOTS " /bin/sh -c make");
	expect_masked("|2 A=/bin/sh B=x /bin/sh -c make", TSR_MASK_INSTRUCTION,
		      "|2 A=" DOTS " B=" DOTS " /bin/sh -c make");
	/* No shell is seen: nothing behind the first name is shown but names. */
	expect_masked("|1 A=secret make", TSR_MASK_INSTRUCTION, "|1 A=" DOTS);
	expect_masked("|0 A=b", TSR_MASK_INSTRUCTION, "|0 A=b");
}

Test(mask, options_that_carry_values_are_masked)
{
	expect_masked("RUN docker build --build-arg A=b --build-arg=C=d -t x .", TSR_MASK_INSTRUCTION,
		      "RUN docker build --build-arg A=" DOTS " --build-arg=C=" DOTS " -t x .");
	expect_masked("RUN run -e A=\"b c\" --env 'D=e f' x", TSR_MASK_INSTRUCTION,
		      "RUN run -e A=\"" DOTS "\" --env 'D=" DOTS "' x");
}
