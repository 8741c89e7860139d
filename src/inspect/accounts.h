/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_INSPECT_ACCOUNTS_H
#define TSR_INSPECT_ACCOUNTS_H

/* The password field of an account, by class: the hash itself is never kept (TSR_EXTRACT_ACCOUNT, z). */
enum tsr_password {
	TSR_PASSWORD_SHADOW = 0, /* "x": in /etc/shadow */
	TSR_PASSWORD_EMPTY,
	TSR_PASSWORD_LOCKED,     /* "*", "!" … */
	TSR_PASSWORD_HASH,
};

#endif
