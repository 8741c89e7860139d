/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report.h"

#include "base/mem.h"
#include "report/report_json.h"

/*
 * The JSON report, schemaVersion 1 (rules/schema/report.schema.json,
 * tarsier.json(5)). Changes are additive only. Every key is always there, arrays
 * are never null, and nothing depends on time, machine or memory addresses.
 */

static void add_strings(struct tsr_json_out *o, const char *key, const char *const *list)
{
	tsr_json_out_begin(o, key, '[');
	for (; list && *list; list++)
		tsr_json_out_str(o, NULL, *list);
	tsr_json_out_end(o, ']');
}

void tsr_report_json_texts(struct tsr_json_out *o, const char *key, const struct tsr_text *list, size_t n)
{
	size_t i;

	tsr_json_out_begin(o, key, '[');
	for (i = 0; i < n; i++)
		tsr_json_out_str(o, NULL, list[i].ptr);
	tsr_json_out_end(o, ']');
}

static void add_layer_number(struct tsr_json_out *o, const char *key, uint32_t layer)
{
	if (layer == TSR_NO_LAYER)
		tsr_json_out_null(o, key);
	else
		tsr_json_out_u64(o, key, layer);
}

/*
 * A file of the image has an absolute path here, whether it comes with its slash
 * or clean; a member of the archive its own name.
 */
#define FILES_MAX 1000u

static void add_path(struct tsr_json_out *o, const struct tsr_location *w)
{
	TSR_AUTO(tsr_buf) struct tsr_buf b = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	const char *path = w->path.ptr ? w->path.ptr : "";

	if (w->kind == TSR_PLACE_FILE && path[0] != '/')
		tsr_buf_addc(&b, '/');
	tsr_buf_adds(&b, path);
	tsr_json_out_str(o, "path", b.ptr);
	tsr_json_out_bool(o, "pathEscaped", w->path.escaped);
}

static void add_layers_of(struct tsr_json_out *o, const struct tsr_location *w)
{
	uint32_t i;

	tsr_json_out_begin(o, "layers", '[');
	if (!w->layers && w->layer != TSR_NO_LAYER)
		tsr_json_out_u64(o, NULL, w->layer);
	for (i = 0; w->layers && i < w->n_layers; i++)
		tsr_json_out_u64(o, NULL, w->layers[i]);
	tsr_json_out_end(o, ']');
}

void tsr_report_json_via(struct tsr_json_out *o, const struct tsr_location *w)
{
	unsigned i;

	tsr_json_out_begin(o, "via", '[');
	for (i = 0; i < w->n_via; i++) {
		tsr_json_out_begin(o, NULL, '{');
		tsr_json_out_str(o, "kind", w->via[i].kind);
		if (w->via[i].path.ptr && *w->via[i].path.ptr)
			tsr_json_out_str(o, "path", w->via[i].path.ptr);
		tsr_json_out_u64(o, "offset", w->via[i].offset);
		tsr_json_out_end(o, '}');
	}
	tsr_json_out_end(o, ']');
}

static void add_location(struct tsr_json_out *o, const struct tsr_location *w)
{
	tsr_json_out_begin(o, "location", '{');
	tsr_json_out_str(o, "kind", tsr_place_name(w->kind));
	add_path(o, w);
	tsr_report_json_via(o, w);
	add_layer_number(o, "layer", w->layer);
	add_layers_of(o, w);
	tsr_json_out_str_or_null(o, "diffId", w->diff_id);
	tsr_json_out_str_or_null(o, "createdBy", w->created_by.ptr);
	if (w->offset == TSR_NO_OFFSET)
		tsr_json_out_null(o, "offset");
	else
		tsr_json_out_u64(o, "offset", w->offset);
	if (w->line == 0)
		tsr_json_out_null(o, "line");
	else
		tsr_json_out_u64(o, "line", w->line);
	/* "" is a pointer too: to the whole document. */
	if (w->pointer)
		tsr_json_out_str(o, "pointer", w->pointer);
	else
		tsr_json_out_null(o, "pointer");
	tsr_json_out_end(o, '}');
}

/* Only of a finding about several files, and not more than anybody reads. */
static void add_files(struct tsr_json_out *o, const struct tsr_finding *f)
{
	if (!f->n_files)
		return;
	tsr_json_out_begin(o, "files", '[');
	for (uint32_t i = 0; i < f->n_files && i < FILES_MAX; i++)
		tsr_json_out_str(o, NULL, f->files[i].ptr);
	tsr_json_out_end(o, ']');
}

static void add_suppression(struct tsr_json_out *o, const struct tsr_suppression *s)
{
	if (!s) {
		tsr_json_out_null(o, "suppressed");
		return;
	}
	tsr_json_out_begin(o, "suppressed", '{');
	tsr_json_out_str(o, "kind", s->kind);
	tsr_json_out_str(o, "reason", s->reason.ptr);
	tsr_json_out_str_or_null(o, "owner", s->owner.ptr);
	tsr_json_out_str_or_null(o, "until", s->until.ptr);
	tsr_json_out_end(o, '}');
}

void tsr_report_json_finding(struct tsr_json_out *o, const struct tsr_finding *f)
{
	const char *state = tsr_state_name(f->state);

	tsr_json_out_begin(o, NULL, '{');
	tsr_json_out_str(o, "fingerprint", f->fingerprint);
	tsr_json_out_str(o, "rule", f->rule_id);
	tsr_json_out_str(o, "severity", tsr_severity_name(f->severity));
	tsr_json_out_str(o, "confidence", tsr_confidence_name(f->confidence));
	tsr_json_out_str(o, "title", f->title.ptr);
	tsr_json_out_str(o, "message", f->message.ptr);
	add_location(o, &f->where);
	add_files(o, f);
	tsr_json_out_str_or_null(o, "state", state);
	add_layer_number(o, "hiddenIn", f->hidden_in);
	tsr_json_out_u64(o, "occurrences", f->occurrences);
	if (f->redacted.ptr && *f->redacted.ptr) {
		tsr_json_out_begin(o, "evidence", '{');
		tsr_json_out_str(o, "redacted", f->redacted.ptr);
		tsr_json_out_u64(o, "length", f->length);
		tsr_json_out_end(o, '}');
	} else {
		tsr_json_out_null(o, "evidence");
	}
	tsr_json_out_str(o, "remediation", f->remediation);
	add_strings(o, "references", f->references);
	add_strings(o, "tags", f->tags);
	add_suppression(o, f->suppressed);
	tsr_json_out_end(o, '}');
}

static void add_findings(struct tsr_json_out *o, const struct tsr_finding *f, size_t n)
{
	size_t i;

	tsr_json_out_begin(o, "findings", '[');
	for (i = 0; i < n; i++)
		tsr_report_json_finding(o, &f[i]);
	tsr_json_out_end(o, ']');
}

static void add_coverage(struct tsr_json_out *o, const struct tsr_coverage *c)
{
	size_t i;

	tsr_json_out_begin(o, "coverage", '{');
	tsr_json_out_u64(o, "layers", c->layers);
	tsr_json_out_u64(o, "entries", c->entries);
	tsr_json_out_u64(o, "bytes", c->bytes);
	tsr_json_out_u64(o, "bytesScanned", c->bytes_scanned);
	tsr_json_out_begin(o, "skipped", '[');
	for (i = 0; i < c->n_skipped; i++) {
		tsr_json_out_begin(o, NULL, '{');
		tsr_json_out_str(o, "what", c->skipped[i].what.ptr);
		tsr_json_out_str(o, "why", c->skipped[i].why.ptr);
		add_layer_number(o, "layer", c->skipped[i].layer);
		tsr_json_out_u64(o, "bytes", c->skipped[i].bytes);
		tsr_json_out_end(o, '}');
	}
	tsr_json_out_end(o, ']');
	tsr_json_out_begin(o, "derived", '[');
	for (i = 0; i < c->n_derived; i++) {
		tsr_json_out_begin(o, NULL, '{');
		tsr_json_out_str(o, "what", c->derived[i].what.ptr);
		tsr_json_out_str(o, "why", c->derived[i].why.ptr);
		tsr_json_out_str(o, "path", c->derived[i].path.ptr);
		tsr_json_out_bool(o, "incomplete", c->derived[i].fatal);
		tsr_json_out_end(o, '}');
	}
	tsr_json_out_end(o, ']');
	tsr_json_out_end(o, '}');
}

static void add_archive(struct tsr_json_out *o, const struct tsr_run_archive *a)
{
	size_t i;

	tsr_json_out_begin(o, NULL, '{');
	tsr_json_out_str(o, "source", a->source.ptr);
	tsr_json_out_str(o, "format", a->format);
	add_findings(o, a->findings, a->n_findings);
	tsr_json_out_begin(o, "blobs", '[');
	for (i = 0; i < a->n_blobs; i++) {
		const struct tsr_run_blob *b = &a->blobs[i];

		tsr_json_out_begin(o, NULL, '{');
		tsr_json_out_u64(o, "ordinal", b->ordinal);
		tsr_report_json_texts(o, "names", b->names, b->n_names);
		tsr_json_out_str(o, "digest", b->digest);
		tsr_json_out_u64(o, "size", b->size);
		tsr_json_out_str(o, "role", b->role);
		tsr_json_out_str(o, "status", b->status);
		tsr_json_out_end(o, '}');
	}
	tsr_json_out_end(o, ']');
	add_coverage(o, &a->coverage);
	tsr_json_out_end(o, '}');
}

static void add_layer(struct tsr_json_out *o, const struct tsr_run_layer *l)
{
	tsr_json_out_u64(o, "index", l->index);
	tsr_json_out_str(o, "digest", l->digest);
	tsr_json_out_str(o, "diffId", l->diff_id);
	tsr_json_out_str(o, "mediaType", l->media_type.ptr);
	tsr_json_out_str(o, "compression", l->compression);
	tsr_json_out_u64(o, "size", l->size);
	tsr_json_out_u64(o, "uncompressedSize", l->uncompressed_size);
	tsr_json_out_u64(o, "entries", l->entries);
	tsr_json_out_str_or_null(o, "createdBy", l->created_by.ptr);
	tsr_json_out_str(o, "status", l->status);
}

void tsr_report_json_image(struct tsr_json_out *o, const struct tsr_run_image *im)
{
	tsr_json_out_str(o, "source", im->source.ptr);
	tsr_report_json_texts(o, "names", im->names, im->n_names);
	tsr_json_out_str(o, "platform", im->platform.ptr);
	tsr_json_out_str(o, "configDigest", im->config_digest);
	tsr_json_out_str_or_null(o, "manifestDigest", im->manifest_digest);
}

static void add_waste(struct tsr_json_out *o, const struct tsr_run_waste *w)
{
	tsr_json_out_u64(o, "files", w->files);
	tsr_json_out_u64(o, "fileBytes", w->bytes);
	tsr_json_out_u64(o, "wastedBytes", w->wasted_bytes);
	tsr_json_out_u64(o, "deletedFiles", w->deleted);
	tsr_json_out_u64(o, "deletedBytes", w->deleted_bytes);
	tsr_json_out_u64(o, "overwrittenFiles", w->overwritten);
	tsr_json_out_u64(o, "overwrittenBytes", w->overwritten_bytes);
	tsr_json_out_u64(o, "repeatedFiles", w->repeated);
	tsr_json_out_u64(o, "repeatedBytes", w->repeated_bytes);
}

void tsr_report_json_layers(struct tsr_json_out *o, const struct tsr_run_image *im)
{
	tsr_json_out_begin(o, "layers", '[');
	for (size_t i = 0; i < im->n_layers; i++) {
		tsr_json_out_begin(o, NULL, '{');
		add_layer(o, &im->layers[i]);
		add_waste(o, &im->layers[i].waste);
		tsr_json_out_end(o, '}');
	}
	tsr_json_out_end(o, ']');
	tsr_json_out_u64(o, "wastedBytes", im->wasted_bytes);
	tsr_json_out_millionths(o, "efficiency", im->efficiency);
	tsr_json_out_u64(o, "inefficientPaths", im->inefficient);
	tsr_json_out_u64(o, "inefficientBytes", im->inefficient_bytes);
}

static void add_image(struct tsr_json_out *o, const struct tsr_run_image *im)
{
	tsr_json_out_begin(o, NULL, '{');
	tsr_report_json_image(o, im);
	tsr_report_json_layers(o, im);
	add_findings(o, im->findings, im->n_findings);
	tsr_json_out_bool(o, "complete", im->complete);
	add_coverage(o, &im->coverage);
	tsr_json_out_end(o, '}');
}

void tsr_report_json_errors(struct tsr_json_out *o, const struct tsr_run *run)
{
	size_t i;

	tsr_json_out_begin(o, "errors", '[');
	for (i = 0; i < run->n_errors; i++) {
		tsr_json_out_begin(o, NULL, '{');
		tsr_json_out_str(o, "source", run->errors[i].source.ptr);
		tsr_json_out_str(o, "message", run->errors[i].message.ptr);
		tsr_json_out_end(o, '}');
	}
	tsr_json_out_end(o, ']');
}

void tsr_report_json_tool(struct tsr_json_out *o, const struct tsr_run *run)
{
	tsr_json_out_begin(o, "tool", '{');
	tsr_json_out_str(o, "name", "tarsier");
	tsr_json_out_str(o, "version", run->version);
	tsr_json_out_str(o, "rulesDigest", run->rules_digest);
	tsr_json_out_end(o, '}');
}

static void add_tail(struct tsr_json_out *o, const struct tsr_run *run)
{
	size_t i;

	tsr_report_json_errors(o, run);
	tsr_json_out_begin(o, "summary", '{');
	for (i = TSR_SEVERITIES; i-- > 0;)
		tsr_json_out_u64(o, tsr_severity_name((enum tsr_severity)i), run->by_severity[i]);
	tsr_json_out_u64(o, "suppressed", run->suppressed);
	tsr_json_out_end(o, '}');
	tsr_json_out_str(o, "verdict", tsr_verdict_name(run->verdict));
}

static int render(const struct tsr_run *run, const struct tsr_report_options *options, struct tsr_buf *out,
		  struct tsr_err *err)
{
	struct tsr_json_out o;
	size_t i;

	(void)options;
	tsr_json_out_document(&o, out);
	tsr_report_json_tool(&o, run);
	tsr_json_out_begin(&o, "archives", '[');
	for (i = 0; i < run->n_archives; i++)
		add_archive(&o, &run->archives[i]);
	tsr_json_out_end(&o, ']');
	tsr_json_out_begin(&o, "images", '[');
	for (i = 0; i < run->n_images; i++)
		add_image(&o, &run->images[i]);
	tsr_json_out_end(&o, ']');
	add_tail(&o, run);
	tsr_json_out_end(&o, '}');
	if (out->full)
		return tsr_err_set(err, TSR_EIO, "the JSON report is too large");
	return 0;
}

extern const struct tsr_reporter tsr_reporter_json;
const struct tsr_reporter tsr_reporter_json = {
	.name = "json",
	.help = "all results, for programs: tarsier.json(5)",
	.endings = (const char *const[]){ ".json", NULL },
	.render = render,
};
