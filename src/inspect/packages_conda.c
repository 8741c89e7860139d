/* SPDX-License-Identifier: Apache-2.0 */
#include "base/path.h"
#include "inspect/inspect_priv.h"
#include "inspect/packages.h"

/* conda-meta/NAME-VERSION-BUILD.json (docs.conda.io): a name may have a '-', the other two have none. */
void tsr_packages_conda(struct tsr_inspect *in, uint32_t entry, struct tsr_slice path)
{
	struct tsr_slice base = tsr_path_base(path);
	size_t build, version;

	if (!tsr_slice_ends(base, ".json") || !tsr_slice_eq_str(tsr_path_base(tsr_path_dir(path)), "conda-meta"))
		return;
	for (build = base.len; build && base.ptr[build - 1] != '-';)
		build--;
	for (version = build ? build - 1 : 0; version && base.ptr[version - 1] != '-';)
		version--;
	if (version > 1)
		tsr_packages_note(in, entry, TSR_ECO_CONDA, tsr_slice_sub(base, 0, version - 1),
				  tsr_slice_sub(base, version, build - 1), 0);
}
