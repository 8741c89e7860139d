/* SPDX-License-Identifier: Apache-2.0 */
#include "inspect/keyfile.h"
#include "inspect/parser.h"

/* Keys in forms that one program has made up. */

/*
 * dropbear's host keys: strings with lengths as on the wire of SSH, type first, then the public
 * numbers as in a public key, then the private ones.
 */
static bool read_dropbear(struct tsr_slice s, struct tsr_check_out *out)
{
	struct tsr_key_numbers k = { 0 };
	struct tsr_slice type, curve, point;

	if (!tsr_keyfile_string(&s, &type))
		return false;
	if (tsr_slice_eq_str(type, "ssh-rsa")) {
		if (!tsr_keyfile_string(&s, &k.e) || !tsr_keyfile_string(&s, &k.n) || !tsr_keyfile_string(&s, &k.d) ||
		    !tsr_keyfile_string(&s, &k.p) || !tsr_keyfile_string(&s, &k.q))
			return false;
		tsr_key_rsa(&k, out);
	} else if (tsr_slice_eq_str(type, "ssh-ed25519")) {
		if (!tsr_keyfile_string(&s, &point) || point.len != 64)
			return false;
		k.curve = "ED25519";
		k.d = tsr_slice_sub(point, 0, 32);
		k.x = tsr_slice_sub(point, 32, 64);
		tsr_key_ec(&k, out);
	} else if (tsr_slice_starts(type, "ecdsa-sha2-nistp")) {
		if (!tsr_keyfile_string(&s, &curve) || !tsr_keyfile_string(&s, &point) || !tsr_keyfile_string(&s, &k.d))
			return false;
		k.curve = tsr_slice_eq_str(curve, "nistp256") ? "prime256v1" :
			  tsr_slice_eq_str(curve, "nistp384") ? "secp384r1" :
			  tsr_slice_eq_str(curve, "nistp521") ? "secp521r1" : NULL;
		k.x = tsr_slice_sub(point, 1, 1 + point.len / 2);
		tsr_key_ec(&k, out);
	}
	return out->result == TSR_CHECK_PASS;
}

static void parse_dropbear(struct tsr_inspect *in, uint32_t rule, struct tsr_slice content)
{
	struct tsr_check_out out = { .result = TSR_CHECK_REJECT };

	if (!read_dropbear(content, &out))
		return;
	out.note = "an SSH host key: every container of the image answers with it";
	tsr_keyfile_tell(in, rule, content, TSR_SLICE_NONE, &out);
}

#define GIT_CRYPT_HEAD 16u /* magic, version */
#define GIT_CRYPT_AES 3u
#define GIT_CRYPT_HMAC 5u

/* git-crypt's key file: a head of fields up to a zero, then for each version of the key fields with its bytes. */
static void parse_git_crypt(struct tsr_inspect *in, uint32_t rule, struct tsr_slice content)
{
	struct tsr_check_out out = { .result = TSR_CHECK_PASS };
	struct tsr_slice s = tsr_slice_sub(content, GIT_CRYPT_HEAD, content.len), value;
	bool aes = false, hmac = false;
	uint32_t field, len;

	if (content.len < GIT_CRYPT_HEAD || memcmp(content.ptr, "\0GITCRYPTKEY", 12) != 0)
		return;
	while (tsr_keyfile_u32(&s, &field)) {
		if (!field) /* the end of a list has no length */
			continue;
		if (!tsr_keyfile_u32(&s, &len) || !tsr_keyfile_take(&s, len, &value))
			break;
		aes |= field == GIT_CRYPT_AES && len == 32;
		hmac |= field == GIT_CRYPT_HMAC && len == 64;
	}
	if (aes && hmac)
		tsr_keyfile_tell(in, rule, content, TSR_SLICE_NONE, &out);
}

const struct tsr_parser tsr_parser_dropbear = { "dropbear", "host keys of the SSH server dropbear", parse_dropbear };
const struct tsr_parser tsr_parser_git_crypt = { "git_crypt", "key files of git-crypt", parse_git_crypt };
