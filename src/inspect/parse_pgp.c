/* SPDX-License-Identifier: Apache-2.0 */
#include "inspect/keyfile.h"
#include "inspect/parser.h"
#include "scan/check_impl.h"

/* OpenPGP secret keys without armor: a key ring (RFC 9580), and the files of gpg-agent. */

#define TAG_SIGNATURE 2u
#define TAG_SECRET_KEY 5u
#define TAG_SECRET_SUBKEY 7u
#define TAG_USER_ID 13u
#define YEAR_2100 4102444800u
#define YEAR_1991 662688000u

/* The packet at the start: its tag and body; *s moves behind it. Partial lengths are not for keys. */
static bool get_packet(struct tsr_slice *s, unsigned *tag, struct tsr_slice *body)
{
	const unsigned char *p = (const unsigned char *)s->ptr;
	uint64_t len;
	size_t head;

	if (s->len < 2 || !(p[0] & 0x80))
		return false;
	if (p[0] & 0x40) {
		*tag = p[0] & 0x3f;
		head = p[1] < 192 ? 2 : p[1] < 224 ? 3 : 6;
		if ((p[1] >= 224 && p[1] != 255) || s->len < head)
			return false;
		len = head == 2 ? p[1] : head == 3 ? ((p[1] - 192u) << 8) + p[2] + 192u :
			    (uint64_t)p[2] << 24 | (uint64_t)p[3] << 16 | (uint64_t)p[4] << 8 | p[5];
	} else {
		*tag = p[0] >> 2 & 15;
		if ((p[0] & 3) == 3)
			return false;
		head = 1 + ((size_t)1 << (p[0] & 3));
		if (s->len < head)
			return false;
		len = 0;
		for (size_t i = 1; i < head; i++)
			len = len << 8 | p[i];
	}
	*s = tsr_slice_sub(*s, head, s->len);
	return tsr_keyfile_take(s, len, body);
}

/* A secret key comes first, made at a believable time, and what belongs to it follows. */
static bool is_ring(struct tsr_slice s)
{
	struct tsr_slice body, rest;
	uint32_t made;
	unsigned tag;

	if (!get_packet(&s, &tag, &body) || tag != TAG_SECRET_KEY || body.len < 20 || body.ptr[0] != 4)
		return false;
	rest = tsr_slice_sub(body, 1, body.len);
	if (!tsr_keyfile_u32(&rest, &made) || made < YEAR_1991 || made > YEAR_2100)
		return false;
	return !s.len || (get_packet(&s, &tag, &body) &&
			  (tag == TAG_USER_ID || tag == TAG_SIGNATURE || tag == TAG_SECRET_SUBKEY));
}

static void parse_openpgp(struct tsr_inspect *in, uint32_t rule, struct tsr_slice content)
{
	struct tsr_check_out out = { .result = TSR_CHECK_REJECT };

	if (!is_ring(content))
		return;
	tsr_check_pgp(content, &out);
	if (out.result == TSR_CHECK_PASS || out.result == TSR_CHECK_ENCRYPTED)
		tsr_keyfile_tell(in, rule, content, TSR_SLICE_NONE, &out);
}

/*
 * A file of private-keys-v1.d: an S-expression, in the newer form behind "Key:" and in
 * readable notation. "shadowed" ones only say that the key is on a card.
 */
static void parse_gpg_agent(struct tsr_inspect *in, uint32_t rule, struct tsr_slice content)
{
	static const struct {
		const char *begin;
		enum tsr_check_result result;
		const char *note;
	} forms[] = {
		{ "(11:private-key(", TSR_CHECK_PASS, "the key is not protected" },
		{ "Key: (private-key ", TSR_CHECK_PASS, "the key is not protected" },
		{ "(21:protected-private-key(", TSR_CHECK_ENCRYPTED, "the key is encrypted" },
		{ "Key: (protected-private-key ", TSR_CHECK_ENCRYPTED, "the key is encrypted" },
	};
	struct tsr_slice head = tsr_slice_sub(content, 0, 4096);

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct tsr_check_out out = { .result = forms[i].result, .note = forms[i].note };
		const char *at = memmem(head.ptr, head.len, forms[i].begin, strlen(forms[i].begin));

		if (!at || (forms[i].begin[0] == '(' && at != head.ptr))
			continue;
		tsr_keyfile_tell(in, rule, content, TSR_SLICE_NONE, &out);
		return;
	}
}

const struct tsr_parser tsr_parser_openpgp = { "openpgp", "OpenPGP secret keys without armor", parse_openpgp };
const struct tsr_parser tsr_parser_gpg_agent = { "gpg_agent", "private keys of gpg-agent", parse_gpg_agent };
