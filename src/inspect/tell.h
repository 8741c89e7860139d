/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_INSPECT_TELL_H
#define TSR_INSPECT_TELL_H

#include "inspect/fields.h"
#include "inspect/inspect_priv.h"

/*
 * What parsers of known files say of a secret: where it stands, whether somebody made
 * it up for a manual. On the parser's stack for the length of one file.
 */
struct tsr_tell {
	struct tsr_inspect *in;
	uint32_t rule;
	struct tsr_slice content;
	size_t from;    /* behind the last value that was found */
	size_t counted; /* bytes whose lines are in `line` */
	uint32_t line;
	uint64_t searched; /* bytes, for values that were decoded */
	uint32_t at_line;  /* where it stands if its bytes are not found; 0: not known */
	struct tsr_slice raw; /* the secret's escaped form in the content; empty: it is to be looked for */
};

#define TSR_TELL_INIT(in, rule, content) { (in), (rule), (content), 0, 0, 1, 0, 0, { NULL, 0 } }

/*
 * A secret that stands in the content or was decoded from it; of the latter, the place is that of
 * the same bytes at or behind the last one told, if they are there and not too much was searched. Empty ones and those with control
 * characters are none. `note` is static, or NULL.
 */
void tsr_tell_secret(struct tsr_tell *t, struct tsr_slice secret, struct tsr_slice key,
		     enum tsr_confidence confidence, const char *note);
/* The same for bytes of any kind, which stand in the content. */
void tsr_tell_bytes(struct tsr_tell *t, struct tsr_slice secret, struct tsr_slice key,
		    enum tsr_confidence confidence, const char *note);
/* Did somebody make it up, for a manual or as a template? Its beginning decides. */
bool tsr_made_up(struct tsr_slice secret);
/* The next secret stands at or behind the beginning of that line; 0: nothing is known. */
void tsr_tell_seek(struct tsr_tell *t, uint32_t line);
/* The field's value, as likely a secret; its names are the key. */
void tsr_tell_field(struct tsr_tell *t, const struct tsr_field *f);

#endif
