/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_RULE_DEMANDS_H
#define TSR_RULE_DEMANDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

/*
 * What the policy demands of an image beside the rules: read by policy/, asked by audit/. Immutable.
 * Lists end in NULL and are NULL where nothing is demanded.
 */

/* "env" and "labels": NAME must have such a value; with neither it must not be there. */
struct tsr_asserted_pair {
	const char *name;
	const char *glob;    /* with '*' for any run of characters */
	const char *pattern; /* PCRE2 */
};

/* "executable": who may execute the file, as bits of its mode. */
enum tsr_executable { TSR_EXECUTABLE_OWNER = 0100, TSR_EXECUTABLE_GROUP = 0010, TSR_EXECUTABLE_OTHER = 0001, TSR_EXECUTABLE_ANY = 0111 };

struct tsr_assertion {
	const char *name, *place; /* as it is told; "file:line:column" in the policy */
	/* A file: */
	const char *file; /* glob; NULL: none */
	bool has_exists;
	bool absent;      /* no file may match; else one must, and all that do are as said: */
	bool has_mode, has_uid, has_gid;
	uint32_t mode;    /* permission bits, with setuid, setgid and sticky */
	uint32_t executable; /* one of these bits must be set; 0: not asked */
	int64_t uid, gid;
	const char *owner, *group;                   /* names of the image's accounts and groups; NULL */
	const char *const *matches, *const *lacks;   /* patterns (PCRE2) of its content: all, and none */
	/* The configuration: */
	const struct tsr_asserted_pair *env, *labels; /* ends in a pair without a name; NULL */
	const char *user, *workdir;                   /* exactly; NULL: any */
	const char *const *entrypoint, *const *cmd;   /* exactly these words */
	const char *const *volumes, *const *ports;    /* each must be there */
	const char *const *unmounted, *const *unexposed; /* none may */
};

/* "8000", "8000/tcp", "6000-6010/udp". */
struct tsr_port {
	uint16_t first, last;
	char protocol[5]; /* "tcp" "udp" "sctp" */
};

/* What dive(1) asks of an image in its CI mode. */
struct tsr_waste_demand {
	bool has_efficiency, has_bytes, has_share;
	uint32_t efficiency; /* at least; millionths */
	uint64_t bytes;      /* at most, of paths written more than once or removed */
	uint32_t share;      /* those of all bytes above the first layer, at most; millionths */
};

struct tsr_demands {
	const char *const *runtime_env;     /* names that are given when a container starts */
	const char *const *platforms;       /* os/arch[/variant] */
	const char *const *users;           /* as in USER; without a group, with any */
	const char *const *labels_required, *const *labels_forbidden; /* names; globs */
	const char *const *ports_allowed, *const *ports_forbidden;    /* struct tsr_port as text */
	const char *const *packages_required, *const *packages_forbidden; /* "ecosystem:pattern" or "pattern" */
	struct tsr_waste_demand waste;
	const char *const *foreign;         /* digests of layers that may be kept elsewhere */
	const struct tsr_assertion *assertions;
	size_t n_assertions;
	bool distrust_owner; /* trustOwnership: false */
	bool nested_strict;  /* what could not be looked into makes the audit incomplete */
};

/* 0, or -1 where it is no port. */
int tsr_port_parse(struct tsr_slice text, struct tsr_port *out);

#endif
