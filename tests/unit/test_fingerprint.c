/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <string.h>

#include "finding/fingerprint.h"

static const uint8_t none[16];
static const uint8_t some[16] = { 1, 2, 3 };
static const uint8_t other[16] = { 1, 2, 4 };

static struct tsr_finding base(void)
{
	return (struct tsr_finding){
		.rule_id = "secret/x",
		.where = { .path = { "/app/a", false }, .layer = 1, .offset = 10, .line = 3 }
	};
}

static bool same(const struct tsr_finding *a, const uint8_t *id_a, const char *key_a, uint32_t n_a,
		 const struct tsr_finding *b, const uint8_t *id_b, const char *key_b, uint32_t n_b)
{
	char x[33], y[33];

	tsr_fingerprint(a, id_a, tsr_slice_str(key_a), n_a, x);
	tsr_fingerprint(b, id_b, tsr_slice_str(key_b), n_b, y);
	return strcmp(x, y) == 0;
}

Test(fingerprint, is_32_lower_hex_digits)
{
	struct tsr_finding f = base();
	char x[33];

	tsr_fingerprint(&f, some, TSR_SLICE_NONE, 0, x);
	cr_expect_eq(strlen(x), 32u);
	cr_expect_eq(strspn(x, "0123456789abcdef"), 32u);
}

Test(fingerprint, survives_a_rebuild)
{
	struct tsr_finding a = base(), b = base();

	b.where.layer = 7;
	b.where.diff_id = "sha256:0";
	b.where.offset = 99;
	b.where.line = 50;
	b.entry = 12;
	b.nth = 3;
	b.severity = TSR_LOW;
	b.state = TSR_STATE_DELETED;
	b.where.created_by.ptr = "RUN something";
	cr_expect(same(&a, some, "", 0, &b, some, "", 0));
	a.where.n_via = b.where.n_via = 1;
	a.where.via = &(struct tsr_via){ .kind = "base64", .offset = 1 };
	b.where.via = &(struct tsr_via){ .kind = "base64", .offset = 2 };
	cr_expect(same(&a, some, "", 0, &b, some, "", 0), "offsets of views do not count");
}

Test(fingerprint, versions_of_a_file_in_a_git_pack_are_one_place)
{
	static const struct {
		const char *kind, *a, *b;
		bool same;
	} table[] = {
		{ "git-pack", "12ab/conf/a.yml", "34cd/conf/a.yml", true },
		{ "git-pack", "12ab/conf/a.yml", "34cd/conf/b.yml", false },
		{ "git-pack", "12ab", "34cd", false },
		{ "zip", "12ab/conf/a.yml", "34cd/conf/a.yml", false },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct tsr_finding a = base(), b = base();

		a.where.n_via = b.where.n_via = 1;
		a.where.via = &(struct tsr_via){ .kind = table[i].kind, .path = tsr_text_ours(table[i].a) };
		b.where.via = &(struct tsr_via){ .kind = table[i].kind, .path = tsr_text_ours(table[i].b) };
		cr_expect_eq(same(&a, some, "", 0, &b, some, "", 0), table[i].same, "%zu", i);
	}
}

Test(fingerprint, depends_on_rule_path_views_pointer_and_secret)
{
	struct tsr_finding a = base(), b;

	cr_expect_not(same(&a, some, "", 0, &a, other, "", 0));
	b = base();
	b.rule_id = "secret/y";
	cr_expect_not(same(&a, some, "", 0, &b, some, "", 0));
	b = base();
	b.where.path.ptr = "/app/b";
	cr_expect_not(same(&a, some, "", 0, &b, some, "", 0));
	b = base();
	b.where.n_via = 1;
	b.where.via = &(struct tsr_via){ .kind = "base64" };
	cr_expect_not(same(&a, some, "", 0, &b, some, "", 0));
	a.where.n_via = 1;
	a.where.via = &(struct tsr_via){ .kind = "zip", .path = tsr_text_ours("a") };
	b.where.via = &(struct tsr_via){ .kind = "zip", .path = tsr_text_ours("b") };
	cr_expect_not(same(&a, some, "", 0, &b, some, "", 0));
	a = base();
	b = base();
	b.where.pointer = "/config/Env/1";
	cr_expect_not(same(&a, some, "", 0, &b, some, "", 0));
	/* Parts do not run into each other. */
	b = base();
	b.rule_id = "secret/x/";
	b.where.path.ptr = "app/a";
	cr_expect_not(same(&a, some, "", 0, &b, some, "", 0));
}

Test(fingerprint, key_and_ordinal_stand_for_a_secret_that_may_not_be_hashed)
{
	struct tsr_finding a = base();

	cr_expect(same(&a, none, "DB_PASSWORD", 0, &a, none, "DB_PASSWORD", 0));
	cr_expect_not(same(&a, none, "DB_PASSWORD", 0, &a, none, "DB_PASSWORD", 1));
	cr_expect_not(same(&a, none, "DB_PASSWORD", 0, &a, none, "DB_USER", 0));
	cr_expect(same(&a, some, "DB_PASSWORD", 0, &a, some, "DB_USER", 4),
		  "with a secret they do not count");
	cr_expect_not(same(&a, none, "", 0, &a, some, "", 0));
}
