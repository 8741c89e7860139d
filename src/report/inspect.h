/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_REPORT_INSPECT_H
#define TSR_REPORT_INSPECT_H

#include "report/report.h"

/*
 * What is in the images of a run, without findings: for people, and for programs
 * (rules/schema/inspect.schema.json). The run was made with want_config.
 */
int tsr_report_inspect_text(const struct tsr_run *run, const struct tsr_report_options *o, struct tsr_buf *out, struct tsr_err *err);
int tsr_report_inspect_json(const struct tsr_run *run, const struct tsr_report_options *o, struct tsr_buf *out, struct tsr_err *err);

#endif
