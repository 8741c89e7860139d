/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_INSPECT_PYTHON_H
#define TSR_INSPECT_PYTHON_H

#include "base/buf.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/slice.h"

/* Where a distribution came from. */
enum tsr_python_origin {
	TSR_PYTHON_INDEX = 0, /* an index, or an archive at a URL */
	TSR_PYTHON_EDITABLE,  /* it is a link to its source */
	TSR_PYTHON_LOCAL,     /* a folder or a file */
	TSR_PYTHON_REVISION,  /* a repository, at a commit or a tag of a version */
	TSR_PYTHON_BRANCH,    /* a repository, at what was newest there */
};

/* What direct_url.json says; -1 where it cannot be read. */
int tsr_python_origin(struct tsr_slice content, const struct tsr_limits *limits, enum tsr_python_origin *out, struct tsr_err *err);

/*
 * A line of NAME.pth in the folder `dir` (docs.python.org, site): does it make Python look for packages outside of
 * that folder, as an editable installation does? *target is the folder, clean; empty if the line is code that finds it.
 */
bool tsr_python_pth_line(struct tsr_slice line, struct tsr_slice dir, struct tsr_buf *target);

#endif
