/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/mem.h"
#include "source/source.h"
#include "unit/pack.h"

/* Every test works in a directory of its own, which it enters. */
static char top[] = "/tmp/tsr-source-XXXXXX";

static void enter(void)
{
	cr_assert(mkdtemp(top) && chdir(top) == 0);
}

static void leave(void)
{
	char cmd[128];

	snprintf(cmd, sizeof(cmd), "chmod -R u+rwx %s; rm -rf %s", top, top);
	cr_assert(chdir("/") == 0 && system(cmd) == 0);
}

TestSuite(source, .init = enter, .fini = leave);

static void put(const char *name, const void *p, size_t n)
{
	FILE *f = fopen(name, "we");

	cr_assert(f && fwrite(p, 1, n, f) == n && fclose(f) == 0, "%s", name);
}

static void puts_to(const char *name, const char *text)
{
	put(name, text, strlen(text));
}

static struct bytes read_all(struct tsr_source *s, size_t step, struct tsr_err *err)
{
	struct tsr_reader r = tsr_source_stream(s);
	unsigned char *buf = malloc(step);
	struct bytes b = { 0 };
	ssize_t n;

	while ((n = tsr_read(&r, buf, step, err)) > 0)
		bytes_add(&b, buf, (size_t)n);
	cr_expect((n < 0) == (err->kind != TSR_ENONE));
	free(buf);
	return b;
}

static void refused(const char *name, int in, const char *msg)
{
	struct tsr_err err = TSR_ERR_INIT;
	struct tsr_source s;

	cr_expect(tsr_source_open(&s, name, in, &err) == -1, "%s", name);
	cr_expect(err.kind == TSR_EINPUT);
	cr_expect_str_eq(err.msg, msg);
}

struct writing {
	int fd;
	const unsigned char *p;
	size_t n, step;
};

static void *write_all(void *arg)
{
	struct writing *w = arg;

	for (size_t i = 0; i < w->n;) {
		size_t k = w->n - i < w->step ? w->n - i : w->step;
		ssize_t r = write(w->fd, w->p + i, k);

		if (r <= 0)
			break;
		i += (size_t)r;
	}
	close(w->fd);
	return NULL;
}

/* Opens "-" with the bytes coming through a pipe, and reads it all. */
static struct bytes through_pipe(const void *p, size_t n, size_t step, enum tsr_source_kind *kind,
				 struct tsr_err *err)
{
	struct writing w = { .p = p, .n = n, .step = step };
	struct bytes b = { 0 };
	struct tsr_source s;
	pthread_t thread;
	int fds[2];

	cr_assert(pipe2(fds, O_CLOEXEC) == 0);
	w.fd = fds[1];
	cr_assert(pthread_create(&thread, NULL, write_all, &w) == 0);
	cr_assert(tsr_source_open(&s, "-", fds[0], err) == 0, "%s", err->msg);
	*kind = s.kind;
	b = read_all(&s, 5000, err);
	tsr_source_close(&s);
	pthread_join(thread, NULL);
	close(fds[0]);
	return b;
}

Test(source, a_plain_file_is_a_file)
{
	struct tsr_err err = TSR_ERR_INIT;
	struct tsr_source s;

	puts_to("image.tar.gz", "not compressed, whatever the name");
	cr_assert(tsr_source_open(&s, "image.tar.gz", 0, &err) == 0);
	cr_expect(s.kind == TSR_SOURCE_FILE && s.size == 33 && !s.codec && !s.stream);
	cr_expect(lseek(s.fd, 0, SEEK_CUR) == 0);
	tsr_source_close(&s);
	cr_expect(s.fd == -1);
}

Test(source, a_compressed_file_is_a_stream_of_its_content)
{
	static unsigned char data[600000];

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (unsigned char)(i * i >> 7);
	for (size_t i = 0; i < TSR_ARRAY_LEN(packers); i++) {
		struct tsr_err err = TSR_ERR_INIT;
		struct bytes packed = { 0 }, got;
		struct tsr_source s;

		packers[i].pack(&packed, data, sizeof(data));
		put("image", packed.p, packed.len);
		cr_assert(tsr_source_open(&s, "image", 0, &err) == 0);
		cr_expect(s.kind == TSR_SOURCE_STREAM);
		cr_assert_str_eq(s.codec->name, packers[i].name);
		got = read_all(&s, 70000, &err);
		cr_expect(got.len == sizeof(data) && !memcmp(got.p, data, got.len), "%s: %s", packers[i].name,
			  err.msg);
		tsr_source_close(&s);
		bytes_free(&packed);
		bytes_free(&got);
	}
}

Test(source, a_pipe_gives_what_the_file_would)
{
	static unsigned char data[600000];
	enum tsr_source_kind kind;
	struct tsr_err err = TSR_ERR_INIT;
	struct bytes packed = { 0 }, got;

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (unsigned char)(i * i >> 7);
	pack_gzip(&packed, data, sizeof(data));
	got = through_pipe(data, sizeof(data), 10000, &kind, &err);
	cr_expect(kind == TSR_SOURCE_STREAM && got.len == sizeof(data) && !memcmp(got.p, data, got.len));
	bytes_free(&got);
	got = through_pipe(packed.p, packed.len, 1000, &kind, &err);
	cr_expect(kind == TSR_SOURCE_STREAM && got.len == sizeof(data) && !memcmp(got.p, data, got.len));
	bytes_free(&got);
	got = through_pipe("abc", 3, 1, &kind, &err);
	cr_expect(got.len == 3 && !memcmp(got.p, "abc", 3));
	bytes_free(&got);
	bytes_free(&packed);
	cr_expect(err.kind == TSR_ENONE);
}

Test(source, standard_input_from_a_file_starts_at_its_position)
{
	struct tsr_err err = TSR_ERR_INIT;
	struct tsr_source s;
	struct bytes got;
	int fd;

	puts_to("file", "0123456789 and so on, and so on");
	fd = open("file", O_RDONLY | O_CLOEXEC);
	cr_assert(fd >= 0 && lseek(fd, 4, SEEK_SET) == 4);
	cr_assert(tsr_source_open(&s, "/dev/stdin", fd, &err) == 0);
	cr_expect(s.kind == TSR_SOURCE_STREAM);
	got = read_all(&s, 3, &err);
	cr_expect(got.len == 27 && !memcmp(got.p, "456789", 6));
	tsr_source_close(&s);
	cr_expect(fcntl(fd, F_GETFD) >= 0, "the caller's descriptor stays open");
	close(fd);
	bytes_free(&got);
}

Test(source, a_fifo_is_a_stream)
{
	struct writing w = { .p = (const unsigned char *)"through a fifo, to the end", .n = 26, .step = 26 };
	struct tsr_err err = TSR_ERR_INIT;
	struct tsr_source s;
	struct bytes got;

	cr_assert(mkfifo("fifo", 0600) == 0);
	w.fd = open("fifo", O_RDWR | O_CLOEXEC); /* so that the other end does not wait */
	cr_assert(w.fd >= 0 && write(w.fd, w.p, w.n) == (ssize_t)w.n);
	cr_assert(tsr_source_open(&s, "fifo", 0, &err) == 0);
	cr_expect(s.kind == TSR_SOURCE_STREAM);
	close(w.fd);
	got = read_all(&s, 100, &err);
	cr_expect(got.len == 26 && !memcmp(got.p, w.p, 26));
	tsr_source_close(&s);
	bytes_free(&got);
}

Test(source, what_cannot_be_an_image_is_refused_in_one_line)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX, .sun_path = "socket" };
	int sock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), fd, fds[2];

	refused("missing", 0, "missing: No such file or directory");
	refused("", 0, "the name of the image is empty");
	refused("two\nlines \x1b[31m", 0, "two\\x0alines \\x1b[31m: No such file or directory");
	puts_to("empty", "");
	refused("empty", 0, "empty: is empty");
	refused("empty/x", 0, "empty/x: Not a directory");
	refused("/dev/null", 0, "/dev/null: is a character device, not an image");
	cr_assert(bind(sock, (struct sockaddr *)&a, sizeof(a)) == 0);
	refused("socket", 0, "socket: is a socket, not an image");
	close(sock);
	fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	refused("-", fd, "standard input: is a character device, not an image");
	close(fd);
	refused("-", fd, "standard input: Bad file descriptor");
	fd = open(".", O_RDONLY | O_CLOEXEC);
	refused("-", fd, "standard input: is a directory: name it instead");
	close(fd);
	cr_assert(pipe2(fds, O_CLOEXEC) == 0);
	close(fds[1]);
	refused("-", fds[0], "standard input: is empty");
	close(fds[0]);
}

Test(source, no_permission_is_said)
{
	puts_to("secret", "content");
	cr_assert(chmod("secret", 0) == 0);
	if (geteuid() == 0 && (chmod(".", 0755) || seteuid(65534))) /* root may read everything */
		cr_assert_fail("seteuid");
	refused("secret", 0, "secret: Permission denied");
	cr_expect(geteuid() != 65534 || seteuid(0) == 0);
}

Test(source, a_long_name_does_not_push_the_reason_out)
{
	struct tsr_err err = TSR_ERR_INIT;
	struct tsr_source s;
	char name[3000];

	for (size_t i = 0; i < sizeof(name); i++)
		name[i] = i % 100 ? "\xc3\xa4"[i % 2] : '/';
	memcpy(name + sizeof(name) - 9, "/the-end", 9);
	cr_expect(tsr_source_open(&s, name, 0, &err) == -1);
	cr_expect(strncmp(err.msg, "...", 3) == 0);
	cr_expect(strstr(err.msg, "/the-end: No such file or directory") != NULL, "%s", err.msg);
}

/* Reads a wrapped file: `data` must come first, then the error. */
static void broken(const struct bytes *b, const void *data, size_t at_least, enum tsr_errkind kind,
		   const char *msg)
{
	struct tsr_err err = TSR_ERR_INIT;
	struct tsr_source s;
	struct bytes got;

	put("image", b->p, b->len);
	cr_assert(tsr_source_open(&s, "image", 0, &err) == 0);
	got = read_all(&s, 1000, &err);
	cr_expect(got.len >= at_least && (!at_least || !memcmp(got.p, data, at_least)), "%s: %zu bytes", msg,
		  got.len);
	cr_expect(err.kind == kind);
	cr_expect_str_eq(err.msg, msg);
	tsr_source_close(&s);
	bytes_free(&got);
}

Test(source, a_broken_wrapper_is_an_error_after_the_good_bytes)
{
	static unsigned char data[100000];
	struct bytes b = { 0 };

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (unsigned char)(i * i >> 7);
	pack_gzip(&b, data, sizeof(data));
	b.len--;
	broken(&b, data, sizeof(data), TSR_EFORMAT, "gzip stream is cut short");
	b.len = b.len / 2;
	broken(&b, data, 4000, TSR_EFORMAT, "gzip stream is cut short");
	b.len = 0;
	pack_gzip(&b, data, sizeof(data));
	b.p[b.len - 5] ^= 1;
	broken(&b, data, sizeof(data), TSR_EFORMAT, "gzip stream is damaged: wrong checksum or size");
	b.p[b.len - 5] ^= 1;
	bytes_add(&b, "junk", 4);
	broken(&b, data, sizeof(data), TSR_EFORMAT, "other bytes follow behind the end of the gzip stream");
	b.len = 0;
	pack_zstd_with(&b, "small", 5, 27, 0);
	broken(&b, "", 0, TSR_ELIMIT, "zstd stream: the window is larger than 64 MiB");
	bytes_free(&b);
}

/* One line per visit. */
static int note(void *ctx, struct tsr_slice path, unsigned mode, uint64_t size, struct tsr_slice target,
		struct tsr_err *err)
{
	char line[512];
	int n = snprintf(line, sizeof(line), "%c %.*s %u %.*s\n",
			 S_ISREG(mode)	  ? 'f'
			 : S_ISLNK(mode)  ? 'l'
			 : S_ISFIFO(mode) ? 'p'
					  : '?',
			 TSR_SLICE_ARG(path), (unsigned)size, TSR_SLICE_ARG(target));

	if (tsr_slice_eq_str(path, "stop"))
		return tsr_err_set(err, TSR_EINPUT, "stopped");
	bytes_add(ctx, line, (size_t)n);
	return 0;
}

static void make_tree(void)
{
	cr_assert(!mkdir("tree", 0755) && !mkdir("tree/a", 0755) && !mkdir("tree/a/deep", 0755) &&
		  !mkdir("tree/hollow", 0755));
	puts_to("outside", "outside");
	puts_to("tree/a/b", "12");
	puts_to("tree/a/deep/c", "1");
	puts_to("tree/a-b", "");
	puts_to("tree/a0", "123");
	puts_to("tree/\xff", "1");
	puts_to("tree/B", "1");
	cr_assert(!symlink("..", "tree/up") && !symlink("../outside", "tree/out") &&
		  !symlink("a", "tree/dir") && !mkfifo("tree/pipe", 0600));
}

Test(source, a_directory_is_walked_in_the_order_of_whole_paths)
{
	struct tsr_err err = TSR_ERR_INIT;
	struct bytes lines = { 0 };
	struct tsr_source s;

	make_tree();
	cr_assert(tsr_source_open(&s, "tree", 0, &err) == 0);
	cr_expect(s.kind == TSR_SOURCE_DIR);
	for (int i = 0; i < 2; i++) { /* as often as one likes */
		lines.len = 0;
		cr_expect(tsr_source_each_file(&s, 100, note, &lines, &err) == 0, "%s", err.msg);
		bytes_add(&lines, "", 1);
		cr_expect_str_eq((char *)lines.p,
				 "f B 1 \nf a-b 0 \nf a/b 2 \nf a/deep/c 1 \nf a0 3 \nl dir 0 a\n"
				 "l out 0 ../outside\np pipe 0 \nl up 0 ..\nf \xff 1 \n");
	}
	tsr_source_close(&s);
	bytes_free(&lines);
}

Test(source, too_many_files_are_an_error_and_so_is_too_deep)
{
	struct tsr_err err = TSR_ERR_INIT;
	struct bytes lines = { 0 };
	struct tsr_source s;
	int fd;

	make_tree();
	cr_assert(tsr_source_open(&s, "tree", 0, &err) == 0);
	cr_expect(tsr_source_each_file(&s, 9, note, &lines, &err) == -1);
	cr_expect(err.kind == TSR_ELIMIT);
	cr_expect_str_eq(err.msg, "the directory holds more than 9 files");
	fd = openat(s.fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (int i = 0; i < 70; i++) {
		int next;

		cr_assert(mkdirat(fd, "d", 0755) == 0);
		next = openat(fd, "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		close(fd);
		fd = next;
	}
	close(fd);
	cr_expect(tsr_source_each_file(&s, 1000, note, &lines, &err) == -1);
	cr_expect_str_eq(err.msg, "the directory is nested deeper than 64 levels");
	puts_to("tree/stop", "");
	cr_assert(system("rm -rf tree/d") == 0);
	cr_expect(tsr_source_each_file(&s, 1000, note, &lines, &err) == -1);
	cr_expect_str_eq(err.msg, "stopped");
	tsr_source_close(&s);
	bytes_free(&lines);
}

Test(source, a_file_below_is_opened_without_following_links)
{
	static const char *const bad[] = { "out",     "up/outside", "dir/b", "../outside", "a/../a0",
					   "/a0",     "",	    ".",     "a//b",	   "a/.",
					   "missing", "a",	    "pipe",  "a/b/c" };
	struct tsr_err err = TSR_ERR_INIT;
	struct tsr_source s;
	char buf[4];
	int fd;

	make_tree();
	cr_assert(tsr_source_open(&s, "tree", 0, &err) == 0);
	fd = tsr_source_open_file(&s, TSR_SLICE("a/deep/c"), &err);
	cr_expect(fd >= 0 && read(fd, buf, sizeof(buf)) == 1 && buf[0] == '1', "%s", err.msg);
	close(fd);
	fd = tsr_source_open_file(&s, TSR_SLICE("a0"), &err);
	cr_expect(fd >= 0 && read(fd, buf, sizeof(buf)) == 3);
	close(fd);
	for (size_t i = 0; i < TSR_ARRAY_LEN(bad); i++) {
		err = (struct tsr_err)TSR_ERR_INIT;
		cr_expect(tsr_source_open_file(&s, tsr_slice_str(bad[i]), &err) == -1, "%s", bad[i]);
		cr_expect(err.kind == TSR_EINPUT && strncmp(err.msg, "tree", 4) == 0, "%s: %s", bad[i],
			  err.msg);
	}
	cr_expect(tsr_source_open_file(&s, TSR_SLICE("a0\0x"), &err) == -1);
	tsr_source_close(&s);
}
