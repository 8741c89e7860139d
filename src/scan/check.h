/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_SCAN_CHECK_H
#define TSR_SCAN_CHECK_H

#include <stdint.h>

#include "base/slice.h"
#include "finding/severity.h"

/*
 * Offline validators, chosen by name in a rule (`check:`), one row each in
 * scan/checks.def. A validator sees the secret and the bytes after the match's
 * start, decides, and keeps nothing.
 */
enum tsr_check_result {
	TSR_CHECK_NONE = 0,  /* the rule has no validator, or it cannot tell */
	TSR_CHECK_PASS,      /* confirmed */
	TSR_CHECK_FAIL,      /* reported all the same: confidence possible, one class lower, and said so */
	TSR_CHECK_ENCRYPTED, /* a key that needs a passphrase: medium */
	TSR_CHECK_PUBLISHED, /* everybody has it (scan/published.h): info */
	TSR_CHECK_SAMPLE,    /* made up for documentation: info */
	TSR_CHECK_REJECT,    /* no secret at all (a public key, a certificate): no finding */
};

struct tsr_check_in {
	struct tsr_slice secret; /* group `secret`, decoded view */
	struct tsr_slice match;  /* the whole match */
	struct tsr_slice ahead;  /* from the match's start, up to the rule's `reach`, clipped to the region */
	uint32_t param;          /* of the row */
	struct tsr_slice behind; /* a few bytes before the key, or before the match if there is none */
	struct tsr_slice key;    /* group `key`, as tsr_match has it, or empty */
	struct tsr_slice path;   /* of the file, or empty */
};

struct tsr_check_out {
	enum tsr_check_result result;
	const char *note;        /* static text for the message ("checksum does not match"), or NULL */
	uint32_t length;         /* the secret's true length if it is longer than the group, else 0 */
	/* What stands for the secret instead of its bytes (a key's public part), in id_bytes; empty: they do. */
	struct tsr_slice id;
	uint8_t id_bytes[32];
};

struct tsr_check {
	const char *name, *help;
	void (*run)(const struct tsr_check_in *in, struct tsr_check_out *out);
	uint32_t param;
};

const struct tsr_check *tsr_check_find(const char *name); /* NULL if there is none */
const struct tsr_check *tsr_check_at(size_t i);           /* NULL past the end */

#endif
