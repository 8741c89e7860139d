/* SPDX-License-Identifier: Apache-2.0 */
#include "layer/facts.h"

#include <stdlib.h>
#include <string.h>

#include "archive/members.h"
#include "base/buf.h"
#include "base/filehash.h"
#include "base/mem.h"

/*
 * The bytes of facts: magic, version, head, counts, the sections' records one
 * after another, text, and the SHA-256 of all that. Each record is described once,
 * by a function that moves its fields through a `struct io`, which either writes
 * or reads; so the two cannot drift apart.
 *
 * The digest finds damage, not malice: whoever can write a cache can write a
 * digest. So every index, offset and enumeration is checked on reading as well, and what
 * was read is safe to use whatever the bytes are. The rule indices of raws are the
 * caller's to check: only it has the ruleset.
 */
static const char magic[8] = "tsrfacts";

#define DIGEST_BYTES 65u
#define HEAD_BYTES (sizeof(magic) + 4 + 4 * DIGEST_BYTES + 5 * 8 + 5 * 4 + 7 * 4)
#define NODE_BYTES 12u
#define ENTRY_BYTES 64u
#define STEP_BYTES 24u
#define RAW_BYTES 84u
#define EXTRACT_BYTES 40u
#define SKIP_BYTES 28u
#define TRAILER_BYTES 32u
/* Counts that no builder reaches, so that sizes cannot overflow. */
#define COUNT_MAX (1u << 28)

#define ENTRY_FLAGS (TSR_ENTRY_OVERLAY_XATTR * 2u - 1u)
#define CHECK_RESULTS 8u /* room for the values of scan's enum tsr_check_result */

struct io {
	struct tsr_buf *out;	 /* writing; NULL: reading */
	const unsigned char *in; /* reading: the next byte; the total was checked before */
};

static void io_bytes(struct io *io, void *p, size_t len)
{
	if (io->out) {
		tsr_buf_add(io->out, p, len);
		return;
	}
	memcpy(p, io->in, len);
	io->in += len;
}

static void io_u32(struct io *io, uint32_t *v)
{
	unsigned char b[4] = { (unsigned char)*v, (unsigned char)(*v >> 8), (unsigned char)(*v >> 16),
			       (unsigned char)(*v >> 24) };

	io_bytes(io, b, sizeof(b));
	*v = (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static void io_u64(struct io *io, uint64_t *v)
{
	uint32_t low = (uint32_t)*v, high = (uint32_t)(*v >> 32);

	io_u32(io, &low);
	io_u32(io, &high);
	*v = (uint64_t)high << 32 | low;
}

static void io_i64(struct io *io, int64_t *v)
{
	uint64_t u = (uint64_t)*v;

	io_u64(io, &u);
	*v = (int64_t)u;
}

static void io_digest(struct io *io, struct tsr_digest *d)
{
	io_bytes(io, &d->alg, 1);
	io_bytes(io, d->bytes, sizeof(d->bytes));
}

static void io_node(struct io *io, struct tsr_node *n)
{
	io_u32(io, &n->parent);
	io_u32(io, &n->name);
	io_u32(io, &n->name_len);
}

static void io_entry(struct io *io, struct tsr_entry *e)
{
	io_u32(io, &e->node);
	io_u32(io, &e->link);
	io_u32(io, &e->link_len);
	io_u32(io, &e->mode);
	io_i64(io, &e->uid);
	io_i64(io, &e->gid);
	io_u64(io, &e->size);
	io_u64(io, &e->header);
	io_u64(io, &e->data);
	io_u32(io, &e->flags);
	io_bytes(io, &e->type, 1);
	io_bytes(io, e->pad, sizeof(e->pad));
}

static void io_step(struct io *io, struct tsr_step *s)
{
	io_u32(io, &s->outer);
	io_u32(io, &s->kind);
	io_u32(io, &s->path);
	io_u32(io, &s->path_len);
	io_u64(io, &s->offset);
}

static void io_raw(struct io *io, struct tsr_raw *r)
{
	io_u32(io, &r->rule);
	io_u32(io, &r->entry);
	io_u64(io, &r->offset);
	io_u32(io, &r->step);
	io_u32(io, &r->stream);
	io_u32(io, &r->length);
	io_u32(io, &r->line);
	io_u32(io, &r->pointer);
	io_u32(io, &r->redacted);
	io_u32(io, &r->message);
	io_u32(io, &r->key);
	io_u32(io, &r->tags);
	io_u32(io, &r->nth);
	io_u32(io, &r->occurrences);
	io_bytes(io, &r->severity, 1);
	io_bytes(io, &r->severity_hidden, 1);
	io_bytes(io, &r->confidence, 1);
	io_bytes(io, &r->check, 1);
	io_bytes(io, r->secret_id, sizeof(r->secret_id));
	io_bytes(io, &r->is_key, 1);
	io_bytes(io, r->pad, sizeof(r->pad));
}

static void io_extract(struct io *io, struct tsr_extract *x)
{
	io_u32(io, &x->kind);
	io_u32(io, &x->entry);
	io_u32(io, &x->a);
	io_u32(io, &x->b);
	io_u64(io, &x->x);
	io_u64(io, &x->y);
	io_u64(io, &x->z);
}

static void io_skip(struct io *io, struct tsr_skip *s)
{
	io_u32(io, &s->what);
	io_u32(io, &s->why);
	io_u32(io, &s->entry);
	io_u32(io, &s->step);
	io_bytes(io, &s->derived, 1);
	io_bytes(io, &s->fatal, 1);
	io_bytes(io, s->pad, sizeof(s->pad));
	io_u64(io, &s->bytes);
}

static void io_head(struct io *io, struct tsr_facts *f)
{
	io_digest(io, &f->blob);
	io_digest(io, &f->diff_id);
	io_digest(io, &f->blob_other);
	io_digest(io, &f->diff_other);
	io_u64(io, &f->stored);
	io_u64(io, &f->unpacked);
	io_u64(io, &f->content);
	io_u64(io, &f->framing);
	io_u64(io, &f->skipped);
	io_u32(io, &f->grade);
	io_u32(io, &f->kind);
	io_u32(io, &f->why);
	io_u32(io, &f->doubts);
	io_u32(io, &f->warnings);
	io_u32(io, &f->n_nodes);
	io_u32(io, &f->n_entries);
	io_u32(io, &f->n_steps);
	io_u32(io, &f->n_raws);
	io_u32(io, &f->n_extracts);
	io_u32(io, &f->n_skips);
	io_u32(io, &f->text_len);
}

/* --- writing ---------------------------------------------------------------- */

/* Each record is copied, since the moving functions are for both directions. */
#define WRITE(type, section, move)                        \
	do {                                              \
		uint32_t i_;                              \
		for (i_ = 0; i_ < f->n_##section; i_++) { \
			struct type r_ = f->section[i_];  \
			move(&io, &r_);                   \
		}                                         \
	} while (0)

int tsr_facts_write(const struct tsr_facts *f, struct tsr_buf *out)
{
	struct io io = { out, NULL };
	struct tsr_facts head = *f;
	uint32_t version = TSR_FACTS_VERSION;
	size_t from = out->len;
	uint8_t digest[TRAILER_BYTES];

	tsr_buf_add(out, magic, sizeof(magic));
	io_u32(&io, &version);
	io_head(&io, &head);
	WRITE(tsr_node, nodes, io_node);
	WRITE(tsr_entry, entries, io_entry);
	WRITE(tsr_step, steps, io_step);
	WRITE(tsr_raw, raws, io_raw);
	WRITE(tsr_extract, extracts, io_extract);
	WRITE(tsr_skip, skips, io_skip);
	tsr_buf_add(out, f->text, f->text_len);
	if (out->full)
		return -1;
	tsr_sha256(out->ptr + from, out->len - from, digest);
	return tsr_buf_add(out, digest, sizeof(digest));
}

/* --- reading ---------------------------------------------------------------- */

/* Does `at` begin a string? Text begins and ends with NUL, so every string has an end. */
static bool text_ok(const struct tsr_facts *f, uint32_t at)
{
	return at < f->text_len;
}

static bool span_ok(const struct tsr_facts *f, uint32_t at, uint32_t len)
{
	return at < f->text_len && len < f->text_len - at && f->text[at + len] == '\0';
}

static bool entry_ok(const struct tsr_facts *f, uint32_t entry)
{
	return entry == TSR_NONE || entry < f->n_entries;
}

static bool digest_ok(const struct tsr_digest *d)
{
	return d->alg <= TSR_DIGEST_OTHER;
}

static bool head_ok(const struct tsr_facts *f)
{
	uint64_t sum;

	return digest_ok(&f->blob) && digest_ok(&f->diff_id) && digest_ok(&f->blob_other) &&
	       digest_ok(&f->diff_other) && !__builtin_add_overflow(f->content, f->framing, &sum) &&
	       !__builtin_add_overflow(sum, f->skipped, &sum) && sum == f->unpacked &&
	       f->grade <= TSR_GRADE_OPAQUE && f->kind <= TSR_BLOB_EMPTY && text_ok(f, f->why);
}

/* A parent before its child: chains end at the root. Names are components of clean paths. */
static bool node_ok(const struct tsr_facts *f, uint32_t i)
{
	const struct tsr_node *n = &f->nodes[i];
	struct tsr_slice name;

	if (i == 0)
		return n->parent == 0 && n->name == 0 && n->name_len == 0;
	if (n->parent >= i || n->name_len == 0 || !span_ok(f, n->name, n->name_len))
		return false;
	name = tsr_slice_of(f->text + n->name, n->name_len);
	return !memchr(name.ptr, '/', name.len) && !memchr(name.ptr, '\0', name.len);
}

static bool entry_record_ok(const struct tsr_facts *f, const struct tsr_entry *e)
{
	return e->node < f->n_nodes && span_ok(f, e->link, e->link_len) && (e->flags & ~ENTRY_FLAGS) == 0 &&
	       e->mode <= 07777 && !e->pad[0] && !e->pad[1] && !e->pad[2];
}

static bool step_ok(const struct tsr_facts *f, uint32_t step)
{
	return step == TSR_NONE || step < f->n_steps;
}

/* The outer one before the inner: chains end. */
static bool step_record_ok(const struct tsr_facts *f, uint32_t i)
{
	const struct tsr_step *s = &f->steps[i];

	return (s->outer == TSR_NONE || s->outer < i) && text_ok(f, s->kind) && span_ok(f, s->path, s->path_len);
}

static bool raw_ok(const struct tsr_facts *f, const struct tsr_raw *r)
{
	return entry_ok(f, r->entry) && step_ok(f, r->step) && text_ok(f, r->pointer) &&
	       text_ok(f, r->redacted) && text_ok(f, r->message) && text_ok(f, r->key) &&
	       text_ok(f, r->tags) && r->severity < TSR_SEVERITIES && r->severity_hidden < TSR_SEVERITIES &&
	       r->confidence <= TSR_CONFIRMED && r->check < CHECK_RESULTS && r->is_key <= 1 && !r->pad[0] &&
	       !r->pad[1] && !r->pad[2];
}

static bool extract_ok(const struct tsr_facts *f, const struct tsr_extract *x)
{
	bool digest = x->kind == TSR_EXTRACT_DIGEST;

	if (x->kind == TSR_EXTRACT_CONTENT)
		return x->entry != TSR_NONE && entry_ok(f, x->entry) && !x->a && !x->b && x->y <= 3;
	return x->kind >= TSR_EXTRACT_ACCOUNT && x->kind <= TSR_EXTRACT_LAST && entry_ok(f, x->entry) &&
	       text_ok(f, x->a) && text_ok(f, x->b) &&
	       (x->kind != TSR_EXTRACT_SHA256 || x->entry != TSR_NONE) &&
	       (!digest || (x->entry != TSR_NONE && x->z < TSR_FILEHASHES));
}

static bool skip_ok(const struct tsr_facts *f, const struct tsr_skip *s)
{
	return text_ok(f, s->what) && text_ok(f, s->why) && entry_ok(f, s->entry) && step_ok(f, s->step) && s->derived <= 1 &&
	       s->fatal <= 1 && !s->pad[0] && !s->pad[1];
}

static bool records_ok(const struct tsr_facts *f)
{
	uint32_t i;
	bool ok = f->text[0] == '\0' && f->text[f->text_len - 1] == '\0' && head_ok(f);

	for (i = 0; ok && i < f->n_nodes; i++)
		ok = node_ok(f, i);
	for (i = 0; ok && i < f->n_entries; i++)
		ok = entry_record_ok(f, &f->entries[i]);
	for (i = 0; ok && i < f->n_steps; i++)
		ok = step_record_ok(f, i);
	for (i = 0; ok && i < f->n_raws; i++)
		ok = raw_ok(f, &f->raws[i]);
	for (i = 0; ok && i < f->n_extracts; i++)
		ok = extract_ok(f, &f->extracts[i]);
	for (i = 0; ok && i < f->n_skips; i++)
		ok = skip_ok(f, &f->skips[i]);
	return ok;
}

/* What the counts of a head ask for, all told; 0 if they are absurd. */
static uint64_t wanted(const struct tsr_facts *f)
{
	if (f->n_nodes < 1 || f->n_nodes > COUNT_MAX || f->n_entries > COUNT_MAX || f->n_steps > COUNT_MAX ||
	    f->n_raws > COUNT_MAX ||
	    f->n_extracts > COUNT_MAX || f->n_skips > COUNT_MAX || f->text_len < 1)
		return 0;
	return HEAD_BYTES + (uint64_t)f->n_nodes * NODE_BYTES + (uint64_t)f->n_entries * ENTRY_BYTES +
	       (uint64_t)f->n_steps * STEP_BYTES + (uint64_t)f->n_raws * RAW_BYTES + (uint64_t)f->n_extracts * EXTRACT_BYTES +
	       (uint64_t)f->n_skips * SKIP_BYTES + f->text_len + TRAILER_BYTES;
}

#define READ(section, move)                                                                            \
	do {                                                                                           \
		uint32_t i_;                                                                           \
		f->section = f->n_##section ? tsr_xcalloc(f->n_##section, sizeof(*f->section)) : NULL; \
		for (i_ = 0; i_ < f->n_##section; i_++)                                                \
			move(&io, &f->section[i_]);                                                    \
	} while (0)

/* `bytes` has the length that the head asks for. NULL: a record is wrong. */
static struct tsr_facts *read_sections(const struct tsr_facts *head, struct io io)
{
	struct tsr_facts *f = tsr_xmalloc(sizeof(*f));

	*f = *head;
	READ(nodes, io_node);
	READ(entries, io_entry);
	READ(steps, io_step);
	READ(raws, io_raw);
	READ(extracts, io_extract);
	READ(skips, io_skip);
	f->text = tsr_xmalloc(f->text_len);
	io_bytes(&io, f->text, f->text_len);
	if (records_ok(f))
		return f;
	tsr_facts_free(f);
	return NULL;
}

struct tsr_facts *tsr_facts_read(struct tsr_slice bytes, struct tsr_err *err)
{
	struct io io = { NULL, NULL };
	struct tsr_facts head, *f;
	uint32_t version = 0;
	uint8_t digest[TRAILER_BYTES];

	memset(&head, 0, sizeof(head));
	if (bytes.len < HEAD_BYTES + TRAILER_BYTES || memcmp(bytes.ptr, magic, sizeof(magic)) != 0) {
		tsr_err_set(err, TSR_EFORMAT, "these are no facts");
		return NULL;
	}
	io.in = (const unsigned char *)bytes.ptr + sizeof(magic);
	io_u32(&io, &version);
	if (version != TSR_FACTS_VERSION) {
		tsr_err_set(err, TSR_EFORMAT, "facts of version %u, not %u", version, TSR_FACTS_VERSION);
		return NULL;
	}
	io_head(&io, &head);
	tsr_sha256(bytes.ptr, bytes.len - TRAILER_BYTES, digest);
	if (wanted(&head) != bytes.len ||
	    memcmp(bytes.ptr + bytes.len - TRAILER_BYTES, digest, sizeof(digest)) != 0) {
		tsr_err_set(err, TSR_EFORMAT, "these facts are damaged");
		return NULL;
	}
	f = read_sections(&head, io);
	if (!f)
		tsr_err_set(err, TSR_EFORMAT, "these facts contradict themselves");
	return f;
}
