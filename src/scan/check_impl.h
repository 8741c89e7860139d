/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_SCAN_CHECK_IMPL_H
#define TSR_SCAN_CHECK_IMPL_H

#include <jansson.h>

#include "scan/check.h"

/* The validators of checks.def, for check.c and the files that hold them. */
#define CHECK(name, function, param, help) \
	void tsr_check_##function(const struct tsr_check_in *in, struct tsr_check_out *out);
#include "scan/checks.def"
#undef CHECK

/* Of check_json.c: base64 of a JSON object, in either alphabet; NULL if it is none. The caller's (json_decref). */
json_t *tsr_check_base64_object(struct tsr_slice text);
/* Of check_published.c: a secret that everybody has; sets result and note. */
bool tsr_check_is_published(struct tsr_slice secret, struct tsr_check_out *out);
/* Of check_openssh.c: judges the decoded body of an OPENSSH PRIVATE KEY and fills result, note and id. */
void tsr_check_openssh(struct tsr_slice der, struct tsr_check_out *out);
/* Of check_pgp.c: the same for the decoded body of a PGP PRIVATE KEY BLOCK. */
void tsr_check_pgp(struct tsr_slice packets, struct tsr_check_out *out);
/* Makes the public key's SHA-256 (scan/key.h) the id; of a kind that OpenSSL does not know, the blob's. */
void tsr_check_ssh_public(struct tsr_slice blob, struct tsr_check_out *out);
/* Of check_login.c, the last step for what is a secret by its looks: in documentation and tests it fails. */
void tsr_check_place(const struct tsr_check_in *in, struct tsr_check_out *out);
/* Makes the SHA-256 of these bytes the id. */
void tsr_check_set_id(struct tsr_check_out *out, const void *p, size_t len);

#endif
