/* SPDX-License-Identifier: Apache-2.0 */
#include "inspect/accounts.h"

#include "inspect/inspect_priv.h"

/* At most this many lines of one file become records; more is no account file. */
#define ACCOUNTS_MAX 100000u

static enum tsr_password password_class(struct tsr_slice field)
{
	if (!field.len)
		return TSR_PASSWORD_EMPTY;
	if (tsr_slice_eq_str(field, "x"))
		return TSR_PASSWORD_SHADOW;
	if (field.ptr[0] == '*' || field.ptr[0] == '!')
		return TSR_PASSWORD_LOCKED;
	return TSR_PASSWORD_HASH;
}

/* name:password:uid:gid:gecos:home:shell (passwd(5)). Lines that are not are passed over, as libc does. */
void tsr_accounts_passwd(struct tsr_inspect *in, struct tsr_slice rest)
{
	struct tsr_slice line, field[7];
	unsigned long long uid, gid;
	unsigned lines = 0;

	while (lines++ < ACCOUNTS_MAX && tsr_slice_next(&rest, '\n', &line)) {
		struct tsr_extract x = { .kind = TSR_EXTRACT_ACCOUNT, .entry = in->file->entry };
		size_t n = 0;

		line = tsr_slice_trim(line);
		while (n < 7 && tsr_slice_next(&line, ':', &field[n]))
			n++;
		if (n < 4 || !field[0].len || field[0].ptr[0] == '#' || tsr_slice_u64(field[2], &uid) ||
		    tsr_slice_u64(field[3], &gid))
			continue;
		x.a = tsr_builder_text(in->b, field[0]);
		x.b = n == 7 ? tsr_builder_text(in->b, field[6]) : 0;
		x.x = uid;
		x.y = gid;
		x.z = password_class(field[1]);
		tsr_builder_add_extract(in->b, &x);
	}
}

/* name:password:gid:members (group(5)). */
void tsr_accounts_group(struct tsr_inspect *in, struct tsr_slice rest)
{
	struct tsr_slice line, field[3];
	unsigned long long gid;
	unsigned lines = 0;

	while (lines++ < ACCOUNTS_MAX && tsr_slice_next(&rest, '\n', &line)) {
		struct tsr_extract x = { .kind = TSR_EXTRACT_GROUP, .entry = in->file->entry };
		size_t n = 0;

		while (n < 3 && tsr_slice_next(&line, ':', &field[n]))
			n++;
		if (n < 3 || !field[0].len || tsr_slice_u64(tsr_slice_trim(field[2]), &gid))
			continue;
		x.a = tsr_builder_text(in->b, field[0]);
		x.x = gid;
		tsr_builder_add_extract(in->b, &x);
	}
}
