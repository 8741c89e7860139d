/* SPDX-License-Identifier: Apache-2.0 */
#include "finding/run.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void tsr_run_init(struct tsr_run *run)
{
	*run = (struct tsr_run){ .arena = TSR_ARENA_INIT, .version = "", .rules_digest = "" };
}

void tsr_run_release(struct tsr_run *run)
{
	size_t i;

	for (i = 0; i < run->n_archives; i++) {
		free(run->archives[i].findings);
		tsr_coverage_release(&run->archives[i].coverage);
	}
	for (i = 0; i < run->n_images; i++) {
		free(run->images[i].findings);
		tsr_coverage_release(&run->images[i].coverage);
	}
	free(run->archives);
	free(run->images);
	free(run->errors);
	tsr_arena_release(&run->arena);
	tsr_run_init(run);
}

struct tsr_run_archive *tsr_run_add_archive(struct tsr_run *run)
{
	struct tsr_run_archive *a;

	run->archives =
		tsr_grow(run->archives, &run->cap_archives, run->n_archives + 1, sizeof(*run->archives));
	a = &run->archives[run->n_archives++];
	*a = (struct tsr_run_archive){ .source = TSR_TEXT_NONE, .format = "" };
	return a;
}

struct tsr_run_image *tsr_run_add_image(struct tsr_run *run)
{
	struct tsr_run_image *image;

	run->images = tsr_grow(run->images, &run->cap_images, run->n_images + 1, sizeof(*run->images));
	image = &run->images[run->n_images++];
	*image = (struct tsr_run_image){ .source = TSR_TEXT_NONE,
					 .platform = TSR_TEXT_NONE,
					 .config_digest = "" };
	return image;
}

void tsr_run_add_error(struct tsr_run *run, struct tsr_text source, struct tsr_text message, int status)
{
	run->errors = tsr_grow(run->errors, &run->cap_errors, run->n_errors + 1, sizeof(*run->errors));
	run->errors[run->n_errors++] = (struct tsr_run_error){ source, message, status };
}

void tsr_run_image_emit(void *image, const struct tsr_finding *f)
{
	struct tsr_run_image *to = image;

	to->findings = tsr_grow(to->findings, &to->cap_findings, to->n_findings + 1, sizeof(*to->findings));
	to->findings[to->n_findings++] = *f;
}

void tsr_run_archive_emit(void *archive, const struct tsr_finding *f)
{
	struct tsr_run_archive *to = archive;

	to->findings = tsr_grow(to->findings, &to->cap_findings, to->n_findings + 1, sizeof(*to->findings));
	to->findings[to->n_findings++] = *f;
}

/* --- settling --------------------------------------------------------------- */

static int by_fingerprint(const void *a, const void *b)
{
	const struct tsr_finding *x = *(struct tsr_finding *const *)a, *y = *(struct tsr_finding *const *)b;
	int c = strcmp(x->fingerprint, y->fingerprint);

	if (!c && x->where.layer != y->where.layer)
		c = x->where.layer < y->where.layer ? -1 : 1;
	return c ? c : (x > y) - (x < y); /* equal ones in their order: both are in one sorted array */
}

static bool is_hidden(const struct tsr_finding *f)
{
	return f->state == TSR_STATE_DELETED || f->state == TSR_STATE_OVERWRITTEN;
}

/*
 * Findings of one fingerprint in one layer become one: at the first place that a container can
 * see, else at the first; as grave and as sure as the gravest, so that a lowered copy in
 * a deleted file cannot cover the one that is still there. The others are
 * marked by no occurrences.
 */
static void merge(struct tsr_finding **same, size_t n)
{
	struct tsr_finding *keep = same[0];
	uint64_t occurrences = 0;
	size_t i;

	for (i = 0; i < n && is_hidden(keep); i++)
		if (!is_hidden(same[i]))
			keep = same[i];
	for (i = 0; i < n; i++) {
		occurrences += same[i]->occurrences ? same[i]->occurrences : 1;
		if (same[i]->severity > keep->severity)
			keep->severity = same[i]->severity;
		if (same[i]->confidence > keep->confidence)
			keep->confidence = same[i]->confidence;
		same[i]->occurrences = 0;
	}
	keep->occurrences = occurrences < UINT32_MAX ? (uint32_t)occurrences : UINT32_MAX;
}

static void settle(struct tsr_finding *findings, size_t *n)
{
	tsr_autofree struct tsr_finding **order = NULL;
	size_t i, k, kept = 0;

	if (*n == 0)
		return;
	qsort(findings, *n, sizeof(*findings), tsr_finding_cmp);
	order = tsr_xcalloc(*n, sizeof(struct tsr_finding *));
	for (i = 0; i < *n; i++)
		order[i] = &findings[i];
	qsort(order, *n, sizeof(struct tsr_finding *), by_fingerprint);
	for (i = 0; i < *n; i = k) {
		k = i + 1;
		/* One without a fingerprint is like no other. */
		while (order[i]->fingerprint[0] && k < *n && order[k]->where.layer == order[i]->where.layer &&
		       !strcmp(order[k]->fingerprint, order[i]->fingerprint))
			k++;
		merge(order + i, k - i);
	}
	for (i = 0; i < *n; i++)
		if (findings[i].occurrences)
			findings[kept++] = findings[i];
	*n = kept;
}

void tsr_run_settle(struct tsr_run *run)
{
	size_t i;

	for (i = 0; i < run->n_archives; i++)
		settle(run->archives[i].findings, &run->archives[i].n_findings);
	for (i = 0; i < run->n_images; i++)
		settle(run->images[i].findings, &run->images[i].n_findings);
}

bool tsr_run_complete(const struct tsr_run *run)
{
	bool complete = run->n_errors == 0;
	size_t i;

	for (i = 0; i < run->n_archives; i++)
		complete &= run->archives[i].complete;
	for (i = 0; i < run->n_images; i++)
		complete &= run->images[i].complete;
	return complete;
}

bool tsr_run_fails(const struct tsr_run *run, const struct tsr_finding *f)
{
	return !f->suppressed && !run->fail_never && f->severity >= run->fail_on;
}

const char *tsr_file_type_name(char type)
{
	static const struct {
		char type;
		const char *name;
	} names[] = {
		{ '0', "file" },   { '1', "hardlink" }, { '2', "symlink" },  { '3', "chardevice" }, { '4', "blockdevice" },
		{ '5', "directory" }, { '6', "fifo" },  { 'w', "whiteout" }, { 'o', "opaque" },
	};

	for (size_t i = 0; i < TSR_ARRAY_LEN(names); i++)
		if (names[i].type == type)
			return names[i].name;
	return "other";
}

const char *tsr_verdict_name(enum tsr_verdict v)
{
	static const char *const names[] = {
		[TSR_PASS] = "pass",
		[TSR_FAIL] = "fail",
		[TSR_VERDICT_INCOMPLETE] = "incomplete",
	};

	return (size_t)v < TSR_ARRAY_LEN(names) ? names[v] : NULL;
}
