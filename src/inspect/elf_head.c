/* SPDX-License-Identifier: Apache-2.0 */
#include "inspect/elf_head.h"

#include <elf.h>
#include <stddef.h>

bool tsr_elf_is_wide(const struct tsr_elf_head *h)
{
	return h->bytes[EI_CLASS] == ELFCLASS64;
}

uint64_t tsr_elf_number(const struct tsr_elf_head *h, struct tsr_slice bytes, uint64_t at, size_t size)
{
	bool big = h->bytes[EI_DATA] == ELFDATA2MSB;
	uint64_t v = 0;

	if (bytes.len < size || at > bytes.len - size)
		return 0;
	for (size_t i = 0; i < size; i++)
		v = v << 8 | (unsigned char)bytes.ptr[at + (big ? i : size - 1 - i)];
	return v;
}

uint64_t tsr_elf_field(const struct tsr_elf_head *h, uint64_t at_wide, uint64_t at_narrow, size_t size)
{
	return tsr_elf_number(h, tsr_slice_of(h->bytes, h->n), tsr_elf_is_wide(h) ? at_wide : at_narrow, size);
}

bool tsr_elf_next_segment(const struct tsr_elf_head *h, uint64_t *i, struct tsr_elf_segment *out)
{
	const size_t word = tsr_elf_is_wide(h) ? 8 : 4;
	uint64_t table = tsr_elf_field(h, offsetof(Elf64_Ehdr, e_phoff), offsetof(Elf32_Ehdr, e_phoff), word);
	uint64_t each = tsr_elf_field(h, offsetof(Elf64_Ehdr, e_phentsize), offsetof(Elf32_Ehdr, e_phentsize), 2);
	uint64_t n = tsr_elf_field(h, offsetof(Elf64_Ehdr, e_phnum), offsetof(Elf32_Ehdr, e_phnum), 2);

	while (*i < n && table < TSR_ELF_HEAD) {
		uint64_t at = table + (*i)++ * each, size;

		if (tsr_elf_field(h, at, at, 4) != PT_LOAD)
			continue;
		out->flags = tsr_elf_field(h, at + offsetof(Elf64_Phdr, p_flags), at + offsetof(Elf32_Phdr, p_flags), 4);
		out->from = tsr_elf_field(h, at + offsetof(Elf64_Phdr, p_offset), at + offsetof(Elf32_Phdr, p_offset), word);
		size = tsr_elf_field(h, at + offsetof(Elf64_Phdr, p_filesz), at + offsetof(Elf32_Phdr, p_filesz), word);
		out->to = size > UINT64_MAX - out->from ? UINT64_MAX : out->from + size;
		return true;
	}
	return false;
}
