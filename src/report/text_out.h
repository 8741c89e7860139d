/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_REPORT_TEXT_OUT_H
#define TSR_REPORT_TEXT_OUT_H

#include <stdint.h>

#include "base/buf.h"

/* How figures and words look in reports for people. */
#define TSR_COLUMNS 80u

void tsr_text_out_count(struct tsr_buf *out, uint64_t n); /* "13,324" */
void tsr_text_out_size(struct tsr_buf *out, uint64_t n);  /* "237 MiB", "1.4 GiB", "12 bytes" */
void tsr_text_out_plural(struct tsr_buf *out, uint64_t n, const char *one, const char *many); /* "1 layer", "5 layers" */
void tsr_text_out_digest(struct tsr_buf *out, const char *digest); /* "sha256:" and 12 digits; "-" if there is none */

size_t tsr_text_out_width(const char *text); /* in characters */

/* At most `columns` characters of a text, the last of them "…" if it was cut; 0: all of it. */
void tsr_text_out_cut(struct tsr_buf *out, const char *text, size_t columns);

/*
 * Words of a rule (which a rule file may hold anything in): escaped, and wrapped
 * at TSR_COLUMNS, each line `indent` spaces in; the first goes on where `column` is.
 */
void tsr_text_out_wrap(struct tsr_buf *out, const char *words, size_t indent, size_t column);
/* The same for what may be shown as it is: a text of the run. */
void tsr_text_out_wrap_shown(struct tsr_buf *out, const char *words, size_t indent, size_t column);

#endif
