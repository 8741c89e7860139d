/* SPDX-License-Identifier: Apache-2.0 */
#include "inspect/rules_load.h"

#include "inspect/parser.h"
#include "scan/check.h"

static int verify(const struct tsr_ruleset *rs, struct tsr_err *err)
{
	for (uint32_t i = 0; i < rs->n_rules; i++) {
		const struct tsr_rule *r = rs->rules[i];

		if (r->content && r->content->check && !tsr_check_find(r->content->check))
			return tsr_err_set(err, TSR_EUSAGE, "%s: check: there is no validator \"%s\"", r->id, r->content->check);
		if (r->structured && !tsr_parser_find(r->structured->parser))
			return tsr_err_set(err, TSR_EUSAGE, "%s: parser: there is no parser \"%s\"", r->id, r->structured->parser);
	}
	return 0;
}

int tsr_rules_load(struct tsr_ruleset **out, const char *const *paths, size_t n_paths, bool only_files, struct tsr_err *err)
{
	int r = only_files ? tsr_ruleset_from_files(out, paths, n_paths, err) : tsr_ruleset_new(out, paths, n_paths, err);

	if (r)
		return -1;
	if (!verify(*out, err))
		return 0;
	tsr_ruleset_free(*out);
	*out = NULL;
	return -1;
}
