/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_SCAN_PLACEHOLDER_H
#define TSR_SCAN_PLACEHOLDER_H

#include "base/slice.h"

/*
 * Does the random part of a secret look made up by a person: one character over
 * most of it, a sequence, a short pattern again and again, EXAMPLE, your-key-here,
 * <token>, ${TOKEN}? A random string practically never does (less than once in
 * ten million).
 */
bool tsr_placeholder(struct tsr_slice random_part);

/* sdf0o9823sjdfsdf: fingers on the home row. Chance writes such a thing once in some ten thousand times. */
bool tsr_placeholder_mashed(struct tsr_slice s);

/* A template for what is put in later: ${…} {{…}} <…> %(…)s $NAME ***, or part of a regular expression: no secret at all. */
bool tsr_placeholder_template(struct tsr_slice s);

/* One of the passwords that documentation uses: password, secret, changeme, user … (any case). */
bool tsr_placeholder_word(struct tsr_slice s);

#endif
