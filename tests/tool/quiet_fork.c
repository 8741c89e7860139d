/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A fork() for test programs that are built with sanitizers. Criterion forks for every test
 * while a thread of its messaging library may hold a lock of the sanitizer's allocator; the
 * child inherits the lock and waits for ever. This one waits until no other thread is running:
 * with one test at a time ($CRITERION_JOBS) nothing wakes them before the fork.
 */
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

pid_t fork(void);

/* A thread that waits for an event sleeps ("S"); one that was interrupted in malloc() does not. */
static int sleeps(const char *tid)
{
	char path[64], stat[256];
	const char *state;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/self/task/%.20s/stat", tid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 1;
	n = read(fd, stat, sizeof(stat) - 1);
	close(fd);
	if (n <= 0)
		return 1;
	stat[n] = '\0';
	state = strrchr(stat, ')');
	return state && state[1] == ' ' && state[2] == 'S';
}

static int others_sleep(void)
{
	DIR *tasks = opendir("/proc/self/task");
	const struct dirent *e;
	int all = 1;

	if (!tasks)
		return 1;
	while (all && (e = readdir(tasks)))
		if (e->d_name[0] != '.' && strtol(e->d_name, NULL, 10) != gettid())
			all = sleeps(e->d_name);
	closedir(tasks);
	return all;
}

pid_t fork(void)
{
	void *real = dlsym(RTLD_NEXT, "fork");
	pid_t (*call)(void);

	if (!real)
		return -1;
	memcpy(&call, &real, sizeof(call));
	for (int tries = 0, quiet = 0; tries < 2000 && quiet < 2; tries++) {
		quiet = others_sleep() ? quiet + 1 : 0;
		usleep(500);
	}
	return call();
}
