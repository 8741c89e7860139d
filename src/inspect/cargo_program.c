/* SPDX-License-Identifier: Apache-2.0 */
#include "inspect/cargo_program.h"

#include <elf.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/mem.h"
#include "decode/inflater.h"
#include "inspect/inspect_priv.h"
#include "inspect/packages.h"

#define FRONT_MAX (4u << 20) /* linkers put it first, */
#define BACK_MAX (8u << 20)  /* or between what debuggers want and the symbols */
#define SECTION ".dep-v0"
#define WHAT "the list of crates in a Rust program"

struct tsr_cargo_program {
	uint64_t from, gap, back, to; /* kept of the file: [from, gap) and [back, to) */
	struct tsr_buf kept;
};

struct tsr_cargo_program *tsr_cargo_program_new(void)
{
	struct tsr_cargo_program *p = tsr_xcalloc(1, sizeof(*p));

	tsr_buf_init(&p->kept, FRONT_MAX + BACK_MAX);
	return p;
}

void tsr_cargo_program_free(struct tsr_cargo_program *p)
{
	tsr_buf_wipe(&p->kept);
	tsr_buf_release(&p->kept);
	free(p);
}

void tsr_cargo_program_begin(struct tsr_cargo_program *p, const struct tsr_elf_head *h)
{
	const size_t word = tsr_elf_is_wide(h) ? 8 : 4;
	uint64_t sections = tsr_elf_field(h, offsetof(Elf64_Ehdr, e_shoff), offsetof(Elf32_Ehdr, e_shoff), word), i = 0;
	struct tsr_elf_segment s;

	tsr_buf_reset(&p->kept);
	p->from = p->gap = p->back = p->to = 0;
	while (tsr_elf_next_segment(h, &i, &s))
		p->from = s.to > p->from ? s.to : p->from;
	if (!i || sections < p->from || sections >= h->size)
		return; /* no program, or one without sections */
	p->to = h->size;
	p->gap = p->to - p->from > FRONT_MAX + BACK_MAX ? p->from + FRONT_MAX : p->to;
	p->back = p->gap < p->to ? p->to - BACK_MAX : p->to;
}

static void keep(struct tsr_cargo_program *p, uint64_t at, struct tsr_slice bytes, uint64_t from, uint64_t to)
{
	const uint64_t end = at + bytes.len, first = at > from ? at : from, last = end < to ? end : to;

	if (first < last)
		tsr_buf_addsl(&p->kept, tsr_slice_sub(bytes, (size_t)(first - at), (size_t)(last - at)));
}

void tsr_cargo_program_feed(struct tsr_cargo_program *p, uint64_t at, struct tsr_slice bytes)
{
	keep(p, at, bytes, p->from, p->gap);
	keep(p, at, bytes, p->back, p->to);
}

/* False: not all of it was kept. */
static bool part(const struct tsr_cargo_program *p, uint64_t at, uint64_t len, struct tsr_slice *out)
{
	uint64_t skip;

	if (at >= p->from && at <= p->gap && len <= p->gap - at)
		skip = at - p->from;
	else if (at >= p->back && at <= p->to && len <= p->to - at)
		skip = p->gap - p->from + at - p->back;
	else
		return false;
	*out = tsr_slice_sub(tsr_buf_slice(&p->kept), (size_t)skip, (size_t)(skip + len));
	return out->len == len;
}

struct section {
	uint64_t name, at, size;
};

static bool read_section(const struct tsr_cargo_program *p, const struct tsr_elf_head *h, uint64_t i, struct section *out)
{
	const bool wide = tsr_elf_is_wide(h);
	const size_t word = wide ? 8 : 4, size = wide ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr);
	uint64_t table = tsr_elf_field(h, offsetof(Elf64_Ehdr, e_shoff), offsetof(Elf32_Ehdr, e_shoff), word);
	uint64_t each = tsr_elf_field(h, offsetof(Elf64_Ehdr, e_shentsize), offsetof(Elf32_Ehdr, e_shentsize), 2);
	struct tsr_slice s;

	if (!part(p, table + i * each, size, &s))
		return false;
	out->name = tsr_elf_number(h, s, offsetof(Elf64_Shdr, sh_name), 4);
	out->at = tsr_elf_number(h, s, wide ? offsetof(Elf64_Shdr, sh_offset) : offsetof(Elf32_Shdr, sh_offset), word);
	out->size = tsr_elf_number(h, s, wide ? offsetof(Elf64_Shdr, sh_size) : offsetof(Elf32_Shdr, sh_size), word);
	return true;
}

static bool find_section(const struct tsr_cargo_program *p, const struct tsr_elf_head *h, struct section *out)
{
	uint64_t n = tsr_elf_field(h, offsetof(Elf64_Ehdr, e_shnum), offsetof(Elf32_Ehdr, e_shnum), 2);
	uint64_t of_names = tsr_elf_field(h, offsetof(Elf64_Ehdr, e_shstrndx), offsetof(Elf32_Ehdr, e_shstrndx), 2);
	struct section names;
	struct tsr_slice name;

	if (!read_section(p, h, of_names, &names))
		return false;
	for (uint64_t i = 1; i < n && read_section(p, h, i, out); i++)
		if (out->name < names.size && part(p, names.at + out->name, sizeof(SECTION), &name) &&
		    !memcmp(name.ptr, SECTION, sizeof(SECTION)))
			return true;
	return false;
}

/* What the section inflates to, within a limit. */
static int inflate_list(struct tsr_slice packed, struct tsr_buf *out, struct tsr_err *err)
{
	struct tsr_inflater *z = tsr_inflater_over(packed);
	char part_of[4096];
	ssize_t n;

	tsr_inflater_begin(z);
	while ((n = tsr_inflater_read(z, part_of, sizeof(part_of), err)) > 0)
		if (tsr_buf_add(out, part_of, (size_t)n)) {
			n = tsr_err_set(err, TSR_ELIMIT, "it is larger than --max-json allows");
			break;
		}
	tsr_inflater_free(z);
	return n < 0 ? -1 : 0;
}

static uint64_t flags_of(const json_t *package)
{
	struct tsr_slice source = tsr_json_get_string(package, "source", NULL);
	uint64_t flags = tsr_slice_eq_str(tsr_json_get_string(package, "kind", NULL), "build") ? TSR_PACKAGE_DEV : 0;

	if (tsr_slice_eq_str(source, "git"))
		flags |= TSR_PACKAGE_VCS;
	else if (tsr_slice_eq_str(source, "local"))
		flags |= TSR_PACKAGE_LOCAL;
	return flags;
}

static int read_list(struct tsr_inspect *in, struct tsr_slice text, struct tsr_err *err)
{
	const struct tsr_json_limits limits = { in->limits->json_bytes, (uint32_t)in->limits->json_values };
	const json_t *packages, *package;
	json_t *root = NULL;
	size_t i;

	if (tsr_json_load(text, &limits, &root, NULL, err))
		return -1;
	packages = tsr_json_get_array(root, "packages", NULL);
	json_array_foreach(packages, i, package) {
		struct tsr_slice name = tsr_json_get_string(package, "name", NULL);

		if (name.len)
			tsr_packages_note(in, in->file->entry, TSR_ECO_CARGO, name,
					  tsr_json_get_string(package, "version", NULL), flags_of(package));
	}
	i = json_array_size(packages);
	json_decref(root);
	return i ? 0 : tsr_err_set(err, TSR_EFORMAT, "it lists no packages");
}

void tsr_cargo_program_end(struct tsr_cargo_program *p, struct tsr_inspect *in, const struct tsr_elf_head *h)
{
	struct tsr_buf list = TSR_BUF_INIT(in->limits->json_bytes);
	struct tsr_err err = TSR_ERR_INIT;
	struct section s;
	struct tsr_slice packed;

	if (!p->kept.len || !find_section(p, h, &s))
		return;
	if (!part(p, s.at, s.size, &packed))
		tsr_packages_unreadable(in, WHAT, "it is where it is not looked for");
	else if (inflate_list(packed, &list, &err) || read_list(in, tsr_buf_slice(&list), &err))
		tsr_packages_failed(in, WHAT, &err);
	tsr_buf_release(&list);
}
