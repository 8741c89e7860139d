/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

/* Sanitizers need ptrace (leaks) and /proc, which an undumpable process lacks. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

static void no_core_dumps(void)
{
	const struct rlimit none = { 0, 0 };

	if (SANITIZED)
		return;
	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

/*
 * A closed descriptor is opened the wrong way round, so that using it fails as
 * it should. Of lower numbers open() takes the first, which is the one looked at.
 */
static void guard_descriptors(void)
{
	static const int flags[] = { O_WRONLY, O_RDONLY, O_RDONLY };
	int fd, got;

	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) >= 0)
			continue;
		got = open("/dev/null", flags[fd]);
		if (got >= 0 && got != fd)
			close(got);
	}
}

void tsr_process_start(void)
{
	guard_descriptors();
	no_core_dumps();
	signal(SIGPIPE, SIG_IGN);
}
