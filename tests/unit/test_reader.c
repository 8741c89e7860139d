/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "source/reader.h"

static int file_of(const char *text)
{
	int fd = memfd_create("reader", MFD_CLOEXEC);

	cr_assert(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	return fd;
}

/* Gives one byte at a time, then an error. */
static ssize_t stutter(void *ctx, void *p, size_t n, struct tsr_err *err)
{
	const char **text = ctx;

	cr_assert(n > 0);
	if (**text == '!')
		return tsr_err_set(err, TSR_EINPUT, "broken");
	if (**text == '\0')
		return 0;
	*(char *)p = *(*text)++;
	return 1;
}

Test(reader, read_full_goes_on_until_the_end)
{
	const char *text = "abc";
	struct tsr_reader r = { stutter, &text };
	struct tsr_err err = TSR_ERR_INIT;
	char buf[8] = "";

	cr_expect(tsr_read_full(&r, buf, 2, &err) == 2 && memcmp(buf, "ab", 2) == 0);
	cr_expect(tsr_read_full(&r, buf, sizeof(buf), &err) == 1 && buf[0] == 'c');
	cr_expect(tsr_read_full(&r, buf, sizeof(buf), &err) == 0);
	cr_expect(err.kind == TSR_ENONE);
}

Test(reader, read_full_passes_an_error_on)
{
	const char *text = "ab!";
	struct tsr_reader r = { stutter, &text };
	struct tsr_err err = TSR_ERR_INIT;
	char buf[8];

	cr_expect(tsr_read_full(&r, buf, sizeof(buf), &err) == -1);
	cr_expect_str_eq(err.msg, "broken");
}

Test(reader, ranges_of_one_file_do_not_disturb_each_other)
{
	struct tsr_range_reader a, b;
	int fd = file_of("0123456789");
	struct tsr_reader ra = tsr_range_reader(&a, fd, 2, 5), rb = tsr_range_reader(&b, fd, 6, 4);
	struct tsr_err err = TSR_ERR_INIT;
	char buf[16];

	cr_expect(tsr_read(&ra, buf, 3, &err) == 3 && memcmp(buf, "234", 3) == 0);
	cr_expect(tsr_read(&rb, buf, 16, &err) == 4 && memcmp(buf, "6789", 4) == 0);
	cr_expect(tsr_read(&ra, buf, 16, &err) == 2 && memcmp(buf, "56", 2) == 0);
	cr_expect(tsr_read(&ra, buf, 16, &err) == 0);
	cr_expect(tsr_read(&rb, buf, 16, &err) == 0);
	close(fd);
}

Test(reader, a_range_beyond_the_end_of_the_file_is_an_error)
{
	struct tsr_range_reader a;
	int fd = file_of("0123456789");
	struct tsr_reader r = tsr_range_reader(&a, fd, 8, 5);
	struct tsr_err err = TSR_ERR_INIT;
	char buf[16];

	cr_expect(tsr_read(&r, buf, 16, &err) == 2);
	cr_expect(tsr_read(&r, buf, 16, &err) == -1);
	cr_expect(err.kind == TSR_EINPUT);
	cr_expect_str_eq(err.msg, "the file ends at byte 10, 3 bytes early");
	close(fd);
}

Test(reader, the_prefix_comes_before_the_rest)
{
	struct tsr_memory_reader m;
	struct tsr_prefixed_reader p;
	struct tsr_reader r = tsr_prefixed_reader(&p, "head", 4, tsr_memory_reader(&m, "tail", 4));
	struct tsr_err err = TSR_ERR_INIT;
	char buf[16] = "";

	cr_expect(tsr_read(&r, buf, 1, &err) == 1 && buf[0] == 'h');
	cr_expect(tsr_read_full(&r, buf, sizeof(buf), &err) == 7 && memcmp(buf, "eadtail", 7) == 0);
	cr_expect(tsr_read(&r, buf, sizeof(buf), &err) == 0);
}

Test(reader, memory_of_no_bytes_is_at_its_end)
{
	struct tsr_memory_reader m;
	struct tsr_reader r = tsr_memory_reader(&m, NULL, 0);
	struct tsr_err err = TSR_ERR_INIT;
	char c;

	cr_expect(tsr_read(&r, &c, 1, &err) == 0);
}
