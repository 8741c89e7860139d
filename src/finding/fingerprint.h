/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_FINDING_FINGERPRINT_H
#define TSR_FINDING_FINGERPRINT_H

#include <stdint.h>

#include "base/slice.h"
#include "finding/finding.h"

/*
 * The name of a finding across rebuilds: truncated SHA-256 over rule id, path,
 * via kinds and names inside containers (not offsets, nor an object's id in a git pack),
 * JSON pointer and what stands for the secret. It does not depend on layer digest,
 * tag, line or offset.
 *
 * What stands for the secret: `secret_id` (16 bytes: truncated SHA-256 of the secret) where
 * the rule allows its secret to be hashed; else secret_id is NULL or all zeros, and the
 * key name (DB_PASSWORD, machine, host) and the ordinal of the finding among
 * those of the same rule and key in this file stand in its place, since a hash
 * would confirm a guessed password.
 */
void tsr_fingerprint(const struct tsr_finding *f, const uint8_t *secret_id, struct tsr_slice key, uint32_t ordinal,
		     char out[33]);

#endif
