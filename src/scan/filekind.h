/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_SCAN_FILEKIND_H
#define TSR_SCAN_FILEKIND_H

#include "base/slice.h"

/* What kind of file a path names, for judging what an assignment in it is worth. */
enum tsr_filekind {
	TSR_FILE_OTHER = 0,
	TSR_FILE_ENV,	 /* NAME=value and nothing else: .env; also what has no path: an image's environment */
	TSR_FILE_CONFIG, /* written for one installation: ini, YAML, JSON, XML, shell … */
	TSR_FILE_CODE,	 /* a bare word on the right-hand side is a variable */
	TSR_FILE_TEXT,	 /* for readers: documentation, translations, changelogs */
};

enum tsr_filekind tsr_filekind(struct tsr_slice path);

/* Does a folder of the path, or the name's beginning, say that it is for tests or shows something? */
bool tsr_filekind_is_test(struct tsr_slice path);

#endif
