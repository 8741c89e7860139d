/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_FINDING_SEVERITY_H
#define TSR_FINDING_SEVERITY_H

#include "base/slice.h"

/* The scales of a finding. Their names are those of the JSON report. */

enum tsr_severity { TSR_INFO = 0, TSR_LOW, TSR_MEDIUM, TSR_HIGH, TSR_CRITICAL, TSR_SEVERITIES };

/*
 * confirmed: an offline validator passed, or the fact itself was seen.
 * likely: the form is right and nothing speaks against it.
 * possible: a validator failed, or only the surroundings suggest it.
 */
enum tsr_confidence { TSR_POSSIBLE = 0, TSR_LIKELY, TSR_CONFIRMED };

/* Of a file in its image: what a container started from the image would see. */
enum tsr_state {
	TSR_STATE_NONE = 0,    /* not about a file */
	TSR_STATE_LIVE,        /* visible in the final root file system */
	TSR_STATE_DELETED,     /* removed by a later layer, still in its own */
	TSR_STATE_OVERWRITTEN, /* the same path got a new non-directory */
};

const char *tsr_severity_name(enum tsr_severity s);     /* "info" … "critical" */
const char *tsr_confidence_name(enum tsr_confidence c); /* "possible" "likely" "confirmed" */
const char *tsr_state_name(enum tsr_state s);           /* NULL for NONE */
int tsr_severity_parse(struct tsr_slice s, enum tsr_severity *out); /* -1: no such name */

/* One class lower, never below info. */
enum tsr_severity tsr_severity_lower(enum tsr_severity s);

#endif
