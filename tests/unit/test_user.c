/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include "base/mem.h"
#include "config/user.h"
#include "layer/facts_build.h"

struct image {
	struct tsr_facts *facts;
	const struct tsr_facts *layers[1];
	struct tsr_rootfs *root;
};

struct account {
	const char *name;
	uint64_t uid;
};

static void add_group(struct tsr_builder *b, const char *name)
{
	struct tsr_entry e = { .type = '0', .node = tsr_builder_node(b, TSR_SLICE("etc/group")) };
	struct tsr_extract g = {
		.kind = TSR_EXTRACT_GROUP,
		.entry = tsr_builder_add_entry(b, &e),
		.a = tsr_builder_text(b, tsr_slice_str(name)),
		.x = 50,
	};

	tsr_builder_add_extract(b, &g);
}

/* An image of one layer with these accounts in its /etc/passwd; none of them: no passwd at all. */
static void image_init(struct image *x, const struct account *accounts, size_t n)
{
	struct tsr_builder *b = tsr_builder_new();
	struct tsr_facts head = { 0 };

	if (n) {
		struct tsr_entry e = { .type = '0', .node = tsr_builder_node(b, TSR_SLICE("etc/passwd")) };
		uint32_t entry = tsr_builder_add_entry(b, &e);

		for (size_t i = 0; i < n; i++) {
			struct tsr_extract a = {
				.kind = TSR_EXTRACT_ACCOUNT,
				.entry = entry,
				.a = tsr_builder_text(b, tsr_slice_str(accounts[i].name)),
				.x = accounts[i].uid,
			};

			tsr_builder_add_extract(b, &a);
		}
		add_group(b, "staff");
	}
	x->facts = tsr_builder_publish(b, &head);
	tsr_builder_free(b);
	x->layers[0] = x->facts;
	x->root = tsr_rootfs_new();
	tsr_rootfs_add(x->root, x->facts);
	tsr_rootfs_settle(x->root);
}

static void image_release(struct image *x)
{
	tsr_rootfs_free(x->root);
	tsr_facts_free(x->facts);
}

static const struct account accounts[] = { { "root", 0 }, { "toor", 0 }, { "app", 1001 }, { "2000", 0 }, { "3000", 7 } };

Test(user, every_form_has_its_verdict)
{
	static const struct {
		const char *user;
		enum tsr_user_kind kind;
	} cases[] = {
		{ "", TSR_USER_ROOT },	       { "root", TSR_USER_ROOT },	 { "0", TSR_USER_ROOT },
		{ "00", TSR_USER_ROOT },       { "0:0", TSR_USER_ROOT },	 { "root:x", TSR_USER_ROOT },
		{ "+0", TSR_USER_ROOT },       { "-0", TSR_USER_ROOT },		 { ":0", TSR_USER_ROOT },
		{ ":1001", TSR_USER_ROOT },    { "toor", TSR_USER_ROOT },	 { "toor:app", TSR_USER_ROOT },
		{ "2000", TSR_USER_ROOT },     { "4294967296", TSR_USER_ROOT },	 { "2147483648", TSR_USER_ROOT },
		{ "99999999999999999999999", TSR_USER_ROOT },
		{ "1001", TSR_USER_OK },       { "1001:0", TSR_USER_OK },	 { "1001:1001", TSR_USER_OK },
		{ "2147483647", TSR_USER_OK }, { "3000", TSR_USER_OK },		 { "app", TSR_USER_NAME },
		{ "app:staff", TSR_USER_NAME }, { "app:50", TSR_USER_NAME }, { "app:app", TSR_USER_UNRESOLVED }, { "1001:app", TSR_USER_UNRESOLVED },  { "nobody", TSR_USER_UNRESOLVED }, { "app ", TSR_USER_UNRESOLVED },
		{ "1:2:3", TSR_USER_UNRESOLVED }, { "-1", TSR_USER_UNRESOLVED }, { "app:", TSR_USER_UNRESOLVED }, { "${USER}", TSR_USER_UNRESOLVED },
	};
	struct image x;

	image_init(&x, accounts, TSR_ARRAY_LEN(accounts));
	for (size_t i = 0; i < TSR_ARRAY_LEN(cases); i++) {
		struct tsr_user_verdict v = tsr_user_judge(tsr_slice_str(cases[i].user), x.root, x.layers);

		cr_expect_eq(v.kind, cases[i].kind, "User \"%s\": %d", cases[i].user, v.kind);
	}
	image_release(&x);
}

Test(user, without_passwd_a_name_is_unresolved)
{
	struct image x;

	image_init(&x, NULL, 0);
	cr_expect_eq(tsr_user_judge(TSR_SLICE("app"), x.root, x.layers).kind, TSR_USER_UNRESOLVED);
	cr_expect_eq(tsr_user_judge(TSR_SLICE("root"), x.root, x.layers).kind, TSR_USER_ROOT);
	cr_expect_eq(tsr_user_judge(TSR_SLICE("1001"), x.root, x.layers).kind, TSR_USER_OK);
	image_release(&x);
}

Test(user, numbers_are_those_of_a_runtime)
{
	static const struct {
		const char *user;
		int64_t uid, gid; /* uid -1: it cannot be said */
	} cases[] = {
		{ "", 0, 0 },	     { "root", 0, 0 },	   { "app", 1001, 0 },	 { "3000", 7, 0 },   { "4000", 4000, 0 },
		{ "4000:9", 4000, 9 }, { "app:staff", 1001, 50 }, { ":5", 0, 5 }, { "nobody", -1, 0 }, { "app:none", -1, 0 },
	};
	struct image x;

	image_init(&x, accounts, TSR_ARRAY_LEN(accounts));
	for (size_t i = 0; i < TSR_ARRAY_LEN(cases); i++) {
		struct tsr_user_ids ids;
		bool known = tsr_user_ids(tsr_slice_str(cases[i].user), x.root, x.layers, &ids);

		cr_expect_eq(known, cases[i].uid >= 0, "%s", cases[i].user);
		if (known)
			cr_expect(ids.uid == (uint64_t)cases[i].uid && ids.gid == (uint64_t)cases[i].gid, "%s", cases[i].user);
	}
	image_release(&x);
}
