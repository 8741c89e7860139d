/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_SCAN_PEM_H
#define TSR_SCAN_PEM_H

#include "rule/rule.h"

/*
 * A PEM block as it stands in source code, JSON, YAML, HTML and environment
 * variables: with \n, \\n, &#10; or %0A for line ends, indented, quoted line by
 * line and concatenated, commented out, on one line.
 */
struct tsr_pem {
	struct tsr_slice label; /* "RSA PRIVATE KEY" */
	size_t length;	  /* bytes of the whole block in the input; of what was understood, without an END */
	bool encrypted;	  /* its headers say so */
	size_t first_run; /* characters of the first unbroken run of the body: little means prose or code */
	uint8_t der[TSR_WIDTH_MAX]; /* the decoded body */
	size_t der_len;
	bool clean;   /* the body ends where it should: at an END */
	bool has_crc; /* OpenPGP's closing line */
	uint32_t crc;
};

/* `in` begins with, or holds near its start, "-----BEGIN ". false: there is no such line. */
bool tsr_pem_read(struct tsr_slice in, struct tsr_pem *out);

#endif
