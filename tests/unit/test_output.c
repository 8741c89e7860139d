/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include <dirent.h>
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
	cr_expect(check("image", "b.txt", "././b.txt") == TSR_EUSAGE, "also before it is there");
	cr_expect(check("image", "b.txt", "a.txt") == TSR_ENONE);
	cr_expect(check("image", "a.json", "b.txt") == TSR_ENONE);
	cr_assert(symlink("b.txt", "link") == 0);
	cr_expect(check("image", "link", "b.txt") == TSR_EUSAGE, "a link that leads nowhere yet");
	cr_expect(check("image", "link", "a.json") == TSR_ENONE);
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

Test(output, a_link_that_leads_nowhere_stays_one_and_gets_its_file)
{
	struct run_build b;
	struct tsr_options o;
	char dir[32];

	build_full(&b);
	enter(dir);
	cr_assert(symlink("a.json", "link") == 0);
	options(&o, "image", "link", NULL);
	cr_expect(write_reports(&o, &b.run) == 0);
	cr_expect(size_of("a.json") > 1000);
	cr_expect(readlink("link", (char[8]){ 0 }, 8) == 6);
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

/* Also those whose name begins with a dot. */
static size_t files_here(void)
{
	DIR *d = opendir(".");
	size_t n = 0;

	cr_assert(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n - 2;
}

static void link_to(const char *target, const char *name)
{
	cr_assert(symlink(target, name) == 0);
}

Test(output, half_a_report_never_gets_the_name)
{
	struct run_build b;
	struct tsr_options o;
	char dir[32];

	build_full(&b);
	enter(dir);
	touch("b.txt");
	options(&o, "image", "a.json", "b.txt");
	/* A limit on file size stands for a full disk. */
	signal(SIGXFSZ, SIG_IGN);
	cr_assert(setrlimit(RLIMIT_FSIZE, &(struct rlimit){ 600, 600 }) == 0);
	cr_expect(write_reports(&o, &b.run) == 5);
	cr_expect(size_of("a.json") == -1);
	/* What was there before is as it was. */
	cr_expect(size_of("b.txt") == 4);
	cr_expect(files_here() == 2, "nothing else is left");
	tsr_options_release(&o);
	leave(dir);
}

Test(output, a_replaced_file_keeps_its_mode_and_its_links)
{
	struct run_build b;
	struct tsr_options o;
	struct stat st;
	char dir[32];

	build_full(&b);
	enter(dir);
	touch("a.json");
	cr_assert(chmod("a.json", 0640) == 0);
	link_to("a.json", "link");
	options(&o, "image", "link", NULL);
	cr_expect(write_reports(&o, &b.run) == 0);
	cr_assert(lstat("link", &st) == 0);
	cr_expect(S_ISLNK(st.st_mode));
	cr_assert(lstat("a.json", &st) == 0);
	cr_expect((st.st_mode & 0777) == 0640 && st.st_size > 1000);
	tsr_options_release(&o);
	leave(dir);
}

Test(output, a_new_file_has_the_mode_that_umask_leaves)
{
	struct run_build b;
	struct tsr_options o;
	struct stat st;
	char dir[32];

	build_full(&b);
	enter(dir);
	umask(027);
	link_to("a.json", "link");
	options(&o, "image", "link", "b.txt");
	cr_expect(write_reports(&o, &b.run) == 0);
	cr_assert(stat("b.txt", &st) == 0);
	cr_expect((st.st_mode & 0777) == 0640);
	cr_expect(size_of("a.json") > 1000, "a link that led nowhere leads there now");
	cr_expect(files_here() == 4);
	tsr_options_release(&o);
	leave(dir);
}

Test(output, a_name_that_somebody_left_is_no_hindrance)
{
	struct run_build b;
	struct tsr_options o;
	char dir[32], name[64];

	build_full(&b);
	enter(dir);
	snprintf(name, sizeof(name), ".tarsier-%ld-0.tmp", (long)getpid());
	touch(name);
	options(&o, "image", "a.json", NULL);
	cr_expect(write_reports(&o, &b.run) == 0);
	cr_expect(size_of("a.json") > 1000);
	cr_expect(size_of(name) == 4);
	unlink(name);
	tsr_options_release(&o);
	leave(dir);
}
