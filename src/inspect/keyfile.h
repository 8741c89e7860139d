/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_INSPECT_KEYFILE_H
#define TSR_INSPECT_KEYFILE_H

#include "inspect/inspect_priv.h"
#include "scan/key.h"

/* What the parsers of keys and keystores share. */

/*
 * Tells of a private key: `out` is what a function of scan/key.h made of it. `secret` is
 * what is told by its length, and stands for the key where `out` has no id; `name` is
 * the key's in a store. A key that everybody has is found out here.
 */
void tsr_keyfile_tell(struct tsr_inspect *in, uint32_t rule, struct tsr_slice secret, struct tsr_slice name,
		      struct tsr_check_out *out);

/* A file that is nothing but one DER value (line ends behind it do not count): that value. false: another file. */
bool tsr_keyfile_der(struct tsr_slice content, struct tsr_slice *value);

/* Passwords that manuals and defaults have, the most usual first; NULL past the end. */
const char *tsr_keyfile_password(size_t i);

/* Big-endian readers; false when there is no more. */
bool tsr_keyfile_u32(struct tsr_slice *s, uint32_t *out);
bool tsr_keyfile_take(struct tsr_slice *s, uint64_t n, struct tsr_slice *out);
/* Behind a length of four bytes. */
bool tsr_keyfile_string(struct tsr_slice *s, struct tsr_slice *out);

#endif
