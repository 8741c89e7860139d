/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_AUDIT_IMAGE_PACKAGES_H
#define TSR_AUDIT_IMAGE_PACKAGES_H

#include "finding/ecosystem.h"
#include "finding/severity.h"
#include "layer/facts.h"
#include "rootfs/rootfs.h"

/*
 * The packages of an image. A list of packages is a file: every layer that installs something has a new
 * copy of it, and only the last one counts; what stood in an earlier one and no longer in the last was installed and
 * removed again. A list of one package (METADATA, status.d/NAME) is no different.
 *
 * A list of a distribution's manager that was deleted still says what is there: nobody removes packages that way.
 */
struct tsr_image_package {
	const char *name, *version; /* text of the image; in the facts */
	uint32_t layer, entry;      /* the first copy of the list that had it, up to the last one or to its removal */
	uint32_t gone_in;           /* layer, TSR_NONE: it is there */
	uint16_t eco, flags;        /* enum tsr_ecosystem, tsr_package_flags */
};

struct tsr_image_packages {
	struct tsr_image_package *list; /* by path of the list, then what is there before what is gone, then by name */
	size_t n, cap;
	size_t looked_at; /* records */
	bool limited; /* there are more */
};

/* `facts`: by position, NULL where absent; they outlive the list. At most `max` records of lists are looked at. */
void tsr_image_packages_init(struct tsr_image_packages *p, const struct tsr_rootfs *rootfs,
			     const struct tsr_facts *const *facts, uint32_t n, size_t max);
void tsr_image_packages_release(struct tsr_image_packages *p);

/*
 * A finding about a package (audit/check_packages.c), of at most that confidence: "NAME VERSION is installed", where `how` is the end;
 * `others`: of so many more of the same list it stands for.
 */
struct tsr_image_fold;
void tsr_image_tell_package(struct tsr_image_fold *x, uint32_t rule, const struct tsr_image_package *p, const char *how,
			    enum tsr_confidence most, size_t others);

/* More findings of one rule about one list are one, which stands for the others. */
#define TSR_IMAGE_PACKAGES_EACH 100u

#endif
