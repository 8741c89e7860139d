/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TARSIER_TARSIER_H
#define TARSIER_TARSIER_H

#include <stddef.h>
#include <stdint.h>

/*
 * libtarsier: audits saved container images without running them. This is all
 * that a program which embeds it may call:
 *
 *	char why[512];
 *	struct tsr_session *s = tsr_session_new(NULL, 0, why, sizeof(why));
 *	tsr_session_set_file(s, "config", "tarsier.yaml");
 *	tsr_session_audit(s, "image.tar");
 *	int status = tsr_session_status(s);
 *	char *report;
 *	size_t len;
 *	if (tsr_session_report(s, "json", &report, &len) == 0)
 *		free(report);
 *	tsr_session_free(s);
 *
 * A session is used by one thread at a time; several sessions may run at once.
 * The library opens only what it is asked to, writes nowhere, uses no network and
 * starts no program. When memory is exhausted it ends the process with status 5.
 */

#ifdef __cplusplus
extern "C" {
#endif

#define TSR_VERSION "0.1.0"

/* Of the library that is linked in; TSR_VERSION is that of this header. */
const char *tsr_version(void);

struct tsr_session;

/*
 * The catalogue's rules and those of `n_rules` rule files or directories, which
 * add rules or replace rules by id. NULL on failure, with the reason in `why`
 * (`why_size` bytes with the NUL; may be NULL).
 */
struct tsr_session *tsr_session_new(const char *const *rules, size_t n_rules, char *why, size_t why_size);
void tsr_session_free(struct tsr_session *s); /* NULL is fine */

/* Settings, before the first audit. They return -1 when the value is not one; see tsr_session_message(). */
int tsr_session_set_jobs(struct tsr_session *s, unsigned jobs);                   /* total threads; default 1 */
int tsr_session_set_fail_on(struct tsr_session *s, const char *severity);         /* "info" … "critical" or "none"; default "high" */
int tsr_session_set_limit(struct tsr_session *s, const char *name, uint64_t value); /* "max-layers": names as of the options */

/*
 * Files of the policy (tarsier.yaml(5)), by the names of the options: "config", "profile" (a name, or a file),
 * "ignorefile", "baseline" and "base". What was set above wins over them. Nothing is looked for: a file is read that is named here or in the
 * config; the config's `outputs` are not written. Ignores expire by the clock, or by SOURCE_DATE_EPOCH if that is set.
 */
int tsr_session_set_file(struct tsr_session *s, const char *name, const char *path);

/*
 * Reads them, as the first audit does if nobody has. -1: one is wrong or missing; then nothing will be audited and the
 * status is 2.
 */
int tsr_session_prepare(struct tsr_session *s);

/*
 * Audits one image archive, OCI layout or unpacked archive; "-" is standard
 * input. An input that cannot be read is part of the results and no failure;
 * -1 means that the library itself failed, which the status remembers too.
 */
int tsr_session_audit(struct tsr_session *s, const char *source);

/*
 * What the audits so far come to, as the exit status of tarsier(1): 0 clean and
 * complete, 1 policy failed, 2 the policy's own files are wrong, 3 an input unreadable or no image, 4 audit
 * incomplete, 5 internal error.
 */
int tsr_session_status(struct tsr_session *s);

/*
 * The report as "json" (schemaVersion 1, tarsier.json(5)), "text" or another format of
 * tarsier(1). *out is the
 * caller's, to be freed with free(); it is followed by a NUL that *len does not count.
 */
int tsr_session_report(struct tsr_session *s, const char *format, char **out, size_t *len);

/* Why the last call that returned -1 did; "" if none has. Valid until the next call. */
const char *tsr_session_message(const struct tsr_session *s);

#ifdef __cplusplus
}
#endif

#endif
