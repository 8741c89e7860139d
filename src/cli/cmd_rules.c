/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mem.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "finding/ecosystem.h"
#include "inspect/rules_load.h"
#include "report/text_out.h"
#include "rule/ruleset.h"
#include "scan/example.h"

static int list(const struct tsr_options *o)
{
	TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	struct tsr_err err = TSR_ERR_INIT;
	struct tsr_ruleset *rs;
	int width = 0, len;
	uint32_t i;

	if (tsr_rules_load(&rs, o->rules.items, o->rules.n, false, &err))
		return tsr_cli_fail(&err);
	for (i = 0; i < rs->n_rules; i++) {
		len = (int)strlen(rs->rules[i]->id);
		width = len > width ? len : width;
	}
	for (i = 0; i < rs->n_rules; i++) {
		const struct tsr_rule *r = rs->rules[i];

		if (o->quiet)
			tsr_buf_printf(&out, "%s\n", r->id);
		else
			tsr_buf_printf(&out, "%-*s  %-8s  %-10s  %s\n", width, r->id, tsr_severity_name(r->severity),
				       tsr_rule_kind_name(r->kind), r->title);
	}
	tsr_ruleset_free(rs);
	return tsr_print(&out);
}

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

static void add_rule(struct tsr_buf *out, const struct tsr_rule *r)
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

static int show(const struct tsr_options *o)
{
	TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	struct tsr_err err = TSR_ERR_INIT;
	const struct tsr_rule *r;
	struct tsr_ruleset *rs;
	int status = 0, printed;
	size_t i;

	if (o->operands.n < 2)
		return tsr_cli_usage("rules show: which rule?");
	if (tsr_rules_load(&rs, o->rules.items, o->rules.n, false, &err))
		return tsr_cli_fail(&err);
	for (i = 1; i < o->operands.n; i++) {
		r = tsr_ruleset_find(rs, tsr_slice_str(o->operands.items[i]), NULL);
		if (!r) {
			tsr_cli_say(o->operands.items[i], "there is no such rule");
			status = 2;
			continue;
		}
		if (out.len)
			tsr_buf_addc(&out, '\n');
		add_rule(&out, r);
	}
	tsr_ruleset_free(rs);
	printed = tsr_print(&out);
	return printed ? printed : status;
}

static void say_failure(void *ctx, const char *line)
{
	(void)ctx;
	tsr_cli_say(NULL, line);
}

static int check(const struct tsr_options *o)
{
	TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	struct tsr_err err = TSR_ERR_INIT;
	struct tsr_ruleset *rs;
	unsigned failures = 0;
	int rc, printed = 0;
	uint32_t i;

	if (o->operands.n > 1)
		rc = tsr_rules_load(&rs, o->operands.items + 1, o->operands.n - 1, true, &err);
	else
		rc = tsr_rules_load(&rs, o->rules.items, o->rules.n, false, &err);
	if (rc)
		return tsr_cli_fail(&err);
	for (i = 0; i < rs->n_rules; i++)
		failures += tsr_example_check(rs, i, say_failure, NULL);
	tsr_text_out_plural(&out, rs->n_rules, "rule", "rules");
	tsr_buf_adds(&out, ", ");
	tsr_text_out_plural(&out, failures, "failure", "failures");
	tsr_buf_addc(&out, '\n');
	tsr_ruleset_free(rs);
	if (!o->quiet)
		printed = tsr_print(&out);
	return printed ? printed : failures ? 2 : 0;
}

int tsr_cmd_rules(const struct tsr_options *o)
{
	static const struct {
		const char *name;
		int (*run)(const struct tsr_options *o);
		size_t most; /* operands */
	} actions[] = {
		{ "list", list, 1 },
		{ "show", show, SIZE_MAX },
		{ "check", check, SIZE_MAX },
	};
	size_t i;

	if (o->operands.n == 0)
		return list(o);
	for (i = 0; i < TSR_ARRAY_LEN(actions); i++) {
		if (strcmp(actions[i].name, o->operands.items[0]) != 0)
			continue;
		if (o->operands.n > actions[i].most)
			return tsr_cli_usage("rules list takes no operands");
		return actions[i].run(o);
	}
	return tsr_cli_usage("rules: say list, show ID or check; a file of that name is ./rules");
}
