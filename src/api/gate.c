/* SPDX-License-Identifier: Apache-2.0 */
#include "api/gate.h"

#include <time.h>

#include "api/session.h"
#include "audit/base_image.h"
#include "base/mem.h"
#include "base/text.h"
#include "policy/apply.h"
#include "policy/profiles.h"
#include "rule/content_test.h"

struct tsr_gate *tsr_gate_new(void)
{
	struct tsr_gate *g = tsr_xcalloc(1, sizeof(*g));

	*g = (struct tsr_gate){ .settings = TSR_SETTINGS_INIT, .arena = TSR_ARENA_INIT };
	return g;
}

void tsr_gate_free(struct tsr_gate *g)
{
	if (!g)
		return;
	tsr_settings_release(&g->settings);
	tsr_ignores_free(g->ignores);
	tsr_baseline_free(g->baseline);
	tsr_arena_release(&g->arena);
	free(g);
}

/* NULL where there is none. */
static const char *one_of(const char *said, const char *else_said)
{
	const char *path = said ? said : else_said;

	return path && strcmp(path, "none") != 0 ? path : NULL;
}

/* The file says what profile stands below it, so it is read twice where it names one. */
static int read_settings(struct tsr_gate *g, const struct tsr_gate_files *files, struct tsr_err *err)
{
	const char *profile = files->profile, *place = NULL;

	if (files->config && tsr_settings_read_file(&g->settings, files->config, err))
		return -1;
	if (!profile && g->settings.profile) {
		profile = tsr_arena_str(&g->arena, tsr_slice_str(g->settings.profile));
		place = tsr_arena_str(&g->arena, tsr_slice_str(g->settings.profile_place));
	}
	if (!profile)
		return 0;
	tsr_settings_release(&g->settings);
	if (tsr_profile_read(&g->settings, profile, err))
		return place ? tsr_err_wrap(err, "%s: profile", place) : -1;
	return files->config ? tsr_settings_read_file(&g->settings, files->config, err) : 0;
}

/* The day on which ignores expire. SOURCE_DATE_EPOCH (reproducible-builds.org) makes a run repeatable on another day. */
static int today(uint32_t *day, struct tsr_err *err)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	unsigned long long seconds;

	if (!epoch || !*epoch) {
		*day = tsr_day_of((int64_t)time(NULL));
		return 0;
	}
	if (tsr_slice_u64(tsr_slice_str(epoch), &seconds) || seconds > 253402300799ull)
		return tsr_err_set(err, TSR_EUSAGE, "SOURCE_DATE_EPOCH: not a number of seconds");
	*day = tsr_day_of((int64_t)seconds);
	return 0;
}

int tsr_gate_read(struct tsr_gate *g, const struct tsr_gate_files *files, const char *(*ignores_of)(void *ctx), void *ctx,
		  struct tsr_err *err)
{
	const char *path;
	uint32_t day;

	if (read_settings(g, files, err))
		return -1;
	path = one_of(files->ignorefile, g->settings.ignores);
	if (!files->ignorefile && !g->settings.ignores && ignores_of)
		path = ignores_of(ctx);
	if (path) {
		if (today(&day, err))
			return -1;
		g->ignores = tsr_ignores_read_file(path, day, err);
		if (!g->ignores)
			return -1;
	}
	path = one_of(files->baseline, g->settings.baseline);
	if (path) {
		g->baseline = tsr_baseline_read_file(path, err);
		if (!g->baseline)
			return -1;
	}
	g->base = one_of(files->base, g->settings.base);
	return 0;
}

static int read_bases(struct tsr_gate *g, const struct tsr_limits *limits, unsigned jobs, struct tsr_err *err)
{
	struct tsr_image_layers *images;
	size_t i, n;

	if (tsr_base_image_read(g->base, limits, jobs, &g->arena, &images, &n, err))
		return tsr_err_wrap(err, "--base");
	g->bases = (struct tsr_bases){ tsr_arena_alloc(&g->arena, n + 1, sizeof(*g->bases.items)), n };
	for (i = 0; i < n; i++)
		g->bases.items[i] = (struct tsr_base){ tsr_text_escaped(&g->arena, tsr_slice_str(g->base)).ptr, images[i].diff_ids,
						       images[i].n };
	return 0;
}

int tsr_gate_arm(struct tsr_gate *g, struct tsr_ruleset *rules, const struct tsr_limits *limits, unsigned jobs, struct tsr_err *err)
{
	if (tsr_settings_check_rules(&g->settings, rules, err) || tsr_content_tests_set(rules, &g->settings.demands, err))
		return -1;
	return g->base ? read_bases(g, limits, jobs, err) : 0;
}

void tsr_gate_apply(const struct tsr_gate *g, const struct tsr_ruleset *rules, const struct tsr_policy *policy, struct tsr_run *run)
{
	const struct tsr_application application = { rules, &g->settings, g->baseline, g->ignores, &g->bases };

	tsr_run_settle(run);
	tsr_policy_apply(&application, run);
	tsr_run_finish(run, policy);
}
