/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/ruleset.h"

#include "scan_build.h"

/* Tokens of the catalogue's examples in the surroundings in which tokens stand: each must be found. */

struct place {
	const char *before, *after;
};

/* What may stand beside any token. */
static const struct place token_places[] = {
	{ "", "" },
	{ "", "\n" },
	{ "\n", "" },
	{ "export SOME_TOKEN=", "\n" },
	{ "export SOME_TOKEN=\"", "\"\r\n" },
	{ "token: ", "\nnext: 1\n" },
	{ "{\"token\":\"", "\"}" },
	{ "{'token': '", "', 'next': 1}" },
	{ "\"{\\\"token\\\":\\\"", "\\\"}\"" },
	{ "\\u0022", "\\u0022" },
	{ "&quot;", "&quot;" },
	{ "<token>", "</token>" },
	{ "a,", ",b\n" },
	{ "a\t", "\tb" },
	{ "`", "`" },
	{ "(", ")" },
	{ "[", "]" },
	{ "name|", "|" },
	{ "name:", ";" },
	{ "It is ", ".\n" },
	{ "--token=", " --next\n" },
	{ "'--token', '", "'" },
	{ "Authorization: Bearer ", "\r\n" },
	{ "Authorization: token ", "\"" },
	{ "https://h.internal/x?token=", "&next=1" },
	{ "https://h.internal/x?token=", "#x" },
	{ "https://h.internal/#access_token=", "&x=1" },
	{ "token%3D", "%26next%3D1" },
	{ "https://", "@git.internal/x" },
	{ "https://oauth2:", "@git.internal/x" },
	{ "https://", ":x-oauth-basic@git.internal/x" },
	{ "https://h.internal/", "/x" },
	{ "line\\n", "\\nline" },
	{ "line\\t", "\\r\\n" },
	{ "x0\\x00", "\\x00" },
	{ "password ", "\nmachine x" },
};

/* What may stand beside a whole example, its name included. */
static const struct place line_places[] = {
	{ "\n", "" },	   { "first line\n", "\nlast line\n" }, { "  ", "\r\n" },      { "\t", "\t" },
	{ "\"", "\"\n" },  { "# ", "\n" },			 { "line\\n", "\\nx" }, { " - '", "'\n" },
};

struct told {
	uint32_t rule;
	uint64_t from, to; /* of what was put there */
	bool whole;        /* it is the secret, which must be told whole */
	bool found;
	struct tsr_buf *token;
};

static void on_first(void *ctx, const struct tsr_match *m)
{
	struct told *t = ctx;

	if (m->rule != t->rule || t->found || m->via)
		return;
	t->found = true;
	tsr_buf_addsl(t->token, m->secret);
}

static void on_match(void *ctx, const struct tsr_match *m)
{
	struct told *t = ctx;

	uint64_t end = m->raw + m->raw_len;

	if (m->rule != t->rule)
		return;
	/* What stands behind may be of the token's alphabet. */
	if (t->whole ? m->raw == t->from && end >= t->to : m->raw >= t->from && end <= t->to)
		t->found = true;
}

/* Does the pattern consist of its secret, so that it needs nothing beside it? */
static bool is_bare(const struct tsr_rule_content *c)
{
	size_t n = strlen(c->pattern);

	return !c->near_pattern && !c->paths && !c->reach &&
	       (strncmp(c->pattern, "(?<secret>", 10) == 0 || strncmp(c->pattern, "(?:(?<!", 7) == 0) && n &&
	       c->pattern[n - 1] == ')';
}

static void try_place(struct tsr_scanner *s, struct told *t, struct tsr_slice token, const struct place *p,
		      const char *id)
{
	struct tsr_buf text;

	tsr_buf_init(&text, 1 << 20);
	tsr_buf_adds(&text, p->before);
	t->from = text.len;
	tsr_buf_addsl(&text, token);
	t->to = text.len;
	tsr_buf_adds(&text, p->after);
	t->found = false;
	tsr_scanner_text(s, tsr_buf_slice(&text), TSR_SLICE("app/x"), on_match, t);
	cr_expect(t->found, "%s is not found between '%s' and '%s'", id, p->before, p->after);
	tsr_buf_release(&text);
}

/* The token alone if the rule wants no context, else the example as it is. */
static void try_example(struct tsr_scanner *s, const struct tsr_rule *r, uint32_t rule, const char *generator,
			unsigned seed)
{
	struct tsr_buf text, token;
	struct told t = { .rule = rule, .token = &token };
	const struct place *places = token_places;
	size_t n = TSR_ARRAY_LEN(token_places);
	bool bare = is_bare(r->content);

	tsr_buf_init(&text, 1 << 20);
	tsr_buf_init(&token, 1 << 20);
	expand(&text, generator, seed);
	tsr_scanner_text(s, tsr_buf_slice(&text), TSR_SLICE("app/x"), on_first, &t);
	if (!bare) {
		places = line_places;
		n = TSR_ARRAY_LEN(line_places);
	}
	for (size_t i = 0; t.found && i < n; i++) {
		struct tsr_slice what = tsr_buf_slice(bare ? &token : &text);
		struct told each = { .rule = rule, .whole = bare };

		try_place(s, &each, what, &places[i], r->id);
	}
	tsr_buf_release(&token);
	tsr_buf_release(&text);
}

Test(catalogue_context, tokens_are_found_wherever_they_stand, .timeout = 120)
{
	struct tsr_err err = TSR_ERR_INIT;
	struct tsr_ruleset *rs;
	struct tsr_scanner *s;
	unsigned bare = 0;

	cr_assert(tsr_ruleset_new(&rs, NULL, 0, &err) == 0, "%s", err.msg);
	s = scanner_of(rs);
	for (uint32_t i = 0; i < rs->n_rules; i++) {
		const struct tsr_rule *r = rs->rules[i];

		/* What people assign and type is judged by its surroundings (test_check_generic.c). */
		if (r->kind != TSR_RULE_CONTENT || (r->content->check && !is_bare(r->content)))
			continue;
		bare += is_bare(r->content);
		for (size_t k = 0; r->examples[k]; k++)
			for (unsigned seed = 1; seed < 4; seed++)
				try_example(s, r, i, r->examples[k], seed);
	}
	cr_expect(bare > 100);
	tsr_scanner_free(s);
	tsr_ruleset_free(rs);
}

/* Assignments of a value to a vendor's name, as languages and formats write them. */
static const struct {
	const char *before, *between, *after;
} assignments[] = {
	{ "", "=", "\n" },
	{ "export ", "=\"", "\"\n" },
	{ "", " = '", "'\n" },
	{ "", ": ", "\n" },
	{ "  ", ": \"", "\"\r\n" },
	{ "{\"", "\":\"", "\"}" },
	{ "{'", "': '", "'}" },
	{ "\"", "\" => \"", "\"," },
	{ "const ", " = `", "`;" },
	{ "", " := \"", "\"\n" },
	{ "os.environ[\"", "\"] = \"", "\"\n" },
	{ "process.env.", " = \"", "\";" },
	{ "docker run -e ", "=", " image" },
	{ "ENV ", " ", "\n" },
	{ "<", ">", "</x>" },
	{ "- name: ", "\n  value: ", "\n" },
	{ "{\"name\": \"", "\", \"value\": \"", "\"}" },
	{ "{\\\"", "\\\": \\\"", "\\\"}" },
	{ "os.getenv(\"", "\", \"", "\")" },
	{ "", " ?? \"", "\";" },
	{ "private static final String ", " = \"", "\";" },
	{ "--", "=", " --next" },
};

static void try_assignments(struct tsr_scanner *s, const struct tsr_rule *r, uint32_t rule, struct tsr_slice text,
			    struct tsr_slice secret)
{
	struct tsr_slice rest = text, name = TSR_SLICE_NONE;
	struct tsr_buf line;

	if (tsr_slice_starts(rest, "export "))
		rest = tsr_slice_sub(rest, 7, rest.len);
	if (!tsr_slice_next(&rest, '=', &name) || !tsr_slice_eq(rest, secret) || name.ptr[0] == '-' ||
	    tsr_slice_ends(name, "access_token") ||
	    tsr_slice_find(name, ' ', 0) < name.len || tsr_slice_find(name, '/', 0) < name.len ||
	    tsr_slice_find(name, ':', 0) < name.len)
		return; /* a URL, an option */
	tsr_buf_init(&line, 1 << 16);
	for (size_t i = 0; i < TSR_ARRAY_LEN(assignments); i++) {
		struct told t = { .rule = rule, .whole = true };

		tsr_buf_reset(&line);
		tsr_buf_adds(&line, assignments[i].before);
		tsr_buf_addsl(&line, name);
		tsr_buf_adds(&line, assignments[i].between);
		t.from = line.len;
		tsr_buf_addsl(&line, secret);
		t.to = line.len;
		tsr_buf_adds(&line, assignments[i].after);
		tsr_scanner_text(s, tsr_buf_slice(&line), TSR_SLICE("app/x"), on_match, &t);
		cr_expect(t.found, "%s is not found assigned as %s…%s…%s", r->id, assignments[i].before,
			  assignments[i].between, assignments[i].after);
	}
	tsr_buf_release(&line);
}

Test(catalogue_context, values_are_found_however_they_are_assigned, .timeout = 120)
{
	struct tsr_err err = TSR_ERR_INIT;
	struct tsr_ruleset *rs;
	struct tsr_scanner *s;

	cr_assert(tsr_ruleset_new(&rs, NULL, 0, &err) == 0, "%s", err.msg);
	s = scanner_of(rs);
	for (uint32_t i = 0; i < rs->n_rules; i++) {
		const struct tsr_rule *r = rs->rules[i];

		if (r->kind != TSR_RULE_CONTENT || is_bare(r->content) || r->content->paths || r->content->near_pattern)
			continue;
		if (strncmp(r->id, "secret/generic-", 15) == 0)
			continue; /* test_check_generic.c */
		for (size_t k = 0; r->examples[k]; k++) {
			struct tsr_buf text = TSR_BUF_INIT(1 << 20), token = TSR_BUF_INIT(1 << 20);
			struct told t = { .rule = i, .token = &token };

			expand(&text, r->examples[k], 2);
			tsr_scanner_text(s, tsr_buf_slice(&text), TSR_SLICE("app/x"), on_first, &t);
			if (t.found)
				try_assignments(s, r, i, tsr_buf_slice(&text), tsr_buf_slice(&token));
			tsr_buf_release(&text);
			tsr_buf_release(&token);
		}
	}
	tsr_scanner_free(s);
	tsr_ruleset_free(rs);
}
