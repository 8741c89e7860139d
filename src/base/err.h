/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_BASE_ERR_H
#define TSR_BASE_ERR_H

/*
 * The error object. A function that can fail returns 0 or -1 (or a pointer or
 * NULL) and takes a `struct tsr_err *err` as its last parameter. Success leaves
 * err untouched; failure fills it exactly once, and callers add context on the
 * way up with tsr_err_wrap(). Nothing is allocated while failing.
 *
 * An error is for an operation that failed. Input that is bad or was not read
 * to its end is not an error but a graded outcome in the results (see
 * layer/facts.h and finding/coverage.h). A condition that no input can cause is
 * TSR_BUG().
 *
 * A message never holds file content: callers format names, positions and
 * reasons only. Names that come from an archive are escaped by the caller
 * (base/text.h).
 */

enum tsr_errkind {
	TSR_ENONE = 0,
	TSR_EUSAGE,    /* options, configuration or rules: exit status 2 */
	TSR_EINPUT,    /* an input that cannot be read, or is no image: 3 */
	TSR_EFORMAT,   /* bytes that are not what they should be */
	TSR_ELIMIT,    /* a limit of base/limits.h was reached: 4 */
	TSR_EIO,       /* output could not be written: 5 */
	TSR_EINTERNAL, /* a library refused to work: 5 */
};

struct tsr_err {
	enum tsr_errkind kind;
	char msg[512]; /* complete enough to print as it is; no newline */
};

#define TSR_ERR_INIT { TSR_ENONE, "" }

/* Fills *err (which may be NULL) and returns -1. Too long a message is cut. */
int tsr_err_set(struct tsr_err *err, enum tsr_errkind kind, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* The same with ": " and strerror(errnum) behind it. */
int tsr_err_errno(struct tsr_err *err, enum tsr_errkind kind, int errnum, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* Puts "context: " before the message that *err already has; returns -1. */
int tsr_err_wrap(struct tsr_err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Says where on stderr and aborts: for what no input and no rule can cause. */
#define TSR_BUG(what) tsr_bug(__FILE__, __LINE__, what)
_Noreturn void tsr_bug(const char *file, int line, const char *what);

#endif
