/* SPDX-License-Identifier: Apache-2.0 */
#include "layer/facts_build.h"

#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/path.h"
#include "layer/facts_priv.h"
#include "layer/names.h"

/* Short strings that repeat (names, link targets, redacted forms) are found again through this many slots. */
#define RECENT 2048u
#define RECENT_LEN 128u

struct tsr_builder {
	struct tsr_node *nodes;
	uint32_t *last; /* per node: its last entry */
	struct tsr_entry *entries;
	struct tsr_step *steps;
	struct tsr_raw *raws;
	struct tsr_extract *extracts;
	struct tsr_skip *skips;
	size_t n_nodes, n_entries, n_steps, n_raws, n_extracts, n_skips;
	size_t cap_nodes, cap_last, cap_entries, cap_steps, cap_raws, cap_extracts, cap_skips;
	struct tsr_buf text;
	struct tsr_names names;
	uint32_t recent[RECENT]; /* text offsets by hash; 0: none */
	struct tsr_buf dir;	 /* the directory asked for last, and its node */
	uint32_t dir_node;
	enum tsr_grade grade;
	char *why;
};

static void start(struct tsr_builder *b)
{
	tsr_names_init(&b->names);
	tsr_buf_init(&b->text, TSR_TEXT_MAX);
	tsr_buf_init(&b->dir, SIZE_MAX);
	tsr_buf_addc(&b->text, '\0');
	b->nodes = tsr_grow(NULL, &b->cap_nodes, 1, sizeof(*b->nodes));
	b->last = tsr_grow(NULL, &b->cap_last, 1, sizeof(*b->last));
	b->nodes[0] = (struct tsr_node){ 0, 0, 0 };
	b->last[0] = TSR_NONE;
	b->n_nodes = 1;
}

static void empty(struct tsr_builder *b)
{
	free(b->nodes);
	free(b->last);
	free(b->entries);
	free(b->steps);
	free(b->raws);
	free(b->extracts);
	free(b->skips);
	free(b->why);
	tsr_buf_release(&b->text);
	tsr_buf_release(&b->dir);
	tsr_names_release(&b->names);
	memset(b, 0, sizeof(*b));
}

struct tsr_builder *tsr_builder_new(void)
{
	struct tsr_builder *b = tsr_xcalloc(1, sizeof(*b));

	start(b);
	return b;
}

void tsr_builder_free(struct tsr_builder *b)
{
	if (!b)
		return;
	empty(b);
	free(b);
}

void tsr_builder_set_text_max(struct tsr_builder *b, uint32_t max)
{
	b->text.max = max < b->text.len ? b->text.len : max;
}

/* --- grade ------------------------------------------------------------------ */

static int badness(enum tsr_grade g)
{
	switch (g) {
	case TSR_GRADE_AUDITED:
		return 0;
	case TSR_GRADE_OPAQUE:
		return 1;
	case TSR_GRADE_DAMAGED:
		return 2;
	case TSR_GRADE_AMBIGUOUS:
		return 3;
	case TSR_GRADE_LIMITED:
		return 4;
	}
	TSR_BUG("builder: no such grade");
}

void tsr_builder_grade(struct tsr_builder *b, enum tsr_grade grade, const char *why)
{
	if (badness(grade) <= badness(b->grade))
		return;
	b->grade = grade;
	free(b->why);
	b->why = tsr_xstrdup(why ? why : "");
}

/* --- text ------------------------------------------------------------------- */

static uint32_t append(struct tsr_builder *b, struct tsr_slice s)
{
	uint32_t at = (uint32_t)b->text.len;

	/* The string and its NUL, or nothing of it. */
	if (s.len >= b->text.max - b->text.len) {
		tsr_builder_grade(b, TSR_GRADE_LIMITED, "too much text in names and records");
		return 0;
	}
	tsr_buf_addsl(&b->text, s);
	tsr_buf_addc(&b->text, '\0');
	return at;
}

static bool text_is(const struct tsr_builder *b, uint32_t at, struct tsr_slice s)
{
	return at && s.len < b->text.len - at && memcmp(b->text.ptr + at, s.ptr, s.len) == 0 &&
	       b->text.ptr[at + s.len] == '\0';
}

uint32_t tsr_builder_text(struct tsr_builder *b, struct tsr_slice s)
{
	uint32_t *slot;

	if (s.len == 0)
		return 0;
	if (s.len > RECENT_LEN)
		return append(b, s);
	slot = &b->recent[tsr_names_hash(&b->names, 0, s) % RECENT];
	if (!text_is(b, *slot, s))
		*slot = append(b, s);
	return *slot;
}

struct tsr_slice tsr_builder_get(const struct tsr_builder *b, uint32_t text)
{
	if (text >= b->text.len)
		TSR_BUG("builder: a text that is not there");
	return tsr_slice_str(b->text.ptr + text);
}

/* --- nodes ------------------------------------------------------------------ */

static bool node_is(const void *ctx, uint32_t id, uint32_t parent, struct tsr_slice name)
{
	const struct tsr_builder *b = ctx;
	const struct tsr_node *n = &b->nodes[id];

	return n->parent == parent && n->name_len == name.len &&
	       memcmp(b->text.ptr + n->name, name.ptr, name.len) == 0;
}

static uint32_t add_node(struct tsr_builder *b, uint32_t hash, uint32_t parent, struct tsr_slice name)
{
	uint32_t text, id = (uint32_t)b->n_nodes;

	if (b->n_nodes >= TSR_NODES_MAX) {
		tsr_builder_grade(b, TSR_GRADE_LIMITED, "too many names");
		return TSR_NONE;
	}
	text = tsr_builder_text(b, name);
	if (!text)
		return TSR_NONE;
	b->nodes = tsr_grow(b->nodes, &b->cap_nodes, b->n_nodes + 1, sizeof(*b->nodes));
	b->last = tsr_grow(b->last, &b->cap_last, b->n_nodes + 1, sizeof(*b->last));
	b->nodes[id] = (struct tsr_node){ parent, text, (uint32_t)name.len };
	b->last[id] = TSR_NONE;
	b->n_nodes++;
	tsr_names_add(&b->names, hash, id);
	return id;
}

/* `make`: the builder again, where missing nodes are to be added; else NULL. */
static uint32_t walk(const struct tsr_builder *b, struct tsr_builder *make, uint32_t from,
		     struct tsr_slice path)
{
	struct tsr_slice name;
	uint32_t node = from;

	while (node != TSR_NONE && tsr_path_next(&path, &name)) {
		uint32_t hash = tsr_names_hash(&b->names, node, name);
		uint32_t child = tsr_names_find(&b->names, hash, node, name, node_is, b);

		if (child == TSR_NAMES_NONE && make)
			child = add_node(make, hash, node, name);
		node = child;
	}
	return node;
}

uint32_t tsr_builder_node(struct tsr_builder *b, struct tsr_slice clean)
{
	struct tsr_slice dir = tsr_path_dir(clean);

	/* Entries of one directory follow each other. */
	if (!tsr_slice_eq(dir, tsr_buf_slice(&b->dir))) {
		uint32_t node = walk(b, b, 0, dir);

		if (node == TSR_NONE)
			return TSR_NONE;
		tsr_buf_reset(&b->dir);
		tsr_buf_addsl(&b->dir, dir);
		b->dir_node = node;
	}
	return walk(b, b, b->dir_node, tsr_path_base(clean));
}

uint32_t tsr_builder_find(const struct tsr_builder *b, struct tsr_slice clean)
{
	return walk(b, NULL, 0, clean);
}

uint32_t tsr_builder_entry_of(const struct tsr_builder *b, uint32_t node)
{
	return node < b->n_nodes ? b->last[node] : TSR_NONE;
}

const struct tsr_entry *tsr_builder_entry(const struct tsr_builder *b, uint32_t entry)
{
	return entry < b->n_entries ? &b->entries[entry] : NULL;
}

struct tsr_entry *tsr_builder_entry_edit(struct tsr_builder *b, uint32_t entry)
{
	return entry < b->n_entries ? &b->entries[entry] : NULL;
}

void tsr_builder_path(const struct tsr_builder *b, uint32_t node, struct tsr_buf *out)
{
	if (node >= b->n_nodes)
		TSR_BUG("builder: a node that is not there");
	tsr_node_path(b->nodes, b->text.ptr, node, out);
}

/* --- records ---------------------------------------------------------------- */

uint32_t tsr_builder_add_entry(struct tsr_builder *b, const struct tsr_entry *e)
{
	if (e->node >= b->n_nodes || b->n_entries >= TSR_NONE) {
		if (e->node != TSR_NONE)
			TSR_BUG("builder: an entry without a node");
		return TSR_NONE;
	}
	b->entries = tsr_grow(b->entries, &b->cap_entries, b->n_entries + 1, sizeof(*b->entries));
	b->entries[b->n_entries] = *e;
	b->entries[b->n_entries].mode &= 07777;
	if (!e->link)
		b->entries[b->n_entries].link_len = 0; /* a target that text had no room for */
	memset(b->entries[b->n_entries].pad, 0, sizeof(e->pad));
	b->last[e->node] = (uint32_t)b->n_entries;
	return (uint32_t)b->n_entries++;
}

uint32_t tsr_builder_add_step(struct tsr_builder *b, const struct tsr_step *s)
{
	b->steps = tsr_grow(b->steps, &b->cap_steps, b->n_steps + 1, sizeof(*b->steps));
	b->steps[b->n_steps] = *s;
	if (!s->path)
		b->steps[b->n_steps].path_len = 0; /* a name that text had no room for */
	return (uint32_t)b->n_steps++;
}

uint32_t tsr_builder_add_raw(struct tsr_builder *b, const struct tsr_raw *r)
{
	b->raws = tsr_grow(b->raws, &b->cap_raws, b->n_raws + 1, sizeof(*b->raws));
	b->raws[b->n_raws] = *r;
	return (uint32_t)b->n_raws++;
}

uint32_t tsr_builder_add_extract(struct tsr_builder *b, const struct tsr_extract *x)
{
	b->extracts = tsr_grow(b->extracts, &b->cap_extracts, b->n_extracts + 1, sizeof(*b->extracts));
	b->extracts[b->n_extracts] = *x;
	return (uint32_t)b->n_extracts++;
}

void tsr_builder_add_skip(struct tsr_builder *b, const struct tsr_skip *s)
{
	b->skips = tsr_grow(b->skips, &b->cap_skips, b->n_skips + 1, sizeof(*b->skips));
	b->skips[b->n_skips++] = *s;
}

struct tsr_raw *tsr_builder_raws(struct tsr_builder *b, uint32_t *n)
{
	*n = (uint32_t)b->n_raws;
	return b->raws;
}

void tsr_builder_filter_raws(struct tsr_builder *b, const uint8_t *keep)
{
	size_t i, n = 0;

	for (i = 0; i < b->n_raws; i++)
		if (keep[i])
			b->raws[n++] = b->raws[i];
	b->n_raws = n;
}

/* The step's new number: it and those around it are taken over, outermost first. */
static uint32_t take_step(const struct tsr_step *from, uint32_t *number, struct tsr_step *to, uint32_t *n, uint32_t step)
{
	uint32_t chain[TSR_STEPS_MAX], depth = 0;

	for (uint32_t s = step; s != TSR_NONE && number[s] == TSR_NONE && depth < TSR_STEPS_MAX; s = from[s].outer)
		chain[depth++] = s;
	while (depth--) {
		struct tsr_step *s = &to[*n];

		*s = from[chain[depth]];
		s->outer = s->outer == TSR_NONE ? TSR_NONE : number[s->outer];
		number[chain[depth]] = (*n)++;
	}
	return step == TSR_NONE ? TSR_NONE : number[step];
}

void tsr_builder_settle_steps(struct tsr_builder *b)
{
	struct tsr_step *to = tsr_xcalloc(b->n_steps + 1, sizeof(*to));
	uint32_t *number = tsr_xcalloc(b->n_steps + 1, sizeof(*number)), n = 0;

	for (size_t i = 0; i < b->n_steps; i++)
		number[i] = TSR_NONE;
	for (size_t i = 0; i < b->n_raws; i++)
		b->raws[i].step = take_step(b->steps, number, to, &n, b->raws[i].step);
	for (size_t i = 0; i < b->n_skips; i++)
		b->skips[i].step = take_step(b->steps, number, to, &n, b->skips[i].step);
	free(number);
	free(b->steps);
	b->steps = to;
	b->cap_steps = b->n_steps + 1;
	b->n_steps = n;
}

/* --- the end ---------------------------------------------------------------- */

/* Hands an array over without its spare room; NULL if there is nothing in it. */
static void *hand_over(void *p, size_t n, size_t size)
{
	if (n)
		return tsr_xrealloc(p, n, size);
	free(p);
	return NULL;
}

static bool adds_up(const struct tsr_facts *f)
{
	uint64_t sum;

	return !__builtin_add_overflow(f->content, f->framing, &sum) &&
	       !__builtin_add_overflow(sum, f->skipped, &sum) && sum == f->unpacked;
}

#define HAND_OVER(section)                                                               \
	do {                                                                             \
		f->n_##section = (uint32_t)b->n_##section;                               \
		f->section = hand_over(b->section, b->n_##section, sizeof(*b->section)); \
		b->section = NULL;                                                       \
	} while (0)

struct tsr_facts *tsr_builder_publish(struct tsr_builder *b, const struct tsr_facts *head)
{
	struct tsr_facts *f = tsr_xmalloc(sizeof(*f));

	*f = *head;
	if (!adds_up(f))
		TSR_BUG("builder: the ledger does not add up");
	f->grade = b->grade;
	f->why = 0;
	if (b->why) {
		/* The reason must fit also where text is what ran out. */
		b->text.max = TSR_TEXT_MAX + strlen(b->why) + 1;
		f->why = tsr_builder_text(b, tsr_slice_str(b->why));
	}
	HAND_OVER(nodes);
	HAND_OVER(entries);
	HAND_OVER(steps);
	HAND_OVER(raws);
	HAND_OVER(extracts);
	HAND_OVER(skips);
	f->text_len = (uint32_t)b->text.len;
	f->text = hand_over(tsr_buf_take(&b->text), f->text_len, 1);
	empty(b);
	start(b);
	return f;
}
