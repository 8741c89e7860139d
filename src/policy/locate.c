/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/locate.h"

#include <sys/stat.h>

#define UP_MAX 64

static bool exists(struct tsr_arena *a, const char *dir, const char *name, struct stat *st)
{
	return stat(tsr_arena_printf(a, "%s%s", dir, name), st) == 0;
}

const char *tsr_policy_locate(struct tsr_arena *a, const char *name)
{
	struct stat here, up, st;
	const char *dir = "";
	unsigned i;

	if (stat(".", &here) != 0)
		return NULL;
	for (i = 0; i < UP_MAX; i++) {
		if (exists(a, dir, name, &st))
			return tsr_arena_printf(a, "%s%s", dir, name);
		dir = tsr_arena_printf(a, "%s../", dir);
		/* Told of the directory just left, so that `up` is looked at once. */
		if (exists(a, dir + 3, ".git", &st) || stat(dir, &up) != 0 || (up.st_mode & S_IWOTH) ||
		    (up.st_dev == here.st_dev && up.st_ino == here.st_ino))
			return NULL;
		here = up;
	}
	return NULL;
}
