/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/textfile.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "inspect/rules_load.h"
#include "report/report.h"
#include "report/rule_out.h"
#include "report/text_out.h"

/*
 * A rule by its id, or findings of a JSON report by fingerprint (its first digits will do) or rule. A
 * report may be anybody's: all of its text is escaped once more.
 */
#define FILE_MAX (64u << 20)
#define VALUES_MAX 4000000u
#define DIGITS_MIN 4 /* of a fingerprint */

struct hit {
	const json_t *finding, *of; /* `of`: the image or archive */
};

struct found {
	struct tsr_slice wanted;
	struct hit *list;
	size_t n, cap;
	struct tsr_slice fingerprint; /* of the first one by its fingerprint */
	bool ambiguous;
};

static struct tsr_slice string_of(const json_t *object, const char *key)
{
	return tsr_json_str(tsr_json_get(object, key, NULL));
}

static void take(struct found *f, const json_t *finding, const json_t *of)
{
	struct tsr_slice fingerprint = string_of(finding, "fingerprint");
	bool by_rule = tsr_slice_eq(string_of(finding, "rule"), f->wanted);
	bool by_print = f->wanted.len >= DIGITS_MIN && f->wanted.len <= fingerprint.len &&
			tsr_slice_eq(tsr_slice_sub(fingerprint, 0, f->wanted.len), f->wanted);

	if (!by_rule && !by_print)
		return;
	if (by_print && !f->fingerprint.len)
		f->fingerprint = fingerprint;
	f->ambiguous |= by_print && !tsr_slice_eq(f->fingerprint, fingerprint);
	f->list = tsr_grow(f->list, &f->cap, f->n + 1, sizeof(*f->list));
	f->list[f->n++] = (struct hit){ finding, of };
}

static void take_all(struct found *f, const json_t *groups)
{
	for (size_t i = 0; i < json_array_size(groups); i++) {
		const json_t *of = json_array_get(groups, i), *findings = tsr_json_get_array(of, "findings", NULL);

		for (size_t k = 0; k < json_array_size(findings); k++)
			take(f, json_array_get(findings, k), of);
	}
}

/* --- text --------------------------------------------------------------------- */

static void add_field(struct tsr_buf *out, const char *name, struct tsr_slice value)
{
	TSR_AUTO(tsr_buf) struct tsr_buf copy = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);

	if (!value.len)
		return;
	tsr_buf_addsl(&copy, value);
	tsr_buf_printf(out, "%-14s", name);
	tsr_text_out_wrap(out, copy.ptr, 14, 14);
}

static void add_number(struct tsr_buf *out, const char *name, const json_t *object, const char *key)
{
	uint64_t n;

	if (tsr_json_get_u64(object, key, &n) == 0)
		tsr_buf_printf(out, "%-14s%llu\n", name, (unsigned long long)n);
}

/* "app:1, app:2 (linux/amd64)" of an image, the file of an archive. */
static void add_owner(struct tsr_buf *out, const json_t *of)
{
	TSR_AUTO(tsr_buf) struct tsr_buf b = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	const json_t *names = tsr_json_get_array(of, "names", NULL);
	struct tsr_slice platform = string_of(of, "platform");

	for (size_t i = 0; i < json_array_size(names); i++) {
		tsr_buf_adds(&b, i ? ", " : "");
		tsr_buf_addsl(&b, tsr_json_str(json_array_get(names, i)));
	}
	if (!b.len)
		tsr_buf_addsl(&b, string_of(of, "source"));
	if (platform.len)
		tsr_buf_printf(&b, " (%.*s)", TSR_SLICE_ARG(platform));
	add_field(out, json_is_array(names) ? "image" : "archive", tsr_buf_slice(&b));
}

/* "zip BOOT-INF/application.yml", "base64": the way into the file, a step a line. */
static void add_way(struct tsr_buf *out, const json_t *where)
{
	const json_t *via = tsr_json_get_array(where, "via", NULL);

	for (size_t i = 0; i < json_array_size(via); i++) {
		TSR_AUTO(tsr_buf) struct tsr_buf step = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
		const json_t *v = json_array_get(via, i);

		tsr_buf_addsl(&step, string_of(v, "kind"));
		tsr_buf_addc(&step, ' ');
		tsr_buf_addsl(&step, string_of(v, "path"));
		add_field(out, i ? "" : "inside", tsr_buf_slice(&step));
	}
}

static void add_finding(struct tsr_buf *out, const struct hit *hit)
{
	const json_t *f = hit->finding;
	const json_t *where = tsr_json_get_object(f, "location", NULL), *evidence = tsr_json_get_object(f, "evidence", NULL);
	const json_t *suppressed = tsr_json_get_object(f, "suppressed", NULL);

	add_field(out, "finding", string_of(f, "fingerprint"));
	add_field(out, "rule", string_of(f, "rule"));
	add_field(out, "severity", string_of(f, "severity"));
	add_field(out, "confidence", string_of(f, "confidence"));
	add_field(out, "title", string_of(f, "title"));
	add_field(out, "message", string_of(f, "message"));
	add_owner(out, hit->of);
	add_field(out, "kind", string_of(where, "kind"));
	add_field(out, "path", string_of(where, "path"));
	add_way(out, where);
	add_field(out, "pointer", string_of(where, "pointer"));
	add_number(out, "line", where, "line");
	add_number(out, "layer", where, "layer");
	add_field(out, "instruction", string_of(where, "createdBy"));
	add_field(out, "state", string_of(f, "state"));
	add_number(out, "hidden in", f, "hiddenIn");
	add_field(out, "evidence", string_of(evidence, "redacted"));
	add_number(out, "length", evidence, "length");
	add_number(out, "occurrences", f, "occurrences");
	add_field(out, "suppressed", string_of(suppressed, "reason"));
	add_field(out, "remediation", string_of(f, "remediation"));
	tsr_buf_addc(out, '\n');
}

static void add_shapes(struct tsr_buf *out, const char *name, const char *const *list)
{
	for (; list && *list; list++, name = "")
		add_field(out, name, tsr_slice_str(*list));
}

/* --- JSON --------------------------------------------------------------------- */

/* The values that reports have; the tree is no deeper than tsr_json_load() takes. */
static void add_tree(struct tsr_json_out *o, const char *key, const json_t *v)
{
	const char *name;
	json_t *item;
	size_t i;

	if (json_is_object(v)) {
		tsr_json_out_begin(o, key, '{');
		json_object_foreach((json_t *)(uintptr_t)v, name, item)
			add_tree(o, name, item);
		tsr_json_out_end(o, '}');
	} else if (json_is_array(v)) {
		tsr_json_out_begin(o, key, '[');
		json_array_foreach(v, i, item)
			add_tree(o, NULL, item);
		tsr_json_out_end(o, ']');
	} else if (json_is_string(v)) {
		tsr_json_out_str(o, key, json_string_value(v));
	} else if (json_is_integer(v) && json_integer_value(v) >= 0) {
		tsr_json_out_u64(o, key, (uint64_t)json_integer_value(v));
	} else if (json_is_boolean(v)) {
		tsr_json_out_bool(o, key, json_is_true(v));
	} else {
		tsr_json_out_null(o, key);
	}
}

static void add_json(struct tsr_buf *out, const struct tsr_rule *rule, const struct found *f)
{
	struct tsr_json_out o;

	tsr_json_out_document(&o, out);
	if (rule)
		tsr_rule_json(&o, "rule", rule, true);
	else
		tsr_json_out_null(&o, "rule");
	tsr_json_out_begin(&o, "findings", '[');
	for (size_t i = 0; i < f->n; i++)
		add_tree(&o, NULL, f->list[i].finding);
	tsr_json_out_end(&o, ']');
	tsr_json_out_end(&o, '}');
}

static void add_text(struct tsr_buf *out, const struct tsr_rule *rule, const struct found *f)
{
	for (size_t i = 0; i < f->n; i++)
		add_finding(out, &f->list[i]);
	if (!rule)
		return;
	tsr_rule_text(rule, out);
	add_shapes(out, "examples", rule->examples);
	add_shapes(out, "not", rule->counter_examples);
}

/* --- the command -------------------------------------------------------------- */

static int explain(const struct tsr_options *o, bool json, const struct tsr_ruleset *rules, const json_t *report)
{
	TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(TSR_REPORT_MAX);
	const char *wanted = o->operands.items[0];
	struct found f = { .wanted = tsr_slice_str(wanted) };
	const struct tsr_rule *rule = tsr_ruleset_find(rules, f.wanted, NULL);
	int status = 2;

	take_all(&f, tsr_json_get_array(report, "archives", NULL));
	take_all(&f, tsr_json_get_array(report, "images", NULL));
	if (!rule && f.n)
		rule = tsr_ruleset_find(rules, string_of(f.list[0].finding, "rule"), NULL);
	if (f.ambiguous) {
		tsr_cli_say(wanted, "several findings begin so: say more of its digits");
	} else if (!rule && !f.n) {
		tsr_cli_no_rule(rules, wanted, report ? ", nor such a finding in the report" : "; of a finding say its report too");
	} else {
		if (json)
			add_json(&out, rule, &f);
		else
			add_text(&out, rule, &f);
		status = tsr_print(&out);
	}
	free(f.list);
	return status;
}

static int read_report(const char *path, json_t **report, struct tsr_err *err)
{
	static const struct tsr_json_limits limits = { FILE_MAX, VALUES_MAX };
	TSR_AUTO(tsr_buf) struct tsr_buf text = TSR_BUF_INIT(FILE_MAX);

	if (strcmp(path, "-") == 0)
		path = "/dev/stdin";
	if (tsr_textfile_read(path, &text, err))
		return -1;
	if (tsr_json_load(tsr_buf_slice(&text), &limits, report, NULL, err)) {
		struct tsr_err why = *err;

		*err = (struct tsr_err)TSR_ERR_INIT;
		return tsr_err_set(err, TSR_EUSAGE, "%s: no JSON report: %s", path, why.msg);
	}
	if (!tsr_json_get(*report, "schemaVersion", NULL))
		return tsr_err_set(err, TSR_EUSAGE, "%s: no JSON report of tarsier", path);
	return 0;
}

int tsr_cmd_explain(const struct tsr_options *o)
{
	struct tsr_err err = TSR_ERR_INIT;
	struct tsr_ruleset *rules;
	json_t *report = NULL;
	int status;
	bool json;

	if (o->operands.n < 1 || o->operands.n > 2)
		return tsr_cli_usage("explain takes a rule, or the first digits of a finding's fingerprint and a JSON report");
	if (tsr_cli_format(o, &json, &err) ||
	    (o->operands.n == 2 && read_report(o->operands.items[1], &report, &err)) ||
	    tsr_rules_load(&rules, o->rules.items, o->rules.n, false, &err)) {
		json_decref(report);
		return tsr_cli_fail(&err);
	}
	status = explain(o, json, rules, report);
	json_decref(report);
	tsr_ruleset_free(rules);
	return status;
}
