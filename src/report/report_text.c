/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report.h"

#include <inttypes.h>

#include "base/mem.h"
#include "report/text_finding.h"
#include "report/text_out.h"

/*
 * The report for people. Each image is a block (header, findings by layer, what
 * was not audited) that ends in one verdict line; of a clean, complete image
 * only that line is there. The same for an archive that has something to say of
 * its own.
 */
#define NAMES_SHOWN 3

struct page {
	const struct tsr_run *run;
	const struct tsr_report_options *o;
	struct tsr_buf *out;
	struct tsr_text_remedies remedies;
};

/* One image or one archive. */
struct block {
	const struct tsr_run_image *image;     /* one of the two is NULL */
	const struct tsr_run_archive *archive;
	const struct tsr_finding *findings;
	size_t n_findings;
	const struct tsr_coverage *coverage;
	bool complete;
	uint64_t n_by[TSR_SEVERITIES], n_counted, n_shown, n_suppressed;
};

static const char *or_empty(struct tsr_text t)
{
	return t.ptr ? t.ptr : "";
}

static void count(struct block *b, const struct tsr_report_options *o)
{
	size_t i;

	for (i = 0; i < b->n_findings; i++) {
		const struct tsr_finding *f = &b->findings[i];

		if (f->suppressed) {
			b->n_suppressed++;
			continue;
		}
		b->n_by[f->severity]++;
		b->n_counted++;
		b->n_shown += f->severity >= o->show;
	}
}

/* "app:1, app:latest (linux/amd64)", with the source before it if there are several. */
static void add_label(struct page *p, const struct block *b)
{
	const struct tsr_run_image *im = b->image;
	size_t i, shown;

	if (!im) {
		tsr_buf_printf(p->out, "%s (%s)", or_empty(b->archive->source),
			       b->archive->format ? b->archive->format : "unknown format");
		return;
	}
	if (p->run->n_archives > 1 || im->n_names == 0)
		tsr_buf_printf(p->out, "%s%s", or_empty(im->source), im->n_names ? ": " : "");
	shown = p->o->verbose || im->n_names <= NAMES_SHOWN ? im->n_names : NAMES_SHOWN;
	for (i = 0; i < shown; i++)
		tsr_buf_printf(p->out, "%s%s", i ? ", " : "", or_empty(im->names[i]));
	if (shown < im->n_names)
		tsr_buf_printf(p->out, " and %zu more", im->n_names - shown);
	tsr_buf_printf(p->out, " (%s)", *or_empty(im->platform) ? im->platform.ptr : "unknown platform");
}

/* "1 high, 3 info"; false if there are none. */
static bool add_counts(struct page *p, const uint64_t by[TSR_SEVERITIES], const char *sep)
{
	bool any = false;
	size_t s;

	for (s = TSR_SEVERITIES; s-- > 0;) {
		if (by[s] == 0)
			continue;
		tsr_buf_adds(p->out, any ? ", " : sep);
		tsr_text_out_count(p->out, by[s]);
		tsr_buf_addc(p->out, ' ');
		tsr_text_severity(p->o, (enum tsr_severity)s, p->out);
		any = true;
	}
	return any;
}

/* Information alone leaves an image clean. */
static bool is_clean(const struct block *b)
{
	return b->complete && b->n_by[TSR_INFO] == b->n_counted;
}

static void add_word(struct page *p, const char *word, const char *color)
{
	if (p->o->color)
		tsr_buf_printf(p->out, "\033[%sm%s\033[0m", color, word);
	else
		tsr_buf_adds(p->out, word);
}

static void add_verdict_line(struct page *p, const struct block *b)
{
	const struct tsr_coverage *c = b->coverage;
	const char *sep = "";

	add_label(p, b);
	tsr_buf_adds(p->out, ": ");
	if (!b->complete || is_clean(b)) {
		add_word(p, b->complete ? "clean" : "incomplete", b->complete ? "32" : "1;33");
		sep = ", ";
	}
	add_counts(p, b->n_by, sep);
	if (b->n_shown < b->n_counted && !p->o->quiet)
		tsr_buf_printf(p->out, " (%" PRIu64 " not shown)", b->n_counted - b->n_shown);
	if (b->n_suppressed) {
		tsr_buf_adds(p->out, ", ");
		tsr_text_out_count(p->out, b->n_suppressed);
		tsr_buf_adds(p->out, " suppressed");
	}
	tsr_buf_adds(p->out, ": ");
	if (b->image) {
		tsr_text_out_plural(p->out, c->layers, "layer", "layers");
		tsr_buf_adds(p->out, ", ");
		tsr_text_out_plural(p->out, c->entries, "entry", "entries");
	} else {
		tsr_text_out_plural(p->out, b->archive->n_blobs, "blob", "blobs");
	}
	tsr_buf_adds(p->out, ", ");
	tsr_text_out_size(p->out, c->bytes);
	tsr_buf_addc(p->out, '\n');
}

static void add_row(struct page *p, const struct tsr_skip_row *r)
{
	tsr_buf_adds(p->out, "    ");
	if (r->layer != TSR_NO_LAYER)
		tsr_buf_printf(p->out, "layer %" PRIu32 ": ", r->layer);
	if (*or_empty(r->path))
		tsr_buf_printf(p->out, "%s: ", r->path.ptr);
	tsr_buf_printf(p->out, "%s: %s", or_empty(r->what), or_empty(r->why));
	if (r->bytes) {
		tsr_buf_adds(p->out, " (");
		tsr_text_out_size(p->out, r->bytes);
		tsr_buf_addc(p->out, ')');
	}
	tsr_buf_addc(p->out, '\n');
}

/* Why it is incomplete; with -v also what was not looked into and does not count. */
static void add_ledger(struct page *p, const struct block *b)
{
	const struct tsr_coverage *c = b->coverage;
	const struct tsr_skip_row *row;
	size_t i, at = 0, harmless = 0;

	if (!b->complete) {
		tsr_buf_adds(p->out, "  ");
		add_word(p, "not audited", "1;33");
		tsr_buf_addc(p->out, '\n');
	}
	while ((row = tsr_coverage_gap(c, &at)))
		add_row(p, row);
	for (i = 0; i < c->n_derived; i++)
		harmless += !c->derived[i].fatal;
	if (!p->o->verbose || harmless == 0)
		return;
	tsr_buf_adds(p->out, "  not looked into further (the bytes were scanned)\n");
	for (i = 0; i < c->n_derived; i++)
		if (!c->derived[i].fatal)
			add_row(p, &c->derived[i]);
}

static void add_layer_table(struct page *p, const struct tsr_run_image *im)
{
	size_t i;

	if (im->n_layers)
		tsr_buf_adds(p->out, "  layers (stored, unpacked, entries, status, instruction)\n");
	for (i = 0; i < im->n_layers; i++) {
		const struct tsr_run_layer *l = &im->layers[i];

		tsr_buf_printf(p->out, "    %" PRIu32 "  ", l->index);
		tsr_text_out_digest(p->out, l->digest);
		tsr_buf_printf(p->out, "  %s  ", l->compression && *l->compression ? l->compression : "-");
		tsr_text_out_size(p->out, l->size);
		tsr_buf_adds(p->out, "  ");
		tsr_text_out_size(p->out, l->uncompressed_size);
		tsr_buf_adds(p->out, "  ");
		tsr_text_out_count(p->out, l->entries);
		tsr_buf_printf(p->out, "  %s  ", l->status ? l->status : "-");
		tsr_text_out_cut(p->out, *or_empty(l->created_by) ? l->created_by.ptr : "-", 0);
		tsr_buf_addc(p->out, '\n');
	}
}

static void add_coverage(struct page *p, const struct block *b)
{
	tsr_buf_adds(p->out, "  coverage: ");
	tsr_text_out_count(p->out, b->coverage->bytes_scanned);
	tsr_buf_adds(p->out, " of ");
	tsr_text_out_plural(p->out, b->coverage->bytes, "byte", "bytes");
	tsr_buf_adds(p->out, " scanned\n");
}

static void add_block(struct page *p, struct block *b)
{
	const struct tsr_run_image *im = b->image;

	count(b, p->o);
	if (!p->o->quiet && (b->n_shown || !b->complete || p->o->verbose)) {
		add_label(p, b);
		if (im && im->config_digest && *im->config_digest) {
			tsr_buf_addc(p->out, ' ');
			tsr_text_out_digest(p->out, im->config_digest);
		}
		tsr_buf_addc(p->out, '\n');
		if (im && p->o->verbose)
			add_layer_table(p, im);
		tsr_text_findings(p->o, b->findings, b->n_findings, im ? im->layers : NULL, im ? im->n_layers : 0,
				  &p->remedies, p->out);
		add_ledger(p, b);
		if (p->o->verbose)
			add_coverage(p, b);
	}
	/* An archive without findings or gaps has nothing to say beside its images. */
	if (im || b->n_shown || !b->complete || (p->o->quiet && b->n_counted > b->n_by[TSR_INFO]))
		add_verdict_line(p, b);
	if (!p->o->quiet && (b->n_shown || !b->complete || p->o->verbose))
		tsr_buf_addc(p->out, '\n');
}

static void add_blocks(struct page *p)
{
	size_t i;

	for (i = 0; i < p->run->n_archives; i++) {
		const struct tsr_run_archive *a = &p->run->archives[i];
		struct block b = { .archive = a, .findings = a->findings, .n_findings = a->n_findings,
				   .coverage = &a->coverage, .complete = a->complete };

		add_block(p, &b);
	}
	for (i = 0; i < p->run->n_images; i++) {
		const struct tsr_run_image *im = &p->run->images[i];
		struct block b = { .image = im, .findings = im->findings, .n_findings = im->n_findings,
				   .coverage = &im->coverage, .complete = im->complete };

		add_block(p, &b);
	}
}

/* Something in an image was not audited; else the input as a whole failed. */
static bool is_gap(const struct tsr_run_error *e)
{
	return e->status == 4;
}

/* What the whole comes to; one passed image has said it already. */
static void add_total(struct page *p)
{
	static const char *const colors[] = { [TSR_PASS] = "32", [TSR_FAIL] = "1;31",
					      [TSR_VERDICT_INCOMPLETE] = "1;33" };
	const struct tsr_run *run = p->run;
	size_t i, errors = 0;
	bool any;

	for (i = 0; i < run->n_errors; i++)
		errors += !is_gap(&run->errors[i]);
	if (run->verdict == TSR_PASS && run->n_images == 1 && run->n_errors == 0)
		return;
	tsr_buf_adds(p->out, "verdict: ");
	add_word(p, tsr_verdict_name(run->verdict), colors[run->verdict]);
	tsr_buf_adds(p->out, " (");
	any = add_counts(p, run->by_severity, "");
	if (run->suppressed) {
		tsr_buf_adds(p->out, any ? ", " : "");
		tsr_text_out_count(p->out, run->suppressed);
		tsr_buf_adds(p->out, " suppressed");
		any = true;
	}
	tsr_buf_adds(p->out, any ? "; " : "");
	tsr_text_out_plural(p->out, run->n_images, "image", "images");
	if (errors) {
		tsr_buf_adds(p->out, ", ");
		tsr_text_out_plural(p->out, errors, "error", "errors");
	}
	tsr_buf_adds(p->out, ")\n");
}

static int render(const struct tsr_run *run, const struct tsr_report_options *options, struct tsr_buf *out,
		  struct tsr_err *err)
{
	struct page p = { .run = run, .o = options, .out = out };
	size_t i;

	add_blocks(&p);
	tsr_text_remedies_add(&p.remedies, out);
	tsr_text_remedies_release(&p.remedies);
	for (i = 0; i < run->n_errors; i++)
		tsr_buf_printf(out, "%s: %s: %s\n", or_empty(run->errors[i].source),
			       is_gap(&run->errors[i]) ? "incomplete" : "error", or_empty(run->errors[i].message));
	add_total(&p);
	if (out->full)
		return tsr_err_set(err, TSR_EIO, "the text report is too large");
	return 0;
}

extern const struct tsr_reporter tsr_reporter_text;
const struct tsr_reporter tsr_reporter_text = {
	.name = "text",
	.help = "for people",
	.endings = (const char *const[]){ ".txt", NULL },
	.render = render,
};
