/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/audit.h"

#include "image_build.h"

/* A whole audit of one source; returns the status, and the report in *out if that is not NULL. */
static int audit(const struct tsr_ruleset *rs, const char *name, int in, bool images_only, struct tsr_buf *out)
{
	struct tsr_audit_options o = { .rules = rs, .limits = tsr_limits_default, .jobs = 1, .stdin_fd = in, .chunk_size = 4096 };
	struct tsr_policy policy = { .fail_on = TSR_CRITICAL };
	struct tsr_err err = TSR_ERR_INIT;
	struct tsr_run run;
	size_t n_archives;
	int status;

	tsr_run_begin(&run, rs);
	cr_assert_eq(tsr_audit_source(&o, name, &run, &err), 0, "%s", err.msg);
	tsr_run_finish(&run, &policy);
	status = run.status;
	n_archives = run.n_archives;
	if (images_only)
		run.n_archives = 0;
	if (out)
		ib_report(&run, out);
	run.n_archives = n_archives;
	tsr_run_release(&run);
	return status;
}

/* Bytes in memory as a new file, whose name is put into path, or in a pipe: a descriptor of it. */
static int descriptor(const void *p, size_t n, bool piped, char path[64])
{
	int fd, ends[2];

	if (!piped) {
		snprintf(path, 64, "/tmp/tarsier-audit.XXXXXX");
		fd = mkstemp(path);
		cr_assert(fd >= 0);
		cr_assert_eq(write(fd, p, n), (ssize_t)n);
		return fd;
	}
	cr_assert_eq(pipe(ends), 0);
	cr_assert(n <= 65536, "more than a pipe holds");
	cr_assert_eq(write(ends[1], p, n), (ssize_t)n);
	close(ends[1]);
	return ends[0];
}

/* The same bytes as a regular file and through a pipe: the status of both, and their reports. */
static int audit_both(const struct tsr_ruleset *rs, const void *p, size_t n, struct tsr_buf *file, struct tsr_buf *piped)
{
	char path[64];
	int fd = descriptor(p, n, false, path), status, other;

	close(fd);
	status = audit(rs, path, 0, false, file);
	unlink(path);
	fd = descriptor(p, n, true, path);
	other = audit(rs, "-", fd, false, piped);
	close(fd);
	cr_expect_eq(status, other, "%zu bytes: file %d, pipe %d", n, status, other);
	return status;
}

Test(audit_source, file_pipe_and_directory_give_the_same_findings)
{
	struct tsr_buf a = TSR_BUF_INIT(TSR_REPORT_MAX), b = TSR_BUF_INIT(TSR_REPORT_MAX);
	struct tsr_ruleset *rs = catalogue();
	struct image_build im;

	ib_make(&im);
	ib_store(&im);
	cr_expect_eq(audit_both(rs, im.archive.p, im.archive.len, &a, &b), 1);
	cr_expect_str_eq(a.ptr, b.ptr);
	cr_expect_eq(audit(rs, im.tar, 0, true, &a), 1);
	cr_expect_eq(audit(rs, im.layout, 0, true, &b), 1);
	cr_expect_str_eq(a.ptr, b.ptr);
	cr_expect(strstr(a.ptr, "secret/github-token") && strstr(a.ptr, "package/python-dev"));
	ib_free(&im);
	tsr_buf_release(&a);
	tsr_buf_release(&b);
	tsr_ruleset_free(rs);
}

Test(audit_source, a_cut_archive_is_never_complete, .timeout = 120)
{
	struct tsr_buf a = TSR_BUF_INIT(TSR_REPORT_MAX), b = TSR_BUF_INIT(TSR_REPORT_MAX);
	struct tsr_ruleset *rs = catalogue();
	struct image_build im;

	ib_make(&im);
	for (size_t n = 0; n < im.ends; n += n % 512 ? 512 - n % 512 : 100) { /* at every block, and inside */
		int status = audit_both(rs, im.archive.p, n, &a, &b);

		cr_expect(status != 0 && status != 5, "%zu bytes: %d", n, status);
		if (n)
			cr_expect_str_eq(a.ptr, b.ptr, "%zu bytes", n);
		if (n > 512 && n % 512)
			cr_expect(strstr(a.ptr, "\"status\": 4") || strstr(a.ptr, "ends inside"), "%zu bytes", n);
	}
	ib_free(&im);
	tsr_buf_release(&a);
	tsr_buf_release(&b);
	tsr_ruleset_free(rs);
}

/* A body whose first bytes only are there: those are scanned, and the body is damaged. */
Test(audit_source, what_is_there_of_a_cut_body_is_scanned)
{
	struct tsr_buf a = TSR_BUF_INIT(TSR_REPORT_MAX), b = TSR_BUF_INIT(TSR_REPORT_MAX), token = TSR_BUF_INIT(256);
	static const size_t more[] = { 0, 1, 25, 700 };
	struct tsr_ruleset *rs = catalogue();

	for (size_t i = 0; i < TSR_ARRAY_LEN(more); i++) {
		struct tar_build t = { NULL, 0 };

		tb_file(&t, "manifest.json", "[]");
		tb_header(&t, "body", '0', 100000);
		made(&token, TOKEN, i);
		tb_add(&t, token.ptr, token.len);
		memset(tb_add(&t, NULL, more[i]), ' ', more[i]);
		cr_expect_eq(audit_both(rs, t.p, t.len, &a, &b), 1, "%zu", more[i]);
		cr_expect_str_eq(a.ptr, b.ptr);
		cr_expect(strstr(a.ptr, "secret/github-token"), "%zu", more[i]);
		cr_expect(strstr(a.ptr, "the archive ends inside it"), "%zu", more[i]);
		cr_expect(strstr(a.ptr, "ends inside a member, at byte"), "%zu", more[i]);
		tb_free(&t);
	}
	tsr_buf_release(&a);
	tsr_buf_release(&b);
	tsr_buf_release(&token);
	tsr_ruleset_free(rs);
}

Test(audit_source, secrets_in_padding_and_headers_are_found)
{
	struct tsr_buf a = TSR_BUF_INIT(TSR_REPORT_MAX), b = TSR_BUF_INIT(TSR_REPORT_MAX), token = TSR_BUF_INIT(256);
	struct tsr_ruleset *rs = catalogue();
	struct image_build im;

	ib_make(&im);
	made(&token, TOKEN, 77);
	cr_assert(im.bodies[3].len % 512 < 300);
	memcpy(im.archive.p + im.ends - 200, token.ptr, token.len);
	cr_expect_eq(audit_both(rs, im.archive.p, im.archive.len, &a, &b), 1);
	cr_expect_str_eq(a.ptr, b.ptr);
	tsr_buf_reset(&token);
	cr_expect(strstr(a.ptr, "\"kind\": \"archive\""), "no finding of the archive");
	ib_free(&im);
	tsr_buf_release(&a);
	tsr_buf_release(&b);
	tsr_buf_release(&token);
	tsr_ruleset_free(rs);
}

/* 2,000 images with a few bits wrong, as files and through pipes: any status but that of our own failure. */
Test(audit_source, flipped_bits_never_crash_it, .timeout = 300)
{
	struct tsr_ruleset *rs = catalogue();
	struct image_build im;
	uint32_t x = 11;

	ib_make(&im);
	for (int i = 0; i < 2000; i++) {
		struct tar_build t = { NULL, 0 };
		char path[64];
		int fd, status;

		tb_add(&t, im.archive.p, im.archive.len);
		for (int k = 0; k <= i % 6; k++) {
			x = x * 1664525u + 1013904223u;
			t.p[(x >> 3) % t.len] ^= (unsigned char)(1u << (x >> 29));
		}
		fd = descriptor(t.p, t.len, i % 2, path);
		status = i % 2 ? audit(rs, "-", fd, false, NULL) : audit(rs, path, 0, false, NULL);
		cr_expect(status >= 0 && status <= 4, "round %d: %d", i, status);
		close(fd);
		if (i % 2 == 0)
			unlink(path);
		tb_free(&t);
	}
	ib_free(&im);
	tsr_ruleset_free(rs);
}
