/* SPDX-License-Identifier: Apache-2.0 */
#include "report/rule_out.h"

#include "base/mem.h"
#include "base/text.h"
#include "finding/ecosystem.h"
#include "report/text_out.h"

static void add_field(struct tsr_buf *out, const char *name, const char *words)
{
	if (!words || !*words)
		return;
	tsr_buf_printf(out, "%-14s", name);
	tsr_text_out_wrap(out, words, 14, 14);
}

static void add_each(struct tsr_buf *out, const char *name, const char *const *items)
{
	for (; items && *items; items++, name = "")
		add_field(out, name, *items);
}

static void add_content(struct tsr_buf *out, const struct tsr_rule_content *c)
{
	uint32_t i;

	for (i = 0; i < c->n_literals; i++) {
		tsr_buf_printf(out, "%-14s", i ? "" : "literals");
		tsr_text_escape(tsr_slice_of(c->literals[i].bytes, c->literals[i].len), out);
		tsr_buf_adds(out, c->literals[i].nocase ? " (any case)\n" : "\n");
	}
	add_field(out, "pattern", c->pattern);
	add_field(out, "near", c->near_pattern);
	add_each(out, "paths", c->paths);
	add_field(out, "check", c->check);
}

void tsr_rule_text(const struct tsr_rule *r, struct tsr_buf *out)
{
	add_field(out, "id", r->id);
	add_field(out, "title", r->title);
	tsr_buf_printf(out, "%-14s%s", "severity", tsr_severity_name(r->severity));
	if (r->severity_hidden != r->severity)
		tsr_buf_printf(out, " (%s in a deleted or overwritten file)", tsr_severity_name(r->severity_hidden));
	tsr_buf_addc(out, '\n');
	add_field(out, "kind", tsr_rule_kind_name(r->kind));
	if (r->content)
		add_content(out, r->content);
	if (r->path) {
		add_each(out, "paths", r->path->globs);
		add_each(out, "not", r->path->excludes);
		add_each(out, "templates", r->path->templates);
		add_each(out, "known", r->path->known);
	}
	if (r->package) {
		for (unsigned i = 0; i < TSR_ECOSYSTEMS; i++)
			if (r->package->ecosystems >> i & 1)
				add_field(out, "ecosystem", tsr_ecosystem_names[i]);
		add_each(out, "names", r->package->names);
	}
	if (r->structured) {
		add_each(out, "paths", r->structured->globs);
		add_each(out, "magic", r->structured->magic);
		add_field(out, "parser", r->structured->parser);
	}
	add_field(out, "description", r->description);
	add_field(out, "remediation", r->remediation);
	add_each(out, "references", r->references);
	add_each(out, "tags", r->tags);
}

/* --- JSON --------------------------------------------------------------------- */

static void add_strings(struct tsr_json_out *o, const char *key, const char *const *list)
{
	tsr_json_out_begin(o, key, '[');
	for (; list && *list; list++)
		tsr_json_out_str(o, NULL, *list);
	tsr_json_out_end(o, ']');
}

/* A literal may hold any byte; as the text has it. */
static void add_literals(struct tsr_json_out *o, const struct tsr_rule_content *c)
{
	tsr_json_out_begin(o, "literals", '[');
	for (uint32_t i = 0; c && i < c->n_literals; i++) {
		TSR_AUTO(tsr_buf) struct tsr_buf b = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);

		tsr_text_escape(tsr_slice_of(c->literals[i].bytes, c->literals[i].len), &b);
		tsr_json_out_str(o, NULL, b.ptr);
	}
	tsr_json_out_end(o, ']');
}

static void add_ecosystems(struct tsr_json_out *o, const struct tsr_rule_package *p)
{
	tsr_json_out_begin(o, "ecosystems", '[');
	for (unsigned i = 0; p && i < TSR_ECOSYSTEMS; i++)
		if (p->ecosystems >> i & 1)
			tsr_json_out_str(o, NULL, tsr_ecosystem_names[i]);
	tsr_json_out_end(o, ']');
}

static void add_details(struct tsr_json_out *o, const struct tsr_rule *r)
{
	const struct tsr_rule_content *c = r->content;

	tsr_json_out_str(o, "description", r->description);
	tsr_json_out_str(o, "remediation", r->remediation);
	add_literals(o, c);
	tsr_json_out_str_or_null(o, "pattern", c ? c->pattern : NULL);
	tsr_json_out_str_or_null(o, "near", c ? c->near_pattern : NULL);
	tsr_json_out_str_or_null(o, "check", c ? c->check : NULL);
	add_strings(o, "paths", c ? c->paths : r->path ? r->path->globs : r->structured ? r->structured->globs : NULL);
	add_ecosystems(o, r->package);
	add_strings(o, "names", r->package ? r->package->names : NULL);
	tsr_json_out_str_or_null(o, "parser", r->structured ? r->structured->parser : NULL);
	add_strings(o, "references", r->references);
	add_strings(o, "examples", r->examples);
	add_strings(o, "counterExamples", r->counter_examples);
}

void tsr_rule_json(struct tsr_json_out *o, const char *key, const struct tsr_rule *r, bool full)
{
	tsr_json_out_begin(o, key, '{');
	tsr_json_out_str(o, "id", r->id);
	tsr_json_out_str(o, "title", r->title);
	tsr_json_out_str(o, "severity", tsr_severity_name(r->severity));
	tsr_json_out_str(o, "severityWhenHidden", tsr_severity_name(r->severity_hidden));
	tsr_json_out_str(o, "kind", tsr_rule_kind_name(r->kind));
	add_strings(o, "tags", r->tags);
	if (full)
		add_details(o, r);
	tsr_json_out_end(o, '}');
}

void tsr_rules_json(const struct tsr_rule *const *rules, size_t n, bool full, struct tsr_buf *out)
{
	struct tsr_json_out o;

	tsr_json_out_document(&o, out);
	tsr_json_out_begin(&o, "rules", '[');
	for (size_t i = 0; i < n; i++)
		tsr_rule_json(&o, NULL, rules[i], full);
	tsr_json_out_end(&o, ']');
	tsr_json_out_end(&o, '}');
}

void tsr_rules_check_json(size_t n_rules, const char *const *failures, size_t n, struct tsr_buf *out)
{
	struct tsr_json_out o;

	tsr_json_out_document(&o, out);
	tsr_json_out_u64(&o, "rules", n_rules);
	tsr_json_out_begin(&o, "failures", '[');
	for (size_t i = 0; i < n; i++)
		tsr_json_out_str(&o, NULL, failures[i]);
	tsr_json_out_end(&o, ']');
	tsr_json_out_end(&o, '}');
}
