/* SPDX-License-Identifier: Apache-2.0 */
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#include "analyse_build.h"

/* Keys and keystores in binary forms, made now, under names that tell nothing. */

static void put(struct tsr_buf *b, const char *hex)
{
	for (; *hex; hex += 2) {
		unsigned v = 0;

		sscanf(hex, "%2x", &v);
		tsr_buf_addc(b, (char)v);
	}
}

static void put_u32(struct tsr_buf *b, uint32_t v)
{
	char bytes[4] = { (char)(v >> 24), (char)(v >> 16), (char)(v >> 8), (char)v };

	tsr_buf_add(b, bytes, 4);
}

static void put_string(struct tsr_buf *b, const void *p, size_t n)
{
	put_u32(b, (uint32_t)n);
	tsr_buf_add(b, p, n);
}

static EVP_PKEY *rsa(void)
{
	return EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)1024);
}

static X509 *certificate(EVP_PKEY *key)
{
	X509 *x = X509_new();

	ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
	X509_gmtime_adj(X509_getm_notBefore(x), 0);
	X509_gmtime_adj(X509_getm_notAfter(x), 3600);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC, (const unsigned char *)"x", -1, -1, 0);
	X509_set_issuer_name(x, X509_get_subject_name(x));
	X509_set_pubkey(x, key);
	cr_assert(X509_sign(x, key, EVP_sha256()) > 0);
	return x;
}

/* What was found in a file: how many, and what the last was. */
struct seen {
	uint32_t n;
	char rule[64], key[64];
	unsigned severity, check;
	uint8_t id[16];
};

static struct seen look(struct bench *b, const char *path, const void *p, size_t n)
{
	struct tar_build t = { NULL, 0 };
	struct seen seen = { 0 };
	struct tsr_facts *f;

	tb_header(&t, path, '0', n);
	tb_data(&t, p, n);
	tb_end(&t);
	f = facts_of(b, &t);
	for (uint32_t i = 0; i < f->n_raws; i++) {
		const struct tsr_raw *r = &f->raws[i];

		if (strncmp(raw_id(b->rs, r), "secret/", 7) != 0)
			continue;
		seen.n++;
		snprintf(seen.rule, sizeof(seen.rule), "%s", raw_id(b->rs, r) + 7);
		snprintf(seen.key, sizeof(seen.key), "%s", tsr_facts_text(f, r->key));
		seen.severity = r->severity;
		seen.check = r->check;
		memcpy(seen.id, r->secret_id, sizeof(seen.id));
	}
	tsr_facts_free(f);
	return seen;
}

static void expect(struct bench *b, const char *what, struct tsr_slice file, const char *rule, unsigned severity,
		   const uint8_t *id)
{
	struct seen seen = look(b, "srv/data/blob", file.ptr, file.len);

	cr_assert_eq(seen.n, rule ? 1u : 0u, "%s: %u", what, seen.n);
	if (!rule)
		return;
	cr_expect_str_eq(seen.rule, rule, "%s: %s", what, seen.rule);
	cr_expect_eq(seen.severity, severity, "%s: severity %u", what, seen.severity);
	cr_expect(!id || !memcmp(seen.id, id, sizeof(seen.id)), "%s: another id", what);
}

/* The id that the PEM rule gives the key. */
static void pem_id(struct bench *b, EVP_PKEY *key, uint8_t id[16])
{
	BIO *bio = BIO_new(BIO_s_mem());
	struct seen seen;
	char *text;
	long n;

	cr_assert(PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL));
	n = BIO_get_mem_data(bio, &text);
	seen = look(b, "x.pem", text, (size_t)n);
	cr_assert(seen.n == 1 && !strcmp(seen.rule, "private-key"));
	memcpy(id, seen.id, 16);
	BIO_free(bio);
}

static void expect_bio(struct bench *b, const char *what, BIO *bio, const char *rule, unsigned severity, const uint8_t *id)
{
	char *p;
	long n = BIO_get_mem_data(bio, &p);

	cr_assert(n > 0, "%s", what);
	expect(b, what, tsr_slice_of(p, (size_t)n), rule, severity, id);
	(void)BIO_reset(bio);
}

Test(keyfiles, know_keys_in_der)
{
	static const char *const types[] = { "RSA", "EC", "ED25519" };
	struct bench b = bench_new();
	BIO *bio = BIO_new(BIO_s_mem());
	uint8_t id[16];

	for (size_t i = 0; i < TSR_ARRAY_LEN(types); i++) {
		EVP_PKEY *key = i == 0 ? rsa() : i == 1 ? EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256") :
							  EVP_PKEY_Q_keygen(NULL, NULL, types[i]);
		X509 *x = NULL;

		pem_id(&b, key, id);
		b.chunk = i ? 1024 : TSR_CHUNK_SIZE;
		cr_assert(i2d_PKCS8PrivateKey_bio(bio, key, NULL, NULL, 0, NULL, NULL));
		expect_bio(&b, types[i], bio, "private-key-der", TSR_CRITICAL, id);
		if (i < 2) {
			cr_assert(i2d_PrivateKey_bio(bio, key));
			expect_bio(&b, types[i], bio, "private-key-der", TSR_CRITICAL, id);
			x = certificate(key);
			cr_assert(i2d_X509_bio(bio, x));
			expect_bio(&b, "a certificate", bio, NULL, 0, NULL);
			X509_free(x);
		}
		cr_assert(i2d_PKCS8PrivateKey_bio(bio, key, EVP_aes_256_cbc(), "Q", 1, NULL, NULL));
		expect_bio(&b, "encrypted", bio, "private-key-der", TSR_MEDIUM, NULL);
		cr_assert(i2d_PKCS8PrivateKey_nid_bio(bio, key, NID_pbe_WithSHA1And3_Key_TripleDES_CBC, "Q", 1, NULL, NULL));
		expect_bio(&b, "encrypted as PKCS#12 does", bio, "private-key-der", TSR_MEDIUM, NULL);
		cr_assert(i2d_PUBKEY_bio(bio, key));
		expect_bio(&b, "a public key", bio, NULL, 0, NULL);
		EVP_PKEY_free(key);
	}
	BIO_free(bio);
	bench_free(&b);
}

Test(keyfiles, know_microsoft_forms)
{
	struct bench b = bench_new();
	BIO *bio = BIO_new(BIO_s_mem());
	EVP_PKEY *key = rsa();
	uint8_t id[16];

	pem_id(&b, key, id);
	cr_assert(i2b_PrivateKey_bio(bio, key) > 0);
	expect_bio(&b, "blob", bio, "microsoft-key", TSR_CRITICAL, id);
	cr_assert(i2b_PublicKey_bio(bio, key) > 0);
	expect_bio(&b, "public blob", bio, NULL, 0, NULL);
	cr_assert(i2b_PVK_bio(bio, key, 0, NULL, NULL) > 0);
	expect_bio(&b, "PVK", bio, "microsoft-key", TSR_CRITICAL, id);
	EVP_PKEY_free(key);
	BIO_free(bio);
	bench_free(&b);
}

Test(keyfiles, open_pkcs12_with_usual_passwords_only)
{
	static const struct {
		const char *password;
		int iterations;
		unsigned severity;
	} rows[] = {
		{ "", 2048, TSR_CRITICAL },	 { "changeit", 2048, TSR_CRITICAL }, { "password", 1, TSR_CRITICAL },
		{ "zWq8-own", 2048, TSR_MEDIUM }, { "changeit", 100000000, 0 },
	};
	struct bench b = bench_new();
	BIO *bio = BIO_new(BIO_s_mem());
	EVP_PKEY *key = rsa();
	X509 *x = certificate(key);
	uint8_t id[16];

	pem_id(&b, key, id);
	for (size_t i = 0; i < TSR_ARRAY_LEN(rows); i++) {
		bool dear = !rows[i].severity;
		PKCS12 *p12 = PKCS12_create(rows[i].password, "name", key, x, NULL, 0, 0, 2048, dear ? 1 : rows[i].iterations, 0);

		cr_assert_not_null(p12);
		if (dear) { /* what would take minutes is not tried */
			const ASN1_INTEGER *count;

			PKCS12_get0_mac(NULL, NULL, NULL, &count, p12);
			cr_assert(PKCS12_setup_mac(p12, 2, NULL, 8, EVP_sha256()));
			PKCS12_get0_mac(NULL, NULL, NULL, &count, p12);
			ASN1_INTEGER_set((ASN1_INTEGER *)(uintptr_t)count, rows[i].iterations);
		}
		i2d_PKCS12_bio(bio, p12);
		expect_bio(&b, rows[i].password, bio, "pkcs12", dear ? TSR_MEDIUM : rows[i].severity,
			   rows[i].severity == TSR_CRITICAL ? id : NULL);
		PKCS12_free(p12);
	}
	for (size_t i = 1; i < TSR_ARRAY_LEN(rows) - 1; i++) {
		PKCS12 *p12 = PKCS12_create(rows[i].password, "name", NULL, x, NULL, 0, 0, 0, 0, 0);

		cr_assert_not_null(p12);
		i2d_PKCS12_bio(bio, p12);
		expect_bio(&b, "certificates alone", bio, NULL, 0, NULL);
		PKCS12_free(p12);
	}
	X509_free(x);
	EVP_PKEY_free(key);
	BIO_free(bio);
	bench_free(&b);
}

static void sha1(struct tsr_slice a, struct tsr_slice b, unsigned char out[20])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	EVP_DigestInit_ex(ctx, EVP_sha1(), NULL);
	EVP_DigestUpdate(ctx, a.ptr, a.len);
	EVP_DigestUpdate(ctx, b.ptr, b.len);
	EVP_DigestFinal_ex(ctx, out, NULL);
	EVP_MD_CTX_free(ctx);
}

static struct tsr_slice wide(const char *s, char *out)
{
	size_t n = 0;

	for (; *s; s++) {
		out[n++] = 0;
		out[n++] = *s;
	}
	return tsr_slice_of(out, n);
}

/* EncryptedPrivateKeyInfo by the algorithm of JKS. */
static void put_box(struct tsr_buf *out, const char *password, EVP_PKEY *key)
{
	unsigned char *der = NULL, link[20], salt[20] = "twenty bytes of salt";
	PKCS8_PRIV_KEY_INFO *p8 = EVP_PKEY2PKCS8(key);
	struct tsr_slice pw, plain;
	struct tsr_buf box = TSR_BUF_INIT(1 << 16), body = TSR_BUF_INIT(1 << 16);
	char text[64];

	pw = wide(password, text);
	plain.len = (size_t)i2d_PKCS8_PRIV_KEY_INFO(p8, &der);
	plain.ptr = (char *)der;
	tsr_buf_add(&box, salt, 20);
	memcpy(link, salt, 20);
	for (size_t i = 0; i < plain.len; i++) {
		if (i % 20 == 0)
			sha1(pw, tsr_slice_of(link, 20), link);
		tsr_buf_addc(&box, (char)(der[i] ^ link[i % 20]));
	}
	sha1(pw, plain, link);
	tsr_buf_add(&box, link, 20);
	put(&body, "300e060a2b060104012a021101010500");
	put(&body, "0482");
	tsr_buf_addc(&body, (char)(box.len >> 8));
	tsr_buf_addc(&body, (char)box.len);
	tsr_buf_addsl(&body, tsr_buf_slice(&box));
	put_u32(out, (uint32_t)body.len + 4);
	put(out, "3082");
	tsr_buf_addc(out, (char)(body.len >> 8));
	tsr_buf_addc(out, (char)body.len);
	tsr_buf_addsl(out, tsr_buf_slice(&body));
	OPENSSL_free(der);
	PKCS8_PRIV_KEY_INFO_free(p8);
	tsr_buf_release(&box);
	tsr_buf_release(&body);
}

static void put_certificate(struct tsr_buf *out, X509 *x)
{
	unsigned char *der = NULL;
	int n = i2d_X509(x, &der);

	put(out, "0005582e353039"); /* X.509 */
	put_string(out, der, (size_t)n);
	OPENSSL_free(der);
}

static void put_name(struct tsr_buf *out, uint32_t tag, const char *name)
{
	put_u32(out, tag);
	tsr_buf_addc(out, 0);
	tsr_buf_addc(out, (char)strlen(name));
	tsr_buf_adds(out, name);
	put(out, "0000018000000000");
}

static void make_jks(struct tsr_buf *out, const char *store, const char *password, EVP_PKEY *key, X509 *x)
{
	struct tsr_buf pw = TSR_BUF_INIT(256);
	unsigned char sum[20];
	char text[64];

	tsr_buf_reset(out);
	put(out, "feedfeed00000002");
	put_u32(out, key ? 2 : 1);
	put_name(out, 2, "ca");
	put_certificate(out, x);
	if (key) {
		put_name(out, 1, "server");
		put_box(out, password, key);
		put_u32(out, 1);
		put_certificate(out, x);
	}
	tsr_buf_addsl(&pw, wide(store, text));
	tsr_buf_adds(&pw, "Mighty Aphrodite");
	sha1(tsr_buf_slice(&pw), tsr_buf_slice(out), sum);
	tsr_buf_add(out, sum, 20);
	tsr_buf_release(&pw);
}

Test(keyfiles, open_java_keystores)
{
	struct bench b = bench_new();
	struct tsr_buf file = TSR_BUF_INIT(1 << 16);
	EVP_PKEY *key = rsa();
	X509 *x = certificate(key);
	struct seen seen;
	uint8_t id[16];

	pem_id(&b, key, id);
	make_jks(&file, "changeit", "changeit", key, x);
	expect(&b, "the usual password", tsr_buf_slice(&file), "java-keystore", TSR_CRITICAL, id);
	seen = look(&b, "a", file.ptr, file.len);
	cr_expect_str_eq(seen.key, "server");
	make_jks(&file, "changeit", "zWq8-own", key, x);
	expect(&b, "a key with its own password", tsr_buf_slice(&file), "java-keystore", TSR_MEDIUM, id);
	make_jks(&file, "zWq8-own", "zWq8-own", key, x);
	expect(&b, "its own password", tsr_buf_slice(&file), "java-keystore", TSR_MEDIUM, id);
	make_jks(&file, "changeit", NULL, NULL, x);
	expect(&b, "certificates alone", tsr_buf_slice(&file), NULL, 0, NULL);
	make_jks(&file, "zWq8-own", NULL, NULL, x);
	expect(&b, "certificates under a password", tsr_buf_slice(&file), NULL, 0, NULL);
	tsr_buf_release(&file);
	X509_free(x);
	EVP_PKEY_free(key);
	bench_free(&b);
}

static void make_ed25519(EVP_PKEY **key, unsigned char seed[32], unsigned char pub[32])
{
	size_t n = 32;

	*key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	EVP_PKEY_get_raw_private_key(*key, seed, &n);
	n = 32;
	EVP_PKEY_get_raw_public_key(*key, pub, &n);
}

Test(keyfiles, know_host_keys_of_dropbear)
{
	struct bench b = bench_new();
	struct tsr_buf file = TSR_BUF_INIT(4096), both = TSR_BUF_INIT(64);
	unsigned char seed[32], pub[32];
	EVP_PKEY *key;
	uint8_t id[16];

	make_ed25519(&key, seed, pub);
	pem_id(&b, key, id);
	put_string(&file, "ssh-ed25519", 11);
	tsr_buf_add(&both, seed, 32);
	tsr_buf_add(&both, pub, 32);
	put_string(&file, both.ptr, both.len);
	expect(&b, "dropbear", tsr_buf_slice(&file), "dropbear-host-key", TSR_CRITICAL, id);
	file.ptr[file.len - 1] ^= 1;
	expect(&b, "no pair", tsr_buf_slice(&file), NULL, 0, NULL);
	tsr_buf_reset(&file);
	put_string(&file, "ssh-ed25519", 11);
	put_string(&file, pub, 32);
	expect(&b, "a public key", tsr_buf_slice(&file), NULL, 0, NULL);
	tsr_buf_release(&file);
	tsr_buf_release(&both);
	EVP_PKEY_free(key);
	bench_free(&b);
}

/* A secret-key packet of version 4, EdDSA, and a user id behind it. */
static void make_pgp(struct tsr_buf *out, unsigned char usage, bool user)
{
	unsigned char seed[32], pub[32];
	EVP_PKEY *key;

	make_ed25519(&key, seed, pub);
	tsr_buf_reset(out);
	put(out, "9400");
	put(out, "046000000016092b06010401da470f01");
	put(out, "010740"); /* 263 bits: 0x40 and the point */
	tsr_buf_add(out, pub, 32);
	tsr_buf_addc(out, (char)usage);
	if (!usage) {
		seed[0] |= 0x80;
		put(out, "0100");
		tsr_buf_add(out, seed, 32);
		put(out, "0000");
	} else {
		put(out, "0903080102030405060708600102030405060708090a0b0c0d0e0f10");
		tsr_buf_add(out, seed, 32);
	}
	out->ptr[1] = (char)(out->len - 2);
	if (user)
		put(out, "b403614062");
	EVP_PKEY_free(key);
}

Test(keyfiles, know_openpgp_keys)
{
	struct bench b = bench_new();
	struct tsr_buf file = TSR_BUF_INIT(4096);

	make_pgp(&file, 0, true);
	expect(&b, "unprotected", tsr_buf_slice(&file), "openpgp-key", TSR_CRITICAL, NULL);
	make_pgp(&file, 254, true);
	expect(&b, "protected", tsr_buf_slice(&file), "openpgp-key", TSR_MEDIUM, NULL);
	make_pgp(&file, 0, false);
	expect(&b, "alone", tsr_buf_slice(&file), "openpgp-key", TSR_CRITICAL, NULL);
	tsr_buf_adds(&file, "text behind");
	expect(&b, "no ring", tsr_buf_slice(&file), NULL, 0, NULL);
	make_pgp(&file, 0, true);
	file.ptr[3] = (char)0xff;
	expect(&b, "a time to come", tsr_buf_slice(&file), NULL, 0, NULL);
	tsr_buf_release(&file);
	bench_free(&b);
}

Test(keyfiles, know_keys_of_gpg_agent_and_git_crypt)
{
	static const char card[] = "(20:shadowed-private-key(3:rsa(1:n1:x)))";
	struct bench b = bench_new();
	struct tsr_buf file = TSR_BUF_INIT(4096);
	struct seen seen;

	made(&file, "Created: 20240101T000000{nl}Key: (private-key (ecc (curve Ed25519)(q #{HEX:66}#)(d #{HEX:64}#))){nl}", 1);
	seen = look(&b, "root/.gnupg/private-keys-v1.d/A.key", file.ptr, file.len);
	cr_expect(seen.n == 1 && seen.severity == TSR_CRITICAL && !strcmp(seen.rule, "gpg-agent-key"));
	made(&file, "(21:protected-private-key(3:ecc(1:q32:{alnum:32})(9:protected{alnum:40})))", 1);
	expect(&b, "protected", tsr_buf_slice(&file), "gpg-agent-key", TSR_MEDIUM, NULL);
	expect(&b, "on a card", tsr_slice_str(card), NULL, 0, NULL);

	tsr_buf_reset(&file);
	tsr_buf_add(&file, "\0GITCRYPTKEY", 12);
	put_u32(&file, 2);
	put_u32(&file, 0); /* no fields in the head */
	put(&file, "000000010000000400000000");
	put(&file, "0000000300000020");
	for (unsigned i = 0; i < 32; i++)
		tsr_buf_addc(&file, (char)(i * 37));
	expect(&b, "half a key", tsr_buf_slice(&file), NULL, 0, NULL);
	put(&file, "0000000500000040");
	for (unsigned i = 0; i < 64; i++)
		tsr_buf_addc(&file, (char)(i * 91));
	put_u32(&file, 0);
	expect(&b, "git-crypt", tsr_buf_slice(&file), "git-crypt-key", TSR_CRITICAL, NULL);
	tsr_buf_release(&file);
	bench_free(&b);
}

/* One byte after the other gets another value, in steps. */
static void damage(struct bench *b, char *p, size_t n)
{
	for (size_t i = 0; i < n; i += 1 + n / 90) {
		p[i] ^= (char)(1 << i % 8);
		look(b, "damaged", p, n);
		p[i] ^= (char)(1 << i % 8);
	}
}

/* Cut anywhere, or with garbage behind the magic: no finding, no harm. */
Test(keyfiles, survive_damage)
{
	struct bench b = bench_new();
	struct tsr_buf file = TSR_BUF_INIT(1 << 16);
	EVP_PKEY *key = rsa();
	X509 *x = certificate(key);
	BIO *bio = BIO_new(BIO_s_mem());
	PKCS12 *p12;
	uint32_t r = 7;
	size_t size;
	char *p;

	make_jks(&file, "changeit", "changeit", key, x);
	for (size_t n = 0; n < file.len; n += 1 + file.len / 60)
		look(&b, "cut", file.ptr, n);
	damage(&b, file.ptr, file.len);
	p12 = PKCS12_create("changeit", "name", key, x, NULL, 0, 0, 1, 1, 0);
	i2d_PKCS12_bio(bio, p12);
	size = (size_t)BIO_get_mem_data(bio, &p);
	damage(&b, p, size);
	for (size_t n = 0; n < size; n += 1 + size / 60)
		look(&b, "cut", p, n);
	PKCS12_free(p12);
	BIO_free(bio);
	make_pgp(&file, 0, true);
	damage(&b, file.ptr, file.len);
	for (uint32_t i = 0; i < b.rs->n_magics; i++) {
		const struct tsr_magic *m = &b.rs->magics[i];

		for (size_t n = m->len; n < 700; n += 99) {
			tsr_buf_reset(&file);
			tsr_buf_add(&file, m->bytes, m->len);
			while (file.len < n)
				tsr_buf_addc(&file, (char)((r = r * 1664525u + 1013904223u) >> 24));
			if (strncmp(b.rs->rules[m->rule]->id, "secret/gpg-agent", 16) != 0)
				expect(&b, b.rs->rules[m->rule]->id, tsr_buf_slice(&file), NULL, 0, NULL);
		}
	}
	tsr_buf_release(&file);
	X509_free(x);
	EVP_PKEY_free(key);
	bench_free(&b);
}

Test(keyfiles, say_that_a_file_is_too_large)
{
	struct bench b = bench_new();
	BIO *bio = BIO_new(BIO_s_mem());
	EVP_PKEY *key = rsa();
	struct tar_build t = { NULL, 0 };
	struct tsr_facts *f;
	char *p;
	size_t n;

	cr_assert(i2d_PrivateKey_bio(bio, key));
	n = (size_t)BIO_get_mem_data(bio, &p);
	b.limits.retain = 64;
	tb_header(&t, "srv/blob", '0', n);
	tb_data(&t, p, n);
	tb_end(&t);
	f = facts_of(&b, &t);
	cr_expect_eq(raws_of(&b, f, "secret/private-key-der", NULL), 0u);
	cr_assert_eq(f->n_skips, 1u);
	cr_expect(f->skips[0].derived && f->skips[0].bytes == n);
	tsr_facts_free(f);
	EVP_PKEY_free(key);
	BIO_free(bio);
	bench_free(&b);
}
