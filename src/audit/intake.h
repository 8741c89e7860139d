/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_AUDIT_INTAKE_H
#define TSR_AUDIT_INTAKE_H

#include <stdatomic.h>

#include "archive/members.h"
#include "archive/tar_framing.h"
#include "audit/analyse.h"
#include "audit/audit.h"
#include "source/source.h"

/*
 * One source taken in: every member listed, every body analysed once. The three
 * kinds of source differ only in how they reach a body: a regular file by pread,
 * largest first, from several threads; a directory file by file, likewise; a stream in order, as
 * it passes. The result is the same table.
 */
struct tsr_intake {
	const struct tsr_audit_options *o;
	struct tsr_source *source;
	struct tsr_arena arena;
	struct tsr_members members;
	struct tsr_pool *pool;
	struct tsr_analyser **analysers; /* one per thread of the pool, made when first used */
	int64_t deadline;

	struct tsr_tar_framing framing;  /* tar sources */
	struct tsr_buf stray;            /* bytes in padding that are not zero */
	struct tsr_facts *framing_facts; /* of framing and stray bytes; NULL for directories */
	struct tsr_tar_verdict check;
	unsigned doubts;

	/* Per blob as it was found, before equal bodies were merged: owned here. */
	struct intake_body {
		struct tsr_facts *facts;
		char *json;
		size_t keep; /* bytes of JSON that it may keep */
	} *bodies;
	size_t n_bodies, cap_bodies;
	uint64_t json_left; /* of limits.json_total */

	char damaged[640]; /* the archive is cut short or broken: why; "" if not */
	char limited[160]; /* a limit of the archive itself was reached */
	_Atomic uint64_t done;
	uint64_t total; /* stored bytes of all bodies, for progress */
};

/*
 * Reads the source to its end. Errors: TSR_EINPUT if it is not what an image
 * comes in (no tar, no layout), TSR_EINTERNAL. A source that breaks off later
 * is no error: `damaged` says so, and what came before is there.
 */
int tsr_intake_run(struct tsr_intake *in, const struct tsr_audit_options *o, struct tsr_source *source, struct tsr_pool *pool,
		   int64_t deadline, struct tsr_err *err);
void tsr_intake_release(struct tsr_intake *in);

/* For the kinds of source (audit/intake_*.c). */
int tsr_intake_file(struct tsr_intake *in, struct tsr_err *err);
int tsr_intake_dir(struct tsr_intake *in, struct tsr_err *err);
int tsr_intake_stream(struct tsr_intake *in, struct tsr_err *err);

/* The analyser of a thread of the pool. NULL: TSR_EINTERNAL. */
struct tsr_analyser *tsr_intake_analyser(struct tsr_intake *in, unsigned thread, struct tsr_err *err);
/* Room for the results of the blob that was added last. */
struct intake_body *tsr_intake_body(struct tsr_intake *in);
/* How much JSON this body may keep: of its size, within what is left in all. To be asked in archive order. */
size_t tsr_intake_json_share(struct tsr_intake *in, uint64_t size);
/* Analyses blob i from `r` on a thread; sets the blob's fields. -1: TSR_EINTERNAL. */
int tsr_intake_analyse(struct tsr_intake *in, size_t i, unsigned thread, struct tsr_reader r, bool pooled, struct tsr_err *err);
/* Adds the member of a tar entry; false (and `limited`) above limits.members. *blob: its body, or NULL. */
bool tsr_intake_member(struct tsr_intake *in, const struct tsr_tar_entry *t, uint64_t offset, struct tsr_blob **blob);
/* Padding behind a body is no body and no header: what is not zero in it is kept, to be scanned too. */
void tsr_intake_padding(struct tsr_intake *in, const unsigned char *p, size_t n);
/* The archive ends in a body or its padding, at byte `at`: tells why it is damaged, unless that is known. */
void tsr_intake_cut(struct tsr_intake *in, uint64_t at);
#define TSR_INTAKE_CUT "the archive ends inside it" /* why the body itself is */
/* Runs job for every blob, largest first, on all threads. */
int tsr_intake_each_blob(struct tsr_intake *in, int (*job)(struct tsr_intake *in, size_t blob, unsigned thread, struct tsr_err *err),
			 struct tsr_err *err);

#endif
