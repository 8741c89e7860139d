/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_CONFIG_LABEL_H
#define TSR_CONFIG_LABEL_H

#include "base/slice.h"

/*
 * NULL if a label is as Docker and the OCI image specification want it; else what is wrong with it: characters of its name, and
 * of org.opencontainers.image.* an empty value, a time that is not of RFC 3339, an address that is no URL, licences that are no
 * SPDX expression.
 */
const char *tsr_label_fault(struct tsr_slice name, struct tsr_slice value);

#endif
