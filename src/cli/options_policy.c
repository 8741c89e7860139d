/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/options_policy.h"

#include "cli/options_set.h"
#include "policy/locate.h"

static void take_limits(struct tsr_options *o)
{
	const struct tsr_option *option;
	size_t i;

	for (i = 0; (option = tsr_option_at(i)); i++) {
		const struct tsr_settings *s = &o->gate->settings;

		if (!(option->more & TSR_OPTION_LIMIT) || tsr_option_given(o, option->name) ||
		    !*(const uint64_t *)((const char *)&s->limits_said + option->limit))
			continue;
		*(uint64_t *)((char *)&o->limits + option->limit) = *(const uint64_t *)((const char *)&s->limits + option->limit);
	}
}

/* "outputs: [json=a.json]", as --output has them. */
static int take_outputs(struct tsr_options *o, const char *config, struct tsr_err *err)
{
	const char *const *p = tsr_option_given(o, "output") ? NULL : o->gate->settings.outputs;

	for (; p && *p; p++)
		if (tsr_opt_output(o, NULL, *p, err))
			return tsr_err_wrap(err, "%s: outputs", config);
	return 0;
}

static int take_settings(struct tsr_options *o, const char *config, struct tsr_err *err)
{
	const struct tsr_settings *s = &o->gate->settings;
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

static const char *locate_ignores(void *ctx)
{
	struct tsr_options *o = ctx;

	return tsr_policy_locate(&o->arena, ".tarsierignore");
}

int tsr_options_policy(struct tsr_options *o, struct tsr_err *err)
{
	struct tsr_gate_files files = {
		.config = o->config ? o->config : tsr_policy_locate(&o->arena, "tarsier.yaml"),
		.profile = o->profile,
		.ignorefile = o->ignorefile,
		.baseline = o->baseline,
		.base = o->base,
	};

	if (files.config && strcmp(files.config, "none") == 0)
		files.config = NULL;
	if (tsr_gate_read(o->gate, &files, locate_ignores, o, err))
		return -1;
	return take_settings(o, files.config, err);
}
