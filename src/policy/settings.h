/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_POLICY_SETTINGS_H
#define TSR_POLICY_SETTINGS_H

#include "base/arena.h"
#include "base/err.h"
#include "base/limits.h"
#include "finding/severity.h"
#include "rule/demands.h"
#include "rule/ruleset.h"

/*
 * What tarsier.yaml and a profile say (tarsier.yaml(5)). One is read over the other: what is said later counts;
 * choices of rules and severities add up, and the last one that matches a rule counts. Immutable once read.
 */

/* "rules: disable, enable": the rules of a glob are off, or on again. */
struct tsr_rule_choice {
	const char *glob, *place;
	bool off;
};

/* "rules: severity": of the rules of a glob. */
struct tsr_rule_severity {
	const char *glob, *place;
	enum tsr_severity severity, hidden;
	bool has_hidden; /* else the severity in hidden files follows from the other (policy/apply.h) */
};

enum tsr_fail_on { TSR_FAIL_ON_UNSAID = 0, TSR_FAIL_ON_SEVERITY, TSR_FAIL_ON_NEVER };

struct tsr_settings {
	struct tsr_arena arena;
	const char *profile, *profile_place; /* NULL: none named */
	enum tsr_fail_on fail_on_said;
	enum tsr_severity fail_on;
	bool show_said;
	enum tsr_severity show;
	const char *const *rule_files, *const *outputs; /* NULL-terminated; NULL */
	struct tsr_rule_choice *choices;
	size_t n_choices, cap_choices;
	struct tsr_rule_severity *severities;
	size_t n_severities, cap_severities;
	struct tsr_limits limits;
	struct tsr_limits limits_said; /* 1 where the file names the limit */
	const char *ignores, *baseline, *base; /* paths; NULL */
	bool inherited_ignored;
	struct tsr_demands demands;      /* its assertions are these: */
	struct tsr_assertion *assertions;
	size_t cap_assertions;
};

#define TSR_SETTINGS_INIT { .arena = TSR_ARENA_INIT, .fail_on = TSR_HIGH }

void tsr_settings_release(struct tsr_settings *s);

/* Reads text over *s. Paths in it are those beside the file `name`. */
int tsr_settings_read(struct tsr_settings *s, struct tsr_slice text, const char *name, struct tsr_err *err);
/* The same of a file. */
int tsr_settings_read_file(struct tsr_settings *s, const char *path, struct tsr_err *err);

/* Every glob of rules must match one: TSR_EUSAGE "file:line: no rule matches …". */
int tsr_settings_check_rules(const struct tsr_settings *s, const struct tsr_ruleset *rules, struct tsr_err *err);

/* Setters of the keys that demand something (policy/settings_demands.c); `to` is the settings. */
struct tsr_value;
int tsr_set_labels(const struct tsr_value *v, void *to, struct tsr_err *err);
int tsr_set_ports(const struct tsr_value *v, void *to, struct tsr_err *err);
int tsr_set_packages(const struct tsr_value *v, void *to, struct tsr_err *err);
int tsr_set_platforms(const struct tsr_value *v, void *to, struct tsr_err *err);
int tsr_set_trust_ownership(const struct tsr_value *v, void *to, struct tsr_err *err);
int tsr_set_nested(const struct tsr_value *v, void *to, struct tsr_err *err);
int tsr_set_foreign(const struct tsr_value *v, void *to, struct tsr_err *err);
int tsr_set_waste(const struct tsr_value *v, void *to, struct tsr_err *err);
int tsr_set_assertions(const struct tsr_value *v, void *to, struct tsr_err *err); /* settings_assertions.c */
int tsr_set_port_list(const struct tsr_value *v, void *to, struct tsr_err *err); /* const char *const **, tsr_port_parse() takes each */

#endif
