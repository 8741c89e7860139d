/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_BASE_TEXT_H
#define TSR_BASE_TEXT_H

#include "base/arena.h"
#include "base/buf.h"

/*
 * Text that may be shown. Reporters take nothing else, so that no byte of an
 * image reaches a terminal or a file unless it was masked (secrets, by
 * scan/mask.h) and escaped (here). The two ways to make one are
 * tsr_text_ours(), for words of our own, and tsr_mask_text() of scan/mask.h.
 */
struct tsr_text {
	const char *ptr; /* valid UTF-8, NUL-terminated, no control or bidi character; never NULL */
	bool escaped;    /* the original was not this text: bytes were written as \xNN */
};

#define TSR_TEXT_NONE ((struct tsr_text){ "", false })

/* For literals and for text that was composed of literals, numbers and tsr_texts. */
static inline struct tsr_text tsr_text_ours(const char *s)
{
	return (struct tsr_text){ s ? s : "", false };
}

/*
 * Appends `s` for display: printable UTF-8 as it is; control characters (also
 * DEL and C1), U+2028/2029, bidi controls (U+061C, U+200E/F, U+202A-E,
 * U+2066-9), U+FEFF, U+FFFE/FFFF (no XML may hold them) and every byte that is not valid UTF-8 as \xNN per byte.
 * If anything was escaped, backslashes are doubled, and the result is true.
 * Nothing is cut.
 */
bool tsr_text_escape(struct tsr_slice s, struct tsr_buf *out);

/* The same into an arena. */
struct tsr_text tsr_text_escaped(struct tsr_arena *a, struct tsr_slice s);

/* Length of the valid UTF-8 sequence at s (1 to 4), or 0. */
int tsr_utf8_len(const unsigned char *s, size_t len);

#endif
