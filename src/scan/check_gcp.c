/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/check_impl.h"

static bool has(struct tsr_slice s, const char *text)
{
	return memmem(s.ptr, s.len, text, strlen(text)) != NULL;
}

/*
 * The key file of a service account of Google: its private key parses, and the fields that
 * Google writes around it are there. A key without them is a key all the same.
 */
void tsr_check_gcp_service_account(const struct tsr_check_in *in, struct tsr_check_out *out)
{
	struct tsr_check_in key = { .secret = in->secret, .match = in->secret, .ahead = in->secret, .path = in->path };
	struct tsr_slice all = in->ahead.len > in->match.len ? in->ahead : in->match;

	tsr_check_private_key(&key, out);
	if (out->result != TSR_CHECK_PASS)
		return;
	out->length = 0; /* the group is the whole of it */
	if (has(all, "private_key_id") && has(all, "client_email") && has(all, ".gserviceaccount.com"))
		out->note = "a complete key file, and the key parses";
	else
		out->note = "the key parses; other fields of the file are missing";
}
