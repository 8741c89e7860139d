/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_RULE_DEMANDS_H
#define TSR_RULE_DEMANDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What the policy demands of an image beside the rules: read by policy/, asked by audit/. Immutable.
 * Lists end in NULL and are NULL where nothing is demanded.
 */

/* Texts of the configuration that an assertion may be about; several values of one are all asked. */
enum tsr_asserted_list { TSR_ASSERT_VOLUMES = 0, TSR_ASSERT_PORTS, TSR_ASSERT_LISTS };

/* "env" and "labels": NAME must have a value that the pattern matches; NULL: it must not be there. */
struct tsr_asserted_pair {
	const char *name, *glob;
};

struct tsr_assertion {
	const char *name, *place; /* as it is told; "file:line" in the policy */
	/* A file: */
	const char *file; /* glob; NULL: none */
	bool absent;      /* no file may match; else one must, and all that do are as said: */
	bool has_mode, has_uid, has_gid;
	const char *matches, *lacks; /* patterns (PCRE2) of its content; NULL */
	uint32_t mode;    /* permission bits, with setuid, setgid and sticky */
	int64_t uid, gid;
	/* The configuration: */
	const struct tsr_asserted_pair *env, *labels; /* ends in a pair without a name; NULL */
	const char *user, *workdir;                   /* exactly; NULL: any */
	const char *const *entrypoint, *const *cmd;   /* exactly these words */
	const char *const *volumes, *const *ports;    /* each must be there */
};

struct tsr_demands {
	const char *const *runtime_env;     /* names that are given when a container starts */
	const char *const *platforms;       /* os/arch[/variant] */
	const char *const *users;           /* as in USER, without the group */
	const char *const *labels_required, *const *labels_forbidden; /* names; globs */
	const char *const *ports_allowed, *const *ports_forbidden;    /* "8000/tcp" or "8000" */
	const char *const *packages_required, *const *packages_forbidden; /* "ecosystem:pattern" or "pattern" */
	const char *const *foreign;         /* digests of layers that may be kept elsewhere */
	const struct tsr_assertion *assertions;
	size_t n_assertions;
	bool distrust_owner; /* trustOwnership: false */
	bool nested_strict;  /* what could not be looked into makes the audit incomplete */
};

#endif
