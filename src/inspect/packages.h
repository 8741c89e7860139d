/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_INSPECT_PACKAGES_H
#define TSR_INSPECT_PACKAGES_H

#include "base/filehash.h"
#include "finding/ecosystem.h"
#include "inspect/inspect.h"

/*
 * What package managers say of the files that they installed, as typed records, and
 * the digests of those files that have raws: the fold compares them (audit/fold_owner.h). Whoever
 * builds an image can write both, so this lowers little.
 */

/* Of a clean path, as records have it. /bin and /usr/bin are one directory to merged systems, whichever a record names. */
uint64_t tsr_packages_path_hash(struct tsr_slice path);

/* A digest between its bytes and the two numbers of an extract. */
void tsr_packages_pack(const uint8_t digest[TSR_FILEHASH_BYTES], uint64_t *hi, uint64_t *lo);

/* The first bytes of a digest in hexadecimal, of small letters. False: it is none. */
bool tsr_packages_hex(struct tsr_slice hex, uint8_t out[TSR_FILEHASH_BYTES]);

/* Of ".../node_modules/@scope/name": "@scope/name"; of a folder that is none of a package, nothing. */
struct tsr_slice tsr_packages_node_name(struct tsr_slice path);

/* Of where it came from, as package managers write that: what of enum tsr_package_flags it says. */
uint64_t tsr_packages_node_origin(struct tsr_slice source);

/* Is the file the specification of a gem: specifications/NAME-VERSION.gemspec? Then it is installed. */
void tsr_packages_gem(struct tsr_inspect *in, uint32_t entry, struct tsr_slice path);

/* The same of conda-meta/NAME-VERSION-BUILD.json. */
void tsr_packages_conda(struct tsr_inspect *in, uint32_t entry, struct tsr_slice path);

/* A package that is installed. The same maximum counts. `flags`: enum tsr_package_flags. */
void tsr_packages_note(struct tsr_inspect *in, uint32_t entry, enum tsr_ecosystem eco, struct tsr_slice name,
		       struct tsr_slice version, uint64_t flags);
/* May there be one more record? If not, the ledger says so. */
bool tsr_packages_spend(struct tsr_inspect *in);
/* The database at hand cannot be read, or not all of it: a finding and a row of the ledger. */
void tsr_packages_unreadable(struct tsr_inspect *in, const char *what, const char *why);
/* The same, with an error; one of a limit makes the audit incomplete. */
void tsr_packages_failed(struct tsr_inspect *in, const char *what, const struct tsr_err *err);
/* The same of one of lines: so many cannot be read, if there are any. */
void tsr_packages_bad_lines(struct tsr_inspect *in, const char *what, uint64_t bad, uint64_t first);

/* Parsers of the databases, for inspect/extract.c. */
void tsr_packages_md5sums(struct tsr_inspect *in, struct tsr_slice content); /* var/lib/dpkg/info/NAME.md5sums */
void tsr_packages_status(struct tsr_inspect *in, struct tsr_slice content);  /* var/lib/dpkg/status and status.d/NAME */
void tsr_packages_apk(struct tsr_inspect *in, struct tsr_slice content);     /* lib/apk/db/installed */
void tsr_packages_rpm(struct tsr_inspect *in, struct tsr_slice content);     /* rpmdb.sqlite, Packages.db, Packages */
void tsr_packages_npm_installed(struct tsr_inspect *in, struct tsr_slice content); /* node_modules/.package-lock.json */
void tsr_packages_npm_lock(struct tsr_inspect *in, struct tsr_slice content); /* package-lock.json, npm-shrinkwrap.json */
void tsr_packages_node_folder(struct tsr_inspect *in, struct tsr_slice content); /* package.json */
void tsr_packages_pnpm(struct tsr_inspect *in, struct tsr_slice content);    /* node_modules/.modules.yaml */
void tsr_packages_yarn(struct tsr_inspect *in, struct tsr_slice content);    /* node_modules/.yarn-integrity */
void tsr_packages_record(struct tsr_inspect *in, struct tsr_slice content);  /* NAME-VERSION.dist-info/RECORD */

/* A record; above a maximum per blob they are left out, and the ledger says so. */
void tsr_packages_add(struct tsr_inspect *in, enum tsr_extract_kind kind, struct tsr_slice package, struct tsr_slice path,
		      const uint8_t digest[TSR_FILEHASH_BYTES]);

/*
 * Digests of files with raws (inspect/owned.c). Whether a file has one is known only
 * when the chunk that it ends in is settled. What lies in one chunk is hashed there; of a file
 * that goes on in the next one the part so far is kept, if a package manager could own it.
 */
struct tsr_owned;
struct tsr_owned *tsr_owned_new(size_t retain);
void tsr_owned_free(struct tsr_owned *o);
void tsr_owned_entry(struct tsr_inspect *in, const struct tsr_entry *e);
void tsr_owned_data(struct tsr_inspect *in, struct tsr_slice bytes);
void tsr_owned_entry_end(struct tsr_inspect *in, bool whole);
void tsr_owned_settle(struct tsr_inspect *in);

#endif
