/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/mem.h"
#include "report/place.h"
#include "report/report_time.h"
#include "report/xml_out.h"

/*
 * JUnit's XML as Ant writes it, for the test pages of CI systems. A suite for
 * the inputs and one per image, and per archive with findings of its own. In each a test that the audit is complete, one
 * per area of rules that holds, and one per finding that fails or is suppressed;
 * findings that do not count are text, since they would be passed tests.
 */
struct suite {
	struct tsr_buf cases, notes;
	unsigned tests, failures, errors, skipped;
};

#define SUITE_INIT { .cases = TSR_BUF_INIT(TSR_REPORT_MAX), .notes = TSR_BUF_INIT(TSR_REPORT_MAX) }

static void suite_release(struct suite *s)
{
	tsr_buf_release(&s->cases);
	tsr_buf_release(&s->notes);
}

static void begin_case(struct suite *s, const char *class, const char *name)
{
	s->tests++;
	tsr_buf_adds(&s->cases, "\t\t<testcase");
	tsr_xml_add_attribute(&s->cases, "classname", class);
	tsr_xml_add_attribute(&s->cases, "name", name);
	tsr_xml_add_attribute(&s->cases, "time", "0");
}

static void add_passed(struct suite *s, const char *class, const char *name)
{
	begin_case(s, class, name);
	tsr_buf_adds(&s->cases, "/>\n");
}

/* `type` is NULL for skipped, which has none. */
static void add_outcome(struct suite *s, const char *class, const char *name, const char *outcome, const char *type,
			const char *message, const char *body)
{
	begin_case(s, class, name);
	tsr_buf_printf(&s->cases, ">\n\t\t\t<%s", outcome);
	tsr_xml_add_attribute(&s->cases, "message", message);
	if (type)
		tsr_xml_add_attribute(&s->cases, "type", type);
	tsr_buf_addc(&s->cases, '>');
	tsr_xml_add_text(&s->cases, body);
	tsr_buf_printf(&s->cases, "</%s>\n\t\t</testcase>\n", outcome);
}

static void add_line(struct tsr_buf *b, const char *label, const char *value)
{
	if (value && *value)
		tsr_buf_printf(b, "%s: %s\n", label, value);
}

static void add_details(const struct tsr_finding *f, struct tsr_buf *b)
{
	size_t before = b->len;
	const char *const *r;

	tsr_place_add(&f->where, b);
	tsr_buf_adds(b, b->len > before ? "\n" : "");
	if (f->where.layer != TSR_NO_LAYER)
		tsr_buf_printf(b, "layer %" PRIu32 "\n", f->where.layer);
	add_line(b, "instruction", f->where.created_by.ptr);
	before = b->len;
	tsr_state_add(f, b);
	tsr_buf_adds(b, b->len > before ? "\n" : "");
	if (f->redacted.ptr && *f->redacted.ptr)
		tsr_buf_printf(b, "%s (%" PRIu32 " characters), %s\n", f->redacted.ptr, f->length,
			       tsr_confidence_name(f->confidence));
	add_line(b, "what to do", f->remediation);
	for (r = f->references; r && *r; r++)
		add_line(b, "see", *r);
	add_line(b, "fingerprint", f->fingerprint);
}

static void add_finding(struct suite *s, const struct tsr_run *run, const struct tsr_finding *f)
{
	TSR_AUTO(tsr_buf) struct tsr_buf name = TSR_BUF_INIT(TSR_BUF_TEXT_MAX), body = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	const char *message = f->message.ptr && *f->message.ptr ? f->message.ptr : f->title.ptr;
	size_t before;

	tsr_buf_printf(&name, "[%s] %s", tsr_severity_name(f->severity), f->title.ptr ? f->title.ptr : "");
	before = name.len;
	tsr_buf_adds(&name, ": ");
	tsr_place_add(&f->where, &name);
	if (name.len == before + 2)
		name.ptr[name.len = before] = '\0';
	if (f->suppressed) {
		s->skipped++;
		tsr_buf_printf(&body, "%s: %s", f->suppressed->kind, f->suppressed->reason.ptr);
		add_outcome(s, f->rule_id, name.ptr, "skipped", NULL, body.ptr, "");
	} else if (tsr_run_fails(run, f)) {
		s->failures++;
		add_details(f, &body);
		add_outcome(s, f->rule_id, name.ptr, "failure", tsr_severity_name(f->severity), message, body.ptr);
	} else {
		tsr_buf_printf(&s->notes, "%s [%s]\n", name.ptr, f->rule_id);
	}
}

static void add_findings(struct suite *s, const struct tsr_run *run, const struct tsr_finding *f, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		add_finding(s, run, &f[i]);
}

static bool area_fails(const struct tsr_run *run, const char *area, const struct tsr_finding *f, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (tsr_run_fails(run, &f[i]) && tsr_slice_eq_str(tsr_rule_area(f[i].rule_id), area))
			return true;
	return false;
}

/* So that a clean image has passed tests: without any, CI systems say that there are no tests. */
static void add_areas(struct suite *s, const struct tsr_run *run, const struct tsr_finding *f, size_t n)
{
	const char *const *area;
	char name[64];

	snprintf(name, sizeof(name), "nothing of %s severity or above",
		 run->fail_never ? "any" : tsr_severity_name(run->fail_on));
	for (area = run->areas; area && *area; area++)
		if (!area_fails(run, *area, f, n))
			add_passed(s, *area, run->fail_never ? "findings do not fail" : name);
}

static void add_completeness(struct suite *s, const struct tsr_coverage *c, bool complete)
{
	TSR_AUTO(tsr_buf) struct tsr_buf body = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	const struct tsr_skip_row *row;
	size_t at = 0;

	if (complete) {
		add_passed(s, "audit", "audited completely");
		return;
	}
	while ((row = tsr_coverage_gap(c, &at))) {
		tsr_skip_add(row, &body);
		tsr_buf_addc(&body, '\n');
	}
	s->errors++;
	add_outcome(s, "audit", "audited completely", "error", "incomplete", "the audit is incomplete", body.ptr);
}

static void add_property(struct tsr_buf *out, const char *name, const char *value)
{
	if (!value || !*value)
		return;
	tsr_buf_adds(out, "\t\t\t<property");
	tsr_xml_add_attribute(out, "name", name);
	tsr_xml_add_attribute(out, "value", value);
	tsr_buf_adds(out, "/>\n");
}

struct page {
	const struct tsr_run *run;
	char time[TSR_TIME_LEN];
	unsigned suites;
	struct tsr_buf *out;
};

static void add_count(struct tsr_buf *out, const char *name, unsigned n)
{
	tsr_buf_printf(out, " %s=\"%u\"", name, n);
}

static void add_suite(struct page *p, const char *name, const struct tsr_run_image *image, struct suite *s)
{
	struct tsr_buf *out = p->out;

	tsr_buf_adds(out, "\t<testsuite");
	add_count(out, "id", p->suites++);
	tsr_xml_add_attribute(out, "package", "tarsier");
	tsr_xml_add_attribute(out, "name", name);
	tsr_xml_add_attribute(out, "timestamp", p->time);
	tsr_xml_add_attribute(out, "hostname", "localhost");
	add_count(out, "tests", s->tests);
	add_count(out, "failures", s->failures);
	add_count(out, "errors", s->errors);
	add_count(out, "skipped", s->skipped);
	tsr_buf_adds(out, " time=\"0\">\n\t\t<properties>\n");
	add_property(out, "tarsier.version", p->run->version);
	add_property(out, "tarsier.rulesDigest", p->run->rules_digest);
	if (image) {
		add_property(out, "image.source", image->source.ptr);
		add_property(out, "image.platform", image->platform.ptr);
		add_property(out, "image.configDigest", image->config_digest);
		add_property(out, "image.manifestDigest", image->manifest_digest);
	}
	tsr_buf_adds(out, "\t\t</properties>\n");
	tsr_buf_addsl(out, tsr_buf_slice(&s->cases));
	tsr_buf_adds(out, "\t\t<system-out>");
	tsr_xml_add_text(out, s->notes.ptr);
	tsr_buf_adds(out, "</system-out>\n\t\t<system-err></system-err>\n\t</testsuite>\n");
	/* A part that did not fit is as bad as the whole. */
	out->full |= s->cases.full || s->notes.full;
}

/* Each archive that was read, and each input of which that cannot be said. */
static void add_inputs(struct page *p)
{
	__attribute__((cleanup(suite_release))) struct suite s = SUITE_INIT;
	size_t i;

	for (i = 0; i < p->run->n_archives; i++)
		add_passed(&s, "input", p->run->archives[i].source.ptr);
	for (i = 0; i < p->run->n_errors; i++) {
		const struct tsr_run_error *e = &p->run->errors[i];

		s.errors++;
		add_outcome(&s, "input", e->source.ptr, "error", e->status == 4 ? "incomplete" : "unreadable",
			    e->message.ptr, "");
	}
	add_suite(p, "inputs", NULL, &s);
}

static void add_archive(struct page *p, const struct tsr_run_archive *a)
{
	__attribute__((cleanup(suite_release))) struct suite s = SUITE_INIT;

	if (a->complete && a->n_findings == 0)
		return;
	add_completeness(&s, &a->coverage, a->complete);
	add_findings(&s, p->run, a->findings, a->n_findings);
	add_suite(p, a->source.ptr, NULL, &s);
}

static void add_image(struct page *p, const struct tsr_run_image *im)
{
	TSR_AUTO(tsr_buf) struct tsr_buf label = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	__attribute__((cleanup(suite_release))) struct suite s = SUITE_INIT;

	tsr_image_add_label(im, &label);
	add_completeness(&s, &im->coverage, im->complete);
	add_areas(&s, p->run, im->findings, im->n_findings);
	add_findings(&s, p->run, im->findings, im->n_findings);
	add_suite(p, label.ptr, im, &s);
}

static int render(const struct tsr_run *run, const struct tsr_report_options *options, struct tsr_buf *out,
		  struct tsr_err *err)
{
	struct page p = { .run = run, .out = out };
	size_t i;

	tsr_report_time(options->time, p.time);
	tsr_buf_adds(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
	add_inputs(&p);
	for (i = 0; i < run->n_archives; i++)
		add_archive(&p, &run->archives[i]);
	for (i = 0; i < run->n_images; i++)
		add_image(&p, &run->images[i]);
	tsr_buf_adds(out, "</testsuites>\n");
	if (out->full)
		return tsr_err_set(err, TSR_EIO, "the JUnit report is too large");
	return 0;
}

extern const struct tsr_reporter tsr_reporter_junit;
const struct tsr_reporter tsr_reporter_junit = {
	.name = "junit",
	.help = "JUnit XML, for the test pages of CI systems",
	.endings = (const char *const[]){ ".xml", NULL },
	.render = render,
};
