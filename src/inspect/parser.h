/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_INSPECT_PARSER_H
#define TSR_INSPECT_PARSER_H

#include "inspect/inspect_priv.h"

/*
 * Parsers of structured rules: files whose secrets have no literal to look for
 * (.netrc, .pgpass, shadow …). One row each in inspect/parsers.def. A parser gets the
 * whole file and reports with tsr_inspect_secret(); it keeps nothing.
 */
struct tsr_parser {
	const char *name, *help;
	void (*parse)(struct tsr_inspect *in, uint32_t rule, struct tsr_slice content);
};

const struct tsr_parser *tsr_parser_find(const char *name); /* NULL if there is none */

#endif
