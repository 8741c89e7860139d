/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mem.h"
#include "config/user.h"

/* The name of an account without its domain: `NT AUTHORITY\SYSTEM`. */
static struct tsr_slice account_of(struct tsr_slice user)
{
	for (size_t i = user.len; i > 0; i--)
		if (user.ptr[i - 1] == '\\')
			return tsr_slice_sub(user, i, user.len);
	return user;
}

struct tsr_user_verdict tsr_user_judge_windows(struct tsr_slice user)
{
	static const char *const mighty[] = { "ContainerAdministrator", "Administrator", "SYSTEM", "LocalSystem" };
	struct tsr_slice account = account_of(user);

	if (!account.len)
		return (struct tsr_user_verdict){ TSR_USER_ROOT, "User is not set: the container runs as ContainerAdministrator" };
	for (size_t i = 0; i < TSR_ARRAY_LEN(mighty); i++)
		if (tsr_slice_caseeq_str(account, mighty[i]))
			return (struct tsr_user_verdict){ TSR_USER_ROOT, "User is an account with all rights" };
	return (struct tsr_user_verdict){ TSR_USER_OK, NULL };
}
