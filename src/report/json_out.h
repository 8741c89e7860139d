/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_REPORT_JSON_OUT_H
#define TSR_REPORT_JSON_OUT_H

#include <stdint.h>

#include "base/buf.h"

/*
 * Writes JSON into a buffer as it goes, two spaces per level, with no tree in
 * between: a report of a million findings costs its own size. `key` is NULL in
 * arrays. Whatever the bytes, the result is valid JSON in UTF-8: bytes that are
 * not UTF-8 become U+FFFD. A full buffer is seen in buf->full at the end.
 */
struct tsr_json_out {
	struct tsr_buf *buf;
	unsigned depth;
	bool filled; /* the innermost container has a member already */
};

void tsr_json_out_init(struct tsr_json_out *o, struct tsr_buf *buf);
void tsr_json_out_document(struct tsr_json_out *o, struct tsr_buf *buf); /* begins one of ours: an object with its schemaVersion */
void tsr_json_out_begin(struct tsr_json_out *o, const char *key, char bracket); /* '{' or '[' */
void tsr_json_out_end(struct tsr_json_out *o, char bracket);                    /* '}' or ']' */
void tsr_json_out_str(struct tsr_json_out *o, const char *key, const char *value); /* NULL is "" */
void tsr_json_out_str_or_null(struct tsr_json_out *o, const char *key, const char *value); /* NULL and "" are null */
void tsr_json_out_u64(struct tsr_json_out *o, const char *key, uint64_t value);
void tsr_json_out_millionths(struct tsr_json_out *o, const char *key, uint32_t value); /* 973100: 0.973100 */
void tsr_json_out_bool(struct tsr_json_out *o, const char *key, bool value);
void tsr_json_out_null(struct tsr_json_out *o, const char *key);

#endif
