/* SPDX-License-Identifier: Apache-2.0 */
#include <openssl/hmac.h>

#include "base/base64.h"
#include "base/json.h"
#include "base/mem.h"
#include "scan/check_impl.h"
#include "scan/filekind.h"
#include "scan/placeholder.h"

/*
 * A token that expired before this was written has expired, whatever day it is: results
 * must not depend on the day. 2026-01-01.
 */
#define LONG_AGO 1767225600u

static void fail(struct tsr_check_out *out, const char *note)
{
	out->result = TSR_CHECK_FAIL;
	out->note = note;
}

static bool has(struct tsr_slice s, const char *word)
{
	size_t n = strlen(word);

	for (size_t i = 0; i + n <= s.len; i++)
		if (tsr_slice_caseeq_str(tsr_slice_sub(s, i, i + n), word))
			return true;
	return false;
}

/* RFC 2606's names anywhere in a claim that names somebody. */
static bool names_documentation(const json_t *payload)
{
	static const char *const claims[] = { "iss", "sub", "aud", "email", "azp", "upn", "preferred_username" };
	static const char *const hosts[] = { "example.com", "example.org", "example.net", "@example", ".example" };

	for (size_t i = 0; i < TSR_ARRAY_LEN(claims); i++)
		for (size_t k = 0; k < TSR_ARRAY_LEN(hosts); k++)
			if (has(tsr_json_get_string(payload, claims[i], NULL), hosts[k]))
				return true;
	return false;
}

/* What jwt.io shows, RFC 7519's own example, and what half of the world's tutorials made of them. */
static bool is_sample(const json_t *payload)
{
	static const char *const people[] = { "John Doe", "Jane Doe", "Joe Coder", "Bob", "Alice" };
	struct tsr_slice name = tsr_json_get_string(payload, "name", NULL);
	struct tsr_slice issuer = tsr_json_get_string(payload, "iss", NULL);
	uint64_t time;

	if (tsr_slice_eq_str(tsr_json_get_string(payload, "sub", NULL), "1234567890"))
		return true;
	if (tsr_json_get_u64(payload, "iat", &time) == 0 && time == 1516239022)
		return true;
	if (tsr_json_get_u64(payload, "exp", &time) == 0 && time == 1300819380)
		return true;
	for (size_t i = 0; i < TSR_ARRAY_LEN(people); i++)
		if (tsr_slice_caseeq_str(name, people[i]))
			return true;
	return tsr_slice_eq_str(issuer, "joe") || tsr_slice_eq_str(issuer, "issuer") ||
	       tsr_placeholder_word(issuer) || names_documentation(payload);
}

/* Says for whom it is, by whom, or when: a payload without any is a test's. */
static bool has_claims(const json_t *payload)
{
	static const char *const claims[] = { "iss",   "sub",	"aud",	 "exp",	      "iat",	 "nbf",	  "jti",
					      "scope", "scopes", "role", "client_id", "user_id", "email", "sid" };

	for (size_t i = 0; i < TSR_ARRAY_LEN(claims); i++)
		if (tsr_json_get(payload, claims[i], NULL))
			return true;
	return false;
}

/* Signed with a key of tutorials: nobody's token, or anybody's. */
static bool signed_with_a_known_key(struct tsr_slice alg, struct tsr_slice text, struct tsr_slice signature)
{
	static const char *const keys[] = {
		"secret",      "your-256-bit-secret", "your-384-bit-secret", "your-512-bit-secret", "key", "mysecret",
		"my-secret",   "my_secret",	      "secretkey",	     "secret-key",	    "secret_key", "supersecret",
		"super-secret", "super_secret",	      "shhhhh",		     "shhhhhared-secret",   "password", "test",
		"your_jwt_secret", "a-string-secret-at-least-256-bits-long", "your-secret-key", "your_secret_key"
	};
	const EVP_MD *md = tsr_slice_eq_str(alg, "HS256")   ? EVP_sha256()
			   : tsr_slice_eq_str(alg, "HS384") ? EVP_sha384()
			   : tsr_slice_eq_str(alg, "HS512") ? EVP_sha512()
							    : NULL;
	uint8_t have[96], sum[EVP_MAX_MD_SIZE];
	unsigned len;
	long n = md ? tsr_base64_decode(signature, have, sizeof(have)) : -1;

	if (n < 32)
		return false;
	for (size_t i = 0; i < TSR_ARRAY_LEN(keys); i++)
		if (HMAC(md, keys[i], (int)strlen(keys[i]), (const unsigned char *)text.ptr, text.len, sum, &len) &&
		    (long)len == n && memcmp(sum, have, len) == 0)
			return true;
	return false;
}

/* {"some":"payload"}, {"hello":"world"}: words that only examples have, and nothing else. */
static bool is_hello_world(json_t *payload)
{
	static const char *const words[] = { "some", "payload", "hello", "world", "foo", "bar",	   "baz",
					     "test", "data",	"key",	 "value", "a",	 "message", "claim" };
	const char *key;
	json_t *value;

	json_object_foreach (payload, key, value) {
		struct tsr_slice name = tsr_slice_str(key);
		bool known = false;

		for (size_t i = 0; i < TSR_ARRAY_LEN(words); i++)
			known |= tsr_slice_caseeq_str(name, words[i]);
		if (!known || tsr_json_str(value).len > 12)
			return false;
	}
	return true;
}

static void judge_payload(json_t *payload, struct tsr_slice path, struct tsr_check_out *out)
{
	struct tsr_slice role = tsr_json_get_string(payload, "role", NULL);
	uint64_t expiry = 0;
	bool expires = tsr_json_get_u64(payload, "exp", &expiry) == 0;

	if (is_sample(payload) || is_hello_world(payload)) {
		out->result = TSR_CHECK_SAMPLE;
		out->note = "its payload is that of documentation";
	} else if (!has_claims(payload)) {
		fail(out, "its payload names nobody and no time");
	} else if (expires && expiry < LONG_AGO) {
		fail(out, "it has expired");
	} else if (tsr_slice_eq_str(role, "anon") || tsr_slice_eq_str(role, "anonymous")) {
		fail(out, "its role is that of anybody");
	} else if (tsr_filekind(path) == TSR_FILE_TEXT || tsr_filekind_is_test(path)) {
		fail(out, "it stands in documentation or a test");
	} else {
		/* Nobody here can verify the signature: well formed is all that it is. */
		out->result = TSR_CHECK_NONE;
		out->note = expires ? "it has an expiry date" : "it never expires";
	}
}

static void judge_parts(const json_t *header, json_t *payload, const struct tsr_check_in *in,
			struct tsr_slice signature, struct tsr_check_out *out)
{
	struct tsr_slice alg = tsr_json_get_string(header, "alg", NULL);

	if (!alg.len)
		fail(out, "the header names no algorithm");
	else if (tsr_slice_caseeq_str(alg, "none") || !signature.len)
		fail(out, "unsigned");
	else if (!payload)
		fail(out, "the payload is no JSON object");
	else if (signed_with_a_known_key(alg, tsr_slice_sub(in->secret, 0, in->secret.len - signature.len - 1), signature))
		*out = (struct tsr_check_out){ .result = TSR_CHECK_SAMPLE, .note = "signed with a key of documentation" };
	else
		judge_payload(payload, in->path, out);
}

/* header.payload.signature, each base64url, the first two JSON. */
void tsr_check_jwt(const struct tsr_check_in *in, struct tsr_check_out *out)
{
	struct tsr_slice rest = in->secret, part[2] = { TSR_SLICE_NONE, TSR_SLICE_NONE };
	json_t *header, *payload;

	if (!tsr_slice_next(&rest, '.', &part[0]) || !tsr_slice_next(&rest, '.', &part[1])) {
		out->result = TSR_CHECK_REJECT;
		return;
	}
	header = tsr_check_base64_object(part[0]);
	if (!header) {
		out->result = TSR_CHECK_REJECT;
		return;
	}
	payload = tsr_check_base64_object(part[1]);
	judge_parts(header, payload, in, rest, out);
	json_decref(payload);
	json_decref(header);
}
