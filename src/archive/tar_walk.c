/* SPDX-License-Identifier: Apache-2.0 */
#include "archive/tar_walk.h"

#include "archive/tar_walk_priv.h"
#include "base/mem.h"

/*
 * Bytes come in any split and leave at once: header bytes as FRAMING with a copy
 * kept in `block` (none when a whole block is there), data as slices of the
 * input. What a complete block or extension means is settled in the same call and
 * delivered by the next one, from `pending`.
 *
 * A group is the run of extension headers (x, L, K) and the header that they
 * extend. What an extension says lives until the next group begins, since the entry
 * points into it.
 */
#define SPARSE_BLOCKS_MAX (TSR_PAX_MAX / TSR_TAR_BLOCK - 1) /* as in Go */

struct tsr_tar_walk *tsr_tar_walk_new(void)
{
	struct tsr_tar_walk *w = tsr_xcalloc(1, sizeof(*w));

	tsr_buf_init(&w->body, TSR_PAX_MAX);
	tsr_buf_init(&w->long_name, TSR_PAX_MAX);
	tsr_buf_init(&w->long_link, TSR_PAX_MAX);
	tsr_pax_init(&w->pax);
	return w;
}

void tsr_tar_walk_free(struct tsr_tar_walk *w)
{
	if (!w)
		return;
	tsr_buf_release(&w->body);
	tsr_buf_release(&w->long_name);
	tsr_buf_release(&w->long_link);
	tsr_pax_release(&w->pax);
	free(w);
}

static void begin_group(struct tsr_tar_walk *w)
{
	if (w->has_x)
		tsr_pax_reset(&w->pax);
	if (w->has_long)
		tsr_buf_reset(&w->long_name);
	if (w->has_link)
		tsr_buf_reset(&w->long_link);
	w->has_x = w->has_long = w->has_link = false;
	w->map.state = TSR_TAR_MAP_NONE;
	w->complete = false;
	w->grouped = true;
	w->group_doubts = 0;
}

void tsr_tar_walk_reset(struct tsr_tar_walk *w)
{
	w->has_x = w->has_long = w->has_link = true;
	begin_group(w);
	w->grouped = false;
	w->state = AT_HEADER;
	w->pending = w->last = TSR_TAR_NEED;
	w->why = NULL;
	w->pos = w->left = 0;
	w->padding = 0;
	w->fill = 0;
	w->zero = w->ended = false;
	w->doubts = 0;
}

static void bad(struct tsr_tar_walk *w, const char *why)
{
	w->doubts |= w->group_doubts;
	w->state = IN_JUNK;
	w->pending = TSR_TAR_BAD;
	w->why = why;
}

static unsigned padding_of(uint64_t size)
{
	return (unsigned)(-size & (TSR_TAR_BLOCK - 1));
}

/* The body is read: padding or the next header follows. */
static void after_body(struct tsr_tar_walk *w)
{
	w->state = w->padding ? IN_PADDING : AT_HEADER;
}

static void emit(struct tsr_tar_walk *w)
{
	w->entry.doubts |= w->group_doubts;
	w->doubts |= w->entry.doubts;
	w->complete = true;
	w->pending = TSR_TAR_ENTRY;
}

static void found_entry(struct tsr_tar_walk *w, const unsigned char *block)
{
	const char *why = NULL;
	bool more = false;

	if (tsr_tar_entry_make(w, block, &more, &why)) {
		bad(w, why);
		return;
	}
	w->left = w->entry.size;
	w->padding = padding_of(w->left);
	if (more) {
		w->sparse_blocks = 0;
		w->state = IN_SPARSE;
		return;
	}
	w->entry.data = w->pos;
	w->state = IN_DATA;
	emit(w);
}

static void found_extension(struct tsr_tar_walk *w)
{
	int64_t size = w->header.size;

	w->group_doubts |= w->header.doubts;
	if (size < 0 || size > (int64_t)TSR_PAX_MAX) {
		bad(w, size < 0 ? "negative size" : "extended header longer than 1 MiB");
		return;
	}
	w->extension = w->header.type;
	switch (w->extension) {
	case 'x':
		if (w->has_x)
			w->group_doubts |= TSR_TAR_EXTENSIONS;
		w->has_x = true;
		break;
	case 'L':
		if (w->has_long)
			w->group_doubts |= TSR_TAR_EXTENSIONS;
		w->has_long = true;
		break;
	case 'K':
		if (w->has_link)
			w->group_doubts |= TSR_TAR_EXTENSIONS;
		w->has_link = true;
		break;
	default:
		/* Go forgets what stood before a global header; others apply it to the next entry. */
		if (w->has_x || w->has_long || w->has_link)
			w->group_doubts |= TSR_TAR_EXTENSIONS;
		tsr_tar_entry_begin(w);
		w->has_x = true;
	}
	tsr_buf_reset(&w->body);
	w->left = (uint64_t)size;
	w->padding = padding_of(w->left);
	w->state = IN_EXTENSION;
}

/* A global header is an entry of its own, as in Go; its records apply to nothing. */
static void global_entry(struct tsr_tar_walk *w)
{
	struct tsr_tar_entry *e = &w->entry;

	if (w->pax.path.len)
		e->name = w->pax.path;
	if (w->pax.linkpath.len)
		e->link = w->pax.linkpath;
	if (w->pax.more)
		w->group_doubts |= TSR_TAR_GLOBAL;
	w->group_doubts |= w->pax.doubts;
	e->data = w->pos;
	emit(w);
}

static void extension_complete(struct tsr_tar_walk *w)
{
	struct tsr_slice body = tsr_buf_slice(&w->body);
	struct tsr_buf *text = w->extension == 'L' ? &w->long_name : &w->long_link;

	after_body(w);
	if (w->extension == 'L' || w->extension == 'K') {
		tsr_buf_reset(text);
		tsr_buf_addsl(text, tsr_tar_text((const unsigned char *)body.ptr, body.len));
		return;
	}
	if (tsr_pax_parse(&w->pax, body))
		bad(w, "malformed PAX record");
	else if (w->extension == 'g')
		global_entry(w);
}

static void found_block(struct tsr_tar_walk *w, const unsigned char *block)
{
	uint64_t at = w->pos - TSR_TAR_BLOCK;
	const char *why = NULL;

	if (!block[0] && tsr_tar_is_zero(block, TSR_TAR_BLOCK)) {
		w->ended = w->zero;
		w->zero = true;
		if (w->ended)
			w->state = IN_TAIL;
		return;
	}
	if (w->zero) {
		w->doubts |= TSR_TAR_LONE_ZERO;
		w->state = IN_JUNK;
		return;
	}
	if (!w->grouped || w->complete) {
		begin_group(w);
		w->group = at;
	}
	if (tsr_tar_header_parse(block, &w->header, &why)) {
		bad(w, at ? why : "not a tar header");
		return;
	}
	switch (w->header.type) {
	case 'x':
	case 'g':
	case 'L':
	case 'K':
		found_extension(w);
		break;
	default:
		found_entry(w, block);
	}
}

static void found_sparse_block(struct tsr_tar_walk *w, const unsigned char *block)
{
	bool more;

	if (++w->sparse_blocks > SPARSE_BLOCKS_MAX) {
		bad(w, "sparse map longer than 1 MiB");
		return;
	}
	if (tsr_tar_sparse_block(block, false, &w->sparse, &more, &w->group_doubts)) {
		bad(w, "malformed sparse map");
		return;
	}
	if (more)
		return;
	w->entry.data = w->pos;
	w->state = IN_DATA;
	emit(w);
}

/* Hands out up to n bytes of the input. */
static size_t give(struct tsr_tar_walk *w, struct tsr_slice *in, uint64_t n, struct tsr_tar_event_data *ev)
{
	size_t len = n < in->len ? (size_t)n : in->len;

	ev->bytes = tsr_slice_of(in->ptr, len);
	ev->offset = w->pos;
	w->pos += len;
	*in = tsr_slice_of(in->ptr + len, in->len - len);
	return len;
}

static void take_block(struct tsr_tar_walk *w, struct tsr_slice *in, struct tsr_tar_event_data *ev)
{
	size_t n = give(w, in, TSR_TAR_BLOCK - w->fill, ev);
	const unsigned char *block = (const unsigned char *)ev->bytes.ptr;

	if (n < TSR_TAR_BLOCK) {
		memcpy(w->block + w->fill, ev->bytes.ptr, n);
		w->fill += n;
		if (w->fill < TSR_TAR_BLOCK)
			return;
		block = w->block;
	}
	w->fill = 0;
	if (w->state == IN_SPARSE)
		found_sparse_block(w, block);
	else
		found_block(w, block);
}

static enum tsr_tar_event deliver_pending(struct tsr_tar_walk *w, struct tsr_tar_event_data *ev)
{
	enum tsr_tar_event type = w->pending;

	w->pending = TSR_TAR_NEED;
	ev->offset = w->pos;
	if (type == TSR_TAR_ENTRY) {
		ev->entry = &w->entry;
		if (!w->left)
			w->pending = TSR_TAR_ENTRY_END;
	} else if (type == TSR_TAR_ENTRY_END) {
		ev->entry = &w->entry;
		after_body(w);
		/* Go stops here, even before it tells of the entry. */
		if (w->map.state != TSR_TAR_MAP_NONE)
			bad(w, "malformed sparse map");
	} else {
		ev->why = w->why;
	}
	return type;
}

static void take_data(struct tsr_tar_walk *w, struct tsr_slice *in, struct tsr_tar_event_data *ev)
{
	w->left -= give(w, in, w->left, ev);
	ev->entry = &w->entry;
	if (w->map.state == TSR_TAR_MAP_READING)
		tsr_tar_map_feed(&w->map, ev->bytes);
	if (!w->left)
		w->pending = TSR_TAR_ENTRY_END;
}

static enum tsr_tar_event take(struct tsr_tar_walk *w, struct tsr_slice *in, struct tsr_tar_event_data *ev)
{
	switch (w->state) {
	case AT_HEADER:
	case IN_SPARSE:
		take_block(w, in, ev);
		break;
	case IN_EXTENSION:
		w->left -= give(w, in, w->left, ev);
		tsr_buf_addsl(&w->body, ev->bytes);
		break;
	case IN_DATA:
		take_data(w, in, ev);
		return TSR_TAR_DATA;
	case IN_PADDING:
		w->padding -= (unsigned)give(w, in, w->padding, ev);
		if (!w->padding)
			w->state = AT_HEADER;
		break;
	case IN_TAIL:
		give(w, in, in->len, ev);
		if (!(w->doubts & TSR_TAR_AFTER_END) &&
		    !tsr_tar_is_zero((const unsigned char *)ev->bytes.ptr, ev->bytes.len))
			w->doubts |= TSR_TAR_AFTER_END;
		break;
	case IN_JUNK:
		give(w, in, in->len, ev);
		break;
	}
	/* An empty extension is complete with its header. */
	if (w->state == IN_EXTENSION && !w->left)
		extension_complete(w);
	return TSR_TAR_FRAMING;
}

enum tsr_tar_event tsr_tar_next(struct tsr_tar_walk *w, struct tsr_slice *in, struct tsr_tar_event_data *ev)
{
	memset(ev, 0, sizeof(*ev));
	if (w->pending != TSR_TAR_NEED)
		ev->type = deliver_pending(w, ev);
	else if (in->len)
		ev->type = take(w, in, ev);
	else
		ev->type = TSR_TAR_NEED;
	w->last = ev->type;
	return ev->type;
}

uint64_t tsr_tar_skip_body(struct tsr_tar_walk *w)
{
	uint64_t skipped;

	if (w->last != TSR_TAR_ENTRY)
		return 0;
	skipped = w->left + w->padding;
	w->pos += skipped;
	w->left = 0;
	w->padding = 0;
	w->pending = w->last = TSR_TAR_NEED;
	w->state = AT_HEADER;
	return skipped;
}

int tsr_tar_finish(struct tsr_tar_walk *w, const char **why)
{
	*why = NULL;
	switch (w->state) {
	case AT_HEADER:
		if (w->fill)
			*why = "ends inside a header";
		else
			w->doubts |= TSR_TAR_NO_END;
		break;
	case IN_EXTENSION:
	case IN_SPARSE:
		*why = "ends inside an extended header";
		break;
	case IN_DATA:
		*why = "ends inside an entry's data";
		break;
	case IN_PADDING:
		*why = "ends inside padding";
		break;
	case IN_TAIL:
	case IN_JUNK:
		break;
	}
	/* Extensions that extend nothing, unless what they extend was cut off. */
	if (!*why && w->grouped && !w->complete && w->state != IN_JUNK)
		w->doubts |= w->group_doubts | TSR_TAR_EXTENSIONS;
	return *why ? -1 : 0;
}

unsigned tsr_tar_doubts(const struct tsr_tar_walk *w)
{
	return w->doubts;
}

uint64_t tsr_tar_position(const struct tsr_tar_walk *w)
{
	return w->pos;
}

bool tsr_tar_ended(const struct tsr_tar_walk *w)
{
	return w->ended;
}
