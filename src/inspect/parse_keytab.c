/* SPDX-License-Identifier: Apache-2.0 */
#include "inspect/keyfile.h"
#include "inspect/parser.h"
#include "inspect/tell.h"

/*
 * Kerberos keytabs (MIT's keytab file format, version 0x502): entries with their sizes; each has a
 * principal, a time, a version and a key. Negative sizes are holes.
 */
#define ENTRIES_MAX 100u

static bool take_u16(struct tsr_slice *s, size_t *out)
{
	struct tsr_slice b;

	if (!tsr_keyfile_take(s, 2, &b))
		return false;
	*out = (size_t)(unsigned char)b.ptr[0] << 8 | (unsigned char)b.ptr[1];
	return true;
}

static bool take_counted(struct tsr_slice *s, struct tsr_slice *out)
{
	size_t len;

	return take_u16(s, &len) && tsr_keyfile_take(s, (uint32_t)len, out);
}

/* The key, and the last component of the principal, which is a host or a name. */
static bool read_entry(struct tsr_slice s, struct tsr_slice *name, struct tsr_slice *key)
{
	struct tsr_slice skipped;
	size_t components, kind;

	if (!take_u16(&s, &components) || !components || components > 16 || !take_counted(&s, name))
		return false;
	while (components--)
		if (!take_counted(&s, name))
			return false;
	/* type of name, time, version of eight bits */
	return tsr_keyfile_take(&s, 9, &skipped) && take_u16(&s, &kind) && take_counted(&s, key) && key->len >= 8;
}

static void parse_keytab(struct tsr_inspect *in, uint32_t rule, struct tsr_slice content)
{
	struct tsr_tell t = TSR_TELL_INIT(in, rule, content);
	struct tsr_slice s = tsr_slice_sub(content, 2, content.len), entry, name, key;
	uint32_t size;

	if (content.len < 6 || content.ptr[0] != 5 || content.ptr[1] != 2)
		return;
	for (unsigned n = 0; n < ENTRIES_MAX && tsr_keyfile_u32(&s, &size) && size; n++) {
		bool hole = size > INT32_MAX;

		if (!tsr_keyfile_take(&s, hole ? 0 - size : size, &entry))
			return;
		if (!hole && read_entry(entry, &name, &key))
			tsr_tell_bytes(&t, key, name, TSR_CONFIRMED, NULL);
	}
}

const struct tsr_parser tsr_parser_keytab = { "keytab", "keys of Kerberos principals", parse_keytab };
