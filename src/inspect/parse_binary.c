/* SPDX-License-Identifier: Apache-2.0 */
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "finding/finding.h"
#include "inspect/parser.h"
#include "inspect/secret_name.h"
#include "inspect/tell.h"

/* Stores that are no text: obfuscated with keys that everybody has, or plain. */

/* VNC: passwords of 8 bytes under a DES key that is in every source tree; a second one is for viewing only. */
static void parse_vnc(struct tsr_inspect *in, uint32_t rule, struct tsr_slice content)
{
	struct tsr_tell t = TSR_TELL_INIT(in, rule, content);

	if (content.len == 8 || content.len == 16 || content.len == 24)
		tsr_tell_bytes(&t, content, TSR_SLICE_NONE, TSR_LIKELY,
			       "obfuscated with a key that is public");
}

const struct tsr_parser tsr_parser_vnc = { "vnc", "passwords of VNC servers", parse_vnc };

/* A counted string of 16 bits, big-endian; false at the end. */
static bool counted(struct tsr_slice *rest, struct tsr_slice *out)
{
	size_t n;

	if (rest->len < 2)
		return false;
	n = (size_t)(unsigned char)rest->ptr[0] << 8 | (unsigned char)rest->ptr[1];
	if (n > rest->len - 2)
		return false;
	*out = tsr_slice_sub(*rest, 2, 2 + n);
	*rest = tsr_slice_sub(*rest, 2 + n, rest->len);
	return true;
}

/* family, then address, display, name and data, each counted (Xau(3)). */
static void parse_xauthority(struct tsr_inspect *in, uint32_t rule, struct tsr_slice content)
{
	struct tsr_tell t = TSR_TELL_INIT(in, rule, content);
	struct tsr_slice rest = content, address, display, name, data;

	while (rest.len > 2) {
		rest = tsr_slice_sub(rest, 2, rest.len);
		if (!counted(&rest, &address) || !counted(&rest, &display) || !counted(&rest, &name) ||
		    !counted(&rest, &data))
			return;
		if (tsr_slice_starts(name, "MIT-MAGIC-COOKIE") || tsr_slice_starts(name, "XDM-AUTHORIZATION"))
			tsr_tell_bytes(&t, data, address, TSR_CONFIRMED, NULL);
	}
}

const struct tsr_parser tsr_parser_xauthority = { "xauthority", "cookies of X servers", parse_xauthority };

/* Decrypts without padding checks of our own: -1 where it does not come out even. */
static int decrypt(const EVP_CIPHER *cipher, const uint8_t *key, const uint8_t *iv, struct tsr_slice in,
		   uint8_t *out)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int n = 0, last = 0, ok = 0;

	if (ctx && EVP_DecryptInit_ex(ctx, cipher, NULL, key, iv) == 1 &&
	    EVP_DecryptUpdate(ctx, out, &n, (const uint8_t *)in.ptr, (int)in.len) == 1 &&
	    EVP_DecryptFinal_ex(ctx, out + n, &last) == 1)
		ok = 1;
	EVP_CIPHER_CTX_free(ctx);
	return ok ? n + last : -1;
}

#define MYLOGIN_CHUNK 4096u

/*
 * One line of .mylogin.cnf, deciphered. Its place is that of the ciphertext, its
 * length that of the password.
 */
static void mylogin_line(struct tsr_inspect *in, uint32_t rule, struct tsr_slice line, uint64_t offset)
{
	size_t at = tsr_slice_find(line, '=', 0);
	struct tsr_secret s = { .offset = offset,
				.confidence = TSR_CONFIRMED,
				.note = "obfuscated with a key in the same file" };

	s.key = tsr_slice_trim(tsr_slice_sub(line, 0, at));
	s.secret = tsr_slice_trim(tsr_slice_sub(line, at + 1, line.len));
	if (s.secret.len >= 2 && s.secret.ptr[0] == '"' && s.secret.ptr[s.secret.len - 1] == '"')
		s.secret = tsr_slice_sub(s.secret, 1, s.secret.len - 1);
	s.placeholder = tsr_made_up(s.secret);
	if (s.secret.len && tsr_slice_eq_str(s.key, "password"))
		tsr_inspect_secret(in, rule, &s);
}

/* 4 unused bytes, 20 of the key (folded to 16), then lines: length (32 bits, little-endian), AES-128-ECB. */
static void parse_mylogin(struct tsr_inspect *in, uint32_t rule, struct tsr_slice content)
{
	uint8_t key[16] = { 0 }, plain[MYLOGIN_CHUNK + 16];
	const uint8_t *p = (const uint8_t *)content.ptr;
	size_t at = 24;

	if (content.len < at)
		return;
	for (size_t i = 0; i < 20; i++)
		key[i % 16] ^= p[4 + i];
	while (content.len - at > 4) {
		size_t n = p[at] | (size_t)p[at + 1] << 8 | (size_t)p[at + 2] << 16 | (size_t)p[at + 3] << 24;
		int len;

		at += 4;
		if (n > content.len - at || n > MYLOGIN_CHUNK || n % 16)
			break;
		len = decrypt(EVP_aes_128_ecb(), key, NULL, tsr_slice_sub(content, at, at + n), plain);
		if (len > 0)
			mylogin_line(in, rule, tsr_slice_of(plain, (size_t)len), at);
		at += n;
	}
	OPENSSL_cleanse(plain, sizeof(plain));
}

const struct tsr_parser tsr_parser_mylogin = { "mylogin", "passwords of .mylogin.cnf", parse_mylogin };

/* DBeaver's key is in its sources (DefaultValueEncryptor). */
static const uint8_t dbeaver_key[16] = { 0xba, 0xbb, 0x4a, 0x9f, 0x77, 0x4a, 0xb8, 0x53,
					 0xc9, 0x6c, 0x2d, 0x65, 0x3d, 0xfe, 0x54, 0x4a };

static void on_dbeaver(void *ctx, const struct tsr_field *f)
{
	struct tsr_tell *t = ctx;
	struct tsr_secret s = { .secret = f->value,
				.key = tsr_field_name(f, 2),
				.offset = TSR_NO_OFFSET,
				.confidence = TSR_CONFIRMED,
				.note = "encrypted with a key that is public" };

	s.placeholder = tsr_made_up(f->value);
	if (f->value.len && tsr_secret_name(tsr_field_name(f, 0)))
		tsr_inspect_secret(t->in, t->rule, &s);
}

/* 16 bytes of IV, then AES-128-CBC of {"CONNECTION": {"#connection": {"user": …, "password": …}}}. */
static void parse_dbeaver(struct tsr_inspect *in, uint32_t rule, struct tsr_slice content)
{
	struct tsr_tell t = TSR_TELL_INIT(in, rule, content);
	struct tsr_buf plain = TSR_BUF_INIT(content.len + 16);
	int n;

	if (content.len < 32 || content.len > in->limits->json_bytes)
		return;
	tsr_buf_add(&plain, content.ptr, content.len);
	n = decrypt(EVP_aes_128_cbc(), dbeaver_key, (const uint8_t *)content.ptr,
		    tsr_slice_sub(content, 16, content.len), (uint8_t *)plain.ptr);
	if (n > 0)
		tsr_fields_json(tsr_slice_of(plain.ptr, (size_t)n), in->limits, on_dbeaver, &t);
	tsr_buf_wipe(&plain);
	tsr_buf_release(&plain);
}

const struct tsr_parser tsr_parser_dbeaver = { "dbeaver", "passwords of DBeaver's connections",
					       parse_dbeaver };
