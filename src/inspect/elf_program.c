/* SPDX-License-Identifier: Apache-2.0 */
#include "inspect/elf_program.h"

#include <elf.h>
#include <stdlib.h>

#include "base/mem.h"
#include "inspect/cargo_program.h"
#include "inspect/elf_head.h"
#include "inspect/go_program.h"
#include "inspect/inspect_priv.h"

struct tsr_elf_program {
	bool open;
	uint64_t pos; /* what was seen */
	struct tsr_elf_head head;
	struct tsr_go_program *go;
	struct tsr_cargo_program *cargo;
};

struct tsr_elf_program *tsr_elf_program_new(void)
{
	struct tsr_elf_program *p = tsr_xcalloc(1, sizeof(*p));

	p->go = tsr_go_program_new();
	p->cargo = tsr_cargo_program_new();
	return p;
}

void tsr_elf_program_free(struct tsr_elf_program *p)
{
	if (!p)
		return;
	tsr_go_program_free(p->go);
	tsr_cargo_program_free(p->cargo);
	free(p);
}

void tsr_elf_program_entry(struct tsr_inspect *in, const struct tsr_entry *e)
{
	struct tsr_elf_program *p = in->program;

	p->open = e->type == '0' && e->size > TSR_ELF_HEAD && !(e->flags & TSR_ENTRY_WHITEOUT);
	p->pos = 0;
	p->head.size = e->size;
	p->head.n = 0;
}

static void feed(struct tsr_elf_program *p, struct tsr_slice bytes)
{
	tsr_go_program_feed(p->go, p->pos, bytes);
	tsr_cargo_program_feed(p->cargo, p->pos, bytes);
	p->pos += bytes.len;
}

void tsr_elf_program_data(struct tsr_inspect *in, struct tsr_slice bytes)
{
	struct tsr_elf_program *p = in->program;
	struct tsr_elf_head *h = &p->head;
	struct tsr_slice first;

	if (!p->open || !bytes.len)
		return;
	if (h->n < TSR_ELF_HEAD) {
		first = tsr_slice_sub(bytes, 0, TSR_ELF_HEAD - h->n);
		memcpy(h->bytes + h->n, first.ptr, first.len);
		h->n += first.len;
		bytes = tsr_slice_sub(bytes, first.len, bytes.len);
		p->open = h->n < SELFMAG || !memcmp(h->bytes, ELFMAG, SELFMAG);
		if (!p->open || h->n < TSR_ELF_HEAD)
			return;
		tsr_go_program_begin(p->go, h);
		tsr_cargo_program_begin(p->cargo, h);
		feed(p, tsr_slice_of(h->bytes, TSR_ELF_HEAD));
	}
	feed(p, bytes);
}

void tsr_elf_program_entry_end(struct tsr_inspect *in)
{
	struct tsr_elf_program *p = in->program;

	if (p->open && p->pos) {
		tsr_go_program_end(p->go, in);
		tsr_cargo_program_end(p->cargo, in, &p->head);
	}
	p->open = false;
}
