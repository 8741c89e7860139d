/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_CLI_OPTIONS_SET_H
#define TSR_CLI_OPTIONS_SET_H

#include "cli/options.h"

/* The setters that cli/options.def names: tsr_opt_format() and so on. */
#define OPTION(name, letter, arg, setter, commands, more, help) \
	int tsr_opt_##setter(struct tsr_options *o, const struct tsr_option *self, const char *value, \
			     struct tsr_err *err);
#include "cli/options.def"
#undef OPTION
int tsr_opt_limit(struct tsr_options *o, const struct tsr_option *self, const char *value, struct tsr_err *err);

#endif
