/* SPDX-License-Identifier: Apache-2.0 */
#include "source/source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "source/source_priv.h"

#define PIPE_SIZE (1 << 20) /* what Linux lets any user have */

#define SNIFF 16 /* more than any codec asks for */

static bool is_stdin(const char *name)
{
	return strcmp(name, "-") == 0 || strcmp(name, "/dev/stdin") == 0;
}

const char *tsr_source_label(struct tsr_slice name, char out[TSR_LABEL_MAX])
{
	TSR_AUTO(tsr_buf) struct tsr_buf b = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	const char *p;
	size_t len;

	if (tsr_slice_eq_str(name, "-")) {
		memcpy(out, "standard input", sizeof("standard input"));
		return out;
	}
	tsr_text_escape(name, &b);
	p = b.ptr;
	len = b.len;
	if (len >= TSR_LABEL_MAX) {
		size_t cut = len - (TSR_LABEL_MAX - 4);

		while ((p[cut] & 0xc0) == 0x80) /* not inside a character */
			cut++;
		p += cut;
		len -= cut;
		memcpy(out, "...", 3);
		memcpy(out + 3, p, len + 1);
		return out;
	}
	memcpy(out, p, len + 1);
	return out;
}

static const char *kind_name(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFCHR:
		return "a character device";
	case S_IFBLK:
		return "a block device";
	case S_IFSOCK:
		return "a socket";
	default:
		return "of an unknown kind";
	}
}

/* A socket is good enough as standard input: that is what some remote shells give. */
static int check_kind(const struct stat *st, bool in, const char *label, struct tsr_err *err)
{
	if (S_ISREG(st->st_mode) || S_ISDIR(st->st_mode) || S_ISFIFO(st->st_mode))
		return 0;
	if (in && S_ISSOCK(st->st_mode))
		return 0;
	return tsr_err_set(err, TSR_EINPUT, "%s: is %s, not an image", label, kind_name(st->st_mode));
}

/* Looks before it opens, since opening a device can have effects, and again at what it got. */
static int open_named(const char *name, struct stat *st, const char *label, struct tsr_err *err)
{
	int fd;

	if (stat(name, st))
		return tsr_err_errno(err, TSR_EINPUT, errno, "%s", label);
	if (check_kind(st, false, label, err))
		return -1;
	do
		fd = open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY | (S_ISDIR(st->st_mode) ? O_DIRECTORY : 0));
	while (fd < 0 && errno == EINTR);
	if (fd < 0)
		return tsr_err_errno(err, TSR_EINPUT, errno, "%s", label);
	return fd;
}

static int open_fd(const char *name, int stdin_fd, struct stat *st, const char *label, struct tsr_err *err)
{
	bool in = is_stdin(name);
	int fd = in ? fcntl(stdin_fd, F_DUPFD_CLOEXEC, 3) : open_named(name, st, label, err);

	if (fd < 0)
		return in ? tsr_err_errno(err, TSR_EINPUT, errno, "%s", label) : -1;
	if (fstat(fd, st)) {
		tsr_err_errno(err, TSR_EINPUT, errno, "%s", label);
	} else if (in && S_ISDIR(st->st_mode)) {
		tsr_err_set(err, TSR_EINPUT, "%s: is a directory: name it instead", label);
	} else if (!check_kind(st, in, label, err)) {
		if (S_ISFIFO(st->st_mode)) /* fewer turns between writer and reader; a refusal costs nothing */
			fcntl(fd, F_SETPIPE_SZ, PIPE_SIZE);
		return fd;
	}
	close(fd);
	return -1;
}

/* The first bytes: of a file without moving, of a stream by reading them. */
static ssize_t first_bytes(int fd, bool file, unsigned char head[SNIFF])
{
	size_t n = 0;

	while (n < SNIFF) {
		ssize_t k = file ? pread(fd, head + n, SNIFF - n, (off_t)n) : read(fd, head + n, SNIFF - n);

		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			return -1;
		if (k == 0)
			break;
		n += (size_t)k;
	}
	return (ssize_t)n;
}

static int sniff(struct tsr_source *s, bool file, uint64_t size, const char *label, struct tsr_err *err)
{
	unsigned char head[SNIFF];
	ssize_t n = first_bytes(s->fd, file, head);

	if (n < 0)
		return tsr_err_errno(err, TSR_EINPUT, errno, "%s: cannot be read", label);
	if (n == 0)
		return tsr_err_set(err, TSR_EINPUT, "%s: is empty", label);
	s->codec = tsr_codec_sniff(head, (size_t)n);
	if (file && !s->codec) {
		s->kind = TSR_SOURCE_FILE;
		s->size = size;
		return 0;
	}
	s->kind = TSR_SOURCE_STREAM;
	/* A file was read by pread: the stream starts at its first byte. */
	s->stream = tsr_source_stream_new(s->fd, s->name, head, file ? 0 : (size_t)n, s->codec);
	return 0;
}

int tsr_source_open(struct tsr_source *s, const char *name, int stdin_fd, struct tsr_err *err)
{
	char label[TSR_LABEL_MAX];
	struct stat st;

	*s = (struct tsr_source){ .name = name, .fd = -1 };
	if (name[0] == '\0')
		return tsr_err_set(err, TSR_EINPUT, "the name of the image is empty");
	tsr_source_label(tsr_slice_str(name), label);
	s->fd = open_fd(name, stdin_fd, &st, label, err);
	if (s->fd < 0)
		return -1;
	if (S_ISDIR(st.st_mode)) {
		s->kind = TSR_SOURCE_DIR;
		return 0;
	}
	/* Standard input is a stream even if it is a file: its position is somebody else's. */
	if (sniff(s, S_ISREG(st.st_mode) && !is_stdin(name), (uint64_t)st.st_size, label, err) == 0)
		return 0;
	tsr_source_close(s);
	return -1;
}

void tsr_source_close(struct tsr_source *s)
{
	tsr_source_stream_free(s->stream);
	if (s->fd >= 0)
		close(s->fd);
	s->stream = NULL;
	s->fd = -1;
}
