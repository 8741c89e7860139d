/* SPDX-License-Identifier: Apache-2.0 */
#include "report/diff.h"

#include <inttypes.h>
#include <string.h>

#include "report/text_finding.h"
#include "report/text_out.h"

#define WIDTH 90
#define ENTRIES_SHOWN 5 /* of the first layer that differs; all with -v */

struct page {
	const struct tsr_report_options *o;
	struct tsr_buf *out;
};

static size_t width_of(const struct page *p)
{
	return p->o->verbose ? 0 : WIDTH;
}

static void add_label(struct page *p, const struct tsr_run_image *im)
{
	for (size_t i = 0; i < im->n_names; i++)
		tsr_buf_printf(p->out, "%s%s", i ? ", " : "", im->names[i].ptr);
	tsr_buf_adds(p->out, im->n_names ? "" : im->source.ptr);
	if (*im->platform.ptr)
		tsr_buf_printf(p->out, " (%s)", im->platform.ptr);
}

static void add_header(struct page *p, const struct tsr_image_pair *pair)
{
	if (pair->old)
		add_label(p, pair->old);
	else
		tsr_buf_adds(p->out, "nothing");
	tsr_buf_adds(p->out, " -> ");
	if (pair->new)
		add_label(p, pair->new);
	else
		tsr_buf_adds(p->out, "nothing");
	tsr_buf_addc(p->out, '\n');
}

/* --- files -------------------------------------------------------------------- */

static void add_file(struct page *p, const struct tsr_file_pair *f, size_t indent)
{
	const struct tsr_run_file *old = f->old, *new = f->new, *one = new ? new : old;

	tsr_buf_printf(p->out, "%*s%c %s (", (int)indent, "", !old ? '+' : !new ? '-' : '~', one->path.ptr);
	if (one->type != '0')
		tsr_buf_adds(p->out, tsr_file_type_name(one->type));
	else
		tsr_text_out_size(p->out, old ? old->size : new->size);
	if (old && new && old->size != new->size) {
		tsr_buf_adds(p->out, " -> ");
		tsr_text_out_size(p->out, new->size);
	}
	if (old && new && old->type != new->type)
		tsr_buf_printf(p->out, ", it was a %s", tsr_file_type_name(old->type));
	if (old && new && old->mode != new->mode)
		tsr_buf_printf(p->out, ", mode %04o -> %04o", old->mode, new->mode);
	if (old && new && (old->uid != new->uid || old->gid != new->gid))
		tsr_buf_printf(p->out, ", owner %" PRId64 ":%" PRId64 " -> %" PRId64 ":%" PRId64, old->uid, old->gid, new->uid, new->gid);
	tsr_buf_adds(p->out, ")\n");
}

static void add_tally(struct page *p, const char *what, const struct tsr_tally *t, bool bytes)
{
	tsr_buf_printf(p->out, "  %-10s", what);
	tsr_text_out_count(p->out, t->added);
	tsr_buf_adds(p->out, " added");
	if (bytes && t->added) {
		tsr_buf_adds(p->out, " (");
		tsr_text_out_size(p->out, t->added_bytes);
		tsr_buf_addc(p->out, ')');
	}
	tsr_buf_adds(p->out, ", ");
	tsr_text_out_count(p->out, t->removed);
	tsr_buf_adds(p->out, " removed");
	if (bytes && t->removed) {
		tsr_buf_adds(p->out, " (");
		tsr_text_out_size(p->out, t->removed_bytes);
		tsr_buf_addc(p->out, ')');
	}
	tsr_buf_adds(p->out, ", ");
	tsr_text_out_count(p->out, t->changed);
	tsr_buf_adds(p->out, " changed");
	if (bytes && t->changed) {
		tsr_buf_adds(p->out, " (");
		tsr_text_out_size(p->out, t->changed_old_bytes);
		tsr_buf_adds(p->out, " -> ");
		tsr_text_out_size(p->out, t->changed_new_bytes);
		tsr_buf_addc(p->out, ')');
	}
	tsr_buf_addc(p->out, '\n');
}

/* --- layers ------------------------------------------------------------------- */

/* Why the layers from here on are not those of before. */
static void add_reason(struct page *p, const struct tsr_layer_pair *l)
{
	size_t most = p->o->verbose ? SIZE_MAX : ENTRIES_SHOWN, i;

	if (l->change == TSR_LAYER_INSTRUCTION) {
		tsr_buf_adds(p->out, "        it was: ");
		tsr_text_out_cut(p->out, l->old->created_by.ptr && *l->old->created_by.ptr ? l->old->created_by.ptr : "-", width_of(p));
		tsr_buf_addc(p->out, '\n');
	}
	if (l->change != TSR_LAYER_CONTENT)
		return;
	if (!l->n_entries)
		tsr_buf_adds(p->out, "        the same entries: contents of the same size, or times, differ\n");
	for (i = 0; i < l->n_entries && i < most; i++)
		add_file(p, &l->entries[i], 8);
	if (i < l->n_entries)
		tsr_buf_printf(p->out, "        and %zu more\n", l->n_entries - i);
}

static void add_layers(struct page *p, const struct tsr_image_pair *pair)
{
	static const char *const words[] = {
		[TSR_LAYER_REUSED] = "reused", [TSR_LAYER_CONTENT] = "rebuilt: same instruction, other content",
		[TSR_LAYER_INSTRUCTION] = "rebuilt: other instruction", [TSR_LAYER_ADDED] = "added",
		[TSR_LAYER_REMOVED] = "removed",
	};
	uint64_t by[TSR_LAYER_REMOVED + 1] = { 0 };

	for (size_t i = 0; i < pair->n_layers; i++)
		by[pair->layers[i].change]++;
	tsr_buf_printf(p->out, "  layers    %" PRIu64 " reused, %" PRIu64 " rebuilt, %" PRIu64 " added, %" PRIu64 " removed\n",
		       by[TSR_LAYER_REUSED], by[TSR_LAYER_CONTENT] + by[TSR_LAYER_INSTRUCTION], by[TSR_LAYER_ADDED],
		       by[TSR_LAYER_REMOVED]);
	for (size_t i = 0; i < pair->n_layers; i++) {
		const struct tsr_layer_pair *l = &pair->layers[i];
		const struct tsr_run_layer *one = l->new ? l->new : l->old;

		if (l->change == TSR_LAYER_REUSED && !p->o->verbose)
			continue;
		tsr_buf_printf(p->out, "    %c %2u  %s  (", l->change == TSR_LAYER_REUSED ? ' ' : !l->old ? '+' : !l->new ? '-' : '~', one->index,
			       words[l->change]);
		tsr_text_out_size(p->out, one->uncompressed_size);
		tsr_buf_adds(p->out, ")  ");
		tsr_text_out_cut(p->out, one->created_by.ptr && *one->created_by.ptr ? one->created_by.ptr : "-", width_of(p));
		tsr_buf_addc(p->out, '\n');
		if (l == pair->first || p->o->verbose)
			add_reason(p, l);
	}
}

/* --- the rest ----------------------------------------------------------------- */

static void add_config(struct page *p, const struct tsr_image_pair *pair)
{
	tsr_buf_adds(p->out, pair->n_config ? "  config\n" : "");
	for (size_t i = 0; i < pair->n_config; i++) {
		const struct tsr_field_pair *f = &pair->config[i];
		const struct tsr_run_value *one = f->new ? f->new : f->old;

		tsr_buf_printf(p->out, "    %c %s", !f->old ? '+' : !f->new ? '-' : '~', f->field);
		if (*one->name.ptr)
			tsr_buf_printf(p->out, " %s", one->name.ptr);
		if (f->old && *f->old->text.ptr) {
			tsr_buf_adds(p->out, ": ");
			tsr_text_out_cut(p->out, f->old->text.ptr, width_of(p));
		}
		if (f->new && *f->new->text.ptr) {
			tsr_buf_adds(p->out, f->old && *f->old->text.ptr ? " -> " : ": ");
			tsr_text_out_cut(p->out, f->new->text.ptr, width_of(p));
		}
		tsr_buf_addc(p->out, '\n');
	}
}

static void add_packages(struct page *p, const struct tsr_image_pair *pair)
{
	add_tally(p, "packages", &pair->package_tally, false);
	for (size_t i = 0; p->o->verbose && i < pair->n_packages; i++) {
		const struct tsr_run_package *old = pair->packages[i].old, *new = pair->packages[i].new, *one = new ? new : old;

		tsr_buf_printf(p->out, "    %c %s %s %s%s%s\n", !old ? '+' : !new ? '-' : '~', one->ecosystem, one->name.ptr,
			       old ? old->version.ptr : "", old && new ? " -> " : "", new ? new->version.ptr : "");
	}
}

static void add_finding(struct page *p, char sign, const struct tsr_finding *f, const struct tsr_finding *was)
{
	if (f->severity < p->o->show)
		return;
	tsr_buf_printf(p->out, "    %c ", sign);
	tsr_text_severity(p->o, f->severity, p->out);
	tsr_buf_printf(p->out, "  %s  ", f->rule_id);
	if (f->where.path.ptr && *f->where.path.ptr)
		tsr_buf_printf(p->out, "%s: ", f->where.path.ptr);
	tsr_text_out_cut(p->out, f->message.ptr, width_of(p));
	if (was)
		tsr_buf_printf(p->out, " (it was %s)", tsr_severity_name(was->severity));
	if (f->suppressed)
		tsr_buf_adds(p->out, " (suppressed)");
	tsr_buf_printf(p->out, "  [%.12s]\n", f->fingerprint);
}

static void add_findings(struct page *p, const struct tsr_findings_change *f)
{
	tsr_buf_printf(p->out, "  findings  %zu introduced, %zu fixed, %" PRIu64 " unchanged\n", f->n_introduced, f->n_fixed, f->unchanged);
	for (size_t i = 0; i < f->n_introduced; i++)
		add_finding(p, '+', f->introduced[i].new, f->introduced[i].old);
	for (size_t i = 0; i < f->n_fixed; i++)
		add_finding(p, '-', f->fixed[i].old, NULL);
}

static void add_pair(struct page *p, const struct tsr_image_pair *pair)
{
	add_header(p, pair);
	add_layers(p, pair);
	add_config(p, pair);
	add_packages(p, pair);
	add_tally(p, "files", &pair->file_tally, true);
	for (size_t i = 0; p->o->verbose && i < pair->n_files; i++)
		add_file(p, &pair->files[i], 4);
	add_findings(p, &pair->findings);
	tsr_buf_addc(p->out, '\n');
}

int tsr_report_diff_text(const struct tsr_diff *d, const struct tsr_report_options *o, struct tsr_buf *out, struct tsr_err *err)
{
	const struct tsr_comparison *c = d->comparison;
	struct page p = { o, out };

	for (size_t i = 0; !o->quiet && i < c->n_images; i++)
		add_pair(&p, &c->images[i]);
	if (!o->quiet && (c->archive.n_introduced || c->archive.n_fixed)) {
		tsr_buf_adds(out, "the archives themselves\n");
		add_findings(&p, &c->archive);
		tsr_buf_addc(out, '\n');
	}
	tsr_buf_printf(out, "verdict: %s\n", d->verdict);
	return out->full ? tsr_err_set(err, TSR_EIO, "the text is too large") : 0;
}
