/* SPDX-License-Identifier: Apache-2.0 */
#include "inspect/go_program.h"

#include <elf.h>
#include <stdlib.h>

#include "base/mem.h"
#include "inspect/inspect_priv.h"
#include "inspect/packages.h"

#define INFO_MAX (1u << 20)   /* kubectl's has 4 KiB, terraform's 22 */
#define ALIGNMENT 16u         /* of the magic, in memory and so in the file */
#define INLINE_STRINGS 2u     /* the flag of Go 1.18 */
#define STRINGS_AT 32u
#define SENTINEL 16u          /* bytes in front of the module's text, and behind it */

static const char magic[] = "\xff Go buildinf:";

struct tsr_go_program {
	bool found;
	uint64_t from, to;     /* in the file: the writable data */
	char carry[ALIGNMENT]; /* a block that goes on in the next piece */
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

/* From the first segment that is loaded to be written to the last: some linkers make one of what is constant once it is loaded. */
void tsr_go_program_begin(struct tsr_go_program *p, const struct tsr_elf_head *h)
{
	struct tsr_elf_segment s;
	uint64_t i = 0;

	p->found = false;
	p->n_carry = 0;
	p->from = UINT64_MAX;
	p->to = 0;
	while (tsr_elf_next_segment(h, &i, &s)) {
		if ((s.flags & (PF_W | PF_X)) != PF_W)
			continue;
		p->from = s.from < p->from ? s.from : p->from;
		p->to = s.to > p->to ? s.to : p->to;
	}
}

static void found(struct tsr_go_program *p, struct tsr_slice first, struct tsr_slice rest)
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
			found(p, tsr_slice_of(p->carry, ALIGNMENT), bytes);
			return;
		}
		skip = 0;
	}
	for (i = skip; i + ALIGNMENT <= bytes.len; i += ALIGNMENT)
		if (is_magic(bytes.ptr + i)) {
			found(p, TSR_SLICE_NONE, tsr_slice_sub(bytes, i, bytes.len));
			return;
		}
	if (i < bytes.len) {
		p->n_carry = bytes.len - i;
		memcpy(p->carry, bytes.ptr + i, p->n_carry);
	}
}

void tsr_go_program_feed(struct tsr_go_program *p, uint64_t at, struct tsr_slice bytes)
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

struct module {
	struct tsr_slice name, version;
	uint64_t flags;
};

static void note(struct tsr_inspect *in, const struct module *m)
{
	if (m->name.len)
		tsr_packages_note(in, in->files[0].entry, TSR_ECO_GO, m->name, m->version, m->flags);
}

static struct module module_of(struct tsr_slice line)
{
	struct module m = { TSR_SLICE_NONE, TSR_SLICE_NONE, 0 };

	tsr_slice_next(&line, '\t', &m.name);
	tsr_slice_next(&line, '\t', &m.version);
	return m;
}

/* "path", "mod", "dep", and "=>" for what took the place of the module above: another one, or a folder. */
static void read_modules(struct tsr_inspect *in, struct tsr_slice text)
{
	struct module m = { TSR_SLICE_NONE, TSR_SLICE_NONE, 0 }, other;
	struct tsr_slice line, word;

	while (tsr_slice_next(&text, '\n', &line)) {
		if (!tsr_slice_next(&line, '\t', &word))
			continue;
		other = module_of(line);
		if (tsr_slice_eq_str(word, "=>")) {
			if (tsr_slice_starts(other.name, ".") || tsr_slice_starts(other.name, "/"))
				m.flags |= TSR_PACKAGE_LOCAL;
			else
				m = other;
			continue;
		}
		note(in, &m);
		m = tsr_slice_eq_str(word, "mod") || tsr_slice_eq_str(word, "dep") ? other : (struct module){ TSR_SLICE_NONE, TSR_SLICE_NONE, 0 };
	}
	note(in, &m);
}

static void read_info(struct tsr_inspect *in, struct tsr_slice info)
{
	struct tsr_slice rest = tsr_slice_sub(info, STRINGS_AT, info.len), version, modules;
	struct module stdlib = { TSR_SLICE("stdlib"), TSR_SLICE_NONE, 0 };
	const char *why = NULL;

	if (info.len < STRINGS_AT || !(info.ptr[15] & INLINE_STRINGS))
		why = "it is of a form before Go 1.18";
	else if (!next_string(&rest, &version) || !next_string(&rest, &modules))
		why = "it is cut";
	if (why) {
		tsr_inspect_skip(&in->files[0], "the build information of a Go program", why, false, 0);
		return;
	}
	stdlib.version = tsr_slice_sub(version, tsr_slice_starts(version, "go") ? 2 : 0, version.len);
	note(in, &stdlib);
	if (modules.len > 2 * SENTINEL)
		read_modules(in, tsr_slice_sub(modules, SENTINEL, modules.len - SENTINEL));
}

void tsr_go_program_end(struct tsr_go_program *p, struct tsr_inspect *in)
{
	if (p->found)
		read_info(in, tsr_buf_slice(&p->info));
}
