/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_BASE_TEXTFILE_H
#define TSR_BASE_TEXTFILE_H

#include "base/buf.h"
#include "base/err.h"

/*
 * A file of the user's (rules, configuration) as a whole, appended to *out. TSR_EUSAGE with its
 * name, escaped, if it cannot be read or is larger than *out takes.
 */
int tsr_textfile_read(const char *path, struct tsr_buf *out, struct tsr_err *err);

#endif
