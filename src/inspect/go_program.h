/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_INSPECT_GO_PROGRAM_H
#define TSR_INSPECT_GO_PROGRAM_H

#include "inspect/inspect.h"

/*
 * What a Go program says it was built of (debug/buildinfo, Go 1.18 and later): modules in its writable data, wherever
 * that is. The program's headers say where; what lies there is looked at as it comes, and nothing else of it is kept.
 */
struct tsr_go_program;
struct tsr_go_program *tsr_go_program_new(void);
void tsr_go_program_free(struct tsr_go_program *p);
void tsr_go_program_entry(struct tsr_inspect *in, const struct tsr_entry *e);
void tsr_go_program_data(struct tsr_inspect *in, struct tsr_slice bytes);
void tsr_go_program_entry_end(struct tsr_inspect *in);

#endif
