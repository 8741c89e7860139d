/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_BASE_ESCAPE_H
#define TSR_BASE_ESCAPE_H

#include "base/buf.h"
#include "base/slice.h"

/*
 * Characters written as escapes: %41 of URLs; \x41, \u0041, \u{41}, \101, \n, \" and \: of
 * C, JSON, Java and shells; &#65;, &#x41;, &quot; of HTML and XML. One that was
 * escaped several times over (\\u0041, %2541, &amp;quot;) is one escape.
 */
enum tsr_escape {
	TSR_ESCAPE_PERCENT = 1u << 0,
	TSR_ESCAPE_BACKSLASH = 1u << 1,
	TSR_ESCAPE_ENTITY = 1u << 2,
	TSR_ESCAPE_ANY = 7u,
	/* Of Java properties and what is like them: \u0041, and a backslash before a sign. */
	TSR_ESCAPE_PROPERTY = 1u << 3,
	/* Not what was escaped several times over. */
	TSR_ESCAPE_ONCE = 1u << 4,
};

/* What the escape of one of these kinds at s[at] stands for, *end then behind it; -1: none is there. */
int tsr_escape_read(struct tsr_slice s, size_t at, unsigned kinds, size_t *end);

/* Where the escape begins that ends before s[end]; `end` if there is none. */
size_t tsr_escape_before(struct tsr_slice s, size_t end, unsigned kinds);

/*
 * `s` with its escapes undone, characters beyond ASCII in UTF-8: `s` itself if there are none (or `room`, which
 * is written over, has not the room), else a slice of `room`.
 */
struct tsr_slice tsr_escape_undo(struct tsr_slice s, unsigned kinds, struct tsr_buf *room);

/* 0 to 15, or -1. */
int tsr_hex_value(unsigned char c);

#endif
