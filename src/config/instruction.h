/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_CONFIG_INSTRUCTION_H
#define TSR_CONFIG_INSTRUCTION_H

#include "base/arena.h"

/*
 * What an item of the history did, from its created_by in the forms of the tools that write it:
 *	docker's classic builder, buildah   /bin/sh -c #(nop) ENV A=b      |1 A=b /bin/sh -c apt-get update
 *	BuildKit                            ENV A=b      RUN |1 A=b /bin/sh -c apt-get update # buildkit
 *	kaniko                              RUN apt-get update      RUN ["apt-get", "update"]
 * Of an exec form docker and BuildKit write only its words, apt-get update, and buildah /bin/sh -c ["apt-get", "update"]. buildah
 * and kaniko say which shell it is by SHELL only. Text of other tools (bazel, jib,
 * debuerreotype) and of shells of Windows is no instruction.
 */
enum tsr_instruction_kind {
	TSR_INSTRUCTION_OTHER = 0,
	TSR_INSTRUCTION_RUN, /* text: for the shell */
	TSR_INSTRUCTION_ADD,
	TSR_INSTRUCTION_COPY,
	TSR_INSTRUCTION_ENV,
	TSR_INSTRUCTION_ARG,
	TSR_INSTRUCTION_CMD,
	TSR_INSTRUCTION_ENTRYPOINT,
	TSR_INSTRUCTION_HEALTHCHECK,
	TSR_INSTRUCTION_WORKDIR,
	TSR_INSTRUCTION_MAINTAINER,
	TSR_INSTRUCTION_SHELL,
};

struct tsr_variable {
	struct tsr_slice name, value;
};

struct tsr_instruction {
	enum tsr_instruction_kind kind;
	struct tsr_slice text; /* behind the verb, without what the tool added */
	struct tsr_slice shell; /* of RUN: the shell with its options, "/bin/bash -o pipefail"; empty: not told */
	bool buildkit;          /* who writes of the options of ADD and COPY only --chown, --chmod and --parents, and no --checksum */
	struct tsr_variable *variables; /* of ENV and ARG, and build arguments of RUN */
	size_t n_variables;
	bool cut; /* there are more of them than are looked at */
};

void tsr_instruction_parse(struct tsr_slice created_by, struct tsr_arena *arena, struct tsr_instruction *out);

#endif
