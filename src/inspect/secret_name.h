/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_INSPECT_SECRET_NAME_H
#define TSR_INSPECT_SECRET_NAME_H

#include "base/slice.h"

/*
 * Does a name say that its value is a secret? Its last words do: db.password, ClientSecret,
 * aws_secret_access_key, imap_pass; not tokens, secret_name, password_policy, bypass.
 */
bool tsr_secret_name(struct tsr_slice name);

/* Does it say at least that it may be: JWT_KEY, DB_CREDS, REDIS_AUTH; not the keys of others: GPG_KEY, SSH_HOST_KEY, CACHE_KEY? */
bool tsr_secret_name_loose(struct tsr_slice name);

/* Can that value be one? Not a boolean, a number of few digits, a path, a reference, something encrypted. */
bool tsr_secret_value(struct tsr_slice value);

/* The value of Password=, Pwd=, AccountKey= … in a connection string (key=value;…); empty if there is none. */
struct tsr_slice tsr_connection_secret(struct tsr_slice text);

#endif
