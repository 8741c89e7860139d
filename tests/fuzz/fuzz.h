/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_TESTS_FUZZ_H
#define TSR_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/*
 * A fuzz target is one file, fuzz_NAME.c, with these two. It is linked with libFuzzer where the compiler
 * has it, else with driver.c, which begins with the seeds and mutates them. No secret may stand in a seed.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct fuzz_seed {
	const char *text;
	size_t len;
};
/* A seed may have NUL bytes in it. */
#define FUZZ_SEED(s) { s, sizeof(s) - 1 }
extern const struct fuzz_seed fuzz_seeds[]; /* ends in one without a text */

#endif
