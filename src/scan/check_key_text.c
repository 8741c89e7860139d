/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <openssl/crypto.h>
#include <string.h>

#include "base/base64.h"
#include "base/mem.h"
#include "scan/check_impl.h"
#include "scan/key.h"

/*
 * Private keys that are text but not PEM: PuTTY's .ppk, JSON Web Keys (RFC 7517), .NET's and
 * XML Signature's RSAKeyValue, BIND's K*.private. All may stand escaped in a string of another file.
 */

#define NUMBER_MAX 1100u /* bytes: 8192 bits and some */
#define TEXT_MAX 8192u	 /* characters, of a key's whole private part */

struct numbers {
	uint8_t bytes[6][NUMBER_MAX];
	unsigned used;
};

/* Base64 with line ends, escaped ones too, and indentation; false: it is none, or there is no room for it. */
static bool decode(struct tsr_slice text, uint8_t *out, size_t cap, struct tsr_slice *bytes)
{
	char plain[TEXT_MAX];
	size_t n = 0;
	long len;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (c == '\\' && i + 1 < text.len && strchr("nrt/", text.ptr[i + 1]) != NULL) {
			if (text.ptr[++i] != '/')
				continue;
			c = '/';
		}
		if (isspace((unsigned char)c))
			continue;
		if (n == sizeof(plain))
			return false;
		plain[n++] = c;
	}
	len = tsr_base64_decode(tsr_slice_of(plain, n), out, cap);
	OPENSSL_cleanse(plain, sizeof(plain));
	*bytes = tsr_slice_of(out, len > 0 ? (size_t)len : 0);
	return len > 0;
}

static void number(struct numbers *s, struct tsr_slice text, struct tsr_slice *out)
{
	*out = TSR_SLICE_NONE;
	if (text.len && s->used < TSR_ARRAY_LEN(s->bytes) && decode(text, s->bytes[s->used], NUMBER_MAX, out))
		s->used++;
}

/* The next line; "\n" written out ends one, too. */
static bool next_line(struct tsr_slice *rest, struct tsr_slice *line)
{
	size_t i = 0, skip = 1;

	if (!rest->len)
		return false;
	for (; i < rest->len && rest->ptr[i] != '\n'; i++) {
		if (rest->ptr[i] == '\\' && i + 1 < rest->len && (rest->ptr[i + 1] == 'n' || rest->ptr[i + 1] == 'r')) {
			skip = rest->ptr[i + 1] == 'r' && tsr_slice_starts(tsr_slice_sub(*rest, i + 2, rest->len), "\\n") ? 4 : 2;
			break;
		}
	}
	*line = tsr_slice_trim(tsr_slice_sub(*rest, 0, i));
	*rest = tsr_slice_sub(*rest, i + skip, rest->len);
	return true;
}

static bool field(struct tsr_slice line, const char *name, struct tsr_slice *value)
{
	size_t n = strlen(name);

	if (!tsr_slice_starts(line, name) || line.len < n + 1 || line.ptr[n] != ':')
		return false;
	*value = tsr_slice_trim(tsr_slice_sub(line, n + 1, line.len));
	return true;
}

static struct tsr_slice whole(const struct tsr_check_in *in)
{
	return in->ahead.len > in->match.len ? in->ahead : in->match;
}

static void set(struct tsr_check_out *out, enum tsr_check_result result, const char *note)
{
	out->result = result;
	out->note = note;
}

static void finish(const struct tsr_check_in *in, const char *end, struct tsr_check_out *out)
{
	if (end > in->secret.ptr + in->secret.len)
		out->length = (uint32_t)(end - in->secret.ptr);
	tsr_key_published_check(out);
}

/* So many lines of base64 that follow; *rest moves behind them. */
static bool block(struct tsr_slice *rest, struct tsr_slice count, struct tsr_slice *text)
{
	struct tsr_slice line = TSR_SLICE_NONE;
	const char *begin = rest->ptr;
	unsigned long long n;

	if (tsr_slice_u64(count, &n) || !n || n > 200)
		return false;
	while (n--)
		if (!next_line(rest, &line) || !line.len)
			return false;
	*text = tsr_slice_of(begin, (size_t)(line.ptr + line.len - begin));
	return true;
}

void tsr_check_ppk(const struct tsr_check_in *in, struct tsr_check_out *out)
{
	struct tsr_slice rest = whole(in), line, value, public = TSR_SLICE_NONE, private = TSR_SLICE_NONE, blob;
	struct tsr_slice encryption = TSR_SLICE_NONE;
	uint8_t bytes[NUMBER_MAX + 64], secret[6 * NUMBER_MAX];
	bool known;

	set(out, TSR_CHECK_REJECT, NULL);
	while (!private.len && next_line(&rest, &line)) {
		if (field(line, "Encryption", &value))
			encryption = value;
		else if (field(line, "Public-Lines", &value) && !block(&rest, value, &public))
			return;
		else if (field(line, "Private-Lines", &value) && !block(&rest, value, &private))
			return;
	}
	if (!encryption.len || !private.len || !decode(public, bytes, sizeof(bytes), &blob))
		return;
	tsr_check_ssh_public(blob, out);
	known = tsr_slice_eq_str(encryption, "none");
	if (!known)
		set(out, TSR_CHECK_ENCRYPTED, "the key is encrypted");
	else if (decode(private, secret, sizeof(secret), &blob))
		set(out, TSR_CHECK_PASS, "the key parses");
	else
		set(out, TSR_CHECK_FAIL, "the block is cut or damaged");
	OPENSSL_cleanse(secret, sizeof(secret));
	finish(in, private.ptr + private.len, out);
}

/* The text of a string member of a flat object; its quotes may be escaped or single. */
static struct tsr_slice member(struct tsr_slice object, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 1; i + n + 3 < object.len; i++) {
		struct tsr_slice s;
		const char *p = object.ptr + i, *end = object.ptr + object.len;

		if ((p[-1] != '"' && p[-1] != '\'') || memcmp(p, name, n) != 0)
			continue;
		p += n;
		while (p < end && *p == '\\')
			p++;
		if (p == end || (*p != '"' && *p != '\''))
			continue;
		for (p++; p < end && (isspace((unsigned char)*p) || *p == ':'); p++)
			continue;
		while (p < end && *p == '\\')
			p++;
		if (p == end || (*p != '"' && *p != '\''))
			continue;
		s = tsr_slice_of(p + 1, (size_t)(end - p - 1));
		for (n = 0; n < s.len && s.ptr[n] != '"' && s.ptr[n] != '\'' && s.ptr[n] != '\\'; n++)
			continue;
		return tsr_slice_sub(s, 0, n);
	}
	return TSR_SLICE_NONE;
}

static const char *curve_of(struct tsr_slice name)
{
	static const char *const curves[][2] = {
		{ "P-256", "prime256v1" }, { "P-384", "secp384r1" }, { "P-521", "secp521r1" }, { "secp256k1", "secp256k1" },
		{ "Ed25519", "ED25519" },  { "X25519", "X25519" },   { "Ed448", "ED448" },     { "X448", "X448" },
	};

	for (size_t i = 0; i < TSR_ARRAY_LEN(curves); i++)
		if (tsr_slice_eq_str(name, curves[i][0]))
			return curves[i][1];
	return NULL;
}

void tsr_check_jwk(const struct tsr_check_in *in, struct tsr_check_out *out)
{
	struct tsr_slice object = in->secret, type = member(object, "kty");
	struct tsr_key_numbers k = { 0 };
	struct numbers s = { .used = 0 };

	set(out, TSR_CHECK_REJECT, NULL);
	if (tsr_slice_eq_str(type, "oct") != (in->param == 1))
		return;
	if (in->param == 1) {
		number(&s, member(object, "k"), &k.d);
		if (k.d.len >= 16) {
			tsr_check_set_id(out, k.d.ptr, k.d.len);
			set(out, TSR_CHECK_NONE, NULL);
		}
	} else if (tsr_slice_eq_str(type, "RSA")) {
		number(&s, member(object, "n"), &k.n);
		number(&s, member(object, "e"), &k.e);
		number(&s, member(object, "d"), &k.d);
		number(&s, member(object, "p"), &k.p);
		number(&s, member(object, "q"), &k.q);
		tsr_key_rsa(&k, out);
	} else if (tsr_slice_eq_str(type, "EC") || tsr_slice_eq_str(type, "OKP")) {
		k.curve = curve_of(member(object, "crv"));
		number(&s, member(object, "d"), &k.d);
		number(&s, member(object, "x"), &k.x);
		number(&s, member(object, "y"), &k.y);
		tsr_key_ec(&k, out);
	}
	OPENSSL_cleanse(&s, sizeof(s));
	tsr_key_published_check(out);
}

/* The text between <NAME> and </, where < may be written &lt; or \u003c. */
static struct tsr_slice element(struct tsr_slice text, const char *name)
{
	static const char *const opened[] = { "<%s>", "&lt;%s&gt;", "\\u003c%s\\u003e", "\\u003C%s\\u003E" };
	char tag[48];

	for (size_t i = 0; i < TSR_ARRAY_LEN(opened); i++) {
		const char *at, *end;
		size_t n;

		/* One name, in the forms above. */
		n = (size_t)(strchr(opened[i], '%') - opened[i]);
		memcpy(tag, opened[i], n);
		n += (size_t)(stpcpy(tag + n, name) - (tag + n));
		n += (size_t)(stpcpy(tag + n, strchr(opened[i], 's') + 1) - (tag + n));
		at = memmem(text.ptr, text.len, tag, n);
		if (!at)
			continue;
		at += n;
		n = (size_t)(text.ptr + text.len - at);
		end = memchr(at, i == 0 ? '<' : i == 1 ? '&' : '\\', n);
		return end ? tsr_slice_of(at, (size_t)(end - at)) : TSR_SLICE_NONE;
	}
	return TSR_SLICE_NONE;
}

void tsr_check_rsa_xml(const struct tsr_check_in *in, struct tsr_check_out *out)
{
	struct tsr_slice text = whole(in), end;
	struct tsr_key_numbers k = { 0 };
	struct numbers s = { .used = 0 };
	const char *begin = memmem(text.ptr, text.len, "RSAKey", 6), *close = NULL;

	/* One key: what stands behind its end belongs to another. */
	if (begin)
		close = memmem(begin + 6, (size_t)(text.ptr + text.len - begin - 6), "RSAKey", 6);
	if (close)
		text.len = (size_t)(close - text.ptr);
	number(&s, element(text, "Modulus"), &k.n);
	number(&s, element(text, "Exponent"), &k.e);
	end = element(text, "D");
	number(&s, end, &k.d);
	number(&s, element(text, "P"), &k.p);
	number(&s, element(text, "Q"), &k.q);
	tsr_key_rsa(&k, out);
	OPENSSL_cleanse(&s, sizeof(s));
	finish(in, end.ptr + end.len, out);
}

static const struct {
	const char *number, *curve;
} dnssec[] = { { "13", "prime256v1" }, { "14", "secp384r1" }, { "15", "ED25519" }, { "16", "ED448" } };

void tsr_check_bind_key(const struct tsr_check_in *in, struct tsr_check_out *out)
{
	struct tsr_slice rest = whole(in), line, value, algorithm = TSR_SLICE_NONE, shared = TSR_SLICE_NONE;
	struct tsr_key_numbers k = { 0 };
	struct numbers s = { .used = 0 };
	const char *end = in->match.ptr + in->match.len;

	next_line(&rest, &line);
	while (next_line(&rest, &line) && line.len) {
		if (field(line, "Algorithm", &value))
			algorithm = tsr_slice_sub(value, 0, tsr_slice_find(value, ' ', 0));
		else if (field(line, "Modulus", &value))
			number(&s, value, &k.n);
		else if (field(line, "PublicExponent", &value))
			number(&s, value, &k.e);
		else if (field(line, "PrivateExponent", &value) || field(line, "PrivateKey", &value))
			number(&s, value, &k.d);
		else if (field(line, "Prime1", &value))
			number(&s, value, &k.p);
		else if (field(line, "Prime2", &value))
			number(&s, value, &k.q);
		else if (field(line, "Key", &value))
			number(&s, value, &shared);
		else if (!memchr(line.ptr, ':', line.len))
			break;
		end = line.ptr + line.len;
	}
	for (size_t i = 0; i < TSR_ARRAY_LEN(dnssec); i++)
		if (tsr_slice_eq_str(algorithm, dnssec[i].number))
			k.curve = dnssec[i].curve;
	if (shared.len >= 16) { /* TSIG */
		tsr_check_set_id(out, shared.ptr, shared.len);
		set(out, TSR_CHECK_NONE, NULL);
	} else if (k.curve) {
		tsr_key_ec(&k, out);
	} else {
		tsr_key_rsa(&k, out);
	}
	OPENSSL_cleanse(&s, sizeof(s));
	finish(in, end, out);
}
