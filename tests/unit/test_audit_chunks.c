/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/session.h"
#include "audit/audit.h"
#include "report/report.h"
#include "scan/example.h"
#include "unit/pack.h"
#include "unit/tar_build.h"

/*
 * The report may depend on the image alone: not on the size of buffers, on the
 * number of threads, or on where the bytes come from. The image has secrets in all
 * forms, such that each border of every chunk size cuts one.
 */
#define FILES 14u
#define PER_FILE 20u
#define STEP 1024u

static const char token_form[] = "{\"ghp_\"}{base62:30}{crc32-base62}";
static const size_t chunk_sizes[] = { 1024, 1500, 4096, 65536, 0 };

struct member {
	char name[80];
	struct tar_build body;
};

struct image {
	struct member members[4];
	char dir[64], tar[80], layout[80];
};

static void expand(const char *form, uint64_t seed, struct tsr_buf *out)
{
	struct tsr_err err = TSR_ERR_INIT;

	tsr_buf_reset(out);
	cr_assert(tsr_example_expand(form, seed, out, &err) == 0, "%s", err.msg);
}

static void hex_digest(const struct tar_build *b, char out[65])
{
	uint8_t sum[32];

	tsr_sha256(b->p, b->len, sum);
	for (int i = 0; i < 32; i++)
		snprintf(out + 2 * i, 3, "%02x", sum[i]);
}

/* Filling in front of the border: lines for a text, bytes that no encoding allows for others. */
static void fill(unsigned char *p, size_t n, bool text)
{
	for (size_t i = 0; i < n; i++)
		p[i] = text ? (i % 61 == 60 ? '\n' : ' ') : (unsigned char)(0x80 + i % 97);
}

/* A file with one token across each multiple of STEP in the layer's stream. */
static void add_cut_file(struct tar_build *t, unsigned file)
{
	struct tsr_buf token = TSR_BUF_INIT(256);
	size_t size = PER_FILE * STEP + 100;
	char name[32];
	unsigned char *data;
	size_t start;

	snprintf(name, sizeof(name), "srv/%02u.%s", file, file % 2 ? "txt" : "bin");
	tb_header(t, name, '0', size);
	start = t->len;
	tb_data(t, NULL, size);
	data = t->p + start;
	fill(data, size, file % 2);
	for (unsigned i = 0; i < PER_FILE; i++) {
		size_t border = (start / STEP + 1 + i) * STEP - start;
		size_t before = 1 + (file * PER_FILE + i) % 42;

		if (border < before)
			continue;
		expand(token_form, file * 100 + i, &token);
		if (border - before + token.len + 1 > size)
			continue;
		memcpy(data + border - before, token.ptr, token.len);
		data[border - before + token.len] = ' ';
	}
	tsr_buf_release(&token);
}

static void add_text_file(struct tar_build *t, const char *name, const char *form, uint64_t seed)
{
	struct tsr_buf text = TSR_BUF_INIT(1u << 16);

	expand(form, seed, &text);
	tb_file(t, name, text.ptr);
	tsr_buf_release(&text);
}

static void add_wide_file(struct tar_build *t, const char *name, uint64_t seed)
{
	struct tsr_buf text = TSR_BUF_INIT(256);
	unsigned char wide[512];

	expand(token_form, seed, &text);
	for (size_t i = 0; i < text.len; i++) {
		wide[2 * i] = (unsigned char)text.ptr[i];
		wide[2 * i + 1] = 0;
	}
	tb_header(t, name, '0', 2 * text.len);
	tb_data(t, wide, 2 * text.len);
	tsr_buf_release(&text);
}

static void make_layer(struct tar_build *t, unsigned layer)
{
	for (unsigned i = 0; i < FILES; i++)
		add_cut_file(t, layer * FILES + i);
	add_text_file(t, "etc/key.pem", "{pem:ec}", layer);
	add_text_file(t, "etc/session", "session={jwt}", layer);
	add_text_file(t, "app/.env", "A={\"ghp_\"}{base62:30}{crc32-base62}", 5000 + layer);
	add_wide_file(t, "app/wide", 6000 + layer);
	tb_pax(t, 'x', "comment", "nothing");
	add_text_file(t, "srv/lib/pytest-8.0.0.dist-info/METADATA", "Name: pytest{nl}Version: 8.0.0{nl}", 0);
	tb_end(t);
}

static void put_text(struct tar_build *b, const char *s)
{
	tb_add(b, s, strlen(s));
}

/* Members in byte order of their names, as a directory is walked. */
static void make_members(struct image *im)
{
	struct tar_build second = { NULL, 0 };
	struct tsr_buf text = TSR_BUF_INIT(1u << 16), token = TSR_BUF_INIT(256);
	struct bytes packed = { NULL, 0, 0 };
	char diff[2][65];

	for (int i = 0; i < 4; i++)
		im->members[i].body = (struct tar_build){ NULL, 0 };
	make_layer(&im->members[1].body, 0);
	make_layer(&second, 1);
	hex_digest(&im->members[1].body, diff[0]);
	hex_digest(&second, diff[1]);
	pack_gzip(&packed, second.p, second.len);
	tb_add(&im->members[2].body, packed.p, packed.len);
	expand(token_form, 7000, &token);
	tsr_buf_printf(&text, "{\"os\":\"linux\",\"architecture\":\"amd64\",\"config\":{\"Env\":[\"T=%s\"]},"
		       "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:%s\",\"sha256:%s\"]},"
		       "\"history\":[{\"created_by\":\"COPY a\"},{\"created_by\":\"COPY b\"}]}", token.ptr, diff[0], diff[1]);
	put_text(&im->members[0].body, text.ptr);
	put_text(&im->members[3].body, "[{\"Config\":\"a.json\",\"RepoTags\":[\"app:1\"],\"Layers\":[\"b.tar\",\"c.tar.gz\"]}]");
	snprintf(im->members[0].name, 80, "a.json");
	snprintf(im->members[1].name, 80, "b.tar");
	snprintf(im->members[2].name, 80, "c.tar.gz");
	snprintf(im->members[3].name, 80, "manifest.json");
	tsr_buf_release(&text);
	tsr_buf_release(&token);
	bytes_free(&packed);
	tb_free(&second);
}

static void write_file(const char *path, const struct tar_build *b)
{
	FILE *f = fopen(path, "wb");

	cr_assert(f);
	cr_assert_eq(fwrite(b->p, 1, b->len, f), b->len);
	cr_assert_eq(fclose(f), 0);
}

static void make_image(struct image *im)
{
	struct tar_build archive = { NULL, 0 };
	char path[256];

	snprintf(im->dir, sizeof(im->dir), "/tmp/tarsier-chunks.XXXXXX");
	cr_assert(mkdtemp(im->dir));
	snprintf(im->tar, sizeof(im->tar), "%s/image", im->dir);
	snprintf(im->layout, sizeof(im->layout), "%s/layout", im->dir);
	cr_assert_eq(mkdir(im->layout, 0700), 0);
	make_members(im);
	for (int i = 0; i < 4; i++) {
		const struct member *m = &im->members[i];

		tb_header(&archive, m->name, '0', m->body.len);
		tb_data(&archive, m->body.p, m->body.len);
		snprintf(path, sizeof(path), "%s/%s", im->layout, m->name);
		write_file(path, &m->body);
	}
	tb_end(&archive);
	write_file(im->tar, &archive);
	tb_free(&archive);
}

static void remove_image(struct image *im)
{
	char path[256];

	for (int i = 0; i < 4; i++) {
		snprintf(path, sizeof(path), "%s/%s", im->layout, im->members[i].name);
		unlink(path);
		tb_free(&im->members[i].body);
	}
	rmdir(im->layout);
	unlink(im->tar);
	rmdir(im->dir);
}

/* The report without the source's name; of images only, if asked. */
static void audit(const struct tsr_ruleset *rules, const char *source, int in, size_t chunk, unsigned jobs,
		  bool images_only, struct tsr_buf *out)
{
	struct tsr_audit_options o = { .rules = rules, .limits = tsr_limits_default, .jobs = jobs,
				       .chunk_size = chunk, .stdin_fd = in };
	struct tsr_policy policy = { .fail_on = TSR_HIGH };
	struct tsr_report_options ro = { .show = TSR_INFO };
	struct tsr_err err = TSR_ERR_INIT;
	struct tsr_run run;
	size_t n_archives;

	tsr_buf_reset(out);
	tsr_run_begin(&run, rules);
	cr_assert(tsr_audit_source(&o, source, &run, &err) == 0, "%s", err.msg);
	tsr_run_finish(&run, &policy);
	cr_assert_eq(run.n_errors, 0, "%s", run.n_errors ? run.errors[0].message.ptr : "");
	for (size_t i = 0; i < run.n_archives; i++)
		run.archives[i].source = tsr_text_ours("source");
	for (size_t i = 0; i < run.n_images; i++)
		run.images[i].source = tsr_text_ours("source");
	n_archives = run.n_archives;
	run.n_archives = images_only ? 0 : n_archives;
	cr_assert_eq(tsr_reporter_find("json")->render(&run, &ro, out, &err), 0);
	run.n_archives = n_archives;
	tsr_run_release(&run);
}

static size_t count(const struct tsr_buf *b, const char *what)
{
	size_t n = 0;

	for (const char *p = b->ptr; p && (p = strstr(p, what)); p += strlen(what))
		n++;
	return n;
}

struct setting {
	struct tsr_ruleset *rules;
	struct image image;
	struct tsr_buf base, base_images;
};

static void set_up(struct setting *s)
{
	struct tsr_err err = TSR_ERR_INIT;

	cr_assert(tsr_ruleset_new(&s->rules, NULL, 0, &err) == 0, "%s", err.msg);
	make_image(&s->image);
	s->base = (struct tsr_buf)TSR_BUF_INIT(TSR_REPORT_MAX);
	s->base_images = (struct tsr_buf)TSR_BUF_INIT(TSR_REPORT_MAX);
	audit(s->rules, s->image.tar, 0, 0, 1, false, &s->base);
	audit(s->rules, s->image.tar, 0, 0, 1, true, &s->base_images);
}

static void tear_down(struct setting *s)
{
	tsr_buf_release(&s->base);
	tsr_buf_release(&s->base_images);
	remove_image(&s->image);
	tsr_ruleset_free(s->rules);
}

static void expect_same(const struct tsr_buf *got, const struct tsr_buf *want, const char *what, size_t chunk,
			unsigned jobs)
{
	cr_expect(got->len == want->len && memcmp(got->ptr, want->ptr, want->len) == 0,
		  "%s, chunks of %zu, %u jobs: another report, with %zu findings, not %zu", what, chunk, jobs,
		  count(got, "\"fingerprint\""), count(want, "\"fingerprint\""));
}

Test(audit_chunks, every_secret_across_a_border_is_found)
{
	struct setting s;

	set_up(&s);
	/* The first border of a file may leave no room in front of it. */
	cr_expect_geq(count(&s.base, "\"rule\": \"secret/github-token\""), 2 * FILES * (PER_FILE - 1));
	cr_expect_geq(count(&s.base, "\"rule\": \"secret/jwt\""), 2u);
	cr_expect_geq(count(&s.base, "private-key"), 2u);
	cr_expect_geq(count(&s.base, "utf-16le"), 2u);
	tear_down(&s);
}

Test(audit_chunks, the_report_depends_on_neither_buffers_nor_threads_nor_source, .timeout = 300)
{
	struct tsr_buf got = TSR_BUF_INIT(TSR_REPORT_MAX);
	struct setting s;

	set_up(&s);
	for (size_t i = 0; i < sizeof(chunk_sizes) / sizeof(chunk_sizes[0]); i++) {
		for (unsigned jobs = 1; jobs <= 3; jobs++) {
			size_t chunk = chunk_sizes[i];
			int fd = open(s.image.tar, O_RDONLY | O_CLOEXEC);

			audit(s.rules, s.image.tar, 0, chunk, jobs, false, &got);
			expect_same(&got, &s.base, "file", chunk, jobs);
			cr_assert(fd >= 0);
			audit(s.rules, "-", fd, chunk, jobs, false, &got);
			expect_same(&got, &s.base, "stream", chunk, jobs);
			close(fd);
			audit(s.rules, s.image.layout, 0, chunk, jobs, true, &got);
			expect_same(&got, &s.base_images, "directory", chunk, jobs);
		}
	}
	tsr_buf_release(&got);
	tear_down(&s);
}
