/* SPDX-License-Identifier: Apache-2.0 */
#include "rule/rule.h"

const char *tsr_rule_kind_name(enum tsr_rule_kind k)
{
	static const char *const names[] = {
		[TSR_RULE_CONTENT] = "content", [TSR_RULE_PATH] = "path",
		[TSR_RULE_PACKAGE] = "package", [TSR_RULE_STRUCTURED] = "structured",
		[TSR_RULE_BUILTIN] = "builtin",
	};

	return names[k];
}
