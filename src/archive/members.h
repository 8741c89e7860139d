/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_ARCHIVE_MEMBERS_H
#define TSR_ARCHIVE_MEMBERS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/digest.h"
#include "source/codec.h"

/*
 * The member table of one archive (or directory): every name, in archive order,
 * and the blobs they stand for. A blob is one distinct member body; names and
 * links resolve to blobs only after the last byte was read, since a link may come
 * before its target and a name may come twice.
 */

enum tsr_blob_kind { TSR_BLOB_OPAQUE = 0, TSR_BLOB_TAR, TSR_BLOB_JSON, TSR_BLOB_EMPTY };

enum tsr_blob_flags {
	TSR_BLOB_REFERENCED = 1u << 0, /* an image names it */
	TSR_BLOB_SELECTED = 1u << 1,   /* an audited image names it */
	TSR_BLOB_CUT = 1u << 2,        /* the archive ends inside it */
	TSR_BLOB_MISMATCH = 1u << 3,   /* computed is not claimed */
	TSR_BLOB_TOO_LONG = 1u << 4,   /* JSON above a limit: not kept */
	TSR_BLOB_DUPLICATE = 1u << 5,  /* same bytes as an earlier blob: no member points here any more */
};

#define TSR_BLOB_NO_OFFSET UINT64_MAX

struct tsr_facts;

struct tsr_blob {
	uint32_t ordinal;     /* of its first member: the sort key */
	uint64_t offset;      /* of its bytes in a regular file; NO_OFFSET where it was seen once, in a stream */
	struct tsr_slice path; /* directory source: the file to open; else empty */
	uint64_t size;        /* stored bytes */
	struct tsr_digest digest;  /* computed SHA-256 of the stored bytes; NONE until analysed */
	struct tsr_digest claimed; /* what blobs/<alg>/<hex>, "sha256:<hex>" or <hex>.json claims; NONE if nothing (<hex>.tar may be a diffID or a digest) */
	struct tsr_digest other;   /* computed SHA-384 or SHA-512 where the name claims one */
	enum tsr_blob_kind kind;   /* by its bytes */
	const struct tsr_codec *codec; /* NULL: plain */
	struct tsr_slice json;     /* kept body of a JSON blob; empty if there is none */
	const struct tsr_facts *facts; /* set by the audit; immutable from then on */
	uint32_t flags;
	const char *role;          /* static; as in the report; NULL until attributed */
};

struct tsr_member {
	uint32_t ordinal;
	struct tsr_slice raw;    /* as it stands in the archive */
	struct tsr_slice name;   /* clean path */
	struct tsr_slice target; /* of links: clean path that it means (symlinks relative to their directory, hard links to the root) */
	char type;               /* '0' file, '1' hard link, '2' symbolic link, '5' directory, other type flags */
	uint32_t blob;           /* index, or TSR_NO_BLOB: links, directories */
	bool absolute;           /* raw had a leading slash, or ".." */
	bool leads_out;          /* a link to an absolute path, or to one above the archive's root */
};

#define TSR_NO_BLOB UINT32_MAX

struct tsr_members {
	struct tsr_arena *arena; /* borrowed: of the archive's audit */
	struct tsr_member *list;
	size_t n, cap;
	struct tsr_blob *blobs;
	size_t n_blobs, cap_blobs;
	struct tsr_members_index *index; /* by clean name */
};

void tsr_members_init(struct tsr_members *m, struct tsr_arena *arena);
void tsr_members_release(struct tsr_members *m);

/* Appends a member; copies the slices. `target` is the raw link text. Returns it (valid until the next). -1 as index never happens: memory only. */
struct tsr_member *tsr_members_add(struct tsr_members *m, struct tsr_slice raw, char type, struct tsr_slice target);
/* Appends a blob for a member that has a body and ties them. What its name claims is filled in. */
struct tsr_blob *tsr_members_add_blob(struct tsr_members *m, struct tsr_member *of, uint64_t offset, uint64_t size);

/*
 * After the last member, and again whenever digests were computed since: builds
 * the index. Of bodies with equal digests the first blob stays; members of the others are tied to it, and
 * those are marked DUPLICATE. Indices and pointers into blobs[] stay as they are.
 */
void tsr_members_settle(struct tsr_members *m);

/*
 * The blob that a name means, links followed (at most 40 steps, cycles give
 * NULL). Where a name occurs several times the LAST member wins, as in docker load and
 * containerd; *copies (may be NULL) gets the number of members of that name, or of one it links
 * to, with distinct bodies. `name` need not be clean.
 */
struct tsr_blob *tsr_members_find(struct tsr_members *m, struct tsr_slice name, unsigned *copies);
/* The n-th (from 0) member of a clean name, in archive order, or NULL. */
const struct tsr_member *tsr_members_nth(struct tsr_members *m, struct tsr_slice name, unsigned n);
/* The blob with this digest: by computed digest first, else (SHA-384/512) by `other`; NULL if absent. */
struct tsr_blob *tsr_members_by_digest(struct tsr_members *m, const struct tsr_digest *d);
/* The blob named blobs/<alg>/<hex> for this digest, whatever its bytes are; NULL if absent. */
struct tsr_blob *tsr_members_by_claim(struct tsr_members *m, const struct tsr_digest *d);

#endif
