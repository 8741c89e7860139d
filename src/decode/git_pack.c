/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/mem.h"
#include "decode/container.h"
#include "decode/git_delta.h"
#include "decode/git_names.h"
#include "decode/git_pack_index.h"

/*
 * A pack in memory: commits, tags and blobs, deltas resolved, under their id and, for blobs, the
 * path that a tree has for them. Trees hold nothing but those names and are not told.
 *
 * An object is made once, and then everything that is a delta of it, before the next: depth first, the
 * delta with the most below it last, when the object itself is no longer needed. So no more objects are
 * kept than the binary logarithm of their number, and a chain of any length keeps one. References
 * by id are not weighed; a bound of memory holds for all.
 *
 * What cannot be made comes at the end, under its offset: the bytes that the delta inserts, and then why.
 * The same way a pack that is too large to be kept is read (tsr_container_git_pack_streamed): all
 * objects that are no deltas, and what deltas insert.
 */

#define OBJECT_MAX (32u << 20)
#define KEPT_MAX (96u << 20)
/* What objects may come to, with the deltas resolved. What is above comes as what the deltas insert. */
#define MADE_RATIO 128u
#define MADE_MORE (64u << 20)
#define STACK_MAX 4096u

enum entry_state {
	ENTRY_OPEN = 0, /* not made */
	ENTRY_DONE,	/* made, and told unless it is a tree */
};

enum why {
	WHY_NO_BASE = 0,
	WHY_TOO_LARGE,
	WHY_DAMAGED,
	WHY_MEMORY,
	WHY_BUDGET,
};

static const char *const reasons[] = {
	[WHY_NO_BASE] = "a delta whose base could not be had: only what it inserts was looked at",
	[WHY_TOO_LARGE] = "an object of more than 32 MiB: of a delta only what it inserts was looked at",
	[WHY_DAMAGED] = "a delta that is damaged: only what it inserts was looked at",
	[WHY_MEMORY] = "a delta that needs more memory than is allowed: only what it inserts was looked at",
	[WHY_BUDGET] =
		"the pack unpacks to more than 128 times its size: of this delta only what it inserts was looked at",
};

/* An object that was made, while there are deltas of it to be made. */
struct made {
	char *data;
	size_t len;
	uint32_t entry;
	uint32_t child, heavy; /* still to come */
	size_t ref, ref_end;
};

struct pack {
	struct tsr_git_index x;
	struct tsr_git_names *names;
	struct tsr_inflater *z;
	struct made *stack;
	size_t depth, cap, kept; /* kept: bytes of all that is in it */
	uint64_t budget;
	bool trees;   /* they come first, for the names */
	size_t at;    /* entry to go on with */
	bool rest;    /* what could not be made is being told */
	bool stopped; /* the error of the end was told */
	struct tsr_buf path;
	/* What read() gives: */
	struct tsr_slice left;
	struct tsr_git_entry *raw; /* an entry as it stands in the pack, or NULL */
	struct tsr_git_inserted inserted;
};

static bool is_delta(const struct tsr_git_entry *e)
{
	return e->type == TSR_GIT_OFS_DELTA || e->type == TSR_GIT_REF_DELTA;
}

/* --- making objects --------------------------------------------------------- */

static char *inflate_entry(struct pack *p, const struct tsr_git_entry *e)
{
	char *data = tsr_xmalloc((size_t)e->size + 1);
	struct tsr_err err = TSR_ERR_INIT;

	tsr_inflater_move(p->z, tsr_slice_sub(p->x.pack, e->body, p->x.pack.len));
	tsr_inflater_begin(p->z);
	if (tsr_inflater_read_full(p->z, data, (size_t)e->size + 1, &err) == (ssize_t)e->size)
		return data;
	free(data);
	return NULL;
}

static void forget(struct pack *p, struct made *m)
{
	p->kept -= m->len;
	free(m->data);
}

/* The object at hand is the top of the stack; its id finds the deltas that refer to it. */
static void push(struct pack *p, uint32_t entry, uint8_t kind, char *data, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	struct tsr_git_entry *e = &p->x.entries[entry];
	unsigned char id[TSR_GIT_ID_MAX];
	struct made *m;

	p->stack = tsr_grow(p->stack, &p->cap, p->depth + 1, sizeof(*p->stack));
	m = &p->stack[p->depth++];
	*m = (struct made){ .data = data, .len = len, .entry = entry, .child = e->child, .heavy = e->heavy };
	p->kept += len;
	e->state = ENTRY_DONE;
	e->kind = kind;
	tsr_git_object_id(kind, tsr_slice_of(data, len), p->x.id_size, id);
	m->ref_end = tsr_git_index_refs(&p->x, id, &m->ref);
	if (kind == TSR_GIT_TREE) {
		tsr_git_names_tree(p->names, id, tsr_slice_of(data, len));
		return;
	}
	tsr_buf_reset(&p->path);
	for (size_t i = 0; i < p->x.id_size; i++) {
		tsr_buf_addc(&p->path, digits[id[i] >> 4]);
		tsr_buf_addc(&p->path, digits[id[i] & 15]);
	}
	if (kind == TSR_GIT_BLOB)
		tsr_git_names_path(p->names, id, &p->path);
}

static bool push_root(struct pack *p, uint32_t entry)
{
	struct tsr_git_entry *e = &p->x.entries[entry];
	char *data;

	e->why = e->size > OBJECT_MAX ? WHY_TOO_LARGE : e->size > p->budget ? WHY_BUDGET : WHY_DAMAGED;
	if (e->why != WHY_DAMAGED)
		return false;
	p->budget -= e->size;
	data = inflate_entry(p, e);
	if (data)
		push(p, entry, e->type, data, e->size);
	return data;
}

/* Spends the budget also of what then comes to nothing: that is work too. */
static enum why spend(struct pack *p, uint64_t size)
{
	if (size > OBJECT_MAX)
		return WHY_TOO_LARGE;
	if (size > p->budget)
		return WHY_BUDGET;
	if (size > KEPT_MAX - p->kept || p->depth == STACK_MAX)
		return WHY_MEMORY;
	p->budget -= size;
	return WHY_DAMAGED; /* if it does not come to anything */
}

/* A delta of the top of the stack, which is `last` and goes. */
static bool push_delta(struct pack *p, uint32_t entry, bool last)
{
	struct made base = p->stack[p->depth - 1];
	struct tsr_git_entry *e = &p->x.entries[entry];
	uint8_t kind = p->x.entries[base.entry].kind;
	uint64_t from, size = 0;
	char *delta = NULL, *data = NULL;
	struct tsr_slice d;

	e->why = e->size > OBJECT_MAX ? WHY_TOO_LARGE : WHY_DAMAGED;
	if (e->why == WHY_DAMAGED)
		delta = inflate_entry(p, e);
	d = tsr_slice_of(delta, delta ? e->size : 0);
	if (delta && tsr_git_delta_sizes(d, &from, &size)) {
		e->why = spend(p, size);
		data = e->why == WHY_DAMAGED ? tsr_xmalloc((size_t)size + 1) : NULL;
	}
	if (data && tsr_git_delta_apply(tsr_slice_of(base.data, base.len), d, data, (size_t)size, NULL)) {
		free(data);
		data = NULL;
	}
	free(delta);
	if (last) {
		forget(p, &p->stack[p->depth - 1]);
		p->depth--;
	}
	if (data)
		push(p, entry, kind, data, (size_t)size);
	return data;
}

/* The next delta of the top of the stack. */
static uint32_t take_child(struct pack *p)
{
	struct made *m = &p->stack[p->depth - 1];
	uint32_t entry = m->child;

	if (entry != TSR_GIT_NONE) {
		m->child = p->x.entries[entry].next;
	} else if (m->ref < m->ref_end) {
		entry = p->x.refs[m->ref++].entry;
	} else {
		entry = m->heavy;
		m->heavy = TSR_GIT_NONE;
	}
	return entry;
}

static bool has_child(const struct made *m)
{
	return m->child != TSR_GIT_NONE || m->ref < m->ref_end || m->heavy != TSR_GIT_NONE;
}

/* Makes the next object; false: none of this pass is left. */
static bool make_next(struct pack *p)
{
	for (;;) {
		while (p->depth) {
			uint32_t entry = take_child(p);

			if (entry == TSR_GIT_NONE) {
				forget(p, &p->stack[--p->depth]);
				continue;
			}
			if (push_delta(p, entry, !has_child(&p->stack[p->depth - 1])))
				return true;
		}
		for (; p->at < p->x.n; p->at++) {
			struct tsr_git_entry *e = &p->x.entries[p->at];

			if (!is_delta(e) && (e->type == TSR_GIT_TREE) == p->trees &&
			    push_root(p, (uint32_t)p->at))
				break;
		}
		if (p->at == p->x.n)
			return false;
		p->at++;
		return true;
	}
}

/* --- telling them ----------------------------------------------------------- */

static void pack_close(void *state)
{
	struct pack *p = state;

	while (p->depth)
		forget(p, &p->stack[--p->depth]);
	free(p->stack);
	tsr_git_names_free(p->names);
	tsr_inflater_free(p->z);
	tsr_git_index_release(&p->x);
	tsr_buf_release(&p->path);
	free(p);
}

/* Names are worth half of the work at most. */
static uint64_t half_budget(const struct pack *p)
{
	return ((uint64_t)p->x.pack.len * MADE_RATIO + MADE_MORE) / 2;
}

static void *pack_open(const struct tsr_container_input *input, struct tsr_err *err)
{
	struct pack *p = tsr_xcalloc(1, sizeof(*p));

	tsr_buf_init(&p->path, 64u << 10);
	if (tsr_git_index_make(&p->x, input->whole, err)) {
		pack_close(p);
		return NULL;
	}
	p->z = tsr_inflater_over(input->whole);
	p->names = tsr_git_names_new(p->x.id_size);
	p->budget = half_budget(p);
	p->trees = true;
	return p;
}

/* The top of the stack, if it is something to be told. */
static bool tell_made(struct pack *p, struct tsr_inner_stream *out)
{
	const struct made *m = &p->stack[p->depth - 1];

	p->left = tsr_slice_of(m->data, m->len);
	*out = (struct tsr_inner_stream){ .path = tsr_buf_slice(&p->path) };
	return p->x.entries[m->entry].kind != TSR_GIT_TREE;
}

/* An entry as it stands there, under its offset. What is known to be a tree has no place here either. */
static bool tell_raw(struct pack *p, struct tsr_inner_stream *out)
{
	for (; p->at < p->x.n; p->at++) {
		struct tsr_git_entry *e = &p->x.entries[p->at];

		if (e->state != ENTRY_DONE && e->kind != TSR_GIT_TREE)
			break;
	}
	if (p->at == p->x.n)
		return false;
	p->raw = &p->x.entries[p->at++];
	tsr_buf_reset(&p->path);
	tsr_buf_printf(&p->path, "offset-%u", p->raw->at);
	tsr_inflater_move(p->z, tsr_slice_sub(p->x.pack, p->raw->body, p->x.pack.len));
	tsr_inflater_begin(p->z);
	p->inserted = (struct tsr_git_inserted){ 0 };
	*out = (struct tsr_inner_stream){ .path = tsr_buf_slice(&p->path) };
	return true;
}

static int pack_next(void *state, struct tsr_inner_stream *out, struct tsr_err *err)
{
	struct pack *p = state;

	p->raw = NULL;
	while (!p->rest) {
		if (make_next(p)) {
			if (tell_made(p, out))
				return 1;
			continue;
		}
		p->at = 0;
		p->rest = !p->trees;
		p->budget += p->trees ? half_budget(p) : 0;
		p->trees = false;
	}
	if (tell_raw(p, out))
		return 1;
	if (p->stopped || p->x.err.kind == TSR_ENONE)
		return 0;
	p->stopped = true;
	return tsr_err_set(err, p->x.err.kind, "%s", p->x.err.msg);
}

static ssize_t read_raw(struct pack *p, void *to, size_t n, struct tsr_err *err)
{
	ssize_t got;

	do {
		got = tsr_inflater_read(p->z, to, n, err);
		if (got < 0)
			return -1;
		if (!got && is_delta(p->raw))
			return tsr_err_set(err, p->raw->why == WHY_BUDGET ? TSR_ELIMIT : TSR_EFORMAT, "%s",
					   reasons[p->raw->why]);
		if (got && is_delta(p->raw))
			got = (ssize_t)tsr_git_delta_inserted(&p->inserted, to, (size_t)got);
		else
			break;
	} while (!got);
	return got;
}

static ssize_t pack_read(void *state, void *to, size_t n, struct tsr_err *err)
{
	struct pack *p = state;

	if (p->raw)
		return read_raw(p, to, n, err);
	n = n < p->left.len ? n : p->left.len;
	if (n)
		memcpy(to, p->left.ptr, n);
	p->left = tsr_slice_sub(p->left, n, p->left.len);
	return (ssize_t)n;
}

static bool pack_sniff(struct tsr_slice head)
{
	return head.len >= TSR_GIT_PACK_HEAD && !memcmp(head.ptr, "PACK\0\0\0", 7) &&
	       (head.ptr[7] == 2 || head.ptr[7] == 3);
}

extern const struct tsr_container tsr_container_git_pack, tsr_container_git_pack_streamed;
const struct tsr_container tsr_container_git_pack = {
	.kind = "git-pack",
	.whole = true,
	.sniff = pack_sniff,
	.open = pack_open,
	.next = pack_next,
	.read = pack_read,
	.close = pack_close,
	.streamed = &tsr_container_git_pack_streamed,
};
