/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "cli/output.h"
#include "run_build.h"

/* Works in a directory of its own; names in it are short. */
static void enter(char dir[32])
{
	snprintf(dir, 32, "%s", "/tmp/tsr-output-XXXXXX");
	cr_assert(mkdtemp(dir) && chdir(dir) == 0);
}

static void leave(const char *dir)
{
	static const char *const names[] = { "image", "link", "a.json", "b.txt", "half" };
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(names); i++)
		unlink(names[i]);
	cr_assert(chdir("/") == 0 && rmdir(dir) == 0);
}

static void touch(const char *name)
{
	int fd = open(name, O_WRONLY | O_CREAT, 0644);

	cr_assert(fd >= 0 && write(fd, "old\n", 4) == 4);
	close(fd);
}

static void options(struct tsr_options *o, const char *image, const char *a, const char *b)
{
	char *argv[] = { NULL, NULL, NULL, NULL };
	struct tsr_err err = TSR_ERR_INIT;

	cr_assert(tsr_options_parse(o, 0, argv, &err) == 0);
	tsr_strings_add(&o->operands, image);
	o->outputs = tsr_xcalloc(2, sizeof(*o->outputs));
	o->outputs[o->n_outputs++] = (struct tsr_output){ tsr_reporter_find("json"), a };
	if (b)
		o->outputs[o->n_outputs++] = (struct tsr_output){ tsr_reporter_find("text"), b };
}

static enum tsr_errkind check(const char *image, const char *a, const char *b)
{
	struct tsr_err err = TSR_ERR_INIT;
	struct tsr_options o;

	options(&o, image, a, b);
	tsr_outputs_check(&o, &err);
	tsr_options_release(&o);
	return err.kind;
}

Test(output, an_input_is_never_overwritten)
{
	char dir[32];

	enter(dir);
	touch("image");
	cr_assert(symlink("image", "link") == 0);
	cr_expect(check("image", "image", NULL) == TSR_EUSAGE);
	cr_expect(check("image", "./image", NULL) == TSR_EUSAGE);
	cr_expect(check("image", "link", NULL) == TSR_EUSAGE);
	cr_expect(check("image", "a.json", NULL) == TSR_ENONE);
	leave(dir);
}

Test(output, a_file_is_written_once)
{
	char dir[32];

	enter(dir);
	touch("a.json");
	cr_expect(check("image", "b.txt", "b.txt") == TSR_EUSAGE);
	cr_expect(check("image", "a.json", "./a.json") == TSR_EUSAGE);
	cr_expect(check("image", "a.json", "b.txt") == TSR_ENONE);
	cr_expect(check("image", "/dev/null", "/dev/null") == TSR_ENONE);
	leave(dir);
}

Test(output, what_cannot_be_written_is_said_before_work_starts)
{
	char dir[32];

	enter(dir);
	cr_expect(check("image", "none/a.json", NULL) == TSR_EIO);
	cr_expect(check("image", ".", NULL) == TSR_EIO);
	cr_expect(access("none/a.json", F_OK) != 0);
	leave(dir);
}

/* Standard output goes to a file of the test's. */
static int write_reports(const struct tsr_options *o, const struct tsr_run *run)
{
	int out = open("half", O_WRONLY | O_CREAT | O_TRUNC, 0644), before = dup(STDOUT_FILENO), status;

	cr_assert(out >= 0 && before >= 0 && dup2(out, STDOUT_FILENO) >= 0);
	status = tsr_outputs_write(o, run);
	dup2(before, STDOUT_FILENO);
	close(before);
	close(out);
	return status;
}

static off_t size_of(const char *name)
{
	struct stat st;

	return stat(name, &st) == 0 ? st.st_size : -1;
}

Test(output, reports_replace_files_completely)
{
	struct run_build b;
	struct tsr_options o;
	char dir[32];

	build_full(&b);
	enter(dir);
	touch("a.json");
	options(&o, "image", "a.json", "b.txt");
	cr_expect(write_reports(&o, &b.run) == 0);
	cr_expect(size_of("a.json") > 1000);
	cr_expect(size_of("b.txt") > 100);
	cr_expect(size_of("b.txt") == size_of("half"));
	tsr_options_release(&o);
	leave(dir);
}

Test(output, a_full_disk_is_status_5_and_the_others_are_written)
{
	struct run_build b;
	struct tsr_options o;
	char dir[32];

	build_full(&b);
	enter(dir);
	options(&o, "image", "/dev/full", "b.txt");
	cr_expect(write_reports(&o, &b.run) == 5);
	cr_expect(size_of("b.txt") > 100);
	cr_expect(size_of("half") > 100);
	cr_expect(access("/dev/full", F_OK) == 0);
	tsr_options_release(&o);
	leave(dir);
}

Test(output, half_a_report_is_removed)
{
	struct run_build b;
	struct tsr_options o;
	char dir[32];

	build_full(&b);
	enter(dir);
	options(&o, "image", "a.json", NULL);
	/* A limit on file size stands for a full disk. */
	signal(SIGXFSZ, SIG_IGN);
	cr_assert(setrlimit(RLIMIT_FSIZE, &(struct rlimit){ 600, 600 }) == 0);
	cr_expect(write_reports(&o, &b.run) == 5);
	cr_expect(size_of("a.json") == -1);
	tsr_options_release(&o);
	leave(dir);
}
