/* SPDX-License-Identifier: Apache-2.0 */
#include "archive/tar_check.h"

#include <archive.h>
#include <archive_entry.h>
#include <sys/stat.h>

#include "base/mem.h"

/*
 * libarchive lags behind the walk by what lies between it and the end of the
 * chunk that both have. When it asks for the next chunk, it has returned all
 * entries of the chunk before, save one whose headers it is reading; if more than a
 * few wait by then, it has read over them, and they are told as different instead of
 * piling up.
 */
#define WAITING_MAX 64

struct expected {
	uint64_t number, header;
	uint64_t logical;
	char type;
	unsigned doubts;
	char *text; /* name, then link */
	uint32_t name_len, link_len;
};

struct tsr_tar_check {
	struct archive *archive;
	tsr_tar_check_next *next;
	tsr_tar_check_skip *skip;
	void *ctx;
	struct expected *queue; /* [head, tail) */
	size_t head, tail, cap;
	uint64_t met;	 /* entries of the walk */
	uint64_t before; /* header offset of the first global header not followed by an entry yet, or NONE */
	bool stopped;	 /* libarchive is done */
	struct tsr_tar_verdict verdict;
};

#define NONE UINT64_MAX

struct tsr_tar_check *tsr_tar_check_new(tsr_tar_check_next *next, tsr_tar_check_skip *skip, void *ctx)
{
	struct tsr_tar_check *c = tsr_xcalloc(1, sizeof(*c));

	c->next = next;
	c->skip = skip;
	c->ctx = ctx;
	c->before = NONE;
	return c;
}

void tsr_tar_check_free(struct tsr_tar_check *c)
{
	if (!c)
		return;
	if (c->archive)
		archive_read_free(c->archive);
	for (size_t i = c->head; i < c->tail; i++)
		free(c->queue[i].text);
	free(c->queue);
	free(c);
}

static void differs(struct tsr_tar_check *c, uint64_t entry, uint64_t header, const char *what)
{
	if (c->verdict.differs)
		return;
	c->verdict.differs = true;
	c->verdict.entry = entry;
	c->verdict.header = header;
	c->verdict.what = what;
}

void tsr_tar_check_expect(struct tsr_tar_check *c, const struct tsr_tar_entry *e)
{
	uint64_t number = c->met++;
	struct expected *x;

	if (c->verdict.differs)
		return;
	/* libarchive reads global headers as a part of the next entry. */
	if (e->type == 'g') {
		if (c->before == NONE)
			c->before = e->header;
		return;
	}
	if (c->stopped) {
		if (!(e->doubts & TSR_TAR_TYPE))
			differs(c, number, e->header, "libarchive stops");
		return;
	}
	if (c->head == c->tail)
		c->head = c->tail = 0;
	c->queue = tsr_grow(c->queue, &c->cap, c->tail + 1, sizeof(*c->queue));
	x = &c->queue[c->tail++];
	x->number = number;
	x->header = c->before != NONE ? c->before : e->header;
	x->logical = e->logical;
	x->type = e->type;
	x->doubts = e->doubts;
	x->name_len = (uint32_t)e->name.len;
	x->link_len = (uint32_t)e->link.len;
	x->text = tsr_xmalloc(e->name.len + e->link.len + 1);
	if (e->name.len)
		memcpy(x->text, e->name.ptr, e->name.len);
	if (e->link.len)
		memcpy(x->text + e->name.len, e->link.ptr, e->link.len);
	c->before = NONE;
}

static void drop_head(struct tsr_tar_check *c)
{
	free(c->queue[c->head++].text);
}

/*
 * Equal bytes, or equal but for repeated and final slashes, which are added or
 * taken off when a prefix is joined to a name or a directory is marked.
 */
static bool same_path(struct tsr_slice a, const char *b)
{
	size_t i = 0, k = 0, b_len = b ? strlen(b) : 0;

	if (a.len == b_len && (!a.len || !memcmp(a.ptr, b, a.len)))
		return true;
	while (i < a.len && k < b_len) {
		if (a.ptr[i] != b[k])
			break;
		if (a.ptr[i] == '/') {
			while (i < a.len && a.ptr[i] == '/')
				i++;
			while (k < b_len && b[k] == '/')
				k++;
		} else {
			i++;
			k++;
		}
	}
	while (i < a.len && a.ptr[i] == '/')
		i++;
	while (k < b_len && b[k] == '/')
		k++;
	return i == a.len && k == b_len;
}

static bool same_type(const struct expected *x, struct archive_entry *e)
{
	mode_t type = archive_entry_filetype(e);
	bool slash = x->name_len && x->text[x->name_len - 1] == '/';

	switch (x->type) {
	case '0':
		/* An empty file whose name ends in a slash: a directory for libarchive. */
		return !archive_entry_hardlink(e) && (type == AE_IFREG || (slash && type == AE_IFDIR));
	case '1':
		return archive_entry_hardlink(e) || type == 0 || !x->link_len;
	case '2':
		return type == AE_IFLNK;
	case '3':
		return type == AE_IFCHR;
	case '4':
		return type == AE_IFBLK;
	case '5':
		return type == AE_IFDIR;
	case '6':
		return type == AE_IFIFO;
	default:
		return true; /* in doubt anyway */
	}
}

static bool same_size(const struct expected *x, struct archive_entry *e)
{
	uint64_t size = archive_entry_size_is_set(e) ? (uint64_t)archive_entry_size(e) : 0;

	if (x->doubts & (TSR_TAR_SIZED_LINK | TSR_TAR_TYPE))
		return true;
	return size == (x->type == '0' ? x->logical : 0);
}

/*
 * Where a header's own field is empty (Go leaves it so when the target has no ASCII
 * character) and the target comes from an extension, libarchive 3.6 may lose it, or
 * give a symbolic link's target as that of a hard link. Only another target is a difference.
 */
static bool same_link(const struct expected *x, struct archive_entry *e)
{
	struct tsr_slice link = tsr_slice_of(x->text + x->name_len, x->link_len);
	const char *other = archive_entry_hardlink(e);

	if (x->type != '1' && x->type != '2')
		return true;
	if (!other)
		other = archive_entry_symlink(e);
	return !other || same_path(link, other);
}

static const char *compare(const struct expected *x, struct archive_entry *e)
{
	if (!same_path(tsr_slice_of(x->text, x->name_len), archive_entry_pathname(e)))
		return "path";
	if (!same_type(x, e))
		return "type";
	if (!same_size(x, e))
		return "size";
	return same_link(x, e) ? NULL : "link";
}

/* An entry that libarchive returned, against the first that waits. */
static void meet(struct tsr_tar_check *c, struct archive_entry *e, uint64_t at)
{
	struct expected *x;
	const char *what;

	/* Types that libarchive keeps to itself (volume labels). */
	while (c->head < c->tail && c->queue[c->head].header < at && c->queue[c->head].doubts & TSR_TAR_TYPE)
		drop_head(c);
	if (c->head == c->tail) {
		differs(c, c->met, at, "only libarchive sees it");
		return;
	}
	x = &c->queue[c->head];
	if (x->header != at) {
		if (at < x->header)
			differs(c, x->number, at, "only libarchive sees it");
		else
			differs(c, x->number, x->header, "position");
		return;
	}
	what = compare(x, e);
	if (what)
		differs(c, x->number, x->header, what);
	else
		c->verdict.agreed++;
	drop_head(c);
}

static la_ssize_t read_next(struct archive *a, void *ctx, const void **p)
{
	struct tsr_tar_check *c = ctx;
	const unsigned char *bytes = NULL;
	size_t n;

	(void)a;
	if (c->tail - c->head > WAITING_MAX) {
		struct expected *x = &c->queue[c->head];

		differs(c, x->number, x->header, "position");
	}
	/* Once they differ, what libarchive makes of the rest is of no use. */
	if (c->verdict.differs)
		return 0;
	n = c->next(c->ctx, &bytes);
	*p = bytes;
	return (la_ssize_t)n;
}

static la_int64_t skip_next(struct archive *a, void *ctx, la_int64_t n)
{
	struct tsr_tar_check *c = ctx;

	(void)a;
	return n > 0 && !c->verdict.differs ? (la_int64_t)c->skip(c->ctx, (uint64_t)n) : 0;
}

static int refused(struct tsr_tar_check *c, struct tsr_err *err, const char *what)
{
	const char *why = c->archive ? archive_error_string(c->archive) : NULL;

	return tsr_err_set(err, TSR_EINTERNAL, "libarchive: %s: %s", what, why ? why : "out of memory");
}

/* Tar and the empty archive; no filters: bytes are decompressed by us. */
static int set_up(struct tsr_tar_check *c, struct tsr_err *err)
{
	struct archive *a = c->archive = archive_read_new();

	if (!a)
		return refused(c, err, "cannot start");
	if (archive_read_support_filter_none(a) != ARCHIVE_OK ||
	    archive_read_support_format_tar(a) != ARCHIVE_OK ||
	    archive_read_support_format_empty(a) != ARCHIVE_OK)
		return refused(c, err, "no tar reader");
	/* On by default on macOS; builds without it may refuse, and then it is off. */
	archive_read_set_format_option(a, "tar", "mac-ext", NULL);
	archive_read_set_read_callback(a, read_next);
	if (c->skip)
		archive_read_set_skip_callback(a, skip_next);
	archive_read_set_callback_data(a, c);
	return 0;
}

int tsr_tar_check_run(struct tsr_tar_check *c, struct tsr_err *err)
{
	struct archive_entry *e;

	if (set_up(c, err))
		return -1;
	/* Refused already here: the first block is no header for libarchive. */
	if (archive_read_open1(c->archive) != ARCHIVE_OK) {
		c->stopped = true;
		return 0;
	}
	while (!c->verdict.differs) {
		int rc = archive_read_next_header(c->archive, &e);

		if (rc == ARCHIVE_RETRY) {
			differs(c, c->met - (c->tail - c->head),
				(uint64_t)archive_read_header_position(c->archive), "libarchive stops");
			break;
		}
		if (rc != ARCHIVE_OK && rc != ARCHIVE_WARN)
			break;
		c->verdict.warnings += rc == ARCHIVE_WARN;
		meet(c, e, (uint64_t)archive_read_header_position(c->archive));
	}
	c->stopped = true;
	return 0;
}

void tsr_tar_check_finish(struct tsr_tar_check *c, struct tsr_tar_verdict *out)
{
	for (; c->head < c->tail; drop_head(c)) {
		const struct expected *x = &c->queue[c->head];

		if (!(x->doubts & TSR_TAR_TYPE))
			differs(c, x->number, x->header, "libarchive stops");
	}
	*out = c->verdict;
}
