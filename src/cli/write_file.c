/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/write_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"

#define NAMES_TRIED 1000
#define LINKS_MAX 40 /* as of Linux */

int tsr_write_all(int fd, struct tsr_slice bytes)
{
	while (bytes.len) {
		ssize_t n = write(fd, bytes.ptr, bytes.len);

		if (n > 0) {
			bytes = tsr_slice_sub(bytes, (size_t)n, bytes.len);
		} else if (n < 0 && errno == EAGAIN) {
			/* Somebody made the terminal or pipe non-blocking. */
			struct pollfd p = { .fd = fd, .events = POLLOUT };

			poll(&p, 1, -1);
		} else if (n < 0 && errno != EINTR) {
			return -1;
		}
	}
	return 0;
}

int tsr_descriptor_of(const char *path)
{
	static const char *const dirs[] = { "/dev/fd/", "/proc/self/fd/" };
	unsigned long long n;

	if (strcmp(path, "/dev/stdout") == 0)
		return STDOUT_FILENO;
	if (strcmp(path, "/dev/stderr") == 0)
		return STDERR_FILENO;
	for (size_t i = 0; i < TSR_ARRAY_LEN(dirs); i++) {
		size_t len = strlen(dirs[i]);

		if (strncmp(path, dirs[i], len) == 0 && tsr_slice_u64(tsr_slice_str(path + len), &n) == 0 && n <= INT_MAX)
			return (int)n;
	}
	return -1;
}

char *tsr_parent_of(const char *path)
{
	size_t slash = strlen(path);

	while (slash > 0 && path[slash - 1] != '/')
		slash--;
	return slash ? tsr_xstrndup(path, slash) : tsr_xstrdup(".");
}

char *tsr_follow(const char *path)
{
	char *there = realpath(path, NULL), target[PATH_MAX];
	ssize_t len;

	if (there)
		return there;
	there = tsr_xstrdup(path);
	for (unsigned i = 0; i < LINKS_MAX && (len = readlink(there, target, sizeof(target) - 1)) > 0; i++) {
		TSR_AUTO(tsr_buf) struct tsr_buf next = TSR_BUF_INIT(2 * PATH_MAX);
		tsr_autofree char *parent = tsr_parent_of(there);

		if (target[0] != '/')
			tsr_buf_printf(&next, "%s/", parent);
		tsr_buf_add(&next, target, (size_t)len);
		free(there);
		there = tsr_xstrdup(next.ptr);
	}
	return there;
}

/* Closes, and tells of what only closing tells; errno is that of the first failure. */
static int close_all(int fd, int rc)
{
	int why = errno;

	if (close(fd) != 0 && rc == 0)
		return -1;
	errno = why;
	return rc;
}

static int write_in_place(const char *path, struct tsr_slice bytes, struct tsr_err *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0666), rc, why;
	bool regular;
	struct stat st;

	if (fd < 0)
		return tsr_err_errno(err, TSR_EIO, errno, "%s", path);
	regular = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
	rc = tsr_write_all(fd, bytes);
	why = errno;
	/* Half a report is worse than none. */
	if (rc && regular && ftruncate(fd, 0) == 0)
		unlink(path);
	errno = why;
	if (close_all(fd, rc) == 0)
		return 0;
	why = errno;
	if (rc == 0 && regular)
		unlink(path);
	return tsr_err_errno(err, TSR_EIO, why, "%s", path);
}

/* A new file beside `path`, with its name in *name; -1 with errno. Not mkstemp(): the mode is umask's. */
static int open_beside(const char *path, struct tsr_buf *name)
{
	tsr_autofree char *parent = tsr_parent_of(path);
	unsigned i;
	int fd = -1;

	for (i = 0; i < NAMES_TRIED; i++) {
		tsr_buf_reset(name);
		tsr_buf_printf(name, "%s/.tarsier-%ld-%u.tmp", parent, (long)getpid(), i);
		fd = open(name->ptr, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
		if (fd >= 0 || errno != EEXIST)
			break;
	}
	return fd;
}

/* As the file that it replaces. Who may not give a file away keeps it. */
static int take_after(int fd, const struct stat *old)
{
	struct stat now;

	if (!old->st_nlink || fstat(fd, &now) != 0)
		return 0;
	if ((now.st_uid != old->st_uid || now.st_gid != old->st_gid) && fchown(fd, old->st_uid, old->st_gid) != 0 &&
	    errno != EPERM)
		return -1;
	return fchmod(fd, old->st_mode & 0777);
}

/* Some file systems have no fsync(). */
static int settle(int fd)
{
	return fsync(fd) == 0 || errno == EINVAL || errno == ENOSYS || errno == EROFS ? 0 : -1;
}

/* `said` is the name that messages have: `path` is without links. */
static int replace(const char *path, const char *said, const struct stat *old, struct tsr_slice bytes, struct tsr_err *err)
{
	TSR_AUTO(tsr_buf) struct tsr_buf name = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	int fd = open_beside(path, &name), rc, why;

	if (fd < 0 && old->st_nlink && (errno == EACCES || errno == EPERM || errno == EROFS))
		return write_in_place(said, bytes, err);
	if (fd < 0)
		return tsr_err_errno(err, TSR_EIO, errno, "%s", said);
	rc = tsr_write_all(fd, bytes) || take_after(fd, old) || settle(fd) ? -1 : 0;
	rc = close_all(fd, rc);
	if (rc == 0)
		rc = rename(name.ptr, path);
	why = errno;
	if (rc)
		unlink(name.ptr);
	if (rc && why == EBUSY)
		return write_in_place(said, bytes, err);
	return rc ? tsr_err_errno(err, TSR_EIO, why, "%s", said) : 0;
}

int tsr_write_file(const char *path, struct tsr_slice bytes, struct tsr_err *err)
{
	tsr_autofree char *target = tsr_follow(path);
	int fd = tsr_descriptor_of(path);
	struct stat st;

	/* Opened anew, a file that is standard output would be written from its beginning, or replaced. */
	if (fd >= 0)
		return tsr_write_all(fd, bytes) ? tsr_err_errno(err, TSR_EIO, errno, "%s", path) : 0;
	if (stat(path, &st) != 0)
		st = (struct stat){ 0 };
	else if (!S_ISREG(st.st_mode))
		return write_in_place(path, bytes, err);
	return replace(target, path, &st, bytes, err);
}
