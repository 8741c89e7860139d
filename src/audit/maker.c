/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/maker.h"

#include <stdio.h>
#include <string.h>

#include "audit/path_fold.h"
#include "audit/sample_place.h"
#include "base/buf.h"
#include "base/mem.h"
#include "finding/fingerprint.h"

static const uint8_t no_secret[16];

void tsr_make(const struct tsr_maker *m, uint32_t rule, struct tsr_finding *f)
{
	const struct tsr_rule *r = m->rules->rules[rule];

	*f = (struct tsr_finding){
		.rule = rule,
		.rule_id = r->id,
		.severity = r->severity,
		.confidence = TSR_CONFIRMED,
		.title = tsr_text_ours(r->title),
		.message = tsr_text_ours(r->title),
		.hidden_in = TSR_NO_LAYER,
		.occurrences = 1,
		.redacted = TSR_TEXT_NONE,
		.description = r->description,
		.remediation = r->remediation,
		.references = r->references,
		.tags = r->tags,
		.entry = TSR_NONE,
		.where = {
			.path = TSR_TEXT_NONE,
			.layer = TSR_NO_LAYER,
			.created_by = TSR_TEXT_NONE,
			.offset = TSR_NO_OFFSET,
		},
	};
}

void tsr_make_builtin(const struct tsr_maker *m, enum tsr_builtin which, const char *message, struct tsr_finding *f)
{
	tsr_make(m, m->rules->builtin[which], f);
	f->message = tsr_text_ours(message);
}

void tsr_make_done(struct tsr_finding *f)
{
	tsr_fingerprint(f, NULL, TSR_SLICE_NONE, f->nth, f->fingerprint);
}

/* The rule's tags and the raw's own (space-separated). */
static const char *const *join_tags(const struct tsr_maker *m, const char *const *rule_tags, const char *own)
{
	struct tsr_slice rest = tsr_slice_str(own), tag;
	const char **tags;
	size_t n = 0, extra = 1;

	if (!rest.len)
		return rule_tags;
	while (rule_tags && rule_tags[n])
		n++;
	for (const char *p = own; *p; p++)
		extra += *p == ' ';
	tags = tsr_arena_alloc(m->arena, n + extra + 1, sizeof(*tags));
	if (n)
		memcpy(tags, rule_tags, n * sizeof(*tags));
	while (tsr_slice_next(&rest, ' ', &tag))
		tags[n++] = tsr_arena_str(m->arena, tag);
	return tags;
}

static const char *keep(const struct tsr_maker *m, const struct tsr_facts *f, uint32_t text)
{
	return text ? tsr_arena_str(m->arena, tsr_slice_str(tsr_facts_text(f, text))) : "";
}

/* Masked when the facts were made (inspect/inspect.c). */
static const char *pointer_of(const struct tsr_maker *m, const struct tsr_facts *f, const struct tsr_raw *r)
{
	return r->pointer ? keep(m, f, r->pointer) : NULL;
}

static void set_via(const struct tsr_maker *m, const struct tsr_facts *f, const struct tsr_raw *r, struct tsr_location *where)
{
	struct tsr_via *via;
	uint32_t n = 0;

	for (uint32_t s = r->step; s != TSR_NONE && n < TSR_STEPS_MAX; s = f->steps[s].outer)
		n++;
	if (!n)
		return;
	via = tsr_arena_alloc(m->arena, n, sizeof(*via));
	where->via = via;
	where->n_via = (uint8_t)n;
	for (uint32_t s = r->step; n--; s = f->steps[s].outer) {
		const struct tsr_step *step = &f->steps[s];
		struct tsr_slice path = tsr_slice_of(tsr_facts_text(f, step->path), step->path_len);

		via[n] = (struct tsr_via){ keep(m, f, step->kind), TSR_TEXT_NONE, step->offset };
		if (path.len)
			via[n].path = tsr_mask_text(m->scanner, m->arena, path, TSR_MASK_TEXT);
	}
}

/* Everything but the place. */
static void from_raw(const struct tsr_maker *m, const struct tsr_facts *f, const struct tsr_raw *r, struct tsr_finding *out)
{
	tsr_make(m, r->rule, out);
	out->severity = r->severity;
	out->confidence = r->confidence;
	out->occurrences = r->occurrences ? r->occurrences : 1;
	out->length = r->length;
	out->nth = r->nth;
	if (r->message)
		out->message = tsr_text_ours(keep(m, f, r->message));
	if (r->redacted)
		out->redacted = tsr_text_ours(keep(m, f, r->redacted));
	out->tags = join_tags(m, out->tags, tsr_facts_text(f, r->tags));
	out->where.offset = r->offset;
	out->where.line = r->line;
	set_via(m, f, r, &out->where);
}

/* How far the ordinal looks back, so that a file full of passwords does not cost its square. */
#define ORDINAL_REACH 2000u

/* Ordinal among the raws of the same rule and key in the same file: it stands for a secret that may not be hashed. */
static uint32_t ordinal_of(const struct tsr_facts *f, uint32_t i)
{
	const struct tsr_raw *r = &f->raws[i];
	uint32_t n = 0;

	for (uint32_t k = i; k-- > 0 && i - k < ORDINAL_REACH && f->raws[k].entry == r->entry;)
		if (f->raws[k].rule == r->rule && f->raws[k].stream == r->stream &&
		    !strcmp(tsr_facts_text(f, f->raws[k].key), tsr_facts_text(f, r->key)))
			n++;
	return n;
}

static void emit_raw(const struct tsr_facts *f, uint32_t i, struct tsr_finding *out, const struct tsr_sink *sink)
{
	const struct tsr_raw *r = &f->raws[i];
	bool hashed = memcmp(r->secret_id, no_secret, sizeof(no_secret)) != 0;

	tsr_fingerprint(out, r->secret_id, tsr_slice_str(tsr_facts_text(f, r->key)), hashed ? 0 : ordinal_of(f, i),
			out->fingerprint);
	sink->emit(sink->ctx, out);
}

/* A blob at several positions is live if it is at any of them. */
static struct tsr_fate fate_of(const struct tsr_layer_place *p, uint32_t entry)
{
	struct tsr_fate fate = { TSR_STATE_NONE, TSR_NO_LAYER };

	if (!p->rootfs || entry == TSR_NONE)
		return fate;
	fate = tsr_rootfs_fate(p->rootfs, p->layer, entry);
	for (uint32_t i = 0; i < p->n_layers && fate.state != TSR_STATE_LIVE; i++)
		fate = tsr_rootfs_fate(p->rootfs, p->layers[i], entry);
	return fate;
}

/* For rules about what the final root shows: a directory that a later layer has again is not live with this mode. */
static enum tsr_state shown_state(const struct tsr_maker *m, const struct tsr_layer_place *p, const struct tsr_raw *r,
				  enum tsr_state state)
{
	const struct tsr_rule_path *path = m->rules->rules[r->rule]->path;
	bool shows;

	if (!path || !path->live || state != TSR_STATE_LIVE)
		return state;
	shows = tsr_rootfs_shows(p->rootfs, p->layer, r->entry);
	for (uint32_t i = 0; i < p->n_layers && !shows; i++)
		shows = tsr_rootfs_shows(p->rootfs, p->layers[i], r->entry);
	return shows ? state : TSR_STATE_OVERWRITTEN;
}

/* `sample`, unless NULL: whether it is a place of samples, for what `owner` says. */
static struct tsr_text entry_path(const struct tsr_maker *m, const struct tsr_facts *f, uint32_t entry,
				  enum tsr_ownership owner, enum tsr_sample_place *sample)
{
	TSR_AUTO(tsr_buf) struct tsr_buf path = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);

	tsr_buf_addc(&path, '/');
	tsr_facts_path(f, f->entries[entry].node, &path);
	if (sample)
		*sample = tsr_sample_place(tsr_slice_sub(tsr_buf_slice(&path), 1, path.len), owner);
	return tsr_mask_text(m->scanner, m->arena, tsr_buf_slice(&path), TSR_MASK_TEXT);
}

struct tsr_text tsr_make_path(const struct tsr_maker *m, const struct tsr_facts *f, uint32_t entry)
{
	return entry_path(m, f, entry, TSR_OWNED_BY_NONE, NULL);
}

/* May one more be made? It is taken off the budget. */
static bool spend(const struct tsr_maker *m)
{
	if (!m->left)
		return true;
	if (!*m->left)
		return false;
	--*m->left;
	return true;
}

/* What the package that has the file says of it. */
static void set_owner(const struct tsr_maker *m, const struct tsr_owner_verdict *v, struct tsr_finding *f)
{
	const char *tag = tsr_ownership_tag(v->kind), *message = f->message.ptr;
	bool lowered = !m->distrust_owner && tsr_owner_lowers(v->kind, f->confidence, f->severity);
	struct tsr_text package;

	if (!tag)
		return;
	f->tags = join_tags(m, f->tags, tag);
	if (!lowered && v->kind != TSR_OWNED_CHANGED)
		return;
	package = tsr_mask_text(m->scanner, m->arena, v->package, TSR_MASK_TEXT);
	if (lowered) {
		f->severity = tsr_severity_lower(f->severity);
		message = tsr_arena_printf(m->arena, "%s; lowered: the file is as the package %s has it", message, package.ptr);
	} else {
		message = tsr_arena_printf(m->arena, "%s; the package %s has this file with another content", message, package.ptr);
	}
	f->message = tsr_text_ours(message);
}

/* Tests and documentation of packages are full of keys and passwords. */
static void set_sample_place(const struct tsr_maker *m, struct tsr_finding *f)
{
	if (strncmp(f->rule_id, "secret/", 7) != 0 && !tsr_sample_place_is_data(f))
		return;
	f->tags = join_tags(m, f->tags, "package-sample");
	if (tsr_sample_place_lowers(f))
		f->message = tsr_text_ours(tsr_arena_printf(
			m->arena, "%s; lowered: it shows or tests something in an installed package",
			f->message.ptr));
}

/* What the raws of one file have in common. */
struct told_file {
	uint32_t entry; /* TSR_NONE: none yet */
	struct tsr_text path;
	struct tsr_owner_verdict owner;
	enum tsr_sample_place sample;
};

static void set_file(const struct tsr_maker *m, const struct tsr_facts *facts, const struct tsr_layer_place *place,
		     const struct tsr_raw *r, struct tsr_fate fate, struct told_file *file, struct tsr_finding *f)
{
	if (r->entry != file->entry) {
		file->owner = tsr_owners_find(place->owners, place->layer, r->entry);
		file->path = entry_path(m, facts, r->entry, m->distrust_owner ? TSR_OWNED_BY_NONE : file->owner.kind,
					&file->sample);
	}
	file->entry = r->entry;
	f->where.kind = TSR_PLACE_FILE;
	f->where.path = file->path;
	f->state = fate.state;
	f->hidden_in = fate.hidden_in;
	if (f->state > TSR_STATE_LIVE)
		f->severity = r->severity_hidden;
	set_owner(m, &file->owner, f);
	if (tsr_sample_place_holds(file->sample, f))
		set_sample_place(m, f);
}

struct group_sink {
	const struct tsr_maker *m;
	const struct tsr_sink *sink;
};

/* "/a" and "/a.jar!b" */
static struct tsr_text place_of(const struct tsr_maker *m, const struct tsr_facts *facts, const struct tsr_raw *r)
{
	TSR_AUTO(tsr_buf) struct tsr_buf inner = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	struct tsr_text path = tsr_make_path(m, facts, r->entry), rest;

	tsr_facts_step_names(facts, r->step, &inner);
	if (!inner.len)
		return path;
	rest = tsr_mask_text(m->scanner, m->arena, tsr_buf_slice(&inner), TSR_MASK_TEXT);
	return (struct tsr_text){ tsr_arena_printf(m->arena, "%s%s", path.ptr, rest.ptr), path.escaped || rest.escaped };
}

static void emit_group(void *ctx, const struct tsr_facts *facts, const uint32_t *raws, uint32_t n, struct tsr_finding *f)
{
	const struct group_sink *to = ctx;
	struct tsr_text *files;

	if (n > 1) {
		files = tsr_arena_alloc(to->m->arena, n, sizeof(*files));
		for (uint32_t i = 0; i < n; i++)
			files[i] = place_of(to->m, facts, &facts->raws[raws[i]]);
		f->files = files;
		f->n_files = n;
	}
	emit_raw(facts, raws[0], f, to->sink);
}

uint32_t tsr_make_layer_raws(const struct tsr_maker *m, const struct tsr_facts *facts, const struct tsr_layer_place *place,
			 const struct tsr_sink *sink)
{
	struct tsr_path_fold *paths = tsr_path_fold_new(m->rules, facts);
	struct told_file file = { .entry = TSR_NONE, .path = TSR_TEXT_NONE };
	uint32_t untold = 0;

	for (uint32_t i = 0; i < facts->n_raws; i++) {
		const struct tsr_raw *r = &facts->raws[i];
		struct tsr_fate fate = fate_of(place, r->entry);
		struct tsr_finding f;

		if (tsr_path_fold_takes(paths, i, shown_state(m, place, r, fate.state)))
			continue;
		if (!spend(m)) {
			untold = facts->n_raws - i;
			break;
		}
		from_raw(m, facts, r, &f);
		f.where.kind = TSR_PLACE_LAYER;
		f.where.layer = place->layer;
		f.where.layers = place->layers;
		f.where.n_layers = place->n_layers;
		f.where.diff_id = place->diff_id;
		f.where.created_by = place->created_by;
		f.entry = r->entry;
		if (r->entry != TSR_NONE)
			set_file(m, facts, place, r, fate, &file, &f);
		if (!tsr_path_fold_keeps(paths, i, &f))
			emit_raw(facts, i, &f, sink);
	}
	tsr_path_fold_end(paths, m->arena, emit_group, &(struct group_sink){ m, sink });
	return untold;
}

/* "/history/3/created_by" -> 3 */
static const struct tsr_history *history_of(const struct tsr_image *image, const char *pointer)
{
	struct tsr_slice rest = tsr_slice_str(pointer), field;
	unsigned long long n;

	if (!image->config || !tsr_slice_starts(rest, "/history/"))
		return NULL;
	rest = tsr_slice_sub(rest, 9, rest.len);
	if (!tsr_slice_next(&rest, '/', &field) || tsr_slice_u64(field, &n) || n >= image->config->n_history)
		return NULL;
	return &image->config->history[n];
}

static void place_in_history(const struct tsr_maker *m, const struct tsr_image *image, const struct tsr_history *h,
			     struct tsr_text made_by, struct tsr_location *where)
{
	char digest[TSR_DIGEST_STR_MAX];

	where->kind = TSR_PLACE_HISTORY;
	where->created_by = made_by;
	if (h->layer >= image->n_layers)
		return;
	where->layer = h->layer;
	tsr_digest_str(&image->layers[h->layer].diff_id, digest);
	if (digest[0])
		where->diff_id = tsr_arena_str(m->arena, tsr_slice_str(digest));
}

uint32_t tsr_make_config_raws(const struct tsr_maker *m, const struct tsr_facts *facts, const struct tsr_image *image,
			  const struct tsr_sink *sink)
{
	const struct tsr_history *last = NULL;
	struct tsr_text made_by = TSR_TEXT_NONE;

	for (uint32_t i = 0; i < facts->n_raws; i++) {
		const struct tsr_raw *r = &facts->raws[i];
		const struct tsr_history *h = history_of(image, tsr_facts_text(facts, r->pointer));
		struct tsr_finding f;

		if (!spend(m))
			return facts->n_raws - i;
		if (h && h != last)
			made_by = tsr_mask_text(m->scanner, m->arena, h->created_by, TSR_MASK_INSTRUCTION);
		last = h ? h : last;
		from_raw(m, facts, r, &f);
		f.where.kind = TSR_PLACE_CONFIG;
		f.where.pointer = pointer_of(m, facts, r);
		if (h)
			place_in_history(m, image, h, made_by, &f.where);
		emit_raw(facts, i, &f, sink);
	}
	return 0;
}

uint32_t tsr_make_archive_raws(const struct tsr_maker *m, const struct tsr_facts *facts, struct tsr_text name,
			   const struct tsr_told *told, const struct tsr_sink *sink)
{
	struct tsr_path_fold *paths = tsr_path_fold_new(m->rules, facts);
	uint32_t untold = 0;

	for (uint32_t i = 0; i < facts->n_raws; i++) {
		const struct tsr_raw *r = &facts->raws[i];
		struct tsr_finding f;

		if ((told && tsr_told_has(told, facts, r)) || tsr_path_fold_takes(paths, i, TSR_STATE_NONE))
			continue;
		if (!spend(m)) {
			untold = facts->n_raws - i;
			break;
		}
		from_raw(m, facts, r, &f);
		f.where.kind = TSR_PLACE_ARCHIVE;
		f.where.path = name;
		f.where.pointer = pointer_of(m, facts, r);
		f.entry = r->entry;
		if (r->entry != TSR_NONE) { /* a file of a layer that no image names */
			char digest[TSR_DIGEST_STR_MAX];

			f.where.kind = TSR_PLACE_FILE;
			f.where.path = entry_path(m, facts, r->entry, TSR_OWNED_BY_NONE, NULL);
			tsr_digest_str(&facts->diff_id, digest);
			f.where.diff_id = tsr_arena_str(m->arena, tsr_slice_str(digest));
		}
		if (!tsr_path_fold_keeps(paths, i, &f))
			emit_raw(facts, i, &f, sink);
	}
	tsr_path_fold_end(paths, m->arena, emit_group, &(struct group_sink){ m, sink });
	return untold;
}
