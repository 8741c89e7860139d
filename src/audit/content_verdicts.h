/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_AUDIT_CONTENT_VERDICTS_H
#define TSR_AUDIT_CONTENT_VERDICTS_H

#include "layer/facts.h"
#include "rule/content_test.h"

/* What the analysis said of the content of files (rule/content_test.h), by file and assertion. */
struct tsr_content_verdicts;

/* `facts`: by position, NULL where absent. */
struct tsr_content_verdicts *tsr_content_verdicts_new(const struct tsr_facts *const *facts, uint32_t n);
void tsr_content_verdicts_free(struct tsr_content_verdicts *v);
/* UNDECIDED where nothing was said. */
struct tsr_content_verdict tsr_content_verdicts_find(const struct tsr_content_verdicts *v, uint32_t layer, uint32_t entry,
						     uint32_t assertion);

#endif
