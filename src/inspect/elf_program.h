/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_INSPECT_ELF_PROGRAM_H
#define TSR_INSPECT_ELF_PROGRAM_H

#include "inspect/inspect.h"

/*
 * What compiled programs say they were built of: modules of Go, crates of Rust. The program's headers say where
 * that may lie; it is looked at as it comes, and little of a program is kept.
 */
struct tsr_elf_program;
struct tsr_elf_program *tsr_elf_program_new(void);
void tsr_elf_program_free(struct tsr_elf_program *p);
void tsr_elf_program_entry(struct tsr_inspect *in, const struct tsr_entry *e);
void tsr_elf_program_data(struct tsr_inspect *in, struct tsr_slice bytes);
void tsr_elf_program_entry_end(struct tsr_inspect *in);

#endif
