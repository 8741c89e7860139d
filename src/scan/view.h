/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_SCAN_VIEW_H
#define TSR_SCAN_VIEW_H

#include "rule/ruleset.h"

/*
 * The 8-bit text around a hit, in whatever form the literal was found: what
 * patterns, boundaries, companions and validators see.
 */
enum tsr_view_kind {
	TSR_VIEW_PLAIN = 0,
	TSR_VIEW_UTF16,
	TSR_VIEW_BASE64,
	TSR_VIEW_TWICE, /* base64 of base64 */
	TSR_VIEW_ESCAPED, /* URL, backslash, HTML: escapes and plain characters mixed */
	TSR_VIEW_HEX,
	TSR_VIEW_KINDS
};
enum tsr_view_kind tsr_view_kind_of(enum tsr_form form);

struct tsr_view {
	enum tsr_view_kind kind;
	/* NULL, "utf-16le", "utf-16be", "base64", "percent", "hex-escape", "unicode-escape", "html", "hex" … */
	const char *via;
	struct tsr_slice text;
	size_t hit;	       /* where in it the literal stands */
	bool at_start, at_end; /* nothing of the form stands beyond its edges */
	/* Where its bytes come from, as indices into the raw window that it was made of. */
	size_t raw;	     /* of text[0]; TWICE: in the outer text */
	unsigned char *room; /* the view's own bytes, unless PLAIN */
	size_t cap;
	unsigned escapes;    /* ESCAPED: enum tsr_escape mask */
	bool plus;	     /* ESCAPED: a plus is a space */
	/* TWICE: what the outer base64 decodes to, and where its first byte comes from. */
	struct tsr_slice outer;
	size_t outer_raw;
	unsigned char *outer_room;
	size_t outer_cap;
};
/* Frees what it decoded to. */
void tsr_view_release(struct tsr_view *v);

/* The raw bytes that a form needs before and behind a hit's first byte, to show so many of a view. */
size_t tsr_view_behind(enum tsr_form form, size_t behind);
size_t tsr_view_ahead(enum tsr_form form, size_t ahead);

/*
 * Makes the view: `raw` is the window of the region around the hit, the hit stands
 * at raw[hit, hit + needle_len); at most `behind` and `ahead` bytes of the view are
 * wanted on the two sides of the literal's first byte. `place` is the hit's offset in its
 * region. false: the literal is not really there.
 */
struct tsr_view_in {
	struct tsr_slice raw;
	size_t hit, needle_len;
	uint64_t place;
	const struct tsr_literal *literal;
	size_t behind, ahead;
};
bool tsr_view_make(struct tsr_view *v, enum tsr_form form, const struct tsr_view_in *in);

/* Escapes (enum tsr_escape) from `behind` bytes in front of a plain hit to `ahead` behind its start, in its line. */
unsigned tsr_view_escapes_near(struct tsr_slice raw, size_t hit, size_t behind, size_t ahead);
/* Where the first byte from raw[at] on stands with which an escape may begin; or the end. */
size_t tsr_view_first_mark(struct tsr_slice raw, size_t at);

/* The index in the raw window where text[at] begins, or where the text before it ends. */
size_t tsr_view_begin(const struct tsr_view *v, struct tsr_slice raw, size_t at);
size_t tsr_view_end(const struct tsr_view *v, struct tsr_slice raw, size_t at);

#endif
