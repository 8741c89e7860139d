/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_SCAN_EXAMPLE_KEY_H
#define TSR_SCAN_EXAMPLE_KEY_H

#include "base/buf.h"

/* Appends a private key made now, as text but not PEM: "ppk" "jwk" "jwk-ec" "rsa-xml" "bind" "bind-ec" "signify" "minisign". */
int tsr_example_key(struct tsr_slice kind, struct tsr_buf *out);

#endif
