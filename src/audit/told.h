/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_AUDIT_TOLD_H
#define TSR_AUDIT_TOLD_H

#include "image/image.h"
#include "layer/facts.h"

/*
 * docker before 29 writes the config of an image twice, the second time in a document of its own that nothing refers to:
 * what stands at the same place in the config of a reported image is told there. Borrows the facts.
 */
struct tsr_told;

struct tsr_told *tsr_told_new(const struct tsr_model *model);
void tsr_told_free(struct tsr_told *t);
/* Has a config the same raw: rule, secret, pointer and key? */
bool tsr_told_has(const struct tsr_told *t, const struct tsr_facts *facts, const struct tsr_raw *raw);

#endif
