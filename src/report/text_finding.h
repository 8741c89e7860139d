/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_REPORT_TEXT_FINDING_H
#define TSR_REPORT_TEXT_FINDING_H

#include "report/report.h"

/* Remedies of the rules that were listed, to be given once each at the end. */
struct tsr_text_remedies {
	const struct tsr_finding **of; /* one finding or more per rule */
	size_t n, cap;
};

void tsr_text_remedies_release(struct tsr_text_remedies *r);
void tsr_text_remedies_add(struct tsr_text_remedies *r, struct tsr_buf *out); /* appends the section, "" if there are none */

/*
 * Appends those of `n` findings that options->show lets through, grouped by what
 * made the place: the config, the history, each layer with its instruction, the
 * archive. What differs in its message only, such as packages of one list, stands under one head, unless options->verbose.
 * `layers` are the image's; NULL for an archive.
 */
void tsr_text_findings(const struct tsr_report_options *o, const struct tsr_finding *findings, size_t n,
		       const struct tsr_run_layer *layers, size_t n_layers, struct tsr_text_remedies *remedies,
		       struct tsr_buf *out);

/*
 * "high      Title: /path:3 [rule/id]" where `column` is, and a line end; a place that does not fit the line has one of its
 * own, below the title.
 */
void tsr_text_finding_line(const struct tsr_report_options *o, const struct tsr_finding *f, size_t column, struct tsr_buf *out);

/* A severity's name, coloured if the options say so. */
void tsr_text_severity(const struct tsr_report_options *o, enum tsr_severity s, struct tsr_buf *out);

#endif
