/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_REPORT_REPORT_TIME_H
#define TSR_REPORT_REPORT_TIME_H

#include <stdint.h>
#include <stdio.h>
#include <time.h>

#define TSR_TIME_LEN 32

/* "1970-01-01T00:00:00", UTC, no zone: formats that must have a time want it so. */
static inline void tsr_report_time(uint64_t seconds, char out[TSR_TIME_LEN])
{
	time_t t = (time_t)seconds;
	struct tm tm = { .tm_year = 70, .tm_mday = 1 };

	gmtime_r(&t, &tm);
	snprintf(out, TSR_TIME_LEN, "%04d-%02d-%02dT%02d:%02d:%02d", (tm.tm_year + 1900) % 10000, tm.tm_mon + 1, tm.tm_mday,
		 tm.tm_hour, tm.tm_min, tm.tm_sec);
}

#endif
