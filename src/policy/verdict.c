/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/verdict.h"

#include <string.h>

/* Exit statuses of a run, the one that wins first. Whatever is not among them is an internal error. */
static const int precedence[] = { 5, 1, 3, 4, 0 };
#define N_STATUS (sizeof(precedence) / sizeof(precedence[0]))

static size_t rank(int status)
{
	size_t i;

	for (i = 0; i < N_STATUS; i++)
		if (precedence[i] == status)
			return i;
	return 0;
}

static void worsen(int *status, int other)
{
	size_t r = rank(other);

	if (r < rank(*status))
		*status = precedence[r];
}

static bool count(struct tsr_run *run, const struct tsr_finding *f, size_t n)
{
	bool fails = false;
	size_t i;

	for (i = 0; i < n; i++) {
		if (f[i].suppressed) {
			run->suppressed++;
			continue;
		}
		run->by_severity[f[i].severity]++;
		fails |= tsr_run_fails(run, &f[i]);
	}
	return fails;
}

/* A layer that was not audited leaves a row in the ledger as well; but a verdict does not rest on that. */
static bool layers_audited(const struct tsr_run_image *image)
{
	size_t i;

	for (i = 0; i < image->n_layers; i++)
		if (!image->layers[i].excused && (!image->layers[i].status || strcmp(image->layers[i].status, "audited") != 0))
			return false;
	return true;
}

static void worsen_by_errors(int *status, const struct tsr_run *run)
{
	size_t i;

	for (i = 0; i < run->n_errors; i++)
		worsen(status, run->errors[i].status ? run->errors[i].status : 5);
}

void tsr_verdict(struct tsr_run *run, const struct tsr_policy *policy)
{
	bool fails = false, incomplete = run->n_errors > 0;
	size_t i;

	memset(run->by_severity, 0, sizeof(run->by_severity));
	run->suppressed = 0;
	run->fail_on = policy->fail_on;
	run->fail_never = policy->fail_never;
	run->status = 0;
	for (i = 0; i < run->n_archives; i++) {
		struct tsr_run_archive *a = &run->archives[i];

		a->complete = tsr_coverage_complete(&a->coverage);
		incomplete |= !a->complete;
		fails |= count(run, a->findings, a->n_findings);
	}
	for (i = 0; i < run->n_images; i++) {
		struct tsr_run_image *image = &run->images[i];

		image->complete = tsr_coverage_complete(&image->coverage) && layers_audited(image);
		incomplete |= !image->complete;
		fails |= count(run, image->findings, image->n_findings);
	}
	worsen_by_errors(&run->status, run);
	if (fails)
		worsen(&run->status, 1);
	if (incomplete)
		worsen(&run->status, 4);
	/* An error that outranks a finding in the status does not make the image's findings go away. */
	run->verdict = fails ? TSR_FAIL : incomplete ? TSR_VERDICT_INCOMPLETE : TSR_PASS;
}

int tsr_status_with(const struct tsr_run *run, int failed)
{
	int status = tsr_run_complete(run) ? 0 : 4;

	if (run->status != 1)
		return run->status;
	worsen_by_errors(&status, run);
	return failed ? failed : status;
}
