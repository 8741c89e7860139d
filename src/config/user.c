/* SPDX-License-Identifier: Apache-2.0 */
#include "config/user.h"

/* The first record of this kind and name in a file of the final root; NULL if there is none. */
static const struct tsr_extract *find_record(struct tsr_slice path, enum tsr_extract_kind kind, struct tsr_slice name,
					     const struct tsr_rootfs *root, const struct tsr_facts *const *layers)
{
	const struct tsr_facts *f;
	struct tsr_found found;

	if (!tsr_rootfs_lookup(root, path, &found))
		return NULL;
	f = layers[found.layer];
	for (uint32_t i = 0; i < f->n_extracts; i++) {
		const struct tsr_extract *x = &f->extracts[i];

		if (x->kind == kind && x->entry == found.entry && tsr_slice_eq_str(name, tsr_facts_text(f, x->a)))
			return x;
	}
	return NULL;
}

static bool digits(struct tsr_slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return false;
	return s.len > 0;
}

static struct tsr_user_verdict verdict(enum tsr_user_kind kind, const char *why)
{
	return (struct tsr_user_verdict){ kind, why };
}

static struct tsr_user_verdict judge_number(struct tsr_slice number, bool negative)
{
	unsigned long long uid;

	if (tsr_slice_u64(number, &uid) || uid > INT32_MAX)
		return verdict(TSR_USER_ROOT, "User is a number above 2147483647, which some runtimes take for root");
	if (!uid)
		return verdict(TSR_USER_ROOT, "User is uid 0");
	if (negative)
		return verdict(TSR_USER_UNRESOLVED, "User is a negative number, which runtimes refuse");
	return verdict(TSR_USER_OK, NULL);
}

struct tsr_user_verdict tsr_user_judge(struct tsr_slice user, const struct tsr_rootfs *root, const struct tsr_facts *const *layers)
{
	size_t colon = tsr_slice_find(user, ':', 0);
	struct tsr_slice name = tsr_slice_sub(user, 0, colon), group = tsr_slice_sub(user, colon + 1, user.len);
	struct tsr_slice unsigned_name = name;
	const struct tsr_extract *account;

	if (!user.len)
		return verdict(TSR_USER_ROOT, "User is not set: the container runs as root");
	if (!name.len)
		return verdict(TSR_USER_ROOT, "User names a group only: the container runs as root");
	if (tsr_slice_find(group, ':', 0) < group.len || (colon < user.len && !group.len))
		return verdict(TSR_USER_UNRESOLVED, "User has no form that runtimes agree on");
	/* Names go first, as runtimes look; a number may be a name too. */
	account = find_record(TSR_SLICE("etc/passwd"), TSR_EXTRACT_ACCOUNT, name, root, layers);
	if (account && !account->x)
		return verdict(TSR_USER_ROOT, digits(name) || !tsr_slice_eq_str(name, "root") ?
						      "User maps to uid 0 in the image's /etc/passwd" :
						      "User is root");
	if (tsr_slice_eq_str(name, "root"))
		return verdict(TSR_USER_ROOT, "User is root");
	if (group.len && !digits(group) && !find_record(TSR_SLICE("etc/group"), TSR_EXTRACT_GROUP, group, root, layers))
		return verdict(TSR_USER_UNRESOLVED, "User names a group that the image's /etc/group lacks");
	if (account)
		return verdict(digits(name) ? TSR_USER_OK : TSR_USER_NAME,
			       "User is a name: orchestrators that demand a non-root user can check only a number");
	if (name.ptr[0] == '+' || name.ptr[0] == '-') /* runtimes parse the number with its sign */
		unsigned_name = tsr_slice_sub(name, 1, name.len);
	if (digits(unsigned_name))
		return judge_number(unsigned_name, name.ptr[0] == '-');
	return verdict(TSR_USER_UNRESOLVED, "User is a name that the image's /etc/passwd lacks");
}

static void add_group(struct tsr_identity *id, uint64_t gid)
{
	if (id->n_groups < TSR_GROUPS_MAX)
		id->groups[id->n_groups++] = gid;
}

static bool is_member(const char *members, struct tsr_slice name)
{
	struct tsr_slice rest = tsr_slice_str(members), one;

	while (tsr_slice_next(&rest, ',', &one))
		if (tsr_slice_eq(tsr_slice_trim(one), name))
			return true;
	return false;
}

/* The groups of /etc/group that have this member. */
static void add_memberships(struct tsr_slice name, const struct tsr_rootfs *root, const struct tsr_facts *const *layers,
			    struct tsr_identity *id)
{
	struct tsr_found found;

	if (!tsr_rootfs_lookup(root, TSR_SLICE("etc/group"), &found))
		return;
	for (uint32_t i = 0; i < layers[found.layer]->n_extracts; i++) {
		const struct tsr_extract *x = &layers[found.layer]->extracts[i];

		if (x->kind == TSR_EXTRACT_GROUP && x->entry == found.entry &&
		    is_member(tsr_facts_text(layers[found.layer], x->b), name))
			add_group(id, x->x);
	}
}

/* The first account of this uid in the final /etc/passwd; its name goes to *name. */
static const struct tsr_extract *account_of(uint64_t uid, const struct tsr_rootfs *root, const struct tsr_facts *const *layers,
					    struct tsr_slice *name)
{
	struct tsr_found found;

	if (!tsr_rootfs_lookup(root, TSR_SLICE("etc/passwd"), &found))
		return NULL;
	for (uint32_t i = 0; i < layers[found.layer]->n_extracts; i++) {
		const struct tsr_extract *x = &layers[found.layer]->extracts[i];

		if (x->kind != TSR_EXTRACT_ACCOUNT || x->entry != found.entry || x->x != uid)
			continue;
		*name = tsr_slice_str(tsr_facts_text(layers[found.layer], x->a));
		return x;
	}
	return NULL;
}

bool tsr_user_identity(struct tsr_slice user, const struct tsr_rootfs *root, const struct tsr_facts *const *layers,
		       struct tsr_identity *out)
{
	size_t colon = tsr_slice_find(user, ':', 0);
	struct tsr_slice name = tsr_slice_sub(user, 0, colon), group = tsr_slice_sub(user, colon + 1, user.len);
	const struct tsr_extract *account = NULL, *g;
	unsigned long long number = 0;

	*out = (struct tsr_identity){ .uid = 0 };
	if (name.len)
		account = find_record(TSR_SLICE("etc/passwd"), TSR_EXTRACT_ACCOUNT, name, root, layers);
	if (!account && name.len) {
		if (tsr_slice_u64(name, &number) && !tsr_slice_eq_str(name, "root"))
			return false;
		account = account_of(number, root, layers, &name);
	}
	out->uid = account ? account->x : number;
	if (!group.len) {
		add_group(out, account ? account->y : 0);
		add_memberships(name, root, layers, out);
		return true;
	}
	g = find_record(TSR_SLICE("etc/group"), TSR_EXTRACT_GROUP, group, root, layers);
	if (!g && tsr_slice_u64(group, &number))
		return false;
	add_group(out, g ? g->x : number);
	return true;
}

bool tsr_user_ids(struct tsr_slice user, const struct tsr_rootfs *root, const struct tsr_facts *const *layers,
		  struct tsr_user_ids *out)
{
	struct tsr_identity id;

	if (!tsr_user_identity(user, root, layers, &id))
		return false;
	*out = (struct tsr_user_ids){ id.uid, id.groups[0] };
	return true;
}
