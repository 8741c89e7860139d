/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_FINDING_REDACT_H
#define TSR_FINDING_REDACT_H

#include "base/buf.h"

/*
 * The form in which a secret may be shown: the rule's public prefix (the part
 * that every secret of the kind has, such as "ghp_"), two characters more if the
 * random part has 20 or more, then "…". Of a secret that may not be hashed (a
 * password) nothing but the public prefix, and of one shorter than that nothing at
 * all. Characters shown are printable ASCII; others
 * become '?'.
 */
void tsr_redact(struct tsr_slice secret, unsigned public_prefix, bool hashable, struct tsr_buf *out);

#endif
