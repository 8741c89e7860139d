/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/options_policy.h"

#include <stdlib.h>
#include <time.h>

#include "cli/options_set.h"
#include "policy/locate.h"
#include "policy/profiles.h"

/* The file that an option names, or that is found; NULL: none. */
static const char *choose(struct tsr_options *o, const char *named, const char *name)
{
	if (!named)
		return tsr_policy_locate(&o->arena, name);
	return strcmp(named, "none") == 0 ? NULL : named;
}

static void take_limits(struct tsr_options *o)
{
	const struct tsr_option *option;
	size_t i;

	for (i = 0; (option = tsr_option_at(i)); i++) {
		const struct tsr_settings *s = &o->settings;

		if (!(option->more & TSR_OPTION_LIMIT) || tsr_option_given(o, option->name) ||
		    !*(const uint64_t *)((const char *)&s->limits_said + option->limit))
			continue;
		*(uint64_t *)((char *)&o->limits + option->limit) = *(const uint64_t *)((const char *)&s->limits + option->limit);
	}
}

/* "outputs: [json=a.json]", as --output has them. */
static int take_outputs(struct tsr_options *o, const char *config, struct tsr_err *err)
{
	const char *const *p = tsr_option_given(o, "output") ? NULL : o->settings.outputs;

	for (; p && *p; p++)
		if (tsr_opt_output(o, NULL, *p, err))
			return tsr_err_wrap(err, "%s: outputs", config);
	return 0;
}

static int take_settings(struct tsr_options *o, const char *config, struct tsr_err *err)
{
	const struct tsr_settings *s = &o->settings;
	const char *const *p;

	if (s->fail_on_said != TSR_FAIL_ON_UNSAID && !tsr_option_given(o, "fail-on")) {
		o->policy.fail_on = s->fail_on;
		o->policy.fail_never = s->fail_on_said == TSR_FAIL_ON_NEVER;
	}
	if (s->show_said && !o->show_given) {
		o->show = s->show;
		o->show_given = true;
	}
	/* Rule files add up. */
	for (p = s->rule_files; p && *p; p++)
		tsr_strings_add(&o->rules, *p);
	take_limits(o);
	return take_outputs(o, config, err);
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

static int read_ignores(struct tsr_options *o, struct tsr_err *err)
{
	const char *named = o->ignorefile ? o->ignorefile : o->settings.ignores, *path;
	uint32_t day;

	path = choose(o, named, ".tarsierignore");
	if (!path)
		return 0;
	if (today(&day, err))
		return -1;
	o->ignores = tsr_ignores_read_file(path, day, err);
	return o->ignores ? 0 : -1;
}

static int read_baseline(struct tsr_options *o, struct tsr_err *err)
{
	const char *path = o->baseline_file ? o->baseline_file : o->settings.baseline;

	if (!path || strcmp(path, "none") == 0)
		return 0;
	o->baseline = tsr_baseline_read_file(path, err);
	return o->baseline ? 0 : -1;
}

/* The file says what profile stands below it, so it is read twice where it names one. */
static int read_settings(struct tsr_options *o, const char *config, struct tsr_err *err)
{
	const char *profile = o->profile;

	if (config && tsr_settings_read_file(&o->settings, config, err))
		return -1;
	if (!profile && o->settings.profile)
		profile = tsr_arena_str(&o->arena, tsr_slice_str(o->settings.profile));
	if (!profile)
		return 0;
	tsr_settings_release(&o->settings);
	if (tsr_profile_read(&o->settings, profile, err))
		return -1;
	return config ? tsr_settings_read_file(&o->settings, config, err) : 0;
}

int tsr_options_policy(struct tsr_options *o, struct tsr_err *err)
{
	const char *config = choose(o, o->config, "tarsier.yaml");

	if (read_settings(o, config, err))
		return -1;
	if (take_settings(o, config, err) || read_ignores(o, err))
		return -1;
	return read_baseline(o, err);
}
