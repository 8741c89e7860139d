/* SPDX-License-Identifier: Apache-2.0 */
#include "report/sarif_parts.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/mem.h"

/* GitHub's limits (its documentation of SARIF support). */
#define TEXT_MAX 1024u
#define TAGS_MAX 20u

static int rule_cmp(const void *a, const void *b)
{
	const struct tsr_sarif_rule *x = a, *y = b;

	return strcmp(x->f->rule_id, y->f->rule_id);
}

static size_t n_tags(const char *const *tags)
{
	size_t n = 0;

	while (tags && tags[n])
		n++;
	return n;
}

struct tsr_sarif_rules tsr_sarif_rules_of(const struct tsr_items *items)
{
	struct tsr_sarif_rules rules = { tsr_xcalloc(items->n + 1, sizeof(*rules.at)), 0 };
	size_t i;

	for (i = 0; i < items->n; i++)
		rules.at[i] = (struct tsr_sarif_rule){ items->at[i].f, items->at[i].f->tags,
						       items->at[i].f->severity, items->at[i].f->confidence };
	qsort(rules.at, items->n, sizeof(*rules.at), rule_cmp);
	for (i = 0; i < items->n; i++) {
		struct tsr_sarif_rule *last = rules.n ? &rules.at[rules.n - 1] : NULL;

		if (!last || strcmp(last->f->rule_id, rules.at[i].f->rule_id) != 0) {
			rules.at[rules.n++] = rules.at[i];
			continue;
		}
		if (n_tags(rules.at[i].tags) < n_tags(last->tags))
			last->tags = rules.at[i].tags;
		if (rules.at[i].severity > last->severity)
			last->severity = rules.at[i].severity;
		if (rules.at[i].confidence > last->confidence)
			last->confidence = rules.at[i].confidence;
	}
	return rules;
}

void tsr_sarif_rules_release(struct tsr_sarif_rules *rules)
{
	free(rules->at);
	*rules = (struct tsr_sarif_rules){ NULL, 0 };
}

size_t tsr_sarif_rule_index(const struct tsr_sarif_rules *rules, const char *id)
{
	const struct tsr_finding f = { .rule_id = id };
	const struct tsr_sarif_rule key = { .f = &f }, *found;

	found = bsearch(&key, rules->at, rules->n, sizeof(key), rule_cmp);
	return found ? (size_t)(found - rules->at) : 0;
}

const char *tsr_sarif_level(enum tsr_severity s)
{
	return s >= TSR_HIGH ? "error" : s == TSR_MEDIUM ? "warning" : "note";
}

/* Within the middle of GitHub's ranges; information has none. */
static const char *score_of(enum tsr_severity s)
{
	static const char *const scores[TSR_SEVERITIES] = {
		[TSR_LOW] = "2.0", [TSR_MEDIUM] = "5.5", [TSR_HIGH] = "8.0", [TSR_CRITICAL] = "9.5",
	};

	return scores[s];
}

static const char *precision_of(enum tsr_confidence c)
{
	return c == TSR_CONFIRMED ? "very-high" : c == TSR_LIKELY ? "high" : "medium";
}

/* "SecretGithubToken": an identifier, as SARIF has names. */
static void add_name(const char *id, struct tsr_buf *out)
{
	bool begins = true;

	for (; *id; id++) {
		bool letter = (*id >= 'a' && *id <= 'z') || (*id >= 'A' && *id <= 'Z') || (*id >= '0' && *id <= '9');

		if (letter)
			tsr_buf_addc(out, begins && *id >= 'a' && *id <= 'z' ? (char)(*id - 'a' + 'A') : *id);
		begins = !letter;
	}
}

/* At most TEXT_MAX bytes, cut between characters. */
static void add_short(struct tsr_json_out *o, const char *key, const char *text)
{
	TSR_AUTO(tsr_buf) struct tsr_buf b = TSR_BUF_INIT(TEXT_MAX + 8);
	size_t len = strlen(text);

	if (len > TEXT_MAX) {
		len = TEXT_MAX - 3;
		while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
			len--;
	}
	tsr_buf_add(&b, text, len);
	if (text[len])
		tsr_buf_adds(&b, "…");
	tsr_json_out_begin(o, key, '{');
	tsr_json_out_str(o, "text", b.ptr);
	tsr_json_out_end(o, '}');
}

static void add_help(struct tsr_json_out *o, const struct tsr_finding *f, const char *title)
{
	TSR_AUTO(tsr_buf) struct tsr_buf text = TSR_BUF_INIT(TSR_BUF_TEXT_MAX), md = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	const char *remedy = f->remediation && *f->remediation ? f->remediation : title;
	const char *const *r;

	tsr_buf_adds(&text, remedy);
	tsr_buf_printf(&md, "**%s**\n\n", title);
	if (f->description && *f->description)
		tsr_buf_printf(&md, "%s\n\n", f->description);
	tsr_buf_printf(&md, "What to do: %s\n", remedy);
	for (r = f->references; r && *r; r++) {
		tsr_buf_printf(&text, "\n%s", *r);
		tsr_buf_printf(&md, "%s* <%s>\n", r == f->references ? "\n" : "", *r);
	}
	tsr_json_out_begin(o, "help", '{');
	tsr_json_out_str(o, "text", text.ptr);
	tsr_json_out_str(o, "markdown", md.ptr);
	tsr_json_out_end(o, '}');
}

/* "security" first, since GitHub shows security-severity only with it; of a CWE also the form that GitHub knows. */
static void add_tags(const char *const *tags, struct tsr_json_out *o)
{
	const char *const *t;
	unsigned n = 1;
	char cwe[64];

	tsr_json_out_begin(o, "tags", '[');
	tsr_json_out_str(o, NULL, "security");
	for (t = tags; t && *t && n < TAGS_MAX; t++) {
		if (strcmp(*t, "security") == 0)
			continue;
		tsr_json_out_str(o, NULL, *t);
		if (strncmp(*t, "CWE-", 4) == 0 && ++n < TAGS_MAX) {
			snprintf(cwe, sizeof(cwe), "external/cwe/cwe-%s", *t + 4);
			tsr_json_out_str(o, NULL, cwe);
		}
		n++;
	}
	tsr_json_out_end(o, ']');
}

static void add_rule(const struct tsr_sarif_rule *rule, struct tsr_json_out *o)
{
	TSR_AUTO(tsr_buf) struct tsr_buf name = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	const struct tsr_finding *f = rule->f;
	const char *title = f->title.ptr && *f->title.ptr ? f->title.ptr : f->rule_id;

	add_name(f->rule_id, &name);
	tsr_json_out_begin(o, NULL, '{');
	tsr_json_out_str(o, "id", f->rule_id);
	tsr_json_out_str(o, "name", name.ptr);
	add_short(o, "shortDescription", title);
	add_short(o, "fullDescription", f->description && *f->description ? f->description : title);
	add_help(o, f, title);
	if (f->references && f->references[0])
		tsr_json_out_str(o, "helpUri", f->references[0]);
	tsr_json_out_begin(o, "defaultConfiguration", '{');
	tsr_json_out_str(o, "level", tsr_sarif_level(rule->severity));
	tsr_json_out_end(o, '}');
	tsr_json_out_begin(o, "properties", '{');
	add_tags(rule->tags, o);
	tsr_json_out_str(o, "precision", precision_of(rule->confidence));
	if (score_of(rule->severity))
		tsr_json_out_str(o, "security-severity", score_of(rule->severity));
	tsr_json_out_end(o, '}');
	tsr_json_out_end(o, '}');
}

void tsr_sarif_rules_add(const struct tsr_sarif_rules *rules, struct tsr_json_out *o)
{
	size_t i;

	tsr_json_out_begin(o, "rules", '[');
	for (i = 0; i < rules->n; i++)
		add_rule(&rules->at[i], o);
	tsr_json_out_end(o, ']');
}

/*
 * Braces stand for arguments and "[text](target)" is a link (SARIF 2.1.0, 3.11.5 and 3.11.6): text of an image must
 * be neither.
 */
static void add_literal(struct tsr_buf *out, const char *s)
{
	bool linked = strstr(s, "](") != NULL;

	for (; *s; s++) {
		if (*s == '{' || *s == '}')
			tsr_buf_addc(out, *s);
		if (linked && (*s == '[' || *s == ']' || *s == '\\'))
			tsr_buf_addc(out, '\\');
		tsr_buf_addc(out, *s);
	}
}

void tsr_sarif_add_message(const struct tsr_item *item, struct tsr_buf *out)
{
	TSR_AUTO(tsr_buf) struct tsr_buf b = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	const struct tsr_finding *f = item->f;
	const char *title = f->title.ptr ? f->title.ptr : "", *message = f->message.ptr ? f->message.ptr : "";
	size_t before;

	tsr_buf_adds(&b, *title ? title : f->rule_id);
	if (*message && strcmp(message, title) != 0)
		tsr_buf_printf(&b, ": %s", message);
	if (f->redacted.ptr && *f->redacted.ptr)
		tsr_buf_printf(&b, " (%s, %" PRIu32 " characters)", f->redacted.ptr, f->length);
	before = b.len;
	tsr_buf_adds(&b, "; at ");
	tsr_place_add(&f->where, &b);
	if (b.len == before + 5)
		b.ptr[b.len = before] = '\0';
	tsr_buf_adds(&b, "; in ");
	if (f->where.layer != TSR_NO_LAYER)
		tsr_buf_printf(&b, "layer %" PRIu32 " of ", f->where.layer);
	if (item->image)
		tsr_image_add_label(item->image, &b);
	else
		tsr_buf_adds(&b, item->archive->source.ptr);
	before = b.len;
	tsr_buf_adds(&b, "; ");
	tsr_state_add(f, &b);
	if (b.len == before + 2)
		b.ptr[b.len = before] = '\0';
	add_literal(out, b.ptr);
}

static void add_notification(struct tsr_json_out *o, const char *level, const char *text)
{
	TSR_AUTO(tsr_buf) struct tsr_buf b = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);

	add_literal(&b, text);
	tsr_json_out_begin(o, NULL, '{');
	tsr_json_out_str(o, "level", level);
	tsr_json_out_begin(o, "message", '{');
	tsr_json_out_str(o, "text", b.ptr);
	tsr_json_out_end(o, '}');
	tsr_json_out_end(o, '}');
}

static void add_error(void *o, const char *text)
{
	add_notification(o, "error", text);
}

/* Streams inside files that were scanned as they are: information. */
static void add_minor(struct tsr_json_out *o, const char *of, const struct tsr_coverage *c)
{
	TSR_AUTO(tsr_buf) struct tsr_buf b = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	size_t i, minor = 0;

	for (i = 0; i < c->n_derived; i++)
		minor += !c->derived[i].fatal;
	tsr_buf_printf(&b, "%s: %zu streams inside files were not looked into; their bytes were scanned", of, minor);
	if (minor)
		add_notification(o, "note", b.ptr);
}

void tsr_sarif_add_invocation(const struct tsr_run *run, size_t cut, struct tsr_json_out *o)
{
	TSR_AUTO(tsr_buf) struct tsr_buf b = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	size_t i;

	tsr_json_out_begin(o, "invocations", '[');
	tsr_json_out_begin(o, NULL, '{');
	tsr_json_out_bool(o, "executionSuccessful", tsr_run_complete(run));
	tsr_json_out_u64(o, "exitCode", (uint64_t)run->status);
	tsr_json_out_begin(o, "toolExecutionNotifications", '[');
	tsr_gaps_tell(run, add_error, o);
	for (i = 0; i < run->n_archives; i++)
		add_minor(o, run->archives[i].source.ptr, &run->archives[i].coverage);
	for (i = 0; i < run->n_images; i++) {
		tsr_buf_reset(&b);
		tsr_image_add_label(&run->images[i], &b);
		add_minor(o, b.ptr, &run->images[i].coverage);
	}
	tsr_buf_reset(&b);
	tsr_buf_printf(&b, "%zu results of the least severity are left out here: the JSON report has all", cut);
	if (cut)
		add_error(o, b.ptr);
	tsr_json_out_end(o, ']');
	tsr_json_out_end(o, '}');
	tsr_json_out_end(o, ']');
}
