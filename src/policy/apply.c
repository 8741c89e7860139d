/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/apply.h"

#include "base/mem.h"
#include "finding/fingerprint.h"

enum tsr_severity tsr_severity_overridden(enum tsr_severity is, enum tsr_severity said, enum tsr_severity wanted)
{
	if (is >= said)
		return wanted;
	return is < wanted ? is : wanted;
}

/* What the settings say of one rule. */
struct of_rule {
	bool off;
	const struct tsr_rule_severity *severity; /* the last that matches; NULL */
};

static struct of_rule *ask_settings(const struct tsr_application *a)
{
	const struct tsr_settings *s = a->settings;
	struct of_rule *of = tsr_xcalloc(a->rules->n_rules + 1, sizeof(*of));
	uint32_t r;
	size_t i;

	for (r = 0; r < a->rules->n_rules; r++) {
		struct tsr_slice id = tsr_slice_str(a->rules->rules[r]->id);

		for (i = 0; i < s->n_choices; i++)
			if (tsr_glob_match(s->choices[i].glob, id))
				of[r].off = s->choices[i].off;
		for (i = 0; i < s->n_severities; i++)
			if (tsr_glob_match(s->severities[i].glob, id))
				of[r].severity = &s->severities[i];
	}
	return of;
}

static void set_severity(struct tsr_finding *f, const struct tsr_rule *rule, const struct tsr_rule_severity *want)
{
	bool hidden = f->state == TSR_STATE_DELETED || f->state == TSR_STATE_OVERWRITTEN;
	enum tsr_severity said = rule->severity, wanted = want->severity;

	if (hidden) {
		said = rule->severity_hidden;
		if (want->has_hidden)
			wanted = want->hidden;
		else if (said < rule->severity && said < wanted)
			wanted = said;
	}
	f->severity = tsr_severity_overridden(f->severity, said, wanted);
}

static void select_rules(const struct tsr_application *a, const struct of_rule *of, struct tsr_finding *f, size_t *n)
{
	size_t i, kept = 0;

	for (i = 0; i < *n; i++) {
		const struct of_rule *o = &of[f[i].rule];

		if (o->off)
			continue;
		if (o->severity)
			set_severity(&f[i], a->rules->rules[f[i].rule], o->severity);
		f[kept++] = f[i];
	}
	*n = kept;
}

static void suppress(const struct tsr_application *a, struct tsr_finding *f, size_t n, const struct tsr_run_image *image)
{
	static const struct tsr_suppression known = { "baseline", { "it is in the baseline", false }, { "", false }, { "", false } };
	const struct tsr_ignore *ignore;
	size_t i;

	for (i = 0; i < n; i++) {
		f[i].in_baseline = a->baseline && tsr_baseline_has(a->baseline, &f[i]);
		if (f[i].in_baseline && !f[i].suppressed)
			f[i].suppressed = &known;
		/* Asked also of what is suppressed already: the entry is not useless for that. */
		ignore = a->ignores ? tsr_ignores_match(a->ignores, &f[i], image) : NULL;
		if (ignore && !f[i].suppressed)
			f[i].suppressed = &ignore->shown;
	}
}

/* --- findings about ignores -------------------------------------------------- */

static const char *about(const struct tsr_ignore *g, struct tsr_arena *a)
{
	const struct {
		const char *name, *value;
	} parts[] = { { "rule", g->rule }, { "path", g->path }, { "layer", g->layer }, { "fingerprint", g->fingerprint },
		      { "image", g->image } };
	const char *s = "";
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(parts); i++)
		if (parts[i].value)
			s = tsr_arena_printf(a, "%s%s%s %s", s, *s ? ", " : "", parts[i].name,
					     tsr_text_escaped(a, tsr_slice_str(parts[i].value)).ptr);
	return s;
}

static void tell_ignore(const struct tsr_application *a, const struct of_rule *of, struct tsr_run *run,
			const struct tsr_ignore *g, enum tsr_builtin which)
{
	uint32_t index = a->rules->builtin[which];
	const struct tsr_rule *r = a->rules->rules[index];
	const char *what = about(g, &run->arena);
	struct tsr_finding f = {
		.rule = index,
		.rule_id = r->id,
		.severity = r->severity,
		.confidence = TSR_CONFIRMED,
		.title = tsr_text_ours(r->title),
		.where = { .kind = TSR_PLACE_ARCHIVE, .path = a->ignores->name, .layer = TSR_NO_LAYER,
			   .created_by = TSR_TEXT_NONE, .offset = TSR_NO_OFFSET, .line = g->line },
		.hidden_in = TSR_NO_LAYER,
		.occurrences = 1,
		.redacted = TSR_TEXT_NONE,
		.remediation = r->remediation,
		.references = r->references,
		.tags = r->tags,
		.entry = UINT32_MAX,
	};

	if (of[index].off)
		return;
	f.message = tsr_text_ours(which == TSR_BUILTIN_IGNORE_EXPIRED ?
					  tsr_arena_printf(&run->arena, "Its last day was %s (%s)", g->until, what) :
					  tsr_arena_printf(&run->arena, "Nothing was found that it is about (%s)", what));
	if (of[index].severity)
		set_severity(&f, r, of[index].severity);
	tsr_fingerprint(&f, NULL, tsr_slice_str(what), 0, f.fingerprint);
	tsr_run_archive_emit(&run->archives[0], &f);
}

static void tell_ignores(const struct tsr_application *a, const struct of_rule *of, struct tsr_run *run)
{
	size_t i;

	for (i = 0; i < a->ignores->n; i++) {
		const struct tsr_ignore *g = &a->ignores->items[i];

		if (g->expired)
			tell_ignore(a, of, run, g, TSR_BUILTIN_IGNORE_EXPIRED);
		else if (!g->used && g->relevant)
			tell_ignore(a, of, run, g, TSR_BUILTIN_IGNORE_UNUSED);
	}
	tsr_run_settle(run);
}

/* What an earlier application told, before more was audited. */
static void forget_ignores(const struct tsr_application *a, struct tsr_run_archive *archive)
{
	size_t i, kept = 0;

	for (i = 0; i < archive->n_findings; i++)
		if (archive->findings[i].rule != a->rules->builtin[TSR_BUILTIN_IGNORE_EXPIRED] &&
		    archive->findings[i].rule != a->rules->builtin[TSR_BUILTIN_IGNORE_UNUSED])
			archive->findings[kept++] = archive->findings[i];
	archive->n_findings = kept;
}

void tsr_policy_apply(const struct tsr_application *a, struct tsr_run *run)
{
	tsr_autofree struct of_rule *of = ask_settings(a);
	size_t i;

	if (run->n_archives)
		forget_ignores(a, &run->archives[0]);
	run->baselined = a->baseline != NULL;
	for (i = 0; i < run->n_archives; i++) {
		select_rules(a, of, run->archives[i].findings, &run->archives[i].n_findings);
		suppress(a, run->archives[i].findings, run->archives[i].n_findings, NULL);
	}
	for (i = 0; i < run->n_images; i++) {
		if (a->ignores)
			tsr_ignores_see(a->ignores, &run->images[i]);
		select_rules(a, of, run->images[i].findings, &run->images[i].n_findings);
		if (!a->bases || !a->bases->n)
			tsr_inherited_mark_named(run, &run->images[i], a->settings->inherited_ignored, &run->arena);
		else
			tsr_inherited_mark(a->bases, &run->images[i], a->settings->inherited_ignored, &run->arena);
		suppress(a, run->images[i].findings, run->images[i].n_findings, &run->images[i]);
	}
	if (a->ignores && run->n_archives)
		tell_ignores(a, of, run);
}
