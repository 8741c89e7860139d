/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "finding/ecosystem.h"
#include "inspect/rules_load.h"
#include "report/rule_out.h"
#include "report/text_out.h"
#include "rule/ruleset.h"
#include "scan/example.h"

/* Releases the ruleset. */
static int print_json(struct tsr_ruleset *rs, const struct tsr_rule *const *rules, size_t n, bool full)
{
	TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(TSR_REPORT_MAX);

	tsr_rules_json(rules, n, full, &out);
	tsr_ruleset_free(rs);
	return tsr_print(&out);
}

static int list(const struct tsr_options *o)
{
	TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	struct tsr_err err = TSR_ERR_INIT;
	struct tsr_ruleset *rs;
	int width = 0, len;
	uint32_t i;
	bool json;

	if (tsr_cli_format(o, &json, &err) || tsr_rules_load(&rs, o->rules.items, o->rules.n, false, &err))
		return tsr_cli_fail(&err);
	if (json)
		return print_json(rs, rs->rules, rs->n_rules, false);
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

static int show(const struct tsr_options *o)
{
	tsr_autofree const struct tsr_rule **found = tsr_xcalloc(o->operands.n, sizeof(*found));
	TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	struct tsr_err err = TSR_ERR_INIT;
	struct tsr_ruleset *rs;
	int status = 0, printed;
	size_t i, n = 0;
	bool json;

	if (o->operands.n < 2)
		return tsr_cli_usage("rules show: which rule?");
	if (tsr_cli_format(o, &json, &err) || tsr_rules_load(&rs, o->rules.items, o->rules.n, false, &err))
		return tsr_cli_fail(&err);
	for (i = 1; i < o->operands.n; i++) {
		found[n] = tsr_ruleset_find(rs, tsr_slice_str(o->operands.items[i]), NULL);
		if (found[n]) {
			n++;
			continue;
		}
		tsr_cli_no_rule(rs, o->operands.items[i], "");
		status = 2;
	}
	if (json) {
		printed = print_json(rs, found, n, true);
		return printed ? printed : status;
	}
	for (i = 0; i < n; i++) {
		tsr_buf_adds(&out, i ? "\n" : "");
		tsr_rule_text(found[i], &out);
	}
	tsr_ruleset_free(rs);
	printed = tsr_print(&out);
	return printed ? printed : status;
}

/* Failures are said as they come; `lines` has them for the document, if there is to be one. */
struct failures {
	struct tsr_strings lines;
	struct tsr_arena arena;
};

static void say_failure(void *ctx, const char *line)
{
	struct failures *f = ctx;

	tsr_cli_say(NULL, line);
	tsr_strings_add(&f->lines, tsr_arena_str(&f->arena, tsr_slice_str(line)));
}

static int check(const struct tsr_options *o)
{
	TSR_AUTO(tsr_buf) struct tsr_buf out = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	struct failures failures = { .arena = TSR_ARENA_INIT };
	struct tsr_err err = TSR_ERR_INIT;
	struct tsr_ruleset *rs;
	unsigned n_failed = 0;
	int rc, printed = 0;
	bool json;

	rc = tsr_cli_format(o, &json, &err);
	if (!rc && o->operands.n > 1)
		rc = tsr_rules_load(&rs, o->operands.items + 1, o->operands.n - 1, true, &err);
	else if (!rc)
		rc = tsr_rules_load(&rs, o->rules.items, o->rules.n, false, &err);
	if (rc)
		return tsr_cli_fail(&err);
	for (uint32_t i = 0; i < rs->n_rules; i++)
		n_failed += tsr_example_check(rs, i, say_failure, &failures);
	if (json) {
		tsr_rules_check_json(rs->n_rules, failures.lines.items, failures.lines.n, &out);
	} else {
		tsr_text_out_plural(&out, rs->n_rules, "rule", "rules");
		tsr_buf_adds(&out, ", ");
		tsr_text_out_plural(&out, n_failed, "failure", "failures");
		tsr_buf_addc(&out, '\n');
	}
	tsr_ruleset_free(rs);
	free(failures.lines.items);
	tsr_arena_release(&failures.arena);
	if (json || !o->quiet)
		printed = tsr_print(&out);
	return printed ? printed : n_failed ? 2 : 0;
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
