/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include "finding/severity.h"

Test(severity, names_are_those_of_the_report)
{
	static const char *const names[] = { "info", "low", "medium", "high", "critical" };
	enum tsr_severity s;
	int i;

	for (i = 0; i < TSR_SEVERITIES; i++) {
		cr_expect_str_eq(tsr_severity_name((enum tsr_severity)i), names[i]);
		cr_expect_eq(tsr_severity_parse(tsr_slice_str(names[i]), &s), 0);
		cr_expect_eq((int)s, i);
	}
	cr_expect_str_eq(tsr_confidence_name(TSR_POSSIBLE), "possible");
	cr_expect_str_eq(tsr_confidence_name(TSR_LIKELY), "likely");
	cr_expect_str_eq(tsr_confidence_name(TSR_CONFIRMED), "confirmed");
	cr_expect_null(tsr_state_name(TSR_STATE_NONE));
	cr_expect_str_eq(tsr_state_name(TSR_STATE_LIVE), "live");
	cr_expect_str_eq(tsr_state_name(TSR_STATE_DELETED), "deleted");
	cr_expect_str_eq(tsr_state_name(TSR_STATE_OVERWRITTEN), "overwritten");
}

Test(severity, other_names_are_refused)
{
	static const char *const bad[] = { "", "High", "HIGH", "hig", "highh", " high", "none", "5" };
	enum tsr_severity s = TSR_MEDIUM;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_expect_eq(tsr_severity_parse(tsr_slice_str(bad[i]), &s), -1, "'%s'", bad[i]);
	cr_expect_eq(s, TSR_MEDIUM, "not written on failure");
}

Test(severity, lowering_stops_at_info)
{
	cr_expect_eq(tsr_severity_lower(TSR_CRITICAL), TSR_HIGH);
	cr_expect_eq(tsr_severity_lower(TSR_LOW), TSR_INFO);
	cr_expect_eq(tsr_severity_lower(TSR_INFO), TSR_INFO);
}
