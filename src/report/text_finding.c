/* SPDX-License-Identifier: Apache-2.0 */
#include "report/text_finding.h"

#include <inttypes.h>

#include "base/mem.h"
#include "report/place.h"
#include "report/text_out.h"

/* The left edge of what belongs to a finding: 4 spaces, "critical", 2 spaces. */
#define SEVERITY_COLUMNS 10
#define MARGIN "              " /* four, and those */
#define INSTRUCTION_COLUMNS 66
#define MESSAGES_SHOWN 10u
#define FILES_SHOWN 4
#define FILES_LISTED 1000
#define RANK_LAYERS 2u
#define RANK_NOWHERE (UINT64_MAX - 1)
#define RANK_ARCHIVE UINT64_MAX

static const char *or_empty(struct tsr_text t)
{
	return t.ptr ? t.ptr : "";
}

struct item {
	uint64_t rank;
	const struct tsr_finding *f;
};

static uint64_t rank_of(const struct tsr_finding *f)
{
	switch (f->where.kind) {
	case TSR_PLACE_CONFIG:
		return 0;
	case TSR_PLACE_HISTORY:
		return 1;
	case TSR_PLACE_ARCHIVE:
		return RANK_ARCHIVE;
	case TSR_PLACE_LAYER:
	case TSR_PLACE_FILE:
		break;
	}
	return f->where.layer == TSR_NO_LAYER ? RANK_NOWHERE : RANK_LAYERS + (uint64_t)f->where.layer;
}

/* The run's order within a group: the findings are in one array. */
static int item_cmp(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return (x->f > y->f) - (x->f < y->f);
}

void tsr_text_severity(const struct tsr_report_options *o, enum tsr_severity s, struct tsr_buf *out)
{
	static const char *const colors[TSR_SEVERITIES] = {
		[TSR_INFO] = "2", [TSR_LOW] = "36", [TSR_MEDIUM] = "33", [TSR_HIGH] = "31", [TSR_CRITICAL] = "1;31",
	};

	if (o->color)
		tsr_buf_printf(out, "\033[%sm%s\033[0m", colors[s], tsr_severity_name(s));
	else
		tsr_buf_adds(out, tsr_severity_name(s));
}

static void add_group_title(const struct tsr_report_options *o, const struct tsr_finding *f,
			    const struct tsr_run_layer *layers, size_t n_layers, struct tsr_buf *out)
{
	uint64_t rank = rank_of(f);
	const char *by = f->where.created_by.ptr;

	if (rank < RANK_LAYERS) {
		tsr_buf_adds(out, rank == 0 ? "  config\n" : "  history\n");
	} else if (rank == RANK_ARCHIVE) {
		tsr_buf_adds(out, "  archive\n");
	} else if (rank == RANK_NOWHERE) {
		tsr_buf_adds(out, "  layers\n");
	} else {
		const struct tsr_run_layer *l = f->where.layer < n_layers ? &layers[f->where.layer] : NULL;

		if (l && l->created_by.ptr && *l->created_by.ptr)
			by = l->created_by.ptr;
		tsr_buf_printf(out, "  layer %" PRIu32, f->where.layer);
		if (by && *by) {
			tsr_buf_adds(out, ": ");
			tsr_text_out_cut(out, by, o->verbose ? 0 : INSTRUCTION_COLUMNS);
		} else if (l && l->digest && *l->digest) {
			tsr_buf_adds(out, ": ");
			tsr_text_out_digest(out, l->digest);
		}
		tsr_buf_addc(out, '\n');
	}
}

void tsr_text_finding_line(const struct tsr_report_options *o, const struct tsr_finding *f, size_t column, struct tsr_buf *out)
{
	TSR_AUTO(tsr_buf) struct tsr_buf place = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
	const char *name = tsr_severity_name(f->severity), *title = or_empty(*or_empty(f->title) ? f->title : f->message);
	const char *id = f->rule_id ? f->rule_id : "";
	size_t indent = column + SEVERITY_COLUMNS;

	tsr_place_add(&f->where, &place);
	tsr_text_severity(o, f->severity, out);
	tsr_buf_printf(out, "%*s%s", (int)(SEVERITY_COLUMNS - strlen(name)), "", title);
	if (!place.len)
		tsr_buf_printf(out, " [%s]\n", id);
	else if (indent + tsr_text_out_width(title) + 2 + tsr_text_out_width(place.ptr) + 3 + strlen(id) <= TSR_COLUMNS)
		tsr_buf_printf(out, ": %s [%s]\n", place.ptr, id);
	else
		tsr_buf_printf(out, " [%s]\n%*s%s\n", id, (int)indent, "", place.ptr);
}

/* The layer that hides it, and the instruction that made that layer. */
static void add_hiding_layer(const struct tsr_finding *f, const struct tsr_run_layer *layers, size_t n_layers,
			     struct tsr_buf *out)
{
	const char *by = f->hidden_in < n_layers ? layers[f->hidden_in].created_by.ptr : NULL;

	tsr_buf_printf(out, " in layer %" PRIu32, f->hidden_in);
	if (!by || !*by)
		return;
	tsr_buf_adds(out, " (");
	tsr_text_out_cut(out, by, INSTRUCTION_COLUMNS);
	tsr_buf_addc(out, ')');
}

static void add_state(const struct tsr_finding *f, const struct tsr_run_layer *layers, size_t n_layers, struct tsr_buf *out)
{
	const struct tsr_location *w = &f->where;
	const char *sep = MARGIN;
	uint32_t i, n = 0;

	if (f->state == TSR_STATE_DELETED || f->state == TSR_STATE_OVERWRITTEN) {
		tsr_buf_printf(out, "%s%s", sep, tsr_state_name(f->state));
		if (f->hidden_in != TSR_NO_LAYER)
			add_hiding_layer(f, layers, n_layers, out);
		sep = "; ";
	}
	for (i = 0; w->layers && i < w->n_layers; i++) {
		if (w->layers[i] == w->layer)
			continue;
		tsr_buf_printf(out, "%s%s%" PRIu32, n ? "" : sep, n ? ", " : "also in layer ", w->layers[i]);
		n++;
	}
	sep = n ? "; " : sep;
	if (f->occurrences > 1) {
		tsr_buf_adds(out, sep);
		tsr_text_out_plural(out, f->occurrences, "occurrence", "occurrences");
		sep = "; ";
	}
	if (sep[0] == ';')
		tsr_buf_addc(out, '\n');
}

/* "suppressed by ignore: the key is a sample (security team, until 2027-01-31)" */
static void add_suppression(const struct tsr_suppression *s, struct tsr_buf *out)
{
	const char *sep = " (";

	if (!s)
		return;
	tsr_buf_printf(out, MARGIN "suppressed by %s: %s", s->kind, s->reason.ptr);
	if (*s->owner.ptr) {
		tsr_buf_printf(out, "%s%s", sep, s->owner.ptr);
		sep = ", ";
	}
	if (*s->until.ptr) {
		tsr_buf_printf(out, "%suntil %s", sep, s->until.ptr);
		sep = ", ";
	}
	tsr_buf_adds(out, sep[0] == ',' ? ")\n" : "\n");
}

static void add_message(const struct tsr_finding *f, struct tsr_buf *out)
{
	if (!*or_empty(f->message) || strcmp(f->message.ptr, or_empty(f->title)) == 0)
		return;
	tsr_buf_adds(out, MARGIN);
	tsr_text_out_wrap_shown(out, f->message.ptr, sizeof(MARGIN) - 1, sizeof(MARGIN) - 1);
}

/* Of a finding about several files those behind the first, which is its place. */
static void add_files(const struct tsr_report_options *o, const struct tsr_finding *f, struct tsr_buf *out)
{
	uint32_t i, most = o->verbose ? FILES_LISTED : FILES_SHOWN;

	for (i = 1; i < f->n_files && i < most; i++) {
		tsr_buf_adds(out, MARGIN);
		tsr_text_out_wrap_shown(out, f->files[i].ptr, sizeof(MARGIN) - 1, sizeof(MARGIN) - 1);
	}
	if (i < f->n_files)
		tsr_buf_printf(out, MARGIN "and %u more%s\n", f->n_files - i, o->verbose ? "" : " (-v)");
}

static void add_evidence(const struct tsr_finding *f, struct tsr_buf *out)
{
	if (!*or_empty(f->redacted))
		return;
	tsr_buf_printf(out, MARGIN "%s (", f->redacted.ptr);
	tsr_text_out_plural(out, f->length, "character", "characters");
	tsr_buf_printf(out, "), %s\n", tsr_confidence_name(f->confidence));
}

static bool same_text(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

/* Do the two differ in nothing but what their messages say? So do packages of one list. */
static bool one_head(const struct tsr_finding *a, const struct tsr_finding *b)
{
	return same_text(a->rule_id, b->rule_id) && a->severity == b->severity && a->state == b->state &&
	       a->hidden_in == b->hidden_in && a->occurrences <= 1 && b->occurrences <= 1 && !*or_empty(a->redacted) && !*or_empty(b->redacted) &&
	       a->where.n_layers <= 1 && b->where.n_layers <= 1 && !a->where.n_via && !b->where.n_via &&
	       same_text(a->where.path.ptr, b->where.path.ptr) && same_text(a->where.pointer, b->where.pointer) &&
	       a->where.line == b->where.line && a->where.offset == b->where.offset;
}

/* `n` findings of one head. */
static void add_findings(const struct tsr_report_options *o, const struct item *items, size_t n,
			 const struct tsr_run_layer *layers, size_t n_layers, struct tsr_buf *out)
{
	const struct tsr_finding *f = items[0].f;
	size_t i;

	tsr_buf_adds(out, "    ");
	tsr_text_finding_line(o, f, 4, out);
	for (i = 0; i < n && i < MESSAGES_SHOWN; i++)
		add_message(items[i].f, out);
	if (i < n)
		tsr_buf_printf(out, MARGIN "and %zu more (-v)\n", n - i);
	add_files(o, f, out);
	add_evidence(f, out);
	add_state(f, layers, n_layers, out);
	add_suppression(f->suppressed, out);
	if (o->verbose)
		tsr_buf_printf(out, MARGIN "fingerprint %s\n", f->fingerprint);
}

static void remember(struct tsr_text_remedies *r, const struct tsr_finding *f)
{
	if (f->suppressed || !f->remediation || !*f->remediation || !f->rule_id)
		return;
	/* Findings of one rule often come in runs; the rest is sorted out at the end. */
	if (r->n && strcmp(r->of[r->n - 1]->rule_id, f->rule_id) == 0)
		return;
	r->of = tsr_grow(r->of, &r->cap, r->n + 1, sizeof(*r->of));
	r->of[r->n++] = f;
}

void tsr_text_findings(const struct tsr_report_options *o, const struct tsr_finding *findings, size_t n,
		       const struct tsr_run_layer *layers, size_t n_layers, struct tsr_text_remedies *remedies,
		       struct tsr_buf *out)
{
	struct item *items = tsr_xcalloc(n + 1, sizeof(*items));
	size_t i, end, kept = 0;

	for (i = 0; i < n; i++)
		if (findings[i].severity >= o->show && (o->verbose || !findings[i].suppressed))
			items[kept++] = (struct item){ rank_of(&findings[i]), &findings[i] };
	qsort(items, kept, sizeof(*items), item_cmp);
	for (i = 0; i < kept; i = end) {
		for (end = i + 1; !o->verbose && end < kept && items[end].rank == items[i].rank && one_head(items[i].f, items[end].f);)
			end++;
		if (i == 0 || items[i].rank != items[i - 1].rank)
			add_group_title(o, items[i].f, layers, n_layers, out);
		add_findings(o, items + i, end - i, layers, n_layers, out);
		remember(remedies, items[i].f);
	}
	free(items);
}

static int remedy_cmp(const void *a, const void *b)
{
	const struct tsr_finding *const *x = a, *const *y = b;

	return strcmp((*x)->rule_id, (*y)->rule_id);
}

void tsr_text_remedies_add(struct tsr_text_remedies *r, struct tsr_buf *out)
{
	size_t i;

	if (r->n == 0)
		return;
	qsort(r->of, r->n, sizeof(*r->of), remedy_cmp);
	tsr_buf_adds(out, "what to do\n");
	for (i = 0; i < r->n; i++) {
		if (i && strcmp(r->of[i]->rule_id, r->of[i - 1]->rule_id) == 0)
			continue;
		tsr_buf_printf(out, "  %s\n      ", r->of[i]->rule_id);
		tsr_text_out_wrap(out, r->of[i]->remediation, 6, 6);
	}
	tsr_buf_addc(out, '\n');
}

void tsr_text_remedies_release(struct tsr_text_remedies *r)
{
	free(r->of);
	*r = (struct tsr_text_remedies){ NULL, 0, 0 };
}
