/* SPDX-License-Identifier: Apache-2.0 */
#include "report/diff.h"

#include <inttypes.h>
#include <string.h>

#include "report/text_finding.h"
#include "report/text_out.h"

#define FINDING_COLUMN 16 /* of the second line of a finding */
#define LISTED 10 /* of each list; all with -v */

struct page {
	const struct tsr_report_options *o;
	struct tsr_buf *out;
};

/* A text of the image in a line where `taken` columns are not its own: what fits, all of it with -v. */
static void add_cut(struct page *p, const char *text, size_t taken)
{
	tsr_text_out_cut(p->out, text, p->o->verbose ? 0 : TSR_COLUMNS - taken);
}

static const char *instruction_of(const struct tsr_run_layer *l)
{
	return l->created_by.ptr && *l->created_by.ptr ? l->created_by.ptr : "-";
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

/* How many of a list of `n` are shown; add_more() says how many are not. */
static size_t listed(const struct page *p, size_t n)
{
	return p->o->verbose || n < LISTED ? n : LISTED;
}

static void add_more(struct page *p, size_t n, size_t indent)
{
	if (n > listed(p, n))
		tsr_buf_printf(p->out, "%*sand %zu more (-v)\n", (int)indent, "", n - listed(p, n));
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
	if (tsr_compare_content(f) && old->size == new->size)
		tsr_buf_adds(p->out, ", other content");
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
	if (l->change == TSR_LAYER_INSTRUCTION) {
		tsr_buf_adds(p->out, "          it was: ");
		add_cut(p, instruction_of(l->old), 18);
		tsr_buf_addc(p->out, '\n');
	}
	if (l->change != TSR_LAYER_CONTENT)
		return;
	for (size_t i = 0; i < listed(p, l->n_entries); i++)
		add_file(p, &l->entries[i], 10);
	add_more(p, l->n_entries, 10);
}

static const char *said_of(const struct tsr_layer_pair *l)
{
	static const char *const words[] = {
		[TSR_LAYER_REUSED] = "reused", [TSR_LAYER_CONTENT] = "rebuilt: same instruction, other files",
		[TSR_LAYER_INSTRUCTION] = "rebuilt: other instruction", [TSR_LAYER_ADDED] = "added",
		[TSR_LAYER_REMOVED] = "removed",
	};

	if (l->change == TSR_LAYER_CONTENT && !l->n_entries)
		return "rebuilt: same files, other times or extended attributes";
	return words[l->change];
}

static void add_layers(struct page *p, const struct tsr_image_pair *pair)
{
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
			       said_of(l));
		tsr_text_out_size(p->out, one->uncompressed_size);
		tsr_buf_adds(p->out, ")\n          ");
		add_cut(p, instruction_of(one), 10);
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
			add_cut(p, f->old->text.ptr, f->new ? 50 : 20);
		}
		if (f->new && *f->new->text.ptr) {
			tsr_buf_adds(p->out, f->old && *f->old->text.ptr ? " -> " : ": ");
			add_cut(p, f->new->text.ptr, f->old ? 50 : 20);
		}
		tsr_buf_addc(p->out, '\n');
	}
}

static void add_packages(struct page *p, const struct tsr_image_pair *pair)
{
	add_tally(p, "packages", &pair->package_tally, false);
	for (size_t i = 0; i < listed(p, pair->n_packages); i++) {
		const struct tsr_run_package *old = pair->packages[i].old, *new = pair->packages[i].new, *one = new ? new : old;

		tsr_buf_printf(p->out, "    %c %s %s %s%s%s\n", !old ? '+' : !new ? '-' : '~', one->ecosystem, one->name.ptr,
			       old ? old->version.ptr : "", old && new ? " -> " : "", new ? new->version.ptr : "");
	}
	add_more(p, pair->n_packages, 4);
}

/* As an audit lists it; in a second line why, what it was, and what `explain` takes. */
static void add_finding(struct page *p, char sign, const struct tsr_finding *f, const struct tsr_finding *was)
{
	const char *title = f->title.ptr, *message = f->message.ptr;

	if (f->severity < p->o->show)
		return;
	tsr_buf_printf(p->out, "    %c ", sign);
	tsr_text_finding_line(p->o, f, 6, p->out);
	tsr_buf_printf(p->out, "%*s", FINDING_COLUMN, "");
	if (title && *title && *message && strcmp(title, message) != 0)
		tsr_buf_printf(p->out, "%s; ", message);
	if (was)
		tsr_buf_printf(p->out, "it was %s; ", was->suppressed ? "suppressed" : tsr_severity_name(was->severity));
	tsr_buf_printf(p->out, "fingerprint %.12s\n", f->fingerprint);
}

static void add_findings(struct page *p, const struct tsr_findings_change *f)
{
	tsr_buf_printf(p->out, "  findings  %zu introduced, %zu fixed, %" PRIu64 " unchanged", f->n_introduced, f->n_fixed, f->unchanged);
	if (f->suppressed)
		tsr_buf_printf(p->out, ", %" PRIu64 " suppressed", f->suppressed);
	tsr_buf_addc(p->out, '\n');
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
	if (pair->first)
		tsr_buf_printf(p->out, "%12s%s", "", "by type, content, mode, owner and link; not by times and attributes\n");
	for (size_t i = 0; i < listed(p, pair->n_files); i++)
		add_file(p, &pair->files[i], 4);
	add_more(p, pair->n_files, 4);
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
