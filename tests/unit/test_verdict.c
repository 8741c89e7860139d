/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include "base/mem.h"
#include "policy/verdict.h"

static const struct tsr_policy strict = { .fail_on = TSR_HIGH };
static const struct tsr_skip_row row = {
	{ "layer", false }, { "missing", false }, { "", false }, 0, 0, true
};

enum {
	CLEAN,
	FINDING,
	INCOMPLETE,
	ERROR3,
	ERROR4,
	ERROR5,
	INPUTS
};

/* Adds what one input could bring into a run. */
static void add_input(struct tsr_run *run, int what)
{
	static const struct tsr_finding grave = { .rule_id = "r", .severity = TSR_HIGH };
	struct tsr_run_image *image;

	if (what >= ERROR3) {
		tsr_run_add_error(run, TSR_TEXT_NONE, tsr_text_ours("no"), what - ERROR3 + 3);
		return;
	}
	image = tsr_run_add_image(run);
	if (what == FINDING)
		tsr_run_image_emit(image, &grave);
	if (what == INCOMPLETE)
		tsr_coverage_skip(&image->coverage, &row);
}

Test(verdict, precedence_of_all_combinations)
{
	/* From the one that wins: 5, 1, 3, 4, 0. */
	static const struct {
		int what, status;
	} order[] = { { ERROR5, 5 }, { FINDING, 1 },	{ ERROR3, 3 },
		      { ERROR4, 4 }, { INCOMPLETE, 4 }, { CLEAN, 0 } };
	unsigned set;

	for (set = 0; set < 1u << INPUTS; set++) {
		struct tsr_run run;
		int what, want = 0;
		enum tsr_verdict verdict = set & 1u << FINDING	  ? TSR_FAIL
					   : set & ~(1u << CLEAN) ? TSR_VERDICT_INCOMPLETE
								  : TSR_PASS;
		size_t i;

		tsr_run_init(&run);
		for (what = 0; what < INPUTS; what++)
			if (set & 1u << what)
				add_input(&run, what);
		for (i = 0; i < TSR_ARRAY_LEN(order); i++) {
			if (set & 1u << order[i].what) {
				want = order[i].status;
				break;
			}
		}
		tsr_verdict(&run, &strict);
		cr_expect_eq(run.status, want, "set %#x: %d, not %d", set, run.status, want);
		cr_expect_eq(run.verdict, verdict, "set %#x: %s", set, tsr_verdict_name(run.verdict));
		tsr_run_release(&run);
	}
}

Test(verdict, findings_fail_from_the_threshold_on)
{
	int on, severity;

	for (on = 0; on < TSR_SEVERITIES; on++) {
		for (severity = 0; severity < TSR_SEVERITIES; severity++) {
			struct tsr_policy policy = { .fail_on = (enum tsr_severity)on };
			struct tsr_finding f = { .rule_id = "r", .severity = (enum tsr_severity)severity };
			struct tsr_run run;

			tsr_run_init(&run);
			tsr_run_archive_emit(tsr_run_add_archive(&run), &f);
			tsr_verdict(&run, &policy);
			cr_expect_eq(run.status, severity >= on ? 1 : 0, "%d at %d", severity, on);
			cr_expect_eq(run.by_severity[severity], 1u);
			policy.fail_never = true;
			tsr_verdict(&run, &policy);
			cr_expect(run.status == 0 && run.verdict == TSR_PASS);
			cr_expect_eq(run.by_severity[severity], 1u,
				     "counted once, however often it is judged");
			tsr_run_release(&run);
		}
	}
}

Test(verdict, reporting_only_does_not_hide_what_was_not_seen)
{
	static const struct tsr_policy never = { .fail_never = true };
	struct tsr_run run;

	tsr_run_init(&run);
	add_input(&run, FINDING);
	add_input(&run, INCOMPLETE);
	tsr_verdict(&run, &never);
	cr_expect(run.status == 4 && run.verdict == TSR_VERDICT_INCOMPLETE);
	add_input(&run, ERROR3);
	tsr_verdict(&run, &never);
	cr_expect_eq(run.status, 3);
	tsr_run_release(&run);
}

Test(verdict, completeness_is_filled_in)
{
	struct tsr_run run;

	tsr_run_init(&run);
	add_input(&run, CLEAN);
	add_input(&run, INCOMPLETE);
	tsr_run_add_archive(&run);
	tsr_coverage_derive(&tsr_run_add_archive(&run)->coverage, &row);
	tsr_verdict(&run, &strict);
	cr_expect(run.images[0].complete && !run.images[1].complete);
	cr_expect(run.archives[0].complete && !run.archives[1].complete);
	cr_expect_eq(run.status, 4);
	tsr_run_release(&run);
}

Test(verdict, a_layer_that_was_not_audited_is_never_clean)
{
	static const char *const states[] = { "audited",      "missing",   "encrypted", "foreign",
					      "damaged",      "ambiguous", "limited",	"unsupported",
					      "unverifiable", NULL };
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(states); i++) {
		struct tsr_run_layer layers[2] = { { .status = "audited" }, { .status = states[i] } };
		struct tsr_run run;
		struct tsr_run_image *image;

		tsr_run_init(&run);
		image = tsr_run_add_image(&run);
		image->layers = layers;
		image->n_layers = 2;
		tsr_verdict(&run, &strict);
		cr_expect_eq(run.status, i ? 4 : 0, "%s", states[i] ? states[i] : "unknown");
		tsr_run_release(&run);
	}
}

Test(verdict, an_unknown_status_is_an_internal_error)
{
	static const int odd[] = { 0, 2, -1, 7 };
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(odd); i++) {
		struct tsr_run run;

		tsr_run_init(&run);
		tsr_run_add_error(&run, TSR_TEXT_NONE, TSR_TEXT_NONE, odd[i]);
		tsr_verdict(&run, &strict);
		cr_expect_eq(run.status, 5);
		tsr_run_release(&run);
	}
}

Test(verdict, another_status_takes_the_place_of_1_only)
{
	static const struct {
		int inputs[3], failed, status;
	} rows[] = {
		{ { FINDING, CLEAN, CLEAN }, 7, 7 },	   { { FINDING, CLEAN, CLEAN }, 0, 0 },
		{ { FINDING, INCOMPLETE, CLEAN }, 7, 7 },  { { FINDING, INCOMPLETE, CLEAN }, 0, 4 },
		{ { FINDING, INCOMPLETE, ERROR3 }, 0, 3 }, { { FINDING, ERROR4, CLEAN }, 0, 4 },
		{ { FINDING, ERROR5, CLEAN }, 0, 5 },	   { { ERROR3, CLEAN, CLEAN }, 7, 3 },
		{ { CLEAN, CLEAN, CLEAN }, 7, 0 },	   { { INCOMPLETE, CLEAN, CLEAN }, 0, 4 },
		{ { FINDING, ERROR3, CLEAN }, 1, 1 },
	};

	for (size_t i = 0; i < TSR_ARRAY_LEN(rows); i++) {
		struct tsr_run run;

		tsr_run_init(&run);
		for (size_t k = 0; k < 3; k++)
			add_input(&run, rows[i].inputs[k]);
		tsr_verdict(&run, &strict);
		cr_expect_eq(tsr_status_with(&run, rows[i].failed), rows[i].status, "row %zu: %d", i,
			     tsr_status_with(&run, rows[i].failed));
		tsr_run_release(&run);
	}
}
