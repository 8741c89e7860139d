/* SPDX-License-Identifier: Apache-2.0 */
#include "inspect/accounts.h"

#include "inspect/inspect_priv.h"

/* At most this many lines of one file become records; more is no account file. */
#define ACCOUNTS_MAX 100000u

/* The characters of crypt(3)'s base64. */
static bool is_crypt64(struct tsr_slice s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if (!((c >= '.' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')))
			return false;
	}
	return true;
}

/* crypt(5): DES has 13 characters; BSDi's begins with '_'; "$1$", "$apr1$", "$md5" are MD5, "$3$" is NT's MD4. */
static bool is_weak(struct tsr_slice hash)
{
	static const char *const weak[] = { "$1$", "$apr1$", "$md5", "$3$" };

	for (size_t i = 0; i < sizeof(weak) / sizeof(weak[0]); i++)
		if (tsr_slice_starts(hash, weak[i]))
			return true;
	return (hash.len == 13 && is_crypt64(hash)) ||
	       (hash.len == 20 && hash.ptr[0] == '_' && is_crypt64(tsr_slice_sub(hash, 1, hash.len)));
}

enum tsr_password tsr_password_class(struct tsr_slice field)
{
	if (!field.len)
		return TSR_PASSWORD_EMPTY;
	if (tsr_slice_eq_str(field, "x"))
		return TSR_PASSWORD_SHADOW;
	if (is_weak(field))
		return TSR_PASSWORD_WEAK;
	return field.ptr[0] == '$' ? TSR_PASSWORD_HASH : TSR_PASSWORD_LOCKED;
}

/* The lines of an account file, and those of them that are none. */
struct lines {
	struct tsr_inspect *in;
	struct tsr_slice rest, field[7];
	size_t n_fields;        /* of the line, however many are in `field` */
	uint32_t line, first_bad, last_bad, n_bad;
};

static void count_bad(struct lines *l)
{
	if (l->last_bad == l->line)
		return;
	l->last_bad = l->line;
	if (!l->n_bad++)
		l->first_bad = l->line;
}

/* Lines that are empty, comments, or begin with the '+' and '-' of NIS are no accounts and no mistakes. */
static bool next_line(struct lines *l)
{
	struct tsr_slice line;

	while (tsr_slice_next(&l->rest, '\n', &line)) {
		if (++l->line > ACCOUNTS_MAX) {
			tsr_inspect_skip(l->in->file, "accounts", "the file has more than 100000 lines", true, 0);
			return false;
		}
		/* For the C library a line ends at a NUL, and what stands before may well be an account. */
		if (tsr_slice_find(line, '\0', 0) < line.len) {
			line = tsr_slice_sub(line, 0, tsr_slice_find(line, '\0', 0));
			count_bad(l);
		}
		line = tsr_slice_trim(line);
		if (!line.len || strchr("#+-", line.ptr[0]))
			continue;
		l->n_fields = 1;
		for (size_t i = 0; i < line.len; i++)
			l->n_fields += line.ptr[i] == ':';
		for (size_t i = 0; i < 7; i++) {
			l->field[i] = tsr_slice_sub(line, 0, tsr_slice_find(line, ':', 0));
			line = tsr_slice_sub(line, l->field[i].len + 1, line.len);
		}
		return true;
	}
	return false;
}

static void tell_bad(const struct lines *l)
{
	const struct tsr_extract x = {
		.kind = TSR_EXTRACT_BROKEN_LINE,
		.entry = l->in->file->entry,
		.x = l->first_bad,
		.y = l->n_bad,
	};

	if (l->n_bad)
		tsr_builder_add_extract(l->in->b, &x);
}

/* name:password:uid:gid:gecos:home:shell (passwd(5)). What has a name and numbers counts, as for runtimes. */
void tsr_accounts_passwd(struct tsr_inspect *in, struct tsr_slice content)
{
	struct lines l = { .in = in, .rest = content };
	unsigned long long uid, gid;

	while (next_line(&l)) {
		struct tsr_extract x = { .kind = TSR_EXTRACT_ACCOUNT, .entry = in->file->entry };
		bool good = l.n_fields >= 4 && l.field[0].len && !tsr_slice_u64(l.field[2], &uid) &&
			    !tsr_slice_u64(l.field[3], &gid);

		if (!good || l.n_fields != 7 || uid > UINT32_MAX || gid > UINT32_MAX)
			count_bad(&l);
		if (!good)
			continue;
		x.a = tsr_builder_text(in->b, l.field[0]);
		x.b = l.n_fields >= 7 ? tsr_builder_text(in->b, l.field[6]) : 0;
		x.x = uid;
		x.y = gid;
		x.z = tsr_password_class(l.field[1]);
		tsr_builder_add_extract(in->b, &x);
	}
	tell_bad(&l);
}

/* name:password:changed:… (shadow(5)), nine fields. */
void tsr_accounts_shadow(struct tsr_inspect *in, struct tsr_slice content)
{
	struct lines l = { .in = in, .rest = content };

	while (next_line(&l)) {
		struct tsr_extract x = { .kind = TSR_EXTRACT_SHADOW, .entry = in->file->entry };

		if (l.n_fields != 9 || !l.field[0].len)
			count_bad(&l);
		if (l.n_fields < 2 || !l.field[0].len)
			continue;
		x.a = tsr_builder_text(in->b, l.field[0]);
		x.z = tsr_password_class(l.field[1]);
		tsr_builder_add_extract(in->b, &x);
	}
	tell_bad(&l);
}

/* name:password:gid:members (group(5)). */
void tsr_accounts_group(struct tsr_inspect *in, struct tsr_slice content)
{
	struct lines l = { .in = in, .rest = content };
	unsigned long long gid;

	while (next_line(&l)) {
		struct tsr_extract x = { .kind = TSR_EXTRACT_GROUP, .entry = in->file->entry };
		bool good = l.n_fields >= 3 && l.field[0].len && !tsr_slice_u64(tsr_slice_trim(l.field[2]), &gid);

		if (!good || l.n_fields != 4 || gid > UINT32_MAX)
			count_bad(&l);
		if (!good)
			continue;
		x.a = tsr_builder_text(in->b, l.field[0]);
		x.b = l.n_fields >= 4 ? tsr_builder_text(in->b, tsr_slice_trim(l.field[3])) : 0;
		x.x = gid;
		tsr_builder_add_extract(in->b, &x);
	}
	tell_bad(&l);
}
