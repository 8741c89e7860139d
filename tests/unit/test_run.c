/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "finding/run.h"

static struct tsr_finding finding(const char *fingerprint, uint32_t layer, uint64_t offset)
{
	struct tsr_finding f = { .rule_id = "r",
				 .severity = TSR_HIGH,
				 .confidence = TSR_LIKELY,
				 .occurrences = 1,
				 .state = TSR_STATE_LIVE,
				 .where = { .layer = layer, .offset = offset } };

	snprintf(f.fingerprint, sizeof(f.fingerprint), "%s", fingerprint);
	return f;
}

static struct tsr_run run;

static struct tsr_run_image *fresh_image(void)
{
	tsr_run_init(&run);
	return tsr_run_add_image(&run);
}

static void emit(struct tsr_run_image *image, struct tsr_finding f)
{
	tsr_run_image_emit(image, &f);
}

Test(run, grows_and_is_released)
{
	int i;

	tsr_run_init(&run);
	for (i = 0; i < 50; i++) {
		struct tsr_finding f = finding("a", 0, 0);

		tsr_run_image_emit(tsr_run_add_image(&run), &f);
		tsr_run_archive_emit(tsr_run_add_archive(&run), &f);
		tsr_run_add_error(&run, TSR_TEXT_NONE, tsr_text_ours("no"), 3);
	}
	cr_expect(run.n_images == 50 && run.n_archives == 50 && run.n_errors == 50);
	cr_expect_str_eq(run.images[49].source.ptr, "");
	cr_expect_eq(run.images[49].n_findings, 1u);
	tsr_run_release(&run);
	cr_expect_eq(run.n_images, 0u);
	tsr_run_release(&run);
}

Test(run, settle_sorts)
{
	struct tsr_run_image *image = fresh_image();

	emit(image, finding("a", TSR_NO_LAYER, 1));
	emit(image, finding("b", 2, 5));
	emit(image, finding("c", 0, 9));
	emit(image, finding("d", 2, 4));
	tsr_run_settle(&run);
	cr_assert_eq(image->n_findings, 4u);
	cr_expect_str_eq(image->findings[0].fingerprint, "c");
	cr_expect_str_eq(image->findings[1].fingerprint, "d");
	cr_expect_str_eq(image->findings[2].fingerprint, "b");
	cr_expect_str_eq(image->findings[3].fingerprint, "a");
	tsr_run_release(&run);
}

Test(run, settle_merges_equal_fingerprints_at_the_first_place)
{
	struct tsr_run_image *image = fresh_image();
	struct tsr_finding f = finding("a", 1, 7);

	f.occurrences = 3;
	emit(image, finding("a", 1, 9));
	emit(image, f);
	emit(image, finding("b", 1, 9));
	emit(image, finding("a", 1, 8));
	tsr_run_settle(&run);
	cr_assert_eq(image->n_findings, 2u);
	cr_expect(image->findings[0].where.layer == 1 && image->findings[0].where.offset == 7);
	cr_expect_eq(image->findings[0].occurrences, 5u);
	cr_expect_str_eq(image->findings[1].fingerprint, "b");
	tsr_run_settle(&run);
	cr_expect_eq(image->n_findings, 2u, "settling twice changes nothing");
	cr_expect_eq(image->findings[0].occurrences, 5u);
	tsr_run_release(&run);
}

Test(run, a_hidden_copy_never_covers_a_live_one)
{
	struct tsr_run_image *image = fresh_image();
	struct tsr_finding hidden = finding("a", 0, 1);

	hidden.state = TSR_STATE_OVERWRITTEN;
	hidden.hidden_in = 2;
	hidden.severity = TSR_LOW;
	hidden.confidence = TSR_CONFIRMED;
	emit(image, hidden);
	emit(image, finding("a", 0, 2));
	emit(image, finding("a", 0, 3));
	tsr_run_settle(&run);
	cr_assert_eq(image->n_findings, 1u);
	cr_expect(image->findings[0].state == TSR_STATE_LIVE && image->findings[0].where.offset == 2);
	cr_expect_eq(image->findings[0].severity, TSR_HIGH);
	cr_expect_eq(image->findings[0].confidence, TSR_CONFIRMED);
	cr_expect_eq(image->findings[0].occurrences, 3u);
	tsr_run_release(&run);
}

Test(run, the_gravest_of_hidden_copies_counts)
{
	struct tsr_run_image *image = fresh_image();
	struct tsr_finding first = finding("a", 0, 1), second = finding("a", 0, 2);

	first.state = second.state = TSR_STATE_DELETED;
	first.severity = TSR_LOW;
	emit(image, first);
	emit(image, second);
	tsr_run_settle(&run);
	cr_assert_eq(image->n_findings, 1u);
	cr_expect(image->findings[0].where.offset == 1 && image->findings[0].severity == TSR_HIGH);
	tsr_run_release(&run);
}

Test(run, every_layer_has_its_own_findings)
{
	struct tsr_run_image *image = fresh_image();
	struct tsr_finding hidden = finding("a", 0, 1);

	hidden.state = TSR_STATE_DELETED;
	emit(image, finding("a", 2, 1));
	emit(image, hidden);
	tsr_run_settle(&run);
	cr_assert_eq(image->n_findings, 2u);
	cr_expect_eq(image->findings[0].state, TSR_STATE_DELETED);
	cr_expect_eq(image->findings[1].where.layer, 2u);
	tsr_run_release(&run);
}

Test(run, occurrences_do_not_wrap_and_no_fingerprint_is_like_no_other)
{
	struct tsr_run_image *image = fresh_image();
	struct tsr_finding f = finding("a", 0, 0);

	f.occurrences = UINT32_MAX;
	emit(image, f);
	emit(image, f);
	emit(image, finding("", 1, 0));
	emit(image, finding("", 1, 0));
	tsr_run_settle(&run);
	cr_assert_eq(image->n_findings, 3u);
	cr_expect_eq(image->findings[0].occurrences, UINT32_MAX);
	tsr_run_release(&run);
}

Test(run, images_and_archives_are_merged_apart)
{
	struct tsr_finding f = finding("a", 0, 0);

	tsr_run_init(&run);
	tsr_run_image_emit(tsr_run_add_image(&run), &f);
	tsr_run_image_emit(tsr_run_add_image(&run), &f);
	tsr_run_archive_emit(tsr_run_add_archive(&run), &f);
	tsr_run_archive_emit(&run.archives[0], &f);
	tsr_run_settle(&run);
	cr_expect(run.images[0].n_findings == 1 && run.images[1].n_findings == 1 &&
		  run.archives[0].n_findings == 1);
	cr_expect_eq(run.archives[0].findings[0].occurrences, 2u);
	tsr_run_release(&run);
}

Test(run, verdicts_have_names)
{
	cr_expect_str_eq(tsr_verdict_name(TSR_PASS), "pass");
	cr_expect_str_eq(tsr_verdict_name(TSR_FAIL), "fail");
	cr_expect_str_eq(tsr_verdict_name(TSR_VERDICT_INCOMPLETE), "incomplete");
}
