/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "cli/cli.h"
#include "cli/write_file.h"

#define TIME_MAX 253402300799ull /* the last second of the year 9999 */

int tsr_print(const struct tsr_buf *out)
{
	struct tsr_err err = TSR_ERR_INIT;
	int fd;

	if (out->full) {
		tsr_cli_say("standard output", "the text is too long");
		return 5;
	}
	/* Some file systems tell of a full disk only when a descriptor is closed. */
	if (tsr_write_all(STDOUT_FILENO, tsr_buf_slice(out)) == 0 && (fd = dup(STDOUT_FILENO)) >= 0 && close(fd) == 0)
		return 0;
	tsr_err_errno(&err, TSR_EIO, errno, "standard output");
	return tsr_cli_fail(&err);
}

static int check_writable(const char *path, struct tsr_err *err)
{
	tsr_autofree char *target = NULL, *parent = NULL;
	int fd = tsr_descriptor_of(path), flags;
	struct stat st;

	if (fd >= 0) {
		flags = fcntl(fd, F_GETFL);
		if (flags < 0 || (flags & O_ACCMODE) == O_RDONLY)
			return tsr_err_errno(err, TSR_EIO, EBADF, "%s", path);
		return 0;
	}

	if (stat(path, &st) == 0) {
		if (S_ISDIR(st.st_mode))
			return tsr_err_errno(err, TSR_EIO, EISDIR, "%s", path);
		if (access(path, W_OK) != 0)
			return tsr_err_errno(err, TSR_EIO, errno, "%s", path);
		return 0;
	}
	target = tsr_follow(path);
	parent = tsr_parent_of(target);
	if (access(parent, W_OK | X_OK) != 0)
		return tsr_err_errno(err, TSR_EIO, errno, "%s", path);
	return 0;
}

/* Of names that lead to no file yet: to the same one in the same directory. */
static bool will_be_same(const char *a, const char *b)
{
	tsr_autofree char *to_a = tsr_follow(a), *to_b = tsr_follow(b);
	tsr_autofree char *in_a = tsr_parent_of(to_a), *in_b = tsr_parent_of(to_b);
	const char *base_a = strrchr(to_a, '/'), *base_b = strrchr(to_b, '/');
	struct stat x, y;

	if (strcmp(base_a ? base_a + 1 : to_a, base_b ? base_b + 1 : to_b) != 0)
		return false;
	return stat(in_a, &x) == 0 && stat(in_b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* The same file, perhaps by another name; devices and descriptors may be named as often as one likes. */
static bool is_same(const char *a, const char *b)
{
	struct stat x, y;
	bool there = stat(a, &x) == 0;

	if (tsr_descriptor_of(a) >= 0 && tsr_descriptor_of(b) >= 0)
		return false;
	if ((stat(b, &y) == 0) != there)
		return false;
	if (!there)
		return strcmp(a, b) == 0 || will_be_same(a, b);
	return S_ISREG(x.st_mode) && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* Each would overwrite the other. */
static bool is_standard_output(const char *path)
{
	struct stat x, y;

	return tsr_descriptor_of(path) < 0 && stat(path, &x) == 0 && fstat(STDOUT_FILENO, &y) == 0 && S_ISREG(x.st_mode) &&
	       x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

int tsr_outputs_check(const struct tsr_options *o, struct tsr_err *err)
{
	size_t i, k;

	for (i = 0; i < o->n_outputs; i++) {
		const char *path = o->outputs[i].path;

		for (k = 0; k < o->operands.n; k++)
			if (is_same(path, o->operands.items[k]))
				return tsr_err_set(err, TSR_EUSAGE, "--output: %s is the image", path);
		for (k = 0; k < i; k++)
			if (is_same(path, o->outputs[k].path))
				return tsr_err_set(err, TSR_EUSAGE, "--output: %s is there twice", path);
		if (is_standard_output(path))
			return tsr_err_set(err, TSR_EUSAGE, "--output: %s is standard output, too", path);
		if (check_writable(path, err))
			return -1;
	}
	return 0;
}

/*
 * Writing a file takes a moment, and a signal in that moment would leave half of
 * it: it waits. A pipe may take for ever, so there it does not.
 */
static int write_undisturbed(const char *path, struct tsr_slice bytes, struct tsr_err *err)
{
	sigset_t held, before;
	struct stat st;
	int rc;

	sigemptyset(&held);
	if (stat(path, &st) != 0 || S_ISREG(st.st_mode)) {
		sigaddset(&held, SIGINT);
		sigaddset(&held, SIGTERM);
		sigaddset(&held, SIGHUP);
	}
	sigprocmask(SIG_BLOCK, &held, &before);
	rc = tsr_write_file(path, bytes, err);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return rc;
}

static bool is_set(const char *name)
{
	const char *value = getenv(name);

	return value && *value;
}

/* no-color.org, and CLICOLOR_FORCE for those who page in colour. */
bool tsr_want_color(const struct tsr_options *o)
{
	const char *term = getenv("TERM"), *force = getenv("CLICOLOR_FORCE");

	if (o->no_color || is_set("NO_COLOR"))
		return false;
	if (force && *force && strcmp(force, "0") != 0)
		return true;
	return isatty(STDOUT_FILENO) && term && *term && strcmp(term, "dumb") != 0;
}

/* reproducible-builds.org: reports have no other time, so that two of the same image are the same. */
static uint64_t time_of_reports(void)
{
	unsigned long long t = 0;

	if (tsr_slice_u64(tsr_slice_str(getenv("SOURCE_DATE_EPOCH")), &t) || t > TIME_MAX)
		return 0;
	return t;
}

static int render(const struct tsr_options *o, const struct tsr_reporter *format, bool color, const struct tsr_run *run,
		  struct tsr_buf *out, struct tsr_err *err)
{
	const struct tsr_report_options ro = {
		.show = o->show, .color = color, .quiet = o->quiet, .verbose = o->verbose,
		.time = time_of_reports(),
	};

	return format->render(run, &ro, out, err);
}

static int write_output(const struct tsr_options *o, const struct tsr_output *to, const struct tsr_run *run)
{
	TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(TSR_REPORT_MAX);
	struct tsr_err err = TSR_ERR_INIT;

	if (render(o, to->format, false, run, &out, &err) ||
	    write_undisturbed(to->path, tsr_buf_slice(&out), &err))
		return tsr_cli_fail(&err);
	return 0;
}

int tsr_outputs_write(const struct tsr_options *o, const struct tsr_run *run)
{
	TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(TSR_REPORT_MAX);
	struct tsr_err err = TSR_ERR_INIT;
	int status = 0, rc;
	size_t i;

	for (i = 0; i < o->n_outputs; i++) {
		rc = write_output(o, &o->outputs[i], run);
		status = rc ? rc : status;
	}
	if (render(o, o->format, tsr_want_color(o), run, &out, &err))
		return tsr_cli_fail(&err);
	rc = tsr_print(&out);
	return rc ? rc : status;
}
