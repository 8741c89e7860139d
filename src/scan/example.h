/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_SCAN_EXAMPLE_H
#define TSR_SCAN_EXAMPLE_H

#include "base/buf.h"
#include "base/err.h"
#include "rule/ruleset.h"

/*
 * Examples in rule files are generators, so that no secret stands in a
 * repository. Text is taken as it is but for `{…}`:
 *	{"ghp_"}           the text in quotes, so that a prefix is not a token for other scanners
 *	{base62:30}        random characters: hex HEX base62 base64 base64url base32 lower upper
 *	                   digit alnum lowernum letter
 *	{same:x:36}        one character repeated
 *	{crc32-base62}     checksum (6 characters) over the random part before it
 *	{crc32-base36} {crc32-hex} {bech32}  checksums of the token, which begins at the last quoted
 *	                   text; base36 writes the payload's length before it
 *	{base58check}      an extended key of Bitcoin in the place of the last quoted text and what follows it
 *	{pem:rsa} {pem:ec} {pem:pkcs8} {pem:openssh} {pem:encrypted}  a private key made now
 *	{key:ppk} {key:jwk} {key:rsa-xml} {key:bind} {key:bind-ec} {key:signify} {key:minisign}  in other forms
 *	{pem-escaped:ec}   the same with \n for its line ends
 *	{macaroon:pypi.org} {aws-key-id}  what follows pypi- and AKIA
 *	{jwt} {base64:…} (a text or generators, encoded) {uuid} {nl} {{ }}
 * A length may be a range: {base62:20-40}. A class may be given: {[a-f0-9]:12}.
 * `seed` makes them repeatable.
 */
int tsr_example_expand(const char *generator, uint64_t seed, struct tsr_buf *out, struct tsr_err *err);

/*
 * Runs a rule's examples and counter-examples through the engine that audits
 * images: alone, across a chunk border at every offset of a small chunk, inside
 * binary noise; every example must be found by its rule, no counter-example may be
 * (above info), and each literal must stand in some example.
 * Returns the number of failures; each is described (without the secret) to `say`.
 */
unsigned tsr_example_check(const struct tsr_ruleset *rs, uint32_t rule,
			   void (*say)(void *ctx, const char *line), void *ctx);

#endif
