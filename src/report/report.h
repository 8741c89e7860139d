/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_REPORT_REPORT_H
#define TSR_REPORT_REPORT_H

#include "base/buf.h"
#include "base/err.h"
#include "finding/run.h"

/*
 * Reporters: a finished, sorted run becomes bytes. No I/O, no filtering of what
 * counts, no clock. One row each in report/reporters.def.
 */
struct tsr_report_options {
	enum tsr_severity show; /* text: the least severity listed (default low) */
	bool color, quiet, verbose;
	uint64_t time; /* for formats that must have one: seconds since 1970, 0 unless SOURCE_DATE_EPOCH says */
};

struct tsr_reporter {
	const char *name, *help;
	const char *const *endings; /* of file names that mean this format; NULL-terminated */
	/* Appends the report. -1 only if *out is full (TSR_EIO). */
	int (*render)(const struct tsr_run *run, const struct tsr_report_options *o, struct tsr_buf *out, struct tsr_err *err);
};

const struct tsr_reporter *tsr_reporter_find(const char *name); /* NULL if there is none */
const struct tsr_reporter *tsr_reporter_for(struct tsr_slice file); /* by the longest ending; NULL */
const struct tsr_reporter *tsr_reporter_at(size_t i);           /* NULL past the end */

/* A report may be large: the limit of its buffer. */
#define TSR_REPORT_MAX (1u << 30)

#endif
