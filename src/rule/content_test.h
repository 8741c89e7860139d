/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_RULE_CONTENT_TEST_H
#define TSR_RULE_CONTENT_TEST_H

#include "base/err.h"
#include "rule/demands.h"
#include "rule/ruleset.h"

/*
 * What assertions say of the content of files. The fold cannot reread a file, so the patterns are part of the ruleset
 * (and of its digest, since facts hold what came of them) and are asked when the file is analysed.
 */
struct tsr_content_tests;

enum tsr_content_result { TSR_CONTENT_HOLDS = 0, TSR_CONTENT_LACKS, TSR_CONTENT_HAS, TSR_CONTENT_UNDECIDED };

struct tsr_content_verdict {
	enum tsr_content_result result;
	uint32_t pattern; /* the first that does not hold, by its place among `matches` or `lacks` */
};

/* Gives the ruleset the content tests of these demands, before anything is analysed. TSR_EUSAGE "file:line: …" for a wrong pattern. */
int tsr_content_tests_set(struct tsr_ruleset *rs, const struct tsr_demands *d, struct tsr_err *err);
void tsr_content_tests_free(struct tsr_content_tests *t);

/* Is the content of all files asked that have the last component of the glob as their name, and not only of those that match? */
bool tsr_content_test_by_name(const char *glob);

/* Calls hit with the number of each assertion that may be about the content of this file. `t` may be NULL. */
void tsr_content_tests_of(const struct tsr_content_tests *t, struct tsr_slice path, void (*hit)(void *ctx, unsigned assertion),
			  void *ctx);
/* Asks assertion n of a file's whole content: LACKS what it must match, HAS what it must not. From any thread. */
struct tsr_content_verdict tsr_content_test(const struct tsr_content_tests *t, unsigned n, struct tsr_slice content);

#endif
