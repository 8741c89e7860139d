/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/options.h"

#include <sched.h>

#include "base/mem.h"
#include "cli/commands.h"
#include "cli/options_policy.h"
#include "cli/options_set.h"

enum {
	AUDIT = 1u << 0,
	RULES = 1u << 1,
	INSPECT = 1u << 2,
	DIFF = 1u << 3,
	EXPLAIN = 1u << 4,
	IMAGES = AUDIT | INSPECT | DIFF,
	ALL = IMAGES | RULES | EXPLAIN,
};

static const struct tsr_command commands[] = {
#define COMMAND(name, bit, operands, help) { #name, operands, help, bit, tsr_cmd_##name },
#include "cli/commands.def"
#undef COMMAND
};

#define LIST TSR_OPTION_LIST
#define NO_ENV TSR_OPTION_NO_ENV
/* Limits whose help begins with "bytes" are sizes. */
#define LIMIT_MORE(help) \
	(TSR_OPTION_LIMIT | (__builtin_strncmp(help, "bytes", 5) == 0 ? (unsigned)TSR_OPTION_SIZE : 0u))

static const struct tsr_option options[] = {
#define OPTION(name, letter, arg, setter, commands, more, help) \
	{ name, letter, arg, tsr_opt_##setter, commands, more, help, 0, 0 },
#include "cli/options.def"
#undef OPTION
#define LIMIT(field, option, value, help) \
	{ option, 0, "N", tsr_opt_limit, IMAGES, LIMIT_MORE(help), help, offsetof(struct tsr_limits, field), value },
#include "base/limits.def"
#undef LIMIT
};
#undef LIST
#undef NO_ENV
_Static_assert(TSR_ARRAY_LEN(options) <= 64, "struct tsr_options.given has a bit for each");

const struct tsr_option *tsr_option_at(size_t i)
{
	return i < TSR_ARRAY_LEN(options) ? &options[i] : NULL;
}

const struct tsr_command *tsr_command_at(size_t i)
{
	return i < TSR_ARRAY_LEN(commands) ? &commands[i] : NULL;
}

/* What stands on the command line, taken apart but not judged yet. */
struct given {
	const struct tsr_option *option;
	const char *value;
};

struct line {
	int argc;
	char *const *argv;
	int at;
	struct given *given;
	size_t n, cap;
	bool first_may_be_command; /* the first operand stands before any -- */
};

static const struct tsr_option *by_name(struct tsr_slice name)
{
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(options); i++)
		if (tsr_slice_eq_str(name, options[i].name))
			return &options[i];
	return NULL;
}

static const struct tsr_option *by_letter(char letter)
{
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(options); i++)
		if (options[i].letter && options[i].letter == letter)
			return &options[i];
	return NULL;
}

static void give(struct line *l, const struct tsr_option *option, const char *value)
{
	l->given = tsr_grow(l->given, &l->cap, l->n + 1, sizeof(*l->given));
	l->given[l->n++] = (struct given){ option, value };
}

/* --name, --name=value, --name value */
static int take_long(struct line *l, const char *arg, struct tsr_err *err)
{
	struct tsr_slice s = tsr_slice_str(arg + 2), name;
	const struct tsr_option *option;
	const char *value = NULL;
	size_t eq = tsr_slice_find(s, '=', 0);

	name = tsr_slice_sub(s, 0, eq);
	if (eq < s.len)
		value = s.ptr + eq + 1;
	option = by_name(name);
	if (!option)
		return tsr_err_set(err, TSR_EUSAGE, "there is no option --%.*s", TSR_SLICE_ARG(name));
	if (!option->arg && value)
		return tsr_err_set(err, TSR_EUSAGE, "--%s takes no argument", option->name);
	if (option->arg && !value) {
		if (l->at == l->argc)
			return tsr_err_set(err, TSR_EUSAGE, "--%s needs an argument (%s)", option->name, option->arg);
		value = l->argv[l->at++];
	}
	give(l, option, value);
	return 0;
}

/* -qv, -j4, -j 4, -qj4 */
static int take_letters(struct line *l, const char *arg, struct tsr_err *err)
{
	const char *p;

	for (p = arg + 1; *p; p++) {
		const struct tsr_option *option = by_letter(*p);

		if (!option)
			return tsr_err_set(err, TSR_EUSAGE, "there is no option -%c", *p);
		if (!option->arg) {
			give(l, option, NULL);
			continue;
		}
		if (!p[1] && l->at == l->argc)
			return tsr_err_set(err, TSR_EUSAGE, "-%c needs an argument (%s)", *p, option->arg);
		give(l, option, p[1] ? p + 1 : l->argv[l->at++]);
		return 0;
	}
	return 0;
}

static int take_apart(struct line *l, struct tsr_strings *operands, struct tsr_err *err)
{
	bool only_operands = false;

	for (l->at = 1; l->at < l->argc;) {
		const char *arg = l->argv[l->at++];

		if (only_operands || arg[0] != '-' || !arg[1]) {
			if (operands->n == 0)
				l->first_may_be_command = !only_operands;
			tsr_strings_add(operands, arg);
		} else if (strcmp(arg, "--") == 0) {
			only_operands = true;
		} else if (arg[1] == '-' ? take_long(l, arg, err) : take_letters(l, arg, err)) {
			return -1;
		}
	}
	return 0;
}

/* A first operand that is a command's name is that command; ./rules is a file. */
static void find_command(struct tsr_options *o, const struct line *l)
{
	size_t i;

	o->command = &commands[0];
	if (o->operands.n == 0 || !l->first_may_be_command)
		return;
	for (i = 0; i < TSR_ARRAY_LEN(commands); i++) {
		if (strcmp(o->operands.items[0], commands[i].name) != 0)
			continue;
		o->command = &commands[i];
		o->operands.n--;
		memmove(o->operands.items, o->operands.items + 1, o->operands.n * sizeof(*o->operands.items));
		return;
	}
}

bool tsr_option_given(const struct tsr_options *o, const char *name)
{
	const struct tsr_option *option = by_name(tsr_slice_str(name));

	return option && o->given >> (option - options) & 1;
}

static bool was_given(const struct line *l, const struct tsr_option *option)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (l->given[i].option == option)
			return true;
	return false;
}

void tsr_option_env(const struct tsr_option *option, struct tsr_buf *out)
{
	const char *p;

	tsr_buf_adds(out, "TARSIER_");
	for (p = option->name; *p; p++)
		tsr_buf_addc(out, *p == '-' ? '_' : *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p);
}

/* A switch is on for 1, true, yes and on, and off for the opposites. */
static int env_switch(struct tsr_options *o, const struct tsr_option *option, const char *value, struct tsr_err *err)
{
	static const char *const on[] = { "1", "true", "yes", "on" }, *const off[] = { "0", "false", "no", "off" };
	struct tsr_slice s = tsr_slice_str(value);
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(on); i++) {
		if (tsr_slice_caseeq_str(s, on[i]))
			return option->set(o, option, value, err);
		if (tsr_slice_caseeq_str(s, off[i]))
			return 0;
	}
	return tsr_err_set(err, TSR_EUSAGE, "'%s' is neither true nor false", value);
}

static int env_value(struct tsr_options *o, const struct tsr_option *option, const char *value, struct tsr_err *err)
{
	struct tsr_slice rest = tsr_slice_str(value), item;

	if (!option->arg)
		return env_switch(o, option, value, err);
	if (!(option->more & TSR_OPTION_LIST))
		return option->set(o, option, tsr_arena_str(&o->arena, rest), err);
	while (tsr_slice_next(&rest, ',', &item))
		if (option->set(o, option, tsr_arena_str(&o->arena, item), err))
			return -1;
	return 0;
}

static int apply_environment(struct tsr_options *o, const struct line *l, struct tsr_err *err)
{
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(options); i++) {
		TSR_AUTO(tsr_buf) struct tsr_buf name = TSR_BUF_INIT(TSR_BUF_TEXT_MAX);
		const struct tsr_option *option = &options[i];
		const char *value;

		if (option->more & TSR_OPTION_NO_ENV || !(option->commands & o->command->bit) || was_given(l, option))
			continue;
		tsr_option_env(option, &name);
		value = getenv(name.ptr);
		if (!value || !*value)
			continue;
		if (env_value(o, option, value, err))
			return tsr_err_wrap(err, "%s", name.ptr);
		o->given |= 1ull << i;
	}
	return 0;
}

static int apply_line(struct tsr_options *o, const struct line *l, struct tsr_err *err)
{
	size_t i;

	for (i = 0; i < l->n; i++) {
		const struct tsr_option *option = l->given[i].option;

		if (!(option->commands & o->command->bit))
			return tsr_err_set(err, TSR_EUSAGE, "--%s is no option of '%s'", option->name, o->command->name);
		if (option->set(o, option, l->given[i].value, err))
			return tsr_err_wrap(err, "--%s", option->name);
		o->given |= 1ull << (option - options);
	}
	return 0;
}

static unsigned processors(void)
{
	cpu_set_t set;
	int n;

	CPU_ZERO(&set);
	n = sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : 1;
	return n > 0 ? (unsigned)n : 1;
}

static int parse(struct tsr_options *o, struct line *l, struct tsr_err *err)
{
	size_t i;

	if (take_apart(l, &o->operands, err))
		return -1;
	find_command(o, l);
	/* Help is there for those whose other arguments are wrong. */
	for (i = 0; i < l->n; i++) {
		o->help |= l->given[i].option->set == tsr_opt_help;
		o->version |= l->given[i].option->set == tsr_opt_version;
	}
	if (o->help)
		return 0;
	if (apply_environment(o, l, err) || apply_line(o, l, err))
		return -1;
	if (o->command->bit & (AUDIT | DIFF) && !o->version && tsr_options_policy(o, err))
		return -1;
	if (o->verbose && !o->show_given)
		o->show = TSR_INFO;
	return 0;
}

int tsr_options_parse(struct tsr_options *o, int argc, char *const argv[], struct tsr_err *err)
{
	struct line l = { .argc = argc, .argv = argv };
	int rc;

	*o = (struct tsr_options){
		.format = tsr_reporter_find("text"),
		.policy = { .fail_on = TSR_HIGH },
		.exit_code = 1,
		.show = TSR_LOW,
		.limits = tsr_limits_default,
		.jobs = processors(),
		.arena = TSR_ARENA_INIT,
		.gate = tsr_gate_new(),
	};
	rc = parse(o, &l, err);
	free(l.given);
	return rc;
}

void tsr_options_release(struct tsr_options *o)
{
	free(o->operands.items);
	free(o->rules.items);
	free(o->refs.items);
	free(o->platforms.items);
	free(o->outputs);
	tsr_gate_free(o->gate);
	tsr_arena_release(&o->arena);
}
