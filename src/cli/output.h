/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_CLI_OUTPUT_H
#define TSR_CLI_OUTPUT_H

#include "cli/options.h"
#include "finding/run.h"

/* Is standard output to be coloured? As options, terminal and environment (NO_COLOR, CLICOLOR_FORCE) have it. */
bool tsr_want_color(const struct tsr_options *o);

/* Writes to standard output and sees that it got there; returns 0, or 5 after saying why. */
int tsr_print(const struct tsr_buf *out);

/*
 * Before work starts: no output file is named twice or is an input (TSR_EUSAGE),
 * and each can be written as far as can be told (TSR_EIO).
 */
int tsr_outputs_check(const struct tsr_options *o, struct tsr_err *err);

/*
 * Writes the reports: files first, each complete or not at all (cli/write_file.h), then
 * standard output. Returns 0, or 5 after saying why.
 */
int tsr_outputs_write(const struct tsr_options *o, const struct tsr_run *run);

#endif
