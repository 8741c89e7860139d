/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_AUDIT_SAMPLE_PLACE_H
#define TSR_AUDIT_SAMPLE_PLACE_H

#include "audit/fold_owner.h"
#include "finding/finding.h"

enum tsr_sample_place {
	TSR_PLACE_OWN = 0,  /* the image's own, as far as anybody knows */
	TSR_PLACE_SOURCE,   /* source of an installed package: its comments show something */
	TSR_PLACE_SAMPLE,   /* all of it does */
};

/*
 * Is a file among the tests, examples or documentation of an installed package, or source that a public
 * registry hands to everybody? What such files hold to show or to test something is no secret of this image.
 *
 * A package is known by its owner's digest (dpkg, apk, RECORD), or by a folder that only a package manager
 * fills and that has no digests of files: node_modules, Go's and Cargo's stores, gems. `path` has no leading '/'.
 */
enum tsr_sample_place tsr_sample_place(struct tsr_slice path, enum tsr_ownership owner);

/* Is its rule tagged `test-data`: what it finds, tests and documentation are full of? */
bool tsr_sample_place_is_data(const struct tsr_finding *f);
/* Is this finding, in a file of such a place, there to show something? */
bool tsr_sample_place_holds(enum tsr_sample_place place, const struct tsr_finding *f);

/*
 * Lowers a finding that is: of a rule tagged `test-data` (keys, passwords, tokens without a checksum)
 * to low, of another that is not confirmed to medium. False: it stays as it is.
 */
bool tsr_sample_place_lowers(struct tsr_finding *f);

#endif
