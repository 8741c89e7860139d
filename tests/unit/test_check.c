/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/check.h"

#include <openssl/evp.h>
#include <openssl/pem.h>

#include "base/base64.h"
#include "scan/crc.h"

#include "scan_build.h"

/* Runs a validator over what the generator gives, all of it being the secret. */
static struct tsr_check_out run_on(const char *name, struct tsr_slice text)
{
	const struct tsr_check *c = tsr_check_find(name);
	struct tsr_check_in in = { .secret = text, .match = text, .ahead = text };
	struct tsr_check_out out = { .result = TSR_CHECK_NONE };

	cr_assert(c != NULL, "%s", name);
	in.param = c->param;
	c->run(&in, &out);
	return out;
}

static void expect(const char *name, const char *generator, enum tsr_check_result want)
{
	struct tsr_check_out out;
	struct tsr_buf text;

	tsr_buf_init(&text, 1 << 20);
	expand(&text, generator, 21);
	out = run_on(name, tsr_buf_slice(&text));
	cr_expect(out.result == want, "%s on %s: %d (%s)", name, generator, out.result,
		  out.note ? out.note : "");
	tsr_buf_release(&text);
}

Test(check, every_row_has_a_name_and_help)
{
	size_t n = 0;

	for (const struct tsr_check *c; (c = tsr_check_at(n)) != NULL; n++) {
		cr_expect(c->name[0] && c->help[0] && c->run);
		cr_expect(tsr_check_find(c->name) == c, "%s twice", c->name);
	}
	cr_expect(n >= 14);
	cr_expect(tsr_check_find("nonsense") == NULL);
}

Test(check, nothing_at_all_confirms_nothing)
{
	for (size_t i = 0; tsr_check_at(i); i++) {
		struct tsr_check_out out = run_on(tsr_check_at(i)->name, TSR_SLICE(""));

		cr_expect(out.result != TSR_CHECK_PASS, "%s", tsr_check_at(i)->name);
	}
}

Test(check, checksums)
{
	expect("crc32-base62", "{\"ghp_\"}{base62:30}{crc32-base62}", TSR_CHECK_PASS);
	expect("crc32-base62", "{\"npm_\"}{base62:30}{crc32-base62}", TSR_CHECK_PASS);
	expect("crc32-base62", "{\"ghp_\"}{base62:36}", TSR_CHECK_FAIL);
	expect("crc32-base62", "{\"ghs_\"}{base62:60}", TSR_CHECK_NONE);
	expect("crc32-base62-56", "{\"vcp_\"}{base62:50}{crc32-base62}", TSR_CHECK_PASS);
	expect("crc32-base62-56", "{\"vcp_\"}{base62:56}", TSR_CHECK_FAIL);
	expect("crc32-base36", "{\"glpat-\"}{base64url:27}.{crc32-base36}", TSR_CHECK_PASS);
	expect("crc32-base36", "{\"glpat-\"}{base64url:27}.0r{lowernum:7}", TSR_CHECK_FAIL);
	expect("crc32-base36", "{\"glpat-\"}{base64url:20}", TSR_CHECK_NONE);
	expect("crc32-hex", "{\"glsa_\"}{base62:32}_{crc32-hex}", TSR_CHECK_PASS);
	expect("crc32-hex", "{\"glsa_\"}{base62:32}_{hex:8}", TSR_CHECK_FAIL);
	expect("crc32-hex-hint", "{\"zpka_\"}{hex:32}_{crc32-hex}", TSR_CHECK_PASS);
	expect("crc32-hex-hint", "{\"zpka_\"}{hex:32}_{hex:8}", TSR_CHECK_NONE);
	expect("crc32-base64-hint", "cflt{base64:60}", TSR_CHECK_NONE);
	expect("bech32", "{\"AGE-SECRET-KEY-1\"}{[02-9AC-HJ-NP-Z]:52}{bech32}", TSR_CHECK_PASS);
	expect("bech32", "{\"AGE-SECRET-KEY-1\"}{[02-9AC-HJ-NP-Z]:58}", TSR_CHECK_FAIL);
}

/* Values that others computed: zlib, and BIP 173's shortest valid text. */
Test(check, checksums_are_those_of_the_standards)
{
	expect("crc32-hex", "aaaaaaaaaaaaaaaaaaaaaaaa_{\"e6027a84\"}", TSR_CHECK_PASS);
	expect("bech32", "A12UEL5L", TSR_CHECK_PASS);
	expect("bech32", "a12uel5l", TSR_CHECK_PASS);
	expect("bech32", "A12UEL5M", TSR_CHECK_FAIL);
}

Test(check, aws_key_ids)
{
	expect("aws-key-id", "{\"AKIA\"}{aws-key-id}", TSR_CHECK_NONE);
	expect("aws-key-id", "{\"AKIA\"}IOSFODNN7EXAMPLE", TSR_CHECK_FAIL);
	expect("aws-key-id", "{\"AKIA\"}IOSF1DNN7ABCDEFG", TSR_CHECK_FAIL);
	/* The highest number that fits is no account. */
	expect("aws-key-id", "{\"AKIA\"}{same:7:16}", TSR_CHECK_FAIL);
}

Test(check, a_web_token_is_likely_at_best)
{
	expect("jwt", "{jwt}", TSR_CHECK_NONE);
	expect("jwt", "{base64:{{\"alg\":\"HS256\"}}}.{base64:{{\"exp\":1900000000}}}.{base64url:43}", TSR_CHECK_NONE);
	expect("jwt", "{base64:{{\"typ\":\"JWT\"}}}.{base64:{{\"sub\":1}}}.{base64url:43}", TSR_CHECK_FAIL);
	expect("jwt", "{base64:{{\"alg\":\"none\"}}}.{base64:{{\"sub\":1}}}.", TSR_CHECK_FAIL);
	expect("jwt", "{base64:{{\"alg\":\"HS256\"}}}.{base64:{{\"colour\":1}}}.{base64url:43}", TSR_CHECK_FAIL);
	expect("jwt", "{base64:{{\"alg\":\"HS256\"}}}.{base64:{{\"exp\":1700000000}}}.{base64url:43}", TSR_CHECK_FAIL);
	expect("jwt", "{base64:{{\"alg\":\"HS256\"}}}.{base64:{{\"iss\":\"supabase\",\"role\":\"anon\"}}}.{base64url:43}",
	       TSR_CHECK_FAIL);
	expect("jwt", "{base64:{{\"alg\":\"HS256\"}}}.{base64url:40}.{base64url:43}", TSR_CHECK_FAIL);
	expect("jwt", "{base64url:20}.{base64url:40}.{base64url:43}", TSR_CHECK_REJECT);
	expect("jwt", "nothing", TSR_CHECK_REJECT);
}

Test(check, web_tokens_of_documentation_are_samples)
{
	static const char *const payloads[] = { "\"sub\":\"1234567890\"",    "\"name\":\"John Doe\"",
						"\"iat\":1516239022",	     "\"exp\":1300819380",
						"\"iss\":\"joe\"",	     "\"iss\":\"https://www.example.com/\"",
						"\"some\":\"payload\"",   "\"foo\":\"bar\",\"a\":1",
						"\"email\":\"a@example.org\"", "\"iss\":\"test\"" };
	char generator[256];

	for (size_t i = 0; i < TSR_ARRAY_LEN(payloads); i++) {
		snprintf(generator, sizeof(generator),
			 "{base64:{{\"alg\":\"HS256\"}}}.{base64:{{%s}}}.{base64url:43}", payloads[i]);
		expect("jwt", generator, TSR_CHECK_SAMPLE);
	}
}

Test(check, structure)
{
	expect("slack-token", "{\"xoxb-\"}{digit:12}-{digit:13}-{base62:24}", TSR_CHECK_NONE);
	expect("slack-token", "{\"xoxp-\"}{digit:12}-{digit:12}-{digit:12}-{hex:32}", TSR_CHECK_NONE);
	expect("slack-token", "{\"xoxb-\"}not-a-real-token-of-anybody", TSR_CHECK_FAIL);
	expect("slack-token", "{\"xoxb-\"}{digit:12}-{digit:13}", TSR_CHECK_FAIL);
	expect("reftkn", "{base64:{\"reftkn\"}:01:17{digit:8}:{base62:24}}", TSR_CHECK_PASS);
	expect("reftkn", "{base64:{\"reftkn\"}:01:{base62:30}}", TSR_CHECK_FAIL);
	expect("reftkn", "AKCp{base62:69}", TSR_CHECK_NONE);
	expect("atlassian-server", "{base64:{digit:12}:{base62:20}}", TSR_CHECK_PASS);
	expect("atlassian-server", "{base64:44}", TSR_CHECK_REJECT);
	expect("published", "{\"SWMTKN-1-\"}3pu6hszjas19xyp7ghgosyx9k8atbfcr8p2is99znpy26u2lkl-7p73s1dx5in4tatdymyhg9hu2",
	       TSR_CHECK_PUBLISHED);
	expect("published", "{\"SWMTKN-1-\"}{lowernum:50}-{lowernum:25}", TSR_CHECK_NONE);
	expect("base58check", "{\"xprv9\"}{base58check}", TSR_CHECK_PASS);
	expect("base58check", "{\"xprv9\"}{[1-9A-HJ-NP-Za-km-z]:106}", TSR_CHECK_FAIL);
	expect("json-token", "{\"glc_\"}{base64:{{\"o\":\"1\",\"k\":\"{base62:24}\"}}}", TSR_CHECK_PASS);
	expect("json-token", "{\"glc_\"}{base64:{{\"o\":\"1\"}}}", TSR_CHECK_FAIL);
	expect("json-token", "{\"sntrys_\"}{base64:{{\"iat\":1,\"org\":\"x\"}}}_{base62:43}", TSR_CHECK_PASS);
	expect("json-token", "{\"sntrys_\"}{base62:80}_{base62:43}", TSR_CHECK_FAIL);
	expect("json-token", "{\"sntryu_\"}{hex:64}", TSR_CHECK_NONE);
}

Test(check, words_of_wallets_are_no_sentences)
{
	expect("mnemonic", "{lower:5} {lower:6} {lower:4} {lower:5} {lower:6} {lower:4} {lower:5} {lower:6} {lower:4} "
			   "{lower:5} {lower:6} {lower:4}", TSR_CHECK_NONE);
	expect("mnemonic", "{lower:5} {lower:6} the {lower:5} {lower:6} {lower:4} {lower:5} {lower:6} {lower:4} "
			   "{lower:5} {lower:6} {lower:4}", TSR_CHECK_REJECT);
	expect("mnemonic", "{lower:5} {lower:6} {lower:4} {lower:5} {lower:6} {lower:4} {lower:5} {lower:6} {lower:4} "
			   "{lower:5} {lower:6} {lower:4} {lower:5}", TSR_CHECK_REJECT);
	expect("mnemonic", "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about",
	       TSR_CHECK_SAMPLE);
}

static const char *service_account(const char *generator, enum tsr_check_result *result)
{
	const struct tsr_check *c = tsr_check_find("gcp-service-account");
	struct tsr_check_out out = { .result = TSR_CHECK_NONE };
	struct tsr_check_in in = { .param = 0 };
	struct tsr_buf text;
	const char *begin, *end;

	tsr_buf_init(&text, 1 << 14);
	expand(&text, generator, 5);
	in.match = in.ahead = tsr_buf_slice(&text);
	begin = strstr(text.ptr, "-----BEGIN");
	end = strchr(begin, '"');
	in.secret = tsr_slice_of(begin, (size_t)(end - begin));
	c->run(&in, &out);
	tsr_buf_release(&text);
	*result = out.result;
	return out.note;
}

Test(check, key_files_of_google)
{
	enum tsr_check_result result;

	cr_expect_str_eq(service_account("\"service_account\",\"private_key_id\":\"{hex:40}\",\"private_key\":"
					 "\"{pem-escaped:rsa}\",\"client_email\":\"a@b.iam.gserviceaccount.com\"", &result),
			 "a complete key file, and the key parses");
	cr_expect(result == TSR_CHECK_PASS);
	cr_expect_str_eq(service_account("\"service_account\",\"private_key\":\"{pem-escaped:rsa}\"", &result),
			 "the key parses; other fields of the file are missing");
	cr_expect(result == TSR_CHECK_PASS);
	service_account("\"service_account\",\"private_key\":\"{\"-----BEGIN PRIVATE\"} KEY-----\\n{base64:64}\\n{base64:64}"
			"\\n-----END PRIVATE KEY-----\"", &result);
	cr_expect(result == TSR_CHECK_FAIL);
}

/* A key of Bitcoin that everybody knows: the first of BIP 32's vectors, and the private key 1. */
Test(check, base58_is_that_of_bitcoin)
{
	expect("base58check",
	       "xprv{\"9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33y"
	       "uGBxrMPHi\"}",
	       TSR_CHECK_PASS);
	expect("base58check", "KwDiBf89QgGbjEhKnhXJuH7LrciVrZi3q{\"Yjgd9M7rFU73sVHnoWn\"}", TSR_CHECK_PASS);
}

/* The vectors that Microsoft published with Marvin32; the seed of keys is another. */
Test(check, marvin32_is_that_of_its_publication)
{
	static const struct {
		const char *bytes;
		size_t len;
		uint32_t want;
	} rows[] = { { "", 0, 0x302009bc },
		     { "\xaf", 1, 0x3592e206 },
		     { "\xe7\x0f", 2, 0xfdab5e04 },
		     { "\x37\xf4\x95", 3, 0x6b3c8b90 },
		     { "\x86\x42\xdc\x59", 4, 0x0e9407be } };

	for (size_t i = 0; i < TSR_ARRAY_LEN(rows); i++)
		cr_expect(tsr_marvin32(rows[i].bytes, rows[i].len, 0x004fb61a001bdbccu) == rows[i].want, "row %zu", i);
}

/* With the sum behind 60 bytes, in either length; an unfit one says nothing. */
Test(check, keys_of_azure_end_in_a_sum)
{
	for (size_t len = 63; len <= 64; len++) {
		struct tsr_buf key;
		uint8_t bytes[64];
		char text[90];
		uint32_t sum;
		size_t n;

		tsr_buf_init(&key, 128);
		expand(&key, "{base62:60}", 3);
		memcpy(bytes, key.ptr, 60);
		sum = tsr_marvin32(bytes, 60, 0x44656661756c7430u);
		for (size_t i = 60; i < 64; i++, sum >>= 8)
			bytes[i] = (uint8_t)sum;
		n = tsr_base64_encode(bytes, len, text);
		cr_expect(run_on("azure-cask", tsr_slice_of(text, n)).result == TSR_CHECK_PASS);
		text[5] ^= 1;
		cr_expect(run_on("azure-cask", tsr_slice_of(text, n)).result == TSR_CHECK_NONE);
		tsr_buf_release(&key);
	}
}

static enum tsr_check_result aws_secret(const char *generator, size_t from)
{
	const struct tsr_check *c = tsr_check_find("aws-secret");
	struct tsr_check_out out = { .result = TSR_CHECK_NONE };
	struct tsr_check_in in = { .param = 0 };
	struct tsr_buf text;

	tsr_buf_init(&text, 1 << 10);
	expand(&text, generator, 4);
	in.ahead = tsr_buf_slice(&text);
	in.match = tsr_slice_sub(in.ahead, 0, from + 40);
	in.secret = tsr_slice_sub(in.ahead, from, from + 40);
	c->run(&in, &out);
	tsr_buf_release(&text);
	return out.result;
}

Test(check, aws_secrets)
{
	cr_expect(aws_secret("{\"AKIA\"}{aws-key-id},{base62:40}\n", 21) == TSR_CHECK_PASS);
	cr_expect(aws_secret("{\"AKIA\"}{aws-key-id},{base62:60}\n", 21) == TSR_CHECK_NONE);
	cr_expect(aws_secret("{\"AKIA\"}IOSFODNN7EXAMPLE,{base62:40}\n", 21) == TSR_CHECK_NONE);
	cr_expect(aws_secret("{\"AKIA\"}{aws-key-id},{hex:40}\n", 21) == TSR_CHECK_FAIL);
	cr_expect(aws_secret("secret={base62:40}\n", 7) == TSR_CHECK_NONE);
	cr_expect(aws_secret("secret=/usr/share/{lower:29}\n", 7) == TSR_CHECK_FAIL);
}

Test(check, base64)
{
	expect("basic-auth", "{base64:deploy:{base62:16}}", TSR_CHECK_PASS);
	expect("basic-auth", "{base64:user:password}", TSR_CHECK_FAIL);
	expect("basic-auth", "{base64:user:user}", TSR_CHECK_FAIL);
	expect("basic-auth", "{base64:user:}", TSR_CHECK_REJECT);
	expect("basic-auth", "{base64:user:${{PASSWORD}}}", TSR_CHECK_REJECT);
	expect("basic-auth", "{base64:no colon in it}", TSR_CHECK_REJECT);
	expect("basic-auth", "not base64!", TSR_CHECK_REJECT);
	expect("base64-64", "{base64:{base62:64}}", TSR_CHECK_NONE);
	expect("base64-64", "{base64:{base62:63}}", TSR_CHECK_FAIL);
	expect("base64-32", "{base64:{base62:32}}", TSR_CHECK_NONE);
	expect("pypi-token", "{\"pypi-\"}{macaroon:pypi.org}", TSR_CHECK_PASS);
	expect("pypi-token", "{\"pypi-\"}{macaroon:test.pypi.org}", TSR_CHECK_PASS);
	expect("pypi-token", "{\"pypi-\"}{macaroon:example.org}", TSR_CHECK_FAIL);
	expect("discord-token", "{base64:{[1-9]:1}{digit:17}}.{base64url:6}.{base64url:27}", TSR_CHECK_PASS);
	expect("discord-token", "{base64url:24}.{base64url:6}.{base64url:27}", TSR_CHECK_FAIL);
}

/* The password stands between its colon and the '@'. */
static void expect_url(const char *url, enum tsr_check_result want)
{
	const struct tsr_check *c = tsr_check_find("url-password");
	struct tsr_slice all = tsr_slice_str(url);
	size_t at = tsr_slice_find(all, '@', 0), colon = at;
	struct tsr_check_out out = { .result = TSR_CHECK_NONE };
	struct tsr_check_in in = { .match = all, .ahead = all };

	while (url[colon - 1] != ':')
		colon--;
	in.secret = tsr_slice_sub(all, colon, at);
	c->run(&in, &out);
	cr_expect(out.result == want, "%s: %d", url, out.result);
}

Test(check, urls_with_a_password)
{
	expect_url("postgres://app:v9Q2x-mn3@db.internal:5432/x", TSR_CHECK_NONE);
	expect_url("https://bot:pass.Salz8@git.our.net", TSR_CHECK_NONE);
	expect_url("postgres://user:password@db.internal/x", TSR_CHECK_SAMPLE);
	expect_url("postgres://joe:joe@db.internal/x", TSR_CHECK_SAMPLE);
	expect_url("postgres://app:v9Q2xmn3@localhost:5432/x", TSR_CHECK_FAIL);
	expect_url("postgres://app:v9Q2xmn3@[::1]:5432/x", TSR_CHECK_FAIL);
	expect_url("https://app:v9Q2xmn3@www.example.com", TSR_CHECK_SAMPLE);
	expect_url("https://app:xxxxxxxx@db.internal", TSR_CHECK_SAMPLE);
	expect_url("https://app:${PASSWORD}@db.internal", TSR_CHECK_REJECT);
	expect_url("https://app:$PASSWORD@db.internal", TSR_CHECK_REJECT);
	expect_url("https://app:{{ password }}@db.internal", TSR_CHECK_REJECT);
	expect_url("https://app:<password>@db.internal", TSR_CHECK_REJECT);
}

Test(check, private_keys_parse_in_every_kind)
{
	expect("private-key", "{pem:rsa}", TSR_CHECK_PASS);
	expect("private-key", "{pem:ec}", TSR_CHECK_PASS);
	expect("private-key", "{pem:pkcs8}", TSR_CHECK_PASS);
	expect("private-key", "{pem:openssh}", TSR_CHECK_PASS);
	expect("private-key", "{pem:encrypted}", TSR_CHECK_ENCRYPTED);
	expect("private-key",
	       "{\"-----BEGIN RSA PRIVATE\"} KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,{HEX:32}\n\n"
	       "{base64:64}\n{base64:64}\n-----END RSA PRIVATE KEY-----\n",
	       TSR_CHECK_ENCRYPTED);
	expect("private-key",
	       "{\"-----BEGIN PRIVATE\"} KEY-----\n{base64:64}\n{base64:64}\n-----END PRIVATE KEY-----\n",
	       TSR_CHECK_FAIL);
	expect("private-key",
	       "{\"-----BEGIN OPENSSH PRIVATE\"} KEY-----\n{base64:64}\n-----END OPENSSH PRIVATE KEY-----\n",
	       TSR_CHECK_FAIL);
	expect("private-key",
	       "{\"-----BEGIN PGP PRIVATE\"} KEY BLOCK-----\n\n{base64:64}\n-----END PGP PRIVATE KEY BLOCK-----\n",
	       TSR_CHECK_FAIL);
}

Test(check, code_and_prose_about_keys_is_no_secret)
{
	expect("private-key",
	       "{\"-----BEGIN RSA PRIVATE\"} KEY-----\\n\" + body + \"\\n-----END RSA PRIVATE KEY-----\"",
	       TSR_CHECK_REJECT);
	expect("private-key", "{\"-----BEGIN PRIVATE\"} KEY----- line and the footer line must be there",
	       TSR_CHECK_REJECT);
	expect("private-key", "{\"-----BEGIN PRIVATE\"} KEY-----\n...\n-----END PRIVATE KEY-----",
	       TSR_CHECK_REJECT);
	expect("private-key", "{\"-----BEGIN PRIVATE\"} KEY-----", TSR_CHECK_REJECT);
	expect("private-key", "{\"-----BEGIN PUBLIC\"} KEY-----\n{base64:64}\n-----END PUBLIC KEY-----",
	       TSR_CHECK_REJECT);
	expect("private-key", "{\"-----BEGIN \"}CERTIFICATE-----\n{base64:64}\n-----END CERTIFICATE-----",
	       TSR_CHECK_REJECT);
}

/* Puts `open` before each line of the block and `close` for its end. */
static void disguise(struct tsr_slice block, const char *open, const char *close, struct tsr_buf *out)
{
	struct tsr_slice line;

	tsr_buf_reset(out);
	while (tsr_slice_next(&block, '\n', &line)) {
		tsr_buf_adds(out, open);
		tsr_buf_addsl(out, line);
		tsr_buf_adds(out, close);
	}
}

Test(check, private_keys_parse_in_every_disguise)
{
	static const struct {
		const char *open, *close;
	} ways[] = { { "", "\r\n" },	  { "", "\\n" },     { "", "\\\\n" },  { "", "\\r\\n" },
		     { "", " " },	  { "", "" },	     { "    ", "\n" }, { "\t", "\n" },
		     { "# ", "\n" },	  { " * ", "\n" },   { "> ", "\n" },   { "\"", "\\n\" +\n" },
		     { "'", "\\n'\n  " }, { "\"", "\",\n" }, { "", "&#10;" },  { "", "&#xA;" },
		     { "", "%0A" },	  { "", "<br/>\n" }, { "", "\\\n" },   { "", "\\u000a" },
		     { "'", "\\n' . \n" } };
	static const char *const kinds[] = { "{pem:rsa}", "{pem:ec}", "{pem:openssh}" };

	for (size_t k = 0; k < TSR_ARRAY_LEN(kinds); k++) {
		struct tsr_buf block, text;
		struct tsr_check_out plain;

		tsr_buf_init(&block, 1 << 16);
		tsr_buf_init(&text, 1 << 16);
		expand(&block, kinds[k], 1);
		plain = run_on("private-key", tsr_buf_slice(&block));
		cr_expect(plain.result == TSR_CHECK_PASS && plain.length == block.len - 1);
		for (size_t i = 0; i < TSR_ARRAY_LEN(ways); i++) {
			struct tsr_check_out out;
			const char *begin;

			disguise(tsr_buf_slice(&block), ways[i].open, ways[i].close, &text);
			tsr_buf_adds(&text, " and something else");
			begin = strstr(text.ptr, "-----BEGIN");
			out = run_on("private-key", tsr_slice_str(begin));
			cr_expect(out.result == TSR_CHECK_PASS, "%s in way %zu: %s", kinds[k], i,
				  out.note ? out.note : "");
			cr_expect(memcmp(out.id_bytes, plain.id_bytes, 32) == 0 && out.id.len == 32,
				  "%s in way %zu", kinds[k], i);
			cr_expect(out.length && memcmp(begin + out.length - 5, "-----", 5) == 0,
				  "%s in way %zu", kinds[k], i);
		}
		tsr_buf_release(&block);
		tsr_buf_release(&text);
	}
}

Test(check, a_cut_key_fails_and_is_still_told_apart)
{
	struct tsr_check_out a, b;
	struct tsr_buf one, other;

	tsr_buf_init(&one, 1 << 16);
	tsr_buf_init(&other, 1 << 16);
	expand(&one, "{pem:rsa}", 1);
	expand(&other, "{pem:rsa}", 2);
	for (size_t len = 0; len < one.len; len += 7) {
		a = run_on("private-key", tsr_slice_of(one.ptr, len));
		if (len < one.len / 3)
			cr_expect(a.result == TSR_CHECK_SAMPLE || a.result == TSR_CHECK_REJECT, "%zu", len);
		else if (len > one.len * 2 / 3 && len < one.len - 100)
			cr_expect_eq(a.result, TSR_CHECK_FAIL, "%zu", len);
		else
			cr_expect_neq(a.result, len < one.len - 100 ? TSR_CHECK_PASS : TSR_CHECK_NONE, "%zu", len);
	}
	a = run_on("private-key", tsr_slice_of(one.ptr, one.len * 2 / 3));
	b = run_on("private-key", tsr_slice_of(other.ptr, other.len * 2 / 3));
	cr_expect(a.result == TSR_CHECK_FAIL && b.result == TSR_CHECK_FAIL);
	cr_expect(memcmp(a.id_bytes, b.id_bytes, 32) != 0);
	tsr_buf_release(&one);
	tsr_buf_release(&other);
}

/* The same key as PKCS#8 and in the traditional form has the same public part, so the same id. */
Test(check, the_id_of_a_key_does_not_depend_on_its_form)
{
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	struct tsr_check_out out[2];

	for (int i = 0; i < 2; i++) {
		BIO *bio = BIO_new(BIO_s_mem());
		char *text;
		long n;

		if (i)
			PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL);
		else
			PEM_write_bio_PrivateKey_traditional(bio, key, NULL, NULL, 0, NULL, NULL);
		n = BIO_get_mem_data(bio, &text);
		out[i] = run_on("private-key", tsr_slice_of(text, (size_t)n));
		BIO_free(bio);
	}
	cr_expect(out[0].result == TSR_CHECK_PASS && out[1].result == TSR_CHECK_PASS);
	cr_expect(memcmp(out[0].id_bytes, out[1].id_bytes, 32) == 0);
	EVP_PKEY_free(key);
}
