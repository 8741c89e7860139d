/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_SCAN_TRIAL_H
#define TSR_SCAN_TRIAL_H

#include "scan/scanner_impl.h"

/* Private to judge.c, which looks for a match around a hit, and trial.c, which decides whether the match is a secret. */

/* One use of a needle at one place: what the steps of the judgement hand on. */
struct trial {
	struct tsr_scanner *s;
	struct region *region;
	const struct hit *hit;
	const struct tsr_use *use;
	enum tsr_form form; /* the use's, or one that a plain hit is looked at through */
	const struct rule_info *info;
	struct rule_state *state;
	struct tsr_slice raw; /* the region's bytes around the hit */
	size_t raw_hit;
	struct tsr_view *view;
	struct tsr_slice match, secret, key; /* in view->text */
	size_t begin, end;		     /* of the secret in view->text */
};

/* Matches a pattern within the limits; what PCRE2 returns. A limit that was reached is counted. */
int tsr_trial_run(struct trial *t, const struct pcre2_real_code_8 *code, bool jit, struct tsr_slice subject, size_t at, uint32_t options);
/* The pattern matched in `subject`, of the view's text: if it is a secret, it is told, and the answer is true. */
bool tsr_trial_accept(struct trial *t, const char *subject);

#endif
