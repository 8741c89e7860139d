/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_CLI_OPTIONS_H
#define TSR_CLI_OPTIONS_H

#include "api/gate.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/limits.h"
#include "report/report.h"

/*
 * The command line and the environment, checked before any work starts. One
 * table (cli/options.def) makes the parser, the environment's names and --help.
 * An option on the command line wins over its variable, which is then not even looked at.
 */
struct tsr_options;

struct tsr_command {
	const char *name, *operands, *help;
	unsigned bit; /* in tsr_option.commands */
	int (*run)(const struct tsr_options *o); /* returns the exit status */
};

struct tsr_strings {
	const char **items;
	size_t n, cap;
};

struct tsr_output {
	const struct tsr_reporter *format;
	const char *path;
};

struct tsr_options {
	const struct tsr_command *command;
	struct tsr_strings operands, rules, refs, platforms;
	const struct tsr_reporter *format;
	struct tsr_output *outputs;
	size_t n_outputs, cap_outputs;
	struct tsr_policy policy;
	int exit_code; /* when the policy failed */
	enum tsr_severity show;
	bool show_given;
	struct tsr_limits limits;
	unsigned jobs;
	uint32_t timeout; /* seconds, 0: none */
	/* Files of the policy; NULL: looked for, "none": not read. */
	const char *config, *profile, *ignorefile, *baseline, *base;
	struct tsr_gate *gate;
	uint64_t given;                /* bit for each option that stands on the command line or in the environment */
	bool quiet, verbose, no_color, no_progress, help, version;
	struct tsr_arena arena;
};

struct tsr_option {
	const char *name;
	char letter;
	const char *arg; /* NULL for a switch */
	/* `value` lives as long as the options. */
	int (*set)(struct tsr_options *o, const struct tsr_option *self, const char *value, struct tsr_err *err);
	unsigned commands, more;
	const char *help;
	size_t limit;        /* limits: offset in struct tsr_limits */
	uint64_t value;      /* limits: the default */
};

enum tsr_option_more {
	TSR_OPTION_LIST = 1u << 0,
	TSR_OPTION_NO_ENV = 1u << 1,
	TSR_OPTION_LIMIT = 1u << 2,
	TSR_OPTION_SIZE = 1u << 3, /* a limit in bytes: K, M, G and T may follow */
};

/*
 * Fills *o, which the caller releases also after -1; for an audit the policy's files are read too
 * (cli/options_policy.h). Errors: TSR_EUSAGE. `argv` must outlive *o.
 */
int tsr_options_parse(struct tsr_options *o, int argc, char *const argv[], struct tsr_err *err);
void tsr_options_release(struct tsr_options *o);

void tsr_options_usage(struct tsr_buf *out); /* the first lines of the help */
void tsr_options_help(const struct tsr_command *command, struct tsr_buf *out);

const struct tsr_option *tsr_option_at(size_t i);   /* NULL past the end */
const struct tsr_command *tsr_command_at(size_t i); /* NULL past the end */
/* "TARSIER_FAIL_ON" for --fail-on. */
void tsr_option_env(const struct tsr_option *option, struct tsr_buf *out);

/* Was it said, so that the policy's files cannot say otherwise? */
bool tsr_option_given(const struct tsr_options *o, const char *name);

void tsr_strings_add(struct tsr_strings *list, const char *item);

#endif
