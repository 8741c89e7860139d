/* SPDX-License-Identifier: Apache-2.0 */
#include "source/source.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "source/source_priv.h"

/*
 * An unpacked image. What is below belongs to whoever made it: every step is an
 * openat() of one component with O_NOFOLLOW, so that no name and no symbolic
 * link, not even one that appears while we look, leads out of the directory.
 *
 * The order is that of the whole relative paths as bytes. Going depth first it
 * comes about by sorting the names of each directory, those of directories with
 * a '/' at their end: "a-b" stands before "a/b", and that before "a0".
 */
#define DEPTH_MAX 64

struct child {
	char *name; /* with the '/' */
	mode_t mode;
	uint64_t size;
};

struct listing {
	struct child *v;
	size_t n, cap;
};

struct tree {
	const struct tsr_source *s;
	tsr_source_visit *visit;
	void *ctx;
	uint64_t max, seen;
	dev_t dev;
	unsigned depth;
	struct tsr_buf path;
};

static void listing_release(struct listing *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->v[i].name);
	free(l->v);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct child *)a)->name, ((const struct child *)b)->name);
}

/* "DIR/path", for messages. */
static const char *label(const struct tsr_source *s, struct tsr_slice path, char out[TSR_LABEL_MAX])
{
	TSR_AUTO(tsr_buf) struct tsr_buf b = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);

	tsr_buf_adds(&b, s->name);
	if (path.len) {
		tsr_buf_addc(&b, '/');
		tsr_buf_addsl(&b, path);
	}
	return tsr_source_label(tsr_buf_slice(&b), out);
}

static int fail(const struct tree *t, int errnum, struct tsr_err *err)
{
	char text[TSR_LABEL_MAX];

	return tsr_err_errno(err, TSR_EINPUT, errnum, "%s", label(t->s, tsr_buf_slice(&t->path), text));
}

static int add_child(struct tree *t, struct listing *l, int dirfd_, const char *name, struct tsr_err *err)
{
	struct stat st;
	struct child c;
	size_t len = strlen(name);

	if (++t->seen > t->max)
		return tsr_err_set(err, TSR_ELIMIT, "the directory holds more than %llu files",
				   (unsigned long long)t->max);
	if (fstatat(dirfd_, name, &st, AT_SYMLINK_NOFOLLOW))
		return fail(t, errno, err);
	c.mode = st.st_mode;
	c.size = S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
	c.name = tsr_xmalloc(len + 2);
	memcpy(c.name, name, len + 1);
	/* A mount point is left alone: it is listed as a directory and not entered. */
	if (S_ISDIR(st.st_mode) && st.st_dev == t->dev)
		memcpy(c.name + len, "/", 2);
	l->v = tsr_grow(l->v, &l->cap, l->n + 1, sizeof(*l->v));
	l->v[l->n++] = c;
	return 0;
}

static int list(struct tree *t, DIR *d, struct listing *l, struct tsr_err *err)
{
	struct dirent *e;

	while (errno = 0, (e = readdir(d)) != NULL) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		if (add_child(t, l, dirfd(d), e->d_name, err))
			return -1;
	}
	if (errno)
		return fail(t, errno, err);
	if (l->n)
		qsort(l->v, l->n, sizeof(*l->v), by_name);
	return 0;
}

static int enter(struct tree *t, int parent, const char *name, struct tsr_err *err);

static int visit_child(struct tree *t, int dir, const struct child *c, struct tsr_err *err)
{
	struct tsr_slice target = TSR_SLICE_NONE;
	char text[PATH_MAX];

	if (S_ISLNK(c->mode)) {
		ssize_t n = readlinkat(dir, c->name, text, sizeof(text));

		if (n < 0)
			return fail(t, errno, err);
		target = tsr_slice_of(text, (size_t)n);
	}
	return t->visit(t->ctx, tsr_buf_slice(&t->path), c->mode, c->size, target, err);
}

static int walk(struct tree *t, int dir, const struct listing *l, struct tsr_err *err)
{
	size_t len = t->path.len;

	for (size_t i = 0; i < l->n; i++) {
		const struct child *c = &l->v[i];
		size_t n = strlen(c->name);
		bool inner = c->name[n - 1] == '/';
		int r;

		c->name[n - inner] = '\0'; /* sorted: the slash has served */
		if ((len && tsr_buf_addc(&t->path, '/')) || tsr_buf_adds(&t->path, c->name))
			return tsr_err_set(err, TSR_ELIMIT,
					   "a path in the directory is longer than %zu bytes", t->path.max);
		r = inner ? enter(t, dir, c->name, err) : visit_child(t, dir, c, err);
		if (r)
			return -1;
		t->path.len = len;
		t->path.ptr[len] = '\0';
	}
	return 0;
}

static int enter(struct tree *t, int parent, const char *name, struct tsr_err *err)
{
	struct listing l = { NULL, 0, 0 };
	DIR *d;
	int fd, r;

	if (t->depth >= DEPTH_MAX)
		return tsr_err_set(err, TSR_ELIMIT, "the directory is nested deeper than %d levels",
				   DEPTH_MAX);
	fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return fail(t, errno, err);
	d = fdopendir(fd);
	if (!d) {
		r = fail(t, errno, err);
		close(fd);
		return r;
	}
	t->depth++;
	r = list(t, d, &l, err);
	if (!r)
		r = walk(t, fd, &l, err);
	t->depth--;
	listing_release(&l);
	closedir(d);
	return r;
}

int tsr_source_each_file(const struct tsr_source *s, uint64_t max, tsr_source_visit *visit, void *ctx,
			 struct tsr_err *err)
{
	struct tree t = { .s = s, .visit = visit, .ctx = ctx, .max = max };
	struct stat st;
	int r;

	tsr_buf_init(&t.path, PATH_MAX);
	if (fstat(s->fd, &st)) {
		r = fail(&t, errno, err);
	} else {
		t.dev = st.st_dev;
		r = enter(&t, s->fd, ".", err);
	}
	tsr_buf_release(&t.path);
	return r;
}

/* The next component as a string; false if it is none that a clean path has. */
static bool next_name(struct tsr_slice *rest, char name[NAME_MAX + 1])
{
	struct tsr_slice c;

	if (!tsr_path_next(rest, &c) || c.len == 0 || c.len > NAME_MAX || memchr(c.ptr, '\0', c.len))
		return false;
	memcpy(name, c.ptr, c.len);
	name[c.len] = '\0';
	return strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

static int open_below(int root, struct tsr_slice path)
{
	char name[NAME_MAX + 1];
	struct tsr_slice rest = path;
	int dir = root;

	for (;;) {
		int fd = -1, e;

		/* O_NONBLOCK: a FIFO that took the file's place must not stop us. */
		if (next_name(&rest, name))
			fd = openat(dir, name,
				    O_NOFOLLOW | O_CLOEXEC | O_NOCTTY |
					    (rest.len ? O_PATH | O_DIRECTORY : O_RDONLY | O_NONBLOCK));
		else
			errno = EINVAL;
		e = errno;
		if (dir != root)
			close(dir);
		errno = e;
		if (fd < 0 || rest.len == 0)
			return fd;
		dir = fd;
	}
}

int tsr_source_open_file(const struct tsr_source *s, struct tsr_slice path, struct tsr_err *err)
{
	char text[TSR_LABEL_MAX];
	int fd = open_below(s->fd, path);
	struct stat st;

	if (fd < 0)
		return tsr_err_errno(err, TSR_EINPUT, errno, "%s", label(s, path, text));
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return fd;
	close(fd);
	return tsr_err_set(err, TSR_EINPUT, "%s: is no longer a regular file", label(s, path, text));
}
