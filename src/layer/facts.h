/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_LAYER_FACTS_H
#define TSR_LAYER_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/err.h"
#include "finding/severity.h"

/*
 * Facts: what the analysis of one blob found, and all that the fold needs of it.
 * A pure function of (stored bytes, rules, facts version, limits, whether files' digests are
 * wanted), which is also the cache key; it holds no order among layers, no state, no image, no file
 * content and no secret.
 *
 * Flat: arrays of fixed-size records with u32 indices and one string arena
 * (`text`), no pointers, so that bytes -> facts -> bytes is a copy. A string is
 * an offset into text, NUL-terminated there, with its length where it may hold
 * NUL. Offset 0 is the empty string.
 */
#define TSR_FACTS_VERSION 9
#define TSR_NONE UINT32_MAX /* no entry, no node, no pointer … */

enum tsr_grade {
	TSR_GRADE_AUDITED = 0,
	TSR_GRADE_DAMAGED,   /* compression or tar broken or cut short */
	TSR_GRADE_AMBIGUOUS, /* readers see different entries */
	TSR_GRADE_LIMITED,   /* a limit was reached */
	TSR_GRADE_OPAQUE,    /* no tar and no JSON: bytes scanned as they are */
};

/* A path component: the tree of all names in the layer. Node 0 is the root. */
struct tsr_node {
	uint32_t parent; /* node; of the root: 0 */
	uint32_t name;   /* text */
	uint32_t name_len;
};

enum tsr_entry_flags {
	TSR_ENTRY_WHITEOUT = 1u << 0, /* .wh.NAME: node is NAME's; or a 0:0 character device */
	TSR_ENTRY_OPAQUE = 1u << 1,   /* .wh..wh..opq: node is the directory's */
	TSR_ENTRY_AUFS = 1u << 2,     /* .wh..wh.* at the root: no file of the image */
	TSR_ENTRY_ABSOLUTE = 1u << 3, /* raw name had a leading slash */
	TSR_ENTRY_DOTDOT = 1u << 4,   /* raw name had ".." */
	TSR_ENTRY_BINARY = 1u << 5,   /* its first bytes hold a NUL */
	TSR_ENTRY_OVERLAY_XATTR = 1u << 6, /* trusted.overlay.* or user.overlay.* */
	TSR_ENTRY_ODD_MODE = 1u << 7, /* the header's mode has bits that no file has */
};

struct tsr_entry {
	uint32_t node;
	uint32_t link, link_len; /* text: raw link target */
	uint32_t mode;           /* permission bits */
	int64_t uid, gid;
	uint64_t size;           /* logical */
	uint64_t header, data;   /* offsets in the unpacked stream */
	uint32_t flags;
	char type;               /* tar type flag: '0' file '1' hard link '2' symlink '3' '4' devices '5' directory '6' FIFO 'g' global header */
	uint8_t pad[3];
};

/*
 * A step into content: a stream inside a file (an entry of a zip, what a gzip file holds), or
 * an encoding. Steps form a tree: the outer one stands before the inner in the array.
 */
struct tsr_step {
	uint32_t outer;          /* step, or TSR_NONE: it begins in the entry (or in the blob) itself */
	uint32_t kind;           /* text: "zip", "gzip", "base64" … */
	uint32_t path, path_len; /* text: raw name of the stream inside its container; "" if it has none */
	uint64_t offset;         /* of an encoded run, in the content around it; 0 for containers */
};

#define TSR_STEPS_MAX 24 /* deeper than containers nest and texts are encoded */

/* A raw finding: what an inspector said of this blob. */
struct tsr_raw {
	uint32_t rule;    /* index in the ruleset, valid because its digest is in the cache key */
	uint32_t entry;   /* or TSR_NONE: framing, opaque and JSON blobs */
	uint64_t offset;  /* in the innermost content: the entry's data (the blob if entry is NONE), or the last step's; TSR_NO_OFFSET if none */
	uint32_t step;    /* the innermost, or TSR_NONE */
	uint32_t stream;  /* of the streams inside files, numbered from 1 as they were opened; 0: the entry itself */
	uint32_t length;  /* of the secret */
	uint32_t line;    /* from 1, 0 if none */
	uint32_t pointer; /* text: RFC 6901 pointer in a JSON blob, 0 if none */
	uint32_t redacted, message, key; /* text; redacted and masked before they get here */
	uint32_t tags;    /* text: space-separated additional tags ("placeholder") */
	uint32_t nth;     /* n-th raw of this rule in this blob */
	uint32_t occurrences;
	uint8_t severity, severity_hidden, confidence, check; /* enum tsr_severity ×2, tsr_confidence, tsr_check_result */
	uint8_t secret_id[16]; /* truncated SHA-256; zero where the rule's secret is not hashable */
	uint8_t is_key, pad[3]; /* is_key: `pointer` names the key, not the value */
};

enum tsr_extract_kind {
	TSR_EXTRACT_ACCOUNT = 1, /* passwd line: a = name, b = shell, x = uid, y = gid, z = enum tsr_password */
	TSR_EXTRACT_GROUP,       /* group line: a = name, b = members, x = gid */
	TSR_EXTRACT_SHADOW,      /* shadow line: a = name, z = enum tsr_password */
	TSR_EXTRACT_BROKEN_LINE, /* of passwd, shadow or group: x = the first, y = how many */
	TSR_EXTRACT_CAPABILITY,  /* security.capability: x = permitted, y = inheritable, z = revision, 0: none of those that there are */
	TSR_EXTRACT_SCRIPT,      /* of an executable file that begins with "#!": a = interpreter, b = what env(1) is to run, if that is it */
	TSR_EXTRACT_PACKAGE,     /* installed: a = name as written, b = version, x = enum tsr_ecosystem, y = enum tsr_package_flags */
	TSR_EXTRACT_DIGEST,      /* of a file with a raw: x, y = first 16 bytes, z = enum tsr_filehash_alg; z = 0: too large for one */
	/* What a package database says of a file: a = package, x = hash of the path, y, z = first 16 bytes of its digest */
	TSR_EXTRACT_DPKG,        /* md5sums and conffiles: MD5 */
	TSR_EXTRACT_APK,         /* lib/apk/db/installed: SHA-1 */
	TSR_EXTRACT_RECORD,      /* a Python distribution's RECORD: SHA-256 */
	TSR_EXTRACT_RPM,         /* rpm's database: SHA-256 */
	TSR_EXTRACT_RPM_MD5,     /* the same, of packages before 2009: MD5 */
	/* package-lock.json, package.json of an application: a = folder (node_modules/NAME) that may be there, b = version, y = flags */
	TSR_EXTRACT_LOCKED,
	TSR_EXTRACT_NEEDS,       /* package.json: a = package of Node ("": an application), b = names of what it needs to run, a line each */
	TSR_EXTRACT_INSTALLER,   /* what yarn or pnpm left in node_modules: x = did it install packages for development? */
	TSR_EXTRACT_SHA256,      /* of a regular file, only where files are compared: x, y = first 16 bytes of the digest of its content */
	/* A shell script that ends by running its arguments: a = words that its first one is compared with, a line each; x = are
	 * options, too: arguments that begin with a hyphen get a program put in front of them */
	TSR_EXTRACT_ENTRY,
	TSR_EXTRACT_LAST = TSR_EXTRACT_ENTRY
};

enum tsr_package_flags {
	TSR_PACKAGE_DEV = 1u << 0,      /* for development only, as its lock file says */
	TSR_PACKAGE_EDITABLE = 1u << 1, /* a link to its source */
	TSR_PACKAGE_VCS = 1u << 2,      /* from a repository of source */
	TSR_PACKAGE_LOCAL = 1u << 3,    /* from a folder or a file */
};

/* Of an assertion of the policy on a file's content: x = its number, y and z = struct tsr_content_verdict. */
#define TSR_EXTRACT_CONTENT 64u

/* A typed record taken from a file whose path the extract table names. */
struct tsr_extract {
	uint32_t kind, entry;
	uint32_t a, b; /* text */
	uint64_t x, y, z;
};

/* Rows of the ledger: what of this blob was not looked at. */
struct tsr_skip {
	uint32_t what, why; /* text, ours and escaped names */
	uint32_t entry;     /* or TSR_NONE */
	uint32_t step;      /* the container, or TSR_NONE */
	uint8_t derived;    /* derived ledger (information) or primary (incomplete) */
	uint8_t fatal, pad[2];
	uint64_t bytes;
};

struct tsr_facts {
	struct tsr_digest blob;     /* SHA-256 of the stored bytes */
	struct tsr_digest diff_id;  /* SHA-256 of the unpacked stream, all of it */
	struct tsr_digest blob_other, diff_other; /* SHA-384/512 where the blob's name claims one; else NONE */
	uint64_t stored, unpacked;
	uint64_t content, framing, skipped; /* content + framing + skipped == unpacked */
	uint32_t grade;             /* enum tsr_grade */
	uint32_t kind;              /* enum tsr_blob_kind */
	uint32_t why;               /* text: reason of a grade other than AUDITED */
	uint32_t doubts;            /* enum tsr_tar_doubt mask */
	uint32_t warnings;          /* names that libarchive warned about */
	uint32_t n_nodes, n_entries, n_steps, n_raws, n_extracts, n_skips, text_len;
	struct tsr_node *nodes;
	struct tsr_entry *entries;
	struct tsr_step *steps;
	struct tsr_raw *raws;
	struct tsr_extract *extracts;
	struct tsr_skip *skips;
	char *text;
};

void tsr_facts_free(struct tsr_facts *f);
static inline const char *tsr_facts_text(const struct tsr_facts *f, uint32_t at)
{
	return f->text + at;
}
struct tsr_buf;
/* Appends the clean path of a node ("" for the root). */
void tsr_facts_path(const struct tsr_facts *f, uint32_t node, struct tsr_buf *out);
/* Appends "!name" for every step from the outermost on that has a name (TSR_NONE: nothing). */
void tsr_facts_step_names(const struct tsr_facts *f, uint32_t step, struct tsr_buf *out);

/*
 * The bytes of facts, and facts from bytes (layer/facts_io.c): little-endian,
 * versioned, with a SHA-256 at the end; every index is checked on reading, so that a
 * damaged file is refused (TSR_EFORMAT) and never misread.
 */
int tsr_facts_write(const struct tsr_facts *f, struct tsr_buf *out);
struct tsr_facts *tsr_facts_read(struct tsr_slice bytes, struct tsr_err *err);

/* The cache key: blob digest, facts version, ruleset digest, limits digest. */
void tsr_facts_key(const struct tsr_digest *blob, const struct tsr_digest *rules, const struct tsr_digest *limits,
		   uint8_t out[32]);

#endif
