/* SPDX-License-Identifier: Apache-2.0 */
#include "inspect/accounts.h"

#include "analyse_build.h"

Test(accounts, class_of_a_password_field)
{
	static const struct {
		const char *field;
		enum tsr_password class;
	} rows[] = {
		{ "", TSR_PASSWORD_EMPTY },
		{ "x", TSR_PASSWORD_SHADOW },
		{ "*", TSR_PASSWORD_LOCKED },
		{ "!", TSR_PASSWORD_LOCKED },
		{ "!!", TSR_PASSWORD_LOCKED },
		{ "!$6$salt$hash", TSR_PASSWORD_LOCKED },
		{ "*LK*", TSR_PASSWORD_LOCKED },
		{ "NP", TSR_PASSWORD_LOCKED },
		{ "$6$salt$hash", TSR_PASSWORD_HASH },
		{ "$y$j9T$salt$hash", TSR_PASSWORD_HASH },
		{ "$2b$10$hash", TSR_PASSWORD_HASH },
		{ "$1$salt$hash", TSR_PASSWORD_WEAK },
		{ "$apr1$salt$hash", TSR_PASSWORD_WEAK },
		{ "$md5,rounds=5$salt$hash", TSR_PASSWORD_WEAK },
		{ "$3$$hash", TSR_PASSWORD_WEAK },
		{ "ab./0123456AZ", TSR_PASSWORD_WEAK },
		{ "ab./0123456A", TSR_PASSWORD_LOCKED },
		{ "ab!/0123456AZ", TSR_PASSWORD_LOCKED },
		{ "_J9..rasmBYk8r9AiWNc", TSR_PASSWORD_WEAK },
	};

	for (size_t i = 0; i < TSR_ARRAY_LEN(rows); i++)
		cr_expect_eq(tsr_password_class(tsr_slice_str(rows[i].field)), rows[i].class, "%s", rows[i].field);
}

static uint32_t count(const struct tsr_facts *f, uint32_t kind, const struct tsr_extract **last)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < f->n_extracts; i++)
		if (f->extracts[i].kind == kind) {
			n++;
			*last = &f->extracts[i];
		}
	return n;
}

Test(accounts, broken_lines_are_counted_and_the_rest_is_read)
{
	static const struct {
		const char *name, *text;
		uint32_t kind, n, bad, first;
	} rows[] = {
		{ "etc/passwd", "root:x:0:0:root:/root:/bin/sh\n\n# a comment\n+::::::\napp:x:1:1::/:/bin/sh", TSR_EXTRACT_ACCOUNT, 2, 0, 0 },
		{ "etc/passwd", "root:x:0:0\napp:x:one:1::/:\n:x:2:2::/:\nbig:x:4294967296:1::/:/bin/sh\n", TSR_EXTRACT_ACCOUNT, 2, 4, 1 },
		{ "etc/passwd", "root:x:0:0:::/bin/sh:more\n\xff\xfe\x01\n:::::::::\n", TSR_EXTRACT_ACCOUNT, 1, 3, 1 },
		{ "etc/group", "root:x:0:\nbroken\nstaff:x:50:a,b\nnone:x::\n", TSR_EXTRACT_GROUP, 2, 2, 2 },
		{ "etc/shadow", "root:*:1:0:99999:7:::\nshort:!\napp::1:0:99999:7:::\nlonely\n", TSR_EXTRACT_SHADOW, 3, 2, 2 },
	};
	struct bench b = bench_new();

	for (size_t i = 0; i < TSR_ARRAY_LEN(rows); i++) {
		const struct tsr_extract *x = NULL;
		struct tar_build t = { NULL, 0 };
		struct tsr_facts *f;

		tb_file(&t, rows[i].name, rows[i].text);
		tb_end(&t);
		f = facts_of(&b, &t);
		cr_expect_eq(count(f, rows[i].kind, &x), rows[i].n, "%zu", i);
		cr_expect_eq(count(f, TSR_EXTRACT_BROKEN_LINE, &x), rows[i].bad ? 1u : 0u, "%zu", i);
		if (rows[i].bad)
			cr_expect(x->x == rows[i].first && x->y == rows[i].bad, "%zu: %d of them, first %d", i, (int)x->y, (int)x->x);
		tsr_facts_free(f);
	}
	bench_free(&b);
}
