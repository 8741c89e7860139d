/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_CLI_OPTIONS_POLICY_H
#define TSR_CLI_OPTIONS_POLICY_H

#include "cli/options.h"

/*
 * The files of the policy, read once all options are known: tarsier.yaml, then .tarsierignore and the baseline.
 * What an option said stays as it is; the rest of *o becomes what the files say.
 */
int tsr_options_policy(struct tsr_options *o, struct tsr_err *err);

#endif
