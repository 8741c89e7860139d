/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_SOURCE_SOURCE_PRIV_H
#define TSR_SOURCE_SOURCE_PRIV_H

#include "source/source.h"

/* Between source.c, source_stream.c and source_dir.c. */

#define TSR_LABEL_MAX 280 /* leaves room for the reason in tsr_err.msg */

/*
 * A name for messages: escaped, "standard input" for "-"; of a very long one the
 * end, which tells more than the beginning.
 */
const char *tsr_source_label(struct tsr_slice name, char out[TSR_LABEL_MAX]);

/*
 * A stream over `fd` (borrowed), of which `head` was read already. If `codec`,
 * it is decompressed. `name` is borrowed.
 */
struct tsr_source_stream *tsr_source_stream_new(int fd, const char *name, const void *head, size_t len,
						const struct tsr_codec *codec);
void tsr_source_stream_free(struct tsr_source_stream *st);

#endif
