/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/image_fold.h"

void tsr_image_emit(struct tsr_image_fold *x, const struct tsr_finding *f)
{
	if (!x->f->checks_left) {
		x->untold++;
		return;
	}
	x->f->checks_left--;
	x->sink.emit(x->sink.ctx, f);
}

static void emit(struct tsr_image_fold *x, struct tsr_finding *f)
{
	tsr_make_done(f);
	tsr_image_emit(x, f);
}

void tsr_image_place(struct tsr_image_fold *x, uint32_t layer, struct tsr_location *where)
{
	where->layer = layer;
	if (layer == TSR_NO_LAYER)
		return;
	where->diff_id = x->out->layers[layer].diff_id;
	where->created_by = x->out->layers[layer].created_by;
}

void tsr_image_emit_layer(struct tsr_image_fold *x, enum tsr_builtin which, const char *message, uint32_t layer)
{
	tsr_image_emit_layer_lower(x, which, message, layer, false);
}

void tsr_image_emit_layer_lower(struct tsr_image_fold *x, enum tsr_builtin which, const char *message, uint32_t layer, bool lower)
{
	struct tsr_finding f;

	tsr_make_builtin(&x->f->maker, which, message, &f);
	if (lower)
		f.severity = tsr_severity_lower(f.severity);
	f.where.kind = TSR_PLACE_LAYER;
	tsr_image_place(x, layer, &f.where);
	emit(x, &f);
}

void tsr_image_emit_config(struct tsr_image_fold *x, enum tsr_builtin which, const char *message, const char *pointer)
{
	const struct tsr_ruleset *rules = x->f->maker.rules;

	tsr_image_emit_config_as(x, which, rules->rules[rules->builtin[which]]->severity, message, pointer);
}

void tsr_image_emit_config_as(struct tsr_image_fold *x, enum tsr_builtin which, enum tsr_severity severity, const char *message,
			      const char *pointer)
{
	struct tsr_finding f;

	tsr_make_builtin(&x->f->maker, which, message, &f);
	f.severity = severity;
	f.where.kind = TSR_PLACE_CONFIG;
	f.where.pointer = pointer;
	emit(x, &f);
}

void tsr_image_emit_history(struct tsr_image_fold *x, enum tsr_builtin which, const char *message, size_t history)
{
	const struct tsr_ruleset *rules = x->f->maker.rules;

	tsr_image_emit_history_as(x, which, rules->rules[rules->builtin[which]]->severity, message, history);
}

void tsr_image_emit_history_as(struct tsr_image_fold *x, enum tsr_builtin which, enum tsr_severity severity, const char *message,
			       size_t history)
{
	const struct tsr_history *h = &x->image->config->history[history];
	struct tsr_finding f;

	tsr_make_builtin(&x->f->maker, which, message, &f);
	f.severity = severity;
	f.where.kind = TSR_PLACE_HISTORY;
	f.where.pointer = tsr_arena_printf(&x->f->run->arena, "/history/%zu/created_by", history);
	if (h->layer < x->image->n_layers)
		tsr_image_place(x, h->layer, &f.where);
	f.where.created_by = tsr_mask_text(x->f->maker.scanner, x->f->maker.arena, h->created_by, TSR_MASK_INSTRUCTION);
	emit(x, &f);
}

static void make_file(struct tsr_image_fold *x, enum tsr_builtin which, const char *message, uint32_t layer, uint32_t entry,
		      struct tsr_finding *f)
{
	const struct tsr_rule *rule = x->f->maker.rules->rules[x->f->maker.rules->builtin[which]];
	struct tsr_fate fate = tsr_rootfs_fate(x->rootfs, layer, entry);

	tsr_make_builtin(&x->f->maker, which, message, f);
	f->where.kind = TSR_PLACE_FILE;
	f->where.path = tsr_make_path(&x->f->maker, x->facts[layer], entry);
	tsr_image_place(x, layer, &f->where);
	f->entry = entry;
	f->state = fate.state;
	f->hidden_in = fate.hidden_in;
	if (f->state > TSR_STATE_LIVE)
		f->severity = rule->severity_hidden;
}

void tsr_image_emit_file_as(struct tsr_image_fold *x, enum tsr_builtin which, enum tsr_severity most, const char *message,
			    uint32_t layer, uint32_t entry)
{
	struct tsr_finding f;

	make_file(x, which, message, layer, entry, &f);
	if (f.severity > most)
		f.severity = most;
	emit(x, &f);
}

void tsr_image_emit_files(struct tsr_image_fold *x, enum tsr_builtin which, const char *message, uint32_t layer,
			  const uint32_t *entries, uint32_t n)
{
	struct tsr_finding f;
	struct tsr_text *files;

	make_file(x, which, message, layer, entries[0], &f);
	f.occurrences = n;
	if (n > 1) {
		files = tsr_arena_alloc(&x->f->run->arena, n, sizeof(*files));
		for (uint32_t i = 0; i < n; i++)
			files[i] = tsr_make_path(&x->f->maker, x->facts[layer], entries[i]);
		f.files = files;
		f.n_files = n;
	}
	emit(x, &f);
}

void tsr_image_emit_file(struct tsr_image_fold *x, enum tsr_builtin which, const char *message, uint32_t layer, uint32_t entry)
{
	tsr_image_emit_file_as(x, which, TSR_CRITICAL, message, layer, entry);
}
