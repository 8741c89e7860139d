/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_AUDIT_FOLD_OWNER_H
#define TSR_AUDIT_FOLD_OWNER_H

#include "finding/finding.h"
#include "layer/facts.h"
#include "rootfs/rootfs.h"

/*
 * Who owns the files with findings: their digests against what the image's package
 * databases say. Those count that stood when the file's layer was made, and those of the final
 * root. A database is the image's own word, so it lowers little (tsr_owner_apply).
 */
enum tsr_ownership {
	TSR_OWNED_BY_NONE = 0,    /* no database names it, or one that the file was not compared with */
	TSR_OWNED_TOO_LARGE,      /* a package has it; it is too large to be compared */
	TSR_OWNED_CHANGED,        /* a package has it, with another content */
	TSR_OWNED_PYTHON,         /* a Python distribution's RECORD has it as it is; private wheels have that too */
	TSR_OWNED_SAME,           /* a package of the system has it as it is */
};

struct tsr_owner_verdict {
	enum tsr_ownership kind;
	struct tsr_slice package; /* its name, bytes of the image; in the facts */
};

struct tsr_owners;

/* `facts`: by position, NULL where absent; they and the rootfs outlive this. NULL if no file has a digest. */
struct tsr_owners *tsr_owners_new(const struct tsr_rootfs *rootfs, const struct tsr_facts *const *facts, uint32_t n);
void tsr_owners_free(struct tsr_owners *o);

/* Of an entry of the layer at `position`, the first of its blob. `o` may be NULL. */
struct tsr_owner_verdict tsr_owners_find(const struct tsr_owners *o, uint32_t position, uint32_t entry);

/* The tag that says it, or NULL. */
const char *tsr_ownership_tag(enum tsr_ownership kind);

/* Is a finding lowered by one class? Only of a file that is as its package has it, and never a confirmed one. */
bool tsr_owner_lowers(enum tsr_ownership kind, enum tsr_confidence confidence, enum tsr_severity severity);

#endif
