/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mem.h"
#include "report/diff.h"
#include "report/report_json.h"

const char *tsr_layer_change_name(enum tsr_layer_change c)
{
	static const char *const names[] = {
		[TSR_LAYER_REUSED] = "reused",
		[TSR_LAYER_CONTENT] = "content",
		[TSR_LAYER_INSTRUCTION] = "instruction",
		[TSR_LAYER_ADDED] = "added",
		[TSR_LAYER_REMOVED] = "removed",
	};

	return names[c];
}

static void add_image_side(struct tsr_json_out *o, const char *key, const struct tsr_run_image *im)
{
	if (!im) {
		tsr_json_out_null(o, key);
		return;
	}
	tsr_json_out_begin(o, key, '{');
	tsr_report_json_image(o, im);
	tsr_json_out_end(o, '}');
}

static void add_layer_side(struct tsr_json_out *o, const char *key, const struct tsr_run_layer *l)
{
	if (!l) {
		tsr_json_out_null(o, key);
		return;
	}
	tsr_json_out_begin(o, key, '{');
	tsr_json_out_u64(o, "index", l->index);
	tsr_json_out_str(o, "diffId", l->diff_id);
	tsr_json_out_u64(o, "size", l->size);
	tsr_json_out_u64(o, "uncompressedSize", l->uncompressed_size);
	tsr_json_out_str_or_null(o, "createdBy", l->created_by.ptr);
	tsr_json_out_end(o, '}');
}

static void add_file_side(struct tsr_json_out *o, const char *key, const struct tsr_run_file *f)
{
	if (!f) {
		tsr_json_out_null(o, key);
		return;
	}
	tsr_json_out_begin(o, key, '{');
	tsr_json_out_str(o, "type", tsr_file_type_name(f->type));
	tsr_json_out_u64(o, "size", f->size);
	tsr_json_out_u64(o, "mode", f->mode);
	tsr_json_out_u64(o, "uid", (uint64_t)(f->uid < 0 ? 0 : f->uid));
	tsr_json_out_u64(o, "gid", (uint64_t)(f->gid < 0 ? 0 : f->gid));
	tsr_json_out_str_or_null(o, "link", f->link.ptr);
	tsr_json_out_end(o, '}');
}

static void add_files(struct tsr_json_out *o, const char *key, const struct tsr_file_pair *list, size_t n)
{
	tsr_json_out_begin(o, key, '[');
	for (size_t i = 0; i < n; i++) {
		tsr_json_out_begin(o, NULL, '{');
		tsr_json_out_str(o, "path", (list[i].new ? list[i].new : list[i].old)->path.ptr);
		add_file_side(o, "old", list[i].old);
		add_file_side(o, "new", list[i].new);
		tsr_json_out_bool(o, "contentChanged", tsr_compare_content(&list[i]));
		tsr_json_out_end(o, '}');
	}
	tsr_json_out_end(o, ']');
}

static void add_layers(struct tsr_json_out *o, const struct tsr_image_pair *p)
{
	tsr_json_out_begin(o, "layers", '[');
	for (size_t i = 0; i < p->n_layers; i++) {
		tsr_json_out_begin(o, NULL, '{');
		tsr_json_out_str(o, "change", tsr_layer_change_name(p->layers[i].change));
		add_layer_side(o, "old", p->layers[i].old);
		add_layer_side(o, "new", p->layers[i].new);
		add_files(o, "entries", p->layers[i].entries, p->layers[i].n_entries);
		tsr_json_out_end(o, '}');
	}
	tsr_json_out_end(o, ']');
	if (p->first)
		tsr_json_out_u64(o, "firstChange", (uint64_t)(p->first - p->layers));
	else
		tsr_json_out_null(o, "firstChange");
}

static void add_value(struct tsr_json_out *o, const char *key, const struct tsr_run_value *v)
{
	if (v)
		tsr_json_out_str(o, key, v->text.ptr);
	else
		tsr_json_out_null(o, key);
}

static void add_config(struct tsr_json_out *o, const struct tsr_image_pair *p)
{
	tsr_json_out_begin(o, "config", '[');
	for (size_t i = 0; i < p->n_config; i++) {
		const struct tsr_field_pair *f = &p->config[i];

		tsr_json_out_begin(o, NULL, '{');
		tsr_json_out_str(o, "field", f->field);
		tsr_json_out_str_or_null(o, "name", (f->new ? f->new : f->old)->name.ptr);
		tsr_json_out_str(o, "change", !f->old ? "added" : !f->new ? "removed" : "changed");
		add_value(o, "old", f->old);
		add_value(o, "new", f->new);
		tsr_json_out_end(o, '}');
	}
	tsr_json_out_end(o, ']');
}

static void add_packages(struct tsr_json_out *o, const struct tsr_image_pair *p)
{
	tsr_json_out_begin(o, "packages", '[');
	for (size_t i = 0; i < p->n_packages; i++) {
		const struct tsr_run_package *old = p->packages[i].old, *new = p->packages[i].new, *one = new ? new : old;

		tsr_json_out_begin(o, NULL, '{');
		tsr_json_out_str(o, "ecosystem", one->ecosystem);
		tsr_json_out_str(o, "name", one->name.ptr);
		if (old)
			tsr_json_out_str(o, "old", old->version.ptr);
		else
			tsr_json_out_null(o, "old");
		if (new)
			tsr_json_out_str(o, "new", new->version.ptr);
		else
			tsr_json_out_null(o, "new");
		tsr_json_out_end(o, '}');
	}
	tsr_json_out_end(o, ']');
}

static void add_tally(struct tsr_json_out *o, const char *key, const struct tsr_tally *t, bool bytes)
{
	tsr_json_out_begin(o, key, '{');
	tsr_json_out_u64(o, "added", t->added);
	tsr_json_out_u64(o, "removed", t->removed);
	tsr_json_out_u64(o, "changed", t->changed);
	if (bytes) {
		tsr_json_out_u64(o, "addedBytes", t->added_bytes);
		tsr_json_out_u64(o, "removedBytes", t->removed_bytes);
		tsr_json_out_u64(o, "changedOldBytes", t->changed_old_bytes);
		tsr_json_out_u64(o, "changedNewBytes", t->changed_new_bytes);
	}
	tsr_json_out_end(o, '}');
}

static void add_findings(struct tsr_json_out *o, const char *key, const struct tsr_findings_change *f)
{
	tsr_json_out_begin(o, key, '{');
	tsr_json_out_begin(o, "introduced", '[');
	for (size_t i = 0; i < f->n_introduced; i++)
		tsr_report_json_finding(o, f->introduced[i].new);
	tsr_json_out_end(o, ']');
	tsr_json_out_begin(o, "fixed", '[');
	for (size_t i = 0; i < f->n_fixed; i++)
		tsr_report_json_finding(o, f->fixed[i].old);
	tsr_json_out_end(o, ']');
	tsr_json_out_u64(o, "unchanged", f->unchanged);
	tsr_json_out_u64(o, "suppressed", f->suppressed);
	tsr_json_out_end(o, '}');
}

static void add_pair(struct tsr_json_out *o, const struct tsr_image_pair *p)
{
	tsr_json_out_begin(o, NULL, '{');
	add_image_side(o, "old", p->old);
	add_image_side(o, "new", p->new);
	add_layers(o, p);
	add_config(o, p);
	add_packages(o, p);
	add_tally(o, "packageSummary", &p->package_tally, false);
	add_files(o, "files", p->files, p->n_files);
	add_tally(o, "fileSummary", &p->file_tally, true);
	add_findings(o, "findings", &p->findings);
	tsr_json_out_end(o, '}');
}

static void add_errors(struct tsr_json_out *o, const char *key, const struct tsr_run *run)
{
	tsr_json_out_begin(o, key, '{');
	tsr_report_json_errors(o, run);
	tsr_json_out_end(o, '}');
}

int tsr_report_diff_json(const struct tsr_diff *d, struct tsr_buf *out, struct tsr_err *err)
{
	struct tsr_json_out o;

	tsr_json_out_document(&o, out);
	tsr_report_json_tool(&o, d->new);
	tsr_json_out_begin(&o, "images", '[');
	for (size_t i = 0; i < d->comparison->n_images; i++)
		add_pair(&o, &d->comparison->images[i]);
	tsr_json_out_end(&o, ']');
	add_findings(&o, "archiveFindings", &d->comparison->archive);
	add_errors(&o, "old", d->old);
	add_errors(&o, "new", d->new);
	tsr_json_out_str(&o, "verdict", d->verdict);
	tsr_json_out_end(&o, '}');
	return out->full ? tsr_err_set(err, TSR_EIO, "the JSON document is too large") : 0;
}
