/* SPDX-License-Identifier: Apache-2.0 */
#include "report/inspect.h"

#include <inttypes.h>

#include "base/mem.h"
#include "report/text_out.h"

#define COLUMN 16
#define WASTED 5 /* paths that are shown; all that are known with -v */
#define LAYER_COLUMN 7 /* of an instruction */

struct page {
	const struct tsr_report_options *o;
	struct tsr_buf *out;
};

static void add_key(struct page *p, const char *key)
{
	tsr_buf_printf(p->out, "  %-*s", COLUMN - 2, key);
}

/* A text of the image that begins at `column`: what fits the line, all of it with -v. */
static void add_cut(struct page *p, const char *text, size_t column)
{
	tsr_text_out_cut(p->out, text, p->o->verbose ? 0 : TSR_COLUMNS - column);
	tsr_buf_addc(p->out, '\n');
}

static void add_text(struct page *p, const char *key, const char *text)
{
	if (!text || !*text)
		return;
	add_key(p, key);
	add_cut(p, text, COLUMN);
}

/* To be copied from here, so never cut. */
static void add_digest(struct page *p, const char *key, const char *digest)
{
	if (!digest || !*digest)
		return;
	add_key(p, key);
	tsr_buf_printf(p->out, "%s\n", digest);
}

/* Names, as many lines as it takes. */
static void add_names(struct page *p, const char *key, const struct tsr_run_value *list, size_t n)
{
	TSR_AUTO(tsr_buf) struct tsr_buf line = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);

	for (size_t i = 0; i < n; i++) {
		if (line.len && COLUMN + line.len + strlen(list[i].name.ptr) + 1 > TSR_COLUMNS) {
			add_text(p, key, line.ptr);
			tsr_buf_reset(&line);
			key = "";
		}
		tsr_buf_printf(&line, "%s%s%s", line.len ? " " : "", list[i].name.ptr, i + 1 < n ? "," : "");
	}
	add_text(p, key, line.ptr);
}

static void add_config(struct page *p, const struct tsr_run_config *c)
{
	if (!c->known) {
		add_text(p, "config", "absent or unreadable");
		return;
	}
	add_text(p, "user", c->user.same ? c->user.text.ptr : "none: root");
	add_text(p, "entrypoint", c->entrypoint.text.ptr);
	add_text(p, "cmd", c->cmd.text.ptr);
	add_text(p, "working dir", c->working_dir.text.ptr);
	add_text(p, "stop signal", c->stop_signal.text.ptr);
	add_text(p, "healthcheck", c->healthcheck.text.ptr);
	add_names(p, "env", c->env, c->n_env);
	add_names(p, "ports", c->ports, c->n_ports);
	add_names(p, "volumes", c->volumes, c->n_volumes);
	for (size_t i = 0; i < c->n_labels; i++) {
		TSR_AUTO(tsr_buf) struct tsr_buf line = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);

		tsr_buf_printf(&line, "%s=%s", c->labels[i].name.ptr, c->labels[i].text.ptr);
		add_text(p, i ? "" : "labels", line.ptr);
	}
}

/* A figure in a column of its own. */
static void add_cell(struct page *p, void (*add)(struct tsr_buf *out, uint64_t n), uint64_t n, int width)
{
	TSR_AUTO(tsr_buf) struct tsr_buf cell = TSR_BUF_INIT(64);

	add(&cell, n);
	tsr_buf_printf(p->out, "  %*s", width, cell.ptr);
}

static void add_percent(struct page *p, const char *what, uint32_t millionths)
{
	tsr_buf_printf(p->out, "%s%u.%02u %%", what, millionths / 10000, millionths / 100 % 100);
}

static void add_sizes(struct page *p, const struct tsr_run_image *im)
{
	uint64_t stored = 0, unpacked = 0;

	for (size_t i = 0; i < im->n_layers; i++) {
		stored += im->layers[i].size;
		unpacked += im->layers[i].uncompressed_size;
	}
	add_key(p, "size");
	tsr_text_out_size(p->out, stored);
	tsr_buf_adds(p->out, ", unpacked ");
	tsr_text_out_size(p->out, unpacked);
	tsr_buf_adds(p->out, ", ");
	tsr_text_out_plural(p->out, im->n_layers, "layer", "layers");
	tsr_buf_addc(p->out, '\n');
	add_key(p, "wasted");
	tsr_text_out_size(p->out, im->wasted_bytes);
	add_percent(p, ", efficiency ", im->efficiency);
	if (im->dive.known && im->dive.efficiency != im->efficiency)
		add_percent(p, "; as dive counts ", im->dive.efficiency);
	tsr_buf_addc(p->out, '\n');
	for (size_t i = 0; i < im->n_wasted && (p->o->verbose || i < WASTED); i++) {
		tsr_buf_printf(p->out, "%*s", COLUMN - 2, "");
		add_cell(p, tsr_text_out_size, im->wasted[i].bytes, 8);
		tsr_buf_printf(p->out, "  %s\n", im->wasted[i].path.ptr);
	}
}

static void add_layer(struct page *p, const struct tsr_run_layer *l)
{
	tsr_buf_printf(p->out, "  %3u", l->index);
	add_cell(p, tsr_text_out_size, l->size, 10);
	add_cell(p, tsr_text_out_size, l->uncompressed_size, 10);
	add_cell(p, tsr_text_out_count, l->entries, 9);
	add_cell(p, tsr_text_out_size, l->waste.wasted_bytes, 10);
	tsr_buf_adds(p->out, "  ");
	tsr_text_out_digest(p->out, l->digest);
	if (strcmp(l->status, "audited") != 0)
		tsr_buf_printf(p->out, " %s", l->status);
	tsr_buf_printf(p->out, "\n%*s", LAYER_COLUMN, "");
	add_cut(p, l->created_by.ptr && *l->created_by.ptr ? l->created_by.ptr : "-", LAYER_COLUMN);
}

static void add_layers(struct page *p, const struct tsr_run_image *im)
{
	if (im->n_layers)
		tsr_buf_printf(p->out, "\n  %3s  %10s  %10s  %9s  %10s  %s\n", "#", "size", "unpacked", "entries", "wasted",
			       "digest, instruction");
	for (size_t i = 0; i < im->n_layers; i++)
		add_layer(p, &im->layers[i]);
}

static void add_packages(struct page *p, const struct tsr_run_image *im)
{
	TSR_AUTO(tsr_buf) struct tsr_buf line = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	const char *seen[32];
	size_t n_seen = 0;

	for (size_t i = 0; i < im->n_packages; i++) {
		const char *eco = im->packages[i].ecosystem;
		uint64_t n = 0;
		size_t k;

		for (k = 0; k < n_seen && strcmp(seen[k], eco) != 0; k++)
			;
		if (k < n_seen || n_seen == TSR_ARRAY_LEN(seen))
			continue;
		seen[n_seen++] = eco;
		for (k = i; k < im->n_packages; k++)
			n += strcmp(im->packages[k].ecosystem, eco) == 0;
		tsr_buf_printf(&line, "%s%" PRIu64 " %s", line.len ? ", " : "", n, eco);
	}
	add_text(p, "packages", line.len ? line.ptr : "none known");
	for (size_t i = 0; p->o->verbose && i < im->n_packages; i++) {
		const struct tsr_run_package *k = &im->packages[i];

		tsr_buf_printf(p->out, "%*s%s %s %s (layer %u)\n", COLUMN, "", k->ecosystem, k->name.ptr, k->version.ptr, k->layer);
	}
}

static void add_image(struct page *p, const struct tsr_run_image *im)
{
	for (size_t i = 0; i < im->n_names; i++)
		tsr_buf_printf(p->out, "%s%s", i ? ", " : "", im->names[i].ptr);
	tsr_buf_printf(p->out, "%s", im->n_names ? "" : im->source.ptr);
	if (*im->platform.ptr)
		tsr_buf_printf(p->out, " (%s)", im->platform.ptr);
	tsr_buf_addc(p->out, '\n');
	if (!p->o->quiet) {
		add_text(p, "source", im->source.ptr);
		add_digest(p, "config", im->config_digest);
		add_digest(p, "manifest", im->manifest_digest);
		add_sizes(p, im);
		add_config(p, &im->config);
		add_packages(p, im);
		add_layers(p, im);
	}
	if (!im->complete)
		tsr_buf_adds(p->out, "  not all of this image could be read\n");
}

int tsr_report_inspect_text(const struct tsr_run *run, const struct tsr_report_options *o, struct tsr_buf *out, struct tsr_err *err)
{
	struct page p = { o, out };

	for (size_t i = 0; i < run->n_images; i++) {
		if (i && !o->quiet)
			tsr_buf_addc(out, '\n');
		add_image(&p, &run->images[i]);
	}
	return out->full ? tsr_err_set(err, TSR_EIO, "the text is too large") : 0;
}
