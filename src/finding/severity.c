/* SPDX-License-Identifier: Apache-2.0 */
#include "finding/severity.h"

#include "base/mem.h"

static const char *const severities[TSR_SEVERITIES] = {
	[TSR_INFO] = "info", [TSR_LOW] = "low",		  [TSR_MEDIUM] = "medium",
	[TSR_HIGH] = "high", [TSR_CRITICAL] = "critical",
};
static const char *const confidences[] = {
	[TSR_POSSIBLE] = "possible",
	[TSR_LIKELY] = "likely",
	[TSR_CONFIRMED] = "confirmed",
};
static const char *const states[] = {
	[TSR_STATE_NONE] = NULL,
	[TSR_STATE_LIVE] = "live",
	[TSR_STATE_DELETED] = "deleted",
	[TSR_STATE_OVERWRITTEN] = "overwritten",
};

const char *tsr_severity_name(enum tsr_severity s)
{
	return (size_t)s < TSR_ARRAY_LEN(severities) ? severities[s] : NULL;
}

const char *tsr_confidence_name(enum tsr_confidence c)
{
	return (size_t)c < TSR_ARRAY_LEN(confidences) ? confidences[c] : NULL;
}

const char *tsr_state_name(enum tsr_state s)
{
	return (size_t)s < TSR_ARRAY_LEN(states) ? states[s] : NULL;
}

int tsr_severity_parse(struct tsr_slice s, enum tsr_severity *out)
{
	size_t i;

	for (i = 0; i < TSR_ARRAY_LEN(severities); i++) {
		if (tsr_slice_eq_str(s, severities[i])) {
			*out = (enum tsr_severity)i;
			return 0;
		}
	}
	return -1;
}

enum tsr_severity tsr_severity_lower(enum tsr_severity s)
{
	return s > TSR_INFO ? s - 1 : TSR_INFO;
}
