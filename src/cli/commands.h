/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_CLI_COMMANDS_H
#define TSR_CLI_COMMANDS_H

#include "cli/options.h"

/* Each command takes checked options and returns the exit status. */
#define COMMAND(name, bit, operands, help) int tsr_cmd_##name(const struct tsr_options *o);
#include "cli/commands.def"
#undef COMMAND

#endif
