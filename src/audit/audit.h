/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_AUDIT_AUDIT_H
#define TSR_AUDIT_AUDIT_H

#include "base/limits.h"
#include "finding/base_images.h"
#include "rule/demands.h"
#include "rule/ruleset.h"

/*
 * The pipeline: a source is walked, every member analysed once (audit/analyse.h),
 * names are attributed to images (image/image.h), layers folded (audit/fold.h), and the
 * results appended to a run.
 */
struct tsr_audit_options {
	const struct tsr_ruleset *rules;
	struct tsr_limits limits;
	unsigned jobs;           /* total threads, at least 1 */
	const char *const *refs; /* --ref: an image counts if one of its names equals one of these, or ends in "/" + it; none: all */
	size_t n_refs;
	const char *const *platforms; /* --platform os/arch[/variant]; none: all */
	size_t n_platforms;
	const struct tsr_demands *demands; /* of the policy; NULL: none */
	const struct tsr_bases *bases;     /* images that others may be built on; NULL: none */
	uint32_t timeout;        /* seconds of wall time for the whole run, 0: none; what it cuts off is `limited` */
	size_t chunk_size;       /* tests vary it; 0: TSR_CHUNK_SIZE */
	bool want_config, want_files; /* in the run: the config, and every entry of every layer */
	int stdin_fd;
	/* Called now and then from the auditing thread with stored bytes done and in all (0 unknown); NULL: never. */
	void (*progress)(void *ctx, uint64_t done, uint64_t total);
	void *progress_ctx;
};

/*
 * Audits one source and appends archive, images, and (for what could not be read)
 * an error row to *run. Returns 0 also then: the error row carries the status. -1 only for TSR_EINTERNAL.
 */
int tsr_audit_source(const struct tsr_audit_options *o, const char *name, struct tsr_run *run, struct tsr_err *err);

#endif
