/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_INSPECT_INSPECT_H
#define TSR_INSPECT_INSPECT_H

#include <pthread.h>

#include "base/json.h"
#include "base/limits.h"
#include "layer/facts_build.h"
#include "rule/ruleset.h"
#include "scan/scanner.h"

/*
 * All inspectors of one blob, driven by the analysis (audit/analyse.h) while it
 * streams by. What they find goes into the facts' builder as raws and extracts.
 * Pure: nothing here knows of images, order or other blobs. One thread, one blob.
 */
struct tsr_inspect;

struct tsr_inspect *tsr_inspect_new(const struct tsr_ruleset *rs, const struct tsr_limits *limits, struct tsr_scanner *scanner,
				    struct tsr_builder *b);
/* What threads share to keep one file above TSR_RETAIN_EACH at a time; without it, this inspect is alone. */
void tsr_inspect_share(struct tsr_inspect *in, pthread_mutex_t *large);
/* From now on each regular file's digest becomes an extract (TSR_EXTRACT_SHA256): for who compares images. */
void tsr_inspect_want_digests(struct tsr_inspect *in);
void tsr_inspect_free(struct tsr_inspect *in);

/* An entry begins; it is in the builder. `path` is clean, valid during the call. */
void tsr_inspect_entry(struct tsr_inspect *in, uint32_t entry, struct tsr_slice path);
/* Its stored data, in order, in any number of pieces. Cheap for entries nobody wants whole. */
void tsr_inspect_data(struct tsr_inspect *in, struct tsr_slice bytes);
/* All of it was delivered; `whole` is false where the layer was cut. */
void tsr_inspect_entry_end(struct tsr_inspect *in, bool whole);

/* Or the blob is no tar: it is one file without a name, and data and entry_end follow. */
void tsr_inspect_opaque(struct tsr_inspect *in);

/* The chunk at hand is scanned and its matches were told; its bytes may go. */
void tsr_inspect_settle(struct tsr_inspect *in);

/* A match of the content engine: the tsr_scanner_emit for this blob's stream, ctx = the inspect. Region = entry index or TSR_NONE. */
void tsr_inspect_match(void *in, const struct tsr_match *m);

/* A JSON blob, after its bytes were scanned: every string in it, with its pointer. */
void tsr_inspect_json(struct tsr_inspect *in, const json_t *root);

/* Stored bytes of the blob that its unpacked stream lacks (source/codec.h, aside), after the stream was scanned. */
void tsr_inspect_aside(struct tsr_inspect *in, struct tsr_slice bytes);

/* What the engine gave up in a stream that has ended: the blob is graded, and the first rule named. */
void tsr_inspect_limits(struct tsr_inspect *in, const struct tsr_scanner_limits *l);

/* After the last byte: what needs the whole layer (packages; the more specific of overlapping matches; occurrences above 100). */
void tsr_inspect_end(struct tsr_inspect *in);

#endif
