/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/check_impl.h"

/* A transferable secret key (RFC 9580): a secret-key packet comes first; is it protected by a passphrase? */

#define TAG_SECRET_KEY 5u
#define OCTETS_BEFORE_KEY 6u /* version, time, algorithm */

static bool skip_mpis(struct tsr_slice *s, unsigned n)
{
	while (n--) {
		const unsigned char *p = (const unsigned char *)s->ptr;
		size_t len;

		if (s->len < 2)
			return false;
		len = 2 + (((size_t)p[0] << 8 | p[1]) + 7) / 8;
		if (len > s->len)
			return false;
		*s = tsr_slice_sub(*s, len, s->len);
	}
	return true;
}

/* A length octet and so many bytes. */
static bool skip_counted(struct tsr_slice *s)
{
	size_t n = s->len ? (size_t)(unsigned char)s->ptr[0] + 1 : 0;

	if (!n || n > s->len)
		return false;
	*s = tsr_slice_sub(*s, n, s->len);
	return true;
}

static bool skip_public(struct tsr_slice *s, unsigned algorithm)
{
	switch (algorithm) {
	case 1:
	case 2:
	case 3: /* RSA */
		return skip_mpis(s, 2);
	case 16:
	case 20: /* Elgamal */
		return skip_mpis(s, 3);
	case 17: /* DSA */
		return skip_mpis(s, 4);
	case 18: /* ECDH */
		return skip_counted(s) && skip_mpis(s, 1) && skip_counted(s);
	case 19:
	case 22: /* ECDSA, EdDSA */
		return skip_counted(s) && skip_mpis(s, 1);
	default:
		return false;
	}
}

/* The body of the packet at the start, if it is a secret key. */
static bool open_packet(struct tsr_slice *s)
{
	const unsigned char *p = (const unsigned char *)s->ptr;
	size_t head = 2;

	if (s->len < 8 || !(p[0] & 0x80))
		return false;
	if (p[0] & 0x40) {
		if ((p[0] & 0x3f) != TAG_SECRET_KEY)
			return false;
		head = p[1] < 192 ? 2 : p[1] < 224 ? 3 : 6;
	} else {
		if ((p[0] >> 2 & 15) != TAG_SECRET_KEY || (p[0] & 3) == 3)
			return false;
		head = 1 + ((size_t)1 << (p[0] & 3));
	}
	*s = tsr_slice_sub(*s, head, s->len);
	return true;
}

void tsr_check_pgp(struct tsr_slice s, struct tsr_check_out *out)
{
	const unsigned char *p;
	struct tsr_slice key;

	out->result = TSR_CHECK_FAIL;
	out->note = "no OpenPGP secret key";
	if (!open_packet(&s) || s.len <= OCTETS_BEFORE_KEY)
		return;
	p = (const unsigned char *)s.ptr;
	out->result = TSR_CHECK_NONE;
	out->note = NULL;
	key = tsr_slice_sub(s, OCTETS_BEFORE_KEY, s.len);
	if (p[0] != 4 || !skip_public(&key, p[5]) || !key.len)
		return;
	tsr_check_set_id(out, s.ptr, s.len - key.len);
	if (key.ptr[0] == 0) {
		out->result = TSR_CHECK_PASS;
		out->note = "the key is not protected";
	} else {
		out->result = TSR_CHECK_ENCRYPTED;
		out->note = "the key is encrypted";
	}
}
