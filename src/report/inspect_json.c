/* SPDX-License-Identifier: Apache-2.0 */
#include "report/inspect.h"
#include "report/report_json.h"

static void add_names(struct tsr_json_out *o, const char *key, const struct tsr_run_value *list, size_t n)
{
	tsr_json_out_begin(o, key, '[');
	for (size_t i = 0; i < n; i++)
		tsr_json_out_str(o, NULL, list[i].name.ptr);
	tsr_json_out_end(o, ']');
}

static void add_config(struct tsr_json_out *o, const struct tsr_run_config *c)
{
	if (!c->known) {
		tsr_json_out_null(o, "config");
		return;
	}
	tsr_json_out_begin(o, "config", '{');
	tsr_json_out_str(o, "user", c->user.text.ptr);
	tsr_json_out_str(o, "entrypoint", c->entrypoint.text.ptr);
	tsr_json_out_str(o, "cmd", c->cmd.text.ptr);
	tsr_json_out_str(o, "workingDir", c->working_dir.text.ptr);
	tsr_json_out_str(o, "stopSignal", c->stop_signal.text.ptr);
	tsr_json_out_str(o, "healthcheck", c->healthcheck.text.ptr);
	tsr_json_out_begin(o, "env", '[');
	for (size_t i = 0; i < c->n_env; i++) {
		tsr_json_out_begin(o, NULL, '{');
		tsr_json_out_str(o, "name", c->env[i].name.ptr);
		tsr_json_out_u64(o, "length", c->env[i].length);
		tsr_json_out_end(o, '}');
	}
	tsr_json_out_end(o, ']');
	add_names(o, "ports", c->ports, c->n_ports);
	add_names(o, "volumes", c->volumes, c->n_volumes);
	tsr_json_out_begin(o, "labels", '[');
	for (size_t i = 0; i < c->n_labels; i++) {
		tsr_json_out_begin(o, NULL, '{');
		tsr_json_out_str(o, "name", c->labels[i].name.ptr);
		tsr_json_out_str(o, "value", c->labels[i].text.ptr);
		tsr_json_out_end(o, '}');
	}
	tsr_json_out_end(o, ']');
	tsr_json_out_end(o, '}');
}

static void add_packages(struct tsr_json_out *o, const struct tsr_run_image *im)
{
	tsr_json_out_begin(o, "packages", '[');
	for (size_t i = 0; i < im->n_packages; i++) {
		const struct tsr_run_package *p = &im->packages[i];

		tsr_json_out_begin(o, NULL, '{');
		tsr_json_out_str(o, "ecosystem", p->ecosystem);
		tsr_json_out_str(o, "name", p->name.ptr);
		tsr_json_out_str(o, "version", p->version.ptr);
		tsr_json_out_str(o, "path", p->path.ptr);
		tsr_json_out_u64(o, "layer", p->layer);
		tsr_json_out_bool(o, "development", p->development);
		tsr_json_out_end(o, '}');
	}
	tsr_json_out_end(o, ']');
}

static void add_dive(struct tsr_json_out *o, const struct tsr_run_dive *d)
{
	if (!d->known) {
		tsr_json_out_null(o, "dive");
		return;
	}
	tsr_json_out_begin(o, "dive", '{');
	tsr_json_out_millionths(o, "efficiency", d->efficiency);
	tsr_json_out_u64(o, "inefficientPaths", d->inefficient);
	tsr_json_out_u64(o, "inefficientBytes", d->inefficient_bytes);
	tsr_json_out_end(o, '}');
}

static void add_image(struct tsr_json_out *o, const struct tsr_run_image *im)
{
	tsr_json_out_begin(o, NULL, '{');
	tsr_report_json_image(o, im);
	add_config(o, &im->config);
	tsr_report_json_layers(o, im);
	tsr_json_out_begin(o, "wastedPaths", '[');
	for (size_t i = 0; i < im->n_wasted; i++) {
		tsr_json_out_begin(o, NULL, '{');
		tsr_json_out_str(o, "path", im->wasted[i].path.ptr);
		tsr_json_out_u64(o, "layer", im->wasted[i].layer);
		tsr_json_out_u64(o, "copies", im->wasted[i].copies);
		tsr_json_out_u64(o, "bytes", im->wasted[i].bytes);
		tsr_json_out_end(o, '}');
	}
	tsr_json_out_end(o, ']');
	add_dive(o, &im->dive);
	add_packages(o, im);
	tsr_json_out_bool(o, "complete", im->complete);
	tsr_json_out_end(o, '}');
}

int tsr_report_inspect_json(const struct tsr_run *run, const struct tsr_report_options *options, struct tsr_buf *out,
		     struct tsr_err *err)
{
	struct tsr_json_out o;

	(void)options;
	tsr_json_out_document(&o, out);
	tsr_report_json_tool(&o, run);
	tsr_json_out_begin(&o, "archives", '[');
	for (size_t i = 0; i < run->n_archives; i++) {
		tsr_json_out_begin(&o, NULL, '{');
		tsr_json_out_str(&o, "source", run->archives[i].source.ptr);
		tsr_json_out_str(&o, "format", run->archives[i].format);
		tsr_json_out_end(&o, '}');
	}
	tsr_json_out_end(&o, ']');
	tsr_json_out_begin(&o, "images", '[');
	for (size_t i = 0; i < run->n_images; i++)
		add_image(&o, &run->images[i]);
	tsr_json_out_end(&o, ']');
	tsr_report_json_errors(&o, run);
	tsr_json_out_end(&o, '}');
	return out->full ? tsr_err_set(err, TSR_EIO, "the JSON document is too large") : 0;
}
