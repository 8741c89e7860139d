/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_REPORT_REPORT_JSON_H
#define TSR_REPORT_REPORT_JSON_H

#include "finding/run.h"
#include "report/json_out.h"

/* Parts of the JSON report that other documents have too, in the same form. */
void tsr_report_json_tool(struct tsr_json_out *o, const struct tsr_run *run);
void tsr_report_json_errors(struct tsr_json_out *o, const struct tsr_run *run);
void tsr_report_json_texts(struct tsr_json_out *o, const char *key, const struct tsr_text *list, size_t n);
void tsr_report_json_finding(struct tsr_json_out *o, const struct tsr_finding *f);
/* "via": the way into the file. */
void tsr_report_json_via(struct tsr_json_out *o, const struct tsr_location *w);
/* The members that say which image it is, inside of an object that the caller began; and what its layers are, with what they waste. */
void tsr_report_json_image(struct tsr_json_out *o, const struct tsr_run_image *im);
void tsr_report_json_layers(struct tsr_json_out *o, const struct tsr_run_image *im);

#endif
