/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_BASE_JSON_H
#define TSR_BASE_JSON_H

#include <jansson.h>
#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"

/*
 * The only door to JSON that comes from an image. docker, containerd and podman
 * read it with Go's encoding/json: keys match case-insensitively (ASCII case,
 * and U+017F for s, U+212A for k), and of several keys that match the last one
 * wins. So an image may mean another thing than a case-sensitive reader sees.
 * tsr_json_get() folds as Go does and says when more than one key matches; image
 * data is never looked up with json_object_get() (a lint forbids it).
 *
 * Before jansson sees a byte, a linear counter bounds size and number of values,
 * since jansson takes some 20 to 45 times the text's size.
 */
struct tsr_json_limits {
	size_t bytes;    /* of the text */
	uint32_t values; /* strings, numbers, literals, arrays, objects and keys */
};

struct tsr_json_notes {
	bool duplicate_keys; /* an object has the same key twice (I-JSON forbids it) */
	bool trailing;       /* something but white space stands behind the value */
};

/*
 * Parses one JSON value at the start of `text`; what follows it is ignored, as
 * Go's Decoder does, and noted. *out is the caller's (json_decref). `notes` may
 * be NULL. Errors: TSR_ELIMIT above a limit, TSR_EFORMAT when it is no JSON or
 * jansson refuses it (bad UTF-8, \u0000 in a key, nesting > 2048).
 * \u0000 in a string is accepted.
 */
int tsr_json_load(struct tsr_slice text, const struct tsr_json_limits *limits, json_t **out,
		  struct tsr_json_notes *notes, struct tsr_err *err);

/*
 * Does it begin, after white space, with '{' or '['? No more than the first bytes are
 * looked at, so that everybody who asks gets the same answer; white space alone may be JSON.
 */
#define TSR_JSON_SNIFF 64
bool tsr_json_sniff(struct tsr_slice text);

/*
 * The member of `object` whose key folds to `key`: the last one in the text's
 * order, as Go does. NULL if there is none or `object` is no object. If more than
 * one key matches, *ambiguous (may be NULL) is set to true, else left alone.
 * Borrowed. JSON null is returned as a json_null().
 */
json_t *tsr_json_get(const json_t *object, const char *key, bool *ambiguous);

/* The member of exactly this key, in constant time: of documents that no Go program reads, as a package.json. */
json_t *tsr_json_get_exact(const json_t *object, const char *key);

/* The first with a type: NULL (and *wrong set, which may be NULL) if it has another type. null counts as absent. */
json_t *tsr_json_get_object(const json_t *object, const char *key, bool *wrong);
json_t *tsr_json_get_array(const json_t *object, const char *key, bool *wrong);
struct tsr_slice tsr_json_get_string(const json_t *object, const char *key, bool *wrong);
/* -1: absent or no integer that fits. */
int tsr_json_get_u64(const json_t *object, const char *key, uint64_t *out);

/* Bytes of a JSON string (may hold NUL); empty for any other value. Borrowed. */
struct tsr_slice tsr_json_str(const json_t *value);

/*
 * Calls `visit` for every string in the tree, keys too, with its RFC 6901
 * pointer ("/config/Env/2"); `is_key` when the string is the last token itself.
 * Depth is bounded by what tsr_json_load() accepts.
 */
typedef void tsr_json_visit(void *ctx, const char *pointer, struct tsr_slice string, bool is_key);
void tsr_json_each_string(const json_t *root, tsr_json_visit *visit, void *ctx);

#endif
