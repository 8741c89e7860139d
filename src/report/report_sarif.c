/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/mem.h"
#include "report/json_out.h"
#include "report/place.h"
#include "report/report_json.h"
#include "report/sarif_parts.h"

/*
 * SARIF 2.1.0 (OASIS), as GitHub code scanning wants it: one run, rules with
 * help, results with a relative URI, all four ends of a region, and a fingerprint. What GitHub refuses or
 * ignores beyond its limits is not written, the severest results are kept, and
 * a notification says so.
 */
#define RESULTS_MAX 25000u
#define SCHEMA "https://json.schemastore.org/sarif-2.1.0.json"

static void add_region(struct tsr_json_out *o, const struct tsr_location *w)
{
	uint32_t line = w->line ? w->line : 1;

	/* Without lines there is only the whole file; the byte is in the properties. */
	tsr_json_out_begin(o, "region", '{');
	tsr_json_out_u64(o, "startLine", line);
	tsr_json_out_u64(o, "startColumn", 1);
	tsr_json_out_u64(o, "endLine", line);
	tsr_json_out_u64(o, "endColumn", 1);
	tsr_json_out_end(o, '}');
}

static void add_logical(struct tsr_json_out *o, const char *name, const char *full, const char *kind)
{
	if (!name || !*name)
		return;
	tsr_json_out_begin(o, NULL, '{');
	tsr_json_out_str(o, "name", name);
	if (full && *full)
		tsr_json_out_str(o, "fullyQualifiedName", full);
	tsr_json_out_str(o, "kind", kind);
	tsr_json_out_end(o, '}');
}

/* From the outside in: image, layer, instruction; or the archive. */
static void add_logicals(struct tsr_json_out *o, const struct tsr_item *item)
{
	TSR_AUTO(tsr_buf) struct tsr_buf label = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	const struct tsr_location *w = &item->f->where;
	char layer[32];

	tsr_json_out_begin(o, "logicalLocations", '[');
	if (item->image) {
		tsr_image_add_label(item->image, &label);
		add_logical(o, label.ptr, item->image->config_digest, "image");
	} else {
		add_logical(o, item->archive->source.ptr, NULL, "archive");
	}
	if (w->layer != TSR_NO_LAYER) {
		snprintf(layer, sizeof(layer), "layer %" PRIu32, w->layer);
		add_logical(o, layer, w->diff_id, "layer");
	}
	add_logical(o, w->created_by.ptr, NULL, "instruction");
	add_logical(o, w->pointer, w->pointer, "property");
	tsr_json_out_end(o, ']');
}

static void add_location(struct tsr_json_out *o, const struct tsr_item *item)
{
	TSR_AUTO(tsr_buf) struct tsr_buf uri = TSR_BUF_INIT(TSR_BUF_TEXT_MAX), owner = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);

	tsr_owner_add(item, &owner);
	tsr_place_add_uri(owner.ptr, &item->f->where, &uri);
	tsr_json_out_begin(o, "locations", '[');
	tsr_json_out_begin(o, NULL, '{');
	tsr_json_out_begin(o, "physicalLocation", '{');
	tsr_json_out_begin(o, "artifactLocation", '{');
	tsr_json_out_str(o, "uri", uri.ptr);
	tsr_json_out_end(o, '}');
	add_region(o, &item->f->where);
	tsr_json_out_end(o, '}');
	add_logicals(o, item);
	tsr_json_out_end(o, '}');
	tsr_json_out_end(o, ']');
}

static void add_suppressions(struct tsr_json_out *o, const struct tsr_suppression *s)
{
	TSR_AUTO(tsr_buf) struct tsr_buf why = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);

	/* The specification wants it of all results or of none: empty is "not suppressed". */
	tsr_json_out_begin(o, "suppressions", '[');
	if (s) {
		tsr_buf_printf(&why, "%s: %s", s->kind, s->reason.ptr ? s->reason.ptr : "");
		if (s->owner.ptr && *s->owner.ptr)
			tsr_buf_printf(&why, " (%s)", s->owner.ptr);
		if (s->until.ptr && *s->until.ptr)
			tsr_buf_printf(&why, ", until %s", s->until.ptr);
		tsr_json_out_begin(o, NULL, '{');
		tsr_json_out_str(o, "kind", "external");
		tsr_json_out_str(o, "status", "accepted");
		tsr_json_out_str(o, "justification", why.ptr);
		tsr_json_out_end(o, '}');
	}
	tsr_json_out_end(o, ']');
}

static void add_properties(struct tsr_json_out *o, const struct tsr_finding *f)
{
	const char *const *t;

	tsr_json_out_begin(o, "properties", '{');
	tsr_json_out_str(o, "severity", tsr_severity_name(f->severity));
	tsr_json_out_str(o, "confidence", tsr_confidence_name(f->confidence));
	tsr_json_out_str(o, "place", tsr_place_name(f->where.kind));
	tsr_json_out_str_or_null(o, "state", tsr_state_name(f->state));
	if (f->where.layer != TSR_NO_LAYER)
		tsr_json_out_u64(o, "layer", f->where.layer);
	if (f->hidden_in != TSR_NO_LAYER)
		tsr_json_out_u64(o, "hiddenIn", f->hidden_in);
	if (f->where.offset != TSR_NO_OFFSET)
		tsr_json_out_u64(o, "byteOffset", f->where.offset);
	if (f->redacted.ptr && *f->redacted.ptr)
		tsr_json_out_str(o, "redacted", f->redacted.ptr);
	tsr_report_json_via(o, &f->where);
	tsr_json_out_begin(o, "tags", '[');
	for (t = f->tags; t && *t; t++)
		tsr_json_out_str(o, NULL, *t);
	tsr_json_out_end(o, ']');
	tsr_json_out_end(o, '}');
}

static void add_result(struct tsr_json_out *o, const struct tsr_run *run, const struct tsr_item *item, size_t rule)
{
	TSR_AUTO(tsr_buf) struct tsr_buf b = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	const struct tsr_finding *f = item->f;

	tsr_json_out_begin(o, NULL, '{');
	tsr_json_out_str(o, "ruleId", f->rule_id);
	tsr_json_out_u64(o, "ruleIndex", rule);
	tsr_json_out_str(o, "level", tsr_sarif_level(f->severity));
	tsr_json_out_begin(o, "message", '{');
	tsr_sarif_add_message(item, &b);
	tsr_json_out_str(o, "text", b.ptr);
	tsr_json_out_end(o, '}');
	add_location(o, item);
	tsr_json_out_u64(o, "occurrenceCount", f->occurrences);
	tsr_json_out_begin(o, "partialFingerprints", '{');
	tsr_buf_reset(&b);
	tsr_buf_printf(&b, "%s:%zu", f->fingerprint, item->nth);
	tsr_json_out_str(o, "primaryLocationLineHash", b.ptr);
	tsr_json_out_str(o, "tarsier/v1", f->fingerprint);
	tsr_json_out_end(o, '}');
	/* What has become graver is new, as it is to the verdict. */
	if (run->baselined)
		tsr_json_out_str(o, "baselineState", f->in_baseline ? "unchanged" : "new");
	add_suppressions(o, f->suppressed);
	add_properties(o, f);
	tsr_json_out_end(o, '}');
}

/*
 * Text before the last "/" tells analyses of one commit apart on GitHub, and what is behind it
 * would tell runs of one image apart: nothing does, so that a later upload replaces an earlier.
 */
static void add_automation(struct tsr_json_out *o, const struct tsr_run *run)
{
	TSR_AUTO(tsr_buf) struct tsr_buf id = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	const struct tsr_run_image *first = run->images;
	struct tsr_slice name = run->n_images ? tsr_image_repository(first) : TSR_SLICE_NONE;

	tsr_buf_adds(&id, "tarsier/");
	if (name.len) {
		tsr_buf_addsl(&id, name);
		tsr_buf_addc(&id, '/');
	}
	if (run->n_images == 1 && first->platform.ptr && *first->platform.ptr)
		tsr_buf_printf(&id, "%s/", first->platform.ptr);
	tsr_json_out_begin(o, "automationDetails", '{');
	tsr_json_out_str(o, "id", id.ptr);
	tsr_json_out_end(o, '}');
}

static void add_images(struct tsr_json_out *o, const struct tsr_run *run)
{
	size_t i, k;

	tsr_json_out_begin(o, "properties", '{');
	tsr_json_out_str(o, "verdict", tsr_verdict_name(run->verdict));
	tsr_json_out_str(o, "rulesDigest", run->rules_digest);
	tsr_json_out_begin(o, "images", '[');
	for (i = 0; i < run->n_images; i++) {
		const struct tsr_run_image *im = &run->images[i];

		tsr_json_out_begin(o, NULL, '{');
		tsr_json_out_str(o, "source", im->source.ptr);
		tsr_json_out_begin(o, "names", '[');
		for (k = 0; k < im->n_names; k++)
			tsr_json_out_str(o, NULL, im->names[k].ptr);
		tsr_json_out_end(o, ']');
		tsr_json_out_str(o, "platform", im->platform.ptr);
		tsr_json_out_str(o, "configDigest", im->config_digest);
		tsr_json_out_str_or_null(o, "manifestDigest", im->manifest_digest);
		tsr_json_out_bool(o, "complete", im->complete);
		tsr_json_out_end(o, '}');
	}
	tsr_json_out_end(o, ']');
	tsr_json_out_end(o, '}');
}

static void add_run(struct tsr_json_out *o, const struct tsr_run *run, const struct tsr_items *items)
{
	struct tsr_sarif_rules rules = tsr_sarif_rules_of(items);
	size_t i, n = items->n < RESULTS_MAX ? items->n : RESULTS_MAX;

	tsr_json_out_begin(o, NULL, '{');
	tsr_json_out_begin(o, "tool", '{');
	tsr_json_out_begin(o, "driver", '{');
	tsr_json_out_str(o, "name", "tarsier");
	tsr_json_out_str(o, "version", run->version);
	tsr_json_out_str(o, "semanticVersion", run->version);
	tsr_sarif_rules_add(&rules, o);
	tsr_json_out_end(o, '}');
	tsr_json_out_end(o, '}');
	tsr_sarif_add_invocation(run, items->n - n, o);
	add_automation(o, run);
	tsr_json_out_begin(o, "results", '[');
	for (i = 0; i < n; i++)
		add_result(o, run, &items->at[i], tsr_sarif_rule_index(&rules, items->at[i].f->rule_id));
	tsr_json_out_end(o, ']');
	add_images(o, run);
	tsr_json_out_end(o, '}');
	tsr_sarif_rules_release(&rules);
}

static int render(const struct tsr_run *run, const struct tsr_report_options *options, struct tsr_buf *out,
		  struct tsr_err *err)
{
	TSR_AUTO(tsr_items) struct tsr_items items = tsr_items_of(run);
	struct tsr_json_out o;

	(void)options;
	tsr_json_out_init(&o, out);
	tsr_json_out_begin(&o, NULL, '{');
	tsr_json_out_str(&o, "$schema", SCHEMA);
	tsr_json_out_str(&o, "version", "2.1.0");
	tsr_json_out_begin(&o, "runs", '[');
	add_run(&o, run, &items);
	tsr_json_out_end(&o, ']');
	tsr_json_out_end(&o, '}');
	if (out->full)
		return tsr_err_set(err, TSR_EIO, "the SARIF report is too large");
	return 0;
}

extern const struct tsr_reporter tsr_reporter_sarif;
const struct tsr_reporter tsr_reporter_sarif = {
	.name = "sarif",
	.help = "SARIF 2.1.0, for code scanning",
	.endings = (const char *const[]){ ".sarif", ".sarif.json", NULL },
	.render = render,
};
