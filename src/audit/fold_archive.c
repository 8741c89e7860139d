/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "audit/fold.h"
#include "base/mem.h"

struct archive_fold {
	struct tsr_fold *f;
	struct tsr_run_archive *out;
	struct tsr_sink sink;
	bool named;
	struct tsr_told *told; /* NULL until somebody asks */
};

static struct tsr_text masked(struct tsr_fold *f, struct tsr_slice s)
{
	return tsr_mask_text(f->maker.scanner, f->maker.arena, s, TSR_MASK_TEXT);
}

static void emit(struct archive_fold *x, enum tsr_builtin which, const char *message, struct tsr_text path)
{
	struct tsr_finding out;

	tsr_make_builtin(&x->f->maker, which, message, &out);
	out.where.kind = TSR_PLACE_ARCHIVE;
	out.where.path = path;
	tsr_make_done(&out);
	x->sink.emit(x->sink.ctx, &out);
}

/* All member names of all blobs, in archive order: one pass, so that many members do not cost their square. */
static struct tsr_run_blob *name_blobs(struct tsr_fold *f)
{
	const struct tsr_members *m = &f->intake->members;
	struct tsr_run_blob *rows = tsr_xcalloc(m->n_blobs + 1, sizeof(*rows));

	for (size_t i = 0; i < m->n; i++)
		if (m->list[i].blob != TSR_NO_BLOB)
			rows[m->list[i].blob].n_names++;
	for (size_t i = 0; i < m->n_blobs; i++) {
		rows[i].names = tsr_arena_alloc(&f->run->arena, rows[i].n_names + 1, sizeof(*rows[i].names));
		rows[i].n_names = 0;
	}
	for (size_t i = 0; i < m->n; i++)
		if (m->list[i].blob != TSR_NO_BLOB) {
			struct tsr_run_blob *row = &rows[m->list[i].blob];

			row->names[row->n_names++] = masked(f, m->list[i].raw);
		}
	return rows;
}

static const char *blob_role(const struct tsr_blob *b)
{
	return b->role ? b->role : "unreferenced";
}

/* Layers and configs of reported images are in those images' reports. */
static bool is_elsewhere(const struct tsr_blob *b)
{
	return b->flags & TSR_BLOB_SELECTED;
}

static const struct tsr_told *told_by_configs(struct archive_fold *x)
{
	if (!x->told)
		x->told = tsr_told_new(x->f->model);
	return x->told;
}

static void fold_blob(struct archive_fold *x, const struct tsr_blob *b, struct tsr_run_blob *row)
{
	struct tsr_fold *f = x->f;
	const struct tsr_facts *facts = b->facts;
	struct tsr_text name = row->n_names ? row->names[0] : TSR_TEXT_NONE;
	struct tsr_coverage *c = &x->out->coverage;

	row->ordinal = b->ordinal;
	row->digest = tsr_fold_digest(f, &b->digest);
	row->size = b->size;
	row->role = blob_role(b);
	row->status = facts ? tsr_fold_grade_name(facts) : "missing";
	if (b->flags & TSR_BLOB_MISMATCH)
		row->status = "damaged";
	if (!facts || is_elsewhere(b) || (b->flags & TSR_BLOB_REFERENCED && !strcmp(row->role, "layer")))
		return; /* the last: of an image that --ref or --platform left out */
	tsr_fold_untold(f, c,
			tsr_make_archive_raws(&f->maker, facts, name, strcmp(row->role, "legacy") ? NULL : told_by_configs(x), &x->sink),
			TSR_NO_LAYER);
	tsr_fold_ledger(f, facts, c, TSR_NO_LAYER);
	c->entries += facts->n_entries;
	c->bytes += facts->unpacked;
	c->bytes_scanned += facts->unpacked - facts->skipped;
	if (facts->grade != TSR_GRADE_AUDITED && facts->grade != TSR_GRADE_OPAQUE)
		tsr_fold_skip(f, c, name.ptr[0] ? name.ptr : "blob", tsr_facts_text(facts, facts->why), TSR_NO_LAYER, 0);
	if (x->named && !strcmp(row->role, "unreferenced"))
		emit(x, TSR_BUILTIN_UNREFERENCED, "No manifest names this blob; it was looked at all the same", name);
}

static void fold_blobs(struct archive_fold *x)
{
	struct tsr_members *m = &x->f->intake->members;
	struct tsr_run_blob *named = name_blobs(x->f);

	x->out->blobs = tsr_arena_alloc(&x->f->run->arena, m->n_blobs + 1, sizeof(*x->out->blobs));
	for (uint32_t i = 0; i < m->n_blobs; i++) {
		struct tsr_run_blob *row;

		if (!named[i].n_names) /* merged into an equal one */
			continue;
		row = &x->out->blobs[x->out->n_blobs++];
		*row = named[i];
		fold_blob(x, &m->blobs[i], row);
	}
	free(named);
}

/* The archive's own headers: read alike by both readers, complete, and free of secrets. */
static void fold_framing(struct archive_fold *x)
{
	struct tsr_fold *f = x->f;
	struct tsr_intake *in = f->intake;
	struct tsr_coverage *c = &x->out->coverage;
	struct tsr_buf names = TSR_BUF_INIT(4096);

	if (in->framing_facts) {
		tsr_fold_untold(f, c, tsr_make_archive_raws(&f->maker, in->framing_facts, TSR_TEXT_NONE, NULL, &x->sink),
				TSR_NO_LAYER);
		c->bytes += in->framing_facts->unpacked;
		c->bytes_scanned += in->framing_facts->unpacked;
	}
	if (in->framing_facts && in->framing_facts->grade == TSR_GRADE_LIMITED)
		tsr_fold_skip(f, c, "archive's own headers", tsr_facts_text(in->framing_facts, in->framing_facts->why),
			      TSR_NO_LAYER, 0);
	if (in->doubts & TSR_TAR_AMBIGUOUS) {
		tsr_buf_adds(&names, "readers take the archive's tar differently: ");
		tsr_tar_doubt_names(in->doubts & TSR_TAR_AMBIGUOUS, &names);
	} else if (in->check.differs && !in->damaged[0] && !in->limited[0]) {
		tsr_buf_printf(&names, "two tar readers differ at member %llu: %s", (unsigned long long)in->check.entry,
			       in->check.what);
	}
	if (names.len) {
		emit(x, TSR_BUILTIN_ARCHIVE_AMBIGUOUS, tsr_arena_str(&f->run->arena, tsr_buf_slice(&names)), TSR_TEXT_NONE);
		tsr_fold_skip(f, c, "archive", names.ptr, TSR_NO_LAYER, 0);
	}
	if (in->damaged[0])
		tsr_fold_skip(f, c, "archive", in->damaged, TSR_NO_LAYER, 0);
	if (in->limited[0])
		tsr_fold_skip(f, c, "archive", in->limited, TSR_NO_LAYER, 0);
	tsr_buf_release(&names);
}

static void unsafe_names(struct archive_fold *x)
{
	const struct tsr_members *m = &x->f->intake->members;

	for (size_t i = 0; i < m->n; i++)
		if (m->list[i].absolute || m->list[i].leads_out) {
			emit(x, TSR_BUILTIN_ARCHIVE_NAME,
			     m->list[i].absolute ? "A member's name is absolute or has \"..\" in it" :
						   "A member is a link that leads out of the archive",
			     masked(x->f, m->list[i].raw));
			return; /* one says it all */
		}
}

void tsr_fold_archive(struct tsr_fold *f, bool named)
{
	struct archive_fold x = { .f = f, .out = tsr_run_add_archive(f->run), .named = named };

	x.sink = (struct tsr_sink){ tsr_run_archive_emit, x.out };
	x.out->source = f->source;
	x.out->format = f->model->format ? f->model->format : "unknown";
	for (size_t i = 0; i < f->model->n_notes; i++)
		if (f->model->notes[i].image == UINT32_MAX)
			tsr_fold_note(f, &f->model->notes[i], &x.out->coverage, &x.sink);
	fold_framing(&x);
	fold_blobs(&x);
	unsafe_names(&x);
	tsr_told_free(x.told);
}
