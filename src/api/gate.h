/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_API_GATE_H
#define TSR_API_GATE_H

#include "audit/audit.h"
#include "policy/baseline.h"
#include "policy/ignores.h"
#include "policy/settings.h"
#include "policy/verdict.h"

/*
 * The policy of a run as its files have it, from their names to what they make of the findings: the same for the
 * program and for who embeds the library. read, arm before the audits, apply after them.
 */
struct tsr_gate_files {
	const char *config, *profile;             /* NULL: none */
	const char *ignorefile, *baseline, *base; /* NULL: as the config says; "none" */
};

struct tsr_gate {
	struct tsr_settings settings;
	struct tsr_ignores *ignores;   /* NULL: there are none */
	struct tsr_baseline *baseline; /* NULL */
	const char *base;              /* path of the base image; NULL */
	struct tsr_bases bases;        /* after arming */
	struct tsr_arena arena;
};

struct tsr_gate *tsr_gate_new(void);
void tsr_gate_free(struct tsr_gate *g); /* NULL is fine */

/*
 * Config and profile, then what they or `files` name. Nothing is looked for but `ignores_of(ctx)`, if it is given, where nobody names a
 * file of ignores. TSR_EUSAGE. `files` must outlive the gate.
 */
int tsr_gate_read(struct tsr_gate *g, const struct tsr_gate_files *files, const char *(*ignores_of)(void *ctx), void *ctx,
		  struct tsr_err *err);

/* Once the rules are there, and before anything is audited: they get what the policy asks of files, and the base image is read. */
int tsr_gate_arm(struct tsr_gate *g, struct tsr_ruleset *rules, const struct tsr_limits *limits, unsigned jobs, struct tsr_err *err);

/* After the last audit: order, what the policy makes of the findings, the verdict. */
void tsr_gate_apply(const struct tsr_gate *g, const struct tsr_ruleset *rules, const struct tsr_policy *policy, struct tsr_run *run);

#endif
