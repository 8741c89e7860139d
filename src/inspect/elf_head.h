/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TSR_INSPECT_ELF_HEAD_H
#define TSR_INSPECT_ELF_HEAD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

#define TSR_ELF_HEAD 4096u /* the headers of programs stand in so many bytes */

/* The start of a file that is being looked at. */
struct tsr_elf_head {
	uint64_t size; /* of the file */
	size_t n;
	char bytes[TSR_ELF_HEAD];
};

/* A segment that is loaded: [from, to) of the file. `flags`: PF_W … */
struct tsr_elf_segment {
	uint64_t flags, from, to;
};

bool tsr_elf_is_wide(const struct tsr_elf_head *h);
/* Number of the file's byte order at `at` of bytes of it; 0 behind their end. */
uint64_t tsr_elf_number(const struct tsr_elf_head *h, struct tsr_slice bytes, uint64_t at, size_t size);
/* The same of the head, for a field of files of 64 bits and of 32. */
uint64_t tsr_elf_field(const struct tsr_elf_head *h, uint64_t at_wide, uint64_t at_narrow, size_t size);
/* The next segment that is loaded; *i is 0 before the first. */
bool tsr_elf_next_segment(const struct tsr_elf_head *h, uint64_t *i, struct tsr_elf_segment *out);

#endif
