/* SPDX-License-Identifier: Apache-2.0 */
#include <openssl/crypto.h>

#include "base/base64.h"
#include "base/json.h"
#include "scan/check_impl.h"

#define PART_MAX 12288u

/* One part as a JSON object, or NULL. */
static json_t *load_part(struct tsr_slice text)
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

/* The token that jwt.io shows, and half of the world's tutorials with it. */
static bool is_sample(const json_t *payload)
{
	return tsr_slice_eq_str(tsr_json_get_string(payload, "sub", NULL), "1234567890") &&
	       tsr_slice_eq_str(tsr_json_get_string(payload, "name", NULL), "John Doe");
}

static void judge_parts(const json_t *header, const json_t *payload, struct tsr_slice signature,
			struct tsr_check_out *out)
{
	struct tsr_slice alg = tsr_json_get_string(header, "alg", NULL);
	uint64_t expiry;

	out->result = TSR_CHECK_FAIL;
	if (!alg.len) {
		out->note = "the header names no algorithm";
	} else if (tsr_slice_caseeq_str(alg, "none") || !signature.len) {
		out->note = "unsigned";
	} else if (!payload) {
		out->note = "the payload is no JSON object";
	} else if (is_sample(payload)) {
		out->note = "the sample token of documentation";
	} else {
		out->result = TSR_CHECK_PASS;
		/* Whether it has passed is not asked: results do not depend on the day. */
		out->note = tsr_json_get_u64(payload, "exp", &expiry) == 0 ? "it has an expiry date"
									   : "it never expires";
	}
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
	header = load_part(part[0]);
	if (!header) {
		out->result = TSR_CHECK_REJECT;
		return;
	}
	payload = load_part(part[1]);
	judge_parts(header, payload, rest, out);
	json_decref(payload);
	json_decref(header);
}
