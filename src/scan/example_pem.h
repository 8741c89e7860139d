/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_SCAN_EXAMPLE_PEM_H
#define TSR_SCAN_EXAMPLE_PEM_H

#include "base/buf.h"

/* Appends a private key made now: "rsa" "ec" "pkcs8" "openssh" "encrypted". -1: no such kind. */
int tsr_example_pem(struct tsr_slice kind, struct tsr_buf *out);

#endif
