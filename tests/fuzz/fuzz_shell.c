/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/mem.h"
#include "fuzz/fuzz.h"
#include "config/history.h"
#include "config/label.h"
#include "config/launch.h"
#include "shell/shell_words.h"

/* Text of a history's item: as an instruction, as text for a shell, and as words that are started. */

const struct fuzz_seed fuzz_seeds[] = {
	FUZZ_SEED("/bin/sh -c #(nop) ENV A=b C=\"d e\""),
	FUZZ_SEED("RUN |2 A=b C=d e /bin/bash -o pipefail -c curl -fsSL http://a/b | sudo -u x bash -s -- y # buildkit"),
	FUZZ_SEED("RUN /bin/sh -c apt-get update && apt-get -y install a b; rm -rf /var/lib/apt/lists/*; (cd a; chmod 777 b) # buildkit"),
	FUZZ_SEED("RUN eval \"$(wget -qO- a)\" `b $(c \"`d`\")` ${e:-f} $((1+2)) 2>&1 <<E\nx\nE\n"),
	FUZZ_SEED("RUN for i in a b; do case $i in a|b) x ;; *) y ;; esac; done; if [[ a && b ]]; then f() { g; }; fi"),
	FUZZ_SEED("RUN <<EOF1 cat <<-'EOF2'\napk add a\nEOF1\n\tpip install b\n\tEOF2\nenv -u A B=c timeout -k 1 2 su-exec u python3 -m pip install x"),
	FUZZ_SEED("RUN [\"/bin/sh\", \"-c\", \"$B/x ${e} \\\"a\\\"\"] curl -k http://localhost:80 || pip install --proxy http://a b==1"),
	FUZZ_SEED("set -e; if [ \"${1#-}\" != \"$1\" ]; then set -- a \"$@\"; fi; cd /a; rm -rf $B/*; exec gosu b \"$@\""),
	FUZZ_SEED("ADD --checksum=sha256:a https://a/b git@c:d /e"),
	FUZZ_SEED("COPY dir:0123456789abcdef in /a"),
	{ NULL, 0 },
};

static void nothing(void *ctx, enum tsr_builtin rule, const char *message)
{
	(void)ctx;
	if (rule >= TSR_BUILTINS || !message)
		abort();
}

/* What shell.h says of the order of commands. */
static void expect_order(const struct tsr_shell *sh)
{
	for (uint32_t i = 0; i < sh->n; i++) {
		const struct tsr_shell_command *c = &sh->commands[i];

		if ((c->previous != TSR_SHELL_NONE && c->previous >= i) || (c->inside != TSR_SHELL_NONE && c->inside >= i))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct tsr_slice text = { (const char *)data, size };
	const struct tsr_leftovers unknown = { .known = false }, clean = { .known = true };
	struct tsr_slice argv[] = { TSR_SLICE("tini"), TSR_SLICE("--"), TSR_SLICE("/bin/sh"), TSR_SLICE("-ec"), text };
	const struct tsr_slices words = { argv, TSR_ARRAY_LEN(argv) };
	const struct tsr_config config = { .os = TSR_SLICE("linux") };
	struct tsr_history_state state = { .created = TSR_SLICE("2026-01-01T00:00:00Z") };
	struct tsr_slice variables[] = { TSR_SLICE("e=/f g"), TSR_SLICE("B=c") };
	const struct tsr_slices environment = { variables, TSR_ARRAY_LEN(variables) };
	struct tsr_arena arena = TSR_ARENA_INIT;
	struct tsr_instruction in;
	struct tsr_shell sh;

	tsr_instruction_parse(text, &arena, &in);
	tsr_history_judge(&in, &unknown, &state, &arena, nothing, NULL);
	tsr_history_judge(&in, &clean, &state, &arena, nothing, NULL);
	tsr_shell_parse(text, &arena, &sh);
	expect_order(&sh);
	tsr_shell_expand(&sh, text, environment, &arena);
	tsr_launch_local_port(text);
	tsr_label_fault(text, text);
	tsr_launch_by_shell(words, &arena);
	tsr_launch_ungraceful(&config, words, &arena);
	tsr_arena_release(&arena);
	return 0;
}
