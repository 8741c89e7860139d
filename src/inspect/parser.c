/* SPDX-License-Identifier: Apache-2.0 */
#include "inspect/parser.h"

#include <string.h>

#define PARSER(name) extern const struct tsr_parser tsr_parser_##name;
#include "inspect/parsers.def"
#undef PARSER

static const struct tsr_parser *const parsers[] = {
#define PARSER(name) &tsr_parser_##name,
#include "inspect/parsers.def"
#undef PARSER
};

const struct tsr_parser *tsr_parser_find(const char *name)
{
	for (size_t i = 0; i < sizeof(parsers) / sizeof(parsers[0]); i++)
		if (!strcmp(parsers[i]->name, name))
			return parsers[i];
	return NULL;
}
