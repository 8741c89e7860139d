/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/path.h"
#include "decode/conduit.h"
#include "inspect/inspect_priv.h"

/*
 * Files inside files.
 *
 * A container (decode/container.h) tells streams; each is looked at as a file of its own: scanned by
 * the scanner of its depth, its name judged, parsed if somebody knows it, and looked
 * into if it is a container itself. The bytes of an inner container are read once: what
 * its reader pulls passes the scanner and tsr_file_data() on its way (struct inlet).
 *
 * An entry's bytes are pushed by the walk of the layer. One that fits limits.retain
 * was kept and is read from memory; a larger one is read through a conduit as it
 * comes, if its format allows that. What needs all bytes at once and is larger is listed.
 *
 * Budgets are counted per blob, in the order of its bytes, so neither threads nor the way in
 * which a stream is cut show in what is found. One that is reached makes the audit incomplete;
 * what is malformed or encrypted is listed only.
 */

#define CHUNK (64u << 10)
/* limits.ratio counts above this, as for blobs. */
#define RATIO_FREE (1ull << 30)

struct tsr_nested {
	struct tsr_inspect *in;
	struct tsr_conduit *conduit;
	struct tsr_buf name;
	size_t headroom;        /* of scanners, in front of a chunk */
	uint64_t bytes, files;  /* of the blob */
	uint64_t entry_bytes;   /* of the entry at hand */
	bool spent, entry_spent;
	uint32_t *outers;       /* by stream - 1: the stream it is inside of */
	size_t n_streams, cap_streams;
};

/* The bytes of a stream on their way to whoever reads the container that it is. */
struct inlet {
	struct tsr_file *f;
	const struct tsr_container *from;
	void *state;
	size_t at, have; /* in the chunk: not read yet */
	bool ended;
};

struct tsr_nested *tsr_nested_new(struct tsr_inspect *in)
{
	struct tsr_nested *n = tsr_xcalloc(1, sizeof(*n));

	n->in = in;
	n->headroom = tsr_scanner_headroom(in->rs);
	tsr_buf_init(&n->name, in->limits->path);
	return n;
}

void tsr_nested_free(struct tsr_nested *n)
{
	if (!n)
		return;
	if (n->conduit)
		tsr_conduit_finish(n->conduit);
	for (uint32_t d = 1; d <= TSR_DEPTH_MAX; d++) {
		struct tsr_file *f = &n->in->files[d];

		tsr_scanner_free(f->scanner);
		free(f->counts);
		if (f->chunk)
			explicit_bzero(f->chunk, n->headroom + CHUNK);
		free(f->chunk);
	}
	tsr_buf_release(&n->name);
	free(n->outers);
	free(n);
}

void tsr_nested_entry(struct tsr_inspect *in)
{
	in->nested->entry_bytes = 0;
	in->nested->entry_spent = false;
}

uint32_t tsr_nested_outer(const struct tsr_inspect *in, uint32_t stream)
{
	return in->nested->outers[stream - 1];
}

static bool is_spent(const struct tsr_nested *n)
{
	return n->spent || n->entry_spent;
}

/* A budget is used up: nothing more is opened in the entry, or in the blob. */
static void spend(struct tsr_nested *n, bool *flag, const char *why)
{
	if (*flag)
		return;
	*flag = true;
	tsr_inspect_skip(&n->in->files[0], "files inside files", why, true, 0);
}

static void list_row(struct tsr_file *f, const char *kind, const char *why, bool fatal)
{
	char what[64];

	snprintf(what, sizeof(what), "content of %s", kind);
	tsr_inspect_skip(f, what, why, fatal, 0);
}

/* Malformed, or a limit of the decoder, which is a budget like those here. */
static void list_error(struct tsr_file *f, const char *kind, const struct tsr_err *err)
{
	list_row(f, kind, err->msg, err->kind != TSR_EFORMAT);
}

static void count_bytes(struct tsr_nested *n, size_t got)
{
	const struct tsr_limits *l = n->in->limits;
	uint64_t size = n->in->files[0].size;

	n->bytes += got;
	n->entry_bytes += got;
	if (n->bytes > l->nested)
		spend(n, &n->spent, "they unpack to more than --max-nested allows");
	else if (n->entry_bytes > RATIO_FREE && n->entry_bytes / l->ratio > size)
		spend(n, &n->entry_spent, "they unpack to more than --max-ratio allows");
}

/* Reads and scans the next bytes of the stream; false at its end. */
static bool fill(struct inlet *i)
{
	struct tsr_file *f = i->f;
	unsigned char *data = f->chunk + f->in->nested->headroom;
	struct tsr_err err = TSR_ERR_INIT;
	bool first = !f->got;

	i->at = i->have = 0;
	while (!i->ended && i->have < CHUNK) {
		ssize_t n = i->from->read(i->state, data + i->have, CHUNK - i->have, &err);

		if (n < 0)
			list_error(f, f->kind, &err);
		i->ended = n <= 0;
		i->have += n > 0 ? (size_t)n : 0;
	}
	if (!i->have)
		return false;
	count_bytes(f->in->nested, i->have);
	i->ended |= is_spent(f->in->nested);
	tsr_scanner_feed(f->scanner, data, i->have);
	if (first)
		tsr_scanner_region(f->scanner, 0, 0, UINT64_MAX, tsr_buf_slice(&f->path));
	tsr_scanner_settle(f->scanner);
	tsr_file_data(f, tsr_slice_of(data, i->have));
	return true;
}

static ssize_t inlet_read(void *ctx, void *p, size_t n, struct tsr_err *err)
{
	struct inlet *i = ctx;

	(void)err;
	if (i->at == i->have && !fill(i))
		return 0;
	n = n < i->have - i->at ? n : i->have - i->at;
	memcpy(p, i->f->chunk + i->f->in->nested->headroom + i->at, n);
	i->at += n;
	return (ssize_t)n;
}

/* What a file of a depth needs to be looked at; false: there is no scanner to be had. */
static bool equip(struct tsr_file *f)
{
	struct tsr_err err = TSR_ERR_INIT;

	if (!f->scanner)
		f->scanner = tsr_scanner_new(f->in->rs, &err);
	if (!f->counts)
		f->counts = tsr_xcalloc((size_t)f->in->rs->n_rules + 1, sizeof(*f->counts));
	if (!f->chunk)
		f->chunk = tsr_xmalloc(f->in->nested->headroom + CHUNK);
	return f->scanner != NULL;
}

/* "etc/app.conf.gz" holds "etc/app.conf": rules about names are asked for that. */
static struct tsr_slice unpacked_name(struct tsr_slice path)
{
	static const struct {
		const char *suffix;
		size_t cut;
	} suffixes[] = { { ".gz", 3 }, { ".xz", 3 }, { ".zst", 4 }, { ".bz2", 4 }, { ".tgz", 4 }, { ".rpm", 4 } };

	for (size_t i = 0; i < TSR_ARRAY_LEN(suffixes); i++)
		if (tsr_slice_ends(path, suffixes[i].suffix))
			return tsr_slice_sub(path, 0, path.len - suffixes[i].cut);
	return path;
}

/* An a.tar.gz is one level, although it is two containers; what is compressed several times is several. */
static uint32_t level_below(const struct tsr_file *f, const struct tsr_inner_stream *inner)
{
	return f->level + (inner->path.len || (f->outer && !f->named));
}

static void begin_stream(struct tsr_file *f, const struct tsr_inner_stream *inner)
{
	struct tsr_nested *n = f->in->nested;
	struct tsr_slice path = unpacked_name(tsr_buf_slice(&f->outer->path));

	f->level = level_below(f->outer, inner);
	f->named = inner->path.len > 0;
	if (f->named) {
		tsr_buf_reset(&n->name);
		path = inner->path;
		if (tsr_path_clean(inner->path, &n->name) >= 0)
			path = tsr_buf_slice(&n->name);
	}
	tsr_file_begin(f, f->outer->entry, path, UINT64_MAX);
	f->kind = f->outer->container->kind;
	n->outers = tsr_grow(n->outers, &n->cap_streams, n->n_streams + 1, sizeof(*n->outers));
	n->outers[n->n_streams++] = f->outer->stream;
	f->stream = (uint32_t)n->n_streams;
	f->in->file = f;
}

static void end_stream(struct tsr_file *f)
{
	tsr_scanner_end(f->scanner);
	tsr_inspect_limits(f->in, tsr_scanner_limits(f->scanner));
	tsr_path_rules(f, &(struct tsr_named){ .type = '0', .size = f->got });
	tsr_file_end(f);
}

static void look_into(struct tsr_file *f, const struct tsr_container_input *input);

/* The scanner of its depth is there. */
static void read_stream(struct tsr_file *f, void *state)
{
	struct inlet i = { .f = f, .from = f->outer->container, .state = state };

	tsr_scanner_begin(f->scanner, tsr_inspect_match_inside, f);
	fill(&i);
	if (i.ended)
		tsr_file_short(f);
	if (f->container && !f->container->whole)
		look_into(f, &(struct tsr_container_input){ .in = { inlet_read, &i } });
	while (fill(&i))
		;
	end_stream(f);
}

static void look_at(struct tsr_file *f, const struct tsr_inner_stream *inner, void *state)
{
	begin_stream(f, inner);
	if (inner->why_not)
		list_row(f, f->kind, inner->why_not, false);
	else if (!equip(f))
		list_row(f, f->kind, "Vectorscan refuses to work on it", true);
	else
		read_stream(f, state);
	f->in->file = f->outer;
}

static bool may_go_deeper(struct tsr_file *f, const struct tsr_inner_stream *inner)
{
	struct tsr_nested *n = f->in->nested;
	uint32_t level = level_below(f, inner);

	if (f->depth >= TSR_DEPTH_MAX || level > TSR_LEVEL_MAX || level > f->in->limits->depth) {
		tsr_inspect_skip(f, "files inside it", "they are nested deeper than --max-depth allows", true, 0);
		return false;
	}
	if (++n->files > f->in->limits->nested_files)
		spend(n, &n->spent, "they are more than --max-nested-files allows");
	return !is_spent(n);
}

static void look_into(struct tsr_file *f, const struct tsr_container_input *input)
{
	const struct tsr_container *c = f->container;
	struct tsr_inner_stream inner = { 0 };
	struct tsr_err err = TSR_ERR_INIT;
	void *state;
	int r;

	if (is_spent(f->in->nested))
		return;
	state = c->open(input, &err);
	if (!state) {
		if (err.kind != TSR_ENONE)
			list_error(f, c->kind, &err);
		return;
	}
	while ((r = c->next(state, &inner, &err)) > 0 && may_go_deeper(f, &inner)) {
		look_at(f + 1, &inner, state);
		inner = (struct tsr_inner_stream){ 0 };
	}
	if (r < 0)
		list_error(f, c->kind, &err);
	c->close(state);
}

void tsr_nested_look(struct tsr_file *f, struct tsr_slice content)
{
	struct tsr_memory_reader memory;
	struct tsr_container_input input = { .in = tsr_memory_reader(&memory, content.ptr, content.len) };

	if (f->container->whole)
		input.whole = content;
	look_into(f, &input);
}

static void run_feed(void *file, const struct tsr_reader *in)
{
	look_into(file, &(struct tsr_container_input){ .in = *in });
}

void tsr_nested_feed(struct tsr_file *f, struct tsr_slice bytes)
{
	struct tsr_nested *n = f->in->nested;

	if (!n->conduit)
		n->conduit = tsr_conduit_start(run_feed, f);
	if (n->conduit)
		tsr_conduit_push(n->conduit, bytes);
	else
		spend(n, &n->entry_spent, "there is no thread to read them on");
}

void tsr_nested_feed_end(struct tsr_file *f)
{
	struct tsr_nested *n = f->in->nested;

	if (n->conduit)
		tsr_conduit_finish(n->conduit);
	n->conduit = NULL;
}
