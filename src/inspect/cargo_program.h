/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_INSPECT_CARGO_PROGRAM_H
#define TSR_INSPECT_CARGO_PROGRAM_H

#include "inspect/elf_head.h"
#include "inspect/inspect.h"

/*
 * Crates that a Rust program was built of, where it was built by cargo-auditable (its PARSING.md): JSON, compressed by zlib, in the
 * section .dep-v0. That is not loaded, so it stands behind the segments that are, and its name and place behind it. What lies there is kept
 * until the program ends: of a large one (information for debuggers) the first part and the last.
 */
struct tsr_cargo_program;
struct tsr_cargo_program *tsr_cargo_program_new(void);
void tsr_cargo_program_free(struct tsr_cargo_program *p);
void tsr_cargo_program_begin(struct tsr_cargo_program *p, const struct tsr_elf_head *h);
/* Bytes at `at` of the file. */
void tsr_cargo_program_feed(struct tsr_cargo_program *p, uint64_t at, struct tsr_slice bytes);
void tsr_cargo_program_end(struct tsr_cargo_program *p, struct tsr_inspect *in, const struct tsr_elf_head *h);

#endif
