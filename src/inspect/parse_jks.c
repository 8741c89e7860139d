/* SPDX-License-Identifier: Apache-2.0 */
#include <openssl/asn1.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#include "inspect/keyfile.h"
#include "inspect/parser.h"

/*
 * Java's own keystores, JKS and JCEKS (sun.security.provider.JavaKeyStore): magic, version, count,
 * entries, and the SHA-1 of password, a phrase and all that. An entry is a tag (1: private key
 * with its certificates, 2: certificate, 3: serialised secret key), a name, a time, and what the tag says.
 */
#define JKS_HEAD 12u
#define TAG_KEY 1u
#define TAG_CERTIFICATE 2u
#define PASSWORD_MAX 32u
#define KEYS_MAX 64u
#define PHRASE "Mighty Aphrodite"

struct jks {
	struct tsr_inspect *in;
	uint32_t rule, version;
	struct tsr_slice content;
	const char *password; /* that opens it, or NULL */
};

/* As Java hashes it: UTF-16, big-endian. Returns its length. */
static size_t wide(const char *password, unsigned char *out)
{
	size_t n = 0;

	for (; *password && n + 2 <= 2 * PASSWORD_MAX; password++) {
		out[n++] = 0;
		out[n++] = (unsigned char)*password;
	}
	return n;
}

static void sha1_3(struct tsr_slice a, struct tsr_slice b, struct tsr_slice c, unsigned char out[SHA_DIGEST_LENGTH])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	if (!ctx || !EVP_DigestInit_ex(ctx, EVP_sha1(), NULL) || !EVP_DigestUpdate(ctx, a.ptr, a.len) ||
	    !EVP_DigestUpdate(ctx, b.ptr, b.len) || !EVP_DigestUpdate(ctx, c.ptr, c.len) ||
	    !EVP_DigestFinal_ex(ctx, out, NULL))
		memset(out, 0, SHA_DIGEST_LENGTH);
	EVP_MD_CTX_free(ctx);
}

static void find_password(struct jks *j)
{
	struct tsr_slice all = tsr_slice_sub(j->content, 0, j->content.len - SHA_DIGEST_LENGTH);
	unsigned char text[2 * PASSWORD_MAX], sum[SHA_DIGEST_LENGTH];

	for (size_t i = 0; tsr_keyfile_password(i) && !j->password; i++) {
		sha1_3(tsr_slice_of(text, wide(tsr_keyfile_password(i), text)), TSR_SLICE(PHRASE), all, sum);
		if (memcmp(sum, all.ptr + all.len, sizeof(sum)) == 0)
			j->password = tsr_keyfile_password(i);
	}
}

/*
 * The key's protection in a JKS: 20 bytes of salt, the key XORed with a chain of SHA-1 (each of
 * the password and the one before, the salt first), SHA-1 of password and key.
 */
static bool unlock(struct jks *j, struct tsr_slice box, struct tsr_check_out *out)
{
	unsigned char text[2 * PASSWORD_MAX], link[SHA_DIGEST_LENGTH];
	struct tsr_slice pw = tsr_slice_of(text, wide(j->password, text));
	size_t n = box.len - 2 * SHA_DIGEST_LENGTH;
	unsigned char *key = OPENSSL_malloc(n);
	bool opened = false;

	if (!key)
		return false;
	sha1_3(pw, tsr_slice_sub(box, 0, SHA_DIGEST_LENGTH), TSR_SLICE_NONE, link);
	for (size_t i = 0; i < n; i++) {
		if (i && i % SHA_DIGEST_LENGTH == 0)
			sha1_3(pw, tsr_slice_of(link, sizeof(link)), TSR_SLICE_NONE, link);
		key[i] = (unsigned char)box.ptr[SHA_DIGEST_LENGTH + i] ^ link[i % SHA_DIGEST_LENGTH];
	}
	sha1_3(pw, tsr_slice_of(key, n), TSR_SLICE_NONE, link);
	if (memcmp(link, box.ptr + SHA_DIGEST_LENGTH + n, sizeof(link)) == 0)
		opened = tsr_key_der(tsr_slice_of(key, n), out);
	OPENSSL_clear_free(key, n);
	return opened;
}

/* The encrypted bytes of an EncryptedPrivateKeyInfo; *sun: by the algorithm of JKS. */
static bool open_box(struct tsr_slice der, struct tsr_check_out *out, struct jks *j)
{
	static const char sun[] = "1.3.6.1.4.1.42.2.17.1.1";
	const unsigned char *p = (const unsigned char *)der.ptr;
	X509_SIG *sig = d2i_X509_SIG(NULL, &p, (long)der.len);
	const X509_ALGOR *algorithm;
	const ASN1_OCTET_STRING *box;
	const ASN1_OBJECT *oid;
	char name[64] = "";

	if (!sig) {
		ERR_clear_error();
		return false;
	}
	X509_SIG_get0(sig, &algorithm, &box);
	X509_ALGOR_get0(&oid, NULL, NULL, algorithm);
	OBJ_obj2txt(name, sizeof(name), oid, 1);
	out->result = TSR_CHECK_ENCRYPTED;
	out->note = "the key is protected by a password";
	if (!j->password) {
		/* as it is */
	} else if (strcmp(name, sun) != 0 ||
		   (ASN1_STRING_length(box) > 2 * SHA_DIGEST_LENGTH &&
		    unlock(j, tsr_slice_of(ASN1_STRING_get0_data(box), (size_t)ASN1_STRING_length(box)), out))) {
		out->result = TSR_CHECK_PASS;
		out->note = "the keystore opens with a password that everybody tries";
	} else {
		out->note = "the key has another password than its keystore";
	}
	X509_SIG_free(sig);
	return true;
}

/* The first certificate's key is the private key's; so a locked key has a name, too. */
static void name_by_certificate(struct tsr_slice der, struct tsr_check_out *out)
{
	const unsigned char *p = (const unsigned char *)der.ptr;
	X509 *cert = d2i_X509(NULL, &p, (long)der.len);

	if (cert)
		tsr_key_id(X509_get0_pubkey(cert), out);
	X509_free(cert);
	ERR_clear_error();
}

static bool get_utf(struct tsr_slice *s, struct tsr_slice *out)
{
	const unsigned char *p = (const unsigned char *)s->ptr;

	if (s->len < 2)
		return false;
	*s = tsr_slice_sub(*s, 2, s->len);
	return tsr_keyfile_take(s, (uint64_t)p[0] << 8 | p[1], out);
}

static bool get_certificate(const struct jks *j, struct tsr_slice *s, struct tsr_slice *out)
{
	struct tsr_slice type;

	return (j->version == 1 || get_utf(s, &type)) && tsr_keyfile_string(s, out);
}

/* One entry; `tell` where the second pass reports. false: the rest cannot be read. */
static bool entry(struct jks *j, struct tsr_slice *s, bool tell, unsigned *keys)
{
	struct tsr_check_out out = { .result = TSR_CHECK_REJECT };
	struct tsr_slice name, time, box, certificate;
	uint32_t tag, chain;

	if (!tsr_keyfile_u32(s, &tag) || !get_utf(s, &name) || !tsr_keyfile_take(s, 8, &time))
		return false;
	if (tag == TAG_CERTIFICATE)
		return get_certificate(j, s, &certificate);
	if (tag != TAG_KEY || !tsr_keyfile_string(s, &box) || !tsr_keyfile_u32(s, &chain))
		return false;
	if (tell && *keys < KEYS_MAX)
		open_box(box, &out, j);
	for (uint32_t i = 0; i < chain; i++) {
		if (!get_certificate(j, s, &certificate))
			return false;
		if (!i && !out.id.len && out.result != TSR_CHECK_REJECT)
			name_by_certificate(certificate, &out);
	}
	++*keys;
	if (tell)
		tsr_keyfile_tell(j->in, j->rule, box, name, &out);
	return true;
}

static void parse_jks(struct tsr_inspect *in, uint32_t rule, struct tsr_slice content)
{
	struct jks j = { .in = in, .rule = rule, .content = content };
	struct tsr_slice s, rest;
	uint32_t magic, count;
	unsigned keys = 0, told = 0;

	if (content.len < JKS_HEAD + SHA_DIGEST_LENGTH)
		return;
	s = tsr_slice_sub(content, 0, content.len - SHA_DIGEST_LENGTH);
	if (!tsr_keyfile_u32(&s, &magic) || (magic != 0xfeedfeed && magic != 0xcececece) ||
	    !tsr_keyfile_u32(&s, &j.version) || (j.version != 1 && j.version != 2) || !tsr_keyfile_u32(&s, &count))
		return;
	rest = s;
	for (uint32_t i = 0; i < count && entry(&j, &rest, false, &keys); i++)
		continue;
	if (!keys)
		return; /* certificates alone are no secret, and need no password to be seen as such */
	find_password(&j);
	for (uint32_t i = 0; i < count && entry(&j, &s, true, &told); i++)
		continue;
}

const struct tsr_parser tsr_parser_jks = { "jks", "private keys in Java keystores (JKS, JCEKS)", parse_jks };
