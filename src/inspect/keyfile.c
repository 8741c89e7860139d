/* SPDX-License-Identifier: Apache-2.0 */
#include "inspect/keyfile.h"

#include "base/mem.h"
#include "finding/finding.h"

void tsr_keyfile_tell(struct tsr_inspect *in, uint32_t rule, struct tsr_slice secret, struct tsr_slice name,
		      struct tsr_check_out *out)
{
	/* No span: the keys of a store stand beside each other, not over each other. */
	struct tsr_secret s = { .secret = secret, .key = name, .offset = TSR_NO_OFFSET, .judged = out };

	if (out->result == TSR_CHECK_REJECT)
		return;
	tsr_key_published_check(out);
	tsr_inspect_secret(in, rule, &s);
}

bool tsr_keyfile_der(struct tsr_slice content, struct tsr_slice *value)
{
	const unsigned char *p = (const unsigned char *)content.ptr;
	size_t head = 2, len, octets;

	if (content.len < 2 || p[0] != 0x30)
		return false;
	len = p[1];
	if (len & 0x80) {
		octets = len & 0x7f;
		head += octets;
		if (!octets || octets > 4 || head > content.len)
			return false;
		for (len = 0; octets; octets--)
			len = len << 8 | p[head - octets];
	}
	if (len > content.len - head)
		return false;
	*value = tsr_slice_sub(content, 0, head + len);
	return tsr_slice_trim(tsr_slice_sub(content, head + len, content.len)).len == 0;
}

const char *tsr_keyfile_password(size_t i)
{
	static const char *const passwords[] = {
		"",	    "changeit", "changeme",   "password", "secret",  "123456",	 "test", "admin",  "default", "pass",
		"keystore", "storepass", "keypass", "tomcat", "notasecret", "android", "12345678", "1234", "export",
	};

	return i < TSR_ARRAY_LEN(passwords) ? passwords[i] : NULL;
}

bool tsr_keyfile_u32(struct tsr_slice *s, uint32_t *out)
{
	const unsigned char *p = (const unsigned char *)s->ptr;

	if (s->len < 4)
		return false;
	*out = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
	*s = tsr_slice_sub(*s, 4, s->len);
	return true;
}

bool tsr_keyfile_take(struct tsr_slice *s, uint64_t n, struct tsr_slice *out)
{
	if (n > s->len)
		return false;
	*out = tsr_slice_sub(*s, 0, n);
	*s = tsr_slice_sub(*s, n, s->len);
	return true;
}

bool tsr_keyfile_string(struct tsr_slice *s, struct tsr_slice *out)
{
	uint32_t n;

	return tsr_keyfile_u32(s, &n) && tsr_keyfile_take(s, n, out);
}
