/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "api/session.h"
#include "audit/audit.h"
#include "fuzz/catalogue.h"
#include "fuzz/fuzz.h"
#include "report/report.h"
#include "../unit/tar_build.h"

/*
 * An image's JSON: manifest and config, with a line "----" between them, beside a layer that has what the checks ask for. The
 * whole audit, and its reports.
 */

#define MANIFEST "[{\"Config\":\"c.json\",\"RepoTags\":[\"a:latest\"],\"Layers\":[\"l.tar\",\"l.tar\"]}]\n----\n"

const struct fuzz_seed fuzz_seeds[] = {
	FUZZ_SEED(MANIFEST "{\"os\":\"linux\",\"architecture\":\"amd64\",\"config\":{\"User\":\"app:0\",\"Env\":[\"PATH=/bin:usr/bin:\",\"DB_PASSWORD=hunter2\"],"
			   "\"Entrypoint\":[\"tini\",\"--\",\"script\"],\"Cmd\":[\"sh\",\"-c\",\"gunicorn a & exec b\"],\"Volumes\":{\"/etc\":{}},\"ExposedPorts\":{\"22/tcp\":{},"
			   "\"80-90\":{}},\"Labels\":{\"a\":\"b\"},\"WorkingDir\":\"x\",\"StopSignal\":\"SIGKILL\",\"OnBuild\":[\"RUN x\"]}}"),
	FUZZ_SEED(MANIFEST "{\"config\":{\"Healthcheck\":{\"Test\":[\"CMD-SHELL\",\"curl -f http://localhost:81/ || wget x || exit 1\"],\"Interval\":-1},"
			   "\"Shell\":[\"/bin/sh\",\"-c\"]},\"history\":[{\"created_by\":\"RUN sudo chmod 777 / | sh\"},{\"created_by\":\"ENV API_KEY=x\",\"empty_layer\":true}],"
			   "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:00\",\"sha512:11\"]}}"),
	FUZZ_SEED(MANIFEST "{\"CONFIG\":{\"user\":\"-1\",\"Healthcheck\":{\"Test\":[\"NONE\"]}},\"config\":[],\"history\":{\"a\":1}}"),
	{ NULL, 0 },
};

static void add_layer(struct tar_build *t)
{
	struct tar_build l = { NULL, 0 };

	tb_file(&l, "etc/passwd", "root:x:0:0::/:/bin/sh\napp:x:1001:0::/:\nbroken\n");
	tb_file(&l, "etc/group", "root:x:0:app\n");
	tb_file(&l, "bin/sh", "\x7f" "ELF");
	tb_file(&l, "bin/script", "#!/usr/bin/env sh\n");
	tb_link(tb_header(&l, "usr", '2', 0), "usr");
	tb_link(tb_header(&l, "bin/curl", '2', 0), "../bin/sh");
	tb_file(&l, "app/.wh.x", "");
	tb_end(&l);
	tb_header(t, "l.tar", '0', l.len);
	tb_data(t, l.p, l.len);
	tb_free(&l);
}

static int archive_of(const uint8_t *data, size_t size)
{
	const uint8_t *cut = memmem(data, size, "\n----\n", 6);
	size_t n = cut ? (size_t)(cut - data) : size, skip = cut ? n + 6 : n;
	struct tar_build t = { NULL, 0 };
	int fd = memfd_create("image", MFD_CLOEXEC);

	add_layer(&t);
	tb_header(&t, "c.json", '0', size - skip);
	tb_data(&t, data + skip, size - skip);
	tb_header(&t, "manifest.json", '0', n);
	tb_data(&t, data, n);
	tb_end(&t);
	if (fd < 0 || write(fd, t.p, t.len) != (ssize_t)t.len || lseek(fd, 0, SEEK_SET))
		abort();
	tb_free(&t);
	return fd;
}

/* Every format, as text that ends somewhere. */
static void render(const struct tsr_run *run)
{
	const struct tsr_report_options options = { .show = TSR_INFO, .verbose = true };
	const struct tsr_reporter *r;

	for (size_t i = 0; (r = tsr_reporter_at(i)); i++) {
		struct tsr_buf out = TSR_BUF_INIT(TSR_REPORT_MAX);
		struct tsr_err err = TSR_ERR_INIT;

		if (r->render(run, &options, &out, &err) || !out.len)
			abort();
		tsr_buf_release(&out);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tsr_audit_options o = { .rules = catalogue(), .limits = tsr_limits_default, .jobs = 1, .want_config = true, .want_files = true };
	struct tsr_policy policy = { .fail_on = TSR_HIGH };
	struct tsr_err err = TSR_ERR_INIT;
	struct tsr_run run;

	o.stdin_fd = archive_of(data, size);
	tsr_run_begin(&run, o.rules);
	if (tsr_audit_source(&o, "-", &run, &err))
		abort();
	tsr_run_finish(&run, &policy);
	if (run.status < 0 || run.status > 4)
		abort();
	render(&run);
	tsr_run_release(&run);
	close(o.stdin_fd);
	return 0;
}
