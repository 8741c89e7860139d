/* SPDX-License-Identifier: Apache-2.0 */
#include "inspect/go_program.h"

#include <elf.h>
#include <endian.h>
#include <stdlib.h>

#include "base/mem.h"
#include "inspect/inspect_priv.h"
#include "inspect/packages.h"

#define HEAD_MAX 4096u        /* the headers stand at the start */
#define INFO_MAX (1u << 20)   /* kubectl's has 4 KiB, terraform's 22 */
#define ALIGNMENT 16u         /* of the magic, in memory and so in the file */
#define INLINE_STRINGS 2u     /* the flag of Go 1.18 */
#define STRINGS_AT 32u
#define SENTINEL 16u          /* bytes in front of the module's text, and behind it */

static const char magic[] = "\xff Go buildinf:";

struct tsr_go_program {
	bool open, found;
	uint64_t pos, from, to; /* in the file: what was seen; the writable data */
	char head[HEAD_MAX];
	size_t n_head;
	char carry[ALIGNMENT];  /* a block that goes on in the next piece */
	size_t n_carry;
	struct tsr_buf info;
};

struct tsr_go_program *tsr_go_program_new(void)
{
	struct tsr_go_program *p = tsr_xcalloc(1, sizeof(*p));

	tsr_buf_init(&p->info, INFO_MAX);
	return p;
}

void tsr_go_program_free(struct tsr_go_program *p)
{
	if (!p)
		return;
	tsr_buf_wipe(&p->info);
	tsr_buf_release(&p->info);
	free(p);
}

void tsr_go_program_entry(struct tsr_inspect *in, const struct tsr_entry *e)
{
	struct tsr_go_program *p = in->program;

	p->open = e->type == '0' && e->size > HEAD_MAX && !(e->flags & TSR_ENTRY_WHITEOUT);
	p->found = false;
	p->pos = 0;
	p->n_head = p->n_carry = 0;
}

/* Number of this file's byte order and width, at `at` of the headers; 0 behind their end. */
static uint64_t number(const struct tsr_go_program *p, uint64_t at, size_t size)
{
	bool big = p->head[EI_DATA] == ELFDATA2MSB;
	uint64_t v = 0;

	if (at > HEAD_MAX - size)
		return 0;
	for (size_t i = 0; i < size; i++)
		v = v << 8 | (unsigned char)p->head[at + (big ? i : size - 1 - i)];
	return v;
}

/* From the first segment that is loaded to be written to the last: some linkers make one of what is constant once it is loaded. */
static bool find_data(struct tsr_go_program *p)
{
	bool wide = p->head[EI_CLASS] == ELFCLASS64;
	const size_t word = wide ? 8 : 4;
	uint64_t table = number(p, wide ? offsetof(Elf64_Ehdr, e_phoff) : offsetof(Elf32_Ehdr, e_phoff), word);
	uint64_t each = number(p, wide ? offsetof(Elf64_Ehdr, e_phentsize) : offsetof(Elf32_Ehdr, e_phentsize), 2);
	uint64_t n = number(p, wide ? offsetof(Elf64_Ehdr, e_phnum) : offsetof(Elf32_Ehdr, e_phnum), 2), from, to;

	p->from = UINT64_MAX;
	p->to = 0;
	for (uint64_t i = 0; i < n && table < HEAD_MAX; i++) {
		uint64_t at = table + i * each;
		uint64_t flags = number(p, at + (wide ? offsetof(Elf64_Phdr, p_flags) : offsetof(Elf32_Phdr, p_flags)), 4);

		if (number(p, at, 4) != PT_LOAD || (flags & (PF_W | PF_X)) != PF_W)
			continue;
		from = number(p, at + (wide ? offsetof(Elf64_Phdr, p_offset) : offsetof(Elf32_Phdr, p_offset)), word);
		to = number(p, at + (wide ? offsetof(Elf64_Phdr, p_filesz) : offsetof(Elf32_Phdr, p_filesz)), word);
		to = to > UINT64_MAX - from ? UINT64_MAX : from + to;
		p->from = from < p->from ? from : p->from;
		p->to = to > p->to ? to : p->to;
	}
	return p->from < p->to;
}

static void begin(struct tsr_go_program *p, struct tsr_slice first, struct tsr_slice rest)
{
	p->found = true;
	tsr_buf_reset(&p->info);
	tsr_buf_addsl(&p->info, first);
	tsr_buf_addsl(&p->info, tsr_slice_sub(rest, 0, INFO_MAX - p->info.len));
}

static bool is_magic(const char *at)
{
	return at[0] == magic[0] && !memcmp(at, magic, sizeof(magic) - 1);
}

/* Bytes of the data, which is aligned as its file is. */
static void search(struct tsr_go_program *p, uint64_t at, struct tsr_slice bytes)
{
	size_t skip = (size_t)(-at & (ALIGNMENT - 1)), i;

	if (p->n_carry) {
		size_t take = ALIGNMENT - p->n_carry < bytes.len ? ALIGNMENT - p->n_carry : bytes.len;

		memcpy(p->carry + p->n_carry, bytes.ptr, take);
		p->n_carry += take;
		bytes = tsr_slice_sub(bytes, take, bytes.len);
		if (p->n_carry < ALIGNMENT)
			return;
		p->n_carry = 0;
		if (is_magic(p->carry)) {
			begin(p, tsr_slice_of(p->carry, ALIGNMENT), bytes);
			return;
		}
		skip = 0;
	}
	for (i = skip; i + ALIGNMENT <= bytes.len; i += ALIGNMENT)
		if (is_magic(bytes.ptr + i)) {
			begin(p, TSR_SLICE_NONE, tsr_slice_sub(bytes, i, bytes.len));
			return;
		}
	if (i < bytes.len) {
		p->n_carry = bytes.len - i;
		memcpy(p->carry, bytes.ptr + i, p->n_carry);
	}
}

/* Bytes at `at` of the file. */
static void feed(struct tsr_go_program *p, uint64_t at, struct tsr_slice bytes)
{
	if (at >= p->to || at + bytes.len <= p->from)
		return;
	if (bytes.len > p->to - at)
		bytes = tsr_slice_sub(bytes, 0, (size_t)(p->to - at));
	if (at < p->from) {
		bytes = tsr_slice_sub(bytes, (size_t)(p->from - at), bytes.len);
		at = p->from;
	}
	if (p->found)
		tsr_buf_addsl(&p->info, tsr_slice_sub(bytes, 0, INFO_MAX - p->info.len));
	else
		search(p, at, bytes);
}

void tsr_go_program_data(struct tsr_inspect *in, struct tsr_slice bytes)
{
	struct tsr_go_program *p = in->program;
	struct tsr_slice head;

	if (!p->open || !bytes.len)
		return;
	if (p->n_head < HEAD_MAX) {
		head = tsr_slice_sub(bytes, 0, HEAD_MAX - p->n_head);
		memcpy(p->head + p->n_head, head.ptr, head.len);
		p->n_head += head.len;
		p->pos += head.len;
		bytes = tsr_slice_sub(bytes, head.len, bytes.len);
		p->open = p->n_head < SELFMAG || !memcmp(p->head, ELFMAG, SELFMAG);
		if (p->open && p->n_head == HEAD_MAX) {
			p->open = find_data(p);
			if (p->open)
				feed(p, 0, tsr_slice_of(p->head, HEAD_MAX));
		}
	}
	if (!p->open || !bytes.len)
		return;
	feed(p, p->pos, bytes);
	p->pos += bytes.len;
}

/* A string behind its length (varint). False: it is cut. */
static bool next_string(struct tsr_slice *rest, struct tsr_slice *out)
{
	uint64_t len = 0;
	size_t i = 0;

	for (unsigned shift = 0; i < rest->len && shift < 35; shift += 7) {
		unsigned char c = (unsigned char)rest->ptr[i++];

		len |= (uint64_t)(c & 0x7f) << shift;
		if (c & 0x80)
			continue;
		if (len > rest->len - i)
			return false;
		*out = tsr_slice_sub(*rest, i, i + (size_t)len);
		*rest = tsr_slice_sub(*rest, i + (size_t)len, rest->len);
		return true;
	}
	return false;
}

static void note(struct tsr_inspect *in, struct tsr_slice name, struct tsr_slice version)
{
	if (name.len)
		tsr_packages_note(in, in->files[0].entry, TSR_ECO_GO, name, version, 0);
}

/* "path", "mod", "dep", and "=>" for what took the place of the module above. */
static void read_modules(struct tsr_inspect *in, struct tsr_slice text)
{
	struct tsr_slice line, word, name = TSR_SLICE_NONE, version = TSR_SLICE_NONE;

	while (tsr_slice_next(&text, '\n', &line)) {
		if (!tsr_slice_next(&line, '\t', &word))
			continue;
		if (tsr_slice_eq_str(word, "=>")) {
			name = version = TSR_SLICE_NONE;
		} else {
			note(in, name, version);
			name = version = TSR_SLICE_NONE;
			if (!tsr_slice_eq_str(word, "mod") && !tsr_slice_eq_str(word, "dep"))
				continue;
		}
		tsr_slice_next(&line, '\t', &name);
		tsr_slice_next(&line, '\t', &version);
	}
	note(in, name, version);
}

static void read_info(struct tsr_inspect *in, struct tsr_slice info)
{
	struct tsr_slice rest = tsr_slice_sub(info, STRINGS_AT, info.len), version, modules;
	const char *why = NULL;

	if (info.len < STRINGS_AT || !(info.ptr[15] & INLINE_STRINGS))
		why = "it is of a form before Go 1.18";
	else if (!next_string(&rest, &version) || !next_string(&rest, &modules))
		why = "it is cut";
	if (why) {
		tsr_inspect_skip(&in->files[0], "the build information of a Go program", why, false, 0);
		return;
	}
	note(in, TSR_SLICE("stdlib"), tsr_slice_sub(version, tsr_slice_starts(version, "go") ? 2 : 0, version.len));
	if (modules.len > 2 * SENTINEL)
		read_modules(in, tsr_slice_sub(modules, SENTINEL, modules.len - SENTINEL));
}

void tsr_go_program_entry_end(struct tsr_inspect *in)
{
	struct tsr_go_program *p = in->program;

	if (p->open && p->found)
		read_info(in, tsr_buf_slice(&p->info));
	p->open = false;
}
