/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/audit_run.h"

#include <time.h>
#include <unistd.h>

#include "api/session.h"
#include "base/mem.h"
#include "cli/progress.h"

/* Whole seconds since `start`. */
static uint32_t elapsed(const struct timespec *start)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint32_t)(now.tv_sec - start->tv_sec - (now.tv_nsec < start->tv_nsec));
}

static void audit_one(const struct tsr_options *o, struct tsr_audit_options *ao, const char *source,
		      struct tsr_run *run)
{
	struct tsr_err err = TSR_ERR_INIT;
	struct tsr_progress progress;

	tsr_progress_start(&progress, o, source);
	ao->progress = progress.on ? tsr_progress_update : NULL;
	ao->progress_ctx = &progress;
	if (tsr_audit_source(ao, source, run, &err))
		tsr_run_failed(run, source, &err);
	tsr_progress_end(&progress);
}

void tsr_cli_audit(const struct tsr_options *o, const struct tsr_audit_options *more, const char *const *sources, size_t n,
		   struct tsr_run *run)
{
	struct tsr_audit_options ao = *more;
	struct timespec start;
	size_t i;

	ao.limits = o->limits;
	ao.jobs = o->jobs;
	ao.refs = o->refs.items;
	ao.n_refs = o->refs.n;
	ao.platforms = o->platforms.items;
	ao.n_platforms = o->platforms.n;
	ao.demands = &o->gate->settings.demands;
	ao.bases = &o->gate->bases;
	ao.stdin_fd = STDIN_FILENO;
	clock_gettime(CLOCK_MONOTONIC, &start);
	for (i = 0; i < n; i++) {
		uint32_t spent = elapsed(&start);

		if (o->timeout && spent >= o->timeout) {
			tsr_run_add_error(run, tsr_text_escaped(&run->arena, tsr_slice_str(sources[i])),
					  tsr_text_ours("not audited: the time was up"), 4);
			continue;
		}
		ao.timeout = o->timeout ? o->timeout - spent : 0;
		audit_one(o, &ao, sources[i], run);
	}
}

void tsr_cli_finish(const struct tsr_options *o, const struct tsr_ruleset *rules, struct tsr_run *run)
{
	tsr_gate_apply(o->gate, rules, &o->policy, run);
	run->status = tsr_status_with(run, o->exit_code);
}
