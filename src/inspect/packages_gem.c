/* SPDX-License-Identifier: Apache-2.0 */
#include "base/path.h"
#include "inspect/inspect_priv.h"
#include "inspect/packages.h"

/* "1", "1.0.rc1" (Gem::Version), and not "2fa". */
static bool is_version(struct tsr_slice s)
{
	size_t digits = 0;

	while (digits < s.len && s.ptr[digits] >= '0' && s.ptr[digits] <= '9')
		digits++;
	return digits && (digits == s.len || s.ptr[digits] == '.');
}

/*
 * The '-' in front of the version: names may have numbers and platforms too ("a-2-b-1.0-x86_64-darwin-19"), so the first one with a
 * dot in it is meant, else the first.
 */
static size_t name_end(struct tsr_slice s)
{
	size_t first = s.len;

	for (size_t at = tsr_slice_find(s, '-', 0), next; at < s.len; at = next) {
		struct tsr_slice part;

		next = tsr_slice_find(s, '-', at + 1);
		part = tsr_slice_sub(s, at + 1, next);
		if (!is_version(part))
			continue;
		if (tsr_slice_find(part, '.', 0) < part.len)
			return at;
		first = first == s.len ? at : first;
	}
	return first;
}

/* Of Ruby itself in specifications/default/. */
void tsr_packages_gem(struct tsr_inspect *in, uint32_t entry, struct tsr_slice path)
{
	struct tsr_slice base = tsr_path_base(path), dir = tsr_path_dir(path), name, rest, version = TSR_SLICE_NONE;

	if (!tsr_slice_ends(base, ".gemspec"))
		return;
	if (tsr_slice_eq_str(tsr_path_base(dir), "default"))
		dir = tsr_path_dir(dir);
	if (!tsr_slice_eq_str(tsr_path_base(dir), "specifications"))
		return;
	base = tsr_slice_sub(base, 0, base.len - strlen(".gemspec"));
	name = tsr_slice_sub(base, 0, name_end(base));
	rest = tsr_slice_sub(base, name.len + 1, base.len);
	tsr_slice_next(&rest, '-', &version);
	if (name.len && version.len)
		tsr_packages_note(in, entry, TSR_ECO_RUBY, name, version, 0);
}
