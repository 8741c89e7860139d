/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_CLI_PROGRESS_H
#define TSR_CLI_PROGRESS_H

#include <stdint.h>
#include <time.h>

#include "cli/options.h"

/* One line on standard error, if that is a terminal, rewritten ten times a second at most. */
struct tsr_progress {
	bool on, shown;
	const char *source;
	struct timespec last;
};

void tsr_progress_start(struct tsr_progress *p, const struct tsr_options *o, const char *source);
void tsr_progress_update(void *progress, uint64_t done, uint64_t total); /* as tsr_audit_options.progress */
void tsr_progress_end(struct tsr_progress *p);                           /* takes the line away */

#endif
