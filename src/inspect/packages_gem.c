/* SPDX-License-Identifier: Apache-2.0 */
#include "base/path.h"
#include "inspect/inspect_priv.h"
#include "inspect/packages.h"

/* Where the version begins: at a digit behind a '-'. What follows it is the platform. */
static size_t name_end(struct tsr_slice s)
{
	size_t at = tsr_slice_find(s, '-', 0);

	while (at + 1 < s.len && !(s.ptr[at + 1] >= '0' && s.ptr[at + 1] <= '9'))
		at = tsr_slice_find(s, '-', at + 1);
	return at + 1 < s.len ? at : s.len;
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
