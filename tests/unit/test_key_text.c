/* SPDX-License-Identifier: Apache-2.0 */
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "analyse_build.h"
#include "base/base64.h"
#include "scan/check.h"

/* Keys that are text but not PEM. */

/* The raws of one file; *last is a copy of the last of the rule (or of any, for NULL). */
static uint32_t look(struct bench *b, const char *text, const char *rule, struct tsr_raw *last)
{
	struct tar_build t = { NULL, 0 };
	const struct tsr_raw *r = NULL;
	struct tsr_facts *f;
	uint32_t n;

	tb_file(&t, "srv/data", text);
	tb_end(&t);
	f = facts_of(b, &t);
	n = rule ? raws_of(b, f, rule, &r) : f->n_raws;
	if (r)
		*last = *r;
	tsr_facts_free(f);
	return n;
}

Test(key_text, knows_each_form_alone_and_escaped)
{
	static const struct {
		const char *form, *rule;
	} rows[] = {
		{ "{key:ppk}", "secret/putty-key" },	 { "{key:jwk}", "secret/jwk" },	      { "{key:jwk-ec}", "secret/jwk" },
		{ "{key:rsa-xml}", "secret/rsa-xml-key" }, { "{key:bind}", "secret/bind-key" }, { "{key:bind-ec}", "secret/bind-key" },
		{ "{key:signify}", "secret/signify-key" }, { "{key:minisign}", "secret/signify-key" },
	};
	struct tsr_buf text = TSR_BUF_INIT(1 << 16), escaped = TSR_BUF_INIT(1 << 16);
	struct bench b = bench_new();
	struct tsr_raw raw;

	for (size_t i = 0; i < TSR_ARRAY_LEN(rows); i++) {
		made(&text, rows[i].form, 1);
		cr_assert_eq(look(&b, text.ptr, rows[i].rule, &raw), 1u, "%s", rows[i].form);
		cr_expect(raw.check == TSR_CHECK_PASS && raw.severity == TSR_CRITICAL, "%s: %u", rows[i].form, raw.check);
		tsr_buf_reset(&escaped);
		tsr_buf_adds(&escaped, "{\"key\": \"");
		for (size_t k = 0; k < text.len; k++) {
			if (text.ptr[k] == '"')
				tsr_buf_adds(&escaped, "\\\"");
			else if (text.ptr[k] == '\n')
				tsr_buf_adds(&escaped, i % 2 ? "\\n" : "\\r\\n");
			else
				tsr_buf_addc(&escaped, text.ptr[k]);
		}
		tsr_buf_adds(&escaped, "\"}");
		cr_assert_eq(look(&b, escaped.ptr, rows[i].rule, &raw), 1u, "%s escaped", rows[i].form);
		cr_expect(raw.check == TSR_CHECK_PASS, "%s escaped: %u", rows[i].form, raw.check);
	}
	tsr_buf_release(&text);
	tsr_buf_release(&escaped);
	bench_free(&b);
}

static void put_url(struct tsr_buf *out, EVP_PKEY *key, const char *param)
{
	uint8_t bytes[32];
	char text[64];
	BIGNUM *n = NULL;
	size_t len;

	cr_assert(EVP_PKEY_get_bn_param(key, param, &n) && BN_bn2binpad(n, bytes, 32) == 32);
	len = tsr_base64_encode(bytes, 32, text);
	for (size_t i = 0; i < len && text[i] != '='; i++)
		tsr_buf_addc(out, text[i] == '+' ? '-' : text[i] == '/' ? '_' : text[i]);
	BN_clear_free(n);
}

Test(key_text, names_a_key_as_its_pem_does)
{
	struct tsr_buf jwk = TSR_BUF_INIT(4096), pem = TSR_BUF_INIT(4096);
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	BIO *bio = BIO_new(BIO_s_mem());
	struct bench b = bench_new();
	struct tsr_raw one, other;
	char *p;
	long n;

	tsr_buf_adds(&jwk, "{\"kty\":\"EC\",\"crv\":\"P-256\",\"d\":\"");
	put_url(&jwk, key, OSSL_PKEY_PARAM_PRIV_KEY);
	tsr_buf_adds(&jwk, "\"}");
	cr_assert(PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL));
	n = BIO_get_mem_data(bio, &p);
	tsr_buf_add(&pem, p, (size_t)n);
	cr_assert_eq(look(&b, jwk.ptr, "secret/jwk", &one), 1u);
	cr_assert_eq(look(&b, pem.ptr, "secret/private-key", &other), 1u);
	cr_expect(!memcmp(one.secret_id, other.secret_id, sizeof(one.secret_id)));
	BIO_free(bio);
	EVP_PKEY_free(key);
	tsr_buf_release(&jwk);
	tsr_buf_release(&pem);
	bench_free(&b);
}

Test(key_text, lowers_what_does_not_fit_and_what_is_encrypted)
{
	static const struct {
		const char *form, *rule;
		unsigned check, severity;
	} rows[] = {
		{ "{{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"{base64url:43}\",\"d\":\"{base64url:43}\"}}", "secret/jwk", TSR_CHECK_FAIL, TSR_HIGH },
		{ "{{\"kty\":\"RSA\",\"n\":\"{base64url:171}\",\"e\":\"AQAB\",\"d\":\"{base64url:171}\",\"p\":\"{base64url:86}\",\"q\":\"{base64url:86}\"}}", "secret/jwk", TSR_CHECK_FAIL, TSR_HIGH },
		{ "PuTTY-User-Key-File-3: ssh-rsa{nl}Encryption: aes256-cbc{nl}Comment: c{nl}Public-Lines: 1{nl}{base64:64}{nl}Private-Lines: 1{nl}{base64:64}{nl}", "secret/putty-key", TSR_CHECK_ENCRYPTED, TSR_MEDIUM },
		{ "{\"RWRTY0Iy\"}{base64:203}=", "secret/signify-key", TSR_CHECK_ENCRYPTED, TSR_MEDIUM },
		{ "{{\"kty\":\"oct\",\"k\":\"{base64url:43}\"}}", "secret/jwk-symmetric", TSR_CHECK_NONE, TSR_MEDIUM },
	};
	struct tsr_buf text = TSR_BUF_INIT(1 << 16);
	struct bench b = bench_new();
	struct tsr_raw raw;

	for (size_t i = 0; i < TSR_ARRAY_LEN(rows); i++) {
		made(&text, rows[i].form, 3);
		cr_assert_eq(look(&b, text.ptr, rows[i].rule, &raw), 1u, "row %zu", i);
		cr_expect(raw.check == rows[i].check && raw.severity == rows[i].severity, "row %zu: %u %u", i, raw.check,
			  raw.severity);
	}
	tsr_buf_release(&text);
	bench_free(&b);
}

Test(key_text, says_nothing_of_public_keys_and_of_cut_ones)
{
	static const char *const forms[] = {
		"{{\"keys\":[{{\"kty\":\"RSA\",\"use\":\"sig\",\"n\":\"{base64url:342}\",\"e\":\"AQAB\"}}]}}",
		"{{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"{base64url:43}\"}}",
		"<RSAKeyValue><Modulus>{base64:171}=</Modulus><Exponent>AQAB</Exponent></RSAKeyValue><D>{base64:171}=</D>",
		"PuTTY-User-Key-File-2: ssh-rsa{nl}Encryption: none{nl}Comment: c{nl}Public-Lines: 9{nl}{base64:64}{nl}",
		"PuTTY-User-Key-File-2: ssh-rsa{nl}Encryption: none{nl}Public-Lines: 99999999999{nl}Private-Lines: 0{nl}",
		"Private-key-format: v1.3{nl}Algorithm: 8 (RSASHA256){nl}",
		"Private-key-format: v1.3",
		"{{\"kty\":\"oct\",\"k\":\"short\"}}",
		"{{\"kty\":\"none at all, but long enough\"}}",
	};
	struct tsr_buf text = TSR_BUF_INIT(1 << 16);
	struct bench b = bench_new();
	struct tsr_raw raw;

	for (size_t i = 0; i < TSR_ARRAY_LEN(forms); i++) {
		made(&text, forms[i], i);
		cr_expect_eq(look(&b, text.ptr, NULL, &raw), 0u, "form %zu", i);
	}
	tsr_buf_release(&text);
	bench_free(&b);
}

Test(key_text, tells_a_host_key_by_its_path)
{
	static const char *const paths[] = { "etc/ssh/ssh_host_ed25519_key", "etc/ssh/other_key" };
	struct tsr_buf text = TSR_BUF_INIT(1 << 16);
	struct bench b = bench_new();

	made(&text, "{pem:openssh}", 1);
	for (size_t i = 0; i < TSR_ARRAY_LEN(paths); i++) {
		struct tar_build t = { NULL, 0 };
		const struct tsr_raw *r = NULL;
		struct tsr_facts *f;

		tb_file(&t, paths[i], text.ptr);
		tb_end(&t);
		f = facts_of(&b, &t);
		cr_assert_eq(raws_of(&b, f, "secret/private-key", &r), 1u);
		cr_expect((strstr(tsr_facts_text(f, r->message), "host key") != NULL) == (i == 0), "%s", paths[i]);
		tsr_facts_free(f);
	}
	tsr_buf_release(&text);
	bench_free(&b);
}
