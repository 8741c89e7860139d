/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_TESTS_IMAGE_BUILD_H
#define TSR_TESTS_IMAGE_BUILD_H

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analyse_build.h"
#include "api/session.h"
#include "audit/audit.h"
#include "pack.h"
#include "report/report.h"

/*
 * A small image saved by docker: a config, a layer as tar, one as gzip, a
 * manifest, with a bit of everything that can be found. As an archive and as a directory.
 */
#define IMAGE_MEMBERS 4

struct image_build {
	const char *names[IMAGE_MEMBERS];
	struct tar_build bodies[IMAGE_MEMBERS], archive;
	size_t ends; /* the last member with its padding: the end marker is behind */
	char dir[64];
	char tar[96], layout[96];
};

static inline void ib_digest(const struct tar_build *b, char out[65])
{
	uint8_t sum[32];

	tsr_sha256(b->p, b->len, sum);
	for (int i = 0; i < 32; i++)
		snprintf(out + 2 * i, 3, "%02x", sum[i]);
}

static inline void ib_layers(struct tar_build *one, struct tar_build *two)
{
	struct tsr_buf s = TSR_BUF_INIT(1u << 16);

	tb_header(one, "etc/", '5', 0);
	tb_file(one, "etc/passwd", "root:x:0:0::/root:/bin/sh\napp:x:100:100::/:/bin/sh\n");
	tb_file(one, "etc/shadow", made(&s, "root:$6$salt${base62:86}:1:0:99999:7:::{nl}", 1));
	tb_file(one, "app/.env", made(&s, "TOKEN=" TOKEN "{nl}", 2));
	tb_file(one, "lib/pytest-8.dist-info/METADATA", "Name: pytest\nVersion: 8\n");
	tb_file(one, "app/key.pem", made(&s, "{pem:ec}", 3));
	tb_link(tb_header(one, "app/link", '2', 0), ".env");
	tb_end(one);
	tb_file(two, "app/.wh..env", "");
	tb_file(two, "root/.netrc", made(&s, "machine a login b password {alnum:16}{nl}", 4));
	tb_file(two, "root/.bash_history", "ls\n");
	tb_end(two);
	tsr_buf_release(&s);
}

static inline void ib_make(struct image_build *im)
{
	static const char *const names[] = { "config.json", "layer1.tar", "layer2.tar", "manifest.json" };
	struct tar_build two = { NULL, 0 };
	struct bytes packed = { NULL, 0, 0 };
	struct tsr_buf s = TSR_BUF_INIT(1u << 16), token = TSR_BUF_INIT(256);
	char diff[2][65];

	*im = (struct image_build){ .ends = 0 };
	memcpy(im->names, names, sizeof(names));
	ib_layers(&im->bodies[1], &two);
	ib_digest(&im->bodies[1], diff[0]);
	ib_digest(&two, diff[1]);
	pack_gzip(&packed, two.p, two.len);
	tb_add(&im->bodies[2], packed.p, packed.len);
	tsr_buf_printf(&s, "{\"os\":\"linux\",\"architecture\":\"amd64\",\"config\":{\"User\":\"app\",\"Env\":[\"T=%s\"]},"
		       "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:%s\",\"sha256:%s\"]},"
		       "\"history\":[{\"created_by\":\"COPY a\"},{\"created_by\":\"RUN rm .env\"}]}",
		       made(&token, TOKEN, 5), diff[0], diff[1]);
	tb_add(&im->bodies[0], s.ptr, s.len);
	tsr_buf_reset(&s);
	tsr_buf_adds(&s, "[{\"Config\":\"config.json\",\"RepoTags\":[\"app:1\"],\"Layers\":[\"layer1.tar\",\"layer2.tar\"]}]\n");
	tb_add(&im->bodies[3], s.ptr, s.len);
	for (int i = 0; i < IMAGE_MEMBERS; i++) {
		tb_header(&im->archive, names[i], '0', im->bodies[i].len);
		tb_data(&im->archive, im->bodies[i].p, im->bodies[i].len);
	}
	im->ends = im->archive.len;
	tb_end(&im->archive);
	tb_free(&two);
	bytes_free(&packed);
	tsr_buf_release(&s);
	tsr_buf_release(&token);
}

static inline void ib_write(const char *path, const void *p, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	cr_assert(fd >= 0);
	cr_assert_eq(write(fd, p, n), (ssize_t)n);
	cr_assert_eq(close(fd), 0);
}

/* Writes both forms into a folder of their own. */
static inline void ib_store(struct image_build *im)
{
	char path[256];

	snprintf(im->dir, sizeof(im->dir), "/tmp/tarsier-image.XXXXXX");
	cr_assert(mkdtemp(im->dir));
	snprintf(im->tar, sizeof(im->tar), "%s/image.tar", im->dir);
	snprintf(im->layout, sizeof(im->layout), "%s/layout", im->dir);
	cr_assert_eq(mkdir(im->layout, 0700), 0);
	ib_write(im->tar, im->archive.p, im->archive.len);
	for (int i = 0; i < IMAGE_MEMBERS; i++) {
		snprintf(path, sizeof(path), "%s/%s", im->layout, im->names[i]);
		ib_write(path, im->bodies[i].p, im->bodies[i].len);
	}
}

static inline void ib_free(struct image_build *im)
{
	char path[256];

	for (int i = 0; i < IMAGE_MEMBERS; i++) {
		if (im->dir[0]) {
			snprintf(path, sizeof(path), "%s/%s", im->layout, im->names[i]);
			unlink(path);
		}
		tb_free(&im->bodies[i]);
	}
	if (im->dir[0]) {
		rmdir(im->layout);
		unlink(im->tar);
		rmdir(im->dir);
	}
	tb_free(&im->archive);
}

/* What a run ends with. */
static inline void ib_report(struct tsr_run *run, struct tsr_buf *out)
{
	struct tsr_report_options ro = { .show = TSR_INFO };
	struct tsr_err err = TSR_ERR_INIT;

	for (size_t i = 0; i < run->n_archives; i++)
		run->archives[i].source = tsr_text_ours("source");
	for (size_t i = 0; i < run->n_images; i++)
		run->images[i].source = tsr_text_ours("source");
	for (size_t i = 0; i < run->n_errors; i++)
		run->errors[i].source = tsr_text_ours("source");
	tsr_buf_reset(out);
	cr_assert_eq(tsr_reporter_find("json")->render(run, &ro, out, &err), 0, "%s", err.msg);
}

#endif
