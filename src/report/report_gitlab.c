/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report.h"

#include <inttypes.h>

#include "base/digest.h"
#include "base/mem.h"
#include "report/json_out.h"
#include "report/place.h"
#include "report/report_time.h"

/*
 * GitLab's security reports, by its published schemas: secrets as secret
 * detection, everything else as container scanning. A place in an image is
 * squeezed into what these have: a package's name, or a file of a commit.
 * Suppressed findings are left out, since GitLab would ask for them to be dismissed again.
 */
#define SCHEMA_VERSION "15.0.7"
#define SCHEMA_BASE "https://gitlab.com/gitlab-org/security-products/security-report-schemas/-/raw/v" SCHEMA_VERSION "/dist/"
#define NAME_MAX_BYTES 255u

struct kind {
	const char *type, *schema, *other;
	bool secrets;
	void (*add_location)(struct tsr_json_out *o, const struct tsr_item *item);
};

static bool is_secret(const struct tsr_finding *f)
{
	return tsr_slice_eq_str(tsr_rule_area(f->rule_id), "secret");
}

static const char *severity_name(enum tsr_severity s)
{
	static const char *const names[TSR_SEVERITIES] = {
		[TSR_INFO] = "Info", [TSR_LOW] = "Low", [TSR_MEDIUM] = "Medium", [TSR_HIGH] = "High",
		[TSR_CRITICAL] = "Critical",
	};

	return names[s];
}

/* GitLab wants a tag or a digest: "app:1", "app@sha256:…" or "sha256:…" alone. */
static void add_image_name(const struct tsr_item *item, struct tsr_buf *out)
{
	const struct tsr_run_image *im = item->image;
	const char *digest = im ? im->config_digest : NULL;
	struct tsr_slice repository = im ? tsr_image_repository(im) : TSR_SLICE_NONE;

	if (repository.len && im->names[0].ptr[repository.len]) {
		tsr_buf_adds(out, im->names[0].ptr);
		return;
	}
	if (repository.len)
		tsr_buf_printf(out, "%.*s@", TSR_SLICE_ARG(repository));
	else if (!im)
		tsr_owner_add(item, out);
	tsr_buf_adds(out, digest && *digest ? digest : ":unknown");
}

static void add_place(const struct tsr_item *item, struct tsr_buf *out)
{
	TSR_AUTO(tsr_buf) struct tsr_buf place = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	const struct tsr_location *w = &item->f->where;
	struct tsr_location file = *w;

	/* What makes the place is what GitLab tells vulnerabilities apart by: no line, no offset. */
	file.line = 0;
	file.offset = TSR_NO_OFFSET;
	tsr_place_add(&file, &place);
	if (!place.len || w->kind == TSR_PLACE_CONFIG || w->kind == TSR_PLACE_HISTORY)
		tsr_buf_printf(out, "%s%s", tsr_place_name(w->kind), place.len ? " " : "");
	tsr_buf_addsl(out, tsr_buf_slice(&place));
}

static void add_container_location(struct tsr_json_out *o, const struct tsr_item *item)
{
	TSR_AUTO(tsr_buf) struct tsr_buf place = TSR_BUF_INIT(TSR_BUF_TEXT_MAX), name = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	const char *platform = item->image ? item->image->platform.ptr : NULL;
	char layer[32] = "image";

	add_place(item, &place);
	add_image_name(item, &name);
	if (item->f->where.layer != TSR_NO_LAYER)
		snprintf(layer, sizeof(layer), "layer %" PRIu32, item->f->where.layer);
	tsr_json_out_begin(o, "dependency", '{');
	tsr_json_out_begin(o, "package", '{');
	tsr_json_out_str(o, "name", place.ptr);
	tsr_json_out_end(o, '}');
	tsr_json_out_str(o, "version", layer);
	tsr_json_out_end(o, '}');
	tsr_json_out_str(o, "operating_system", platform && *platform ? platform : "unknown");
	tsr_json_out_str(o, "image", name.ptr);
}

static void add_secret_location(struct tsr_json_out *o, const struct tsr_item *item)
{
	TSR_AUTO(tsr_buf) struct tsr_buf place = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	uint32_t line = item->f->where.line;

	add_place(item, &place);
	tsr_json_out_str(o, "file", place.ptr[0] == '/' ? place.ptr + 1 : place.ptr);
	tsr_json_out_begin(o, "commit", '{');
	tsr_json_out_str(o, "sha", "0000000");
	tsr_json_out_end(o, '}');
	if (!line)
		return;
	tsr_json_out_u64(o, "start_line", line);
	tsr_json_out_u64(o, "end_line", line);
}

/* A UUID (RFC 9562, version 8) of what the finding is: unique in the report, and the same the next time. */
static void add_id(struct tsr_json_out *o, const struct tsr_item *item)
{
	TSR_AUTO(tsr_buf) struct tsr_buf b = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	uint8_t d[32];

	tsr_buf_printf(&b, "%s %zu %zu", item->f->fingerprint, item->owner, item->nth);
	tsr_sha256(b.ptr, b.len, d);
	d[6] = (uint8_t)((d[6] & 0x0f) | 0x80);
	d[8] = (uint8_t)((d[8] & 0x3f) | 0x80);
	tsr_buf_reset(&b);
	for (size_t i = 0; i < 16; i++)
		tsr_buf_printf(&b, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", d[i]);
	tsr_json_out_str(o, "id", b.ptr);
}

static void add_identifier(struct tsr_json_out *o, const char *type, const char *name, const char *value, const char *url)
{
	tsr_json_out_begin(o, NULL, '{');
	tsr_json_out_str(o, "type", type);
	tsr_json_out_str(o, "name", name);
	tsr_json_out_str(o, "value", value);
	if (url)
		tsr_json_out_str(o, "url", url);
	tsr_json_out_end(o, '}');
}

static void add_identifiers(struct tsr_json_out *o, const struct tsr_finding *f)
{
	const char *const *t;
	char url[80];

	tsr_json_out_begin(o, "identifiers", '[');
	add_identifier(o, "tarsier_rule", f->rule_id, f->rule_id, f->references ? f->references[0] : NULL);
	for (t = f->tags; t && *t; t++) {
		if (strncmp(*t, "CWE-", 4) != 0)
			continue;
		snprintf(url, sizeof(url), "https://cwe.mitre.org/data/definitions/%s.html", *t + 4);
		add_identifier(o, "cwe", *t, *t + 4, url);
	}
	tsr_json_out_end(o, ']');
	tsr_json_out_begin(o, "links", '[');
	for (t = f->references; t && *t; t++) {
		tsr_json_out_begin(o, NULL, '{');
		tsr_json_out_str(o, "url", *t);
		tsr_json_out_end(o, '}');
	}
	tsr_json_out_end(o, ']');
}

/* At most NAME_MAX_BYTES, cut between characters; never empty. */
static void add_name(struct tsr_json_out *o, const struct tsr_finding *f)
{
	const char *title = f->title.ptr && *f->title.ptr ? f->title.ptr : f->rule_id;
	size_t len = strlen(title);
	char name[NAME_MAX_BYTES + 1];

	if (len > NAME_MAX_BYTES)
		len = NAME_MAX_BYTES;
	while (len > 0 && ((unsigned char)title[len] & 0xc0) == 0x80)
		len--;
	memcpy(name, title, len);
	name[len] = '\0';
	tsr_json_out_str(o, "name", name);
}

static void add_detail(struct tsr_json_out *o, const char *key, const char *name, const char *value)
{
	if (!value || !*value)
		return;
	tsr_json_out_begin(o, key, '{');
	tsr_json_out_str(o, "name", name);
	tsr_json_out_str(o, "type", "text");
	tsr_json_out_str(o, "value", value);
	tsr_json_out_end(o, '}');
}

static void add_details(struct tsr_json_out *o, const struct tsr_item *item)
{
	TSR_AUTO(tsr_buf) struct tsr_buf b = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	const struct tsr_finding *f = item->f;

	tsr_json_out_begin(o, "details", '{');
	add_detail(o, "message", "Message", f->message.ptr);
	tsr_place_add(&f->where, &b);
	add_detail(o, "place", "Place", b.ptr);
	tsr_buf_reset(&b);
	if (f->where.layer != TSR_NO_LAYER)
		tsr_buf_printf(&b, "layer %" PRIu32 " %s", f->where.layer, f->where.diff_id ? f->where.diff_id : "");
	add_detail(o, "layer", "Layer", b.ptr);
	add_detail(o, "instruction", "Instruction", f->where.created_by.ptr);
	tsr_buf_reset(&b);
	tsr_state_add(f, &b);
	add_detail(o, "state", "State", b.ptr);
	add_detail(o, "evidence", "Evidence (redacted)", f->redacted.ptr);
	add_detail(o, "confidence", "Confidence", tsr_confidence_name(f->confidence));
	add_detail(o, "fingerprint", "Fingerprint", f->fingerprint);
	tsr_json_out_end(o, '}');
}

static void add_vulnerability(struct tsr_json_out *o, const struct kind *kind, const struct tsr_item *item)
{
	const struct tsr_finding *f = item->f;

	tsr_json_out_begin(o, NULL, '{');
	add_id(o, item);
	if (kind->secrets)
		tsr_json_out_str(o, "category", "secret_detection");
	add_name(o, f);
	/* GitLab takes it for Markdown: no text of the image goes there. */
	tsr_json_out_str(o, "description", f->description && *f->description ? f->description : f->title.ptr);
	tsr_json_out_str(o, "severity", severity_name(f->severity));
	if (f->remediation && *f->remediation)
		tsr_json_out_str(o, "solution", f->remediation);
	add_identifiers(o, f);
	tsr_json_out_begin(o, "location", '{');
	kind->add_location(o, item);
	tsr_json_out_end(o, '}');
	add_details(o, item);
	tsr_json_out_end(o, '}');
}

static void add_message(struct tsr_json_out *o, const char *level, const char *value)
{
	tsr_json_out_begin(o, NULL, '{');
	tsr_json_out_str(o, "level", level);
	tsr_json_out_str(o, "value", value);
	tsr_json_out_end(o, '}');
}

static void add_fatal(void *o, const char *text)
{
	add_message(o, "fatal", text);
}

static void add_messages(struct tsr_json_out *o, const struct kind *kind, const struct tsr_run *run,
			 const struct tsr_items *items)
{
	TSR_AUTO(tsr_buf) struct tsr_buf b = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	size_t i, elsewhere = 0;

	tsr_json_out_begin(o, "messages", '[');
	tsr_gaps_tell(run, add_fatal, o);
	for (i = 0; i < items->n; i++)
		elsewhere += !items->at[i].f->suppressed && is_secret(items->at[i].f) != kind->secrets;
	tsr_buf_printf(&b, "%zu findings are in the report %s", elsewhere, kind->other);
	if (elsewhere)
		add_message(o, "info", b.ptr);
	tsr_buf_reset(&b);
	tsr_buf_printf(&b, "%" PRIu64 " findings are suppressed by policy and left out", run->suppressed);
	if (run->suppressed)
		add_message(o, "info", b.ptr);
	tsr_json_out_end(o, ']');
}

static void add_tool(struct tsr_json_out *o, const char *key, const struct tsr_run *run)
{
	tsr_json_out_begin(o, key, '{');
	tsr_json_out_str(o, "id", "tarsier");
	tsr_json_out_str(o, "name", "tarsier");
	tsr_json_out_str(o, "version", run->version);
	tsr_json_out_begin(o, "vendor", '{');
	tsr_json_out_str(o, "name", "tarsier");
	tsr_json_out_end(o, '}');
	tsr_json_out_end(o, '}');
}

static int render(const struct kind *kind, const struct tsr_run *run, const struct tsr_report_options *options,
		  struct tsr_buf *out, struct tsr_err *err)
{
	TSR_AUTO(tsr_items) struct tsr_items items = tsr_items_of(run);
	char time[TSR_TIME_LEN];
	struct tsr_json_out o;
	size_t i;

	tsr_report_time(options->time, time);
	tsr_json_out_init(&o, out);
	tsr_json_out_begin(&o, NULL, '{');
	tsr_json_out_str(&o, "version", SCHEMA_VERSION);
	tsr_json_out_str(&o, "schema", kind->schema);
	tsr_json_out_begin(&o, "scan", '{');
	add_tool(&o, "analyzer", run);
	add_tool(&o, "scanner", run);
	tsr_json_out_str(&o, "type", kind->type);
	tsr_json_out_str(&o, "start_time", time);
	tsr_json_out_str(&o, "end_time", time);
	tsr_json_out_str(&o, "status", tsr_run_complete(run) ? "success" : "failure");
	add_messages(&o, kind, run, &items);
	tsr_json_out_end(&o, '}');
	tsr_json_out_begin(&o, "vulnerabilities", '[');
	for (i = 0; i < items.n; i++)
		if (!items.at[i].f->suppressed && is_secret(items.at[i].f) == kind->secrets)
			add_vulnerability(&o, kind, &items.at[i]);
	tsr_json_out_end(&o, ']');
	tsr_json_out_begin(&o, "remediations", '[');
	tsr_json_out_end(&o, ']');
	tsr_json_out_end(&o, '}');
	if (out->full)
		return tsr_err_set(err, TSR_EIO, "the GitLab report is too large");
	return 0;
}

static int render_container(const struct tsr_run *run, const struct tsr_report_options *o, struct tsr_buf *out,
			    struct tsr_err *err)
{
	static const struct kind kind = { "container_scanning", SCHEMA_BASE "container-scanning-report-format.json",
					  "gitlab-secret-detection", false, add_container_location };

	return render(&kind, run, o, out, err);
}

static int render_secrets(const struct tsr_run *run, const struct tsr_report_options *o, struct tsr_buf *out,
			  struct tsr_err *err)
{
	static const struct kind kind = { "secret_detection", SCHEMA_BASE "secret-detection-report-format.json",
					  "gitlab-container-scanning", true, add_secret_location };

	return render(&kind, run, o, out, err);
}

extern const struct tsr_reporter tsr_reporter_gitlab_container, tsr_reporter_gitlab_secrets;
const struct tsr_reporter tsr_reporter_gitlab_container = {
	.name = "gitlab-container-scanning",
	.help = "GitLab's container scanning: all but secrets",
	.endings = (const char *const[]){ "gl-container-scanning-report.json", NULL },
	.render = render_container,
};
const struct tsr_reporter tsr_reporter_gitlab_secrets = {
	.name = "gitlab-secret-detection",
	.help = "GitLab's secret detection: secrets",
	.endings = (const char *const[]){ "gl-secret-detection-report.json", NULL },
	.render = render_secrets,
};
