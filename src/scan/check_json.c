/* SPDX-License-Identifier: Apache-2.0 */
#include <openssl/crypto.h>

#include "base/base64.h"
#include "base/json.h"
#include "base/mem.h"
#include "scan/check_impl.h"

#define PART_MAX 12288u

json_t *tsr_check_base64_object(struct tsr_slice text)
{
	static const struct tsr_json_limits limits = { PART_MAX, 4096 };
	uint8_t bytes[PART_MAX];
	long n = tsr_base64_decode(text, bytes, sizeof(bytes));
	json_t *value = NULL;

	if (n > 1 && tsr_json_load(tsr_slice_of(bytes, (size_t)n), &limits, &value, NULL, NULL) != 0)
		value = NULL;
	OPENSSL_cleanse(bytes, sizeof(bytes));
	if (json_is_object(value))
		return value;
	json_decref(value);
	return NULL;
}

/* Tokens whose body is a JSON object in base64: what it must have, and what ends it besides the token's end. */
static const struct {
	const char *prefix;
	char end;
	const char *fields[3];
} tokens[] = {
	{ "sntrys_", '_', { "iat", "org", NULL } },
	{ "ops_", 0, { "email", "secretKey", NULL } },
	{ "glc_", 0, { "o", "k", NULL } },
	{ "eyJrIjoi", 0, { "k", "n", "id" } },
	{ "eyJhIjoi", 0, { "a", "t", "s" } },
	{ "eyJ2ZXIiOi", 0, { "adr", "fgr", "key" } },
	{ "sk.", '.', { "u", "a", NULL } },
};

static struct tsr_slice body_of(struct tsr_slice s, const char *prefix, char end)
{
	size_t from = prefix[0] == 'e' ? 0 : strlen(prefix), to = s.len;

	if (end) {
		while (to > from && s.ptr[to - 1] != end)
			to--;
		to -= to > from;
	}
	return tsr_slice_sub(s, from, to);
}

/* A JSON object with the vendor's fields is no chance: it was made by the vendor, or to look so. */
void tsr_check_json_token(const struct tsr_check_in *in, struct tsr_check_out *out)
{
	for (size_t i = 0; i < TSR_ARRAY_LEN(tokens); i++) {
		json_t *object;
		bool all;

		if (!tsr_slice_starts(in->secret, tokens[i].prefix))
			continue;
		object = tsr_check_base64_object(body_of(in->secret, tokens[i].prefix, tokens[i].end));
		all = object != NULL;
		for (size_t k = 0; k < 3 && tokens[i].fields[k]; k++)
			all = all && tsr_json_get(object, tokens[i].fields[k], NULL);
		out->result = all ? TSR_CHECK_PASS : TSR_CHECK_FAIL;
		out->note = all ? "its body has the fields of such tokens" : "its body is none of such a token";
		json_decref(object);
		return;
	}
}
