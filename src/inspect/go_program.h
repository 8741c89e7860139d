/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_INSPECT_GO_PROGRAM_H
#define TSR_INSPECT_GO_PROGRAM_H

#include "inspect/elf_head.h"
#include "inspect/inspect.h"

/*
 * What a Go program says it was built of (debug/buildinfo, Go 1.18 and later): modules in its writable data, wherever
 * that is. Nothing else of the program is kept.
 */
struct tsr_go_program;
struct tsr_go_program *tsr_go_program_new(void);
void tsr_go_program_free(struct tsr_go_program *p);
void tsr_go_program_begin(struct tsr_go_program *p, const struct tsr_elf_head *h);
/* Bytes at `at` of the file. */
void tsr_go_program_feed(struct tsr_go_program *p, uint64_t at, struct tsr_slice bytes);
void tsr_go_program_end(struct tsr_go_program *p, struct tsr_inspect *in);

#endif
