/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/placeholder.h"

#include "scan_build.h"

Test(placeholder, a_random_token_is_never_one)
{
	static const char *const kinds[] = { "{base62:36}", "{base62:20}",    "{hex:32}",      "{hex:40}",
					     "{base32:16}", "{base64url:43}", "{lowernum:24}", "{HEX:20}",
					     "{letter:34}", "{base64:40}" };
	struct tsr_buf text;

	tsr_buf_init(&text, 1000);
	for (unsigned i = 0; i < 100000; i++) {
		tsr_buf_reset(&text);
		expand(&text, kinds[i % TSR_ARRAY_LEN(kinds)], i);
		cr_assert(!tsr_placeholder(tsr_buf_slice(&text)), "%s %u", kinds[i % TSR_ARRAY_LEN(kinds)],
			  i);
	}
	tsr_buf_release(&text);
}

Test(placeholder, knows_what_people_write)
{
	static const char *const yes[] = {
		"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
		"0000000000000000",
		"AAAAAAAAAAAAAAAAAAAAA1",
		"1234567890123456",
		"abcdefghijklmnopqrstuvwxyz0123456789",
		"0123456789abcdef0123456789abcdef",
		"9876543210987654",
		"abababababab",
		"deadbeefdeadbeefdeadbeef",
		"IOSFODNN7EXAMPLE",
		"your-api-key-here",
		"YOUR_API_KEY",
		"my-secret-token",
		"<token>",
		"(.*?)((?=",
		"[^@]+",
		"${TOKEN}",
		"{{ token }}",
		"$TOKEN",
		"%(token)s",
		"changeme123",
		"***",
		"...",
		"123456",
		"aaaabbbbccccXXXXXXaaaabbbbcccc",
		"REDACTED",
		"[your token]",
		"%TOKEN%",
		"@db.password@",
		"OpenSesame",
	};
	static const char *const no[] = {
		"", "k9", "hunter2", "Tr0ub4dor&3", "correct-horse-battery", "production-db", "a1b2c3", "@k9r4t@"
	};

	for (size_t i = 0; i < TSR_ARRAY_LEN(yes); i++)
		cr_expect(tsr_placeholder(tsr_slice_str(yes[i])), "%s", yes[i]);
	for (size_t i = 0; i < TSR_ARRAY_LEN(no); i++)
		cr_expect(!tsr_placeholder(tsr_slice_str(no[i])), "%s", no[i]);
}

Test(placeholder, words_of_documentation_in_any_case)
{
	cr_expect(tsr_placeholder_word(TSR_SLICE("Password")));
	cr_expect(tsr_placeholder_word(TSR_SLICE("changeme")));
	cr_expect(!tsr_placeholder_word(TSR_SLICE("password-of-ours")));
	cr_expect(!tsr_placeholder_word(TSR_SLICE_NONE));
}

Test(placeholder, fingers_on_the_home_row)
{
	cr_expect(tsr_placeholder_mashed(tsr_slice_str("sdf0o9823sjdfsdf")));
	cr_expect(tsr_placeholder_mashed(tsr_slice_str("2kjshdfp92i34asdasd")));
	cr_expect_not(tsr_placeholder_mashed(tsr_slice_str("")));
	cr_expect_not(tsr_placeholder_mashed(tsr_slice_str("adfadfadfadfadfa")), "hexadecimal digits");
	cr_expect_not(tsr_placeholder_mashed(tsr_slice_str("k2j9x0wq7bz4m1tv")));
	cr_expect_not(tsr_placeholder_mashed(tsr_slice_str("Sdf0o9823sjdfsdf")), "people do not shift while they mash");
}
