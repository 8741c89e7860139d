/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_INSPECT_ACCOUNTS_H
#define TSR_INSPECT_ACCOUNTS_H

#include "base/slice.h"

/* The password field of an account, by class: the hash itself is never kept (TSR_EXTRACT_ACCOUNT and _SHADOW, z). */
enum tsr_password {
	TSR_PASSWORD_SHADOW = 0, /* "x": in /etc/shadow */
	TSR_PASSWORD_EMPTY,
	TSR_PASSWORD_LOCKED,     /* "*", "!" …: nothing that a password hashes to */
	TSR_PASSWORD_HASH,
	TSR_PASSWORD_WEAK,       /* a hash of DES, MD5 or MD4 */
};

enum tsr_password tsr_password_class(struct tsr_slice field);

#endif
