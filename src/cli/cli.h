/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_CLI_CLI_H
#define TSR_CLI_CLI_H

#include "base/err.h"
#include "cli/options.h"
#include "rule/ruleset.h"

/* The program: returns its exit status. */
int tsr_cli_main(int argc, char *const argv[]);

/* One line on standard error: "tarsier: SOURCE: message", escaped. `source` may be NULL. */
void tsr_cli_say(const char *source, const char *message);

/* Says it and returns the exit status that the error stands for. */
int tsr_cli_fail(const struct tsr_err *err);

/* Commands other than audit write text or JSON; TSR_EUSAGE if --format says something else. */
int tsr_cli_format(const struct tsr_options *o, bool *json, struct tsr_err *err);

/* Says what is wrong with the operands, and the usage; returns 2. */
int tsr_cli_usage(const char *message);

/*
 * Are the operands so many images, and standard input one of them at most? 0, or 2 after saying
 * `wanted` or what else is wrong.
 */
int tsr_cli_check_images(const struct tsr_options *o, size_t least, size_t most, const char *wanted);

/* Says that there is no such rule, and which one may be meant; `more` follows, or is "". */
void tsr_cli_no_rule(const struct tsr_ruleset *rules, const char *id, const char *more);

/* Appends what --version shows; returns the exit status. */
int tsr_cli_version(const struct tsr_options *o, struct tsr_buf *out);

/*
 * Before anything is opened: standard descriptors that are closed are made such
 * that no input or report takes their place, no core dump can hold a secret, and
 * a closed pipe is an error of writing instead of a signal.
 */
void tsr_process_start(void);

#endif
