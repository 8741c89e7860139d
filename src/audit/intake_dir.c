/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/intake.h"
#include "base/json.h"
#include "base/path.h"

/* What makes a directory an image: one of these at its top, or a folder with a layer.tar (legacy v1). */
static const char *const markers[] = { "oci-layout", "index.json", "manifest.json", "repositories" };

/* So that a slip of the hand ("tarsier /") does not read a whole disk. */
static bool has_marker(const struct tsr_source *s)
{
	for (size_t i = 0; i < sizeof(markers) / sizeof(markers[0]); i++) {
		int fd = tsr_source_open_file(s, tsr_slice_str(markers[i]), NULL);

		if (fd >= 0)
			return close(fd), true;
	}
	return false;
}

static int on_file(void *ctx, struct tsr_slice path, unsigned mode, uint64_t size, struct tsr_slice target, struct tsr_err *err)
{
	struct tsr_intake *in = ctx;
	struct tsr_member *m;
	struct tsr_blob *b;

	(void)err;
	m = tsr_members_add(&in->members, path, S_ISLNK(mode) ? '2' : S_ISREG(mode) ? '0' : '3', target);
	if (!S_ISREG(mode))
		return 0;
	b = tsr_members_add_blob(&in->members, m, TSR_BLOB_NO_OFFSET, size);
	b->path = m->raw;
	tsr_intake_body(in);
	return 0;
}

static size_t json_share(struct tsr_intake *in, const struct tsr_blob *b)
{
	unsigned char head[TSR_JSON_SNIFF];
	struct tsr_range_reader range;
	struct tsr_reader r;
	ssize_t n;
	int fd = tsr_source_open_file(in->source, b->path, NULL);

	if (fd < 0)
		return 0;
	r = tsr_range_reader(&range, fd, 0, b->size);
	n = tsr_read_full(&r, head, sizeof(head), NULL);
	close(fd);
	return n > 0 && tsr_json_sniff(tsr_slice_of(head, (size_t)n)) ? tsr_intake_json_share(in, b->size) : 0;
}

static ssize_t read_refused(void *ctx, void *p, size_t n, struct tsr_err *err)
{
	(void)p;
	(void)n;
	return tsr_err_set(err, TSR_EINPUT, "%s", ((const struct tsr_err *)ctx)->msg);
}

static int analyse_file(struct tsr_intake *in, size_t blob, unsigned thread, struct tsr_err *err)
{
	const struct tsr_blob *b = &in->members.blobs[blob];
	struct tsr_err refused = TSR_ERR_INIT;
	struct tsr_range_reader range;
	int fd = tsr_source_open_file(in->source, b->path, &refused), r;

	if (fd < 0) /* graded like a body that cannot be read */
		return tsr_intake_analyse(in, blob, thread, (struct tsr_reader){ read_refused, &refused }, false, err);
	r = tsr_intake_analyse(in, blob, thread, tsr_range_reader(&range, fd, 0, b->size), true, err);
	close(fd);
	return r;
}

int tsr_intake_dir(struct tsr_intake *in, struct tsr_err *err)
{
	bool image = has_marker(in->source);

	if (tsr_source_each_file(in->source, in->o->limits.members, on_file, in, err)) {
		if (!err || err->kind != TSR_ELIMIT)
			return -1;
		snprintf(in->limited, sizeof(in->limited), "it has more files than --max-members allows");
	}
	for (size_t i = 0; i < in->members.n && !image; i++)
		image = tsr_slice_eq_str(tsr_path_base(in->members.list[i].name), "layer.tar");
	if (!image)
		return tsr_err_set(err, TSR_EINPUT, "not an image: the directory holds no OCI layout and no unpacked docker archive");
	for (size_t i = 0; i < in->members.n_blobs; i++)
		in->bodies[i].keep = json_share(in, &in->members.blobs[i]);
	return tsr_intake_each_blob(in, analyse_file, err);
}
