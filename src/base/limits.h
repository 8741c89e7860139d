/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_BASE_LIMITS_H
#define TSR_BASE_LIMITS_H

#include <stdint.h>

#include "base/digest.h"

/* The limits of base/limits.def, each with its default. Immutable while an audit runs. */
struct tsr_limits {
#define LIMIT(field, option, value, help) uint64_t field;
#include "base/limits.def"
#undef LIMIT
};

extern const struct tsr_limits tsr_limits_default;

/* A file above this is looked at as a whole by one thread at a time. */
#define TSR_RETAIN_EACH (8u << 20)

/* Fixed sizes of the engine; results do not depend on them. */
#define TSR_CHUNK_SIZE (256u << 10)
#define TSR_RING_CHUNKS 8u
/* Largest decoder window that is accepted (zstd, xz): above it a blob is `limited`. */
#define TSR_WINDOW_LOG_MAX 26u

/* Digest of all values, for the facts' cache key. */
void tsr_limits_digest(const struct tsr_limits *l, struct tsr_digest *out);

#endif
