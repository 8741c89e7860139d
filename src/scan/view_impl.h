/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_SCAN_VIEW_IMPL_H
#define TSR_SCAN_VIEW_IMPL_H

#include "scan/view.h"

/* Shared by the files that make views (view*.c); nobody else includes it. */

void tsr_view_room(struct tsr_view *v, size_t need);

/* view_base64.c: `phase` is the place of the literal in a group of three bytes, `places` outer * 3 + inner. */
size_t tsr_base64_behind(size_t behind);
size_t tsr_base64_ahead(size_t ahead);
bool tsr_view_base64(struct tsr_view *v, unsigned phase, const struct tsr_view_in *in);
bool tsr_view_twice(struct tsr_view *v, unsigned places, const struct tsr_view_in *in);
/* Where the decoded byte `at` of what begins at raw[first] begins, or (end) where the one before ends. */
size_t tsr_base64_index(struct tsr_slice raw, size_t first, size_t at, bool end);

/* view_escape.c */
bool tsr_view_escaped(struct tsr_view *v, enum tsr_form form, const struct tsr_view_in *in);
size_t tsr_escaped_index(const struct tsr_view *v, struct tsr_slice raw, size_t at);
bool tsr_view_hex(struct tsr_view *v, const struct tsr_view_in *in);
size_t tsr_hex_index(const struct tsr_view *v, struct tsr_slice raw, size_t at);

#endif
